// SPDX-License-Identifier: GPL-2.0-or-later
#include "sighting.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "json-writer.h"
#include "picture.h"
#include "secret.h"

struct sighting {
	unsigned int refs;
	struct identity identity;
	struct identity_envelope envelope;
	char reader[128], sam_id[64];
	struct decoding *decoding;	/* of a card */
};

/* NULL for NULL. */
static const char *keep(char *room, size_t size, const char *text)
{
	if (!text)
		return NULL;
	snprintf(room, size, "%s", text);
	return room;
}

static int add_decoding(struct sighting *s, struct decoder *decoder, const struct sighting *before)
{
	if (before && before->decoding && decoding_is_of(before->decoding, s->identity.portrait)) {
		s->decoding = decoding_ref(before->decoding);
		return 0;
	}
	return decoding_new(decoder, s->identity.portrait, &s->decoding);
}

int sighting_new(const struct identity *identity, const struct identity_envelope *envelope,
		 struct decoder *decoder, const struct sighting *before, struct sighting **ret)
{
	struct sighting *s = secret_alloc(sizeof(*s));
	int r = 0;

	if (!s)
		return -ENOMEM;
	s->refs = 1;
	s->identity = *identity;
	s->envelope = *envelope;
	s->envelope.reader = keep(s->reader, sizeof(s->reader), envelope->reader);
	s->envelope.sam_id = keep(s->sam_id, sizeof(s->sam_id), envelope->sam_id);
	if (identity->card)
		r = add_decoding(s, decoder, before);
	if (r < 0) {
		secret_free(s);
		return r;
	}
	*ret = s;
	return 0;
}

struct sighting *sighting_ref(struct sighting *s)
{
	s->refs++;
	return s;
}

struct sighting *sighting_unref(struct sighting *s)
{
	if (!s || --s->refs > 0)
		return NULL;
	decoding_unref(s->decoding);
	return secret_free(s);
}

static bool wants_picture(const struct identity_options *options)
{
	return options->portrait == IDENTITY_PORTRAIT_JPEG ||
	       options->portrait == IDENTITY_PORTRAIT_BMP;
}

bool sighting_ready(const struct sighting *s, const struct identity_options *options)
{
	return !s->decoding || !wants_picture(options) || decoding_done(s->decoding);
}

void sighting_prepare(struct sighting *s)
{
	if (s->decoding)
		decoding_start(s->decoding);
}

/* The picture in the format of @options, in secret memory. */
static int encode(const uint8_t *rgb, const struct identity_options *options, uint8_t **ret,
		  size_t *ret_size)
{
	unsigned int scale = options->portrait_scale ? options->portrait_scale : 1;
	uint8_t *bmp;

	if (options->portrait == IDENTITY_PORTRAIT_JPEG)
		return picture_write_jpeg(rgb, scale, ret, ret_size);
	bmp = secret_alloc(picture_bmp_size(scale));
	if (!bmp)
		return -ENOMEM;
	picture_write_bmp(rgb, scale, bmp);
	*ret = bmp;
	*ret_size = picture_bmp_size(scale);
	return 0;
}

/* *@ret is for secret_free(). */
static struct identity_picture take_picture(const struct sighting *s,
					    const struct identity_options *options, uint8_t **ret)
{
	struct identity_picture picture = { .result = decoding_result(s->decoding) };

	if (picture.result == PORTRAIT_OK) {
		if (encode(decoding_rgb(s->decoding), options, ret, &picture.size) < 0)
			picture.result = PORTRAIT_FAULT;
		picture.data = *ret;
	}
	return picture;
}

int sighting_write(const struct sighting *s, const struct identity_options *options,
		   const char *id, char **ret, size_t *ret_size)
{
	bool picture_wanted = s->decoding && wants_picture(options);
	struct identity_envelope envelope = s->envelope;
	_cleanup_secret_ uint8_t *data = NULL;
	struct identity_picture picture = {};
	char *line;
	size_t room;
	ssize_t n;

	if (picture_wanted)
		picture = take_picture(s, options, &data);
	envelope.id = id;
	room = identity_line_size(picture.size) + (id ? strlen(id) : 0);
	line = secret_alloc(room);
	if (!line)
		return -ENOMEM;
	n = identity_write(&s->identity, &envelope, options, picture_wanted ? &picture : NULL, line,
			   room);
	if (n < 0) {
		secret_free(line);
		return n;
	}
	*ret = line;
	*ret_size = n;
	return 0;
}

int sighting_write_portrait(const struct sighting *s, const struct identity_options *options,
			    const char *id, char **ret, size_t *ret_size)
{
	_cleanup_secret_ uint8_t *data = NULL;
	struct identity_picture picture = take_picture(s, options, &data);
	size_t room = identity_line_size(picture.size) + (id ? strlen(id) : 0);
	char *line = secret_alloc(room);
	struct json_writer w;
	ssize_t n;

	if (!line)
		return -ENOMEM;
	writer_init(&w, line, room);
	writer_open(&w, NULL, '{');
	writer_word(&w, "class", "DECODE");
	if (id)
		writer_raw(&w, "id", id);
	identity_put_portrait(&w, s->identity.portrait, options->portrait, &picture);
	writer_close(&w, '}');
	n = writer_finish(&w);
	if (n < 0) {
		secret_free(line);
		return (int)n;
	}
	*ret = line;
	*ret_size = (size_t)n;
	return 0;
}
