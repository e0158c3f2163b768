// SPDX-License-Identifier: GPL-2.0-or-later
/* Profiles over HTTP. */
#include "web/web.h"

#include <microhttpd.h>

#include "secret.h"

static void on_done(struct serve *s, const struct profile_outcome *outcome)
{
	struct profile_text text = {};
	const char *type;

	serve_render(s->call, &s->what, outcome, &text, &type);
	call_reply(s->call, MHD_HTTP_OK, type, text.data, text.size);
}

static void on_gone(struct call *c)
{
	struct serve *s = c->state;

	feed_cancel(&s->wait);
}

void vendor_call(struct call *c)
{
	const struct profile_request request = {
		.post = c->request->method == HTTP_POST,
		.path = c->path,
		.query = c->query,
		.body = c->request->body,
	};
	struct serve *s = secret_alloc(sizeof(*s));

	if (!s)
		return call_refuse(c, REFUSAL_TOO_MANY);
	s->call = c;
	s->done = on_done;
	c->state = s;
	c->gone = on_gone;
	call_profile(c)->request(call_settings(c), &request, &s->what);
	/*
	 * Only a page needs a script, and one that nothing is known of may be any: a browser that
	 * sends no Sec-Fetch-Site does not name a page either that asks it not to.
	 */
	if (c->caller == GUARD_PROGRAM)
		s->what.callback[0] = '\0';
	if (s->what.need == PROFILE_NOT_FOUND)
		return call_refuse(c, REFUSAL_NOT_FOUND);
	if (s->what.need != PROFILE_CARD || call_stay(c))
		serve_begin(s);
}
