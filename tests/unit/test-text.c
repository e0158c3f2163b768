// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define FFFD "\xef\xbf\xbd"

/* The units, ended by END, as a field. Buffers of exactly the promised size. */
#define END 0x10000

static void check(const uint32_t *units, const char *expected, unsigned int expected_flags)
{
	unsigned int flags = 0x80;
	size_t n = 0, length;
	uint8_t *field;
	char *text;

	while (units[n] != END)
		n++;
	field = malloc(2 * n + 1);
	text = malloc(TEXT_SIZE(2 * n));
	assert_non_null(field);
	assert_non_null(text);
	for (size_t i = 0; i < n; i++) {
		field[2 * i] = (uint8_t)units[i];
		field[2 * i + 1] = (uint8_t)(units[i] >> 8);
	}
	length = text_from_utf16le(field, 2 * n, text, &flags);
	assert_string_equal(text, expected);
	assert_int_equal(length, strlen(expected));
	assert_int_equal(flags, 0x80 | expected_flags);
	free(field);
	free(text);
}

#define CHECK(expected, flags, ...) check((const uint32_t[]){ __VA_ARGS__, END }, expected, flags)

static void padding(void **state)
{
	CHECK("", 0, END);
	CHECK("", 0, ' ', ' ', ' ');
	CHECK("", 0, 0, 0);
	CHECK("", 0, 0x3000, ' ', 0, 0x3000);
	CHECK("A", 0, 'A', ' ', 0, 0x3000, ' ');
	CHECK("A B", 0, 'A', ' ', 'B', ' ');
	CHECK(" A", 0, ' ', 'A');
	CHECK("A  B", 0, 'A', ' ', ' ', 'B');
	CHECK("A\xe3\x80\x80" "B", 0, 'A', 0x3000, 'B');
	/* A no-break space is no padding of the card. */
	CHECK("A\xc2\xa0", 0, 'A', 0xa0);
}

static void encoding(void **state)
{
	CHECK("测试甲", 0, 0x6d4b, 0x8bd5, 0x7532, ' ');
	CHECK("·é߿ࠀ", 0, 0xb7, 0xe9, 0x7ff, 0x800);
	CHECK("~\xc2\xa0X", 0, 0x7e, 0xa0, 'X');
	CHECK("\xf0\xa0\x80\x80", 0, 0xd840, 0xdc00);		/* U+20000 */
	CHECK("\xf0\x90\x80\x80", 0, 0xd800, 0xdc00);		/* the first pair */
	CHECK("\xf0\xb0\x8d\x80X", 0, 0xd880, 0xdf40, 'X');	/* U+30340 */
}

static void private_use(void **state)
{
	CHECK("\xee\x80\x80", TEXT_PRIVATE_USE, 0xe000);
	CHECK("\xef\xa3\xbf", TEXT_PRIVATE_USE, 0xf8ff);
	CHECK("测\xee\xa0\x96", TEXT_PRIVATE_USE, 0x6d4b, 0xe816);
	CHECK("\xef\xa4\x80", 0, 0xf900);
	CHECK("\xf3\xb0\x80\x80", TEXT_PRIVATE_USE, 0xdb80, 0xdc00);	/* U+F0000 */
	CHECK("\xf4\x8f\xbf\xbd", TEXT_PRIVATE_USE, 0xdbff, 0xdffd);	/* U+10FFFD */
}

static void odd(void **state)
{
	/* Surrogates without their other half. */
	CHECK("A" FFFD, TEXT_ODD, 'A', 0xd800);
	CHECK(FFFD "A", TEXT_ODD, 0xd800, 'A');
	CHECK(FFFD "A", TEXT_ODD, 0xdc00, 'A');
	CHECK(FFFD FFFD, TEXT_ODD, 0xdc00, 0xd800);
	CHECK(FFFD "\xf0\x90\x80\x80", TEXT_ODD, 0xd800, 0xd800, 0xdc00);
	CHECK(FFFD " A", TEXT_ODD, 0xdbff, ' ', 'A');
	/* The other half must not be taken from behind the padding, or the field. */
	CHECK(FFFD, TEXT_ODD, 0xd840, ' ');
	/* NUL before the end does not cut. */
	CHECK("A" FFFD "B", TEXT_ODD, 'A', 0, 'B', 0);
	CHECK(FFFD "B", TEXT_ODD, 0, 'B');
	/* Control characters. */
	CHECK("A" FFFD "B", TEXT_ODD, 'A', '\n', 'B');
	CHECK(FFFD "[0m", TEXT_ODD, 0x1b, '[', '0', 'm');
	CHECK(FFFD FFFD FFFD FFFD, TEXT_ODD, 0x01, 0x7f, 0x80, 0x9f);
	/* Noncharacters. */
	CHECK(FFFD FFFD FFFD FFFD, TEXT_ODD, 0xfdd0, 0xfdef, 0xfffe, 0xffff);
	CHECK(FFFD, TEXT_ODD, 0xd83f, 0xdfff);
	/* Seen, and passed on. */
	CHECK("A\xe2\x80\xae" "B", TEXT_ODD, 'A', 0x202e, 'B');
	CHECK("\xef\xbb\xbf" "A", TEXT_ODD, 0xfeff, 'A');
	CHECK(FFFD, TEXT_ODD, 0xfffd);
	CHECK(FFFD "\xee\x80\x80", TEXT_ODD | TEXT_PRIVATE_USE, 0, 0xe000);
}

static void odd_last_byte(void **state)
{
	static const uint8_t field[3] = { 'A', 0, 'B' };
	char text[TEXT_SIZE(3)];
	unsigned int flags = 0;

	assert_int_equal(text_from_utf16le(field, 3, text, &flags), 1);
	assert_string_equal(text, "A");
	assert_int_equal(flags, 0);
}

/* Every unit alone, and what it gives is read back by two decoders. */
static void every_unit(void **state)
{
	for (uint32_t c = 0; c < 0x10000; c++) {
		uint8_t field[4] = { (uint8_t)c, (uint8_t)(c >> 8), 'A', 0 };
		char text[TEXT_SIZE(4)];
		unsigned int flags = 0;
		const char *p = text;
		json_t *value;
		uint32_t got;

		text_from_utf16le(field, sizeof(field), text, &flags);
		got = text_next(&p);
		if (got != c) {
			assert_int_equal(got, 0xfffd);
			assert_int_equal(flags, TEXT_ODD);
		}
		assert_int_equal(text_private_use(c), (flags & TEXT_PRIVATE_USE) != 0);
		assert_int_equal(text_next(&p), 'A');
		assert_int_equal(text_next(&p), 0);
		value = json_string(text);
		assert_non_null(value);
		json_decref(value);
	}
}

static void random_fields(void **state)
{
	uint64_t seed = 20260101;

	for (int round = 0; round < 20000; round++) {
		uint8_t field[30];
		char *text = malloc(TEXT_SIZE(sizeof(field)));
		unsigned int flags = 0;
		json_t *value;
		size_t n;

		for (size_t i = 0; i < sizeof(field); i++)
			field[i] = (uint8_t)(test_random(&seed) >> 24);
		/* Many surrogates: by chance alone there are few pairs. */
		for (size_t i = 1; i < sizeof(field); i += 2)
			if (test_random(&seed) % 2)
				field[i] = 0xd8 | (field[i] & 7);
		n = text_from_utf16le(field, sizeof(field), text, &flags);
		assert_true(n < TEXT_SIZE(sizeof(field)));
		assert_int_equal(strlen(text), n);
		value = json_stringn(text, n);
		assert_non_null(value);
		json_decref(value);
		free(text);
	}
}

static void reading_utf8(void **state)
{
	static const struct {
		const char *text;
		uint32_t expected[5];
	} samples[] = {
		{ "", { 0 } },
		{ "a\xc3\xa9\xe6\xb5\x8b\xf0\xa0\x80\x80", { 'a', 0xe9, 0x6d4b, 0x20000 } },
		{ "\x80" "a", { 0xfffd, 'a' } },
		{ "\xc3", { 0xfffd } },
		{ "\xe6\xb5", { 0xfffd, 0xfffd } },
		{ "\xc0\x80", { 0xfffd, 0xfffd } },		/* longer than needed */
		{ "\xe0\x80\x80", { 0xfffd, 0xfffd, 0xfffd } },
		{ "\xed\xa0\x80", { 0xfffd, 0xfffd, 0xfffd } },	/* a surrogate */
		{ "\xf4\x90\x80\x80", { 0xfffd, 0xfffd, 0xfffd, 0xfffd } },
		{ "\xff\xfe", { 0xfffd, 0xfffd } },
	};

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		char *copy = strdup(samples[i].text);
		const char *p = copy;

		for (size_t k = 0; k < 5; k++)
			assert_int_equal(text_next(&p), samples[i].expected[k]);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(padding),
		cmocka_unit_test(encoding),
		cmocka_unit_test(private_use),
		cmocka_unit_test(odd),
		cmocka_unit_test(odd_last_byte),
		cmocka_unit_test(every_unit),
		cmocka_unit_test(random_fields),
		cmocka_unit_test(reading_utf8),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
