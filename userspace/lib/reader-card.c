// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The card: find, select, read, hold. What to do with each status: docs/protocol.md,
 * "Status codes" and "Sequence and timing".
 */
#include "reader-internal.h"

#include <string.h>

enum {
	FIND_EVERY_MS = 200,
	PRESENCE_EVERY_MS = 200,
	/* Without a presence check each look at a resting card is a whole read. */
	VERIFY_EVERY_MS = 1000,
	REPEAT_EVERY_MS = 1000,
	PRESENCE_WRONG_MAX = 3,
	ODD_FINDS_MAX = 3,
	CUT_TRIES_MAX = 10,
	ADDRESS_REFUSALS = 2,	/* as with the id: what came damaged may say anything once */
	ATTEMPTS_MAX = 3,
};

/* What a status says about a card, and how often reading is worth trying. */
static const struct verdict {
	uint8_t sw;
	uint8_t attempts;
	bool card;	/* says that there is one */
	bool reset;	/* the SAM, before the next attempt */
	enum idcard_error error;
} verdicts[] = {
	{ SAM_BAD_CHECKSUM,	1, false, false, IDCARD_ERROR_READER_GARBLED },
	{ SAM_BAD_LENGTH,	1, false, false, IDCARD_ERROR_READER_GARBLED },
	{ SAM_UNKNOWN_COMMAND,	1, false, false, IDCARD_ERROR_READER_FAULT },
	{ SAM_NOT_PERMITTED,	3, false, false, IDCARD_ERROR_CARD_UNREADABLE },
	{ SAM_CARD_REFUSED_SAM, 3, true, false, IDCARD_ERROR_CARD_REFUSED },
	{ SAM_REFUSED_CARD,	2, true, false, IDCARD_ERROR_CARD_NOT_GENUINE },
	{ SAM_CONTENT_FAILED,	1, true, false, IDCARD_ERROR_CARD_CONTENT },
	{ SAM_UNKNOWN_CARD,	1, true, false, IDCARD_ERROR_CARD_NOT_ID },
	{ SAM_READ_FAILED,	3, true, false, IDCARD_ERROR_CARD_UNREADABLE },
	{ SAM_NO_RANDOM,	3, true, false, IDCARD_ERROR_CARD_UNREADABLE },
	{ SAM_NO_CARD,		3, false, false, IDCARD_ERROR_CARD_UNREADABLE },
	{ SAM_SELECT_FAILED,	3, false, false, IDCARD_ERROR_CARD_UNREADABLE },
	{ SAM_NO_CONTENT,	3, false, false, IDCARD_ERROR_CARD_UNREADABLE },
	{ 0,			3, false, true, IDCARD_ERROR_READER_FAULT }, /* any other */
};

static const struct verdict *verdict(uint8_t sw)
{
	const struct verdict *v = verdicts;

	while (v->sw && v->sw != sw)
		v++;
	return v;
}

static void emit(struct reader *r, enum reader_event_kind kind)
{
	reader_emit(r, &(struct reader_event){ .kind = kind, .attempt = r->attempt });
}

static void forget_record(struct reader *r)
{
	explicit_bzero(r->record, sizeof(*r->record));
	explicit_bzero(r->found, sizeof(r->found));
	explicit_bzero(r->selected, sizeof(r->selected));
}

static void search(struct reader *r, uint64_t not_before)
{
	reader_enter(r, READER_SEARCHING);
	reader_go(r, STEP_FIND, not_before);
}

static bool has_read(const struct reader *r)
{
	return r->memory->of == READER_MEMORY_READ;
}

static bool has_failed(const struct reader *r)
{
	return r->memory->of == READER_MEMORY_FAILED;
}

/*
 * Does the reader answer whether a card that the SAM has read lies there? One that ever did knows
 * the question: what fails later is the line.
 */
static bool knows_presence(const struct reader *r)
{
	return !r->no_addresses && (r->knows_addresses || r->presence_wrong < PRESENCE_WRONG_MAX);
}

/* Is the card that was read asked for, rather than looked for? */
static bool asks_presence(const struct reader *r)
{
	return has_read(r) && knows_presence(r);
}

static void begin(struct reader *r)
{
	r->attempt = 1;
	r->field_restarted = false;
	r->repeating = false;
	r->cut_short = false;
	r->cut_tries = 0;
	r->memory->phase = READER_MEMORY_READING;
	if (has_read(r)) {
		r->verifying = true;
		return;
	}
	r->placed = true;
	emit(r, READER_EVENT_PLACED);
}

/* The SAM hides a card that was read, until it is reset. */
static void read_again(struct reader *r, uint64_t now)
{
	begin(r);
	r->repeating = true;
	r->field_restarted = true;
	reader_go(r, STEP_SAM_RESET, now);
}

static void hold(struct reader *r, uint64_t now)
{
	r->verifying = false;
	r->memory->phase = READER_MEMORY_SETTLED;
	reader_enter(r, READER_HOLDING);
	if (asks_presence(r))
		reader_go(r, STEP_PRESENCE, now + (r->called ? 0 : PRESENCE_EVERY_MS * MSEC));
	else if (r->called && has_read(r))
		read_again(r, now);
	else
		reader_go(r, STEP_FIND,
			  now + (has_read(r) ? VERIFY_EVERY_MS : FIND_EVERY_MS) * MSEC);
}

/* The card is still there. */
static void rest(struct reader *r, uint64_t now)
{
	emit(r, READER_EVENT_RESTING);
	hold(r, now);
}

/* The memory outlives this program: it keeps nothing of a card that is not there to be read. */
static void forget_card(struct reader *r, enum reader_memory_of of)
{
	r->memory->of = of;
	explicit_bzero(r->memory->digest, sizeof(r->memory->digest));
}

/* Nothing lies on the reader: the next card found is a new placement. */
static void gone(struct reader *r, uint64_t now)
{
	if (r->memory->of != READER_MEMORY_NONE || r->placed || r->verifying)
		emit(r, READER_EVENT_LIFTED);
	emit(r, READER_EVENT_EMPTY);
	forget_card(r, READER_MEMORY_NONE);
	r->memory->phase = READER_MEMORY_SETTLED;
	r->placed = false;
	r->verifying = false;
	search(r, now + FIND_EVERY_MS * MSEC);
}

static void retry(struct reader *r, uint64_t now, bool restart)
{
	r->attempt++;
	if (r->placed)
		emit(r, READER_EVENT_RETRY);
	r->field_restarted = restart;
	forget_record(r);
	search(r, now);
	if (restart)
		reader_go(r, STEP_SAM_RESET, now);
}

/* A placement is open; what is read to see whether it is the same card may be one as well. */
bool card_owes_end(const struct reader *r)
{
	return r->placed || (r->verifying && !r->repeating);
}

static void lose(struct reader *r, enum idcard_error error, uint8_t sw, bool again)
{
	bool placement = card_owes_end(r);

	if (placement)
		emit(r, READER_EVENT_FAILED);
	r->placed = false;
	r->verifying = false;
	r->called = false;
	forget_record(r);
	reader_emit(r, &(struct reader_event){ .kind = READER_EVENT_ERROR,
					       .again = again,
					       .placement = placement,
					       .error = error,
					       .sam_status = sw });
}

/* The open placement, if there is one, ends in an error. Also tells of errors without a card. */
void card_lost(struct reader *r, enum idcard_error error, uint8_t sw)
{
	lose(r, error, sw, false);
}

static void fail(struct reader *r, uint64_t now, enum idcard_error error, uint8_t sw)
{
	lose(r, error, sw, r->verifying && r->repeating);
	forget_card(r, READER_MEMORY_FAILED);
	hold(r, now);
}

/* No card was found, and no "no card" was said either. */
static void odd_find(struct reader *r, uint64_t now, const struct verdict *v, uint8_t sw)
{
	if (++r->odd_finds == ODD_FINDS_MAX)
		card_lost(r, v->error, sw);
	reader_go(r, v->reset ? STEP_SAM_RESET : STEP_FIND, now + FIND_EVERY_MS * MSEC);
}

/* A command on a card brought a status that is no success. */
static void trouble(struct reader *r, uint64_t now, uint8_t sw)
{
	const struct verdict *v = verdict(sw);

	if (!r->placed && !r->verifying) {
		/* What failed for good stays failed until it is lifted. */
		if (has_failed(r))
			return rest(r, now);
		if (!v->card)
			return odd_find(r, now, v, sw);
		begin(r);
	}
	if (r->attempt >= v->attempts)
		fail(r, now, v->error, sw);
	else
		retry(r, now, v->reset);
}

/*
 * The program before ended while it told of a card: nobody knows whom. An error is the end for
 * those who were not told, and the identity does not come twice.
 */
static void resolve_doubt(struct reader *r)
{
	r->in_doubt = false;
	r->memory->phase = READER_MEMORY_SETTLED;
	reader_emit(r, &(struct reader_event){ .kind = READER_EVENT_ERROR,
					       .placement = true,
					       .error = IDCARD_ERROR_CARD_UNREADABLE });
}

/* Go on with the card after the line was mended, or begin to look for one. */
void card_resume(struct reader *r, uint64_t now)
{
	if (r->in_doubt && r->want.watch)
		resolve_doubt(r);
	if (!r->want.watch) {
		reader_enter(r, READER_IDLE);
		card_drop(r);
	} else if (!r->placed && !r->verifying) {
		if (r->cut_short || r->memory->of == READER_MEMORY_NONE)
			search(r, now);
		else
			hold(r, now);
		/* Whoever comes may be waiting for what lies there. */
		if (r->rested && r->step == STEP_PRESENCE)
			r->not_before = now;
		if (r->cut_short)
			reader_go(r, STEP_SAM_RESET, now);
	} else if (r->attempt >= ATTEMPTS_MAX) {
		fail(r, now, line_error(r), 0);
	} else {
		retry(r, now, false);
	}
}

/*
 * The reader answers, but may go on failing at each find: whoever waits for a card is told, and
 * only once.
 */
void card_mended(struct reader *r, uint64_t now)
{
	bool looks = r->want.watch && !r->placed && !r->verifying && !asks_presence(r);

	if (looks && ++r->odd_finds == ODD_FINDS_MAX)
		card_lost(r, line_error(r), 0);
	card_resume(r, now);
}

/* The SAM was reset so that it shows a card that it hides as "the same". */
void card_restarted(struct reader *r, uint64_t now)
{
	reader_go(r, STEP_FIND, now);
}

/* Nobody watches any more. */
void card_drop(struct reader *r)
{
	if (r->state == READER_STARTING)
		return;
	r->cut_short |= r->placed || r->verifying;
	r->rested = true;
	r->memory->phase = r->cut_short ? READER_MEMORY_READING : READER_MEMORY_SETTLED;
	r->placed = false;
	r->verifying = false;
	r->called = false;
	if (has_failed(r))
		r->memory->of = READER_MEMORY_NONE;
	forget_record(r);
	if (r->state != READER_FAULTY)
		reader_enter(r, READER_IDLE);
	reader_go(r, STEP_REST, 0);
}

static void no_card(struct reader *r, uint64_t now)
{
	/* The SAM was not reset yet: it may hide what was not read to the end. */
	if (r->cut_short && r->cut_tries++ < CUT_TRIES_MAX)
		return reader_go(r, STEP_SAM_RESET, now + FIND_EVERY_MS * MSEC);
	r->cut_short = false;
	r->cut_tries = 0;
	if ((r->placed || r->verifying) && !r->field_restarted) {
		/* Read half-way, the SAM may take it for read, and hides it until it is lifted. */
		r->field_restarted = true;
		return reader_go(r, STEP_SAM_RESET, now);
	}
	/* What failed may have been read by the SAM all the same, which hides it now. */
	if (has_failed(r) && !r->placed && !r->verifying && knows_presence(r))
		return reader_go(r, STEP_PRESENCE, now);
	if (r->placed) {
		card_lost(r, IDCARD_ERROR_CARD_REMOVED, SAM_NO_CARD);
		emit(r, READER_EVENT_LIFTED);
	}
	gone(r, now);
}

void card_found(struct reader *r, uint64_t now, uint8_t sw, const uint8_t *data)
{
	if (sw == SAM_NO_CARD || sw == SAM_FOUND)
		r->odd_finds = 0;
	if (sw == SAM_NO_CARD)
		return no_card(r, now);
	if (sw != SAM_FOUND)
		return trouble(r, now, sw);
	if (!r->placed && !r->verifying) {
		if (has_failed(r))
			return rest(r, now);
		begin(r);
	}
	memcpy(r->found, data, sizeof(r->found));
	reader_enter(r, READER_SELECTING);
	reader_go(r, STEP_SELECT, now);
}

void card_selected(struct reader *r, uint64_t now, uint8_t sw, const uint8_t *data)
{
	if (sw != SAM_OK)
		return trouble(r, now, sw);
	memcpy(r->selected, data, sizeof(r->selected));
	reader_enter(r, READER_READING);
	reader_go(r, r->want.fingerprint && !r->no_fingerprints ? STEP_READ_ALL : STEP_READ, now);
}

/* Of text and portrait: what else is read depends on who asks. */
static void digest(const struct reader *r, uint8_t ret[SHA256_DIGEST_LENGTH])
{
	SHA2_CTX sha;

	SHA256Init(&sha);
	SHA256Update(&sha, r->memory->salt, sizeof(r->memory->salt));
	SHA256Update(&sha, r->record->text, sizeof(r->record->text));
	SHA256Update(&sha, r->record->portrait, sizeof(r->record->portrait));
	SHA256Final(ret, &sha);
	explicit_bzero(&sha, sizeof(sha));
}

static void emit_record(struct reader *r, bool again)
{
	memcpy(r->record->found, r->found, sizeof(r->found));
	memcpy(r->record->selected, r->selected, sizeof(r->selected));
	if (r->no_fingerprints && r->record->fingerprints_part == RECORD_NOT_ASKED)
		r->record->fingerprints_part = RECORD_REFUSED;
	if (r->no_addresses && r->record->addresses_part == RECORD_NOT_ASKED)
		r->record->addresses_part = RECORD_REFUSED;
	reader_emit(r, &(struct reader_event){ .kind = READER_EVENT_RECORD,
					       .record = r->record,
					       .again = again });
}

static void deliver(struct reader *r, uint64_t now)
{
	uint8_t now_there[SHA256_DIGEST_LENGTH];
	bool same, called = r->called;

	if (!r->want.watch)
		return card_drop(r);
	digest(r, now_there);
	same = has_read(r) && memcmp(r->memory->digest, now_there, sizeof(now_there)) == 0;
	/* A call from inside the event is the next. */
	r->called = false;
	if (r->verifying && !same) {
		emit(r, READER_EVENT_LIFTED);
		emit(r, READER_EVENT_PLACED);
	}
	if (same && !r->repeating && !r->memory->reset)
		r->presence_wrong++;
	memcpy(r->memory->digest, now_there, sizeof(now_there));
	r->memory->of = READER_MEMORY_READ;
	r->memory->reset = false;
	r->memory->phase = same ? READER_MEMORY_SETTLED : READER_MEMORY_TELLING;
	if (!same || r->want.repeat || called)
		emit_record(r, same);
	else
		emit(r, READER_EVENT_RESTING);
	r->placed = false;
	r->repeat_at = now + REPEAT_EVERY_MS * MSEC;
	forget_record(r);
	hold(r, now);
}

void card_read(struct reader *r, uint64_t now, uint8_t sw, const uint8_t *frame, size_t size)
{
	bool all = r->step == STEP_READ_ALL;

	if (all && sw == SAM_UNKNOWN_COMMAND) {
		r->no_fingerprints = true;
		return reader_go(r, STEP_READ, now);
	}
	if (sw != SAM_OK)
		return trouble(r, now, sw);
	if (record_parse(frame, size, all, r->record) < 0)
		return line_failed(r, now, -EBADMSG);
	if (r->want.new_address)
		reader_go(r, STEP_ADDRESS, now);
	else
		deliver(r, now);
}

/* Is it to be believed that the reader does not know 30 03? Not if it ever answered it. */
static bool refuses_addresses(struct reader *r)
{
	if (!r->knows_addresses && ++r->address_refusals >= ADDRESS_REFUSALS)
		r->no_addresses = true;
	return r->no_addresses;
}

static void answers_addresses(struct reader *r)
{
	r->knows_addresses = true;
	r->address_refusals = 0;
}

void card_address(struct reader *r, uint64_t now, uint8_t sw, const uint8_t *frame, size_t size)
{
	if (sw == SAM_OK || sw == SAM_NO_CONTENT)
		answers_addresses(r);
	if (sw == SAM_OK) {
		if (record_parse_address(frame, size, r->record) < 0)
			return line_failed(r, now, -EBADMSG);
	} else if (sw == SAM_UNKNOWN_COMMAND && r->knows_addresses) {
		return trouble(r, now, SAM_READ_FAILED);
	} else if (sw == SAM_UNKNOWN_COMMAND) {
		if (!refuses_addresses(r))
			return reader_go(r, STEP_ADDRESS, now);
	} else if (sw == SAM_NO_CONTENT) {
		r->record->addresses_part = RECORD_READ;
	} else {
		return trouble(r, now, sw);
	}
	deliver(r, now);
}

/* An item of the card that was read: it is answered as long as the card is there. */
void card_presence(struct reader *r, uint64_t now, uint8_t sw)
{
	if (sw == SAM_UNKNOWN_COMMAND) {
		/* Nothing was learned about the card; if it stays so, it is found to be seen. */
		if (!refuses_addresses(r))
			r->presence_wrong += r->knows_addresses;
		return hold(r, now);
	}
	if (sw != SAM_OK && sw != SAM_NO_CONTENT) {
		/* Nobody looked when it went: if the same is found now, it was placed anew. */
		if ((r->rested || r->inherited) && !r->presence_wrong)
			return gone(r, now);
		if (has_failed(r))
			return gone(r, now);
		return reader_go(r, STEP_FIND, now);
	}
	answers_addresses(r);
	r->presence_wrong = 0;
	r->inherited = false;
	if (has_failed(r))
		return rest(r, now);
	if (!r->called && (!r->want.repeat || now < r->repeat_at))
		return rest(r, now);
	emit(r, READER_EVENT_RESTING);
	read_again(r, now);
}

/* At once if it waits for the next look at the card, else after what is under way. */
void card_call(struct reader *r, uint64_t now)
{
	if (!r->want.watch || !has_read(r))
		return;
	r->called = true;
	if (!r->pending && r->state == READER_HOLDING &&
	    (r->step == STEP_PRESENCE || (r->step == STEP_FIND && !r->verifying)))
		hold(r, now);
}
