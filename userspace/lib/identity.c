// SPDX-License-Identifier: LGPL-2.1-or-later
#include "identity.h"

#include <stdlib.h>
#include <string.h>

#include "codes.h"
#include "identity-internal.h"
#include "util.h"

/* Fields of the card that are judged and come out in another form. */
struct draft {
	char count_text[TEXT_SIZE(4)];
	char birth_text[TEXT_SIZE(16)];
	char from_text[TEXT_SIZE(16)];
	char until_text[TEXT_SIZE(16)];
	char association[TEXT_SIZE(6)];	/* what the former number had and this one has not */
};

static void draft_wipe(struct draft *d)
{
	explicit_bzero(d, sizeof(*d));
}

/* A field of the text block; some are in two pieces. Bytes. */
struct field {
	uint8_t offset, length;
	uint8_t more_offset, more_length;
	bool draft;
	uint16_t to;	/* in struct identity, or in struct draft */
};

/* The size of an array of negative length is what refuses a field that does not fit. */
#define PLACE(type, member, length)                                                                \
	(offsetof(struct type, member) +                                                           \
	 0 * sizeof(char[sizeof(((struct type *)0)->member) >= TEXT_SIZE(length) ? 1 : -1]))

#define FIELD(at, n, member) { at, n, 0, 0, false, PLACE(identity, member, n) }
#define DRAFT(at, n, member) { at, n, 0, 0, true, PLACE(draft, member, n) }
#define FIELD_IN_TWO(at, n, at2, n2, member)                                                       \
	{ at, n, at2, n2, false, PLACE(identity, member, (n) + (n2)) }

static const struct field resident_fields[] = {
	FIELD(0, 30, name),
	FIELD(30, 2, sex_code),
	FIELD(32, 4, ethnicity_code),
	DRAFT(36, 16, birth_text),
	FIELD(52, 70, address),
	FIELD(122, 36, id_number),
	FIELD(158, 30, authority),
	DRAFT(188, 16, from_text),
	DRAFT(204, 16, until_text),
};

static const struct field foreigner_fields[] = {
	FIELD(0, 120, name_latin),
	FIELD(120, 2, sex_code),
	FIELD(122, 30, id_number),
	FIELD(152, 6, nationality),
	FIELD(158, 30, name),
	DRAFT(188, 16, from_text),
	DRAFT(204, 16, until_text),
	DRAFT(220, 16, birth_text),
	FIELD(240, 8, authority),
};

static const struct field foreigner_2023_fields[] = {
	FIELD(0, 30, name),
	FIELD(30, 2, sex_code),
	DRAFT(32, 4, count_text),
	DRAFT(36, 16, birth_text),
	FIELD_IN_TWO(52, 70, 220, 22, name_latin),
	FIELD(122, 36, id_number),
	DRAFT(188, 16, from_text),
	DRAFT(204, 16, until_text),
	FIELD(242, 6, nationality),
	DRAFT(250, 6, association),
};

static const struct field hmt_permit_fields[] = {
	FIELD(0, 30, name),
	FIELD(30, 2, sex_code),
	DRAFT(36, 16, birth_text),
	FIELD(52, 70, address),
	FIELD(122, 36, id_number),
	FIELD(158, 30, authority),
	DRAFT(188, 16, from_text),
	DRAFT(204, 16, until_text),
	FIELD(220, 18, permit_number),
	DRAFT(238, 4, count_text),
};

enum {
	TYPE_OFFSET = 248,

	HAS_ETHNICITY = 1 << 0,
	HAS_NATIONALITY = 1 << 1,
	HAS_LATIN_NAME = 1 << 2,	/* and the Chinese one may be missing */
	HAS_OLD_NUMBER = 1 << 3,
	HAS_FORMER_NUMBER = 1 << 4,
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
	{ 'Y', "foreigner_2023", HAS_NATIONALITY | HAS_LATIN_NAME | HAS_FORMER_NUMBER, NUMBER_FOREIGNER,
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
		if (text[TYPE_OFFSET] == (uint8_t)layouts[i].type && text[TYPE_OFFSET + 1] == 0)
			break;
	return &layouts[i];
}

static void take_fields(struct identity *identity, struct draft *draft, const uint8_t *text,
			const struct layout *layout, unsigned int *flags)
{
	uint8_t joined[RECORD_TEXT_SIZE];

	for (size_t i = 0; i < layout->n; i++) {
		const struct field *f = &layout->fields[i];
		char *to = (f->draft ? (char *)draft : (char *)identity) + f->to;

		if (f->more_length == 0) {
			text_from_utf16le(text + f->offset, f->length, to, flags);
			continue;
		}
		/* Joined first: a space at the end of the first piece is one inside the text. */
		memcpy(joined, text + f->offset, f->length);
		memcpy(joined + f->length, text + f->more_offset, f->more_length);
		text_from_utf16le(joined, (size_t)f->length + f->more_length, to, flags);
	}
	explicit_bzero(joined, sizeof(joined));
}

static uint32_t warnings_of(unsigned int flags)
{
	return (flags & TEXT_PRIVATE_USE ? UINT32_C(1) << IDENTITY_WARNING_PRIVATE_USE_CHARACTERS
					 : 0) |
	       (flags & TEXT_ODD ? UINT32_C(1) << IDENTITY_WARNING_ODD_CHARACTERS : 0);
}

static void take_new_addresses(struct identity *identity, const struct record *record)
{
	size_t n = record->addresses_size / RECORD_ADDRESS_SIZE;
	unsigned int flags = 0;

	for (size_t i = 0; i < n && i < RECORD_ADDRESSES_MAX; i++)
		text_from_utf16le(record->addresses + i * RECORD_ADDRESS_SIZE, RECORD_ADDRESS_SIZE,
				  identity->new_address[i], &flags);
	identity->new_address_warnings = warnings_of(flags);
}

static void take_images(struct identity *identity, const struct record *record)
{
	size_t n = record->fingerprints_size;

	if (n > sizeof(identity->fingerprints))
		n = sizeof(identity->fingerprints);
	identity->card = true;
	memcpy(identity->portrait, record->portrait, sizeof(identity->portrait));
	memcpy(identity->fingerprints, record->fingerprints, n);
	identity->fingerprints_size = n;
}

static void judge_date(struct identity *identity, const char *text, struct date *ret)
{
	if (date_parse(text, ret) < 0)
		identity_warn(identity, IDENTITY_WARNING_BAD_DATE);
}

static void judge_dates(struct identity *identity, const struct draft *draft,
			const struct date *today)
{
	judge_date(identity, draft->birth_text, &identity->birth);
	if (identity->birth.year && date_compare(&identity->birth, today) > 0)
		identity_warn(identity, IDENTITY_WARNING_BIRTH_IN_FUTURE);

	judge_date(identity, draft->from_text, &identity->valid_from);
	identity->long_term = strcmp(draft->until_text, "长期") == 0;
	if (!identity->long_term)
		judge_date(identity, draft->until_text, &identity->valid_until);
}

static void judge_count(struct identity *identity, const char *text)
{
	identity->count = -1;
	if (strlen(text) == 2 && strspn(text, "0123456789") == 2)
		identity->count = 10 * (text[0] - '0') + text[1] - '0';
	else if (*text)
		identity_warn(identity, IDENTITY_WARNING_BAD_COUNT);
}

static void judge_codes(struct identity *identity, const struct layout *layout)
{
	identity->sex = code_sex(identity->sex_code);
	if (!identity->sex) {
		identity->sex = "unknown";
		identity_warn(identity, IDENTITY_WARNING_BAD_SEX);
	}
	if (layout->has & HAS_ETHNICITY) {
		/* Only citizens are given this card; it does not say so in a field. */
		strcpy(identity->nationality, "CHN");
		identity->ethnicity = code_ethnicity(identity->ethnicity_code);
		if (!identity->ethnicity)
			identity_warn(identity, IDENTITY_WARNING_UNKNOWN_ETHNICITY);
	}
	if ((layout->has & HAS_NATIONALITY) && !code_nationality_known(identity->nationality))
		identity_warn(identity, IDENTITY_WARNING_UNKNOWN_NATIONALITY);
	if (!*(layout->has & HAS_LATIN_NAME ? identity->name_latin : identity->name))
		identity_warn(identity, IDENTITY_WARNING_EMPTY_NAME);
}

/* Each fault by itself: the first one, as for an entry, is not enough to judge a card. */
static void judge_number(struct identity *identity, const struct draft *draft,
			 enum number_kind kind, const struct date *today)
{
	const char *number = identity->id_number;
	struct number_info info;

	if (!number_form(number) || number_kind(number) != kind) {
		identity_warn(identity, IDENTITY_WARNING_NUMBER_FORM);
		return;
	}
	if (number_check_mod11(number) != number[17])
		identity_warn(identity, IDENTITY_WARNING_CHECKSUM);
	if (!number_region_known(number))
		identity_warn(identity, IDENTITY_WARNING_UNKNOWN_REGION);
	if (identity->birth.year && strncmp(number + 6, draft->birth_text, 8) != 0)
		identity_warn(identity, IDENTITY_WARNING_BIRTH_MISMATCH);
	if (kind != NUMBER_FOREIGNER &&
	    strcmp(identity->sex, (number[16] - '0') % 2 ? "female" : "male") == 0)
		identity_warn(identity, IDENTITY_WARNING_SEX_MISMATCH);
	identity->id_number_valid = number_check(number, today, &info) == IDCARD_ERROR_NONE;
}

/* The number has the year of birth without its century. */
static void judge_old_number(struct identity *identity, const struct draft *draft)
{
	const char *number = identity->id_number;

	if (!number_form_foreigner(number)) {
		identity_warn(identity, IDENTITY_WARNING_NUMBER_FORM);
		return;
	}
	if (number_check_731(number, 14) != number[14])
		identity_warn(identity, IDENTITY_WARNING_CHECKSUM);
	if (identity->birth.year && strncmp(number + 7, draft->birth_text + 2, 6) != 0)
		identity_warn(identity, IDENTITY_WARNING_BIRTH_MISMATCH);
	identity->id_number_valid = number_check_foreigner(number) == IDCARD_ERROR_NONE;
}

/*
 * Not from a number that does not check: the check digit of the former one would be made to fit
 * whatever stands there. That fault is reported already.
 */
static void judge_former_number(struct identity *identity, const char *association)
{
	const char *number = identity->id_number;

	if (!*association || !number_form(number) || number_check_mod11(number) != number[17])
		return;
	if (number_rebuild_former(number, identity->nationality, association,
				  identity->former_number) < 0)
		identity_warn(identity, IDENTITY_WARNING_NUMBER_FORM);
}

void identity_from_record(const struct record *record, const struct date *today,
			  struct identity *ret)
{
	const struct layout *layout = find_layout(record->text);
	_cleanup_(draft_wipe) struct draft draft = {};
	unsigned int flags = 0;

	memset(ret, 0, sizeof(*ret));
	ret->source = IDENTITY_CARD;
	ret->card_type = layout->card_type;
	take_fields(ret, &draft, record->text, layout, &flags);
	take_new_addresses(ret, record);
	take_images(ret, record);

	ret->warnings = warnings_of(flags);
	judge_dates(ret, &draft, today);
	judge_codes(ret, layout);
	judge_count(ret, draft.count_text);
	if (layout->has & HAS_OLD_NUMBER)
		judge_old_number(ret, &draft);
	else
		judge_number(ret, &draft, layout->number, today);
	if (layout->has & HAS_FORMER_NUMBER)
		judge_former_number(ret, draft.association);
}

void identity_wipe(struct identity *identity)
{
	explicit_bzero(identity, sizeof(*identity));
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
