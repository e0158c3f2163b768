// SPDX-License-Identifier: GPL-2.0-or-later
/* What comes of a card, what systemd printed, and the words of all findings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "doctor.h"
#include "util.h"

static void check_card(const struct doctor_trial *t, enum doctor_finding socket,
		       enum doctor_finding node)
{
	struct doctor_steps *steps = test_malloc(sizeof(*steps));

	steps->n = 0;
	doctor_decide_card(t, steps);
	assert_int_equal(steps->n, 2);
	assert_int_equal(steps->step[0].finding, socket);
	assert_int_equal(steps->step[1].finding, node);
	assert_string_equal(steps->step[0].error, socket == FOUND_CARD_ERROR ? t->error : "");
	if (socket == FOUND_CARD_GOOD) {
		assert_string_equal(steps->step[0].first, "812");
		assert_string_equal(steps->step[0].second, "1.25");
	}
	test_free(steps);
}

static void test_card(void **state)
{
	struct doctor_trial t = { .socket = 1, .size = 812, .seconds = 1.25,
				  .node = DOCTOR_NODE_SAME, .node_size = 812, .node_seconds = 1.3 };

	check_card(&t, FOUND_CARD_GOOD, FOUND_CARD_DEVICE_GOOD);
	t.node = DOCTOR_NODE_NO_LINE;
	check_card(&t, FOUND_CARD_GOOD, FOUND_CARD_DEVICE_NONE);
	t.node = DOCTOR_NODE_OTHER_LINE;
	check_card(&t, FOUND_CARD_GOOD, FOUND_CARD_DEVICE_OTHER);
	t.node = DOCTOR_NODE_NOT_OPEN;
	check_card(&t, FOUND_CARD_GOOD, FOUND_CARD_DEVICE_SKIPPED);
	t = (struct doctor_trial){ .seconds = 30 };
	check_card(&t, FOUND_CARD_NONE, FOUND_CARD_DEVICE_SKIPPED);
	t = (struct doctor_trial){ .socket = -1, .error = "card-removed" };
	check_card(&t, FOUND_CARD_ERROR, FOUND_CARD_DEVICE_SKIPPED);
	t.error[0] = '\0';
	check_card(&t, FOUND_CARD_LOST, FOUND_CARD_DEVICE_SKIPPED);
}

static void test_units(void **state)
{
	static const char text[] = "Id=idcardd.socket\nLoadState=loaded\nActiveState=active\n"
				   "UnitFileState=enabled\n\n"
				   "LoadState=not-found\nActiveState=inactive\nUnitFileState=\n"
				   "Id=idcard-web.service\n\n"
				   "Id=other.service\nLoadState=loaded\n\n"
				   "Id=idcardd.service\nLoadState=a-word-that-is-far-too-long\n"
				   "ActiveState=failed";
	struct doctor_unit units[_DOCTOR_UNIT_MAX] = {};

	doctor_take_units("", units);
	doctor_take_units("\n\n\n", units);
	assert_string_equal(units[DOCTOR_SOCKET_UNIT].load, "");
	doctor_take_units(text, units);
	assert_string_equal(units[DOCTOR_SOCKET_UNIT].load, "loaded");
	assert_string_equal(units[DOCTOR_SOCKET_UNIT].active, "active");
	assert_string_equal(units[DOCTOR_SOCKET_UNIT].enabled, "enabled");
	assert_string_equal(units[DOCTOR_WEB_UNIT].load, "not-found");
	assert_string_equal(units[DOCTOR_WEB_UNIT].enabled, "");
	assert_string_equal(units[DOCTOR_DAEMON_UNIT].load, "");
	assert_string_equal(units[DOCTOR_DAEMON_UNIT].active, "failed");
	assert_string_equal(units[DOCTOR_NODE_UNIT].load, "");
}

/* Words are stable and differ; a fault tells what to do; both languages name the same things. */
static void test_words(void **state)
{
	for (int f = 0; f < _FOUND_MAX; f++) {
		const char *en = doctor_sentence(f, false), *zh = doctor_sentence(f, true);
		size_t things[2] = {};

		for (int other = 0; other < f; other++)
			assert_string_not_equal(doctor_word(f), doctor_word(other));
		assert_true(f == FOUND_CARD_ERROR || (*en && *zh));
		for (const char *p = en; (p = strchr(p, '%')); p++)
			things[0]++;
		for (const char *p = zh; (p = strchr(p, '%')); p++)
			things[1]++;
		assert_int_equal(things[0], things[1]);
		assert_true(things[0] <= 2);
		assert_true(doctor_result(f) != DOCTOR_OK || !doctor_next(f));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_card),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
