/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards for tests: the persons of vectors.h, changed, and what becomes of them. */
#ifndef TEST_CARD_H
#define TEST_CARD_H

#include <jansson.h>
#include <stdlib.h>
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

/* The line, on the heap; its buffer is of the size that is promised to be enough. */
static inline char *card_line(const struct record *record, const struct identity_envelope *envelope,
			      const struct identity_options *options,
			      const struct identity_picture *picture)
{
	size_t size = identity_line_size(picture ? picture->size : 0);
	char *line = malloc(size);
	struct identity identity;
	ssize_t n;

	assert_non_null(line);
	memset(&identity, 0x5a, sizeof(identity));
	identity_from_record(record, &envelope->today, &identity);
	n = identity_write(&identity, envelope, options, picture, line, size);
	assert_true(n > 0);
	assert_int_equal(strlen(line), n);
	return line;
}

static inline json_t *card_render(const struct record *record,
				  const struct identity_envelope *envelope,
				  const struct identity_options *options,
				  const struct identity_picture *picture)
{
	char *line = card_line(record, envelope, options, picture);
	json_t *identity = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

	if (!identity)
		fail_msg("%s", line);
	free(line);
	return identity;
}

static inline json_t *card_identity(const struct record *record)
{
	return card_render(record, &card_envelope, &(struct identity_options){}, NULL);
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
