/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Origins: the sites whose pages asked for identities, and what was decided about each. Pure.
 *
 * An origin is "scheme://host" or "scheme://host:port" as browsers send it. Pages without one of
 * their own (files, sandboxed frames: "null") are none and can never be allowed.
 */
#ifndef IDCARD_WEB_ORIGINS_H
#define IDCARD_WEB_ORIGINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ORIGIN_SIZE = 256,
	ORIGINS_MAX = 512,
	ORIGINS_PENDING_MAX = 32,	/* any page can ask: see origins_ask() */
	ORIGINS_PENDING_PER_SITE = 4,
};

enum origin_state {
	ORIGIN_UNKNOWN,
	ORIGIN_PENDING,
	ORIGIN_ALLOWED,
	ORIGIN_DENIED,
};

struct origin {
	char name[ORIGIN_SIZE];
	enum origin_state state;
	bool administrator;	/* decided so in a file: stays */
	uint32_t profiles;	/* bit N: it asked profiles[N] */
};

struct origins {
	struct origin list[ORIGINS_MAX];	/* in the order in which they came */
	size_t n;
};

/* As browsers write it: lower case, without the scheme's own port. false: it is none. */
bool origin_parse(const char *text, char ret[ORIGIN_SIZE]);

/* That of a URL. */
bool origin_of_url(const char *url, char ret[ORIGIN_SIZE]);

/*
 * The site of an origin, as far as names tell: what can be had with others below it for nothing. A
 * guess (its last two labels, or three as in "com.cn", whatever the port), good enough to count by.
 */
void origin_site(const char *name, char ret[ORIGIN_SIZE]);

/* "allowed" etc.; UNKNOWN for another word. */
const char *origin_state_word(enum origin_state state);
enum origin_state origin_state_from_word(const char *word);

/* All names below are such as origin_parse() gives them. */
const struct origin *origins_find(const struct origins *o, const char *name);

/*
 * A page of it asks for an identity, of profiles[@profile] or, with -1, of /v1. It is pending from
 * then on if it was not known. *@ret_new: so it is now for the first time. Of too many that wait,
 * the one goes that waits longest of its own site, or of the site that has most: names that cost
 * nothing push out nobody else's.
 */
enum origin_state origins_ask(struct origins *o, const char *name, int profile, bool *ret_new);

/*
 * A decision; UNKNOWN forgets it. 0; -EPERM: the administrator has decided; -ENOENT: there is
 * nothing to forget; -ENOSPC.
 */
int origins_set(struct origins *o, const char *name, enum origin_state state, bool administrator);

size_t origins_pending(const struct origins *o);

/* What was remembered: lines "allowed NAME" and "denied NAME". The number of lines that are none. */
unsigned int origins_read(struct origins *o, const char *text);
/* The same back, of what was decided here; to be freed. NULL when memory is short. */
char *origins_write(const struct origins *o);

#endif
