/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Inside of the reader: reader.c hands out actions and takes outcomes, reader-line.c gets the
 * reader to answer and keeps it answering, reader-card.c walks a card through the cycle.
 */
#ifndef IDCARD_READER_INTERNAL_H
#define IDCARD_READER_INTERNAL_H

#include <sha2.h>

#include "reader.h"
#include "sam-commands.h"

#define MSEC UINT64_C(1000)
#define SEC UINT64_C(1000000)

/* What the next action is for. */
enum step {
	STEP_STATUS,
	STEP_ID,
	STEP_BARRIER,	/* the id once more: what comes before its answer is stale */
	STEP_BARRIER_STATUS,	/* the same for a reader that has no id to tell */
	STEP_SAM_RESET,
	STEP_FIND,
	STEP_SELECT,
	STEP_READ,
	STEP_READ_ALL,	/* with fingerprints */
	STEP_ADDRESS,
	STEP_PRESENCE,
	_STEP_COMMANDS,
	STEP_REFRAME = _STEP_COMMANDS,
	STEP_RESET,
	STEP_REOPEN,
	STEP_REST,	/* nothing to do until something is wanted */
};

struct reader {
	reader_emit_t emit;
	void *userdata;

	struct reader_want want;
	enum reader_state state;
	enum step step;
	bool pending;		/* an action was handed out */
	uint64_t not_before;	/* of the next action */

	/* the line */
	uint64_t grace_until;	/* starting up: silence is no fault */
	bool answered;		/* ever */
	bool garbled;		/* the last failure was damage, not silence */
	unsigned int trouble;	/* failures in a row, the rung of the ladder */
	unsigned int resends;
	unsigned int resets_refused;
	unsigned int backoffs;	/* rests in faulty */
	enum idcard_error fault;
	uint8_t sam_id[16];
	bool sam_id_known;
	unsigned int sam_id_reads;
	unsigned int sam_id_refusals;	/* 12 FF was answered with "unknown command" */
	unsigned int reframes;	/* since it was last reset */

	/* the card */
	bool placed;		/* a placement is open */
	bool verifying;		/* reading only to see whether it is still the same card */
	unsigned int attempt;
	bool repeating;		/* verifying because somebody wants repeats, or called for it */
	bool called;		/* to read the card once more */
	bool rested;		/* nothing was said to the reader since nobody watched */
	bool cut_short;		/* reading was, by nobody or by a kill: the SAM may hide it */
	unsigned int cut_tries;	/* to have it reset since */
	bool field_restarted;	/* the SAM was reset to see a card it hides as "same" */
	bool no_fingerprints;	/* the reader does not know 30 10 */
	bool no_addresses;	/* nor 30 03: there is no presence check */
	bool knows_addresses;	/* it answered 30 03 */
	unsigned int address_refusals;
	unsigned int presence_wrong;
	unsigned int odd_finds;
	uint64_t repeat_at;
	struct reader_memory own;
	struct reader_memory *memory;
	bool inherited;		/* and nobody has seen the card since */
	bool in_doubt;		/* who was told of it */
	uint8_t found[RECORD_FOUND_SIZE];
	uint8_t selected[RECORD_SELECTED_SIZE];
	struct record *record;
};

/* reader.c */
void reader_emit(struct reader *r, const struct reader_event *event);
void reader_enter(struct reader *r, enum reader_state state);
void reader_go(struct reader *r, enum step step, uint64_t not_before);

/* reader-line.c */
void line_start(struct reader *r, uint64_t now);
void line_status(struct reader *r, uint64_t now, uint8_t sw);
void line_id(struct reader *r, uint64_t now, const uint8_t id[16]);
void line_no_id(struct reader *r, uint64_t now);
void line_alive(struct reader *r, uint64_t now, uint8_t sw);
void line_barrier(struct reader *r, uint64_t now, const uint8_t id[16]);
void line_failed(struct reader *r, uint64_t now, int error);
void line_climbed(struct reader *r, uint64_t now, int error);
void line_dead(struct reader *r, uint64_t now, uint8_t sw);
void line_wake(struct reader *r, uint64_t now);
enum idcard_error line_error(const struct reader *r);

/* reader-card.c */
void card_resume(struct reader *r, uint64_t now);
void card_mended(struct reader *r, uint64_t now);
void card_restarted(struct reader *r, uint64_t now);
void card_drop(struct reader *r);
bool card_owes_end(const struct reader *r);
void card_found(struct reader *r, uint64_t now, uint8_t sw, const uint8_t *data);
void card_selected(struct reader *r, uint64_t now, uint8_t sw, const uint8_t *data);
void card_read(struct reader *r, uint64_t now, uint8_t sw, const uint8_t *frame, size_t size);
void card_address(struct reader *r, uint64_t now, uint8_t sw, const uint8_t *frame, size_t size);
void card_presence(struct reader *r, uint64_t now, uint8_t sw);
void card_lost(struct reader *r, enum idcard_error error, uint8_t sw);
void card_call(struct reader *r, uint64_t now);

#endif
