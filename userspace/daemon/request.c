// SPDX-License-Identifier: GPL-2.0-or-later
/* The requests of docs/socket.md. */
#include "hub-internal.h"

#include <math.h>
#include <string.h>

#include "base64.h"
#include "picture.h"
#include "util.h"

enum {
	READ_TIMEOUT_S = 30,
	READ_TIMEOUT_MAX_S = 3600,
	ENTRY_MAX_BYTES = 512,
};

void request_reply(struct client *c, json_t *object, json_t *id)
{
	if (id)
		json_object_set(object, "id", id);
	client_send(c, object);
	json_decref(object);
}

bool request_flag(const json_t *request, const char *key, bool *value)
{
	const json_t *v = json_object_get(request, key);

	if (!v)
		return true;
	if (!json_is_boolean(v))
		return false;
	*value = json_is_true(v);
	return true;
}

static const char *const portraits[] = {
	[IDENTITY_PORTRAIT_OFF] = "none",
	[IDENTITY_PORTRAIT_WLT] = "wlt",
	[IDENTITY_PORTRAIT_JPEG] = "jpeg",
	[IDENTITY_PORTRAIT_BMP] = "bmp",
};

bool request_word(const json_t *request, const char *key, const char *const *words, size_t n,
		  unsigned int *value)
{
	const json_t *v = json_object_get(request, key);
	const char *word = json_string_value(v);

	if (!v)
		return true;
	for (size_t i = 0; word && i < n; i++) {
		if (words[i] && strcmp(words[i], word) == 0) {
			*value = i;
			return true;
		}
	}
	return false;
}

ssize_t request_bytes(const json_t *request, const char *key, uint8_t *ret, size_t size)
{
	const json_t *v = json_object_get(request, key);

	/* A NUL in the text would end it early. */
	if (!json_is_string(v) || strlen(json_string_value(v)) != json_string_length(v))
		return -EINVAL;
	return base64_decode(json_string_value(v), ret, size);
}

bool request_scale(const json_t *request, unsigned int *value)
{
	const json_t *v = json_object_get(request, "portrait_scale");
	json_int_t scale = json_integer_value(v);

	if (!v)
		return true;
	if (!json_is_integer(v) || scale < 1 || scale > PICTURE_SCALE_MAX)
		return false;
	*value = scale;
	return true;
}

static bool get_options(const json_t *request, struct identity_options *ret)
{
	struct identity_options options = { .portrait_scale = 1 };
	unsigned int portrait = IDENTITY_PORTRAIT_OFF;

	if (!request_word(request, "portrait", portraits, ELEMENTSOF(portraits), &portrait) ||
	    !request_scale(request, &options.portrait_scale) ||
	    !request_flag(request, "fingerprint", &options.fingerprint) ||
	    !request_flag(request, "new_address", &options.new_address) ||
	    !request_flag(request, "map_private_use", &options.map_private_use))
		return false;
	options.portrait = portrait;
	*ret = options;
	return true;
}

static enum idcard_error do_version(struct hub *hub, struct client *c, json_t *request, json_t *id)
{
	request_reply(c, hub_version(), id);
	return IDCARD_ERROR_NONE;
}

static enum idcard_error do_devices(struct hub *hub, struct client *c, json_t *request, json_t *id)
{
	request_reply(c, json_pack("{s:s, s:o}", "class", "DEVICES", "devices",
			   hub->backend.devices(hub->backend.userdata)), id);
	return IDCARD_ERROR_NONE;
}

static enum idcard_error do_status(struct hub *hub, struct client *c, json_t *request, json_t *id)
{
	uint64_t iterations = 0;
	size_t watchers = 0;

	for (size_t i = 0; i < hub->n_clients; i++)
		watchers += client_watch(hub->clients[i])->enabled;
	sd_event_get_iteration(hub->event, &iterations);
	request_reply(c, json_pack("{s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:I}", "class", "STATUS", "devices",
			   hub->backend.devices(hub->backend.userdata),
			   "clients", (json_int_t)hub->n_clients,
			   "watchers", (json_int_t)watchers,
			   "claims", (json_int_t)claims_count(hub),
			   "uptime", (json_int_t)((now_usec() - hub->started) / 1000000),
			   "wakeups", (json_int_t)iterations,
			   "placements", (json_int_t)hub->placements), id);
	return IDCARD_ERROR_NONE;
}

static enum idcard_error do_watch(struct hub *hub, struct client *c, json_t *request, json_t *id)
{
	struct client_watch watch = { .enabled = true };

	if (!request_flag(request, "enable", &watch.enabled) ||
	    !request_flag(request, "repeat", &watch.repeat) || !get_options(request, &watch.options))
		return IDCARD_ERROR_BAD_REQUEST;
	*client_watch(c) = watch;
	request_reply(c, json_pack("{s:s, s:b, s:s, s:i, s:b, s:b, s:b, s:b}", "class", "WATCH",
			   "enable", watch.enabled,
			   "portrait", portraits[watch.options.portrait],
			   "portrait_scale", (int)watch.options.portrait_scale,
			   "fingerprint", watch.options.fingerprint,
			   "new_address", watch.options.new_address,
			   "map_private_use", watch.options.map_private_use,
			   "repeat", watch.repeat), id);
	hub_update_want(hub);
	return IDCARD_ERROR_NONE;
}

static enum idcard_error do_read(struct hub *hub, struct client *c, json_t *request, json_t *id)
{
	const json_t *timeout = json_object_get(request, "timeout");
	double seconds = timeout ? json_number_value(timeout) : READ_TIMEOUT_S;
	struct identity_options options;

	if ((timeout && !json_is_number(timeout)) || !isfinite(seconds) || seconds < 0.1 ||
	    seconds > READ_TIMEOUT_MAX_S || !get_options(request, &options))
		return IDCARD_ERROR_BAD_REQUEST;
	if (client_read_begin(c, seconds * 1e6, id, &options) < 0)
		return IDCARD_ERROR_TOO_MANY;
	hub_update_want(hub);
	return IDCARD_ERROR_NONE;
}

static enum idcard_error do_enter(struct hub *hub, struct client *c, json_t *request, json_t *id)
{
	static const char *const sources[] = {
		[IDENTITY_MANUAL] = "manual",
		[IDENTITY_QR] = "qr",
	};
	static const struct identity_options plain = { .portrait_scale = 1 };
	const json_t *text = json_object_get(request, "text");
	unsigned int source = IDENTITY_MANUAL;
	struct sighting *s = NULL;
	enum idcard_error error;

	if (!json_is_string(text) ||
	    !request_word(request, "source", sources, ELEMENTSOF(sources), &source))
		return IDCARD_ERROR_BAD_REQUEST;
	if (json_string_length(text) > ENTRY_MAX_BYTES)
		return IDCARD_ERROR_ENTRY_UNKNOWN;
	error = hub->backend.enter(json_string_value(text), source, &s, hub->backend.userdata);
	if (error)
		return error;
	hub_publish_identity(hub, s, false);
	client_send_sighting(c, s, &plain, id);
	sighting_unref(s);
	return IDCARD_ERROR_NONE;
}

static const struct {
	const char *class;
	request_handler_t handle;
} requests[] = {
	{ "VERSION", do_version },
	{ "DEVICES", do_devices },
	{ "STATUS", do_status },
	{ "WATCH", do_watch },
	{ "READ", do_read },
	{ "ENTER", do_enter },
	{ "CLAIM", do_claim },
	{ "EXCHANGE", do_exchange },
	{ "RELEASE", do_release },
	{ "DECODE", do_decode },
};

void hub_request(struct client *c, json_t *request, void *userdata)
{
	struct hub *hub = userdata;
	const char *class = json_string_value(json_object_get(request, "class"));
	json_t *id = json_object_get(request, "id");
	enum idcard_error error = class ? IDCARD_ERROR_UNKNOWN_CLASS : IDCARD_ERROR_BAD_REQUEST;

	if (!hub_may_have(hub, c))
		return;
	if (id && !json_is_string(id) && !json_is_integer(id))
		return client_send_error(c, IDCARD_ERROR_BAD_REQUEST, NULL);
	for (size_t i = 0; class && i < ELEMENTSOF(requests); i++)
		if (strcmp(requests[i].class, class) == 0)
			error = requests[i].handle(hub, c, request, id);
	if (error)
		client_send_error(c, error, id);
}
