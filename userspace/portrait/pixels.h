/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pixels: what a decoder gave, brought into the canonical form of portrait.h. Pure functions. */
#ifndef IDCARD_PORTRAIT_PIXELS_H
#define IDCARD_PORTRAIT_PIXELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "portrait.h"

enum {
	PIXELS_ROW_SIZE = PORTRAIT_WIDTH * 3,
	PIXELS_BMP_ROW_SIZE = (PIXELS_ROW_SIZE + 3) / 4 * 4,
	PIXELS_BMP_SIZE = 54 + PIXELS_BMP_ROW_SIZE * PORTRAIT_HEIGHT,
};

/* Rows of three bytes a pixel, somewhere in memory. */
struct pixels {
	const uint8_t *rows;
	size_t stride;
	bool bgr, bottom_up, mirrored;
};

/*
 * The pixels of the BMP at @data: 102 x 126, 24 bits, not compressed, rows in either order, all
 * within @size; otherwise -EBADMSG.
 */
int pixels_of_bmp(const uint8_t *data, size_t size, struct pixels *ret);

void pixels_canonical(const struct pixels *p, uint8_t rgb[PORTRAIT_RGB_SIZE]);

/*
 * Bytes that were not written: before the call @out is filled with a pattern nobody knows, and
 * what keeps it for eight bytes in a row was not written.
 */
void pattern_fill(uint8_t *out, size_t size, uint64_t seed);
/* Is some of the @size bytes from @offset still unwritten? Are all? */
bool pattern_any(const uint8_t *out, size_t offset, size_t size, uint64_t seed);
bool pattern_all(const uint8_t *out, size_t offset, size_t size, uint64_t seed);

#endif
