// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "misread.h"
#include "mrz-internal.h"
#include "mrz.h"
#include "util.h"

/*
 * What can stand at each place: a letter or filler, d digit, b digit or filler, c the same where an
 * OCR gives K for a filler, s the sex, P and T the type of a passport and of a card, x all, below a
 * check digit.
 */
#define NAMES30 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct layout {
	size_t n, length;
	const char *line[MRZ_LINES_MAX];
} layouts[] = {
	{ 1, 44, { "xxxxxxxxxdaaabbbbbbdsdddddddxxxxxxxxxxxxxxcd" } },
	{ 2, 44, { "Paaaaaaaaaaaaa" NAMES30,
		   "xxxxxxxxxdaaabbbbbbdsdddddddxxxxxxxxxxxxxxcd" } },
	{ 2, 44, { "xxxxxxxxxdaaabbbbbbdsdddddddxxxxxxxxxxxxxxcd",
		   "Paaaaaaaaaaaaa" NAMES30 } },
	{ 2, 36, { "Taaaaa" NAMES30, "xxxxxxxxxcaaabbbbbbdsdddddddxxxxxxxd" } },
	{ 2, 36, { "xxxxxxxxxcaaabbbbbbdsdddddddxxxxxxxd", "Taaaaa" NAMES30 } },
	{ 3, 30, { "Taaaaxxxxxxxxxcxxxxxxxxxxxxxxx", "bbbbbbdsdddddddaaaxxxxxxxxxxxd",
		   NAMES30 } },
};

struct search {
	const struct date *today;
	char text[MRZ_SUGGEST_SIZE];	/* the lines, split by newlines; what is tried */
	char places[MRZ_SUGGEST_SIZE];	/* likewise */
	char found[MRZ_SUGGEST_SIZE];
	unsigned int readings;
	bool either;			/* a letter that no check digit tells from another */
};

static void wipe(struct search *s)
{
	explicit_bzero(s, sizeof(*s));
}

static void mrz_wipe(struct mrz *m)
{
	explicit_bzero(m, sizeof(*m));
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool fits(char c, char place)
{
	switch (place) {
	case 'P':
		return c == 'P';
	case 'T':
		return strchr("ACI", c);
	case 'a':
		return !is_digit(c);
	case 'd':
		return is_digit(c);
	case 'b':
	case 'c':
		return is_digit(c) || c == '<';
	case 's':
		return strchr("MFX<", c);
	}
	return true;	/* x, and the ends of lines */
}

/* What @c must have been, there where it cannot stand; 0 if it is not known. */
static char must_be(char c, char place, bool *either)
{
	const char *letters = misread_letters(c);

	switch (place) {
	case 'T':
		return c == '1' || c == 'L' ? 'I' : 0;
	case 'a':
		*either |= strlen(letters) > 1;
		return letters[0];
	case 'd':
	case 'b':
		return misread_digit(c);
	case 'c':
		return c == 'K' ? '<' : misread_digit(c);
	case 's':
		return c == 'K' ? '<' : 0;
	}
	return 0;
}

static void try(struct search *s)
{
	_cleanup_(mrz_wipe) struct mrz m;

	if (mrz_parse(s->text, s->today, &m) == IDCARD_ERROR_NONE &&
	    strcmp(s->text, s->found) != 0) {
		memcpy(s->found, s->text, sizeof(s->found));
		s->readings += s->either ? 2 : 1;
	}
}

/* The lines, with what cannot stand where it does replaced. */
static int lay_out(struct search *s, const struct mrz_lines *l, const struct layout *layout)
{
	size_t used = 0;

	s->either = false;
	for (size_t i = 0; i < l->n; i++) {
		for (size_t k = 0; k < layout->length; k++, used++) {
			char c = l->line[i][k], place = layout->line[i][k];

			s->places[used] = place;
			s->text[used] = fits(c, place) ? c : must_be(c, place, &s->either);
			if (!s->text[used])
				return -ENOENT;
		}
		s->places[used] = s->text[used] = '\n';
		used++;
	}
	s->places[used - 1] = s->text[used - 1] = '\0';
	return 0;
}

/* A letter that the field at @first has several times, each time for the same digit. */
static void try_all_of(struct search *s, size_t first, size_t n, char letter)
{
	char *field = s->text + first, digit = misread_digit(letter);
	size_t at[MRZ_TEXT_MAX], used = 0;

	for (size_t i = 0; i < n; i++) {
		if (field[i] != letter)
			continue;
		field[i] = digit;
		at[used++] = i;
	}
	if (used > 1)
		try(s);
	while (used > 0)
		field[at[--used]] = letter;
}

static void try_letters(struct search *s)
{
	for (size_t i = 0; s->text[i]; i++) {
		size_t n = strspn(s->places + i, "x");

		for (char letter = 'A'; n > 0 && letter <= 'Z'; letter++)
			if (misread_digit(letter))
				try_all_of(s, i, n, letter);
		i += n > 0 ? n - 1 : 0;
	}
}

static void try_instead(struct search *s, size_t i, char instead)
{
	char before = s->text[i];

	s->text[i] = instead;
	try(s);
	s->text[i] = before;
}

/* Neither 6 and G nor K and a filler are told apart here: their weights differ by tens. */
static void try_one(struct search *s)
{
	for (size_t i = 0; s->text[i]; i++) {
		char digit = misread_digit(s->text[i]);

		if (s->places[i] != 'x')
			continue;
		for (const char *p = misread_letters(s->text[i]); *p; p++)
			try_instead(s, i, *p);
		if (digit)
			try_instead(s, i, digit);
	}
}

static void search(struct search *s, const struct mrz_lines *l, void (*how)(struct search *s))
{
	for (size_t i = 0; i < ELEMENTSOF(layouts); i++) {
		const struct layout *layout = &layouts[i];
		bool same = l->n == layout->n;

		for (size_t k = 0; k < l->n; k++)
			same = same && l->length[k] == layout->length;
		if (same && lay_out(s, l, layout) == 0)
			how(s);
	}
}

int mrz_suggest(const char *text, const struct date *today, char *ret, size_t size)
{
	static void (*const explanations[])(struct search *s) = { try, try_letters, try_one };
	_cleanup_(mrz_lines_wipe) struct mrz_lines l = {};
	_cleanup_(wipe) struct search s = { .today = today };
	_cleanup_(mrz_wipe) struct mrz m;

	if (mrz_parse(text, today, &m) == IDCARD_ERROR_NONE || mrz_split(text, &l) < 0)
		return -ENOENT;
	/* The first explanation that gives one. */
	for (size_t i = 0; i < ELEMENTSOF(explanations) && s.readings == 0; i++)
		search(&s, &l, explanations[i]);
	if (s.readings != 1)
		return s.readings ? -ENOTUNIQ : -ENOENT;
	if (strlen(s.found) >= size)
		return -ENOBUFS;
	strcpy(ret, s.found);
	return 0;
}
