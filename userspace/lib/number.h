/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Document numbers: resident and permit (GB 11643), foreigner (two generations),
 * passport with its check digit. docs/protocol.md, "Numbers".
 */
#ifndef IDCARD_NUMBER_H
#define IDCARD_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "errors.h"

/* A day of the Gregorian calendar; year 0 means none. */
struct date {
	int year, month, day;
};

bool date_valid(const struct date *d);
int date_compare(const struct date *a, const struct date *b);

/* Exactly eight ASCII digits YYYYMMDD at @s, a day that exists. -EINVAL, *@ret untouched. */
int date_parse(const char *s, struct date *ret);

/* Today on the local calendar. */
struct date date_today(void);

/* MOD 11-2 over 17 digits at @digits: '0'..'9' or 'X'; 0 if one is no digit. */
char number_check_mod11(const char *digits);

/* MRZ style 7,3,1 over @n of 0-9 A-Z <; '0'..'9'; 0 if another character is among them. */
char number_check_731(const char *s, size_t n);

/* Who is given a number of this form. */
enum number_kind {
	NUMBER_RESIDENT,
	NUMBER_PERMIT,		/* begins with 81, 82 or 83 */
	NUMBER_FOREIGNER,	/* begins with 9 */
};

/* What an 18-character number says of its holder. */
struct number_info {
	enum number_kind kind;
	char region[7];		/* GB/T 2260, or 9 + province + country for foreigners */
	struct date birth;
	bool male;		/* of no meaning for NUMBER_FOREIGNER: no such rule is known */
};

/*
 * The parts of number_check() one by one, for what must be reported rather than refused.
 * The last two take only what has the form: 17 digits, then a digit or X, then NUL.
 */
bool number_form(const char *number);
enum number_kind number_kind(const char *number);
bool number_region_known(const char *number);

/*
 * An 18-character number of a resident, permit or new foreigner card, ASCII, upper-case X,
 * NUL-terminated. Returns NONE and *@ret, or CHECKSUM, DATE (no such day, or after @today),
 * REGION (unknown first two digits, where those are known), UNKNOWN (not of that form).
 */
enum idcard_error number_check(const char *number, const struct date *today,
			       struct number_info *ret);

/*
 * The 15-character number of the old foreigner card (3 letters, 4 digits, YYMMDD, digit,
 * check). NONE, CHECKSUM, DATE (the day exists in no century), UNKNOWN.
 */
enum idcard_error number_check_foreigner(const char *number);

/* Its form alone: 3 letters and 12 digits. */
bool number_form_foreigner(const char *number);

/*
 * The number of the foreigner's card before this one: @number is of the edition 2023 and checks,
 * @nationality its country (three letters), @association the three digits that link both. 0 and
 * *@ret, which number_check_foreigner() accepts; -EINVAL if no number comes of it.
 */
int number_rebuild_former(const char *number, const char *nationality, const char *association,
			  char ret[16]);

/*
 * The 18 characters of what was a resident's number of 15 digits until 1999. Fifteen digits have
 * no check digit: a mistyped one gives another, seemingly good, number. For searching old files,
 * never for telling who somebody is. NONE and *@ret, *@ret_info; UNKNOWN (not 15 digits), REGION,
 * DATE (no such day; or a sequence of 996 to 999, which those born before 1900 were given).
 */
enum idcard_error number_from_15(const char *old, const struct date *today, char ret[19],
				 struct number_info *ret_info);


/*
 * For a person to compare with the card: the one number of 18, or of 15 of the old foreigner card,
 * that checks and that @number becomes when letters that look like digits (O 0, I 1, Z 2, A 4,
 * S 5, G 6, T 7, B 8) are read as those; with the three letters of the country the reverse. At most
 * three characters, so at most eight readings; lower case is upper case. A digit that was taken
 * for another digit is not looked for: one check digit would fit too many.
 * 0 and *@ret with NUL; -ENOENT if @number is right or no reading is, -ENOTUNIQ if several are.
 */
int number_suggest(const char *number, const struct date *today, char ret[19]);

#endif
