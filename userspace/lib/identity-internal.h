/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the parts of identity share: a person, taken from a card (identity.c) or an entry
 * (identity-entry.c), on its way into JSON (identity-json.c).
 */
#ifndef IDCARD_IDENTITY_INTERNAL_H
#define IDCARD_IDENTITY_INTERNAL_H

#include <stdint.h>
#include <string.h>

#include "identity.h"
#include "text.h"
#include "util.h"

/*
 * Strings are empty, pointers NULL and dates of year 0 where there is nothing. Sizes are those of
 * the largest field on a card; an entry has less.
 */
struct person {
	enum identity_source source;
	const char *card_type;
	char name[TEXT_SIZE(30)];
	char name_latin[TEXT_SIZE(120)];
	char sex_code[TEXT_SIZE(2)];
	const char *sex;
	char ethnicity_code[TEXT_SIZE(4)];
	const char *ethnicity;
	char nationality[TEXT_SIZE(6)];
	char address[TEXT_SIZE(70)];
	char id_number[TEXT_SIZE(36)];
	bool id_number_valid;
	char passport_number[16];
	char permit_number[TEXT_SIZE(18)];
	char count_text[TEXT_SIZE(4)];
	int count;		/* -1: none */
	char authority[TEXT_SIZE(30)];
	char birth_text[TEXT_SIZE(16)];
	char from_text[TEXT_SIZE(16)];
	char until_text[TEXT_SIZE(16)];
	struct date birth, valid_from, valid_until;
	bool long_term;
	char new_address[RECORD_ADDRESSES_MAX][TEXT_SIZE(RECORD_ADDRESS_SIZE)];
	uint32_t warnings;	/* bits of enum identity_warning */
};

static inline void person_wipe(struct person *p)
{
	explicit_bzero(p, sizeof(*p));
}
#define _cleanup_person_ _cleanup_(person_wipe)

static inline void person_warn(struct person *p, enum identity_warning w)
{
	p->warnings |= UINT32_C(1) << w;
}

/*
 * @record and @options are NULL for an entry: it has no portrait and no fingerprints.
 * NULL only when memory is short.
 */
json_t *person_to_json(const struct person *p, const struct identity_envelope *envelope,
		       const struct record *record, const struct identity_options *options);

#endif
