// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reader-internal.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "frame.h"
#include "secret.h"

/* Time limits: docs/protocol.md, "Sequence and timing". */
static const struct {
	uint16_t command;	/* enum sam_command */
	uint8_t good;		/* the status that brings data */
	uint16_t size;		/* of the whole good reply; 0: the parser of its payload decides */
	uint16_t timeout_ms;
} commands[_STEP_COMMANDS] = {
	[STEP_STATUS]          = { SAM_STATUS,       SAM_OK,    11, 300 },
	[STEP_ID]              = { SAM_READ_ID,      SAM_OK,    27, 1000 },
	[STEP_BARRIER]         = { SAM_READ_ID,      SAM_OK,    27, 1000 },
	[STEP_BARRIER_STATUS]  = { SAM_STATUS,       SAM_OK,    11, 1000 },
	[STEP_SAM_RESET]       = { SAM_RESET,        SAM_OK,    11, 2500 },
	[STEP_FIND]            = { SAM_FIND,         SAM_FOUND, 15, 1000 },
	[STEP_SELECT]          = { SAM_SELECT,       SAM_OK,    19, 1500 },
	[STEP_READ]            = { SAM_READ,         SAM_OK,    0,  4000 },
	[STEP_READ_ALL]        = { SAM_READ_ALL,     SAM_OK,    0,  6000 },
	[STEP_ADDRESS]         = { SAM_READ_ADDRESS, SAM_OK,    0,  1500 },
	[STEP_PRESENCE]        = { SAM_READ_ADDRESS, SAM_OK,    0,  1500 },
};

enum {
	REPLY_SW3 = 9,
	REPLY_DATA = 10,
	RESENDS_MAX = 2,
};

const char *reader_state_to_string(enum reader_state state)
{
	static const char *const names[_READER_STATE_MAX] = {
		[READER_STARTING] = "starting",
		[READER_IDLE] = "idle",
		[READER_SEARCHING] = "searching",
		[READER_SELECTING] = "selecting",
		[READER_READING] = "reading",
		[READER_HOLDING] = "holding",
		[READER_FAULTY] = "faulty",
	};

	return state < _READER_STATE_MAX ? names[state] : NULL;
}

struct reader *reader_new(reader_emit_t emit, void *userdata, uint64_t now)
{
	struct reader *r = secret_alloc(sizeof(*r));

	if (!r)
		return NULL;
	r->record = secret_alloc(sizeof(*r->record));
	if (!r->record || reader_set_memory(r, &r->own) < 0)
		return reader_free(r);
	r->emit = emit;
	r->userdata = userdata;
	line_start(r, now);
	return r;
}

int reader_set_memory(struct reader *r, struct reader_memory *memory)
{
	static const uint8_t none[sizeof(memory->salt)];

	if (memcmp(memory->salt, none, sizeof(none)) == 0 &&
	    getrandom(memory->salt, sizeof(memory->salt), 0) != sizeof(memory->salt))
		return -EIO;
	r->memory = memory;
	/* Nobody knows what became of a card that could not be read: it is tried again. */
	if (memory->of == READER_MEMORY_FAILED)
		memory->of = READER_MEMORY_NONE;
	r->inherited = memory->of == READER_MEMORY_READ && !memory->reset;
	r->cut_short = memory->phase == READER_MEMORY_READING;
	r->in_doubt = memory->phase == READER_MEMORY_TELLING;
	return 0;
}

struct reader *reader_free(struct reader *r)
{
	if (r)
		secret_free(r->record);
	return secret_free(r);
}

void reader_emit(struct reader *r, const struct reader_event *event)
{
	r->emit(event, r->userdata);
}

void reader_enter(struct reader *r, enum reader_state state)
{
	if (r->state == state)
		return;
	r->state = state;
	reader_emit(r, &(struct reader_event){ .kind = READER_EVENT_STATE });
}

void reader_go(struct reader *r, enum step step, uint64_t not_before)
{
	r->step = step;
	r->not_before = not_before;
}

static void send_command(const struct reader *r, struct reader_action *ret)
{
	const uint16_t command = commands[r->step].command;
	const uint8_t body[] = { command >> 8, command & 0xff };

	ret->kind = READER_SEND;
	ret->size = idcard_frame_build(ret->frame, sizeof(ret->frame), body, sizeof(body));
	ret->timeout_ms = commands[r->step].timeout_ms;
}

/* From now on the SAM does not know any more what it had read. */
static void was_reset(struct reader *r)
{
	r->memory->reset = true;
	r->inherited = false;
}

void reader_next(struct reader *r, uint64_t now, struct reader_action *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (r->step == STEP_REST || r->not_before > now) {
		ret->kind = READER_WAIT;
		ret->until = r->step == STEP_REST ? UINT64_MAX : r->not_before;
		return;
	}
	switch (r->step) {
	case STEP_REFRAME:
		ret->kind = READER_REFRAME;
		break;
	case STEP_RESET:
		ret->kind = READER_RESET;
		was_reset(r);
		break;
	case STEP_REOPEN:
		ret->kind = READER_REOPEN;
		break;
	case STEP_SAM_RESET:
		was_reset(r);
		/* fall through */
	default:
		send_command(r, ret);
	}
	r->pending = true;
}

/*
 * Replies carry no number. That a reply is ours is told by its shape: the good ones differ in
 * size from command to command, and the others are all of the smallest size.
 */
static bool shape_fits(enum step step, uint8_t sw, size_t size)
{
	if (sw != commands[step].good)
		return size == IDCARD_REPLY_MIN;
	return !commands[step].size || commands[step].size == size;
}

static void answered(struct reader *r, uint64_t now, uint8_t sw, const uint8_t *reply, size_t size)
{
	switch (r->step) {
	case STEP_STATUS:
		return line_status(r, now, sw);
	case STEP_ID:
	case STEP_BARRIER:
		if (sw == SAM_UNKNOWN_COMMAND && r->step == STEP_ID)
			return line_no_id(r, now);
		if (sw != SAM_OK)
			return line_status(r, now, sw);
		if (r->step == STEP_ID)
			return line_id(r, now, reply + REPLY_DATA);
		return line_barrier(r, now, reply + REPLY_DATA);
	case STEP_BARRIER_STATUS:
		return line_alive(r, now, sw);
	case STEP_SAM_RESET:
		/* One that does not know the command never will; the others may have misheard. */
		if (sw != SAM_OK && sw != SAM_UNKNOWN_COMMAND && r->resets_refused++ < RESENDS_MAX)
			return reader_go(r, STEP_SAM_RESET, now);
		r->resets_refused = 0;
		r->cut_short &= sw != SAM_OK && sw != SAM_UNKNOWN_COMMAND;
		return r->trouble ? line_start(r, now) : card_restarted(r, now);
	case STEP_FIND:
		return card_found(r, now, sw, reply + REPLY_DATA);
	case STEP_SELECT:
		return card_selected(r, now, sw, reply + REPLY_DATA);
	case STEP_READ:
	case STEP_READ_ALL:
		return card_read(r, now, sw, reply, size);
	case STEP_ADDRESS:
		return card_address(r, now, sw, reply, size);
	case STEP_PRESENCE:
		return card_presence(r, now, sw);
	default:
		return;
	}
}

static void replied(struct reader *r, uint64_t now, const uint8_t *reply, size_t size)
{
	uint8_t sw = reply[REPLY_SW3];

	if (!shape_fits(r->step, sw, size))
		return line_failed(r, now, -EBADMSG);
	if (sw == SAM_SELF_TEST_FAILED || sw == SAM_NOT_AUTHORISED)
		return line_dead(r, now, sw);
	/* The SAM did not understand; the commands may all be sent again. */
	if ((sw == SAM_BAD_CHECKSUM || sw == SAM_BAD_LENGTH) && r->resends < RESENDS_MAX) {
		r->resends++;
		return reader_go(r, r->step, now);
	}
	r->resends = 0;
	r->answered = true;
	answered(r, now, sw, reply, size);
}

void reader_done(struct reader *r, uint64_t now, int error, const uint8_t *reply, size_t size)
{
	enum step step = r->step;

	if (error == -ENODEV) {
		if (card_owes_end(r))
			card_lost(r, IDCARD_ERROR_READER_GONE, 0);
		reader_emit(r, &(struct reader_event){ .kind = READER_EVENT_LOST });
		return reader_go(r, STEP_REST, 0);
	}
	if (step >= _STEP_COMMANDS)
		line_climbed(r, now, error);
	else if (error == -ESTALE)
		line_start(r, now);
	else if (error)
		line_failed(r, now, error);
	else
		replied(r, now, reply, size);

	/*
	 * Wanted by nobody meanwhile, be it through the events above: stop before the next command.
	 */
	r->pending = false;
	r->rested = false;
	if (!r->want.watch)
		card_drop(r);
}

void reader_set_want(struct reader *r, const struct reader_want *want, uint64_t now)
{
	bool before = r->want.watch;

	r->want = *want;
	if (r->pending || before == want->watch)
		return;
	if (want->watch)
		line_wake(r, now);
	else
		card_drop(r);
}

void reader_read_again(struct reader *r, uint64_t now)
{
	card_call(r, now);
}

enum reader_state reader_state(const struct reader *r)
{
	return r->state;
}

enum idcard_error reader_fault(const struct reader *r)
{
	return r->fault;
}

const uint8_t *reader_sam_id(const struct reader *r)
{
	return r->sam_id_known ? r->sam_id : NULL;
}
