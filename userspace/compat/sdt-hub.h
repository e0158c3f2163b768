/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hub link: one connection to idcardd in the memory of another program, which asks and waits for
 * the reply. What travels over it may be of a card: it is kept in secret memory only.
 */
#ifndef IDCARD_COMPAT_SDT_HUB_H
#define IDCARD_COMPAT_SDT_HUB_H

#include "json-writer.h"
#include "libidcard-internal.h"
#include "libidcard-json.h"

struct hub_link {
	struct idcard_client client;	/* no more of it than its stream */
	unsigned int last_id;
};

/* What a struct hub_link must hold before the first hub_link_open(). */
#define HUB_LINK_CLOSED ((struct hub_link){ .client.stream = STREAM_CLOSED })

/*
 * Waits at most @ms for the daemon and its greeting. 0; -ENOENT, -ECONNREFUSED (no daemon),
 * -ETIMEDOUT, -EACCES (this user may not), -EPROTO (not our daemon).
 */
int hub_link_open(struct hub_link *h, unsigned int ms);

/* Wipes what was received. Closed already: nothing. */
void hub_link_close(struct hub_link *h);

/* Is it open, and the daemon still there? */
bool hub_link_alive(struct hub_link *h);

/* Begins a request in @size bytes at @buffer; the caller adds its members to @w. */
void hub_link_begin(struct hub_link *h, const char *class, struct json_writer *w, char *buffer,
		    size_t size);

/*
 * Ends and sends it, and waits at most @ms for the reply. 0 and *@ret, to be given to
 * json_text_wipe(); the errno of the error that the daemon replied; or -EPIPE, -ETIMEDOUT, -EPROTO,
 * and the link is closed: what comes later is of nobody.
 */
int hub_link_ask(struct hub_link *h, struct json_writer *w, unsigned int ms,
		 struct json_text *ret);

#endif
