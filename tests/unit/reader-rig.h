/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reader's state machine against the simulated SAM in virtual time: what takes minutes
 * takes milliseconds, and a seed gives the same run again.
 */
#ifndef TEST_READER_RIG_H
#define TEST_READER_RIG_H

#include "reader.h"
#include "tests/sim/sam.h"

enum { RIG_ARRIVALS = 512 };

struct rig {
	struct sam sam;
	struct reader *reader;
	uint64_t now;
	bool plugged;

	/* Pieces of replies that are on their way to the host. */
	struct {
		uint64_t at;
		size_t size;
		uint8_t bytes[DELIVERY_BYTES];
	} arrivals[RIG_ARRIVALS];
	size_t n_arrivals;
	bool unclean;		/* the exchange before failed: drain longer */
	struct delivery delivery;

	/* What came out. */
	unsigned int placed, lifted, records, agains, errors, loose_errors, retries, wrong;
	unsigned int again_errors, empties, rests;
	unsigned int exchanges, resets, reframes;
	bool framings;		/* the transport goes round three of them */
	unsigned int framing, speaks;	/* the reader hears nothing in any other */
	unsigned int unwatch_at;	/* the exchange in which the last watch ends */
	unsigned int calls;	/* of those inside the next RECORD events */
	enum idcard_error last_error;
	const struct reader_memory *memory;	/* looked at when a record comes, if there is one */
	unsigned int phase_when_told;
	struct record last;
	struct card expected;	/* of the card that lies there */
};

void rig_init(struct rig *rig, uint64_t seed);
/* Another in its place, as after the program was killed: SAM and card stay as they are. */
void rig_renew(struct rig *rig);
void rig_free(struct rig *rig);

/* Let it run for @ms of virtual time. */
void rig_run(struct rig *rig, unsigned int ms);

void rig_watch(struct rig *rig, const struct reader_want *want);
void rig_call(struct rig *rig);
void rig_place(struct rig *rig, const char *persona);
void rig_lift(struct rig *rig);

/* Watched, started, looking for a card. @repeat_read: the SAM finds a resting card again. */
void rig_start(struct rig *rig, bool repeat_read);

/* One placement without faults: read right, then lifted. */
void rig_good_placement(struct rig *rig, const char *persona);

/* "silence command=30.01 count=2" */
void rig_fault(struct rig *rig, const char *script);

/* Placements that ended, well or not. */
unsigned int rig_ended(const struct rig *rig);

#endif
