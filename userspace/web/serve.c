// SPDX-License-Identifier: GPL-2.0-or-later
/* Serve: what a call of a profile needs, the state of the reader or a card, within its time. */
#include "web/web.h"

#include <string.h>

enum { KNOWN_MS = 2 * FEED_SETTLE_MS };

struct profile_outcome serve_outcome(const struct call *c, enum idcard_error error)
{
	const struct feed *feed = c->web->feed;

	return (struct profile_outcome){
		.error = error,
		.reader = feed_reader_error(feed) == IDCARD_ERROR_NONE,
		.sam_id = feed_sam_id(feed),
	};
}

void serve_render(const struct call *c, const struct profile_call *what,
		  const struct profile_outcome *outcome, struct profile_text *ret,
		  const char **ret_type)
{
	*ret_type = "application/json";
	call_profile(c)->render(call_settings(c), what, outcome, ret, ret_type);
	/* Half a reply would be another one. */
	if (ret->error)
		text_wipe(ret);
}

static void fail(struct serve *s, enum idcard_error error)
{
	const struct profile_outcome outcome = serve_outcome(s->call, error);

	s->done(s, &outcome);
}

void serve_identity(struct serve *s, json_t *identity)
{
	struct profile_outcome outcome = serve_outcome(s->call, IDCARD_ERROR_NONE);
	json_auto_t *copy = NULL;
	uint64_t placement;

	if (!call_may_have(s->call))
		return fail(s, IDCARD_ERROR_PERMISSION_DENIED);
	if (s->what.no_picture) {
		copy = json_copy(identity);
		json_object_del(copy, "portrait");
	}
	feed_card(s->call->web->feed, &placement);
	if (consumers_give(&s->call->web->consumers, s->call->who, s->call->port->profile,
			   placement))
		audit(s->call, identity, call_profile(s->call)->name);
	outcome.identity = copy ?: identity;
	s->done(s, &outcome);
}

static void on_card(struct feed_wait *w, enum feed_result result, json_t *object)
{
	struct serve *s = CONTAINER(w, struct serve, wait);
	const char *code;

	if (result != FEED_CARD)
		return fail(s, feed_reader_error(s->call->web->feed) ?: IDCARD_ERROR_TIMED_OUT);
	code = json_string_value(json_object_get(object, "code"));
	if (!code)
		return serve_identity(s, object);
	fail(s, idcard_error_from_code(code) ?: IDCARD_ERROR_CARD_UNREADABLE);
}

static unsigned int max(unsigned int a, unsigned int b)
{
	return a > b ? a : b;
}

static void look_for_card(struct serve *s)
{
	const struct call *c = s->call;
	struct feed *feed = c->web->feed;
	enum idcard_error error = feed_reader_error(feed);
	unsigned int ms = max(s->what.wait_ms, feed_look_ms(feed));
	uint64_t placement;
	json_t *identity = feed_card(feed, &placement);

	if (error)
		return fail(s, error);
	if (identity && !(s->what.once &&
			  consumers_had(&c->web->consumers, c->who, c->port->profile, placement)))
		return serve_identity(s, identity);
	if (!ms)
		return fail(s, IDCARD_ERROR_TIMED_OUT);
	s->wait.done = on_card;
	feed_wait(feed, &s->wait, FEED_CARD, ms);
}

static void on_known(struct feed_wait *w, enum feed_result result, json_t *object)
{
	struct serve *s = CONTAINER(w, struct serve, wait);

	if (s->what.need == PROFILE_CARD)
		look_for_card(s);
	else
		fail(s, feed_reader_error(s->call->web->feed));
}

void serve_begin(struct serve *s)
{
	struct feed *feed = s->call->web->feed;

	if (s->what.need == PROFILE_NOTHING)
		return fail(s, IDCARD_ERROR_NONE);
	feed_touch(feed, true);
	s->wait.done = on_known;
	feed_wait(feed, &s->wait, FEED_KNOWN, KNOWN_MS);
}
