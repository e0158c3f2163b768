// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/guard.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "util.h"

/* This computer, by a name that no DNS server decides. */
static bool is_own_host(const char *host, uint16_t port)
{
	static const char *const names[] = { "127.0.0.1", "localhost", "[::1]" };
	char own[32];

	for (size_t i = 0; host && i < ELEMENTSOF(names); i++) {
		snprintf(own, sizeof(own), "%s:%u", names[i], port);
		if (strcasecmp(host, own) == 0)
			return true;
		/* Browsers leave the port of http out. */
		if (port == 80 && strcasecmp(host, names[i]) == 0)
			return true;
	}
	return false;
}

static bool is(const char *value, const char *word)
{
	return value && strcmp(value, word) == 0;
}

/* By its own origin, which is that of the address it was fetched from. */
static bool is_own_origin(const struct guard_question *q, const char *origin)
{
	char own[ORIGIN_SIZE], text[ORIGIN_SIZE];

	snprintf(text, sizeof(text), "http://%s", q->host);
	return origin_parse(text, own) && strcmp(own, origin) == 0;
}

static enum guard_answer decide_page(const struct guard_question *q, const char *origin)
{
	if (is_own_origin(q, origin) && !is(q->fetch_site, "cross-site") && !is(q->fetch_site, "same-site"))
		return GUARD_OPERATOR;
	if (q->for_whom == GUARD_FOR_ANYBODY)
		return GUARD_STRANGER;
	return q->for_whom == GUARD_FOR_OPERATOR ? GUARD_SITE : GUARD_ORIGIN;
}

/* Without Origin: a program, an address typed, a picture or a script of any page. */
static enum guard_answer decide_unnamed(const struct guard_question *q,
					char ret_origin[ORIGIN_SIZE])
{
	bool named = q->referer && origin_of_url(q->referer, ret_origin);

	if (!named)
		*ret_origin = '\0';
	if (q->for_whom == GUARD_FOR_ANYBODY)
		return GUARD_PROGRAM;
	if (is(q->fetch_site, "same-origin"))
		return GUARD_OPERATOR;
	if (q->fetch_site && !is(q->fetch_site, "none")) {
		if (q->script && named && is(q->fetch_dest, "script"))
			return decide_page(q, ret_origin);
		return GUARD_SITE;
	}
	if (named)
		return decide_page(q, ret_origin);
	return q->referer ? GUARD_NO_ORIGIN : GUARD_PROGRAM;
}

enum guard_answer guard_decide(const struct guard_question *q, char ret_origin[ORIGIN_SIZE])
{
	*ret_origin = '\0';
	if (!q->user)
		return GUARD_USER;
	if (!is_own_host(q->host, q->port))
		return GUARD_HOST;
	if (!q->origin)
		return decide_unnamed(q, ret_origin);
	if (!origin_parse(q->origin, ret_origin)) {
		*ret_origin = '\0';
		return q->for_whom == GUARD_FOR_ANYBODY ? GUARD_STRANGER : GUARD_NO_ORIGIN;
	}
	return decide_page(q, ret_origin);
}
