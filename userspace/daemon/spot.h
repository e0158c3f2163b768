/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Spot: what lies on one reader, as far as its events tell. Each placement has a number of its own,
 * so whoever remembers one can tell it from all others. No I/O.
 */
#ifndef IDCARDD_SPOT_H
#define IDCARDD_SPOT_H

#include <stdbool.h>
#include <stdint.h>

#include "reader.h"
#include "sam.h"

enum spot_card {
	SPOT_READING,
	SPOT_READ,
	SPOT_FAILED,
};

struct spot {
	uint64_t last;		/* number given to a placement */
	uint64_t placement;	/* that lies there; 0: none */
	bool sure;		/* the reader has looked, and goes on looking */
	uint64_t looked_at;	/* and then the card was there */
	enum spot_card card;
	uint8_t sam_status;	/* what the reader said of a card that FAILED, or 0 */
	struct record *record;	/* of a card that was READ, in secret memory; NULL: not kept */

	/* The reader itself. */
	uint8_t reader_status;	/* SW3 of docs/protocol.md, "Status codes"; 0: not known yet */
	bool sam_id_known;
	uint8_t sam_id[SAM_ID_SIZE];
};

/* @keep: somebody will ask for the record. */
void spot_event(struct spot *s, const struct reader_event *event, bool keep, uint64_t now);

/*
 * The card was there a moment ago: less time than it takes to lift one and lay another. In doubt
 * the next look tells.
 */
bool spot_certain(const struct spot *s, uint64_t now);

/* Nobody looks any more: what lies there now is not known until the next event. */
void spot_unsure(struct spot *s);

/* Nobody will ask for the record. */
void spot_forget(struct spot *s);

#endif
