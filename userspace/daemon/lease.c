// SPDX-License-Identifier: GPL-2.0-or-later
#include "lease.h"

#include <errno.h>
#include <string.h>

#include "sam-commands.h"

#define MSEC UINT64_C(1000)

enum {
	/* As long as a reader takes for it: who asks in a loop is not answered without end. */
	NO_CARD_MS = 50,
	FIND_MAX_MS = 2000,
	LOOK_MAX_MS = 2500,	/* a reader without 30 03 looks every two seconds */
	READER_MAX_MS = 2500,
	READ_MAX_MS = 8000,
	REPEAT_MS = 1000,
	ACTIVE_MS = 30000,
};

/* Of a command that is none of those that are answered. */
enum { UNKNOWN = 1 };

/* @n bytes of data are in their place in @out already. */
static size_t say(uint8_t *out, uint8_t status, size_t n)
{
	uint8_t *body = out + IDCARD_FRAME_HEAD;

	body[0] = 0;
	body[1] = 0;
	body[2] = status;
	return idcard_frame_build(out, LEASE_REPLY_MAX, body, 3 + n);
}

static size_t say_data(uint8_t *out, uint8_t status, const void *data, size_t n)
{
	memcpy(out + IDCARD_FRAME_HEAD + 3, data, n);
	return say(out, status, n);
}

static int command_of(const uint8_t *frame, size_t size)
{
	int command = frame[IDCARD_FRAME_HEAD] << 8 | frame[IDCARD_FRAME_HEAD + 1];
	size_t data = size - IDCARD_REQUEST_MIN;

	if ((command & 0xff00) == SAM_SERIAL_SPEED)
		command = SAM_SERIAL_SPEED;
	return command && data == (command == SAM_MAX_RF ? 1 : 0) ? command : UNKNOWN;
}

int lease_request(struct lease *l, const uint8_t *frame, size_t size, uint64_t now)
{
	if (idcard_request_check(frame, size) < 0)
		return -EINVAL;
	if (l->command)
		return -EBUSY;
	l->command = command_of(frame, size);
	l->since = now;
	l->active_until = now + ACTIVE_MS * MSEC;
	if (l->command == SAM_FIND || l->command == SAM_RESET)
		l->found = l->selected = 0;
	if (l->command == SAM_RESET)
		l->had = 0;
	if (l->command == SAM_READ_ALL)
		l->fingerprints = true;
	return 0;
}

static bool waited(const struct lease *l, uint64_t now, unsigned int ms)
{
	return now >= l->since + ms * MSEC;
}

/* Of the reader, or 0 as long as it may still answer. */
static uint8_t reader_status(const struct lease *l, const struct spot *s, uint64_t now)
{
	if (!s->reader_status && waited(l, now, READER_MAX_MS))
		return SAM_UNKNOWN_ERROR;
	return s->reader_status;
}

static size_t status(const struct lease *l, const struct spot *s, uint64_t now, uint8_t *out)
{
	uint8_t sw = reader_status(l, s, now);

	return sw ? say(out, sw, 0) : 0;
}

static size_t read_id(const struct lease *l, const struct spot *s, uint64_t now, uint8_t *out)
{
	uint8_t sw = reader_status(l, s, now);

	if (sw != SAM_OK)
		return sw ? say(out, sw, 0) : 0;
	if (!s->sam_id_known)
		return say(out, SAM_UNKNOWN_COMMAND, 0);
	return say_data(out, SAM_OK, s->sam_id, sizeof(s->sam_id));
}

static bool hidden(const struct lease *l, const struct spot *s, uint64_t now)
{
	return l->had == s->placement && (!l->repeat || now < l->hidden_until);
}

static size_t find(struct lease *l, const struct spot *s, uint64_t now, uint8_t *out)
{
	static const uint8_t nothing[RECORD_FOUND_SIZE];
	bool reading = s->placement && s->card == SPOT_READING;
	bool none = !s->placement || (!reading && hidden(l, s, now));
	bool fault = s->reader_status && s->reader_status != SAM_OK;

	if (spot_certain(s, now) && !reading && !hidden(l, s, now)) {
		l->found = s->placement;
		return say_data(out, SAM_FOUND, s->record ? s->record->found : nothing,
				sizeof(nothing));
	}
	if (!waited(l, now, NO_CARD_MS))
		return 0;
	if (fault)
		return say(out, s->reader_status, 0);
	if ((s->sure && none) || waited(l, now, FIND_MAX_MS))
		return say(out, SAM_NO_CARD, 0);
	return 0;
}

/* What the reader said of a card that could not be read: never that it could. */
static uint8_t failure(const struct spot *s)
{
	switch (s->sam_status) {
	case 0:
	case SAM_OK:
	case SAM_NO_CONTENT:
	case SAM_FOUND:
		return SAM_SELECT_FAILED;
	default:
		return s->sam_status;
	}
}

static size_t select_card(struct lease *l, const struct spot *s, uint64_t now, uint8_t *out)
{
	static const uint8_t nothing[RECORD_SELECTED_SIZE];

	if (!l->found || l->found != s->placement)
		return say(out, SAM_SELECT_FAILED, 0);
	if (!spot_certain(s, now))
		return waited(l, now, LOOK_MAX_MS) ? say(out, SAM_SELECT_FAILED, 0) : 0;
	if (s->card == SPOT_FAILED)
		return say(out, failure(s), 0);
	l->selected = s->placement;
	return say_data(out, SAM_OK, s->record ? s->record->selected : nothing, sizeof(nothing));
}

/* The card that was selected lies there, and what is wanted of it may still come. */
static bool can_be_read(const struct lease *l, const struct spot *s)
{
	return l->selected && l->selected == s->placement && s->card == SPOT_READ;
}

static enum record_part part(const struct lease *l, const struct record *record)
{
	if (!record)
		return RECORD_NOT_ASKED;
	if (l->command == SAM_READ_ALL)
		return record->fingerprints_part;
	if (l->command == SAM_READ_ADDRESS)
		return record->addresses_part;
	return RECORD_READ;
}

static size_t give(struct lease *l, const struct spot *s, uint64_t now, uint8_t *out)
{
	uint8_t *data = out + IDCARD_FRAME_HEAD + 3;

	if (l->command == SAM_READ_ADDRESS) {
		size_t n = s->record->addresses_size;

		return n ? say_data(out, SAM_OK, s->record->addresses, n) :
			   say(out, SAM_NO_CONTENT, 0);
	}
	l->had = s->placement;
	l->hidden_until = now + REPEAT_MS * MSEC;
	return say(out, SAM_OK, record_data(s->record, l->command == SAM_READ_ALL, data));
}

static size_t read_card(struct lease *l, const struct spot *s, uint64_t now, uint8_t *out)
{
	enum record_part there;

	if (!l->selected)
		return say(out, SAM_NO_CARD, 0);
	if (!can_be_read(l, s))
		return say(out, SAM_READ_FAILED, 0);
	there = part(l, s->record);
	if (there == RECORD_REFUSED)
		return say(out, SAM_UNKNOWN_COMMAND, 0);
	if (there == RECORD_READ && spot_certain(s, now))
		return give(l, s, now, out);
	if (waited(l, now, there == RECORD_READ ? LOOK_MAX_MS : READ_MAX_MS))
		return say(out, SAM_READ_FAILED, 0);
	return 0;
}

static size_t answer(struct lease *l, const struct spot *s, uint64_t now, uint8_t *out)
{
	switch (l->command) {
	case SAM_FIND:
		return find(l, s, now, out);
	case SAM_SELECT:
		return select_card(l, s, now, out);
	case SAM_READ:
	case SAM_READ_ALL:
	case SAM_READ_ADDRESS:
		return read_card(l, s, now, out);
	case SAM_STATUS:
		return status(l, s, now, out);
	case SAM_READ_ID:
		return read_id(l, s, now, out);
	case SAM_RESET:
	case SAM_SERIAL_SPEED:
	case SAM_MAX_RF:
		return say(out, SAM_OK, 0);
	default:
		return say(out, SAM_UNKNOWN_COMMAND, 0);
	}
}

size_t lease_answer(struct lease *l, const struct spot *s, uint64_t now, uint8_t *ret)
{
	size_t size = l->command ? answer(l, s, now, ret) : 0;

	if (size)
		l->command = 0;
	return size;
}

static bool reads(const struct lease *l)
{
	return l->command == SAM_READ || l->command == SAM_READ_ALL ||
	       l->command == SAM_READ_ADDRESS;
}

bool lease_needs_reading(const struct lease *l, const struct spot *s)
{
	if (!s->sure)
		return false;
	if (reads(l))
		return can_be_read(l, s) && part(l, s->record) == RECORD_NOT_ASKED;
	/* What it found it will read, unless it has had it. */
	return l->found && l->found == s->placement && l->found != l->had &&
	       s->card == SPOT_READ && !s->record;
}

uint64_t lease_due(const struct lease *l, uint64_t now)
{
	switch (l->command) {
	case 0:
		return l->active_until ? l->active_until : UINT64_MAX;
	case SAM_FIND:
		return l->since + (waited(l, now, NO_CARD_MS) ? FIND_MAX_MS : NO_CARD_MS) * MSEC;
	case SAM_SELECT:
		return l->since + LOOK_MAX_MS * MSEC;
	case SAM_STATUS:
	case SAM_READ_ID:
		return l->since + READER_MAX_MS * MSEC;
	default:
		return l->since + (waited(l, now, LOOK_MAX_MS) ? READ_MAX_MS : LOOK_MAX_MS) * MSEC;
	}
}

bool lease_lapse(struct lease *l, uint64_t now)
{
	if (l->command || !l->active_until || now < l->active_until)
		return false;
	l->active_until = 0;
	l->found = l->selected = 0;
	return true;
}
