// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <string.h>

#include "misread.h"
#include "number.h"
#include "util.h"

enum {
	SIZE = 18,
	SIZE_OLD = 15,		/* of the foreigner's card of 2017 */
	LETTERS_OLD = 3,
	MISREAD_MAX = 3,	/* characters of one number; more is another text */
};

struct search {
	char text[SIZE + 1];
	size_t n;
	const struct date *today;
	char found[SIZE + 1];
	unsigned int readings;
};

static void wipe(struct search *s)
{
	explicit_bzero(s, sizeof(*s));
}

static bool right(const struct search *s)
{
	struct number_info info;

	if (s->n == SIZE_OLD)
		return number_check_foreigner(s->text) == IDCARD_ERROR_NONE;
	return number_check(s->text, s->today, &info) == IDCARD_ERROR_NONE;
}

/* What can stand at place @i instead of what does; NULL if it can stay. @digit is room for one. */
static const char *others(const struct search *s, size_t i, char digit[2])
{
	char c = s->text[i];

	if (s->n == SIZE_OLD && i < LETTERS_OLD)
		return c >= 'A' && c <= 'Z' ? NULL : misread_letters(c);
	if ((c >= '0' && c <= '9') || (i == SIZE - 1 && c == 'X'))
		return NULL;
	digit[0] = misread_digit(c);
	digit[1] = '\0';
	return digit;
}

/* Every reading with at most @left characters misread, from place @i on. */
static void read_on(struct search *s, size_t i, unsigned int left)
{
	const char *instead = NULL;
	char digit[2], before;

	for (; i < s->n && !instead; i++)
		instead = others(s, i, digit);
	if (!instead) {
		if (right(s)) {
			memcpy(s->found, s->text, sizeof(s->found));
			s->readings++;
		}
		return;
	}
	if (left == 0)
		return;
	before = s->text[i - 1];
	for (; *instead; instead++) {
		s->text[i - 1] = *instead;
		read_on(s, i, left - 1);
	}
	s->text[i - 1] = before;
}

int number_suggest(const char *number, const struct date *today, char ret[19])
{
	_cleanup_(wipe) struct search s = { .n = strnlen(number, SIZE + 1), .today = today };

	if (s.n != SIZE && s.n != SIZE_OLD)
		return -ENOENT;
	for (size_t i = 0; i < s.n; i++) {
		char c = number[i];

		s.text[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	read_on(&s, 0, MISREAD_MAX);
	if (s.readings > 1)
		return -ENOTUNIQ;
	if (s.readings == 0 || strcmp(s.found, number) == 0)
		return -ENOENT;
	memcpy(ret, s.found, sizeof(s.found));
	return 0;
}
