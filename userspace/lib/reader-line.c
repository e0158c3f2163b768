// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The line: getting a reader to answer, and the recovery ladder of docs/protocol.md, "Recovery".
 *
 *	1  barrier: ask for the SAM id; whatever comes before its answer is stale. A reader that
 *	   has no id to tell is asked for its status
 *	2  reset the SAM
 *	3  never answered yet: another framing, as long as there is one
 *	4  reset the reader on the bus
 *	5  close and open it again
 *	6  give up and ask for a replug; try again from time to time while somebody watches
 */
#include "reader-internal.h"

#include <string.h>

#include "frame.h"

enum {
	SAM_START_MS = 5000,	/* the SAM starts in 2 s; each try in vain may take 1 s */
	FRAMING_TRY_MS = 1000,	/* one answer that came damaged does not speak against a framing */
	STATUS_AGAIN_MS = 20,
	AFTER_RESET_MS = 100,
	BEFORE_REOPEN_MS = 1500,
	SAM_ID_READS_MAX = 3,	/* the first answers after power-up may be wrong */
	SAM_ID_REFUSALS = 2,	/* so a refusal, too, is believed the second time */
	REFRAMES_MAX = 3,	/* transports go round: as many framings as there are at most */
	BACKOFF_MIN_S = 5,
	BACKOFF_DOUBLINGS = 3,	/* 5, 10, 20, 40, 40, ... seconds */
};

enum rung {
	RUNG_BARRIER = 1,
	RUNG_SAM_RESET,
	RUNG_REFRAME,
	RUNG_RESET,
	RUNG_REOPEN,
	RUNG_GIVE_UP,
};

/* What to say of the last failure. */
enum idcard_error line_error(const struct reader *r)
{
	return r->garbled ? IDCARD_ERROR_READER_GARBLED : IDCARD_ERROR_READER_SILENT;
}

/* From the beginning: the reader is new, or lost its state. */
void line_start(struct reader *r, uint64_t now)
{
	r->sam_id_reads = 0;
	r->sam_id_refusals = 0;
	r->grace_until = now + SAM_START_MS * MSEC;
	if (r->state != READER_FAULTY)
		reader_enter(r, READER_STARTING);
	reader_go(r, STEP_STATUS, now);
}

static void give_up(struct reader *r, uint64_t now, enum idcard_error fault, uint8_t sw)
{
	bool news = r->fault != fault;
	uint64_t pause;

	r->fault = fault;
	if (r->placed || r->verifying || news)
		card_lost(r, fault, sw);
	reader_enter(r, READER_FAULTY);

	pause = (uint64_t)BACKOFF_MIN_S << (r->backoffs < BACKOFF_DOUBLINGS ? r->backoffs :
									     BACKOFF_DOUBLINGS);
	r->backoffs++;
	/* One that never answered may still speak another framing. */
	r->trouble = r->answered ? RUNG_RESET : RUNG_SAM_RESET;
	reader_go(r, r->want.watch ? STEP_RESET : STEP_REST, now + pause * SEC);
}

/* The SAM is known well enough to tell its answer from a stale one. */
static bool has_barrier(const struct reader *r)
{
	return r->sam_id_known || r->sam_id_refusals >= SAM_ID_REFUSALS;
}

static void raise_barrier(struct reader *r, uint64_t now)
{
	reader_go(r, r->sam_id_known ? STEP_BARRIER : STEP_BARRIER_STATUS, now);
}

/* Something is wanted again. */
void line_wake(struct reader *r, uint64_t now)
{
	if (r->step != STEP_REST)
		return;
	if (r->state == READER_FAULTY) {
		r->backoffs = 0;
		reader_go(r, STEP_RESET, now);
	} else if (r->trouble && has_barrier(r)) {
		raise_barrier(r, now);
	} else {
		card_resume(r, now);
	}
}

static void ready(struct reader *r, uint64_t now)
{
	r->trouble = 0;
	r->backoffs = 0;
	r->fault = IDCARD_ERROR_NONE;
	card_resume(r, now);
}

void line_status(struct reader *r, uint64_t now, uint8_t sw)
{
	if (sw != SAM_OK) {
		line_failed(r, now, -EIO);
		return;
	}
	r->sam_id_reads = 0;
	r->sam_id_refusals = 0;
	reader_go(r, STEP_ID, now);
}

/* The multi-in-one readers have a SAM and no way to ask for its id: they work without. */
void line_no_id(struct reader *r, uint64_t now)
{
	r->sam_id_known = false;
	if (++r->sam_id_refusals >= SAM_ID_REFUSALS)
		ready(r, now);
	else if (++r->sam_id_reads > SAM_ID_READS_MAX)
		line_failed(r, now, -EBADMSG);
	else
		reader_go(r, STEP_ID, now);
}

/* Two equal answers in a row are believed. */
void line_id(struct reader *r, uint64_t now, const uint8_t id[16])
{
	bool same = r->sam_id_reads && memcmp(r->sam_id, id, sizeof(r->sam_id)) == 0;

	memcpy(r->sam_id, id, sizeof(r->sam_id));
	r->sam_id_known = same;
	r->sam_id_refusals = 0;
	if (same) {
		ready(r, now);
	} else if (++r->sam_id_reads > SAM_ID_READS_MAX) {
		line_failed(r, now, -EBADMSG);
	} else {
		reader_go(r, STEP_ID, now);
	}
}

void line_barrier(struct reader *r, uint64_t now, const uint8_t id[16])
{
	if (!r->sam_id_known || memcmp(r->sam_id, id, sizeof(r->sam_id)) != 0) {
		line_start(r, now);
		return;
	}
	r->trouble = 0;
	card_mended(r, now);
}

/* The answer to the barrier of a reader without an id. */
void line_alive(struct reader *r, uint64_t now, uint8_t sw)
{
	if (sw != SAM_OK)
		return line_failed(r, now, -EIO);
	r->trouble = 0;
	card_mended(r, now);
}

/* The SAM answers, but with a fault of its own. */
void line_dead(struct reader *r, uint64_t now, uint8_t sw)
{
	bool authorised = sw != SAM_NOT_AUTHORISED;

	r->answered = true;
	/* A self-test may succeed after a reset; a missing authorisation does not come back. */
	if (authorised && r->trouble < RUNG_RESET) {
		r->trouble = RUNG_RESET;
		reader_go(r, STEP_RESET, now);
		return;
	}
	give_up(r, now, authorised ? IDCARD_ERROR_READER_DEAD : IDCARD_ERROR_READER_UNAUTHORISED,
		sw);
}

static void climb(struct reader *r, uint64_t now)
{
	switch (++r->trouble) {
	case RUNG_BARRIER:
		if (has_barrier(r))
			return raise_barrier(r, now);
		r->trouble++;
		/* fall through */
	case RUNG_SAM_RESET:
		return reader_go(r, STEP_SAM_RESET, now);
	case RUNG_REFRAME:
		if (!r->answered && r->reframes++ < REFRAMES_MAX)
			return reader_go(r, STEP_REFRAME, now);
		r->reframes = 0;
		r->trouble++;
		/* fall through */
	case RUNG_RESET:
		return reader_go(r, STEP_RESET, now);
	case RUNG_REOPEN:
		return reader_go(r, STEP_REOPEN, now + BEFORE_REOPEN_MS * MSEC);
	default:
		give_up(r, now, line_error(r), 0);
	}
}

/* A command brought no usable reply. */
void line_failed(struct reader *r, uint64_t now, int error)
{
	r->garbled = error == -EBADMSG || error == -EMSGSIZE;
	r->resends = 0;
	/* A reader that does not know the question may say nothing: do not ask for ever. */
	if (r->step == STEP_PRESENCE && !r->garbled)
		r->presence_wrong++;
	if (r->step == STEP_STATUS && now < r->grace_until)
		return reader_go(r, STEP_STATUS, now + STATUS_AGAIN_MS * MSEC);
	climb(r, now);
}

/* A rung that is no command was taken, or could not be. */
void line_climbed(struct reader *r, uint64_t now, int error)
{
	enum step step = r->step;

	if (error)
		return climb(r, now);
	line_start(r, now);
	if (step == STEP_REFRAME) {
		/* There may be a further framing; a reader that is up answers soon. */
		r->trouble--;
		r->grace_until = now + FRAMING_TRY_MS * MSEC;
	} else {
		r->not_before = now + AFTER_RESET_MS * MSEC;
	}
}
