// SPDX-License-Identifier: LGPL-2.1-or-later
#include "number.h"

#include <errno.h>
#include <string.h>
#include <time.h>

/* The C library's are of the locale, and of int. */
static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* The number at @s, @n digits; -1 if one of them is none. */
static int digits(const char *s, size_t n)
{
	int v = 0;

	for (size_t i = 0; i < n; i++) {
		if (!is_digit(s[i]))
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v;
}

static int days_of_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

bool date_valid(const struct date *d)
{
	return d->year >= 1 && d->year <= 9999 && d->month >= 1 && d->month <= 12 && d->day >= 1 &&
	       d->day <= days_of_month(d->year, d->month);
}

int date_compare(const struct date *a, const struct date *b)
{
	if (a->year != b->year)
		return a->year < b->year ? -1 : 1;
	if (a->month != b->month)
		return a->month < b->month ? -1 : 1;
	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	return 0;
}

int date_parse(const char *s, struct date *ret)
{
	struct date d;

	if (digits(s, 8) < 0)
		return -EINVAL;
	d.year = digits(s, 4);
	d.month = digits(s + 4, 2);
	d.day = digits(s + 6, 2);
	if (!date_valid(&d))
		return -EINVAL;
	*ret = d;
	return 0;
}

struct date date_today(void)
{
	time_t now = time(NULL);
	struct tm tm;

	if (!localtime_r(&now, &tm))
		return (struct date){};
	return (struct date){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday };
}

char number_check_mod11(const char *s)
{
	static const int weights[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0;

	for (size_t i = 0; i < 17; i++) {
		if (!is_digit(s[i]))
			return 0;
		sum += weights[i] * (s[i] - '0');
	}
	return "10X98765432"[sum % 11];
}

char number_check_731(const char *s, size_t n)
{
	static const int weights[3] = { 7, 3, 1 };
	int sum = 0;

	for (size_t i = 0; i < n; i++) {
		int value;

		if (is_digit(s[i]))
			value = s[i] - '0';
		else if (is_upper(s[i]))
			value = s[i] - 'A' + 10;
		else if (s[i] == '<')
			value = 0;
		else
			return 0;
		sum = (sum + weights[i % 3] * value) % 10;
	}
	return (char)('0' + sum);
}

bool number_form(const char *number)
{
	return strlen(number) == 18 && strspn(number, "0123456789") >= 17 &&
	       (is_digit(number[17]) || number[17] == 'X');
}

enum number_kind number_kind(const char *number)
{
	if (number[0] == '9')
		return NUMBER_FOREIGNER;
	if (number[0] == '8' && number[1] >= '1' && number[1] <= '3')
		return NUMBER_PERMIT;
	return NUMBER_RESIDENT;
}

/* Six-digit codes change and stay on cards for life: only the province can be judged. */
bool number_region_known(const char *number)
{
	static const char provinces[] = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 "
					"45 46 50 51 52 53 54 61 62 63 64 65 71 ";

	switch (number_kind(number)) {
	case NUMBER_FOREIGNER:
		return true;
	case NUMBER_PERMIT:
		return strncmp(number + 2, "0000", 4) == 0;
	case NUMBER_RESIDENT:
		break;
	}
	for (const char *p = provinces; *p; p += 3)
		if (p[0] == number[0] && p[1] == number[1])
			return true;
	return false;
}

enum idcard_error number_check(const char *number, const struct date *today,
			       struct number_info *ret)
{
	struct number_info info = {};

	if (!number_form(number))
		return IDCARD_ERROR_ENTRY_UNKNOWN;
	if (number_check_mod11(number) != number[17])
		return IDCARD_ERROR_ENTRY_CHECKSUM;
	if (!number_region_known(number))
		return IDCARD_ERROR_ENTRY_REGION;
	if (date_parse(number + 6, &info.birth) < 0 || date_compare(&info.birth, today) > 0)
		return IDCARD_ERROR_ENTRY_DATE;

	info.kind = number_kind(number);
	memcpy(info.region, number, 6);
	info.male = (number[16] - '0') % 2 == 1;
	*ret = info;
	return IDCARD_ERROR_NONE;
}

bool number_form_foreigner(const char *number)
{
	return strlen(number) == 15 && is_upper(number[0]) && is_upper(number[1]) &&
	       is_upper(number[2]) && strspn(number + 3, "0123456789") == 12;
}

enum idcard_error number_check_foreigner(const char *number)
{
	struct date d;

	if (!number_form_foreigner(number))
		return IDCARD_ERROR_ENTRY_UNKNOWN;
	if (number_check_731(number, 14) != number[14])
		return IDCARD_ERROR_ENTRY_CHECKSUM;

	/* 2000 has every day that any year of either century has. */
	d.year = 2000 + digits(number + 7, 2);
	d.month = digits(number + 9, 2);
	d.day = digits(number + 11, 2);
	if (!date_valid(&d))
		return IDCARD_ERROR_ENTRY_DATE;
	return IDCARD_ERROR_NONE;
}

int number_rebuild_former(const char *number, const char *nationality, const char *association,
			  char ret[16])
{
	char former[16];

	if (!number_form(number) || number_kind(number) != NUMBER_FOREIGNER ||
	    number_check_mod11(number) != number[17])
		return -EINVAL;
	if (strlen(nationality) != 3 || strlen(association) != 3)
		return -EINVAL;

	memcpy(former, nationality, 3);
	memcpy(former + 3, number + 1, 2);
	memcpy(former + 5, association, 2);
	memcpy(former + 7, number + 8, 6);
	former[13] = association[2];
	former[14] = number_check_731(former, 14);
	former[15] = '\0';
	if (number_check_foreigner(former) != IDCARD_ERROR_NONE)
		return -EINVAL;
	memcpy(ret, former, sizeof(former));
	return 0;
}

enum idcard_error number_from_15(const char *old, const struct date *today, char ret[19],
				 struct number_info *ret_info)
{
	struct number_info info;
	enum idcard_error e;
	char number[19];

	if (strlen(old) != 15 || strspn(old, "0123456789") != 15)
		return IDCARD_ERROR_ENTRY_UNKNOWN;
	if (digits(old + 12, 3) >= 996)
		return IDCARD_ERROR_ENTRY_DATE;

	memcpy(number, old, 6);
	memcpy(number + 6, "19", 2);
	memcpy(number + 8, old + 6, 9);
	number[17] = number_check_mod11(number);
	number[18] = '\0';
	/* Permits and foreigners never had fifteen digits. */
	if (number_kind(number) != NUMBER_RESIDENT)
		return IDCARD_ERROR_ENTRY_REGION;
	e = number_check(number, today, &info);
	if (e != IDCARD_ERROR_NONE)
		return e;
	memcpy(ret, number, sizeof(number));
	*ret_info = info;
	return IDCARD_ERROR_NONE;
}
