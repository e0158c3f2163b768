// SPDX-License-Identifier: GPL-2.0-or-later
/* GB 18030, against what is known of it and against the tables of the C library. */
#include "test.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "gbk.h"
#include "private-use.h"
#include "text.h"

/* Into a buffer of exactly @size bytes. */
static void check_cut(const char *utf8, size_t size, const char *expected, bool expected_lossy)
{
	char *text = malloc(size);
	bool lossy = false;

	assert_non_null(text);
	assert_int_equal(gbk_from_utf8(utf8, text, size, &lossy), strlen(expected));
	assert_string_equal(text, expected);
	assert_int_equal(lossy, expected_lossy);
	free(text);
}

static void check(const char *utf8, const char *expected)
{
	check_cut(utf8, strlen(expected) + 1, expected, false);
}

static void names(void **state)
{
	check("", "");
	check("SAMPLE, TEST CARD", "SAMPLE, TEST CARD");
	check("测试甲", "\xb2\xe2\xca\xd4\xbc\xd7");
	check("汉", "\xba\xba");
	check("男女长期", "\xc4\xd0\xc5\xae\xb3\xa4\xc6\xda");
	/* The dot in names of minorities. */
	check("测·试", "\xb2\xe2\xa1\xa4\xca\xd4");
	/* GBK, not in GB 2312. */
	check("喆堃", "\x86\xb4\x88\xd2");
}

static void rare_characters(void **state)
{
	check("\u9fb4", "\xfe\x59");		/* of GB 18030 (2005), in two bytes */
	check("\u3447", "\xfe\x56");		/* extension A, two bytes */
	check("\u4dae", "\xfe\x9f");
	check("\u3400", "\x81\x39\xee\x39");	/* extension A, four bytes */
	check("\u4dff", "\x82\x35\x8f\x32");
	check("\U00020000", "\x95\x32\x82\x36");	/* extension B */
	check("\U00030340", "\x9a\x34\xd7\x34");	/* extension G */
	check("\u4dff测\U00020000", "\x82\x35\x8f\x32\xb2\xe2\x95\x32\x82\x36");
}

/* As an old card has it: its place in GBK, which is today's character in GB 18030. */
static void private_use(void **state)
{
	check("\ue81e", "\xfe\x59");
	check("\ue815", "\xfe\x50");
	check("\ue864", "\xfe\xa0");
	check("\ue000", "\xaa\xa1");	/* the user's own */
	check("测试\ue81e", "\xb2\xe2\xca\xd4\xfe\x59");
}

static void without_form(void **state)
{
	check_cut("A\ufffd", 3, "A?", true);
	check_cut("\xff测\xe6\xb5", 6, "?\xb2\xe2??", true);
	check_cut("\xed\xa0\x80", 4, "???", true);	/* a surrogate is no character */
	/* Only what was written counts. */
	check_cut("AB\ufffd", 3, "AB", false);
	assert_int_equal(gbk_from_utf8("\ufffd", (char[2]){}, 2, NULL), 1);
}

static void cut(void **state)
{
	char none = 0x55;

	assert_int_equal(gbk_from_utf8("测", &none, 0, NULL), 0);
	assert_int_equal(none, 0x55);
	check_cut("测试", 1, "", false);
	check_cut("测试", 2, "", false);
	check_cut("测试", 3, "\xb2\xe2", false);
	check_cut("测试", 4, "\xb2\xe2", false);
	check_cut("测试", 5, "\xb2\xe2\xca\xd4", false);
	/* Nothing behind what does not fit, even if that would. */
	check_cut("测\U00020000A", 6, "\xb2\xe2", false);
	check_cut("测\U00020000A", 7, "\xb2\xe2\x95\x32\x82\x36", false);
	check_cut("测\U00020000A", 8, "\xb2\xe2\x95\x32\x82\x36\x41", false);
}

static size_t library_form(iconv_t to, uint32_t c, char ret[8])
{
	char utf8[4], *in = utf8, *out = ret;
	size_t n = text_put(utf8, c), room = 8;

	iconv(to, NULL, NULL, NULL, NULL);
	return iconv(to, &in, &n, &out, &room) == (size_t)-1 ? 0 : 8 - room;
}

static void every_character(void **state)
{
	iconv_t to = iconv_open("GB18030", "UTF-8");
	unsigned int two = 0, four = 0, none = 0;

	assert_true(to != (iconv_t)-1);
	for (uint32_t c = 1; c < 0x110000; c++) {
		char utf8[5] = "", text[5], form[8] = "?";
		bool lossy = false;
		size_t n;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		text_put(utf8, c);
		n = c == 0xfffd ? 0 : library_form(to, private_use_map(c) ?: c, form);
		none += n == 0;
		two += n == 2;
		four += n == 4;
		if (n == 0)
			*form = '?';
		if (gbk_from_utf8(utf8, text, sizeof(text), &lossy) != (n ?: 1) ||
		    memcmp(text, form, n ?: 1) != 0 || lossy != (n == 0))
			fail_msg("U+%04X", c);
	}
	iconv_close(to);
	/* Rows of two bytes, and most of the rest; what the C library leaves out is little. */
	assert_true(two > 23000 && two < 24500);
	assert_true(four > 1000000);
	assert_true(none < 200);
}

/* And what a program makes of it that reads GB 18030. */
static void back(void **state)
{
	static const char text[] = "测试甲·\u9fb4\U00020000\u3400喆1号X";
	char gbk[64], utf8[64], *in = gbk, *out = utf8;
	size_t n = gbk_from_utf8(text, gbk, sizeof(gbk), NULL), room = sizeof(utf8);
	iconv_t from = iconv_open("UTF-8", "GB18030");

	assert_int_equal(iconv(from, &in, &n, &out, &room), 0);
	*out = '\0';
	assert_string_equal(utf8, text);
	iconv_close(from);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(rare_characters),
		cmocka_unit_test(private_use),
		cmocka_unit_test(without_form),
		cmocka_unit_test(cut),
		cmocka_unit_test(every_character),
		cmocka_unit_test(back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
