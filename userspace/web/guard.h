/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guard: who asks, and may that be, by what a request says of itself and who is known to be behind
 * it. Pure: one decision table, docs/web.md, "Who gets an answer". Whether an origin has consent is
 * for the caller to look up; nothing else is left to it.
 */
#ifndef IDCARD_WEB_GUARD_H
#define IDCARD_WEB_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "web/origins.h"

/* For whom something is. */
enum guard_for {
	GUARD_FOR_ANYBODY,	/* says nothing about cards: the page itself, "is it there" */
	GUARD_FOR_CONSENT,	/* and origins that were allowed */
	GUARD_FOR_OPERATOR,	/* the operator page and local programs alone */
};

/* NULL: the header was not there. */
struct guard_question {
	bool user;			/* the user behind it may have identities */
	uint16_t port;			/* on which it came */
	const char *host, *origin, *referer;
	const char *fetch_site, *fetch_dest;	/* Sec-Fetch-…: only browsers send them */
	enum guard_for for_whom;
	bool script;			/* it may be fetched as a script (JSONP) */
};

enum guard_answer {
	GUARD_PROGRAM,		/* a local program, or a person who typed the address */
	GUARD_OPERATOR,		/* the operator page */
	GUARD_ORIGIN,		/* a page of ret_origin: if it has consent */
	GUARD_STRANGER,		/* a page of ret_origin, for what is for anybody */
	/* Refused: */
	GUARD_USER,		/* the user may not */
	GUARD_HOST,		/* the name of this computer is another one: DNS rebinding */
	GUARD_NO_ORIGIN,	/* a page without an origin of its own */
	GUARD_SITE,		/* another site, in a way that cannot be allowed */
};

/* ret_origin is "" where no page is known. */
enum guard_answer guard_decide(const struct guard_question *q, char ret_origin[ORIGIN_SIZE]);

#endif
