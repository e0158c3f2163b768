/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Synthetic persons: text files in tests/personas and the card they make.
 *
 * A file holds "key: value" lines in UTF-8; "base: NAME" takes over another file
 * first. Which keys a card has depends on its type (resident, foreigner,
 * foreigner_2023, hmt_permit); docs/protocol.md, "The text block". A value
 * "hex:4B6D..." gives the raw bytes of a field instead of text. Common to all:
 *
 *	text@OFFSET	hex:..., bytes laid over the finished text block
 *	portrait	filler, hex:... or file:PATH
 *	fingerprints	FINGER/QUALITY in hex for up to two fingers, "0B/46 10/3C"
 *	new_address, new_address2, new_address3, new_address4
 *
 * This encoder shares nothing with the decoders it is used to test.
 */
#ifndef SIM_PERSONA_H
#define SIM_PERSONA_H

#include <stddef.h>
#include <stdint.h>

enum {
	CARD_TEXT = 256,
	CARD_PORTRAIT = 1024,
	CARD_FINGERPRINT = 512,
	CARD_FINGERPRINTS = 2 * CARD_FINGERPRINT,
	CARD_ADDRESS = 70,
	CARD_ADDRESSES = 4 * CARD_ADDRESS,
};

/* What the reader can get out of a card. */
struct card {
	uint8_t text[CARD_TEXT];
	uint8_t portrait[CARD_PORTRAIT];
	uint8_t fingerprints[CARD_FINGERPRINTS];
	size_t fingerprints_size;
	uint8_t addresses[CARD_ADDRESSES];
	size_t addresses_size;
};

enum {
	PERSONA_ENTRIES = 40,
	PERSONA_KEY = 24,
	PERSONA_VALUE = 2 * CARD_PORTRAIT + 64,
};

struct persona {
	struct {
		char key[PERSONA_KEY];
		char value[PERSONA_VALUE];
	} entries[PERSONA_ENTRIES];
	size_t n;
	char error[160];	/* what was wrong, for people, when a call failed */
};

/* All return 0 or a negative errno and then say in persona->error what was wrong. */
int persona_load(struct persona *p, const char *dir, const char *name);
int persona_set(struct persona *p, const char *key, const char *value);
int persona_encode(struct persona *p, struct card *ret);

#endif
