// SPDX-License-Identifier: LGPL-2.1-or-later
/* Identities from the daemon: WATCH and READ of docs/socket.md. */
#include "idcard.h"

#include <stdio.h>
#include <string.h>

#include "errors.h"
#include "libidcard-internal.h"
#include "util.h"

enum {
	REQUEST_MAX = 256,
	READ_MIN_MS = 100,		/* what the daemon takes */
	READ_MAX_MS = 3600 * 1000,
	SCALE_MAX = 4,
};

/* Our ids, beside those that the program may use with idcard_client_send(). */
#define ID_FORM "libidcard-%u"

static void forget_error(idcard_client *c)
{
	c->code[0] = '\0';
	c->message[0] = '\0';
}

static int remember_error(idcard_client *c, const char *code, const char *message)
{
	enum idcard_error e = idcard_error_from_code(code);

	snprintf(c->code, sizeof(c->code), "%s", code ? code : "");
	snprintf(c->message, sizeof(c->message), "%s", message ? message : "");
	return e == IDCARD_ERROR_NONE ? -EIO : -idcard_error_errno(e);
}

/* The connection is of no use any more. */
static int end(idcard_client *c, int r)
{
	remember_error(c, idcard_error_code(IDCARD_ERROR_NO_DAEMON), NULL);
	c->watch = CLIENT_WATCH_OFF;
	stream_close(&c->stream);
	return r;
}

/* A member put where an older program has padding would be read from what happens to lie there. */
_Static_assert(sizeof(struct idcard_options) ==
	       offsetof(struct idcard_options, repeat) + sizeof(int), "no padding");

/* Bytes behind what this release knows must be zero: a field of tomorrow is not ignored. */
static int take_options(const struct idcard_options *options, struct idcard_options *ret)
{
	struct idcard_options o = { .size = sizeof(o) };

	if (options) {
		const char *p = (const char *)options;

		if (options->size < sizeof(o.size))
			return -EINVAL;
		for (size_t i = sizeof(o); i < options->size; i++)
			if (p[i])
				return -E2BIG;
		memcpy(&o, options, options->size < sizeof(o) ? options->size : sizeof(o));
	}
	if (o.portrait < IDCARD_PORTRAIT_NONE || o.portrait > IDCARD_PORTRAIT_BMP ||
	    o.portrait_scale > SCALE_MAX)
		return -EINVAL;
	*ret = o;
	return 0;
}

static const char *boolean(int value)
{
	return value ? "true" : "false";
}

/* What WATCH and READ have in common, in the middle of an object. */
static void write_options(const struct idcard_options *o, char ret[REQUEST_MAX])
{
	static const char *const portraits[] = {
		[IDCARD_PORTRAIT_NONE] = "none",
		[IDCARD_PORTRAIT_WLT] = "wlt",
		[IDCARD_PORTRAIT_JPEG] = "jpeg",
		[IDCARD_PORTRAIT_BMP] = "bmp",
	};

	snprintf(ret, REQUEST_MAX, "\"portrait\":\"%s\",\"portrait_scale\":%u,\"fingerprint\":%s,"
		 "\"new_address\":%s,\"map_private_use\":%s", portraits[o->portrait],
		 o->portrait_scale ? o->portrait_scale : 1, boolean(o->fingerprint),
		 boolean(o->new_address), boolean(o->map_private_use));
}

static int send_request(idcard_client *c, const char *request)
{
	int r = stream_send(&c->stream, request, strlen(request));

	return r == -EPIPE ? end(c, r) : r;
}

int idcard_watch(idcard_client *c, const struct idcard_options *options)
{
	char common[REQUEST_MAX], request[2 * REQUEST_MAX];
	struct idcard_options o;
	int r;

	if (!c)
		return -EINVAL;
	r = take_options(options, &o);
	if (r < 0)
		return r;
	write_options(&o, common);
	snprintf(request, sizeof(request), "{\"class\":\"WATCH\",\"id\":\"" ID_FORM "\",\"enable\":true,"
		 "%s,\"repeat\":%s}", c->last_id + 1, common, boolean(o.repeat));
	r = send_request(c, request);
	if (r < 0)
		return r;
	c->watch_id = ++c->last_id;
	if (c->watch == CLIENT_WATCH_OFF)
		c->watch = CLIENT_WATCH_ASKED;
	return 0;
}

int idcard_unwatch(idcard_client *c)
{
	char request[REQUEST_MAX];
	int r;

	if (!c)
		return -EINVAL;
	if (c->watch == CLIENT_WATCH_OFF)
		return 0;
	snprintf(request, sizeof(request), "{\"class\":\"WATCH\",\"id\":\"" ID_FORM "\",\"enable\":false}",
		 c->last_id + 1);
	r = send_request(c, request);
	if (r < 0)
		return r;
	c->last_id++;
	c->watch = CLIENT_WATCH_OFF;
	return 0;
}

static bool is_reply_to(const struct json_text *t, unsigned int id)
{
	const char *text = json_string_at(t, "id");
	char wanted[32];

	snprintf(wanted, sizeof(wanted), ID_FORM, id);
	return text && strcmp(text, wanted) == 0;
}

static int error_of(idcard_client *c, const struct json_text *t)
{
	return remember_error(c, json_string_at(t, "code"), json_string_at(t, "message"));
}

/*
 * One line while the program watches. 1 and *@ret, 0 if it is nothing for the program, or the error
 * that it is. Replies are told from events by their id: a reply to a request that nobody waits for
 * any more is not a card of now.
 */
static int take_event(idcard_client *c, const char *line, struct json_text *t,
		      idcard_identity **ret)
{
	const char *class = json_string_at(t, "class");
	bool reply = json_find(t, "id");
	int r;

	if (!class)
		return -EBADMSG;
	if (reply && !is_reply_to(t, c->watch_id))
		return 0;
	if (strcmp(class, "WATCH") == 0 && reply && c->watch == CLIENT_WATCH_ASKED)
		c->watch = CLIENT_WATCH_ON;
	if (strcmp(class, "ERROR") == 0) {
		if (reply && c->watch == CLIENT_WATCH_ASKED)
			c->watch = CLIENT_WATCH_OFF;
		else if (!reply && c->watch == CLIENT_WATCH_ASKED)
			return 0;
		return error_of(c, t);
	}
	if (strcmp(class, "IDENTITY") != 0 || reply || c->watch != CLIENT_WATCH_ON)
		return 0;
	r = identity_of(line, t, ret);
	return r < 0 ? r : 1;
}

int idcard_next(idcard_client *c, int timeout_ms, idcard_identity **ret)
{
	uint64_t deadline = client_deadline(timeout_ms);
	const char *line;
	int r;

	if (!c || !ret)
		return -EINVAL;
	forget_error(c);
	if (c->stream.fd < 0)
		return end(c, -EPIPE);
	if (c->watch == CLIENT_WATCH_OFF)
		return -EINVAL;
	for (;;) {
		struct json_text t;

		r = client_wait(c, deadline, &line);
		if (r == 0 || r == -ENOMEM)
			return r;
		if (r < 0)
			return end(c, r);
		r = json_take(line, &t);
		if (r == 0)
			r = take_event(c, line, &t, ret);
		json_text_wipe(&t);
		if (r != 0)
			return r;
	}
}

/* Until the reply to the request @id. 0 and *@ret, or the error that came instead. */
static int wait_for_identity(idcard_client *c, unsigned int id, uint64_t deadline,
			     idcard_identity **ret)
{
	const char *line;
	int r;

	for (;;) {
		struct json_text t;

		r = client_wait(c, deadline, &line);
		/* Whoever asks again must not get the card of this request. */
		if (r <= 0)
			return end(c, r == 0 ? -ECONNREFUSED : r);
		r = json_take(line, &t);
		if (r == 0 && is_reply_to(&t, id)) {
			const char *class = json_string_at(&t, "class");

			if (class && strcmp(class, "ERROR") == 0)
				r = error_of(c, &t);
			else
				r = identity_of(line, &t, ret);
			json_text_wipe(&t);
			return r;
		}
		json_text_wipe(&t);
		/* It may have been the reply. */
		if (r < 0)
			return end(c, r);
	}
}

/* One READ, of a time that the daemon takes. */
static int read_once(idcard_client *c, const char *options, unsigned int ms, idcard_identity **ret)
{
	char request[2 * REQUEST_MAX];
	int r;

	forget_error(c);
	snprintf(request, sizeof(request), "{\"class\":\"READ\",\"id\":\"" ID_FORM "\",\"timeout\":%u.%03u,"
		 "%s}", ++c->last_id, ms / 1000, ms % 1000, options);
	r = send_request(c, request);
	if (r < 0)
		return r;
	return wait_for_identity(c, c->last_id, client_deadline((int)(ms + c->grace_ms)), ret);
}

int idcard_read(idcard_client *c, const struct idcard_options *options, int timeout_ms,
		idcard_identity **ret)
{
	uint64_t deadline = client_deadline(timeout_ms), now;
	char common[REQUEST_MAX];
	struct idcard_options o;
	int r;

	if (!c || !ret)
		return -EINVAL;
	forget_error(c);
	r = take_options(options, &o);
	if (r < 0)
		return r;
	if (o.repeat)
		return -EINVAL;
	if (c->stream.fd < 0)
		return end(c, -EPIPE);
	if (c->watch != CLIENT_WATCH_OFF)
		return -EBUSY;
	write_options(&o, common);
	do {
		uint64_t ms;

		now = now_usec();
		ms = deadline > now ? (deadline - now) / 1000 : 0;
		ms = ms < READ_MIN_MS ? READ_MIN_MS : ms > READ_MAX_MS ? READ_MAX_MS : ms;
		r = read_once(c, common, (unsigned int)ms, ret);
		now = now_usec();
	} while (strcmp(c->code, idcard_error_code(IDCARD_ERROR_TIMED_OUT)) == 0 &&
		 now + READ_MIN_MS * UINT64_C(1000) < deadline);
	return r;
}

const char *idcard_client_open_error(int error)
{
	switch (error) {
	case -ENOENT:
	case -ECONNREFUSED:
	case -ETIMEDOUT:
		return idcard_error_code(IDCARD_ERROR_NO_DAEMON);
	case -EACCES:
		return idcard_error_code(IDCARD_ERROR_PERMISSION_DENIED);
	case -EUSERS:
		return idcard_error_code(IDCARD_ERROR_TOO_MANY);
	default:
		return NULL;
	}
}

const char *idcard_client_error_code(const idcard_client *c)
{
	return c && *c->code ? c->code : NULL;
}

const char *idcard_client_error_message(const idcard_client *c, int chinese)
{
	const char *text;

	if (!c || !*c->code)
		return NULL;
	text = idcard_message(c->code, chinese);
	/* A code of a newer daemon: it came with a sentence. */
	return text ? text : c->message;
}

const char *idcard_message(const char *code, int chinese)
{
	return idcard_error_text(idcard_error_from_code(code), chinese);
}
