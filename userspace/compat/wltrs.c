// SPDX-License-Identifier: LGPL-2.1-or-later
#include "wltrs.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "options.h"
#include "photo.h"
#include "secret.h"
#include "trace.h"
#include "util.h"

/* What callers know. */
enum {
	GOOD = 1,
	NOT_DECODED = -1,
	WRONG_SUFFIX = -2,
	NOT_OPENED = -3,
	WRONG_FORMAT = -4,
	NO_LICENCE = -5,
};

enum {
	PIXEL = 3,
	ROW = PORTRAIT_WIDTH * PIXEL,
	BMP_HEAD = 54,
	BMP_ROW = (ROW + 3) / 4 * 4,
};

_Static_assert(BMP_HEAD + BMP_ROW * PORTRAIT_HEIGHT == PICTURE_BMP_SIZE, "rows of a BMP");

static int code_of(enum portrait_result result)
{
	switch (result) {
	case PORTRAIT_OK:
		return GOOD;
	case PORTRAIT_BAD_BLOCK:
		return WRONG_FORMAT;
	case PORTRAIT_NO_DECODER:
	case PORTRAIT_REFUSED:
		return NO_LICENCE;
	default:
		return NOT_DECODED;
	}
}

/* The block may lie anywhere in the caller's memory, and be where the picture is to be. */
static int decode(const char *block, uint8_t *bmp)
{
	_cleanup_secret_ uint8_t *copy = secret_alloc(PORTRAIT_BLOCK_SIZE);

	if (!block)
		return WRONG_FORMAT;
	if (!copy || !bmp)
		return NOT_DECODED;
	memcpy(copy, block, PORTRAIT_BLOCK_SIZE);
	return code_of(photo_bmp(copy, bmp));
}

/* Exactly one block. */
static int read_block(const char *path, char *ret)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t size = 0;
	ssize_t n;

	if (fd < 0)
		return NOT_OPENED;
	/* one byte more, to see that there is none */
	while ((n = read(fd, ret + size, PORTRAIT_BLOCK_SIZE + 1 - size)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return NOT_OPENED;
		size += (size_t)n;
		if (size > PORTRAIT_BLOCK_SIZE)
			return WRONG_FORMAT;
	}
	return size == PORTRAIT_BLOCK_SIZE ? GOOD : WRONG_FORMAT;
}

/* "zp.wlt" and "ZP.WLT" to "zp.bmp" and "ZP.BMP". */
static int picture_path(const char *path, char ret[PATH_MAX])
{
	size_t size = strlen(path);
	char *suffix;

	if (size >= PATH_MAX)
		return NOT_OPENED;
	if (size < 4 || strcasecmp(path + size - 4, ".wlt") != 0)
		return WRONG_SUFFIX;
	strcpy(ret, path);
	suffix = ret + size - 3;
	strcpy(suffix, *suffix == 'W' ? "BMP" : "bmp");
	return GOOD;
}

/* Where the caller looks there is this picture or, when @result is why it has none, no other. */
static int put_picture(const char *path, const uint8_t *bmp, int result)
{
	if (result == GOOD && photo_write_file(NULL, path, bmp, PICTURE_BMP_SIZE) < 0)
		result = NOT_OPENED;
	if (result != GOOD)
		unlink(path);
	return result;
}

static int decode_file(const char *path)
{
	_cleanup_secret_ char *block = secret_alloc(PORTRAIT_BLOCK_SIZE + 1);
	_cleanup_secret_ uint8_t *bmp = secret_alloc(PICTURE_BMP_SIZE);
	char out[PATH_MAX];
	int r;

	if (!path)
		return NOT_OPENED;
	if (!block || !bmp)
		return NOT_DECODED;
	r = picture_path(path, out);
	if (r == GOOD)
		r = read_block(path, block);
	if (r == WRONG_SUFFIX || r == NOT_OPENED)
		return r;
	if (r == GOOD)
		r = decode(block, bmp);
	return put_picture(out, bmp, r);
}

int GetBmp(char *file_name, int intf)
{
	struct trace trace = trace_begin("GetBmp", "%d", intf);

	return trace_end(&trace, decode_file(file_name));
}

int dewlt(char *file_name)
{
	struct trace trace = trace_begin("dewlt", "%s", "");

	return trace_end(&trace, decode_file(file_name));
}

/* Rows from the bottom, R, G, B, unless the options say otherwise. */
static void write_pixels(const uint8_t *bmp, uint8_t *out)
{
	const struct compat_options *o = compat_options();

	for (unsigned int y = 0; y < PORTRAIT_HEIGHT; y++) {
		unsigned int from_y = o->flip ? PORTRAIT_HEIGHT - 1 - y : y;

		for (unsigned int x = 0; x < PORTRAIT_WIDTH; x++, out += PIXEL) {
			unsigned int from_x = o->mirror ? PORTRAIT_WIDTH - 1 - x : x;
			const uint8_t *row = bmp + BMP_HEAD + (size_t)from_y * BMP_ROW;
			const uint8_t *bgr = row + (size_t)from_x * PIXEL;

			out[0] = bgr[o->swap_red_blue ? 0 : 2];
			out[1] = bgr[1];
			out[2] = bgr[o->swap_red_blue ? 2 : 0];
		}
	}
}

int unpack(char *src, char *dst, int bmpSave)
{
	struct trace trace = trace_begin("unpack", "%d", bmpSave);
	_cleanup_secret_ uint8_t *bmp = secret_alloc(PICTURE_BMP_SIZE);
	int r;

	r = decode(src, bmp);
	if (r == GOOD && dst)
		write_pixels(bmp, (uint8_t *)dst);
	if (bmpSave)
		r = put_picture("zp.bmp", bmp, r);
	return trace_end(&trace, r);
}

int DecodingPhotos(char *in, int inLen, char *out, int outLen)
{
	struct trace trace = trace_begin("DecodingPhotos", "%d, %d", inLen, outLen);
	_cleanup_secret_ uint8_t *bmp = secret_alloc(PICTURE_BMP_SIZE);
	int r;

	if (inLen < PORTRAIT_BLOCK_SIZE)
		return trace_end(&trace, WRONG_FORMAT);
	if (outLen < PICTURE_BMP_SIZE)
		return trace_end(&trace, NOT_DECODED);
	r = decode(in, bmp);
	if (r != GOOD)
		return trace_end(&trace, r);
	if (out)
		memcpy(out, bmp, PICTURE_BMP_SIZE);
	return trace_end(&trace, PICTURE_BMP_SIZE);
}
