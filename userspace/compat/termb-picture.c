// SPDX-License-Identifier: LGPL-2.1-or-later
/* The functions that give the portrait. Without a decoder they give nothing. */
#include "termb.h"

#include "base64.h"
#include "caller.h"
#include "secret.h"
#include "termb-internal.h"
#include "util.h"

/* With NUL behind a text, or nothing at all; what is left untouched is told by the length. */
static int give(unsigned char *to, const struct caller_length *length, const void *data,
		size_t size, size_t end)
{
	bool written = size && caller_write(to, data, size + end);

	caller_write_length(length, to, written ? size + end : 0, written ? size : 0);
	return written ? TERMB_OK : TERMB_FAILED;
}

static int give_base64(unsigned char *to, const struct caller_length *length, const uint8_t *data,
		       size_t size)
{
	_cleanup_secret_ char *text = secret_alloc(BASE64_SIZE(size));

	if (text)
		base64_encode(data, size, text);
	return give(to, length, text, text ? BASE64_SIZE(size) - 1 : 0, 1);
}

static int give_bmp(const char *function, bool base64, unsigned char *to,
		    struct caller_length length)
{
	struct trace trace = trace_begin(function, "%s", "");
	struct termb *t;
	int r;
	TERMB_LOCKED;

	t = termb_state();
	if (!termb_picture(t))
		r = give(to, &length, NULL, 0, 0);
	else if (base64)
		r = give_base64(to, &length, t->bmp, sizeof(t->bmp));
	else
		r = give(to, &length, t->bmp, sizeof(t->bmp), 0);
	return trace_end(&trace, r);
}

static int give_jpeg(const char *function, bool base64, unsigned char *to,
		     struct caller_length length)
{
	struct trace trace = trace_begin(function, "%s", "");
	_cleanup_secret_ uint8_t *jpeg = NULL;
	const struct termb *t;
	size_t size = 0;
	int r;
	TERMB_LOCKED;

	t = termb_state();
	if (!t->card || photo_jpeg(t->record.portrait, &jpeg, &size) != PORTRAIT_OK)
		r = give(to, &length, NULL, 0, 0);
	else if (base64)
		r = give_base64(to, &length, jpeg, size);
	else
		r = give(to, &length, jpeg, size, 0);
	return trace_end(&trace, r);
}

int GetBMPData(unsigned char *data, int *length)
{
	return give_bmp("GetBMPData", false, data, CALLER_LENGTH(length));
}

int GetJpgData(unsigned char *data, int *length)
{
	return give_jpeg("GetJpgData", false, data, CALLER_LENGTH(length));
}

int Getbase64BMPData(unsigned char *data, int *length)
{
	return give_bmp("Getbase64BMPData", true, data, CALLER_LENGTH(length));
}

int Getbase64JpgData(unsigned char *data, int *length)
{
	return give_jpeg("Getbase64JpgData", true, data, CALLER_LENGTH(length));
}
