// SPDX-License-Identifier: GPL-2.0-or-later
/* Events of /v1, over server-sent events and over WebSocket. */
#include "web/web.h"

#include <ctype.h>
#include <microhttpd.h>
#include <string.h>
#include <strings.h>

#include "secret.h"
#include "web/websocket.h"

enum { KNOWN_MS = 2 * FEED_SETTLE_MS };

struct stream {
	LIST_ENTRY(stream) link;
	struct call *call;
	struct http_stream *sse;
	struct websocket *websocket;
	bool told;		/* the status, which comes first */
};

static void send_text(struct stream *s, const char *class, const char *text)
{
	char head[64] = "event: ";
	size_t n = strlen(head);

	if (s->websocket)
		return websocket_send(s->websocket, text, strlen(text));
	if (!s->sse)
		return;
	while (*class && n < sizeof(head) - 16)
		head[n++] = (char)tolower((unsigned char)*class++);
	memcpy(head + n, "\ndata: ", 8);
	http_stream_add(s->sse, head, n + 7);
	http_stream_add(s->sse, text, strlen(text));
	http_stream_add(s->sse, "\n\n", 2);
}

static void send_status(struct stream *s)
{
	json_auto_t *status = api_status(s->call->web);
	_cleanup_secret_ char *text = json_dumps(status, JSON_COMPACT);

	s->told = true;
	if (text)
		send_text(s, "status", text);
}

static void end(struct stream *s)
{
	if (s->websocket)
		websocket_close(s->websocket, WS_POLICY);
	else if (s->sse)
		http_stream_drop(s->sse);
}

static void on_known(struct feed_wait *w, enum feed_result result, json_t *object)
{
	struct call *c = CONTAINER(w, struct call, wait);
	struct stream *s = c->state;

	if (!s->told)
		send_status(s);
}

static void on_gone(struct call *c)
{
	struct stream *s = c->state;

	LIST_REMOVE(s, link);
	if (s->websocket)
		websocket_free(s->websocket);
	feed_release(c->web->feed);
}

static bool begin(struct call *c)
{
	struct stream *s;

	if (!call_stay(c))
		return false;
	s = secret_alloc(sizeof(*s));
	if (!s) {
		call_refuse(c, REFUSAL_TOO_MANY);
		return false;
	}
	s->call = c;
	c->state = s;
	c->gone = on_gone;
	LIST_INSERT_HEAD(&c->web->streams, s, link);
	feed_touch(c->web->feed, true);
	feed_hold(c->web->feed);
	return true;
}

static void begin_status(struct call *c)
{
	c->wait.done = on_known;
	feed_wait(c->web->feed, &c->wait, FEED_KNOWN, KNOWN_MS);
}

void events_sse(struct call *c)
{
	struct stream *s;

	if (!begin(c))
		return;
	s = c->state;
	s->sse = call_stream(c);
	if (!s->sse)
		return call_refuse(c, REFUSAL_TOO_MANY);
	http_stream_add(s->sse, "retry: 2000\n\n", 13);
	begin_status(c);
}

/* Nothing is asked of a reader of events. */
static void on_message(void *userdata, const char *text, size_t size)
{
}

static void on_closed(void *userdata)
{
	struct stream *s = userdata;

	s->websocket = websocket_free(s->websocket);
	http_give_back(s->call->request);
}

static const struct websocket_callbacks callbacks = {
	.message = on_message,
	.closed = on_closed,
};

static void on_taken(struct http_request *request, int fd, const void *early, size_t size)
{
	struct call *c = request->userdata;
	struct stream *s = c->state;

	if (websocket_new(c->web->event, fd, early, size, &callbacks, s, &s->websocket) < 0)
		return http_give_back(request);
	begin_status(c);
}

void events_websocket(struct call *c)
{
	const char *upgrade = c->request->header[HTTP_UPGRADE];

	/* A page may ask like this first, to have its browser ask about local networks. */
	if (!upgrade || strcasecmp(upgrade, "websocket") != 0)
		return call_reply_json(c, MHD_HTTP_OK, json_pack("{s:b}", "ok", 1));
	if (begin(c))
		call_hand_over(c, on_taken);
}

void events_publish(struct web *web, const char *class, json_t *object)
{
	bool identity = strcmp(class, "IDENTITY") == 0;
	_cleanup_secret_ char *text = NULL;
	struct stream *s;

	if (LIST_EMPTY(&web->streams))
		return;
	if (strcmp(class, "ERROR") == 0)
		call_error_status(object);
	text = json_dumps(object, JSON_COMPACT);
	LIST_FOREACH(s, &web->streams, link) {
		if (!s->sse && !s->websocket)
			continue;
		if (!text || !call_may_have(s->call)) {
			end(s);
			continue;
		}
		if (!s->told)
			send_status(s);
		if (identity)
			audit(s->call, object, s->sse ? "/v1/events" : "/v1/ws");
		send_text(s, class, text);
	}
}

void events_status(struct web *web)
{
	struct stream *s;

	LIST_FOREACH(s, &web->streams, link)
		if (s->told)
			send_status(s);
}

void events_revoke(struct web *web, const char *origin)
{
	struct stream *s;

	LIST_FOREACH(s, &web->streams, link)
		if (call_is_foreign(s->call) && strcmp(s->call->origin, origin) == 0)
			end(s);
}

void events_close(struct web *web)
{
	struct stream *s;

	LIST_FOREACH(s, &web->streams, link)
		if (s->websocket) {
			s->websocket = websocket_free(s->websocket);
			http_give_back(s->call->request);
		}
}
