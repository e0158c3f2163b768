// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines are the public specimens of ICAO 9303 and mrz.codes, or made like them. */
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "mrz.h"

static const struct date today = { 2026, 1, 1 };

#define NAMES "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
#define SECOND "L898902C36UTO7408122F1204159ZE184226B<<<<<10"

static int ymd(const struct date *d)
{
	return d->year * 10000 + d->month * 100 + d->day;
}

static struct mrz parsed(const char *text)
{
	struct mrz m;

	if (mrz_parse(text, &today, &m) != IDCARD_ERROR_NONE)
		fail_msg("%s", text);
	return m;
}

static void fails(const char *text, enum idcard_error expected)
{
	struct mrz m, before;

	memset(&m, 0x5a, sizeof(m));
	before = m;
	if (mrz_parse(text, &today, &m) != expected)
		fail_msg("%s", text);
	assert_memory_equal(&m, &before, sizeof(m));
}

static void is_eriksson(const char *text)
{
	struct mrz m = parsed(text);

	assert_string_equal(m.document, "P");
	assert_string_equal(m.issuer, "UTO");
	assert_string_equal(m.surname, "ERIKSSON");
	assert_string_equal(m.given_names, "ANNA MARIA");
	assert_string_equal(m.number, "L898902C3");
	assert_string_equal(m.nationality, "UTO");
	assert_int_equal(ymd(&m.birth), 19740812);
	assert_int_equal(ymd(&m.expiry), 20120415);
	assert_int_equal(m.sex, 'F');
}

static void two_lines_as_scanners_send_them(void **state)
{
	is_eriksson(NAMES SECOND);
	is_eriksson(NAMES "\n" SECOND);
	is_eriksson(NAMES "\r" SECOND "\r");
	is_eriksson(NAMES "\r\n" SECOND "\r\n");
	is_eriksson(NAMES "\t" SECOND "\n\n");
	is_eriksson("  " NAMES "   " SECOND " ");
	is_eriksson(SECOND "\n" NAMES);
	is_eriksson(SECOND NAMES);
	is_eriksson("p<utoeriksson<<anna<maria<<<<<<<<<<<<<<<<<<<\n"
		    "l898902c36uto7408122f1204159ze184226b<<<<<10");
}

static void second_line_alone(void **state)
{
	static const struct {
		const char *line, *number, *nationality;
		int birth, expiry;
		char sex;
	} lines[] = {
		{ SECOND, "L898902C3", "UTO", 19740812, 20120415, 'F' },
		{ "L898902C<3UTO6908061F9406236ZE184226B<<<<<14", "L898902C", "UTO", 19690806,
		  19940623, 'F' },
		{ "L000000007UTO9001011F3001019AA0000000<<<<<02", "L00000000", "UTO", 19900101,
		  20300101, 'F' },
		/* Nothing in the optional field: its check digit 0, or none. */
		{ "C01X00T478D<<0002299M3001019<<<<<<<<<<<<<<08", "C01X00T47", "D", 20000229,
		  20300101, 'M' },
		{ "C01X00T478D<<0002299M3001019<<<<<<<<<<<<<<<8", "C01X00T47", "D", 20000229,
		  20300101, 'M' },
		/* Day of birth unknown; all of it. */
		{ "L898902C36UTO74<<<<1<3001019<<<<<<<<<<<<<<02", "L898902C3", "UTO", 0,
		  20300101, 0 },
		{ "L898902C36UTO<<<<<<0<3001019<<<<<<<<<<<<<<04", "L898902C3", "UTO", 0,
		  20300101, 0 },
		/* The centuries: born today, or a hundred years and one day less ago. */
		{ "L898902C36UTO2601010F7601015<<<<<<<<<<<<<<08", "L898902C3", "UTO", 20260101,
		  20760101, 'F' },
		{ "L898902C36UTO2601021F7701018<<<<<<<<<<<<<<08", "L898902C3", "UTO", 19260102,
		  19770101, 'F' },
		{ "XX00000000XXX0001018X3001019<<<<<<<<<<<<<<00", "XX0000000", "XXX", 20000101,
		  20300101, 0 },
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct mrz m = parsed(lines[i].line);

		assert_string_equal(m.number, lines[i].number);
		assert_string_equal(m.nationality, lines[i].nationality);
		assert_int_equal(ymd(&m.birth), lines[i].birth);
		assert_int_equal(ymd(&m.expiry), lines[i].expiry);
		assert_int_equal(m.sex, lines[i].sex);
		assert_string_equal(m.document, "");
		assert_string_equal(m.issuer, "");
		assert_string_equal(m.surname, "");
		assert_string_equal(m.given_names, "");
	}
}

static void names(void **state)
{
	static const struct {
		const char *line, *surname, *given;
	} samples[] = {
		{ "P<UTOVAN<DER<BERG<<JAN<PIETER<<<<<<<<<<<<<<<", "VAN DER BERG", "JAN PIETER" },
		{ "PDUTOARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "ARKFREITH", "" },
		{ "P<UTOAB<<C<<D<<<E<<<<<<<<<<<<<<<<<<<<<<<<<<<", "AB", "C D E" },
		{ "P<UTOABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM",
		  "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM", "" },
		{ "P<UTO<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "", "ANNA" },
		{ "P<D<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "", "" },
	};
	struct mrz m;

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		char text[128];

		snprintf(text, sizeof(text), "%s\n%s", samples[i].line, SECOND);
		m = parsed(text);
		assert_string_equal(m.surname, samples[i].surname);
		assert_string_equal(m.given_names, samples[i].given);
	}
	m = parsed("PDUTOARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n" SECOND);
	assert_string_equal(m.document, "PD");
	m = parsed("P<D<<ARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n" SECOND);
	assert_string_equal(m.issuer, "D");
}

static void cards(void **state)
{
	static const struct {
		const char *text, *number;
	} samples[] = {
		{ "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\n"
		  "ERIKSSON<<ANNA<MARIA<<<<<<<<<<", "D23145890" },
		{ "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6"
		  "ERIKSSON<<ANNA<MARIA<<<<<<<<<<", "D23145890" },
		/* The number goes on in the optional field. */
		{ "I<UTOD23145890<7349<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\n"
		  "ERIKSSON<<ANNA<MARIA<<<<<<<<<<", "D23145890734" },
		{ "I<UTOD23145890<ABCDEFGHIJKLM9<\n7408122F1204159UTO<<<<<<<<<<<0\n"
		  "ERIKSSON<<ANNA<MARIA<<<<<<<<<<", "D23145890ABCDEFGHIJKLM" },
		{ "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
		  "D23145890" },
		{ "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6",
		  "D23145890" },
		{ "D23145890<UTO7408122F12041597349<<<2\nI<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
		  "D23145890734" },
	};

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct mrz m = parsed(samples[i].text);

		assert_string_equal(m.document, "I");
		assert_string_equal(m.issuer, "UTO");
		assert_string_equal(m.number, samples[i].number);
		assert_string_equal(m.surname, "ERIKSSON");
		assert_string_equal(m.given_names, "ANNA MARIA");
		assert_string_equal(m.nationality, "UTO");
		assert_int_equal(ymd(&m.birth), 19740812);
		assert_int_equal(ymd(&m.expiry), 20120415);
		assert_int_equal(m.sex, 'F');
	}
	fails("I<UTOD231458908<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\n"
	      "ERIKSSON<<ANNA<MARIA<<<<<<<<<<", IDCARD_ERROR_ENTRY_CHECKSUM);
	fails("I<UTOD23145890<7348<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\n"
	      "ERIKSSON<<ANNA<MARIA<<<<<<<<<<", IDCARD_ERROR_ENTRY_CHECKSUM);
	fails("I<UTOD23145890<<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\n"
	      "ERIKSSON<<ANNA<MARIA<<<<<<<<<<", IDCARD_ERROR_ENTRY_CHECKSUM);
	fails("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<7",
	      IDCARD_ERROR_ENTRY_CHECKSUM);
}

/* Every digit that a check digit covers, changed in every way. */
static void wrong_digits(void **state)
{
	for (size_t i = 0; i < 44; i++) {
		for (char c = '0'; c <= '9'; c++) {
			char line[] = SECOND;

			if (line[i] < '0' || line[i] > '9' || line[i] == c)
				continue;
			line[i] = c;
			fails(line, IDCARD_ERROR_ENTRY_CHECKSUM);
		}
	}
	/* Where the last digit, which is over all of them, was made to fit. */
	fails("L898902C37UTO7408122F1204159ZE184226B<<<<<17", IDCARD_ERROR_ENTRY_CHECKSUM);
	fails("L898902C36UTO7408123F1204159ZE184226B<<<<<13", IDCARD_ERROR_ENTRY_CHECKSUM);
	fails("L898902C36UTO7408122F1204150ZE184226B<<<<<11", IDCARD_ERROR_ENTRY_CHECKSUM);
	fails("L898902C36UTO7408122F1204159ZE184226B<<<<<21", IDCARD_ERROR_ENTRY_CHECKSUM);
	/* A published specimen whose last digit should be 4. */
	fails("C987654320GBR7505205F2905202CC0000000<<<<<05", IDCARD_ERROR_ENTRY_CHECKSUM);
	assert_string_equal(parsed("C987654320GBR7505205F2905202CC0000000<<<<<04").number,
			    "C98765432");
}

static void what_no_digit_covers(void **state)
{
	fails("L898902C36UTO7408122Z3001019<<<<<<<<<<<<<<04", IDCARD_ERROR_ENTRY_CHECKSUM);
	fails("L898902C36UT07408122F3001019<<<<<<<<<<<<<<04", IDCARD_ERROR_ENTRY_CHECKSUM);
	fails("L898902C36<<<7408122F3001019<<<<<<<<<<<<<<04", IDCARD_ERROR_ENTRY_CHECKSUM);
	fails("L898902C36U<O7408122F3001019<<<<<<<<<<<<<<04", IDCARD_ERROR_ENTRY_CHECKSUM);
}

static void wrong_dates(void **state)
{
	fails("L898902C36UTO7408328F3001019<<<<<<<<<<<<<<04", IDCARD_ERROR_ENTRY_DATE);
	fails("L898902C36UTO7408122F3002315<<<<<<<<<<<<<<02", IDCARD_ERROR_ENTRY_DATE);
}

static void no_mrz(void **state)
{
	static const char *const texts[] = {
		"",
		" \r\n\t",
		"110101190001010014",
		NAMES,				/* nothing in it can be checked */
		NAMES NAMES,
		NAMES "\n" NAMES,
		SECOND "\n" SECOND,
		NAMES "\n" SECOND "\n" SECOND,
		NAMES "\n" SECOND "<",
		NAMES "\nL898902C36UTO7408122F1204159ZE184226B<<<<<1",
		"P<UTOERIKSS0N<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n" SECOND,
		"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n" SECOND,
		"L898902C36UTO7408122F1204159ZE184226B<<<<-10",
		"L898902C36UTO7408122F1204159 ZE184226B<<<<<10",
		"<<<<<<<<<0UTO7408122F3001019<<<<<<<<<<<<<<06",
		"V<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\n"
		"ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
		"L898902C36UTO7408122F1204159ZE184226B<<<<<1\xc3\xa9",
		NAMES SECOND NAMES SECOND,
		"A\nB\nC\nD\nE",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		fails(texts[i], IDCARD_ERROR_ENTRY_UNKNOWN);
}

/* Of anything at all, nothing is read beyond and nothing out of the alphabet comes out. */
static void random_texts(void **state)
{
	static const char alphabet[] = "ABCPIV0123456789<<<<<<<<\n";
	static const size_t sizes[] = { 44, 88, 89, 72, 73, 90, 92, 30, 36 };
	uint64_t seed = 20260101;

	for (int round = 0; round < 20000; round++) {
		size_t n = sizes[test_random(&seed) % (sizeof(sizes) / sizeof(sizes[0]))];
		char *text = test_malloc(n + 1);
		char suggestion[MRZ_SUGGEST_SIZE];
		struct mrz m;

		for (size_t i = 0; i < n; i++)
			text[i] = alphabet[test_random(&seed) % (sizeof(alphabet) - 1)];
		text[n] = '\0';
		if (mrz_parse(text, &today, &m) == IDCARD_ERROR_NONE)
			assert_true(date_valid(&m.expiry));
		if (mrz_suggest(text, &today, suggestion, sizeof(suggestion)) == 0)
			assert_int_equal(mrz_parse(suggestion, &today, &m), IDCARD_ERROR_NONE);
		test_free(text);
	}
}

static void suggests(const char *text, const char *expected)
{
	char got[MRZ_SUGGEST_SIZE] = "";
	struct mrz m;

	if (mrz_suggest(text, &today, got, sizeof(got)) < 0)
		fail_msg("%s", text);
	assert_string_equal(got, expected);
	assert_int_equal(mrz_parse(got, &today, &m), IDCARD_ERROR_NONE);
}

static void no_suggestion(const char *text, int expected)
{
	char got[MRZ_SUGGEST_SIZE] = "unchanged";
	int r = mrz_suggest(text, &today, got, sizeof(got));

	if (r != expected)
		fail_msg("%s: %d %s", text, r, got);
	assert_string_equal(got, "unchanged");
}

/* Where a letter or a digit cannot stand. */
static void misread_by_place(void **state)
{
	static const char whole[] = NAMES "\n" SECOND;

	suggests(NAMES "\nL898902C36UTO74O8122F1204159ZE184226B<<<<<10", whole);
	suggests(NAMES "\nL898902C36UTO74O8I22F1204IS9ZE184226B<<<<<IO", whole);
	suggests(NAMES "\nL898902C36UT07408122F1204159ZE184226B<<<<<10", whole);
	suggests(NAMES "\nL898902C3GUTO7408122F1204159ZE184226B<<<<<10", whole);
	suggests("P<UTOERIK5SON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n" SECOND, whole);
	suggests("P<UT0ERIKSS0N<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<" SECOND, whole);
	suggests("p<utoerikss0n<<anna<maria<<<<<<<<<<<<<<<<<<< " SECOND, whole);
	suggests(SECOND "\nP<UTOERIKSS0N<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", SECOND "\n" NAMES);
	suggests("L898902C36UTO7408I22F1204159ZE184226B<<<<<10", SECOND);
	/* The sex is not stated, the check digit of an empty field too. */
	suggests("XX00000000XXX0001018K3001019<<<<<<<<<<<<<<00",
		 "XX00000000XXX0001018<3001019<<<<<<<<<<<<<<00");
	suggests("C01X00T478D<<0002299M3001019<<<<<<<<<<<<<<K8",
		 "C01X00T478D<<0002299M3001019<<<<<<<<<<<<<<<8");
}

/* In a number, where both can stand, the check digit tells. */
static void misread_in_numbers(void **state)
{
	suggests("L8989O2C36UTO7408122F1204159ZE184226B<<<<<10", SECOND);
	suggests("L898902C36UTO7408122F1204159ZE18A226B<<<<<10", SECOND);
	/* All of one kind in the field. */
	suggests("XXOOOOOOOOXXX0001018X3001019<<<<<<<<<<<<<<00",
		 "XX00000000XXX0001018X3001019<<<<<<<<<<<<<<00");
	suggests("CO1XOOT478D<<0002299M3001019<<<<<<<<<<<<<<08",
		 "C01X00T478D<<0002299M3001019<<<<<<<<<<<<<<08");
	suggests("L000000007UTO9001011F3001019AAOOOOOOO<<<<<02",
		 "L000000007UTO9001011F3001019AA0000000<<<<<02");
	/* Besides one by its place. */
	suggests("L8989O2C36UTO7408I22F1204159ZE184226B<<<<<10", SECOND);
}

static void misread_cards(void **state)
{
	static const char td1[] = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\n"
				  "ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
	static const char td2[] = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n"
				  "D231458907UTO7408122F1204159<<<<<<<6";

	suggests("1<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\n"
		 "ERIKSSON<<ANNA<MARIA<<<<<<<<<<", td1);
	suggests("I<UTOD2314S8907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6"
		 "ERIKSSON<<ANNA<MARIA<<<<<<<<<<", td1);
	suggests("I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F12O4159UTO<<<<<<<<<<<G\n"
		 "ERIK5SON<<ANNA<MARIA<<<<<<<<<<", td1);
	suggests("I<UTOERIKSS0N<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
		 td2);
	suggests("L<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D2314S8907UT07408122F1204159<<<<<<<6", td2);
}

static void nothing_to_suggest(void **state)
{
	/* Right as it is. */
	no_suggestion(SECOND, -ENOENT);
	no_suggestion(NAMES "\n" SECOND, -ENOENT);
	/* A digit for another digit is no classic misreading. */
	no_suggestion("L898902C36UTO7408132F1204159ZE184226B<<<<<10", -ENOENT);
	no_suggestion("L898902C37UTO7408122F1204159ZE184226B<<<<<10", -ENOENT);
	/* 1 may be I or L, and no check digit covers the names, or the country. */
	no_suggestion("P<UTOER1KSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n" SECOND, -ENOTUNIQ);
	no_suggestion("L898902C36U1O7408122F1204159ZE184226B<<<<<10", -ENOTUNIQ);
	/* B for 8 in one place, or 8 for B in the other. */
	no_suggestion("LB98902C36UTO7408122F1204159ZE184226B<<<<<10", -ENOTUNIQ);
	/* A letter like no digit. */
	no_suggestion("L898902C36UTO74W8122F1204159ZE184226B<<<<<10", -ENOENT);
	no_suggestion("L898902C36UTO7408122N1204159ZE184226B<<<<<10", -ENOENT);
	/* A day that is none, with check digits that fit. */
	no_suggestion("L898902C36UTO74O8328F3001019<<<<<<<<<<<<<<04", -ENOENT);
	/* Not of this form. */
	no_suggestion("", -ENOENT);
	no_suggestion("110101190001OIO014", -ENOENT);
	no_suggestion("L898902C36UTO74O8122F1204159ZE184226B<<<<<1", -ENOENT);
	no_suggestion("V<UT0ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n" SECOND, -ENOENT);
	no_suggestion("L898902C36UTO74O8122F1204159ZE184226B<<<<-10", -ENOENT);
	no_suggestion(NAMES NAMES, -ENOENT);
}

static void too_little_room(void **state)
{
	char got[45] = "unchanged";

	assert_int_equal(mrz_suggest("L898902C36UTO74O8122F1204159ZE184226B<<<<<10", &today, got,
				     44), -ENOBUFS);
	assert_string_equal(got, "unchanged");
	assert_int_equal(mrz_suggest("L898902C36UTO74O8122F1204159ZE184226B<<<<<10", &today, got,
				     45), 0);
	assert_string_equal(got, SECOND);
}

/*
 * Every classic misreading of every character of the specimen: the specimen is proposed, or
 * nothing, never another. Where two swaps fit, nothing is.
 */
static void every_misreading(void **state)
{
	static const char *const alike[] = { "0O", "1I", "2Z", "5S", "6G", "7T", "8B", "4A" };
	int found = 0, several = 0;

	for (size_t i = 0; i < 44; i++) {
		for (size_t k = 0; k < sizeof(alike) / sizeof(alike[0]); k++) {
			char line[] = SECOND, got[MRZ_SUGGEST_SIZE];
			const char *p = strchr(alike[k], line[i]);
			struct mrz m;
			int r;

			if (!p)
				continue;
			line[i] = alike[k][p == alike[k]];
			/* G is ten more than 6: no check digit sees it. */
			if (mrz_parse(line, &today, &m) == IDCARD_ERROR_NONE) {
				assert_string_equal(alike[k], "6G");
				continue;
			}
			r = mrz_suggest(line, &today, got, sizeof(got));
			if (r == 0) {
				assert_string_equal(got, SECOND);
				found++;
			} else {
				assert_int_equal(r, -ENOTUNIQ);
				several++;
			}
		}
	}
	assert_int_equal(found, 20);
	assert_int_equal(several, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_lines_as_scanners_send_them),
		cmocka_unit_test(second_line_alone),
		cmocka_unit_test(names),
		cmocka_unit_test(cards),
		cmocka_unit_test(wrong_digits),
		cmocka_unit_test(what_no_digit_covers),
		cmocka_unit_test(wrong_dates),
		cmocka_unit_test(no_mrz),
		cmocka_unit_test(misread_by_place),
		cmocka_unit_test(misread_in_numbers),
		cmocka_unit_test(misread_cards),
		cmocka_unit_test(nothing_to_suggest),
		cmocka_unit_test(too_little_room),
		cmocka_unit_test(every_misreading),
		cmocka_unit_test(random_texts),
	};

	return cmocka_run_group_tests_name("mrz", tests, NULL, NULL);
}
