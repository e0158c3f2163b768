// SPDX-License-Identifier: GPL-2.0-or-later
#include "pixels.h"

#include <errno.h>
#include <string.h>

enum { PATTERN_RUN = 8 };

static uint32_t le16(const uint8_t *p)
{
	return p[0] | p[1] << 8;
}

static uint32_t le32(const uint8_t *p)
{
	return le16(p) | le16(p + 2) << 16;
}

/* The sizes in the head, bfSize and biSizeImage, are left aside: vendors write them wrong. */
int pixels_of_bmp(const uint8_t *data, size_t size, struct pixels *ret)
{
	const size_t need = (size_t)PIXELS_BMP_ROW_SIZE * PORTRAIT_HEIGHT;
	uint32_t offset, head;
	int32_t height;

	if (size < 54 || memcmp(data, "BM", 2) != 0)
		return -EBADMSG;
	offset = le32(data + 10);
	head = le32(data + 14);
	height = (int32_t)le32(data + 22);
	if (head < 40 || head > 124 || offset < 14 + head || offset > size || size - offset < need)
		return -EBADMSG;
	if (le32(data + 18) != PORTRAIT_WIDTH ||
	    (height != PORTRAIT_HEIGHT && height != -PORTRAIT_HEIGHT))
		return -EBADMSG;
	if (le16(data + 26) != 1 || le16(data + 28) != 24 || le32(data + 30) != 0)
		return -EBADMSG;
	*ret = (struct pixels){
		.rows = data + offset,
		.stride = PIXELS_BMP_ROW_SIZE,
		.bgr = true,
		.bottom_up = height > 0,
	};
	return 0;
}

void pixels_canonical(const struct pixels *p, uint8_t rgb[PORTRAIT_RGB_SIZE])
{
	for (size_t y = 0; y < PORTRAIT_HEIGHT; y++) {
		const uint8_t *row =
			p->rows + p->stride * (p->bottom_up ? PORTRAIT_HEIGHT - 1 - y : y);

		for (size_t x = 0; x < PORTRAIT_WIDTH; x++) {
			const uint8_t *in = row + 3 * (p->mirrored ? PORTRAIT_WIDTH - 1 - x : x);

			*rgb++ = in[p->bgr ? 2 : 0];
			*rgb++ = in[1];
			*rgb++ = in[p->bgr ? 0 : 2];
		}
	}
}

/* The byte at @offset: splitmix64 of the number of its group of eight. */
static uint8_t pattern_byte(size_t offset, uint64_t seed)
{
	uint64_t z = seed + (offset / 8 + 1) * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	return (uint8_t)(z >> offset % 8 * 8);
}

void pattern_fill(uint8_t *out, size_t size, uint64_t seed)
{
	for (size_t i = 0; i < size; i++)
		out[i] = pattern_byte(i, seed);
}

bool pattern_any(const uint8_t *out, size_t offset, size_t size, uint64_t seed)
{
	unsigned int run = 0;

	for (size_t i = offset; i < offset + size; i++) {
		run = out[i] == pattern_byte(i, seed) ? run + 1 : 0;
		if (run == PATTERN_RUN)
			return true;
	}
	return false;
}

bool pattern_all(const uint8_t *out, size_t offset, size_t size, uint64_t seed)
{
	for (size_t i = offset; i < offset + size; i++)
		if (out[i] != pattern_byte(i, seed))
			return false;
	return true;
}
