/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lease: a claim on one reader (docs/socket.md, "Claims"), over a connection of its own. */
#ifndef IDCARD_COMPAT_SDT_LEASE_H
#define IDCARD_COMPAT_SDT_LEASE_H

#include "frame.h"
#include "sdt-hub.h"

enum { LEASE_NAME_SIZE = 128 };

struct lease {
	struct hub_link link;
	char reader[LEASE_NAME_SIZE];
	bool claimed;
};

struct lease_reply {
	uint8_t frame[IDCARD_REPLY_MAX];	/* whole, checked */
	size_t size;
};

/* What the reader said (docs/protocol.md, "Status codes"), and what is behind it. */
static inline uint8_t lease_reply_status(const struct lease_reply *r)
{
	return r->frame[IDCARD_FRAME_HEAD + 2];
}
const uint8_t *lease_reply_data(const struct lease_reply *r, size_t *ret_size);

/* Claims @reader, which may be l->reader, over the open link. -ENODEV, and as hub_link_ask(). */
int lease_claim(struct lease *l, const char *reader, bool repeat);

/*
 * One command and its reply, which must come within @ms. 0 and *@ret, or a negative errno as of
 * hub_link_ask(); -ENODEV: the reader was unplugged and the claim is over.
 */
int lease_exchange(struct lease *l, const uint8_t command[2], unsigned int ms,
		   struct lease_reply *ret);

#endif
