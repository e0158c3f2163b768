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
};

struct record {
	uint8_t text[RECORD_TEXT_SIZE];
	uint8_t portrait[RECORD_PORTRAIT_SIZE];
	uint8_t fingerprints[RECORD_FINGERPRINTS_MAX * RECORD_FINGERPRINT_SIZE];
	size_t fingerprints_size;	/* 0, 512 or 1024 */
	uint8_t addresses[RECORD_ADDRESSES_MAX * RECORD_ADDRESS_SIZE];
	size_t addresses_size;		/* a multiple of RECORD_ADDRESS_SIZE */
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

#endif
