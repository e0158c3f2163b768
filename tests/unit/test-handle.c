// SPDX-License-Identifier: GPL-2.0-or-later
#include "../range.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "node/entry.h"
#include "node/handle.h"
#include "secret.h"

static void push(struct handle *h, const char *text)
{
	_cleanup_(line_unrefp) struct line *line = line_new(text, strlen(text));

	assert_non_null(line);
	handle_push(h, line);
}

/* Reads into @ret as a program with a buffer of @size would; the result of the read. */
static int take(struct handle *h, size_t size, char *ret)
{
	const char *data;
	size_t n;
	int r;

	r = handle_peek(h, size, &data, &n);
	if (r < 0) {
		if (r == -EOVERFLOW)
			handle_advance(h, 0);
		return r;
	}
	assert_within(n, 1, size);
	memcpy(ret, data, n);
	ret[n] = '\0';
	handle_advance(h, n);
	return n;
}

static void test_empty(void **state)
{
	struct handle h = {};
	char text[8];

	assert_false(handle_readable(&h));
	assert_int_equal(take(&h, 1, text), -EAGAIN);
}

static void test_one_line_a_read(void **state)
{
	struct handle h = {};
	char text[64];

	push(&h, "first");
	push(&h, "second");
	assert_true(handle_readable(&h));
	assert_int_equal(take(&h, 63, text), 6);
	assert_string_equal(text, "first\n");
	assert_int_equal(take(&h, 63, text), 7);
	assert_string_equal(text, "second\n");
	assert_int_equal(take(&h, 63, text), -EAGAIN);
	assert_false(handle_readable(&h));
}

static void test_any_buffer(void **state)
{
	for (size_t size = 1; size <= 9; size++) {
		char all[64] = "", text[16];
		struct handle h = {};

		push(&h, "abc");
		push(&h, "");
		push(&h, "测试甲");
		while (take(&h, size, text) > 0)
			strcat(all, text);
		assert_string_equal(all, "abc\n\n测试甲\n");
	}
}

/* What was peeked at and not taken stays: the read was given up. */
static void test_given_up(void **state)
{
	struct handle h = {};
	const char *data;
	char text[16];
	size_t n;

	push(&h, "abc");
	assert_int_equal(handle_peek(&h, 2, &data, &n), 0);
	assert_int_equal(handle_peek(&h, 2, &data, &n), 0);
	assert_int_equal(take(&h, 2, text), 2);
	assert_string_equal(text, "ab");
	assert_int_equal(take(&h, 8, text), 2);
	assert_string_equal(text, "c\n");
}

static void test_several_readers(void **state)
{
	struct handle a = {}, b = {};
	struct line *line = line_new("shared", 6);
	char text[16];

	handle_push(&a, line);
	handle_push(&b, line);
	line_unref(line);
	assert_int_equal(take(&a, 3, text), 3);
	handle_clear(&a);
	assert_int_equal(take(&b, 15, text), 7);
	assert_string_equal(text, "shared\n");
	assert_int_equal(take(&a, 15, text), -EAGAIN);
}

static void expect_lines(struct handle *h, int from, int to)
{
	char text[32], expected[32];

	for (int i = from; i < to; i++) {
		snprintf(expected, sizeof(expected), "%d\n", i);
		assert_int_equal(take(h, 31, text), strlen(expected));
		assert_string_equal(text, expected);
	}
	assert_int_equal(take(h, 31, text), -EAGAIN);
}

static void push_numbers(struct handle *h, int from, int to)
{
	char text[32];

	for (int i = from; i < to; i++) {
		snprintf(text, sizeof(text), "%d", i);
		push(h, text);
	}
}

static void test_full_is_not_overflow(void **state)
{
	struct handle h = {};

	push_numbers(&h, 0, HANDLE_LINES_MAX);
	expect_lines(&h, 0, HANDLE_LINES_MAX);
	/* the ring goes round */
	push_numbers(&h, 0, 40);
	expect_lines(&h, 0, 40);
	push_numbers(&h, 40, 40 + HANDLE_LINES_MAX);
	expect_lines(&h, 40, 40 + HANDLE_LINES_MAX);
}

static void test_overflow_lines(void **state)
{
	struct handle h = {};
	char text[32];

	push_numbers(&h, 0, HANDLE_LINES_MAX);
	/* in the middle of a line: its rest must not be taken for a line */
	assert_int_equal(take(&h, 1, text), 1);
	push_numbers(&h, HANDLE_LINES_MAX, HANDLE_LINES_MAX + 1);
	assert_true(handle_readable(&h));
	push_numbers(&h, 900, 902);
	assert_int_equal(take(&h, 31, text), -EOVERFLOW);
	expect_lines(&h, 900, 902);
}

static void test_overflow_again(void **state)
{
	struct handle h = {};
	char text[32];

	push_numbers(&h, 0, 3 * HANDLE_LINES_MAX);
	assert_int_equal(take(&h, 31, text), -EOVERFLOW);
	/* each time all go: 64 and 65, then the rest is what came after the last */
	expect_lines(&h, 2 * HANDLE_LINES_MAX + 2, 3 * HANDLE_LINES_MAX);
}

static void test_overflow_bytes(void **state)
{
	static char big[HANDLE_BYTES_MAX];
	_cleanup_(line_unrefp) struct line *half = NULL, *whole = NULL, *too_big = NULL;
	struct handle h = {};
	char text[32];

	half = line_new(big, HANDLE_BYTES_MAX / 2 - 1);
	whole = line_new(big, HANDLE_BYTES_MAX - 1);
	too_big = line_new(big, HANDLE_BYTES_MAX);
	handle_push(&h, half);
	handle_push(&h, half);
	assert_false(h.overflow);
	push(&h, "");
	assert_int_equal(take(&h, 31, text), -EOVERFLOW);
	assert_int_equal(take(&h, 31, text), -EAGAIN);

	handle_push(&h, whole);
	assert_false(h.overflow);
	handle_clear(&h);
	assert_false(handle_readable(&h));
	handle_push(&h, too_big);
	assert_int_equal(take(&h, 31, text), -EOVERFLOW);
	assert_int_equal(take(&h, 31, text), -EAGAIN);
}

static void test_lost_before(void **state)
{
	struct handle h = {};
	char text[32];

	push(&h, "a");
	handle_overflow(&h);
	assert_int_equal(take(&h, 31, text), -EOVERFLOW);
	assert_int_equal(take(&h, 31, text), -EAGAIN);
}

static int entry(const char *data, size_t size, const char *expected)
{
	_cleanup_secret_ char *text = NULL;
	int r;

	r = entry_new(data, size, &text);
	if (r == 0)
		assert_string_equal(text, expected);
	return r;
}

#define ENTRY(literal, expected) entry(literal, sizeof(literal) - 1, expected)

static void test_entry(void **state)
{
	assert_int_equal(ENTRY("110101190001010014", "110101190001010014"), 0);
	assert_int_equal(ENTRY("110101190001010014\n", "110101190001010014"), 0);
	assert_int_equal(ENTRY("P<UTO\r\nL898\r\n", "P<UTO\r\nL898"), 0);
	assert_int_equal(ENTRY("a\tb", "a\tb"), 0);
	assert_int_equal(ENTRY("110", "110"), 0);
	assert_int_equal(ENTRY("Ġ", "Ġ"), 0);
}

static void test_entry_refused(void **state)
{
	static const char *const bad[] = {
		"", "\n", " \r\n\t ", "1\x01", "1\x7f", "1\xc2\x85", "\xff\xfe", "1\xc3", "\xed\xa0\x80",
		"\xc0\x80", "1\033[2J", "\xf4\x90\x80\x80",
	};
	char big[ENTRY_SIZE_MAX + 2];

	for (size_t i = 0; i < ELEMENTSOF(bad); i++)
		assert_int_equal(entry(bad[i], strlen(bad[i]), ""), -EINVAL);
	assert_int_equal(ENTRY("1\0002", ""), -EINVAL);
	memset(big, '1', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	assert_int_equal(entry(big, ENTRY_SIZE_MAX + 1, ""), -EINVAL);
	big[ENTRY_SIZE_MAX] = '\0';
	assert_int_equal(entry(big, ENTRY_SIZE_MAX, big), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_one_line_a_read),
		cmocka_unit_test(test_any_buffer),
		cmocka_unit_test(test_given_up),
		cmocka_unit_test(test_several_readers),
		cmocka_unit_test(test_full_is_not_overflow),
		cmocka_unit_test(test_overflow_lines),
		cmocka_unit_test(test_overflow_again),
		cmocka_unit_test(test_overflow_bytes),
		cmocka_unit_test(test_lost_before),
		cmocka_unit_test(test_entry),
		cmocka_unit_test(test_entry_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
