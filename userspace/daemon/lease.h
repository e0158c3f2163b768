/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lease: one claim's view of one reader, as if it were alone there (docs/socket.md, "Claims"). Takes
 * frames and time, looks at the spot, and says what to reply, at once or later. No I/O.
 */
#ifndef IDCARDD_LEASE_H
#define IDCARDD_LEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "spot.h"

enum {
	LEASE_REPLY_MAX = IDCARD_FRAME_HEAD + 3 + RECORD_DATA_MAX + 1,
};

struct lease {
	bool repeat;
	bool fingerprints;	/* asked for them once: from then on they are read for it */
	/* Placements of the spot; 0: none. */
	uint64_t found, selected, had;
	uint64_t hidden_until;	/* what it had, with repeat */
	uint64_t active_until;	/* 0: nobody looks for cards on its behalf */
	int command;		/* that waits for its answer, or 0 */
	uint64_t since;
};

/* One request frame. -EINVAL if it is none, -EBUSY if another waits. */
int lease_request(struct lease *l, const uint8_t *frame, size_t size, uint64_t now);

/*
 * The reply in @ret, which has room for LEASE_REPLY_MAX, or 0: not yet. Then ask again when
 * something happened at the spot, and when it is due.
 */
size_t lease_answer(struct lease *l, const struct spot *s, uint64_t now, uint8_t *ret);

/* Does it need the card that lies there to be read once more? */
bool lease_needs_reading(const struct lease *l, const struct spot *s);

/* When lease_answer() or lease_lapse() has to be called, or UINT64_MAX. */
uint64_t lease_due(const struct lease *l, uint64_t now);

/* It was not used for a while: what it selected is forgotten. True if that is so just now. */
bool lease_lapse(struct lease *l, uint64_t now);

static inline bool lease_active(const struct lease *l)
{
	return l->active_until;
}

#endif
