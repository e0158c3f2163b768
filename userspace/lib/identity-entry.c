// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <string.h>

#include "codes.h"
#include "identity-internal.h"
#include "mrz.h"
#include "util.h"

enum {
	ENTRY_MAX = 256,	/* more than any MRZ with its white space */
	PASSPORT_MIN = 6,
	PASSPORT_MAX = 9,	/* the field of the MRZ */
};

struct entry {
	char text[ENTRY_MAX];		/* ASCII, upper case, white space at the ends cut */
	char compact[ENTRY_MAX];	/* besides without spaces and hyphens */
};

static void entry_wipe(struct entry *e)
{
	explicit_bzero(e, sizeof(*e));
}

/* Full-width forms are the ASCII characters at another place. 0 if there is no such character. */
static char to_ascii(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xff01 - '!';
	if (c == 0x3000)
		c = ' ';
	if (c >= 'a' && c <= 'z')
		c -= 'a' - 'A';
	return c < 0x7f ? (char)c : 0;
}

static bool is_white(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* 0, or -EINVAL if no entry looks like this. */
static int normalise(const char *s, struct entry *e)
{
	size_t n = 0, compact = 0;
	uint32_t c;

	while ((c = text_next(&s))) {
		char ascii = to_ascii(c);

		if (!ascii || n + 1 >= sizeof(e->text))
			return -EINVAL;
		if (n == 0 && is_white(ascii))
			continue;
		e->text[n++] = ascii;
		if (ascii != ' ' && ascii != '-')
			e->compact[compact++] = ascii;
	}
	while (n > 0 && is_white(e->text[n - 1]))
		n--;
	while (compact > 0 && is_white(e->compact[compact - 1]))
		compact--;
	e->text[n] = '\0';
	e->compact[compact] = '\0';
	return 0;
}

static enum idcard_error take_number(const char *number, const struct date *today,
				      struct identity *p)
{
	static const char *const card_types[] = {
		[NUMBER_RESIDENT] = "resident",
		[NUMBER_PERMIT] = "hmt_permit",
		[NUMBER_FOREIGNER] = "foreigner_2023",
	};
	struct number_info info;
	enum idcard_error e;

	e = number_check(number, today, &info);
	if (e != IDCARD_ERROR_NONE)
		return e;
	p->card_type = card_types[info.kind];
	strcpy(p->id_number, number);
	p->id_number_valid = true;
	p->birth = info.birth;
	if (info.kind != NUMBER_FOREIGNER)
		p->sex = info.male ? "male" : "female";
	return IDCARD_ERROR_NONE;
}

/* Neither the century of the birth nor the sex is in it. */
static enum idcard_error take_old_number(const char *number, struct identity *p)
{
	enum idcard_error e;

	e = number_check_foreigner(number);
	if (e != IDCARD_ERROR_NONE)
		return e;
	p->card_type = "foreigner";
	strcpy(p->id_number, number);
	p->id_number_valid = true;
	return IDCARD_ERROR_NONE;
}

/* Is the check digit parted from the number, or the number so long that it must be the last? */
static bool is_passport(const struct entry *e)
{
	size_t n = strlen(e->compact), number = n - 1, whole = strlen(e->text);

	if (n < PASSPORT_MIN + 1 || n > PASSPORT_MAX + 1)
		return false;
	if (strspn(e->compact, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<") < n)
		return false;
	while (number > 0 && e->compact[number - 1] == '<')
		number--;
	if (number < PASSPORT_MIN || memchr(e->compact, '<', number))
		return false;
	/* Without a digit it is a word. */
	if (strcspn(e->compact, "0123456789") >= number || !strchr("0123456789", e->compact[n - 1]))
		return false;
	return n == PASSPORT_MAX + 1 || strchr(" -<", e->text[whole - 2]);
}

static enum idcard_error take_passport(const char *compact, struct identity *p)
{
	size_t n = strlen(compact) - 1;

	/* Fillers that a shorter number has behind it weigh nothing. */
	if (number_check_731(compact, n) != compact[n])
		return IDCARD_ERROR_ENTRY_CHECKSUM;
	p->card_type = "passport";
	n = strcspn(compact, "<") < n ? strcspn(compact, "<") : n;
	memcpy(p->passport_number, compact, n);
	return IDCARD_ERROR_NONE;
}

static enum idcard_error take_mrz(const char *text, const struct date *today, struct identity *p)
{
	enum idcard_error e;
	struct mrz m;

	e = mrz_parse(text, today, &m);
	if (e != IDCARD_ERROR_NONE)
		return e;
	/* A card's number is not a passport number, and schema 1 has no place for it. */
	if (*m.document && *m.document != 'P') {
		explicit_bzero(&m, sizeof(m));
		return IDCARD_ERROR_ENTRY_UNKNOWN;
	}

	p->source = IDENTITY_MRZ;
	p->card_type = "passport";
	_Static_assert(sizeof(p->name_latin) >= sizeof(m.surname) + 2 + sizeof(m.given_names),
		       "both names of an MRZ");
	strcpy(p->name_latin, m.surname);
	strcat(p->name_latin, *m.surname && *m.given_names ? ", " : "");
	strcat(p->name_latin, m.given_names);
	if (*m.document && !*p->name_latin)
		identity_warn(p, IDENTITY_WARNING_EMPTY_NAME);
	p->sex = m.sex == 'M' ? "male" : m.sex == 'F' ? "female" : "unknown";
	strcpy(p->nationality, m.nationality);
	if (!code_nationality_known(p->nationality))
		identity_warn(p, IDENTITY_WARNING_UNKNOWN_NATIONALITY);
	p->birth = m.birth;
	p->valid_until = m.expiry;
	_Static_assert(sizeof(p->passport_number) > PASSPORT_MAX, "the number of a TD3");
	memcpy(p->passport_number, m.number, strnlen(m.number, PASSPORT_MAX));
	explicit_bzero(&m, sizeof(m));
	return IDCARD_ERROR_NONE;
}

enum idcard_error identity_from_entry(const char *text, enum identity_source source,
				      const struct date *today, struct identity *ret)
{
	_cleanup_identity_ struct identity p = { .source = source, .count = -1 };
	_cleanup_(entry_wipe) struct entry entry = {};
	enum idcard_error e;

	if (normalise(text, &entry) < 0)
		return IDCARD_ERROR_ENTRY_UNKNOWN;
	if (number_form(entry.compact))
		e = take_number(entry.compact, today, &p);
	else if (number_form_foreigner(entry.compact))
		e = take_old_number(entry.compact, &p);
	else if (is_passport(&entry))
		e = take_passport(entry.compact, &p);
	else
		e = take_mrz(entry.text, today, &p);
	if (e == IDCARD_ERROR_NONE)
		*ret = p;
	return e;
}
