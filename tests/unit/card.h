/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards for tests: the persons of vectors.h, changed, and what becomes of them. */
#ifndef TEST_CARD_H
#define TEST_CARD_H

#include <string.h>

#include "identity.h"
#include "test.h"
#include "vectors.h"

static const struct identity_envelope card_envelope = {
	.seq = 7,
	.time = 1767225600,	/* 2026-01-01 00:00 UTC */
	.reader = "usb-1-2",
	.sam_id = "05.03-20200101-0000012345-0000067890",
	.today = { 2026, 1, 1 },
};

static inline struct record card_record(const uint8_t *text)
{
	struct record r = {};

	memcpy(r.text, text, RECORD_TEXT_SIZE);
	vector_portrait(r.portrait);
	return r;
}

static inline json_t *card_identity(const struct record *record)
{
	const struct identity_options options = {};
	json_t *identity = identity_from_record(record, &card_envelope, &options);

	assert_non_null(identity);
	return identity;
}

/* ASCII at @offset bytes, two bytes a character. */
static inline void card_write(struct record *record, size_t offset, const char *text)
{
	for (; *text; text++, offset += 2) {
		record->text[offset] = (uint8_t)*text;
		record->text[offset + 1] = 0;
	}
}

static inline void card_write_unit(struct record *record, size_t offset, unsigned int unit)
{
	record->text[offset] = (uint8_t)unit;
	record->text[offset + 1] = (uint8_t)(unit >> 8);
}

static inline const char *card_string(const json_t *identity, const char *key)
{
	return json_string_value(json_object_get(identity, key));
}

#endif
