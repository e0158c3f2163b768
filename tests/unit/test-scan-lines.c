// SPDX-License-Identifier: GPL-2.0-or-later
#include "../range.h"
#include "test.h"

#include <stdbool.h>
#include <string.h>

#include "scan/lines.h"

#define NUMBER "110101190001010014"
#define TD3_1 "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
#define TD3_2 "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
#define TD2_1 "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<"
#define TD2_2 "D231458907UTO7408122F1204159<<<<<<<6"
#define TD1_1 "I<UTOD231458907<<<<<<<<<<<<<<<"
#define TD1_2 "7408122F1204159UTO<<<<<<<<<<<6"
#define TD1_3 "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"

enum { KEY_USEC = 5000 };

/* A scanner and its clock. */
struct rig {
	struct lines lines;
	uint64_t usec;
};

static void begin(struct rig *r, enum lines_end end)
{
	r->usec = 1000000;
	lines_begin(&r->lines, end, r->usec);
	r->usec += LINES_PAUSE_USEC;
}

/* What the program does for each key. */
static enum lines_result key(struct rig *r, enum key what, char c)
{
	r->usec += KEY_USEC;
	assert_int_equal(lines_time(&r->lines, r->usec), LINES_NOTHING);
	return lines_key(&r->lines, what, c, r->usec);
}

/* '\n' is Enter, '\t' Tab, '\x1b' a key that no entry has. The last gives @last, others nothing. */
static void type(struct rig *r, const char *text, enum lines_result last)
{
	for (; *text; text++) {
		enum lines_result expected = text[1] ? LINES_NOTHING : last;
		enum key what = *text == '\n' ? KEY_IS_ENTER : *text == '\t' ? KEY_IS_TAB :
				*text == '\x1b' ? KEY_IS_OTHER : KEY_IS_CHARACTER;

		assert_int_equal(key(r, what, *text), expected);
	}
}

static void is_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(p[i], 0);
}

static void takes(struct rig *r, const char *text)
{
	assert_string_equal(r->lines.text, text);
	lines_wipe(&r->lines);
	is_zero(r->lines.text, sizeof(r->lines.text));
	assert_true(lines_deadline(&r->lines) == UINT64_MAX);
}

/* Nothing happens before the deadline; at it @expected does. */
static void waits(struct rig *r, uint64_t usec, enum lines_result expected)
{
	assert_true(lines_deadline(&r->lines) == r->usec + usec);
	assert_int_equal(lines_time(&r->lines, r->usec + usec - 1), LINES_NOTHING);
	assert_int_equal(lines_time(&r->lines, r->usec + usec), expected);
	r->usec += usec;
}

static void pause_scan(struct rig *r)
{
	r->usec += LINES_PAUSE_USEC;
}

static void test_number(void **state)
{
	struct rig r;

	begin(&r, LINES_ENTER);
	type(&r, NUMBER "\n", LINES_ENTRY);
	takes(&r, NUMBER);
	/* the next at once; CR and LF; spaces around it */
	type(&r, "\n" NUMBER "\n", LINES_ENTRY);
	takes(&r, NUMBER);
	type(&r, "\n \n  L898902C3 6 \n", LINES_ENTRY);
	takes(&r, "L898902C3 6");
}

static void test_mrz_lines(void **state)
{
	struct rig r;

	begin(&r, LINES_ENTER);
	type(&r, TD3_1 "\n" TD3_2 "\n", LINES_ENTRY);
	takes(&r, TD3_1 "\n" TD3_2);
	type(&r, TD2_1 "\n\n" TD2_2 "\n", LINES_ENTRY);
	takes(&r, TD2_1 "\n" TD2_2);
	type(&r, TD1_1 "\n" TD1_2 "\n" TD1_3 "\n", LINES_ENTRY);
	takes(&r, TD1_1 "\n" TD1_2 "\n" TD1_3);
	type(&r, TD3_1 TD3_2 "\n", LINES_ENTRY);
	takes(&r, TD3_1 TD3_2);
}

static void test_one_line_of_an_mrz(void **state)
{
	struct rig r;

	begin(&r, LINES_ENTER);
	type(&r, TD3_2 "\n", LINES_NOTHING);
	waits(&r, LINES_PAUSE_USEC, LINES_ENTRY);
	takes(&r, TD3_2);
	/* what the next key meets, when the timer did not come in time */
	type(&r, TD3_2 "\n", LINES_NOTHING);
	pause_scan(&r);
	assert_int_equal(lines_time(&r.lines, r.usec), LINES_ENTRY);
	takes(&r, TD3_2);
	assert_int_equal(lines_key(&r.lines, KEY_IS_CHARACTER, '7', r.usec), LINES_NOTHING);
	type(&r, "8\n", LINES_ENTRY);
	takes(&r, "78");
}

static void test_lines_of_two_documents(void **state)
{
	struct rig r;

	begin(&r, LINES_ENTER);
	type(&r, TD3_1 "\n" TD2_2 "\n", LINES_MIXED);
	is_zero(r.lines.text, sizeof(r.lines.text));
	/* the rest of it, without a pause */
	type(&r, TD3_2 "\n" NUMBER "\n", LINES_NOTHING);
	assert_true(lines_deadline(&r.lines) == UINT64_MAX);
	pause_scan(&r);
	type(&r, TD3_1 "\n" NUMBER "\n", LINES_MIXED);
	pause_scan(&r);
	type(&r, TD3_1 "\n" "L898902C36UTO7408122F1204159ZE184226B <<<<10\n", LINES_MIXED);
	pause_scan(&r);
	type(&r, TD1_1 "\n" TD1_2 "\n" TD2_1 "\n", LINES_MIXED);
	pause_scan(&r);
	type(&r, NUMBER "\n", LINES_ENTRY);
	takes(&r, NUMBER);
}

static void test_nothing_before_the_first_pause(void **state)
{
	struct rig r = { .usec = 5000000 };

	lines_begin(&r.lines, LINES_ENTER, r.usec);
	type(&r, "190001010014\n" NUMBER "\n", LINES_NOTHING);
	is_zero(r.lines.text, sizeof(r.lines.text));
	r.usec += LINES_PAUSE_USEC - KEY_USEC - 1;
	type(&r, "1", LINES_NOTHING);
	type(&r, NUMBER "\n", LINES_NOTHING);
	r.usec += LINES_PAUSE_USEC - KEY_USEC;
	type(&r, NUMBER "\n", LINES_ENTRY);
	takes(&r, NUMBER);
}

static void test_dropped_keys(void **state)
{
	struct rig r;

	begin(&r, LINES_ENTER);
	type(&r, "110101190", LINES_NOTHING);
	assert_int_equal(lines_dropped(&r.lines, r.usec), LINES_DROPPED);
	is_zero(r.lines.text, sizeof(r.lines.text));
	type(&r, "010014\n" NUMBER "\n", LINES_NOTHING);
	pause_scan(&r);
	type(&r, TD3_1 "\n", LINES_NOTHING);
	assert_int_equal(lines_dropped(&r.lines, r.usec), LINES_DROPPED);
	type(&r, TD3_2 "\n", LINES_NOTHING);
	/* the pause counts from the loss, too */
	pause_scan(&r);
	assert_int_equal(lines_dropped(&r.lines, r.usec), LINES_DROPPED);
	r.usec += LINES_PAUSE_USEC - KEY_USEC - 1;
	type(&r, NUMBER "\n", LINES_NOTHING);
	pause_scan(&r);
	type(&r, NUMBER "\n", LINES_ENTRY);
	takes(&r, NUMBER);
}

static void test_foreign_key(void **state)
{
	struct rig r;

	begin(&r, LINES_ENTER);
	type(&r, "1101\x1b", LINES_KEY);
	is_zero(r.lines.text, sizeof(r.lines.text));
	type(&r, NUMBER "\n\x1b", LINES_NOTHING);
	pause_scan(&r);
	type(&r, NUMBER "\t", LINES_KEY);
	pause_scan(&r);
	type(&r, "\x1b", LINES_KEY);
	pause_scan(&r);
	/* modifiers and releases are no keys */
	type(&r, "11010119", LINES_NOTHING);
	assert_int_equal(key(&r, KEY_IS_NOTHING, 0), LINES_NOTHING);
	type(&r, "0001010014\n", LINES_ENTRY);
	takes(&r, NUMBER);
}

static void test_longest(void **state)
{
	char text[LINES_TEXT_MAX + 3] = "";
	struct rig r;

	begin(&r, LINES_ENTER);
	memset(text, 'a', LINES_TEXT_MAX);
	type(&r, text, LINES_NOTHING);
	type(&r, "\n", LINES_ENTRY);
	takes(&r, text);
	memset(text, 'a', LINES_TEXT_MAX + 1);
	type(&r, text, LINES_LONG);
	is_zero(r.lines.text, sizeof(r.lines.text));
	for (int i = 0; i < 1000; i++)
		type(&r, "z\n", LINES_NOTHING);
	pause_scan(&r);
	type(&r, NUMBER "\n", LINES_ENTRY);
	takes(&r, NUMBER);
}

static void test_no_end(void **state)
{
	struct rig r;

	begin(&r, LINES_ENTER);
	type(&r, "110101190", LINES_NOTHING);
	waits(&r, LINES_STALE_USEC, LINES_UNFINISHED);
	is_zero(r.lines.text, sizeof(r.lines.text));
	type(&r, NUMBER "\n", LINES_ENTRY);
	takes(&r, NUMBER);
	type(&r, TD3_1 "\n" "L89", LINES_NOTHING);
	waits(&r, LINES_STALE_USEC, LINES_UNFINISHED);
}

static void test_tab(void **state)
{
	struct rig r;

	begin(&r, LINES_TAB);
	type(&r, NUMBER "\t", LINES_ENTRY);
	takes(&r, NUMBER);
	type(&r, TD3_1 "\n" TD3_2 "\n\t", LINES_ENTRY);
	takes(&r, TD3_1 "\n" TD3_2);
	type(&r, "\t\n\t", LINES_NOTHING);
	type(&r, NUMBER "\n", LINES_NOTHING);
	waits(&r, LINES_STALE_USEC, LINES_UNFINISHED);
}

static void test_pause(void **state)
{
	struct rig r;

	begin(&r, LINES_PAUSE);
	type(&r, NUMBER, LINES_NOTHING);
	waits(&r, LINES_PAUSE_USEC, LINES_ENTRY);
	takes(&r, NUMBER);
	type(&r, TD3_1 "\n" TD3_2 "\n", LINES_NOTHING);
	waits(&r, LINES_PAUSE_USEC, LINES_ENTRY);
	takes(&r, TD3_1 "\n" TD3_2);
	type(&r, NUMBER "\t", LINES_KEY);
	assert_true(lines_deadline(&r.lines) == UINT64_MAX);
}

/* Keys in any order and at any time: never a text of more than one scan, nor beyond its room. */
static void test_any_keys(void **state)
{
	static const char alphabet[] = "0123456789<ABC \n\n\t\x1b";
	uint64_t seed = 42, usec = 1000000;
	unsigned int entries = 0;
	struct lines l;

	lines_begin(&l, LINES_ENTER, usec);
	for (int i = 0; i < 200000; i++) {
		char c = alphabet[test_random(&seed) % (sizeof(alphabet) - 1)];
		enum key what = c == '\n' ? KEY_IS_ENTER : c == '\t' ? KEY_IS_TAB :
				c == '\x1b' ? KEY_IS_OTHER : KEY_IS_CHARACTER;

		usec += test_random(&seed) % 50 ? 1000 : LINES_PAUSE_USEC;
		for (int step = 0; step < 2; step++) {
			enum lines_result r = step ? lines_key(&l, what, c, usec) :
						     lines_time(&l, usec);

			assert_true(l.size <= LINES_TEXT_MAX);
			assert_int_equal(l.text[l.size], '\0');
			if (r == LINES_ENTRY) {
				assert_within(strlen(l.text), 1, LINES_TEXT_MAX);
				lines_wipe(&l);
				entries++;
			}
		}
	}
	assert_true(entries > 1000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_mrz_lines),
		cmocka_unit_test(test_one_line_of_an_mrz),
		cmocka_unit_test(test_lines_of_two_documents),
		cmocka_unit_test(test_nothing_before_the_first_pause),
		cmocka_unit_test(test_dropped_keys),
		cmocka_unit_test(test_foreign_key),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_no_end),
		cmocka_unit_test(test_tab),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_any_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
