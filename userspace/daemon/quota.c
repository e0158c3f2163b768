// SPDX-License-Identifier: GPL-2.0-or-later
#include "quota.h"

#include <stdlib.h>

/* Kept until it is as good as new: who goes and comes again has used up what he has used up. */
static bool is_spent(struct quota *q, uint64_t now)
{
	bucket_refill(&q->requests, QUOTA_RATE, now);
	return q->connections == 0 && q->requests.taken <= 0;
}

static void forget_spent(struct quota **list, uint64_t now)
{
	while (*list) {
		struct quota *q = *list;

		if (is_spent(q, now)) {
			*list = q->next;
			free(q);
		} else {
			list = &q->next;
		}
	}
}

struct quota *quota_of(struct quota **list, uid_t uid, uint64_t now)
{
	struct quota *q;

	forget_spent(list, now);
	for (q = *list; q; q = q->next)
		if (q->uid == uid)
			return q;
	q = calloc(1, sizeof(*q));
	if (!q)
		return NULL;
	q->uid = uid;
	q->requests.at = now;
	q->next = *list;
	*list = q;
	return q;
}

bool quota_take(struct quota *q, uint64_t now)
{
	return q->uid == 0 || bucket_take(&q->requests, QUOTA_RATE, QUOTA_BURST, now);
}

bool quota_queue(struct quota *q, size_t size, size_t more)
{
	if (size + more > QUOTA_QUEUED_FREE && q->queued + more > QUOTA_QUEUED_BYTES)
		return false;
	q->queued += more;
	return true;
}

void quota_unqueue(struct quota *q, size_t size)
{
	q->queued -= size;
}

void quotas_free(struct quota **list)
{
	while (*list) {
		struct quota *q = *list;

		*list = q->next;
		free(q);
	}
}
