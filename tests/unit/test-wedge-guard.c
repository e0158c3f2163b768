// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "util.h"
#include "wedge/guard.h"

static const struct guard_policy desktop = { .seat = "seat0" };
static const struct guard_policy console = { .seat = "seat0", .console = true };

/* Somebody works at the screen: the one case in which it types. */
static const struct guard_facts good = {
	.present = true, .answered = true, .class = "user", .type = "wayland", .state = "active",
	.seat = "seat0", .has_locked = true, .has_active = true, .active = true, .has_remote = true,
	.has_user = true, .uid = 1000,
};

static void expect(struct guard_facts f, enum wedge_result result)
{
	enum wedge_result judged = guard_judge(&f, &desktop);

	assert_string_equal(wedge_result_word(judged), wedge_result_word(result));
}

static void test_good(void **state)
{
	static const char *const types[] = { "x11", "wayland", "mir" };
	struct guard_facts f = good;

	for (size_t i = 0; i < ELEMENTSOF(types); i++) {
		strcpy(f.type, types[i]);
		assert_int_equal(guard_judge(&f, &desktop), WEDGE_TYPED);
		assert_int_equal(guard_judge(&f, &console), WEDGE_TYPED);
	}
}

static void test_text_console(void **state)
{
	struct guard_facts f = good;

	strcpy(f.type, "tty");
	assert_int_equal(guard_judge(&f, &desktop), WEDGE_CONSOLE);
	assert_int_equal(guard_judge(&f, &console), WEDGE_TYPED);
	/* the prompt of a login has no session; logging in and out is none of a user yet */
	f.present = false;
	assert_int_equal(guard_judge(&f, &console), WEDGE_NO_SESSION);
	f.present = true;
	strcpy(f.state, "closing");
	assert_int_equal(guard_judge(&f, &console), WEDGE_NOT_ACTIVE);
	strcpy(f.state, "active");
	f.locked = true;
	assert_int_equal(guard_judge(&f, &console), WEDGE_LOCKED);
}

static void test_who_sits_there(void **state)
{
	struct guard_facts f = good;

	f.present = false;
	expect(f, WEDGE_NO_SESSION);
	f = good;
	f.locked = true;
	expect(f, WEDGE_LOCKED);
	f = good;
	f.active = false;
	expect(f, WEDGE_NOT_ACTIVE);
	f = good;
	strcpy(f.state, "online");
	expect(f, WEDGE_NOT_ACTIVE);
	f = good;
	f.remote = true;
	expect(f, WEDGE_REMOTE);
	f = good;
	strcpy(f.seat, "seat1");
	expect(f, WEDGE_UNKNOWN_SESSION);
	f.seat[0] = '\0';
	expect(f, WEDGE_UNKNOWN_SESSION);
}

static void test_classes(void **state)
{
	static const char *const others[] = {
		"greeter", "lock-screen", "background", "manager", "user-light", "users", "User", "x",
	};
	struct guard_facts f = good;

	for (size_t i = 0; i < ELEMENTSOF(others); i++) {
		snprintf(f.class, sizeof(f.class), "%s", others[i]);
		expect(f, WEDGE_NOT_USER);
	}
}

static void test_unknown_types(void **state)
{
	static const char *const others[] = { "unspecified", "web", "wayland2", "X11", "ttys" };
	struct guard_facts f = good;

	for (size_t i = 0; i < ELEMENTSOF(others); i++) {
		snprintf(f.type, sizeof(f.type), "%s", others[i]);
		expect(f, WEDGE_UNKNOWN_SESSION);
		assert_int_equal(guard_judge(&f, &console), WEDGE_UNKNOWN_SESSION);
	}
}

/* Nothing is taken for granted: each thing that is not said is refused. */
static void test_what_is_not_said(void **state)
{
	struct guard_facts f;

#define WITHOUT(change)                                                                            \
	do {                                                                                       \
		f = good;                                                                          \
		change;                                                                            \
		expect(f, WEDGE_UNKNOWN_SESSION);                                                  \
	} while (0)
	WITHOUT(f.answered = false);
	WITHOUT(f.has_locked = false);
	WITHOUT(f.has_active = false);
	WITHOUT(f.has_remote = false);
	WITHOUT(f.has_user = false);
	WITHOUT(f.class[0] = '\0');
	WITHOUT(f.type[0] = '\0');
	WITHOUT(f.state[0] = '\0');
	f = (struct guard_facts){};
	expect(f, WEDGE_NO_SESSION);
	f.present = true;
	expect(f, WEDGE_UNKNOWN_SESSION);
}

/* Each has a word of its own, and says what to do in both languages. */
static void test_results(void **state)
{
	for (enum wedge_result r = 0; r < _WEDGE_RESULT_MAX; r++) {
		assert_int_equal(wedge_result_from_word(wedge_result_word(r)), r);
		assert_true(strlen(wedge_result_text(r, false)) > 5);
		assert_true(strlen(wedge_result_text(r, true)) > 5);
		assert_true(strcmp(wedge_result_text(r, false), wedge_result_text(r, true)) != 0);
	}
	assert_int_equal(wedge_result_from_word("word-of-tomorrow"), _WEDGE_RESULT_MAX);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_text_console),
		cmocka_unit_test(test_who_sits_there),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_unknown_types),
		cmocka_unit_test(test_what_is_not_said),
		cmocka_unit_test(test_results),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
