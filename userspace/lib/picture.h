/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Picture: a decoded portrait (the canonical form of portrait.h) in the formats that programs
 * want. Pure functions; JPEG through TurboJPEG.
 */
#ifndef IDCARD_PICTURE_H
#define IDCARD_PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include "portrait.h"

enum {
	PICTURE_SCALE_MAX = 4,		/* each pixel becomes so many in both directions */
	PICTURE_JPEG_QUALITY = 90,
	/* What vendor software gives: 54 bytes of head, rows from the bottom, padded to 308. */
	PICTURE_BMP_SIZE = 38862,
};

/* Bytes of the BMP at @scale, 1 to PICTURE_SCALE_MAX. */
size_t picture_bmp_size(unsigned int scale);

/* Writes the BMP: 24 bits, biSizeImage 0, padding 0. @out has room for picture_bmp_size(). */
void picture_write_bmp(const uint8_t rgb[PORTRAIT_RGB_SIZE], unsigned int scale, uint8_t *out);

/*
 * Writes the JPEG: 4:4:4, PICTURE_JPEG_QUALITY. 0, *@ret in secret memory (secret_free()) and its
 * size, or -ENOMEM, -EIO.
 */
int picture_write_jpeg(const uint8_t rgb[PORTRAIT_RGB_SIZE], unsigned int scale, uint8_t **ret,
		       size_t *ret_size);

#endif
