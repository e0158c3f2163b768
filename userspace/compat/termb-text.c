// SPDX-License-Identifier: LGPL-2.1-or-later
/* The functions that give one field. */
#include "termb.h"

#include <stdlib.h>
#include <string.h>

#include "caller.h"
#include "gbk.h"
#include "termb-internal.h"
#include "util.h"
#include "wz.h"

enum {
	VERSION_OFFSET = 236,	/* of a foreigner's card of 2017 */
	VERSION_SIZE = 4,
	SCRATCH_SIZE = 16,
	/* The longest field has 60 characters, of four bytes at most. */
	OUT_SIZE = 256,
	FINGERPRINTS_SIZE = RECORD_FINGERPRINTS_MAX * RECORD_FINGERPRINT_SIZE,
};

static const char *type_letter(const struct identity *identity)
{
	static const struct {
		const char *type, *letter;
	} letters[] = {
		{ "foreigner", "I" },
		{ "foreigner_2023", "Y" },
		{ "hmt_permit", "J" },
	};

	for (size_t i = 0; i < ELEMENTSOF(letters); i++)
		if (strcmp(identity->card_type, letters[i].type) == 0)
			return letters[i].letter;
	return " ";
}

static bool of_foreigner(const struct identity *identity)
{
	return strchr("IY", *type_letter(identity)) != NULL;
}

/* A field in UTF-8, in @scratch if it is nowhere else. */
typedef const char *field_fn(const struct termb *t, char scratch[SCRATCH_SIZE]);

static const char *field_name(const struct termb *t, char scratch[SCRATCH_SIZE])
{
	return wz_name(&t->identity);
}

static const char *field_sex(const struct termb *t, char scratch[SCRATCH_SIZE])
{
	return wz_sex(&t->identity);
}

static const char *field_nation(const struct termb *t, char scratch[SCRATCH_SIZE])
{
	if (of_foreigner(&t->identity))
		return t->identity.nationality;
	return t->identity.ethnicity ? t->identity.ethnicity : "";
}

static const char *field_nation_code(const struct termb *t, char scratch[SCRATCH_SIZE])
{
	return of_foreigner(&t->identity) ? t->identity.nationality : t->identity.ethnicity_code;
}

static const char *field_birth(const struct termb *t, char scratch[SCRATCH_SIZE])
{
	wz_date(&t->identity.birth, scratch);
	return scratch;
}

static const char *field_address(const struct termb *t, char scratch[SCRATCH_SIZE])
{
	return t->identity.address;
}

static const char *field_number(const struct termb *t, char scratch[SCRATCH_SIZE])
{
	return t->identity.id_number;
}

static const char *field_authority(const struct termb *t, char scratch[SCRATCH_SIZE])
{
	return t->identity.authority;
}

static const char *field_start(const struct termb *t, char scratch[SCRATCH_SIZE])
{
	wz_date(&t->identity.valid_from, scratch);
	return scratch;
}

static const char *field_end(const struct termb *t, char scratch[SCRATCH_SIZE])
{
	wz_valid_until(&t->identity, scratch);
	return scratch;
}

static const char *field_chinese_name(const struct termb *t, char scratch[SCRATCH_SIZE])
{
	return t->identity.name;
}

static const char *field_version(const struct termb *t, char scratch[SCRATCH_SIZE])
{
	unsigned int flags = 0;

	*scratch = '\0';
	if (*type_letter(&t->identity) == 'I')
		text_from_utf16le(t->record.text + VERSION_OFFSET, VERSION_SIZE, scratch, &flags);
	return scratch;
}

/* NULL: it could not be read whether there is one. */
static const char *field_new_address(const struct termb *t, char scratch[SCRATCH_SIZE])
{
	return t->addresses ? wz_newest_address(&t->identity) : NULL;
}

static const char *field_type(const struct termb *t, char scratch[SCRATCH_SIZE])
{
	return type_letter(&t->identity);
}

static const char *field_permit(const struct termb *t, char scratch[SCRATCH_SIZE])
{
	return t->identity.permit_number;
}

static size_t put_unit(char *ret, uint32_t unit)
{
	ret[0] = (char)unit;
	ret[1] = (char)(unit >> 8);
	return 2;
}

/* As gbk_from_utf8(), but with two bytes of end. */
static size_t utf16_from_utf8(const char *utf8, char *ret, size_t size)
{
	size_t length = 0;
	uint32_t c;

	while ((c = text_next(&utf8)) && length + 4 + 2 <= size) {
		if (c >= 0x10000) {
			length += put_unit(ret + length, 0xd800 + ((c - 0x10000) >> 10));
			c = 0xdc00 + (c & 0x3ff);
		}
		length += put_unit(ret + length, c);
	}
	put_unit(ret + length, 0);
	return length;
}

/* @text, or an empty one if there is none. */
static int put_text(const char *text, bool wide, char *to, const struct caller_length *length)
{
	char out[OUT_SIZE];
	size_t end = wide ? 2 : 1, n;
	bool written;

	n = wide ? utf16_from_utf8(text ? text : "", out, sizeof(out)) :
		   gbk_from_utf8(text ? text : "", out, sizeof(out), NULL);
	written = caller_write(to, out, n + end);
	caller_write_length(length, to, n + end, n);
	explicit_bzero(out, sizeof(out));
	return text && written ? TERMB_OK : TERMB_FAILED;
}

static int give_text(const char *function, field_fn *field, bool wide, char *to,
		     struct caller_length length)
{
	struct trace trace = trace_begin(function, "%s", "");
	char scratch[SCRATCH_SIZE];
	const struct termb *t;
	int r;
	TERMB_LOCKED;

	t = termb_state();
	r = put_text(t->card ? field(t, scratch) : NULL, wide, to, &length);
	explicit_bzero(scratch, sizeof(scratch));
	return trace_end(&trace, r);
}

#define TEXT_GETTER(name, field)                                                                   \
	int name(char *text, int *length)                                                          \
	{                                                                                          \
		return give_text(#name, field, false, text, CALLER_LENGTH(length));                \
	}                                                                                          \
	int name##U(char *text, int *length)                                                       \
	{                                                                                          \
		return give_text(#name "U", field, true, text, CALLER_LENGTH(length));             \
	}

TEXT_GETTER(GetPeopleName, field_name)
TEXT_GETTER(GetPeopleSex, field_sex)
TEXT_GETTER(GetPeopleNation, field_nation)
TEXT_GETTER(GetPeopleBirthday, field_birth)
TEXT_GETTER(GetPeopleAddress, field_address)
TEXT_GETTER(GetPeopleIDCode, field_number)
TEXT_GETTER(GetDepartment, field_authority)
TEXT_GETTER(GetStartDate, field_start)
TEXT_GETTER(GetEndDate, field_end)
TEXT_GETTER(GetPeopleChineseName, field_chinese_name)
TEXT_GETTER(GetPeopleCertVersion, field_version)
TEXT_GETTER(GetNewAppMsg, field_new_address)
TEXT_GETTER(GetCertType, field_type)
TEXT_GETTER(GetPassCheckID, field_permit)

/* A foreigner's country is no number, and not that of an ethnicity. */
static int nation_number(const struct termb *t)
{
	if (!t->card || of_foreigner(&t->identity) || !t->identity.ethnicity)
		return 0;
	return (int)strtol(t->identity.ethnicity_code, NULL, 10);
}

static int give_nation_code(const char *function, bool wide, char *code,
			    struct caller_length length)
{
	struct trace trace = trace_begin(function, "%s", "");
	char scratch[SCRATCH_SIZE];
	const struct termb *t;
	int number, size;
	TERMB_LOCKED;

	t = termb_state();
	number = nation_number(t);
	/* There are callers with an int, who say how large it is, and callers with a text. */
	if (!wide && caller_read_int(length.to, &size) && size == sizeof(number))
		caller_write(code, &number, sizeof(number));
	else
		put_text(t->card ? field_nation_code(t, scratch) : NULL, wide, code, &length);
	/* The number itself is of the card. */
	trace_end(&trace, number ? TERMB_OK : TERMB_FAILED);
	return number;
}

int GetNationCode(char *code, int *length)
{
	return give_nation_code("GetNationCode", false, code, CALLER_LENGTH(length));
}

int GetNationCodeU(char *code, int *length)
{
	return give_nation_code("GetNationCodeU", true, code, CALLER_LENGTH(length));
}

static int give_count(const char *function, int *count)
{
	struct trace trace = trace_begin(function, "%s", "");
	const struct termb *t;
	int n;
	TERMB_LOCKED;

	t = termb_state();
	n = t->card && t->identity.count > 0 ? t->identity.count : 0;
	caller_write(count, &n, sizeof(n));
	trace_end(&trace, n ? TERMB_OK : TERMB_FAILED);
	return n;
}

int GetIssuesNum(int *count)
{
	return give_count("GetIssuesNum", count);
}

int GetIssuesNumU(int *count)
{
	return give_count("GetIssuesNumU", count);
}

/* No text: it has no other form for the wide function. */
static int give_fingerprints(const char *function, unsigned char *data,
			     struct caller_length length)
{
	struct trace trace = trace_begin(function, "%s", "");
	const struct termb *t;
	size_t n;
	bool written;
	TERMB_LOCKED;

	t = termb_state();
	n = t->card && t->record.fingerprints_size ? FINGERPRINTS_SIZE : 0;
	written = caller_write(data, n ? (const void *)t->record.fingerprints : "", n ? n : 1);
	caller_write_length(&length, data, n ? n : 1, n);
	return trace_end(&trace, n && written ? TERMB_OK : TERMB_FAILED);
}

int GetFPDate(unsigned char *data, int *length)
{
	return give_fingerprints("GetFPDate", data, CALLER_LENGTH(length));
}

int GetFPDateU(unsigned char *data, int *length)
{
	return give_fingerprints("GetFPDateU", data, CALLER_LENGTH(length));
}
