/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Photo: the picture in a portrait block, decoded by idcard-portrait through the daemon
 * (docs/socket.md, DECODE). Without a configured decoder there is no picture, and never a made one.
 */
#ifndef IDCARD_COMPAT_PHOTO_H
#define IDCARD_COMPAT_PHOTO_H

#include "picture.h"
#include "portrait.h"

/*
 * The BMP of vendor software: PICTURE_BMP_SIZE bytes. Returns PORTRAIT_OK and the picture, or why
 * there is none (FAULT also if there is no daemon); then @bmp is untouched.
 */
enum portrait_result photo_bmp(const uint8_t block[PORTRAIT_BLOCK_SIZE],
			       uint8_t bmp[PICTURE_BMP_SIZE]);

/* As a JPEG, in secret memory (secret_free()). */
enum portrait_result photo_jpeg(const uint8_t block[PORTRAIT_BLOCK_SIZE], uint8_t **ret,
				size_t *ret_size);

/*
 * Files that a library leaves for its caller: mode 0600, made as this user; an existing one is
 * replaced by rename, a link is not followed. @directory NULL: the current one. Negative errno.
 */
int photo_write_file(const char *directory, const char *name, const void *data, size_t size);

#endif
