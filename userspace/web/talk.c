// SPDX-License-Identifier: GPL-2.0-or-later
/* Profiles over WebSocket: commands and their replies, and cards that are sent unasked. */
#include "web/web.h"

#include <microhttpd.h>
#include <string.h>
#include <strings.h>

#include "secret.h"
#include "web/websocket.h"

enum { TALK_SERVES_MAX = 4 };	/* commands that wait for a card */

struct talk {
	LIST_ENTRY(talk) link;
	struct call *call;
	struct websocket *websocket;
	struct serve serve[TALK_SERVES_MAX];
	struct serve push;		/* of the card that comes next */
	bool pushing;
};

static void say(struct serve *s, const struct profile_outcome *outcome)
{
	struct talk *t = s->call->state;
	struct profile_text text = {};
	const char *type;

	serve_render(s->call, &s->what, outcome, &text, &type);
	if (text.size && t->websocket)
		websocket_send(t->websocket, text.data, text.size);
	text_wipe(&text);
}

/* ---- Cards unasked ------------------------------------------------------------------------- */

static void begin_push(struct talk *t, const struct profile_call *what)
{
	const struct call *c = t->call;
	uint64_t placement;
	json_t *identity = feed_card(c->web->feed, &placement);

	t->push.what = *what;
	t->pushing = true;
	feed_touch(c->web->feed, true);
	if (identity && !consumers_had(&c->web->consumers, c->who, c->port->profile, placement))
		serve_identity(&t->push, identity);
}

static void end_push(struct talk *t, const struct profile_call *what)
{
	struct serve last = { .call = t->call, .what = *what };
	struct profile_outcome outcome = serve_outcome(t->call, IDCARD_ERROR_NONE);

	outcome.stopped = t->pushing;
	t->pushing = false;
	say(&last, &outcome);
}

/* ---- Commands ------------------------------------------------------------------------------ */

static struct serve *find_free(struct talk *t)
{
	for (int i = 0; i < TALK_SERVES_MAX; i++)
		if (!t->serve[i].wait.feed)
			return &t->serve[i];
	return NULL;
}

/* More than can wait are answered at once. */
static void answer_busy(struct talk *t, const struct profile_call *what)
{
	struct serve busy = { .call = t->call, .what = *what };
	const struct profile_outcome outcome = serve_outcome(t->call, IDCARD_ERROR_TIMED_OUT);

	say(&busy, &outcome);
}

static void obey(struct talk *t, const struct profile_call *what)
{
	struct serve *s;

	switch (what->need) {
	case PROFILE_NOT_FOUND:
		return;
	case PROFILE_PUSH:
		return begin_push(t, what);
	case PROFILE_PUSH_END:
		return end_push(t, what);
	default:
		break;
	}
	s = find_free(t);
	if (!s)
		return answer_busy(t, what);
	s->what = *what;
	serve_begin(s);
}

static void on_message(void *userdata, const char *text, size_t size)
{
	struct talk *t = userdata;
	struct call *c = t->call;
	struct profile_call what = {};

	if (!call_may_have(c) || !limits_take(&c->web->limits, c->who, now_usec())) {
		websocket_close(t->websocket, WS_POLICY);
		return;
	}
	call_profile(c)->message(call_settings(c), text, size, &what);
	obey(t, &what);
}

/* ---- The connection ------------------------------------------------------------------------ */

static void on_gone(struct call *c)
{
	struct talk *t = c->state;

	LIST_REMOVE(t, link);
	for (int i = 0; i < TALK_SERVES_MAX; i++)
		feed_cancel(&t->serve[i].wait);
	if (t->websocket)
		websocket_free(t->websocket);
	feed_release(c->web->feed);
}

static void on_closed(void *userdata)
{
	struct talk *t = userdata;

	t->websocket = websocket_free(t->websocket);
	http_give_back(t->call->request);
}

static const struct websocket_callbacks callbacks = {
	.message = on_message,
	.closed = on_closed,
};

static void on_taken(struct http_request *request, int fd, const void *early, size_t size)
{
	struct call *c = request->userdata;
	struct talk *t = c->state;

	if (websocket_new(c->web->event, fd, early, size, &callbacks, t, &t->websocket) < 0)
		http_give_back(request);
}

void talk_call(struct call *c)
{
	const char *upgrade = c->request->header[HTTP_UPGRADE];
	struct talk *t;

	/* A page may ask like this first, to have its browser ask about local networks. */
	if (!upgrade || strcasecmp(upgrade, "websocket") != 0)
		return call_reply_json(c, MHD_HTTP_OK, json_pack("{s:b}", "ok", 1));
	if (!call_stay(c))
		return;
	t = secret_alloc(sizeof(*t));
	if (!t)
		return call_refuse(c, REFUSAL_TOO_MANY);
	t->call = c;
	for (int i = 0; i < TALK_SERVES_MAX; i++)
		t->serve[i] = (struct serve){ .call = c, .done = say };
	t->push = (struct serve){ .call = c, .done = say };
	c->state = t;
	c->gone = on_gone;
	LIST_INSERT_HEAD(&c->web->talks, t, link);
	feed_touch(c->web->feed, true);
	feed_hold(c->web->feed);
	call_hand_over(c, on_taken);
}

void talk_publish(struct web *web, const char *class, json_t *object)
{
	const char *code = json_string_value(json_object_get(object, "code"));
	bool placement = json_is_true(json_object_get(object, "placement"));
	struct profile_outcome outcome;
	struct talk *t;

	LIST_FOREACH(t, &web->talks, link) {
		if (!t->websocket || !t->pushing)
			continue;
		if (!call_may_have(t->call)) {
			websocket_close(t->websocket, WS_POLICY);
		} else if (strcmp(class, "IDENTITY") == 0) {
			serve_identity(&t->push, object);
		} else if (placement && code) {
			outcome = serve_outcome(t->call, idcard_error_from_code(code) ?:
						IDCARD_ERROR_CARD_UNREADABLE);
			say(&t->push, &outcome);
		}
	}
}

void talk_revoke(struct web *web, const char *origin)
{
	struct talk *t;

	LIST_FOREACH(t, &web->talks, link)
		if (t->websocket && call_is_foreign(t->call) &&
		    strcmp(t->call->origin, origin) == 0)
			websocket_close(t->websocket, WS_POLICY);
}

void talk_close(struct web *web)
{
	struct talk *t;

	LIST_FOREACH(t, &web->talks, link)
		if (t->websocket) {
			t->websocket = websocket_free(t->websocket);
			http_give_back(t->call->request);
		}
}
