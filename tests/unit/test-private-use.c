// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table against the C library: GBK gave private-use characters to its places that have no
 * character, one after the other; what GB 18030 has at such a place today is what they are.
 */
#include "test.h"

#include <iconv.h>
#include <stdbool.h>

#include "private-use.h"

enum {
	FIRST = 0xe766,		/* of the places between the characters of GB 2312 and GBK */
	LAST = 0xe864,
	MAPPED = 106,
};

/* The character at a place, 0 if there is none. */
static uint32_t decode(iconv_t from, unsigned int lead, unsigned int trail)
{
	char code[] = { (char)lead, (char)trail };
	unsigned char utf32[8];
	char *in = code, *out = (char *)utf32;
	size_t n = sizeof(code), room = sizeof(utf32);

	iconv(from, NULL, NULL, NULL, NULL);
	if (iconv(from, &in, &n, &out, &room) == (size_t)-1 || n > 0 || room != 4)
		return 0;
	return (uint32_t)utf32[0] << 24 | (uint32_t)utf32[1] << 16 | (uint32_t)utf32[2] << 8 |
	       utf32[3];
}

/* Rows A8 and A9 are used from 40 on, A1 to A7 from A1, in the others only the end of the row. */
static unsigned int first_trail(unsigned int lead)
{
	return lead >= 0xa1 && lead <= 0xa7 ? 0xa1 : 0x40;
}

static unsigned int last_trail(unsigned int lead)
{
	/* AA to AF, F8 to FE: the user's own rows, which have numbers of their own. */
	return (lead >= 0xaa && lead <= 0xaf) || lead >= 0xf8 ? 0xa0 : 0xfe;
}

static void against_the_c_library(void **state)
{
	iconv_t gbk = iconv_open("UTF-32BE", "GBK"), gb18030 = iconv_open("UTF-32BE", "GB18030");
	uint32_t c = FIRST;
	int mapped = 0;

	assert_true(gbk != (iconv_t)-1 && gb18030 != (iconv_t)-1);
	for (unsigned int lead = 0xa1; lead <= 0xfe; lead++) {
		for (unsigned int trail = first_trail(lead); trail <= last_trail(lead); trail++) {
			uint32_t today;

			if (trail == 0x7f || decode(gbk, lead, trail))
				continue;
			today = decode(gb18030, lead, trail);
			if (today == c)
				today = 0;	/* still private */
			if (private_use_map(c) != today)
				fail_msg("%02X%02X: U+%04X is U+%04X, not U+%04X", lead, trail, c,
					 today, private_use_map(c));
			mapped += today != 0;
			c++;
		}
	}
	assert_int_equal(c, LAST + 1);
	assert_int_equal(mapped, MAPPED);
	iconv_close(gbk);
	iconv_close(gb18030);
}

static void nothing_else(void **state)
{
	int mapped = 0;

	for (uint32_t c = 0; c < 0x110000; c++) {
		uint32_t today = private_use_map(c);

		mapped += today != 0;
		if (c < FIRST || c > LAST)
			assert_int_equal(today, 0);
		/* Never to another private-use character. */
		assert_false(today >= 0xe000 && today <= 0xf8ff);
	}
	assert_int_equal(mapped, MAPPED);
}

static void known_ones(void **state)
{
	static const struct {
		uint32_t c, today;
	} samples[] = {
		{ 0xe76c, 0x20ac }, { 0xe78d, 0xfe10 }, { 0xe78e, 0xfe12 }, { 0xe796, 0xfe19 },
		{ 0xe7c7, 0x1e3f }, { 0xe7c8, 0x1f9 },	{ 0xe7e7, 0x303e }, { 0xe7f3, 0x2ffb },
		{ 0xe816, 0x20087 }, { 0xe81e, 0x9fb4 }, { 0xe831, 0x215d7 }, { 0xe83b, 0x2298f },
		{ 0xe843, 0x9fb9 }, { 0xe855, 0x241fe }, { 0xe863, 0x4dae }, { 0xe864, 0x9fbb },
		{ 0xe000, 0 }, { 0xe78c, 0 }, { 0xe797, 0 }, { 0xe814, 0 }, { 0xe865, 0 },
		{ 0xf8ff, 0 }, { 0x4e00, 0 }, { 0xf0000, 0 },
	};

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		assert_int_equal(private_use_map(samples[i].c), samples[i].today);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(against_the_c_library),
		cmocka_unit_test(nothing_else),
		cmocka_unit_test(known_ones),
	};

	return cmocka_run_group_tests_name("private-use", tests, NULL, NULL);
}
