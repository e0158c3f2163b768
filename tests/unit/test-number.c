// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "number.h"

static const struct date today = { 2026, 1, 1 };

static void dates(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} dates[] = {
		{ "19000101", true },  { "19991231", true },  { "20000229", true },
		{ "20240229", true },  { "00010101", true },  { "99991231", true },
		{ "19000229", false }, { "21000229", false }, { "20230229", false },
		{ "20230431", false }, { "20231301", false }, { "20230001", false },
		{ "20230100", false }, { "20230132", false }, { "00000101", false },
		{ "2023010", false },  { "2023-1-1", false }, { "", false },
		{ " 2023010", false }, { "2023010X", false }, { "+2023010", false },
	};

	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		struct date d = { 1, 2, 3 };

		assert_int_equal(date_parse(dates[i].text, &d), dates[i].valid ? 0 : -EINVAL);
		if (dates[i].valid) {
			assert_int_equal(d.year * 10000 + d.month * 100 + d.day,
					 atoi(dates[i].text));
			assert_true(date_valid(&d));
		} else {
			assert_int_equal(d.year, 1);
		}
	}
	assert_false(date_valid(&(struct date){}));
}

static void date_order(void **state)
{
	static const struct date sorted[] = {
		{},	       { 1999, 12, 31 }, { 2000, 1, 1 },
		{ 2000, 1, 2 }, { 2000, 2, 1 },	 { 2001, 1, 1 },
	};

	for (int i = 0; i < 6; i++)
		for (int k = 0; k < 6; k++)
			assert_int_equal(date_compare(&sorted[i], &sorted[k]), (i > k) - (i < k));
}

static void today_is_local(void **state)
{
	char text[16], again[16];
	struct date d;

	/* Once more if midnight came between. */
	do {
		time_t now = time(NULL);

		strftime(text, sizeof(text), "%Y%m%d", localtime(&now));
		d = date_today();
		now = time(NULL);
		strftime(again, sizeof(again), "%Y%m%d", localtime(&now));
	} while (strcmp(text, again) != 0);
	assert_int_equal(d.year * 10000 + d.month * 100 + d.day, atoi(text));
}

static void check_digits(void **state)
{
	static const char *const each[] = {
		"110101190001010030", "110101190001010081", "110101190001010022",
		"110101190001010073", "110101190001010014", "110101190001010065",
		"110101190001010196", "110101190001010057", "110101190001010188",
		"110101190001010049", "11010119000101009X",
	};

	assert_int_equal(number_check_mod11("11010119000101001"), '4');
	for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++)
		assert_int_equal(number_check_mod11(each[i]), each[i][17]);
	assert_int_equal(number_check_mod11("91199919000101003"), 'X');
	assert_int_equal(number_check_mod11("81000019000101002"), '6');
	assert_int_equal(number_check_mod11("1101011900010100X"), 0);
	assert_int_equal(number_check_mod11("1101011900010100"), 0);

	assert_int_equal(number_check_731("L898902C3", 9), '6');
	assert_int_equal(number_check_731("L898902C<", 9), '3');
	assert_int_equal(number_check_731("L898902C", 8), '3');
	assert_int_equal(number_check_731("740812", 6), '2');
	assert_int_equal(number_check_731("XXX11000001010", 14), '3');
	assert_int_equal(number_check_731("", 0), '0');
	assert_int_equal(number_check_731("l898902c3", 9), 0);
	assert_int_equal(number_check_731("L898902 3", 9), 0);
}

static void good_numbers(void **state)
{
	static const struct {
		const char *number;
		enum number_kind kind;
		int birth;
		bool male;
	} numbers[] = {
		{ "110101190001010014", NUMBER_RESIDENT, 19000101, true },
		{ "110101190001010022", NUMBER_RESIDENT, 19000101, false },
		{ "110101200002290018", NUMBER_RESIDENT, 20000229, true },
		{ "710000190001010014", NUMBER_RESIDENT, 19000101, true },
		{ "110101202601010013", NUMBER_RESIDENT, 20260101, true },
		{ "810000190001010026", NUMBER_PERMIT, 19000101, false },
		{ "82000019000101001X", NUMBER_PERMIT, 19000101, true },
		{ "830000190001010011", NUMBER_PERMIT, 19000101, true },
		{ "91199919000101003X", NUMBER_FOREIGNER, 19000101, true },
		{ "980000190001010014", NUMBER_FOREIGNER, 19000101, true },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const char *number = numbers[i].number;
		struct number_info info;

		assert_int_equal(number_check(number, &today, &info), IDCARD_ERROR_NONE);
		assert_int_equal(info.kind, numbers[i].kind);
		assert_int_equal(info.birth.year * 10000 + info.birth.month * 100 + info.birth.day,
				 numbers[i].birth);
		assert_int_equal(strncmp(info.region, number, 6), 0);
		assert_int_equal(strlen(info.region), 6);
		if (info.kind != NUMBER_FOREIGNER)
			assert_int_equal(info.male, numbers[i].male);
	}
}

static void bad_numbers(void **state)
{
	static const struct {
		const char *number;
		enum idcard_error error;
	} numbers[] = {
		{ "", IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "11010119000101001", IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "1101011900010100144", IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "110101190001010O14", IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "91199919000101003x", IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "91199919000101003Y", IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "X10101190001010014", IDCARD_ERROR_ENTRY_UNKNOWN },
		{ " 1010119000101001X", IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "110101190001010015", IDCARD_ERROR_ENTRY_CHECKSUM },
		{ "11010119000101001X", IDCARD_ERROR_ENTRY_CHECKSUM },
		{ "110101190001010041", IDCARD_ERROR_ENTRY_CHECKSUM },
		{ "110101190002290011", IDCARD_ERROR_ENTRY_DATE },
		{ "110101190013010011", IDCARD_ERROR_ENTRY_DATE },
		{ "110101202402300026", IDCARD_ERROR_ENTRY_DATE },
		{ "110101202601020019", IDCARD_ERROR_ENTRY_DATE },
		{ "110101209912310015", IDCARD_ERROR_ENTRY_DATE },
		{ "160101190001010013", IDCARD_ERROR_ENTRY_REGION },
		{ "100101190001010012", IDCARD_ERROR_ENTRY_REGION },
		{ "000101190001010019", IDCARD_ERROR_ENTRY_REGION },
		{ "840000190001010013", IDCARD_ERROR_ENTRY_REGION },
		{ "81010119000101001X", IDCARD_ERROR_ENTRY_REGION },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct number_info info = { .region = "before" };

		if (number_check(numbers[i].number, &today, &info) != numbers[i].error)
			fail_msg("%s", numbers[i].number);
		assert_string_equal(info.region, "before");
	}
}

/* The check digit finds every single wrong digit and every two neighbours exchanged. */
static void typing_errors(void **state)
{
	static const char number[] = "110101190001010014";
	struct number_info info;

	for (size_t i = 0; i < 18; i++) {
		for (char c = '0'; c <= '9'; c++) {
			char typed[sizeof(number)];

			memcpy(typed, number, sizeof(number));
			typed[i] = c;
			assert_int_equal(number_check(typed, &today, &info) == IDCARD_ERROR_NONE,
					 c == number[i]);
		}
	}
	for (size_t i = 0; i + 1 < 18; i++) {
		char typed[sizeof(number)];

		memcpy(typed, number, sizeof(number));
		typed[i] = number[i + 1];
		typed[i + 1] = number[i];
		assert_int_equal(number_check(typed, &today, &info) == IDCARD_ERROR_NONE,
				 number[i] == number[i + 1]);
	}
}

static void regions(void **state)
{
	static const int known[] = { 11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34,
				     35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
				     53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83 };

	for (int i = 0; i < 100; i++) {
		bool expected = i >= 90;
		char number[24];

		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
			expected |= known[k] == i;
		snprintf(number, sizeof(number), "%02d0000190001010000", i);
		assert_int_equal(number_region_known(number), expected);
	}
}

static void old_foreigner_numbers(void **state)
{
	static const struct {
		const char *number;
		enum idcard_error error;
	} numbers[] = {
		{ "XXX110000010103", IDCARD_ERROR_NONE },
		{ "XXX110000022904", IDCARD_ERROR_NONE },	/* 2000 had this day */
		{ "XXX110019022906", IDCARD_ERROR_ENTRY_DATE },
		{ "XXX110000130106", IDCARD_ERROR_ENTRY_DATE },
		{ "XXX110004013100", IDCARD_ERROR_NONE },
		{ "XXX110001000004", IDCARD_ERROR_ENTRY_DATE },
		{ "XXX110000010104", IDCARD_ERROR_ENTRY_CHECKSUM },
		{ "XXY110000010103", IDCARD_ERROR_ENTRY_CHECKSUM },
		{ "XXX11000001010", IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "XXX1100000101033", IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "xxx110000010103", IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "XX0110000010103", IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "XXX1100000101O3", IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "110101000101001", IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "", IDCARD_ERROR_ENTRY_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (number_check_foreigner(numbers[i].number) != numbers[i].error)
			fail_msg("%s", numbers[i].number);
}

static void former_numbers(void **state)
{
	static const struct {
		const char *number, *nationality, *association, *former;
	} cards[] = {
		{ "91199919000101003X", "XXX", "000", "XXX110000010103" },
		{ "91199919000101003X", "XXX", "123", "XXX111200010137" },
		{ "91199919000101003X", "DEU", "000", "DEU110000010103" },
		{ "91199919000101003X", "XXX", "", NULL },
		{ "91199919000101003X", "XXX", "00", NULL },
		{ "91199919000101003X", "XXX", "0000", NULL },
		{ "91199919000101003X", "XXX", "00X", NULL },
		{ "91199919000101003X", "XXX", "测", NULL },
		{ "91199919000101003X", "", "000", NULL },
		{ "91199919000101003X", "D", "000", NULL },
		{ "91199919000101003X", "XX1", "000", NULL },
		{ "91199919000101003X", "XXXX", "000", NULL },
		{ "911999190001010031", "XXX", "000", NULL },
		{ "911999190013010037", "XXX", "000", NULL },
		{ "110101190001010014", "XXX", "000", NULL },
		{ "810000190001010026", "XXX", "000", NULL },
		{ "XXX110000010103", "XXX", "000", NULL },
		{ "", "XXX", "000", NULL },
	};

	for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
		char former[16] = "unchanged";
		int r = number_rebuild_former(cards[i].number, cards[i].nationality,
					      cards[i].association, former);

		assert_int_equal(r, cards[i].former ? 0 : -EINVAL);
		assert_string_equal(former, cards[i].former ? cards[i].former : "unchanged");
		if (r == 0)
			assert_int_equal(number_check_foreigner(former), IDCARD_ERROR_NONE);
	}
}

static void fifteen_digits(void **state)
{
	static const struct {
		const char *old, *number;
		enum idcard_error error;
	} numbers[] = {
		{ "110101000101001", "110101190001010014", IDCARD_ERROR_NONE },
		{ "110101000101002", "110101190001010022", IDCARD_ERROR_NONE },
		{ "110101000101009", "11010119000101009X", IDCARD_ERROR_NONE },
		{ "110101991231995", "110101199912319953", IDCARD_ERROR_NONE },
		{ "110101000229001", NULL, IDCARD_ERROR_ENTRY_DATE },	/* 1900 */
		{ "110101001301001", NULL, IDCARD_ERROR_ENTRY_DATE },
		/* Given to those who were a hundred. */
		{ "110101000101996", NULL, IDCARD_ERROR_ENTRY_DATE },
		{ "110101000101999", NULL, IDCARD_ERROR_ENTRY_DATE },
		{ "160101000101001", NULL, IDCARD_ERROR_ENTRY_REGION },
		/* Permits and foreigners had none of this kind. */
		{ "810000000101001", NULL, IDCARD_ERROR_ENTRY_REGION },
		{ "911999000101001", NULL, IDCARD_ERROR_ENTRY_REGION },
		{ "11010100010100", NULL, IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "1101010001010011", NULL, IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "11010100010100X", NULL, IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "XXX110000010103", NULL, IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "110101190001010014", NULL, IDCARD_ERROR_ENTRY_UNKNOWN },
		{ "", NULL, IDCARD_ERROR_ENTRY_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct number_info info = { .region = "none" };
		char number[19] = "unchanged";

		if (number_from_15(numbers[i].old, &today, number, &info) != numbers[i].error)
			fail_msg("%s", numbers[i].old);
		assert_string_equal(number, numbers[i].number ? numbers[i].number : "unchanged");
		assert_string_equal(info.region, numbers[i].number ? "110101" : "none");
	}
}

static void suggestions(void **state)
{
	static const struct {
		const char *number, *suggestion;
		int r;
	} numbers[] = {
		{ "11010119000101OO14", "110101190001010014", 0 },
		{ "11010119000l010014", "110101190001010014", 0 },
		{ "1I0101190001010014", "110101190001010014", 0 },
		{ "11o1o119ooo1010014", NULL, -ENOENT },	/* five: another text */
		{ "11O1O119O001010014", "110101190001010014", 0 },
		{ "11010119000101OO22", "110101190001010022", 0 },
		{ "B10000190001010026", "810000190001010026", 0 },
		{ "8100001900010100Z6", "810000190001010026", 0 },
		{ "810000190001010O2G", "810000190001010026", 0 },
		{ "91199919000101003x", "91199919000101003X", 0 },
		{ "911999190001O1003x", "91199919000101003X", 0 },
		{ "XXX1100000101O3", "XXX110000010103", 0 },
		{ "xxx110000010103", "XXX110000010103", 0 },
		/* Right as it is. */
		{ "110101190001010014", NULL, -ENOENT },
		{ "XXX110000010103", NULL, -ENOENT },
		/* A wrong digit is not looked for. */
		{ "110101190001010015", NULL, -ENOENT },
		{ "1101011900010100I5", NULL, -ENOENT },
		{ "XXX110000010104", NULL, -ENOENT },
		/* X is the last only; a letter like no digit. */
		{ "1101011900010100X4", NULL, -ENOENT },
		{ "11010119000101001H", NULL, -ENOENT },
		{ "11010119000101*014", NULL, -ENOENT },
		/* Fits the check digit and is no number: a month 13, a region that is none. */
		{ "11010120001301OO14", NULL, -ENOENT },
		{ "16O101190001010013", NULL, -ENOENT },
		/* Fifteen digits have none that could tell. */
		{ "1101010001O1001", NULL, -ENOENT },
		{ "11010119000101001", NULL, -ENOENT },
		{ "1101011900010100144", NULL, -ENOENT },
		{ "", NULL, -ENOENT },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		char number[19] = "unchanged";

		if (number_suggest(numbers[i].number, &today, number) != numbers[i].r)
			fail_msg("%s: %s", numbers[i].number, number);
		assert_string_equal(number,
				    numbers[i].suggestion ? numbers[i].suggestion : "unchanged");
	}
}

/* I and L in the country of an old card: the check digit tells, unless both fit. */
static void suggestions_of_letters(void **state)
{
	char text[] = "?1?110000010103", number[19];
	int unique = 0, several = 0;

	for (char c = 'A'; c <= 'Z'; c++) {
		for (char d = '0'; d <= '9'; d++) {
			int r;

			text[0] = text[2] = c;
			text[14] = d;
			strcpy(number, "unchanged");
			r = number_suggest(text, &today, number);
			unique += r == 0;
			several += r == -ENOTUNIQ;
			if (r != 0)
				continue;
			assert_true(number[1] == 'I' || number[1] == 'L');
			assert_int_equal(number_check_foreigner(number), IDCARD_ERROR_NONE);
		}
	}
	/* For each country two of the ten: I is 18, L is 21, the weight 3. */
	assert_int_equal(unique, 2 * 26);
	assert_int_equal(several, 0);
}

/* I1 and 1I or L: several readings can check, and then none is proposed. */
static void several_readings(void **state)
{
	char number[19] = "unchanged", text[] = "11X110000010100";
	int several = 0;

	for (char d = '0'; d <= '9'; d++) {
		text[14] = d;
		several += number_suggest(text, &today, number) == -ENOTUNIQ;
		strcpy(text, "111110000010100");
		text[14] = d;
		several += number_suggest(text, &today, number) == -ENOTUNIQ;
		strcpy(text, "11X110000010100");
	}
	assert_true(several > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates),
		cmocka_unit_test(date_order),
		cmocka_unit_test(today_is_local),
		cmocka_unit_test(check_digits),
		cmocka_unit_test(good_numbers),
		cmocka_unit_test(bad_numbers),
		cmocka_unit_test(typing_errors),
		cmocka_unit_test(regions),
		cmocka_unit_test(old_foreigner_numbers),
		cmocka_unit_test(former_numbers),
		cmocka_unit_test(fifteen_digits),
		cmocka_unit_test(suggestions),
		cmocka_unit_test(suggestions_of_letters),
		cmocka_unit_test(several_readings),
	};

	return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
