/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Quota: what the connections of one user have and may ask for, all together. So whoever opens many
 * has no more than another who has one. Pure.
 */
#ifndef IDCARDD_QUOTA_H
#define IDCARDD_QUOTA_H

#include <stddef.h>
#include <sys/types.h>

#include "bucket.h"

enum {
	/* Requests a second, and at once: four programs that each ask as fast as one may. */
	QUOTA_RATE = 400,
	QUOTA_BURST = 800,
	/* What they have not read, and what one of them has in any case. */
	QUOTA_QUEUED_BYTES = 16 * 1024 * 1024,
	QUOTA_QUEUED_FREE = 64 * 1024,
};

struct quota {
	struct quota *next;
	uid_t uid;
	unsigned int connections;
	struct bucket requests;
	size_t queued;
	uint64_t decoded;	/* the turn of its last DECODE; 0: none yet */
};

/* That of @uid, made if there is none (NULL: no memory). Stays while it has connections. */
struct quota *quota_of(struct quota **list, uid_t uid, uint64_t now);

/* One request, now. False: too many. Root is not kept out. */
bool quota_take(struct quota *q, uint64_t now);

/* A connection that holds @size bytes for its client is to hold @more. False: too much. */
bool quota_queue(struct quota *q, size_t size, size_t more);
void quota_unqueue(struct quota *q, size_t size);

void quotas_free(struct quota **list);

#endif
