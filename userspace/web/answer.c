// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/web.h"

#include <microhttpd.h>
#include <string.h>

#include "secret.h"
#include "web/ws.h"

#define PAGE_POLICY "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " \
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
#define DATA_POLICY "default-src 'none'; frame-ancestors 'none'; sandbox"

enum { FIELDS_MAX = 16 };

struct fields {
	struct http_field list[FIELDS_MAX + 1];
	unsigned int n;
};

static void add(struct fields *f, const char *name, const char *value)
{
	if (f->n < FIELDS_MAX)
		f->list[f->n++] = (struct http_field){ name, value };
}

/* What every reply says. */
static struct fields begin(const struct call *c, const char *type)
{
	struct fields f = {};

	add(&f, "Cache-Control", "no-store");
	if (type)
		add(&f, "Content-Type", type);
	add(&f, "X-Content-Type-Options", "nosniff");
	add(&f, "Referrer-Policy", "no-referrer");
	/* What is there for whom depends on who asks. */
	add(&f, "Vary", "Origin");
	if (c->cors)
		add(&f, "Access-Control-Allow-Origin", c->origin);
	return f;
}

void call_reply(struct call *c, unsigned int status, const char *type, char *body, size_t size)
{
	struct fields f = begin(c, type);

	add(&f, "Content-Security-Policy", DATA_POLICY);
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		add(&f, "Allow", "GET, POST, OPTIONS");
	http_reply(c->request, status, f.list, body, size);
}

void call_reply_json(struct call *c, unsigned int status, json_t *object)
{
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

	json_decref(object);
	/* Without memory for it there is none for saying so either: an empty reply. */
	call_reply(c, text ? status : MHD_HTTP_SERVICE_UNAVAILABLE, "application/json", text,
		   text ? strlen(text) : 0);
}

void call_refuse(struct call *c, enum refusal refusal)
{
	unsigned int status = c->request->status ?: refusal_status(refusal);

	call_reply_json(c, status, refusal_object(refusal));
}

unsigned int call_error_status(json_t *object)
{
	const char *code = json_string_value(json_object_get(object, "code")) ?: "";
	enum idcard_error error = idcard_error_from_code(code);

	if (error)
		json_object_set_new(object, "message_zh", json_string(idcard_error_text(error, true)));
	if (strncmp(code, "entry-", 6) == 0)
		return MHD_HTTP_UNPROCESSABLE_CONTENT;
	switch (error) {
	case IDCARD_ERROR_TIMED_OUT:
		return MHD_HTTP_REQUEST_TIMEOUT;
	case IDCARD_ERROR_NO_READER:
	case IDCARD_ERROR_NO_DAEMON:
		return MHD_HTTP_SERVICE_UNAVAILABLE;
	default:
		return MHD_HTTP_BAD_GATEWAY;
	}
}

void call_reply_error(struct call *c, enum idcard_error error)
{
	json_t *object = json_pack("{s:s, s:s, s:s}", "class", "ERROR", "code", idcard_error_code(error),
				   "message", idcard_error_text(error, false));

	call_reply_json(c, call_error_status(object), object);
}

void call_reply_page(struct call *c, const char *type, const void *data, size_t size)
{
	struct fields f = begin(c, type);
	char *copy = secret_alloc(size ? size : 1);

	add(&f, "Content-Security-Policy", PAGE_POLICY);
	if (copy)
		memcpy(copy, data, size);
	http_reply(c->request, copy ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, f.list, copy,
		   copy ? size : 0);
}

/* A list of names, and nothing that could be more than a header. */
static bool is_names(const char *list)
{
	return list && *list && strlen(list) < 512 &&
	       list[strspn(list, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_, ")] ==
	       '\0';
}

/* Headers that are sent along change nothing here, whatever they are: a page may send its own. */
void call_reply_preflight(struct call *c)
{
	const char *headers = c->request->header[HTTP_ASKS_HEADERS];
	const char *network = c->request->header[HTTP_ASKS_NETWORK];
	struct fields f = begin(c, NULL);

	add(&f, "Access-Control-Allow-Methods", "GET, POST");
	if (is_names(headers))
		add(&f, "Access-Control-Allow-Headers", headers);
	if (network && strcmp(network, "true") == 0)
		add(&f, "Access-Control-Allow-Private-Network", "true");
	add(&f, "Access-Control-Max-Age", "60");
	http_reply(c->request, MHD_HTTP_NO_CONTENT, f.list, NULL, 0);
}

struct http_stream *call_stream(struct call *c)
{
	struct fields f = begin(c, "text/event-stream");

	add(&f, "Connection", "close");
	return http_stream(c->request, f.list);
}

bool call_hand_over(struct call *c, http_taken_t taken)
{
	const char *const *header = c->request->header;
	char accept[WS_ACCEPT_SIZE];
	struct fields f = {};

	if (!header[HTTP_WS_VERSION] || strcmp(header[HTTP_WS_VERSION], "13") != 0 ||
	    !ws_accept(header[HTTP_WS_KEY], accept)) {
		call_refuse(c, REFUSAL_BAD_REQUEST);
		return false;
	}
	add(&f, "Upgrade", "websocket");
	add(&f, "Sec-WebSocket-Accept", accept);
	http_hand_over(c->request, f.list, taken);
	return true;
}
