/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The marker persons and all ways to write what they say, from the list of make-needles. In memory
 * as in the list they are masked: who searches for them never holds them.
 */
#ifndef TEST_NEEDLES_H
#define TEST_NEEDLES_H

#include <stddef.h>
#include <stdint.h>

enum {
	NEEDLE_MASK = 0x55,
	NEEDLE_SIZE = 320,		/* the longest */
	NEEDLES_MAX = 512,
	PERSONA_SIZE = 4096,
};

struct needle {
	char name[64];
	uint8_t bytes[NEEDLE_SIZE];	/* masked */
	uint16_t size;
	int16_t next;			/* of those with the same first two bytes; -1: none */
};

struct needles {
	struct needle needle[NEEDLES_MAX];
	size_t n;
	int16_t first[65536];		/* by the first two bytes as they are */
};

/* All of the list but the personas. -1, and said on standard error, if it cannot be. */
int needles_load(struct needles *needles, const char *path);

/* The file of a persona, unmasked; its size, or -1 as above. */
int needles_persona(const char *path, const char *name, uint8_t ret[PERSONA_SIZE]);

/* The next needle that begins at or after *@at, which is then its place. NULL: none. */
const struct needle *needles_next(const struct needles *needles, const uint8_t *data, size_t size,
				  size_t *at);

#endif
