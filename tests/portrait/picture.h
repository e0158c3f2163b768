/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The picture of the fake decoders: a colour ramp with corners of red (top left), green (top
 * right), blue (bottom left) and white, so that each way to turn it shows.
 */
#ifndef IDCARD_TEST_PORTRAIT_PICTURE_H
#define IDCARD_TEST_PORTRAIT_PICTURE_H

#include <stdint.h>
#include <string.h>

enum {
	WIDTH = 102,
	HEIGHT = 126,
	CORNER = 8,
	BMP_SIZE = 54 + HEIGHT * 308,
	FAKE_CODE = 20261122,		/* invented, as is the key */
};

#define FAKE_KEY "a key of the test"

static inline void picture_pixel(int x, int y, uint8_t rgb[3])
{
	int left = x < CORNER, right = x >= WIDTH - CORNER;
	int top = y < CORNER, bottom = y >= HEIGHT - CORNER;

	if ((left || right) && (top || bottom)) {
		rgb[0] = (left && top) || (right && bottom) ? 255 : 0;
		rgb[1] = right ? 255 : 0;
		rgb[2] = bottom ? 255 : 0;
	} else {
		rgb[0] = (uint8_t)(2 * x);
		rgb[1] = (uint8_t)(2 * y);
		rgb[2] = 64;
	}
}

static inline void picture_rows(uint8_t *out, size_t stride, int bgr, int bottom_up)
{
	uint8_t rgb[3];

	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++) {
			uint8_t *p = out + stride * (bottom_up ? HEIGHT - 1 - y : y) + 3 * x;

			picture_pixel(x, y, rgb);
			p[0] = rgb[bgr ? 2 : 0];
			p[1] = rgb[1];
			p[2] = rgb[bgr ? 0 : 2];
		}
}

/* As vendors write it: biSizeImage 0, and junk in the padding of rows. */
static inline void picture_bmp(uint8_t *out, int bottom_up)
{
	int32_t height = bottom_up ? HEIGHT : -HEIGHT;

	memset(out, 0, 54);
	memset(out + 54, 0xa5, BMP_SIZE - 54);
	memcpy(out, "BM\xce\x97\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x66", 19);
	memcpy(out + 22, &height, 4);
	out[26] = 1;
	out[28] = 24;
	picture_rows(out + 54, 308, 1, bottom_up);
}

#endif
