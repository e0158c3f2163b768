// SPDX-License-Identifier: GPL-2.0-or-later
/* A call: who makes it, whether that may be, and where it goes. */
#include "web/web.h"

#include <inttypes.h>
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "secret.h"

enum { TOLD_AT_ONCE = 10 };

static const double TOLD_RATE = 0.1;	/* lines a second */

static bool is_own(const struct call *c)
{
	return c->port->profile < 0;
}

const struct profile *call_profile(const struct call *c)
{
	return profiles[c->port->profile];
}

const struct profile_settings *call_settings(const struct call *c)
{
	return &c->web->settings.profile[c->port->profile];
}

bool call_is_foreign(const struct call *c)
{
	return c->caller == GUARD_ORIGIN;
}

bool call_may_have(const struct call *c)
{
	const struct origin *origin;

	if (!user_may_have(&c->request->user))
		return false;
	origin = call_is_foreign(c) ? origins_find(&c->web->consent.origins, c->origin) : NULL;
	return !call_is_foreign(c) || (origin && origin->state == ORIGIN_ALLOWED);
}

static enum guard_answer decide(struct call *c, enum guard_for for_whom)
{
	const char *const *header = c->request->header;
	const struct guard_question q = {
		.user = c->request->user.access != USER_REFUSED,
		.port = c->port->number,
		.host = header[HTTP_HOST],
		.origin = header[HTTP_ORIGIN],
		.referer = header[HTTP_REFERER],
		.fetch_site = header[HTTP_FETCH_SITE],
		.fetch_dest = header[HTTP_FETCH_DEST],
		.for_whom = for_whom,
		.script = !is_own(c) && call_settings(c)->jsonp,
	};

	return guard_decide(&q, c->origin);
}

/* Any site can ask by names without end; the journal is for people. */
static void tell_of(struct web *web, const char *origin)
{
	if (!bucket_take(&web->told, TOLD_RATE, TOLD_AT_ONCE, now_usec())) {
		web->untold++;
		return;
	}
	if (web->untold)
		log_line(LOG_NOTICE, "%u more origins asked for identities", web->untold);
	web->untold = 0;
	log_line(LOG_NOTICE, "%s asks for identities: allow or deny it at http://127.0.0.1:%u/", origin,
		 web->own.number);
}

/* For a preflight the page itself has not asked yet: it gets to, and then reads what it is told. */
static bool has_consent(struct call *c)
{
	struct web *web = c->web;
	const struct origin *known;
	enum origin_state state;
	bool new;

	if (c->request->method == HTTP_OPTIONS) {
		known = origins_find(&web->consent.origins, c->origin);
		state = known && known->state == ORIGIN_DENIED ? ORIGIN_DENIED : ORIGIN_ALLOWED;
		new = false;
	} else {
		state = origins_ask(&web->consent.origins, c->origin, c->port->profile, &new);
	}
	if (new) {
		tell_of(web, c->origin);
		events_status(web);
	}
	if (state == ORIGIN_ALLOWED)
		return true;
	c->cors = c->cors && state == ORIGIN_PENDING;
	call_refuse(c, state == ORIGIN_PENDING ? REFUSAL_PENDING : REFUSAL_DENIED);
	return false;
}

/* false: it was answered. */
static bool may(struct call *c)
{
	switch (c->caller) {
	case GUARD_USER:
		call_refuse(c, REFUSAL_USER);
		return false;
	case GUARD_HOST:
		call_refuse(c, REFUSAL_HOST);
		return false;
	case GUARD_NO_ORIGIN:
		call_refuse(c, REFUSAL_DENIED);
		return false;
	case GUARD_SITE:
		call_refuse(c, REFUSAL_SITE);
		return false;
	case GUARD_ORIGIN:
	case GUARD_STRANGER:
		c->cors = *c->origin && c->request->header[HTTP_ORIGIN];
		return true;
	default:
		return true;
	}
}

/*
 * All users have the same pages: one of them must not use up what another's may ask. And what was
 * not allowed counts by its site, which has names without end.
 */
static void name_who(struct call *c)
{
	const struct origin *known = origins_find(&c->web->consent.origins, c->origin);
	uint32_t uid = c->request->user.uid;
	char site[ORIGIN_SIZE] = "";

	if (*c->origin)
		origin_site(c->origin, site);
	if (c->caller == GUARD_OPERATOR)
		snprintf(c->who, sizeof(c->who), "page of user %" PRIu32, uid);
	else if (*c->origin && known && known->state == ORIGIN_ALLOWED)
		snprintf(c->who, sizeof(c->who), "%" PRIu32 " %s", uid, c->origin);
	else if (*c->origin)
		snprintf(c->who, sizeof(c->who), "%" PRIu32 " of %s", uid, site);
	else
		snprintf(c->who, sizeof(c->who), "user %" PRIu32, uid);
}

static void go(struct call *c)
{
	enum guard_for for_whom = is_own(c) ? api_for(c) : GUARD_FOR_CONSENT;

	c->caller = decide(c, for_whom);
	if (!may(c))
		return;
	name_who(c);
	/* The files of the page come many at once, and cost nothing. */
	if (for_whom != GUARD_FOR_ANYBODY && !limits_take(&c->web->limits, c->who, now_usec()))
		return call_refuse(c, REFUSAL_TOO_MANY);
	if (c->caller == GUARD_ORIGIN && !has_consent(c))
		return;
	if (c->request->method == HTTP_OPTIONS) {
		if (c->cors)
			return call_reply_preflight(c);
		c->request->status = MHD_HTTP_METHOD_NOT_ALLOWED;
		return call_refuse(c, REFUSAL_BAD_REQUEST);
	}
	if (is_own(c))
		api_call(c);
	else if (call_profile(c)->websocket)
		talk_call(c);
	else
		vendor_call(c);
}

static enum refusal why_none(const struct http_request *request)
{
	return request->status == MHD_HTTP_CONTENT_TOO_LARGE ||
	       request->status == MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE ? REFUSAL_TOO_LARGE :
	       REFUSAL_BAD_REQUEST;
}

void call_begin(struct http_request *request)
{
	const struct port *port = request->port;
	struct call *c = secret_alloc(sizeof(*c));

	if (!c)
		return http_reply(request, MHD_HTTP_SERVICE_UNAVAILABLE, &(struct http_field){},
				  NULL, 0);
	c->web = port->web;
	c->port = port;
	c->request = request;
	request->userdata = c;
	if (request->status)
		call_refuse(c, why_none(request));
	else if (!target_split(request->target, is_own(c) ? "?" : "?&", c->path, &c->query))
		call_refuse(c, REFUSAL_BAD_REQUEST);
	else
		go(c);
}

void call_end(struct http_request *request)
{
	struct call *c = request->userdata;

	if (!c)
		return;
	request->userdata = NULL;
	if (c->gone)
		c->gone(c);
	feed_cancel(&c->wait);
	if (c->stays)
		limits_leave(&c->web->limits, c->who);
	secret_free(c->state);
	secret_free(c);
}

bool call_stay(struct call *c)
{
	if (c->stays)
		return true;
	c->stays = limits_enter(&c->web->limits, c->who, now_usec());
	if (!c->stays)
		call_refuse(c, REFUSAL_TOO_MANY);
	return c->stays;
}
