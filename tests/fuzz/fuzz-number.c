// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Document numbers. Input: the number; for that of an earlier card, behind it three letters of the
 * country and three digits.
 */
#include "fuzz.h"

static void check_date(const char *text, size_t n)
{
	struct date d = {}, same = {};
	char again[16];

	if (n < 8 || date_parse(text, &d) < 0)
		return;
	FUZZ_CHECK(date_valid(&d) && date_compare(&d, &d) == 0);
	snprintf(again, sizeof(again), "%04u%02u%02u", (unsigned int)d.year % 10000,
		 (unsigned int)d.month % 100, (unsigned int)d.day % 100);
	FUZZ_CHECK(memcmp(again, text, 8) == 0);
	FUZZ_CHECK(date_parse(again, &same) == 0 && date_compare(&d, &same) == 0);
	FUZZ_CHECK(date_compare(&d, &fuzz_today) == -date_compare(&fuzz_today, &d));
}

/* One digit mistyped, or two neighbours exchanged: the check digit finds both. */
static void check_misread(const char *number)
{
	struct number_info info;
	char wrong[19];

	for (size_t i = 0; i < 18; i++) {
		for (char c = '0'; c <= '9'; c++) {
			strcpy(wrong, number);
			wrong[i] = c;
			if (c != number[i])
				FUZZ_CHECK(number_check(wrong, &fuzz_today, &info));
		}
		if (i == 17 || number[i] == number[i + 1])
			continue;
		strcpy(wrong, number);
		wrong[i] = number[i + 1];
		wrong[i + 1] = number[i];
		FUZZ_CHECK(number_check(wrong, &fuzz_today, &info));
	}
}

static void check_info(const char *number, const struct number_info *info)
{
	char birth[16];

	FUZZ_CHECK(strlen(number) == 18 && number_form(number));
	FUZZ_CHECK(strlen(info->region) == 6 && memcmp(info->region, number, 6) == 0);
	FUZZ_CHECK(date_valid(&info->birth) && date_compare(&info->birth, &fuzz_today) <= 0);
	snprintf(birth, sizeof(birth), "%04u%02u%02u", (unsigned int)info->birth.year % 10000,
		 (unsigned int)info->birth.month % 100, (unsigned int)info->birth.day % 100);
	FUZZ_CHECK(memcmp(birth, number + 6, 8) == 0);
	FUZZ_CHECK(info->kind == number_kind(number));
	FUZZ_CHECK(info->male == ((number[16] & 1) != 0));
	FUZZ_CHECK((info->kind == NUMBER_FOREIGNER) == (number[0] == '9'));
	FUZZ_CHECK((info->kind == NUMBER_PERMIT) == (number[0] == '8'));
}

static void check_foreigner(const char *number)
{
	char wrong[16];

	FUZZ_CHECK(strlen(number) == 15 && number_form_foreigner(number));
	for (size_t i = 3; i < 15; i++)
		for (char c = '0'; c <= '9'; c++) {
			strcpy(wrong, number);
			wrong[i] = c;
			if (c != number[i])
				FUZZ_CHECK(number_check_foreigner(wrong));
		}
}

/* Of the fifteen digits all are there, and what is added checks. */
static void check_from_15(const char *old)
{
	struct number_info info, again;
	char number[19];

	if (number_from_15(old, &fuzz_today, number, &info))
		return;
	FUZZ_CHECK(strlen(old) == 15 && strlen(number) == 18);
	FUZZ_CHECK(memcmp(number, old, 6) == 0 && memcmp(number + 8, old + 6, 9) == 0);
	FUZZ_CHECK(number_check(number, &fuzz_today, &again) == IDCARD_ERROR_NONE);
	FUZZ_CHECK(info.kind == NUMBER_RESIDENT && info.birth.year / 100 == 19);
}

/* A number, then without a break the country and the association. */
static void check_former(const char *text)
{
	char number[19] = "", nationality[4] = "", association[4] = "", former[16];

	if (strlen(text) < 18)
		return;
	memcpy(number, text, 18);
	snprintf(nationality, sizeof(nationality), "%s", text + 18);
	if (strlen(text) > 21)
		snprintf(association, sizeof(association), "%s", text + 21);
	if (number_rebuild_former(number, nationality, association, former) < 0)
		return;
	FUZZ_CHECK(number_check_foreigner(former) == IDCARD_ERROR_NONE);
	FUZZ_CHECK(memcmp(former, nationality, 3) == 0 && memcmp(former + 7, number + 8, 6) == 0);
}

static bool is_right(const char *number)
{
	struct number_info info;

	return number_check(number, &fuzz_today, &info) == IDCARD_ERROR_NONE ||
	       number_check_foreigner(number) == IDCARD_ERROR_NONE;
}

/* A suggestion is right, not what was asked, and differs in a few letters that look like digits. */
static void check_suggestion(const char *text)
{
	char number[19];
	size_t changed = 0;

	if (number_suggest(text, &fuzz_today, number) < 0)
		return;
	FUZZ_CHECK(is_right(number) && !is_right(text) && strlen(text) == strlen(number));
	for (size_t i = 0; number[i]; i++) {
		char c = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 32) : text[i];

		if (c == number[i])
			continue;
		changed++;
		FUZZ_CHECK(strchr("OQDILZASGTB0123456789", c));
		FUZZ_CHECK((c >= '0' && c <= '9') != (number[i] >= '0' && number[i] <= '9'));
	}
	FUZZ_CHECK(changed <= 3);
}

/* A filler or a number's worth of nothing changes no sum; another character is refused. */
static void check_731(const char *text, size_t n)
{
	char check = number_check_731(text, n);
	bool alphabet = strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<") == n;

	FUZZ_CHECK(alphabet ? check >= '0' && check <= '9' : check == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct number_info info, untouched;
	enum idcard_error e;
	char *text = fuzz_string(data, size);

	memset(&info, 0x5a, sizeof(info));
	untouched = info;
	e = number_check(text, &fuzz_today, &info);
	if (e == IDCARD_ERROR_NONE) {
		check_info(text, &info);
		check_misread(text);
	} else {
		FUZZ_CHECK(memcmp(&info, &untouched, sizeof(info)) == 0);
		FUZZ_CHECK((e == IDCARD_ERROR_ENTRY_UNKNOWN) == !number_form(text));
	}
	if (number_check_foreigner(text) == IDCARD_ERROR_NONE)
		check_foreigner(text);
	if (strlen(text) >= 17) {
		char check = number_check_mod11(text);

		FUZZ_CHECK(check ? strspn(text, "0123456789") >= 17 && strchr("0123456789X", check) :
				   strspn(text, "0123456789") < 17);
	}
	check_from_15(text);
	check_former(text);
	check_suggestion(text);
	check_731(text, strlen(text));
	check_date(text, strlen(text));
	free(text);
	return 0;
}
