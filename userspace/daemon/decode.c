// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * DECODE: a portrait block that a client has, and the picture in it. One at a time is with the
 * decoder, whose queue is for the cards that are read.
 */
#include "hub-internal.h"

#include <string.h>

#include "secret.h"
#include "util.h"

struct decode {
	uint64_t order;
	bool started;
	json_t *id;
	struct identity_options options;
	struct sighting *sighting;
};

static struct decode *decode_of(const struct hub *hub, size_t i)
{
	return client_work(hub->clients[i])->decode;
}

void decode_end(struct client *c)
{
	struct decode *d = client_work(c)->decode;

	client_work(c)->decode = NULL;
	if (!d)
		return;
	json_decref(d->id);
	sighting_unref(d->sighting);
	secret_free(d);
}

static void answer(struct client *c)
{
	const struct decode *d = client_work(c)->decode;
	size_t id_size = d->id ? json_dumpb(d->id, NULL, 0, JSON_ENCODE_ANY) : 0, size;
	_cleanup_secret_ char *id = secret_alloc(id_size + 1), *line = NULL;

	if (id && d->id)
		json_dumpb(d->id, id, id_size, JSON_ENCODE_ANY);
	if (id && sighting_write_portrait(d->sighting, &d->options, d->id ? id : NULL, &line,
					  &size) >= 0)
		client_send_line(c, line, size);
	else
		client_send_error(c, IDCARD_ERROR_TOO_MANY, d->id);
	decode_end(c);
}

/* True if one was answered. */
static bool answer_ready(struct hub *hub)
{
	for (size_t i = 0; i < hub->n_clients; i++) {
		const struct decode *d = decode_of(hub, i);

		if (!d || !d->started || !sighting_ready(d->sighting, &d->options))
			continue;
		if (hub_may_have(hub, hub->clients[i]))
			answer(hub->clients[i]);
		return true;
	}
	return false;
}

/* Users take turns, each with the one of theirs that came first. */
static bool is_before(struct client *a, struct client *b)
{
	uint64_t turn = client_quota(a)->decoded, other = client_quota(b)->decoded;

	if (turn != other)
		return turn < other;
	return client_work(a)->decode->order < client_work(b)->decode->order;
}

/* Whose turn it is, unless another is under way. */
static struct client *next(const struct hub *hub)
{
	struct client *first = NULL;

	for (size_t i = 0; i < hub->n_clients; i++) {
		const struct decode *d = decode_of(hub, i);

		if (d && d->started)
			return NULL;
		if (d && (!first || is_before(hub->clients[i], first)))
			first = hub->clients[i];
	}
	return first;
}

void decodes_go_on(struct hub *hub)
{
	struct client *c;

	do {
		while (answer_ready(hub))
			;
		c = next(hub);
		if (c) {
			client_quota(c)->decoded = ++hub->decode_turns;
			client_work(c)->decode->started = true;
			sighting_prepare(client_work(c)->decode->sighting);
		}
	} while (c);
}

static int begin(struct hub *hub, struct client *c, const uint8_t *block,
		 const struct identity_options *options, json_t *id)
{
	struct decode *d = secret_alloc(sizeof(*d));
	int r = d ? hub->backend.portrait(block, &d->sighting, hub->backend.userdata) : -ENOMEM;

	if (r < 0) {
		secret_free(d);
		return r;
	}
	d->order = ++hub->decodes;
	d->id = json_incref(id);
	d->options = *options;
	client_work(c)->decode = d;
	return 0;
}

enum idcard_error do_decode(struct hub *hub, struct client *c, json_t *request, json_t *id)
{
	static const char *const formats[] = {
		[IDENTITY_PORTRAIT_JPEG] = "jpeg",
		[IDENTITY_PORTRAIT_BMP] = "bmp",
	};
	_cleanup_secret_ uint8_t *block = secret_alloc(PORTRAIT_BLOCK_SIZE);
	unsigned int format = IDENTITY_PORTRAIT_BMP;
	struct identity_options options = { .portrait_scale = 1 };

	if (!request_word(request, "portrait", formats, ELEMENTSOF(formats), &format) ||
	    !request_scale(request, &options.portrait_scale) || !block ||
	    request_bytes(request, "data", block, PORTRAIT_BLOCK_SIZE) != PORTRAIT_BLOCK_SIZE)
		return IDCARD_ERROR_BAD_REQUEST;
	options.portrait = format;
	if (client_work(c)->decode || begin(hub, c, block, &options, id) < 0)
		return IDCARD_ERROR_TOO_MANY;
	decodes_go_on(hub);
	return IDCARD_ERROR_NONE;
}
