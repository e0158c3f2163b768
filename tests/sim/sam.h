/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The SAM of a reader and the card on it, as a state machine without I/O: request
 * bytes and time go in; replies come out, with when and in which pieces
 * (docs/protocol.md, "Test data", model for an emulator).
 *
 * One exchange at a time. What arrives meanwhile waits in the input, as it would on
 * the bus; what arrives while the SAM starts is lost.
 *
 * Times are microseconds of CLOCK_MONOTONIC.
 */
#ifndef SIM_SAM_H
#define SIM_SAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "persona.h"

enum sam_state {
	SAM_OFF,
	SAM_BOOT,
	SAM_IDLE,
	SAM_FOUND,
	SAM_SELECTED,
	SAM_READ_DONE,
};

enum sam_status {
	SAM_OK = 0x90,
	SAM_CARD_FOUND = 0x9f,
	SAM_BAD_CHECKSUM = 0x10,
	SAM_BAD_LENGTH = 0x11,
	SAM_UNKNOWN_COMMAND = 0x21,
	SAM_READ_FAILED = 0x41,
	SAM_NO_CARD = 0x80,
	SAM_SELECT_FAILED = 0x81,
	SAM_NO_CONTENT = 0x91,
};

enum {
	SAM_ID = 16,
	SAM_FRAME = 2321,	/* the largest reply */
	SAM_REQUEST = 64,	/* larger ones have a wrong length */
	SAM_INPUT = 1024,
	SAM_KEPT = 8,
};

#define SAM_NEVER UINT64_MAX

struct sam_options {
	bool repeat_read;	/* find reports a card again that was read and still lies there */
	bool read_from_idle;	/* 30 01 works without find and select */
	double scale;		/* of all durations */
	uint8_t id[SAM_ID];
	uint8_t found[4];	/* behind the status of find, and of select: always 00 on a card */
	uint8_t selected[8];
};

/* The exchange under way. */
struct sam_exchange {
	bool busy;
	int command;		/* CMD << 8 | PARA */
	uint8_t refused;	/* status instead of execution, or 0 */
	unsigned int placement;	/* when it began */
	uint64_t due;
	uint64_t lift_at;
	struct fault fault;
};

struct sam_kept {
	int command;
	uint64_t order;		/* which of them is the latest */
	size_t size;
	uint8_t frame[SAM_FRAME];
};

struct sam {
	struct sam_options options;
	struct faults faults;
	enum sam_state state;
	uint64_t boot_done;

	struct card card;
	unsigned int placement;	/* counts them, from 1 */
	bool card_present;
	bool card_read;		/* the SAM gave its record, so find does not report it again */

	uint8_t input[SAM_INPUT];
	size_t have;
	struct sam_exchange exchange;
	uint64_t exchanges;	/* replies given */
	struct sam_kept kept[SAM_KEPT];	/* last reply per command, for leftovers */
};

/* The reserved number; @which is added to the last of its parts. */
void sam_init(struct sam *sam, uint64_t seed, uint32_t which);

/* Off forgets everything but the card that lies there; on starts it anew. */
void sam_power(struct sam *sam, bool on, uint64_t now);

/* Put a card on the reader, in place of the one that lies there. Returns its placement. */
unsigned int sam_place(struct sam *sam, const struct card *card);
bool sam_lift(struct sam *sam);

void sam_feed(struct sam *sam, const uint8_t *bytes, size_t n, uint64_t now);

/* Forget a request that was not complete. */
void sam_restart_input(struct sam *sam);

/* When sam_run() has something to do, or SAM_NEVER. */
uint64_t sam_due(const struct sam *sam);

/* Do what is due. True when a reply came out; then call it again, more may be due. */
bool sam_run(struct sam *sam, uint64_t now, struct delivery *ret);

/* The same, but the reply is as the SAM gave it; what is to become of it is in *@ret_fault. */
bool sam_answer(struct sam *sam, uint64_t now, struct delivery *ret, struct fault *ret_fault);

/* Nothing is under way: does a leftover reply turn up in the pipe? */
bool sam_leftover(struct sam *sam, struct delivery *ret);

/* The same for a host of which is known what it sends next: one of the @n commands in @next. */
bool sam_leftover_for(struct sam *sam, const int *next, size_t n, struct delivery *ret);

/* Write the reply frame around @status and @data. Returns its size. */
size_t sam_build_reply(uint8_t *out, uint8_t status, const void *data, size_t n);

const char *sam_state_to_string(enum sam_state state);

#endif
