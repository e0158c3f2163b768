/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Record: the raw bytes of one card as the reader gave them, without meaning.
 * Sizes and layout: docs/protocol.md, "Payload of a read".
 */
#ifndef IDCARD_RECORD_H
#define IDCARD_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RECORD_TEXT_SIZE = 256,		/* UTF-16LE, 128 units */
	RECORD_PORTRAIT_SIZE = 1024,	/* compressed, opaque */
	RECORD_FINGERPRINT_SIZE = 512,	/* one finger */
	RECORD_FINGERPRINTS_MAX = 2,
	RECORD_ADDRESS_SIZE = 70,	/* UTF-16LE, 35 units */
	RECORD_ADDRESSES_MAX = 4,
	RECORD_FOUND_SIZE = 4,		/* behind the status of find, and of select */
	RECORD_SELECTED_SIZE = 8,
};

/* Of what is read only when somebody wants it. */
enum record_part {
	RECORD_NOT_ASKED,
	RECORD_READ,		/* and the card may have none of it */
	RECORD_REFUSED,		/* the reader does not know the command */
};

struct record {
	uint8_t text[RECORD_TEXT_SIZE];
	uint8_t portrait[RECORD_PORTRAIT_SIZE];
	enum record_part fingerprints_part, addresses_part;
	uint8_t fingerprints[RECORD_FINGERPRINTS_MAX * RECORD_FINGERPRINT_SIZE];
	size_t fingerprints_size;	/* 0, 512 or 1024 */
	uint8_t addresses[RECORD_ADDRESSES_MAX * RECORD_ADDRESS_SIZE];
	size_t addresses_size;		/* a multiple of RECORD_ADDRESS_SIZE */
	uint8_t found[RECORD_FOUND_SIZE];
	uint8_t selected[RECORD_SELECTED_SIZE];
};

/*
 * Take the reply to "read text and photo" (30 01), or with @fingerprints to "read
 * text, photo and fingerprint" (30 10): one whole frame with status 90. *@ret is
 * written only on success. -EBADMSG if the parts do not add up to the frame or are
 * of other sizes than the card has.
 */
int record_parse(const uint8_t *frame, size_t size, bool fingerprints, struct record *ret);

/* Take the reply to "read appended address" (30 03), status 90. -EBADMSG as above. */
int record_parse_address(const uint8_t *frame, size_t size, struct record *record);

/*
 * The body of the reply to 30 01, or with @fingerprints to 30 10, behind its status: what
 * record_parse() takes. Returns its size; @ret has room for RECORD_DATA_MAX.
 */
enum {
	RECORD_DATA_MAX = 6 + RECORD_TEXT_SIZE + RECORD_PORTRAIT_SIZE +
			  RECORD_FINGERPRINTS_MAX * RECORD_FINGERPRINT_SIZE,
};
size_t record_data(const struct record *record, bool fingerprints, uint8_t *ret);

#endif
