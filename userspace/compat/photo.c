// SPDX-License-Identifier: LGPL-2.1-or-later
#include "photo.h"

#include <string.h>

#include "base64.h"
#include "sdt-hub.h"
#include "secret.h"
#include "util.h"

enum {
	OPEN_MS = 2000,
	DECODE_MS = 12000,
	REQUEST_SIZE = BASE64_SIZE(PORTRAIT_BLOCK_SIZE) + 128,
};

static void hub_link_closep(struct hub_link *h)
{
	hub_link_close(h);
}

/* What the daemon says of a picture that it did not decode. */
static enum portrait_result result_of(const struct json_text *t)
{
	const char *status = json_string_at(t, "portrait.status");
	const char *reason = json_string_at(t, "portrait.reason");

	for (int i = 0; i < _PORTRAIT_RESULT_MAX; i++) {
		const char *word = portrait_result_word(i);

		if (status && strcmp(status, word) == 0)
			return i;
		if (reason && strcmp(reason, word) == 0)
			return i;
	}
	return PORTRAIT_FAULT;
}

/* The picture in secret memory, whatever it is. */
static enum portrait_result take_picture(struct json_text *t, uint8_t **ret, size_t *ret_size)
{
	enum portrait_result result = result_of(t);
	const struct json_node *data;
	uint8_t *copy;

	if (result != PORTRAIT_OK)
		return result;
	if (json_bytes(t, "portrait.data") < 0)
		return PORTRAIT_FAULT;
	data = json_find(t, "portrait.data");
	copy = secret_alloc(data->size);
	if (!copy)
		return PORTRAIT_FAULT;
	memcpy(copy, data->value, data->size);
	*ret = copy;
	*ret_size = data->size;
	return PORTRAIT_OK;
}

static enum portrait_result decode(const uint8_t block[PORTRAIT_BLOCK_SIZE], const char *format,
				   uint8_t **ret, size_t *ret_size)
{
	_cleanup_(hub_link_closep) struct hub_link link = HUB_LINK_CLOSED;
	_cleanup_secret_ char *buffer = secret_alloc(REQUEST_SIZE);
	enum portrait_result result;
	struct json_writer w;
	struct json_text t;

	if (!portrait_block_valid(block))
		return PORTRAIT_BAD_BLOCK;
	if (!buffer || hub_link_open(&link, OPEN_MS) < 0)
		return PORTRAIT_FAULT;
	hub_link_begin(&link, "DECODE", &w, buffer, REQUEST_SIZE);
	writer_base64(&w, "data", block, PORTRAIT_BLOCK_SIZE);
	writer_word(&w, "portrait", format);
	if (hub_link_ask(&link, &w, DECODE_MS, &t) < 0)
		return PORTRAIT_FAULT;
	result = take_picture(&t, ret, ret_size);
	json_text_wipe(&t);
	return result;
}

enum portrait_result photo_bmp(const uint8_t block[PORTRAIT_BLOCK_SIZE],
			       uint8_t bmp[PICTURE_BMP_SIZE])
{
	_cleanup_secret_ uint8_t *picture = NULL;
	enum portrait_result result;
	size_t size;

	result = decode(block, "bmp", &picture, &size);
	if (result != PORTRAIT_OK)
		return result;
	if (size != PICTURE_BMP_SIZE)
		return PORTRAIT_FAULT;
	memcpy(bmp, picture, size);
	return PORTRAIT_OK;
}

enum portrait_result photo_jpeg(const uint8_t block[PORTRAIT_BLOCK_SIZE], uint8_t **ret,
				size_t *ret_size)
{
	return decode(block, "jpeg", ret, ret_size);
}
