// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <linux/input-event-codes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "scan/keys.h"
#include "util.h"
#include "wedge/template.h"

static const struct render_options usual = {
	.paste = { .code = KEY_V, .mods = KEYS_CTRL }, .paste_wait_ms = 200, .long_term = "",
};

static struct script script;
static struct person person;
static struct template template;

static int setup(void **state)
{
	person_sample(&person);
	return 0;
}

static int parse(const char *text, char *problem)
{
	template = (struct template){};
	return template_add(&template, text, problem);
}

/* Keys for people: characters as they are, <ENTER>, <ctrl-v>, [clip text], (pause). */
static void describe(char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < script.n; i++) {
		const struct step *s = &script.step[i];
		struct keys k = {};
		char c = '\0';

		assert_true(n < size - 64);
		if (s->kind == STEP_PAUSE) {
			n += sprintf(out + n, "(%u)", s->ms);
		} else if (s->kind == STEP_CLIP) {
			n += sprintf(out + n, "[%s]", script.text + s->text);
		} else if (s->stroke.mods & KEYS_CTRL) {
			n += sprintf(out + n, "<%sctrl-%u>", s->stroke.mods & KEYS_SHIFT ? "shift-" : "",
				     s->stroke.code);
		} else {
			if (s->stroke.mods & KEYS_SHIFT)
				keys_feed(&k, KEY_LEFTSHIFT, 1, &c);
			if (keys_feed(&k, s->stroke.code, 1, &c) == KEY_IS_CHARACTER)
				out[n++] = c;
			else
				n += sprintf(out + n, "<%s%u>", s->stroke.mods ? "shift-" : "",
					     s->stroke.code);
			out[n] = '\0';
		}
	}
}

static void expect_with(const struct render_options *options, const char *text, const char *keys)
{
	char problem[TEMPLATE_PROBLEM_SIZE] = "", out[8192];

	if (parse(text, problem) < 0)
		fail_msg("%s: %s", text, problem);
	assert_int_equal(template_render(&template, &person, options, &script), WEDGE_TYPED);
	describe(out, sizeof(out));
	assert_string_equal(out, keys);
}

static void expect(const char *text, const char *keys)
{
	expect_with(&usual, text, keys);
}

static void expect_result(const char *text, enum wedge_result result)
{
	char problem[TEMPLATE_PROBLEM_SIZE];

	assert_int_equal(parse(text, problem), 0);
	assert_int_equal(template_render(&template, &person, &usual, &script), result);
}

static void test_fields(void **state)
{
	expect("{id}{ENTER}", "110101190001010014<28>");
	expect("{id}{TAB}{name_latin}{SHIFT+TAB}{sex}", "110101190001010014<15>SAMPLE, TEST CARD<shift-15>male");
	expect("{sex_code}{ethnicity_code}{nationality}{passport}{permit}{former}{card_type}",
	       "101XXXL898902C3H00000000XXX110000010103resident");
	expect("", "");
	strcpy(person.text[FIELD_id], "91199919000101003X");
	expect("{id}", "91199919000101003X");
}

static void test_text_outside(void **state)
{
	expect("No. {id};", "No. 110101190001010014;");
	expect("{{{id}}}", "{110101190001010014}");
	expect("a{{b}}c", "a{b}c");
	expect("\\~!@#$%^&*()_+|\"'<>?", "\\~!@#$%^&*()_+|\"'<>?");
}

static void test_dates(void **state)
{
	strcpy(person.text[FIELD_birth], "1987-06-05");
	expect("{birth}", "1987-06-05");
	expect("{birth:%Y%m%d}", "19870605");
	expect("{birth:%d.%m.%y}", "05.06.87");
	expect("{birth:%-d/%-m/%Y %%}", "5/6/1987 %");
	expect("{valid_from:%Y}-{valid_until:%Y}", "2020-2030");
	expect("{birth:%Y:%m}", "1987:06");
	expect("{birth:%Y年%-m月%-d日:escape}", "1987\\u5e746\\u67085\\u65e5");
	strcpy(person.text[FIELD_birth], "yesterday!");
	expect_result("{birth:%Y}", WEDGE_NO_FIELD);
}

static void test_missing_fields(void **state)
{
	person.text[FIELD_name_latin][0] = '\0';
	expect_result("{id}{TAB}{name_latin}{ENTER}", WEDGE_NO_FIELD);
	expect("{id}{TAB}{name_latin?}{ENTER}", "110101190001010014<15><28>");
	expect("{name_latin?:clip}", "");
	person.text[FIELD_birth][0] = '\0';
	expect("{birth?:%Y}", "");
	expect_result("{birth:%Y}", WEDGE_NO_FIELD);
}

static void test_long_term(void **state)
{
	struct render_options o = usual;

	person.text[FIELD_valid_until][0] = '\0';
	person.long_term = true;
	expect_result("{valid_until:%Y}", WEDGE_NO_FIELD);
	expect("{valid_until?:%Y}", "");
	o.long_term = "长期";
	expect_with(&o, "{valid_until:%Y:clip}", "[长期](200)<ctrl-47>(200)");
	o.long_term = "9999";
	expect_with(&o, "{valid_until:%Y}", "9999");
}

static void test_chinese(void **state)
{
	expect_result("{name}", WEDGE_CHARACTER);
	expect_result("{id}{TAB}{name}", WEDGE_CHARACTER);
	expect("{name:escape}", "\\u6d4b\\u8bd5\\u7532");
	expect("{name:unicode}", "<shift-ctrl-22>6d4b <shift-ctrl-22>8bd5 <shift-ctrl-22>7532 ");
	expect("{id}{TAB}{name:clip}{ENTER}",
	       "110101190001010014<15>[测试甲](200)<ctrl-47>(200)<28>");
	expect("{sex_zh:escape}", "\\u7537");
	/* beyond the first plane, and the character of the escape itself */
	strcpy(person.text[FIELD_name], "a\\𠮷1");
	expect("{name:escape}", "a\\u005c\\ud842\\udfb71");
	expect("{name:unicode}", "a\\<shift-ctrl-22>20bb7 1");
}

static void test_two_clips(void **state)
{
	struct render_options o = usual;

	o.paste = (struct stroke){ .code = KEY_INSERT, .mods = KEYS_SHIFT };
	o.paste_wait_ms = 0;
	expect_with(&o, "{name:clip}{TAB}{sex_zh:clip}", "[测试甲]<shift-110><15>[男]<shift-110>");
	assert_true(template_clips(&template));
	expect("{id}", "110101190001010014");
	assert_false(template_clips(&template));
}

/* What would be a key, or was not read. */
static void test_no_controls(void **state)
{
	static const char *const bad[] = {
		"a\nb", "a\tb", "\x1b[2J", "a\x7f", "\xc2\x85", "\xef\xbf\xbd", "\xff",
	};

	for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
		strcpy(person.text[FIELD_name], bad[i]);
		expect_result("{name}", WEDGE_CHARACTER);
		expect_result("{name:clip}", WEDGE_CHARACTER);
		expect_result("{name:escape}", WEDGE_CHARACTER);
		expect_result("{name:unicode}", WEDGE_CHARACTER);
	}
}

static void test_pauses_and_keys(void **state)
{
	expect("{PAUSE}{PAUSE:1}{PAUSE:10000}{ESC}{CTRL+A}{F5}", "(200)(1)(10000)<1><ctrl-30><63>");
}

static void test_mistakes(void **state)
{
	static const char *const bad[] = {
		"{", "}", "{id", "id}", "{}", "{ }", "{foo}", "{ID}", "{Id}", "{id }", "{ id}",
		"{id:}", "{id:%Y}", "{id:copy}", "{id??}", "{id:clip:clip}", "{id:clip?}",
		"{birth:}", "{birth:%}", "{birth:%H}", "{birth:%-Y}", "{birth:%Y%-}", "{birth:%Y年}",
		"{TABS}", "{PAUSE:}", "{PAUSE:0}", "{PAUSE:10001}", "{PAUSE:1s}",
		"{PAUSE:-1}", "{PAUSES}", "{ALT+F4}", "姓名", "a\tb", "{1}", "{{{id}}", "{id}}",
	};
	char problem[TEMPLATE_PROBLEM_SIZE];

	for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
		problem[0] = '\0';
		if (parse(bad[i], problem) != -EINVAL)
			fail_msg("accepted: %s", bad[i]);
		assert_true(strlen(problem) > 5);
	}
}

static void test_limits(void **state)
{
	char problem[TEMPLATE_PROBLEM_SIZE], text[TEMPLATE_TEXT_MAX + 2];

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(parse(text, problem), -EINVAL);
	text[TEMPLATE_TEXT_MAX] = '\0';
	assert_int_equal(parse(text, problem), 0);
	template = (struct template){};
	for (int i = 0; i < TEMPLATE_TOKENS_MAX; i++)
		assert_int_equal(template_add(&template, "{address:unicode}", problem), 0);
	assert_int_equal(template_add(&template, "{TAB}", problem), -EINVAL);
	/* too many keys, too much for the clipboard */
	assert_int_equal(template_render(&template, &person, &usual, &script), WEDGE_TOO_LONG);
	template = (struct template){};
	for (int i = 0; i < TEMPLATE_TOKENS_MAX; i++)
		assert_int_equal(template_add(&template, "{address:clip}", problem), 0);
	assert_int_equal(template_render(&template, &person, &usual, &script), WEDGE_TOO_LONG);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_fields, setup),
		cmocka_unit_test_setup(test_text_outside, setup),
		cmocka_unit_test_setup(test_dates, setup),
		cmocka_unit_test_setup(test_missing_fields, setup),
		cmocka_unit_test_setup(test_long_term, setup),
		cmocka_unit_test_setup(test_chinese, setup),
		cmocka_unit_test_setup(test_two_clips, setup),
		cmocka_unit_test_setup(test_no_controls, setup),
		cmocka_unit_test_setup(test_pauses_and_keys, setup),
		cmocka_unit_test_setup(test_mistakes, setup),
		cmocka_unit_test_setup(test_limits, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
