// SPDX-License-Identifier: LGPL-2.1-or-later
#include "wz.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "gbk.h"

enum {
	LINES = 8,
	VALIDITY_SIZE = 2 * WZ_DATE_SIZE,
};

/* No line is too long for the whole: what the card has room for, at four bytes a character. */
_Static_assert(4 * (60 + 1 + 10 + 8 + 35 + 18 + 15 + 17 + 35) + 9 * 2 < WZ_SIZE_MAX,
	       "WZ_SIZE_MAX is too small");

/* The face of a foreigner's card has it first, and the Chinese name may be missing. */
const char *wz_name(const struct identity *identity)
{
	return *identity->name_latin ? identity->name_latin : identity->name;
}

const char *wz_sex(const struct identity *identity)
{
	if (identity->sex && strcmp(identity->sex, "male") == 0)
		return "男";
	if (identity->sex && strcmp(identity->sex, "female") == 0)
		return "女";
	return "";
}

/* The last that was appended. */
const char *wz_newest_address(const struct identity *identity)
{
	const char *newest = "";

	for (size_t i = 0; i < RECORD_ADDRESSES_MAX; i++)
		if (*identity->new_address[i])
			newest = identity->new_address[i];
	return newest;
}

void wz_date(const struct date *date, char ret[WZ_DATE_SIZE])
{
	*ret = '\0';
	if (date->year > 0)
		snprintf(ret, WZ_DATE_SIZE, "%04u%02u%02u", (unsigned int)date->year % 10000,
			 (unsigned int)date->month % 100, (unsigned int)date->day % 100);
}

void wz_valid_until(const struct identity *identity, char ret[WZ_DATE_SIZE])
{
	if (identity->long_term)
		strcpy(ret, "长期");
	else
		wz_date(&identity->valid_until, ret);
}

static void validity_text(const struct identity *identity, char ret[VALIDITY_SIZE])
{
	char from[WZ_DATE_SIZE], until[WZ_DATE_SIZE];

	wz_date(&identity->valid_from, from);
	wz_valid_until(identity, until);
	*ret = '\0';
	if (*from || *until)
		snprintf(ret, VALIDITY_SIZE, "%s-%s", from, until);
}

/* A character that would begin a line, or end the text, is none of a card. */
static size_t put_line(char *ret, size_t room, const char *text)
{
	size_t n = gbk_from_utf8(text, ret, room - 2, NULL);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)ret[i] < ' ')
			ret[i] = '?';
	memcpy(ret + n, "\r\n", 2);
	return n + 2;
}

size_t wz_write(const struct identity *identity, bool ninth_line, char ret[WZ_SIZE_MAX])
{
	char birth[WZ_DATE_SIZE], validity[VALIDITY_SIZE];
	const char *lines[] = {
		wz_name(identity),
		wz_sex(identity),
		identity->ethnicity ? identity->ethnicity : "",
		birth,
		identity->address,
		identity->id_number,
		identity->authority,
		validity,
		wz_newest_address(identity),
	};
	size_t n = LINES + (ninth_line && *lines[LINES] ? 1 : 0), length = 0;

	wz_date(&identity->birth, birth);
	validity_text(identity, validity);
	for (size_t i = 0; i < n; i++)
		length += put_line(ret + length, WZ_SIZE_MAX - length, lines[i]);
	explicit_bzero(birth, sizeof(birth));
	explicit_bzero(validity, sizeof(validity));
	return length;
}
