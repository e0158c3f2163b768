// SPDX-License-Identifier: LGPL-2.1-or-later
#include "picture.h"

#include <errno.h>
#include <string.h>
#include <turbojpeg.h>

#include "secret.h"

enum {
	BMP_HEAD = 54,
	BMP_INFO_HEAD = 40,
	PIXEL = 3,
};

/* Rows of a BMP begin at multiples of four. */
static size_t bmp_row_size(unsigned int scale)
{
	return ((size_t)PORTRAIT_WIDTH * scale * PIXEL + 3) / 4 * 4;
}

size_t picture_bmp_size(unsigned int scale)
{
	return BMP_HEAD + bmp_row_size(scale) * PORTRAIT_HEIGHT * scale;
}

static uint8_t *put_le(uint8_t *p, uint32_t value, unsigned int bytes)
{
	for (; bytes; bytes--, value >>= 8)
		*p++ = (uint8_t)value;
	return p;
}

static void write_bmp_head(unsigned int scale, uint8_t *p)
{
	*p++ = 'B';
	*p++ = 'M';
	p = put_le(p, (uint32_t)picture_bmp_size(scale), 4);
	p = put_le(p, 0, 4);
	p = put_le(p, BMP_HEAD, 4);
	p = put_le(p, BMP_INFO_HEAD, 4);
	p = put_le(p, PORTRAIT_WIDTH * scale, 4);
	p = put_le(p, PORTRAIT_HEIGHT * scale, 4);	/* positive: rows from the bottom */
	p = put_le(p, 1, 2);				/* planes */
	p = put_le(p, 8 * PIXEL, 2);
	/* No compression, biSizeImage 0 as vendors write it, no resolution, no palette. */
	put_le(p, 0, 4);
	memset(p + 4, 0, 5 * sizeof(uint32_t));
}

void picture_write_bmp(const uint8_t rgb[PORTRAIT_RGB_SIZE], unsigned int scale, uint8_t *out)
{
	size_t row = bmp_row_size(scale), width = (size_t)PORTRAIT_WIDTH * scale;

	write_bmp_head(scale, out);
	out += BMP_HEAD;
	for (unsigned int y = PORTRAIT_HEIGHT * scale; y-- > 0; out += row) {
		const uint8_t *from = rgb + (size_t)(y / scale) * PORTRAIT_WIDTH * PIXEL;

		for (size_t x = 0; x < width; x++) {
			const uint8_t *pixel = from + x / scale * PIXEL;

			out[x * PIXEL] = pixel[2];
			out[x * PIXEL + 1] = pixel[1];
			out[x * PIXEL + 2] = pixel[0];
		}
		memset(out + width * PIXEL, 0, row - width * PIXEL);
	}
}

/* The picture enlarged, in secret memory. */
static uint8_t *enlarge(const uint8_t *rgb, unsigned int scale)
{
	size_t width = (size_t)PORTRAIT_WIDTH * scale, height = (size_t)PORTRAIT_HEIGHT * scale;
	uint8_t *large = secret_alloc(width * height * PIXEL);

	for (size_t y = 0; large && y < height; y++)
		for (size_t x = 0; x < width; x++)
			memcpy(large + (y * width + x) * PIXEL,
			       rgb + (y / scale * PORTRAIT_WIDTH + x / scale) * PIXEL, PIXEL);
	return large;
}

static int compress(const uint8_t *rgb, int width, int height, uint8_t *out, unsigned long *size)
{
	tjhandle handle = tjInitCompress();
	int r;

	if (!handle)
		return -ENOMEM;
	r = tjCompress2(handle, rgb, width, 0, height, TJPF_RGB, &out, size, TJSAMP_444,
			PICTURE_JPEG_QUALITY, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT);
	tjDestroy(handle);
	return r < 0 ? -EIO : 0;
}

int picture_write_jpeg(const uint8_t rgb[PORTRAIT_RGB_SIZE], unsigned int scale, uint8_t **ret,
		       size_t *ret_size)
{
	int width = PORTRAIT_WIDTH * (int)scale, height = PORTRAIT_HEIGHT * (int)scale, r;
	unsigned long size = tjBufSize(width, height, TJSAMP_444);
	_cleanup_secret_ uint8_t *large = enlarge(rgb, scale);
	uint8_t *out = secret_alloc(size);

	r = large && out ? compress(large, width, height, out, &size) : -ENOMEM;
	if (r < 0) {
		secret_free(out);
		return r;
	}
	*ret = out;
	*ret_size = size;
	return 0;
}
