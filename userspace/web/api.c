// SPDX-License-Identifier: GPL-2.0-or-later
/* /v1: docs/web.md and docs/openapi.yaml. */
#include "web/web.h"

#include <microhttpd.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "log.h"
#include "secret.h"
#include "web/suggest.h"

enum {
	READ_TIMEOUT_S = 30,
	READ_TIMEOUT_MAX_S = 3600,
	ENTER_TIMEOUT_MS = 5000,
	KNOWN_MS = 2 * FEED_SETTLE_MS,
};

/* ---- What is there ------------------------------------------------------------------------- */

static void do_health(struct call *c)
{
	call_reply_json(c, MHD_HTTP_OK, json_pack("{s:b}", "ok", 1));
}

static json_t *list_profiles(const struct web *web)
{
	json_t *list = json_array();

	for (int i = 0; profiles[i]; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:b, s:s?}", "name",
						      profiles[i]->name, "title", profiles[i]->title,
						      "port", web->profile[i].number, "enabled",
						      web->settings.profile[i].enabled, "error",
						      web->profile[i].error));
	return list;
}

json_t *api_status(struct web *web)
{
	enum idcard_error error = feed_daemon_error(web->feed);
	json_t *devices = feed_devices(web->feed);

	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:I}", "class", "STATUS", "release", IDCARD_VERSION,
			 "daemon", error ? idcard_error_code(error) : "ok",
			 "devices", devices ? json_incref(devices) : json_array(),
			 "profiles", list_profiles(web),
			 "pending", (json_int_t)origins_pending(&web->consent.origins));
}

static void on_status(struct feed_wait *w, enum feed_result result, json_t *object)
{
	struct call *c = CONTAINER(w, struct call, wait);

	call_reply_json(c, MHD_HTTP_OK, api_status(c->web));
}

static void do_status(struct call *c)
{
	feed_touch(c->web->feed, false);
	c->wait.done = on_status;
	feed_wait(c->web->feed, &c->wait, FEED_KNOWN, KNOWN_MS);
}

/* ---- One card ------------------------------------------------------------------------------ */

static void give(struct call *c, json_t *object)
{
	static const char *const off = "off";
	json_t *copy = json_copy(object);

	if (!call_may_have(c)) {
		json_decref(copy);
		return call_refuse(c, user_may_have(&c->request->user) ? REFUSAL_DENIED :
									 REFUSAL_USER);
	}
	if (strcmp(json_string_value(json_object_get(object, "class")), "IDENTITY") != 0)
		return call_reply_json(c, call_error_status(copy), copy);
	if (c->no_picture)
		json_object_set_new(copy, "portrait", json_pack("{s:s}", "status", off));
	audit(c, object, "/v1/read");
	call_reply_json(c, MHD_HTTP_OK, copy);
}

static void on_card(struct feed_wait *w, enum feed_result result, json_t *object)
{
	struct call *c = CONTAINER(w, struct call, wait);

	if (result == FEED_CARD)
		give(c, object);
	else
		call_reply_error(c, feed_reader_error(c->web->feed) ?: IDCARD_ERROR_TIMED_OUT);
}

static void on_known(struct feed_wait *w, enum feed_result result, json_t *object)
{
	struct call *c = CONTAINER(w, struct call, wait);
	enum idcard_error error = feed_daemon_error(c->web->feed);
	uint64_t now = now_usec();

	if (error)
		return call_reply_error(c, error);
	w->done = on_card;
	feed_wait(c->web->feed, w, FEED_CARD, c->until > now ? (c->until - now) / 1000 : 0);
}

/* The object of the body; an empty one if there is no body. NULL: it is none, and was answered. */
static json_t *read_body(struct call *c)
{
	const struct http_request *r = c->request;
	const char *type = r->header[HTTP_CONTENT_TYPE];
	json_t *object;

	if (r->body_size == 0)
		return json_object();
	object = json_loadb(r->body, r->body_size, JSON_REJECT_DUPLICATES, NULL);
	/* A form of another site can send JSON, but not say so. */
	if (json_is_object(object) && type && strncasecmp(type, "application/json", 16) == 0)
		return object;
	json_decref(object);
	call_refuse(c, REFUSAL_BAD_REQUEST);
	return NULL;
}

static bool read_options(struct call *c, const json_t *body)
{
	const json_t *timeout = json_object_get(body, "timeout"), *portrait = json_object_get(body, "portrait");
	double seconds = timeout ? json_number_value(timeout) : READ_TIMEOUT_S;
	const char *word = portrait ? json_string_value(portrait) : "jpeg";

	if ((timeout && !json_is_number(timeout)) || !isfinite(seconds) || seconds < 0.1 ||
	    seconds > READ_TIMEOUT_MAX_S || !word ||
	    (strcmp(word, "none") != 0 && strcmp(word, "jpeg") != 0))
		return false;
	c->no_picture = strcmp(word, "none") == 0;
	c->until = now_usec() + (uint64_t)(seconds * 1e6);
	return true;
}

static void do_read(struct call *c)
{
	json_auto_t *body = read_body(c);

	if (!body)
		return;
	if (!read_options(c, body))
		return call_refuse(c, REFUSAL_BAD_REQUEST);
	if (!call_stay(c))
		return;
	feed_touch(c->web->feed, true);
	c->wait.done = on_known;
	feed_wait(c->web->feed, &c->wait, FEED_KNOWN, KNOWN_MS);
}

/* ---- Entries ------------------------------------------------------------------------------- */

static void on_entered(struct feed_wait *w, enum feed_result result, json_t *object)
{
	struct call *c = CONTAINER(w, struct call, wait);
	json_t *copy;

	if (result != FEED_ANSWER)
		return call_reply_error(c,
					feed_daemon_error(c->web->feed) ?: IDCARD_ERROR_NO_DAEMON);
	copy = json_copy(object);
	if (strcmp(json_string_value(json_object_get(object, "class")), "IDENTITY") != 0) {
		if (c->state)
			suggest(copy, c->state);
		return call_reply_json(c, call_error_status(copy), copy);
	}
	audit(c, object, "/v1/enter");
	call_reply_json(c, MHD_HTTP_OK, copy);
}

static void do_enter(struct call *c)
{
	json_auto_t *body = read_body(c);
	json_t *text = json_object_get(body, "text");

	if (!body)
		return;
	if (!json_is_string(text))
		return call_refuse(c, REFUSAL_BAD_REQUEST);
	if (!call_stay(c))
		return;
	c->state = secret_alloc(json_string_length(text) + 1);
	if (c->state)
		memcpy(c->state, json_string_value(text), json_string_length(text));
	feed_touch(c->web->feed, true);
	c->wait.done = on_entered;
	feed_ask(c->web->feed, &c->wait, json_pack("{s:s, s:O}", "class", "ENTER", "text", text),
		 ENTER_TIMEOUT_MS);
}

/* ---- Origins ------------------------------------------------------------------------------- */

static json_t *list_profiles_of(const struct origin *origin)
{
	json_t *list = json_array();

	for (int i = 0; profiles[i]; i++)
		if (origin->profiles & UINT32_C(1) << i)
			json_array_append_new(list, json_string(profiles[i]->name));
	return list;
}

static void do_list_origins(struct call *c)
{
	const struct origins *o = &c->web->consent.origins;
	json_t *list = json_array();

	for (size_t i = 0; i < o->n; i++)
		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s?, s:o}", "origin", o->list[i].name,
						"state", origin_state_word(o->list[i].state), "by",
						o->list[i].administrator ? "administrator" :
						o->list[i].state == ORIGIN_PENDING ? NULL :
										     "operator",
						"profiles", list_profiles_of(&o->list[i])));
	call_reply_json(c, MHD_HTTP_OK, json_pack("{s:o}", "origins", list));
}

static void do_set_origin(struct call *c)
{
	json_auto_t *body = read_body(c);
	const char *given = json_string_value(json_object_get(body, "origin"));
	const char *word = json_string_value(json_object_get(body, "state"));
	enum origin_state state;
	char name[ORIGIN_SIZE];
	int r;

	if (!body)
		return;
	state = word ? origin_state_from_word(word) : ORIGIN_PENDING;
	if (!given || !origin_parse(given, name) || state == ORIGIN_PENDING ||
	    (state == ORIGIN_UNKNOWN && strcmp(word, "forgotten") != 0))
		return call_refuse(c, REFUSAL_BAD_REQUEST);
	r = consent_set(&c->web->consent, name, state);
	if (r == -EPERM || r == -ENOSPC)
		return call_refuse(c, REFUSAL_BAD_REQUEST);
	log_line(LOG_NOTICE, "%s: %s by user %u", name, word, (unsigned int)c->request->user.uid);
	if (r < 0 && r != -ENOENT)
		log_errno(LOG_ERR, r, "what is allowed cannot be written to %s, and is forgotten at the next start",
			  c->web->consent.state);
	if (state != ORIGIN_ALLOWED) {
		events_revoke(c->web, name);
		talk_revoke(c->web, name);
	}
	events_status(c->web);
	if (r < 0 && r != -ENOENT)
		return call_refuse(c, REFUSAL_UNSAVED);
	do_list_origins(c);
}

/* ---- Which is which ------------------------------------------------------------------------ */

static const struct {
	enum http_method method;
	const char *path;
	enum guard_for for_whom;
	void (*handle)(struct call *c);
} routes[] = {
	{ HTTP_GET, "/v1/health", GUARD_FOR_ANYBODY, do_health },
	{ HTTP_GET, "/v1/status", GUARD_FOR_CONSENT, do_status },
	{ HTTP_POST, "/v1/read", GUARD_FOR_CONSENT, do_read },
	{ HTTP_GET, "/v1/events", GUARD_FOR_CONSENT, events_sse },
	{ HTTP_GET, "/v1/ws", GUARD_FOR_CONSENT, events_websocket },
	{ HTTP_POST, "/v1/enter", GUARD_FOR_OPERATOR, do_enter },
	{ HTTP_GET, "/v1/origins", GUARD_FOR_OPERATOR, do_list_origins },
	{ HTTP_POST, "/v1/origins", GUARD_FOR_OPERATOR, do_set_origin },
};

enum guard_for api_for(const struct call *c)
{
	const char *type;
	const void *data;
	size_t size;

	for (size_t i = 0; i < ELEMENTSOF(routes); i++)
		if (strcmp(routes[i].path, c->path) == 0)
			return routes[i].for_whom;
	return assets_find(c->path, &type, &data, &size) ? GUARD_FOR_ANYBODY : GUARD_FOR_CONSENT;
}

void api_call(struct call *c)
{
	bool known = false;
	const char *type;
	const void *data;
	size_t size;

	for (size_t i = 0; i < ELEMENTSOF(routes); i++) {
		if (strcmp(routes[i].path, c->path) != 0)
			continue;
		if (routes[i].method == c->request->method)
			return routes[i].handle(c);
		known = true;
	}
	if (!known && assets_find(c->path, &type, &data, &size)) {
		if (c->request->method == HTTP_GET)
			return call_reply_page(c, type, data, size);
		known = true;
	}
	if (known)
		c->request->status = MHD_HTTP_METHOD_NOT_ALLOWED;
	call_refuse(c, known ? REFUSAL_BAD_REQUEST : REFUSAL_NOT_FOUND);
}
