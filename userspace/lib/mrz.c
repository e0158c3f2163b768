// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mrz.h"

#include <errno.h>
#include <string.h>

#include "mrz-internal.h"
#include "util.h"

enum {
	CENTURY_AHEAD = 50,	/* no document is valid for longer */
};

/* One document taken apart; pointers into lines. */
struct parts {
	const char *names;	/* NULL: only the second line was given */
	size_t names_length;
	const char *first;	/* type and issuer, NULL like names */
	const char *number;	/* 9, then its check digit */
	const char *birth;	/* 6, then its check digit */
	const char *sex;
	const char *expiry;	/* 6, then its check digit */
	const char *nationality;
	const char *optional;	/* where a long number goes on; TD3: with a check digit */
	size_t optional_length;
	bool optional_checked;
	char all[MRZ_TEXT_MAX + 1];	/* what the last check digit is over */
	size_t all_length;
	char all_check;
};

static void wipe_parts(struct parts *p)
{
	explicit_bzero(p, sizeof(*p));
}

/* Lines that came run together are cut where a document of that size has them. */
static void cut(struct mrz_lines *l)
{
	size_t whole = l->length[0], n = whole == 90 ? 3 : whole == 88 || whole == 72 ? 2 : 1;

	if (l->n != 1)
		return;
	l->n = n;
	for (size_t i = 0; i < n; i++) {
		l->line[i] = l->text + i * (whole / n);
		l->length[i] = whole / n;
	}
}

int mrz_split(const char *text, struct mrz_lines *l)
{
	size_t used = 0;
	bool inside = false;

	for (; *text; text++) {
		char c = *text;

		if (strchr(" \t\r\n", c)) {
			inside = false;
			continue;
		}
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '<'))
			return -EINVAL;
		if (used == MRZ_TEXT_MAX || (!inside && l->n == MRZ_LINES_MAX))
			return -EINVAL;
		if (!inside) {
			l->line[l->n] = l->text + used;
			l->length[l->n++] = 0;
			inside = true;
		}
		l->text[used++] = c;
		l->length[l->n - 1]++;
	}
	cut(l);
	return 0;
}

static bool lines_are(const struct mrz_lines *l, size_t n, size_t length)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->length[i] != length)
			return false;
	return l->n == n;
}

/* A line of names has no digit, every other line has check digits. */
static bool is_names(const char *line, size_t length)
{
	/* Whoever asks has counted the lines. */
	/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker) */
	return strcspn(line, "0123456789") >= length;
}

static void add(struct parts *p, const char *s, size_t n)
{
	memcpy(p->all + p->all_length, s, n);
	p->all_length += n;
}

/* The second line of TD3 and TD2: the same up to the optional field. */
static void take_second(struct parts *p, const char *line, size_t length)
{
	p->number = line;
	p->nationality = line + 10;
	p->birth = line + 13;
	p->sex = line + 20;
	p->expiry = line + 21;
	p->optional = line + 28;
	p->optional_checked = length == 44;
	p->optional_length = p->optional_checked ? 14 : 7;
	p->all_check = line[length - 1];
	add(p, line, 10);
	add(p, line + 13, 7);
	add(p, line + 21, length - 1 - 21);
}

static void take_names(struct parts *p, const char *first, const char *names, size_t length)
{
	p->first = first;
	p->names = names;
	p->names_length = length;
}

static int take_td1(struct parts *p, const struct mrz_lines *l)
{
	const char *first = l->line[0], *second = l->line[1];

	if (!strchr("ACI", first[0]) || !is_names(l->line[2], 30))
		return -EINVAL;
	take_names(p, first, l->line[2], 30);
	p->number = first + 5;
	p->optional = first + 15;
	p->optional_length = 15;
	p->birth = second;
	p->sex = second + 7;
	p->expiry = second + 8;
	p->nationality = second + 15;
	p->all_check = second[29];
	add(p, first + 5, 25);
	add(p, second, 7);
	add(p, second + 8, 7);
	add(p, second + 18, 11);
	return 0;
}

/* TD3 and TD2, in whichever order a scanner sent the lines. */
static int take_two(struct parts *p, const struct mrz_lines *l, size_t length, const char *types)
{
	const char *first = l->line[0], *second = l->line[1];

	if (is_names(first, length) == is_names(second, length))
		return -EINVAL;
	if (is_names(second, length)) {
		first = l->line[1];
		second = l->line[0];
	}
	if (!strchr(types, first[0]))
		return -EINVAL;
	take_names(p, first, first + 5, length - 5);
	take_second(p, second, length);
	return 0;
}

static int take(struct parts *p, const struct mrz_lines *l)
{
	if (lines_are(l, 1, 44) && !is_names(l->line[0], 44)) {
		take_second(p, l->line[0], 44);
		return 0;
	}
	if (lines_are(l, 2, 44))
		return take_two(p, l, 44, "P");
	if (lines_are(l, 2, 36))
		return take_two(p, l, 36, "ACI");
	if (lines_are(l, 3, 30))
		return take_td1(p, l);
	return -EINVAL;
}

static bool checks(const char *s, size_t n, char check)
{
	return number_check_731(s, n) == check;
}

static bool all_fillers(const char *s, size_t n)
{
	return strspn(s, "<") >= n;
}

/* Without the fillers at its end. */
static size_t filled(const char *s, size_t n)
{
	while (n > 0 && s[n - 1] == '<')
		n--;
	return n;
}

static void copy(char *to, const char *s, size_t n)
{
	n = filled(s, n);
	memcpy(to, s, n);
	to[n] = '\0';
}

/*
 * A number of more than nine characters: a filler in place of the check digit, the rest and then
 * the check digit at the beginning of the optional field.
 */
static bool take_number(const struct parts *p, struct mrz *m)
{
	size_t rest;

	memcpy(m->number, p->number, 9);
	if (p->optional_checked || p->number[9] != '<') {
		copy(m->number, p->number, 9);
		return checks(p->number, 9, p->number[9]);
	}

	rest = strcspn(p->optional, "<");
	if (rest >= p->optional_length)
		rest = p->optional_length;
	if (rest < 2)
		return false;
	_Static_assert(sizeof(m->number) >= 9 + 15, "the longest number");
	memcpy(m->number + 9, p->optional, rest - 1);
	return checks(m->number, 9 + rest - 1, p->optional[rest - 1]);
}

static bool checks_all(const struct parts *p)
{
	char optional = p->optional[p->optional_length];

	if (!checks(p->birth, 6, p->birth[6]) || !checks(p->expiry, 6, p->expiry[6]))
		return false;
	if (p->optional_checked && !checks(p->optional, p->optional_length, optional) &&
	    !(optional == '<' && all_fillers(p->optional, p->optional_length)))
		return false;
	return checks(p->all, p->all_length, p->all_check);
}

/* No check digit looks after these two. */
static bool plausible(const struct parts *p)
{
	size_t letters = filled(p->nationality, 3);

	for (size_t i = 0; i < letters; i++)
		if (p->nationality[i] < 'A' || p->nationality[i] > 'Z')
			return false;
	return letters > 0 && strchr("MF<X", *p->sex);
}

/* The latest day that these six digits can mean and that is not after @limit. */
static int latest(const char *s, const struct date *limit, struct date *ret)
{
	int newest = limit->year / 100;
	char digits[8];

	memcpy(digits + 2, s, 6);
	for (int century = newest; century >= 0 && century > newest - 3; century--) {
		struct date d;

		digits[0] = (char)('0' + century / 10);
		digits[1] = (char)('0' + century % 10);
		if (date_parse(digits, &d) == 0 && date_compare(&d, limit) <= 0) {
			*ret = d;
			return 0;
		}
	}
	return -EINVAL;
}

static int take_dates(const struct parts *p, const struct date *today, struct mrz *m)
{
	struct date limit = { today->year + CENTURY_AHEAD, 12, 31 };

	if (latest(p->expiry, &limit, &m->expiry) < 0)
		return -EINVAL;
	/* The day, day and month, or all of a birth date may be unknown. */
	if (all_fillers(p->birth + 4, 2))
		return 0;
	return latest(p->birth, today, &m->birth);
}

/* "VAN<DER<BERG<<ANNA<MARIA<<<": runs of fillers become one space, the first "<<" separates. */
static void take_name(const struct parts *p, struct mrz *m)
{
	size_t n = filled(p->names, p->names_length), used = 0;
	char *to = m->surname;

	for (size_t i = 0; i < n; i++) {
		if (p->names[i] != '<') {
			to[used++] = p->names[i];
			continue;
		}
		if (to == m->surname && p->names[i + 1] == '<') {
			to[used] = '\0';
			to = m->given_names;
			used = 0;
		} else if (used > 0 && to[used - 1] != ' ') {
			to[used++] = ' ';
		}
	}
	to[used] = '\0';
}

enum idcard_error mrz_parse(const char *text, const struct date *today, struct mrz *ret)
{
	_cleanup_(mrz_lines_wipe) struct mrz_lines l = {};
	_cleanup_(wipe_parts) struct parts p = {};
	struct mrz m = {};

	if (mrz_split(text, &l) < 0)
		return IDCARD_ERROR_ENTRY_UNKNOWN;
	if (take(&p, &l) < 0 || all_fillers(p.number, 9))
		return IDCARD_ERROR_ENTRY_UNKNOWN;
	if (!take_number(&p, &m) || !checks_all(&p) || !plausible(&p))
		return IDCARD_ERROR_ENTRY_CHECKSUM;
	if (take_dates(&p, today, &m) < 0)
		return IDCARD_ERROR_ENTRY_DATE;

	copy(m.nationality, p.nationality, 3);
	m.sex = *p.sex == 'M' || *p.sex == 'F' ? *p.sex : 0;
	if (p.first) {
		copy(m.document, p.first, 2);
		copy(m.issuer, p.first + 2, 3);
		take_name(&p, &m);
	}
	*ret = m;
	return IDCARD_ERROR_NONE;
}
