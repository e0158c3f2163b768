/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A portrait in which everything shows: the corners are red, green, blue and white, from the left
 * above to the right below; between them colours run from left to right and from above to below.
 */
#ifndef TEST_RAMP_H
#define TEST_RAMP_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "portrait.h"

enum { RAMP_CORNER = 8 };

static inline void ramp_pixel(unsigned int x, unsigned int y, uint8_t ret[3])
{
	static const uint8_t corners[2][2][3] = {
		{ { 255, 0, 0 }, { 0, 255, 0 } },
		{ { 0, 0, 255 }, { 255, 255, 255 } },
	};
	unsigned int right = x >= PORTRAIT_WIDTH - RAMP_CORNER;
	unsigned int below = y >= PORTRAIT_HEIGHT - RAMP_CORNER;

	if ((x < RAMP_CORNER || right) && (y < RAMP_CORNER || below)) {
		memcpy(ret, corners[below][right], 3);
		return;
	}
	ret[0] = (uint8_t)(x * 2);
	ret[1] = (uint8_t)(y * 2);
	ret[2] = (uint8_t)(x + y);
}

static inline void ramp_make(uint8_t rgb[PORTRAIT_RGB_SIZE])
{
	for (unsigned int y = 0; y < PORTRAIT_HEIGHT; y++)
		for (unsigned int x = 0; x < PORTRAIT_WIDTH; x++)
			ramp_pixel(x, y, rgb + (y * PORTRAIT_WIDTH + x) * 3);
}

/* ramp.c: is this JPEG the ramp at @scale? */
void ramp_assert_jpeg(const uint8_t *jpeg, size_t size, unsigned int scale);

#endif
