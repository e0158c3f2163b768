// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <linux/input-event-codes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util.h"
#include "wedge/settings.h"

static struct settings s;
static struct config_problem problem;

static int parse(const char *text)
{
	return wedge_settings_parse(text, strlen(text), &s, &problem);
}

static void test_nothing_is_off(void **state)
{
	assert_int_equal(parse(""), 0);
	assert_false(s.enabled);
	assert_false(s.console);
	assert_int_equal(s.n, 1);
	assert_string_equal(s.profile[0].label, "default");
	assert_string_equal(s.profile[0].body, "{id}{ENTER}");
	assert_int_equal(s.profile[0].template.n, 2);
	assert_int_equal(s.profile[0].pace_ms, 12);
	assert_int_equal(s.profile[0].layout, LAYOUT_US);
	assert_false(s.profile[0].doubtful);
	assert_ptr_equal(wedge_settings_first(&s), &s.profile[0]);
	assert_int_equal(parse("[wedge]\nmax_age = 9\n"), 0);
	assert_false(s.enabled);
}

static void test_all(void **state)
{
	static const char text[] =
		"# a comment\n"
		"[wedge]\n"
		"enabled = yes\n"
		"console = yes\n"
		"max_age = 30\n"
		"clear = 20\n"
		"profile = desk 2\n"
		"[profile desk 1]\n"
		"template = {id}\n"
		"[profile desk 2]\n"
		"template = {id}{TAB}{name:clip}\n"
		"prefix = {HOME}#\n"
		"suffix = ,\n"
		"terminator = enter\n"
		"layout = fr\n"
		"pace = 20\n"
		"paste = shift-insert\n"
		"paste_wait = 0\n"
		"long_term = 长期\n"
		"doubtful = yes\n"
		"source = card, mrz\n"
		"card_type = resident,hmt_permit\n";
	const struct profile *p;

	assert_int_equal(parse(text), 0);
	assert_true(s.enabled && s.console);
	assert_int_equal(s.max_age_s, 30);
	assert_int_equal(s.clear_s, 20);
	assert_int_equal(s.n, 2);
	p = wedge_settings_first(&s);
	assert_string_equal(p->label, "desk 2");
	assert_int_equal(p->template.n, 2 + 3 + 1 + 1);
	assert_int_equal(p->template.token[6].stroke.code, KEY_ENTER);
	assert_true(template_clips(&p->template));
	assert_int_equal(p->layout, LAYOUT_FR);
	assert_int_equal(p->pace_ms, 20);
	assert_int_equal(p->paste.code, KEY_INSERT);
	assert_int_equal(p->paste_wait_ms, 0);
	assert_string_equal(p->long_term, "长期");
	assert_true(p->doubtful);
	assert_int_equal(p->sources, SOURCE_CARD | SOURCE_MRZ);
	assert_int_equal(p->types, TYPE_RESIDENT | TYPE_HMT_PERMIT);
	assert_string_equal(wedge_settings_find(&s, "desk 1")->body, "{id}");
	assert_null(wedge_settings_find(&s, "desk 3"));
	assert_int_equal(s.profile[0].sources, 0);
}

static const struct {
	const char *text, *says;
	unsigned int line;
} mistakes[] = {
	{ "enabled = yes\n", "unknown", 1 },
	{ "[wedge]\nenable = yes\n", "unknown", 2 },
	{ "[wedge]\nenabled = maybe\n", "wrong value", 2 },
	{ "[wedge]\nenabled = yes\nenabled = no\n", "twice", 3 },
	{ "[wedge]\nmax_age = 0\n", "wrong value", 2 },
	{ "[wedge]\nmax_age = 61\n", "wrong value", 2 },
	{ "[wedge]\nclear = 601\n", "wrong value", 2 },
	{ "[wedge]\nprofile = a\n", "none that there is", 0 },
	{ "[wedge]\nprofile = a\n[profile b]\npace = 12\n", "none that there is", 0 },
	{ "[profile a]\ntemplate = {id}{TAB}{nome}\n", "no such field", 2 },
	{ "[profile a]\npace = 5\ntemplate = {id}{TABB}\n", "no such key", 3 },
	{ "[profile a]\nsuffix = {\n", "brace", 2 },
	{ "[profile a]\nprefix = 姓名\n", "ASCII", 2 },
	{ "[profile a]\ntemplate = {id}\ntemplate = {id}\n", "twice", 3 },
	{ "[profile a]\nterminator = cr\n", "wrong value", 2 },
	{ "[profile a]\nlayout = cn\n", "wrong value", 2 },
	{ "[profile a]\npace = 0\n", "wrong value", 2 },
	{ "[profile a]\npace = 501\n", "wrong value", 2 },
	{ "[profile a]\npaste = ctrl-x\n", "wrong value", 2 },
	{ "[profile a]\npaste_wait = 5001\n", "wrong value", 2 },
	{ "[profile a]\nlong_term =\n", "wrong value", 2 },
	{ "[profile a]\nsource = cards\n", "wrong value", 2 },
	{ "[profile a]\nsource = ,\n", "wrong value", 2 },
	{ "[profile a]\ncard_type = resident;passport\n", "wrong value", 2 },
	{ "[profile a]\nspeed = 1\n", "unknown", 2 },
	{ "[profile]\npace = 12\n", "unknown", 2 },
	{ "[profile ]\npace = 12\n", "name", 2 },
	{ "[profile 12345678901234567890123456789012]\npace = 12\n", "name", 2 },
	{ "[profiles]\npace = 12\n", "unknown", 2 },
};

static void test_mistakes(void **state)
{
	for (size_t i = 0; i < ELEMENTSOF(mistakes); i++) {
		if (parse(mistakes[i].text) >= 0)
			fail_msg("accepted: %s", mistakes[i].text);
		if (!strstr(problem.text, mistakes[i].says))
			fail_msg("%s says: %s", mistakes[i].text, problem.text);
		assert_int_equal(problem.line, mistakes[i].line);
	}
}

static void test_limits(void **state)
{
	char text[4096] = "";

	for (int i = 0; i < SETTINGS_PROFILES_MAX; i++)
		sprintf(text + strlen(text), "[profile %d]\npace = 12\n", i);
	assert_int_equal(parse(text), 0);
	assert_int_equal(s.n, SETTINGS_PROFILES_MAX);
	strcat(text, "[profile 99]\npace = 12\n");
	assert_int_equal(parse(text), -E2BIG);
	assert_non_null(strstr(problem.text, "too many"));
	/* each alone is fine, all of it is not */
	strcpy(text, "[profile a]\n");
	for (int i = 0; i < 3; i++) {
		static const char *const keys[] = { "prefix", "template", "suffix" };

		sprintf(text + strlen(text), "%s = ", keys[i]);
		for (int n = 0; n < 33; n++)
			strcat(text, "{UP}");
		strcat(text, "\n");
	}
	assert_int_equal(parse(text), -EINVAL);
	assert_non_null(strstr(problem.text, "[profile a]: it has too many parts"));
}

static void test_file(void **state)
{
	char path[] = "/tmp/test-wedge-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "[wedge]\nenabled = yes\n", 22), 22);
	close(fd);
	assert_int_equal(wedge_settings_read(path, &s, &problem), 0);
	assert_true(s.enabled);
	/* what is typed is not for others to say */
	chmod(path, 0622);
	assert_int_equal(wedge_settings_read(path, &s, &problem), -EPERM);
	unlink(path);
	assert_int_equal(wedge_settings_read(path, &s, &problem), 0);
	assert_false(s.enabled);
	assert_int_equal(s.n, 1);
	assert_int_equal(wedge_settings_read("/tmp", &s, &problem), -EPERM);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_off),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
