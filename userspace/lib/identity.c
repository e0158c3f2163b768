// SPDX-License-Identifier: LGPL-2.1-or-later
#include "identity.h"

#include <stdlib.h>

#include "codes.h"
#include "identity-internal.h"

/* A field of the text block; some are in two pieces. Bytes. */
struct field {
	uint8_t offset, length;
	uint8_t more_offset, more_length;
	size_t to;	/* in struct person */
};

/* The size of an array of negative length is what refuses a field that does not fit. */
#define ROOM(member, length)                                                                       \
	(0 * sizeof(char[sizeof(((struct person *)0)->member) >= TEXT_SIZE(length) ? 1 : -1]))

#define FIELD(at, n, member) { at, n, 0, 0, offsetof(struct person, member) + ROOM(member, n) }
#define FIELD_IN_TWO(at, n, at2, n2, member)                                                       \
	{ at, n, at2, n2, offsetof(struct person, member) + ROOM(member, (n) + (n2)) }

static const struct field resident_fields[] = {
	FIELD(0, 30, name),
	FIELD(30, 2, sex_code),
	FIELD(32, 4, ethnicity_code),
	FIELD(36, 16, birth_text),
	FIELD(52, 70, address),
	FIELD(122, 36, id_number),
	FIELD(158, 30, authority),
	FIELD(188, 16, from_text),
	FIELD(204, 16, until_text),
};

static const struct field foreigner_fields[] = {
	FIELD(0, 120, name_latin),
	FIELD(120, 2, sex_code),
	FIELD(122, 30, id_number),
	FIELD(152, 6, nationality),
	FIELD(158, 30, name),
	FIELD(188, 16, from_text),
	FIELD(204, 16, until_text),
	FIELD(220, 16, birth_text),
	FIELD(240, 8, authority),
};

static const struct field foreigner_2023_fields[] = {
	FIELD(0, 30, name),
	FIELD(30, 2, sex_code),
	FIELD(32, 4, count_text),
	FIELD(36, 16, birth_text),
	FIELD_IN_TWO(52, 70, 220, 22, name_latin),
	FIELD(122, 36, id_number),
	FIELD(188, 16, from_text),
	FIELD(204, 16, until_text),
	FIELD(242, 6, nationality),
};

static const struct field hmt_permit_fields[] = {
	FIELD(0, 30, name),
	FIELD(30, 2, sex_code),
	FIELD(36, 16, birth_text),
	FIELD(52, 70, address),
	FIELD(122, 36, id_number),
	FIELD(158, 30, authority),
	FIELD(188, 16, from_text),
	FIELD(204, 16, until_text),
	FIELD(220, 18, permit_number),
	FIELD(238, 4, count_text),
};

enum {
	TYPE_OFFSET = 248,

	HAS_ETHNICITY = 1 << 0,
	HAS_NATIONALITY = 1 << 1,
	HAS_LATIN_NAME = 1 << 2,	/* and the Chinese one may be missing */
	HAS_OLD_NUMBER = 1 << 3,
};

struct layout {
	char type;
	const char *card_type;
	unsigned int has;
	enum number_kind number;
	const struct field *fields;
	size_t n;
};

/* The last is what every other type means: resident cards have a space there. */
static const struct layout layouts[] = {
	{ 'I', "foreigner", HAS_NATIONALITY | HAS_LATIN_NAME | HAS_OLD_NUMBER, NUMBER_FOREIGNER,
	  foreigner_fields, ELEMENTSOF(foreigner_fields) },
	{ 'Y', "foreigner_2023", HAS_NATIONALITY | HAS_LATIN_NAME, NUMBER_FOREIGNER,
	  foreigner_2023_fields, ELEMENTSOF(foreigner_2023_fields) },
	{ 'J', "hmt_permit", 0, NUMBER_PERMIT,
	  hmt_permit_fields, ELEMENTSOF(hmt_permit_fields) },
	{ ' ', "resident", HAS_ETHNICITY, NUMBER_RESIDENT,
	  resident_fields, ELEMENTSOF(resident_fields) },
};

static const struct layout *find_layout(const uint8_t *text)
{
	size_t i;

	for (i = 0; i < ELEMENTSOF(layouts) - 1; i++)
		if (text[TYPE_OFFSET] == layouts[i].type && text[TYPE_OFFSET + 1] == 0)
			break;
	return &layouts[i];
}

static void take_fields(struct person *p, const uint8_t *text, const struct layout *layout,
			unsigned int *flags)
{
	uint8_t joined[RECORD_TEXT_SIZE];

	for (size_t i = 0; i < layout->n; i++) {
		const struct field *f = &layout->fields[i];

		/* Joined first: a space at the end of the first piece is one inside the text. */
		memcpy(joined, text + f->offset, f->length);
		memcpy(joined + f->length, text + f->more_offset, f->more_length);
		text_from_utf16le(joined, (size_t)f->length + f->more_length, (char *)p + f->to,
				  flags);
	}
	explicit_bzero(joined, sizeof(joined));
}

static void take_new_addresses(struct person *p, const struct record *record, unsigned int *flags)
{
	size_t n = record->addresses_size / RECORD_ADDRESS_SIZE;

	for (size_t i = 0; i < n && i < RECORD_ADDRESSES_MAX; i++)
		text_from_utf16le(record->addresses + i * RECORD_ADDRESS_SIZE, RECORD_ADDRESS_SIZE,
				  p->new_address[i], flags);
}

static void judge_date(struct person *p, const char *text, struct date *ret)
{
	if (date_parse(text, ret) < 0)
		person_warn(p, IDENTITY_WARNING_BAD_DATE);
}

static void judge_dates(struct person *p, const struct date *today)
{
	judge_date(p, p->birth_text, &p->birth);
	if (p->birth.year && date_compare(&p->birth, today) > 0)
		person_warn(p, IDENTITY_WARNING_BIRTH_IN_FUTURE);

	judge_date(p, p->from_text, &p->valid_from);
	p->long_term = strcmp(p->until_text, "长期") == 0;
	if (!p->long_term)
		judge_date(p, p->until_text, &p->valid_until);
}

static void judge_codes(struct person *p, const struct layout *layout)
{
	p->sex = code_sex(p->sex_code);
	if (!p->sex) {
		p->sex = "unknown";
		person_warn(p, IDENTITY_WARNING_BAD_SEX);
	}
	if (layout->has & HAS_ETHNICITY) {
		/* Only citizens are given this card; it does not say so in a field. */
		strcpy(p->nationality, "CHN");
		p->ethnicity = code_ethnicity(p->ethnicity_code);
		if (!p->ethnicity)
			person_warn(p, IDENTITY_WARNING_UNKNOWN_ETHNICITY);
	}
	if ((layout->has & HAS_NATIONALITY) && !code_nationality_known(p->nationality))
		person_warn(p, IDENTITY_WARNING_UNKNOWN_NATIONALITY);
	if (!*(layout->has & HAS_LATIN_NAME ? p->name_latin : p->name))
		person_warn(p, IDENTITY_WARNING_EMPTY_NAME);

	p->count = -1;
	if (strlen(p->count_text) == 2 && strspn(p->count_text, "0123456789") == 2)
		p->count = atoi(p->count_text);
	else if (*p->count_text)
		person_warn(p, IDENTITY_WARNING_BAD_COUNT);
}

/* Each fault by itself: the first one, as for an entry, is not enough to judge a card. */
static void judge_number(struct person *p, enum number_kind kind, const struct date *today)
{
	const char *number = p->id_number;
	struct number_info info;

	if (!number_form(number) || number_kind(number) != kind) {
		person_warn(p, IDENTITY_WARNING_NUMBER_FORM);
		return;
	}
	if (number_check_mod11(number) != number[17])
		person_warn(p, IDENTITY_WARNING_CHECKSUM);
	if (!number_region_known(number))
		person_warn(p, IDENTITY_WARNING_UNKNOWN_REGION);
	if (p->birth.year && strncmp(number + 6, p->birth_text, 8) != 0)
		person_warn(p, IDENTITY_WARNING_BIRTH_MISMATCH);
	if (kind != NUMBER_FOREIGNER &&
	    strcmp(p->sex, (number[16] - '0') % 2 ? "female" : "male") == 0)
		person_warn(p, IDENTITY_WARNING_SEX_MISMATCH);
	p->id_number_valid = number_check(number, today, &info) == IDCARD_ERROR_NONE;
}

/* The number has the year of birth without its century. */
static void judge_old_number(struct person *p)
{
	const char *number = p->id_number;

	if (!number_form_foreigner(number)) {
		person_warn(p, IDENTITY_WARNING_NUMBER_FORM);
		return;
	}
	if (number_check_731(number, 14) != number[14])
		person_warn(p, IDENTITY_WARNING_CHECKSUM);
	if (p->birth.year && strncmp(number + 7, p->birth_text + 2, 6) != 0)
		person_warn(p, IDENTITY_WARNING_BIRTH_MISMATCH);
	p->id_number_valid = number_check_foreigner(number) == IDCARD_ERROR_NONE;
}

json_t *identity_from_record(const struct record *record, const struct identity_envelope *envelope,
			     const struct identity_options *options)
{
	_cleanup_person_ struct person p = { .source = IDENTITY_CARD };
	const struct layout *layout = find_layout(record->text);
	unsigned int flags = 0;

	p.card_type = layout->card_type;
	take_fields(&p, record->text, layout, &flags);
	if (options->new_address)
		take_new_addresses(&p, record, &flags);
	if (flags & TEXT_PRIVATE_USE)
		person_warn(&p, IDENTITY_WARNING_PRIVATE_USE_CHARACTERS);
	if (flags & TEXT_ODD)
		person_warn(&p, IDENTITY_WARNING_ODD_CHARACTERS);

	judge_dates(&p, &envelope->today);
	judge_codes(&p, layout);
	if (layout->has & HAS_OLD_NUMBER)
		judge_old_number(&p);
	else
		judge_number(&p, layout->number, &envelope->today);
	return person_to_json(&p, envelope, record, options);
}

static size_t characters(const char *s)
{
	size_t n = 0;

	while (text_next(&s))
		n++;
	return n;
}

void identity_mask_number(const char *number, char *ret, size_t size)
{
	size_t n = characters(number), used = 0;
	size_t head = n >= 12 ? 6 : n >= 8 ? 2 : 0, tail = n >= 8 ? 2 : 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t c = text_next(&number);
		char utf8[4];
		size_t length = text_put(utf8, i < head || i >= n - tail ? c : '*');

		if (used + length >= size)
			break;
		memcpy(ret + used, utf8, length);
		used += length;
	}
	ret[used] = '\0';
}
