/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reader: the commands of the SAM and the cycle of a card, as a state machine without I/O.
 * It is fed with replies and with the time, and says what to send next.
 *
 *	starting -> idle -> searching -> selecting -> reading -> holding -> searching ...
 *
 * and faulty, when the recovery ladder (docs/protocol.md, "Recovery") is at its end.
 *
 * A placement begins when a card is found and ends in exactly one RECORD or one ERROR event,
 * unless nobody wants it any more. In holding, a card was read (or failed for good) and has not
 * demonstrably gone: the same record found again without a "no card" in between is the same
 * placement and is not delivered twice.
 */
#ifndef IDCARD_READER_H
#define IDCARD_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "errors.h"
#include "record.h"

enum reader_state {
	READER_STARTING,
	READER_IDLE,		/* nobody watches: no traffic, no timer */
	READER_SEARCHING,
	READER_SELECTING,
	READER_READING,
	READER_HOLDING,
	READER_FAULTY,
	_READER_STATE_MAX,
};

const char *reader_state_to_string(enum reader_state state);

/* The sum of what the clients want. All false: nobody watches. */
struct reader_want {
	bool watch;
	bool fingerprint;
	bool new_address;
	bool repeat;		/* a card that stays is read again each second */
};

enum reader_event_kind {
	READER_EVENT_STATE,	/* ->state changed */
	READER_EVENT_PLACED,
	READER_EVENT_RETRY,	/* the placement is read again: attempt 2, 3 */
	READER_EVENT_FAILED,	/* an ERROR that ends the placement follows */
	READER_EVENT_LIFTED,
	READER_EVENT_RECORD,	/* ends a placement */
	READER_EVENT_ERROR,	/* ends a placement, or tells of a faulty reader */
	READER_EVENT_EMPTY,	/* it looked, and no card was there */
	READER_EVENT_RESTING,	/* it looked: the card of the last placement is there */
	READER_EVENT_LOST,	/* the device is gone, and what lay there with it */
};

struct reader_event {
	enum reader_event_kind kind;
	unsigned int attempt;		/* RETRY */
	const struct record *record;	/* RECORD; valid during the call */
	bool again;			/* RECORD, ERROR: the same placement was read once more, for
					 * those who want repeats or called for it */
	bool placement;			/* ERROR: ends a placement */
	enum idcard_error error;	/* ERROR */
	uint8_t sam_status;		/* ERROR: SW3, 0 if the reader gave none */
};

typedef void (*reader_emit_t)(const struct reader_event *event, void *userdata);

enum reader_action_kind {
	READER_WAIT,		/* until @until, UINT64_MAX: until something is wanted */
	READER_SEND,		/* one exchange */
	READER_REFRAME,		/* try the next framing of the transport */
	READER_RESET,		/* reset the reader on its bus */
	READER_REOPEN,		/* close the device and open it again */
};

struct reader_action {
	enum reader_action_kind kind;
	uint64_t until;
	uint8_t frame[16];
	size_t size;
	unsigned int timeout_ms;
};

/*
 * What is remembered of the card that was last on the reader and has not demonstrably gone: enough
 * to know it again, nothing of what is on it. Kept where it outlives the program, it makes that
 * a card is not delivered twice, and that one whose reading was cut short is read.
 */
enum reader_memory_of { READER_MEMORY_NONE, READER_MEMORY_READ, READER_MEMORY_FAILED };

enum reader_memory_phase {
	READER_MEMORY_SETTLED,
	READER_MEMORY_READING,	/* the SAM may hide it now, and nobody was told of it */
	READER_MEMORY_TELLING,	/* some may have been told of it, others not */
};

struct reader_memory {
	uint8_t of;		/* enum reader_memory_of */
	uint8_t phase;		/* enum reader_memory_phase */
	uint8_t reset;		/* the SAM was, and denies the card until it is read once more */
	uint8_t salt[32];	/* of the digest; all 0: none yet */
	uint8_t digest[32];	/* of text and portrait: SHA-256 */
};

struct reader;

/* NULL when memory is short. @emit runs from inside the functions below. */
struct reader *reader_new(reader_emit_t emit, void *userdata, uint64_t now);
struct reader *reader_free(struct reader *r);

/*
 * Go on with what another program remembered, and remember there; @memory outlives the reader. All
 * 0 if there is nothing to go on with. Before anything else.
 */
int reader_set_memory(struct reader *r, struct reader_memory *memory);

/*
 * What to do now. After anything but WAIT, call reader_done() with its outcome before the next
 * reader_next(). Times are microseconds of one monotonic clock.
 */
void reader_next(struct reader *r, uint64_t now, struct reader_action *ret);

/*
 * The outcome of the action. SEND: @error 0 and the reply, one whole verified frame, or an
 * error of transport.h. The others: 0 or a negative errno. -ENODEV ends an open placement; the
 * owner then frees the reader.
 */
void reader_done(struct reader *r, uint64_t now, int error, const uint8_t *reply, size_t size);

void reader_set_want(struct reader *r, const struct reader_want *want, uint64_t now);

/*
 * Read the card that lies there once more, with what is wanted by now: somebody came late. A
 * RECORD with ->again follows, or what became of the card. Nothing when no card was read.
 */
void reader_read_again(struct reader *r, uint64_t now);

enum reader_state reader_state(const struct reader *r);

/* The error that made it faulty, else NONE. */
enum idcard_error reader_fault(const struct reader *r);

/* The 16 bytes of the SAM id; NULL until it is known. */
const uint8_t *reader_sam_id(const struct reader *r);

#endif
