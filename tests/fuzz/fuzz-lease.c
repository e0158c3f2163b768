// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a claim may send, at any moment of what happens at the reader. Input: steps, a byte each
 * with what belongs to it.
 *
 * Each frame is answered by one frame and in time, and no card is given but the one that was
 * selected and lies there.
 */
#include "frame.h"
#include "fuzz.h"
#include "lease.h"

#define MS UINT64_C(1000)

enum step {
	STEP_FRAME,	/* size, bytes */
	STEP_COMMAND,	/* two bytes, around which the frame is put */
	STEP_WAIT,	/* as many times 20 ms */
	STEP_PLACED,
	STEP_RECORD,	/* which parts it has */
	STEP_ERROR,	/* SAM status; 0: of the line */
	STEP_LIFTED,
	STEP_EMPTY,
	STEP_RESTING,
	STEP_UNSURE,
	STEP_READER,	/* its status */
	STEP_LAPSE,
	STEP_RETRY,
	_STEP_MAX,
};

enum { FINGERS = 1, ADDRESS = 2, REFUSED = 4 };

static struct spot spot;
static struct lease lease;
static uint64_t now;
static unsigned int card, cards;	/* that lies there, or 0; so far */
static unsigned int found, selected;	/* as the claim must take it */
static bool open;			/* a placement has not ended */
static int command;			/* that waits */

static void event(const struct reader_event *e)
{
	spot_event(&spot, e, lease_active(&lease), now);
}

static void happens(enum reader_event_kind kind)
{
	event(&(struct reader_event){ .kind = kind });
}

static unsigned int card_in(const uint8_t *reply, size_t size)
{
	struct record record;
	unsigned int is;

	FUZZ_CHECK(record_parse(reply, size, command == 0x3010, &record) == 0);
	memcpy(&is, record.text, sizeof(is));
	return is;
}

static void check_reply(const uint8_t *reply, size_t size)
{
	uint8_t sw = reply[9];

	FUZZ_CHECK(idcard_reply_check(reply, size) == 0);
	FUZZ_CHECK(sw == 0x9f ? command == 0x2001 : true);
	if (command == 0x2001 || command == 0x10ff)
		found = selected = 0;
	if (sw == 0x9f)
		found = card;
	if (command == 0x2002 && sw == 0x90)
		selected = found;
	if (command == 0x2002 && sw == 0x90)
		FUZZ_CHECK(card && selected == card && size == 19);
	if ((command == 0x3001 || command == 0x3010) && sw == 0x90)
		FUZZ_CHECK(card && selected == card && card_in(reply, size) == card);
	if (command == 0x3003 && (sw == 0x90 || sw == 0x91))
		FUZZ_CHECK(card && selected == card);
	if (command == 0x12ff && sw == 0x90)
		FUZZ_CHECK(size == 27);
}

static void look(void)
{
	uint8_t *reply = malloc(LEASE_REPLY_MAX);
	size_t size = lease_answer(&lease, &spot, now, reply);

	FUZZ_CHECK(!size || command);
	if (size) {
		check_reply(reply, size);
		command = 0;
	} else if (command) {
		FUZZ_CHECK(lease_due(&lease, now) > now);
		FUZZ_CHECK(lease_due(&lease, now) <= now + 8000 * MS);
	}
	if (lease_needs_reading(&lease, &spot))
		FUZZ_CHECK(card && spot.card == SPOT_READ && lease_active(&lease));
	free(reply);
}

static void send_frame(const uint8_t *frame, size_t size)
{
	int waits = command;

	switch (lease_request(&lease, frame, size, now)) {
	case 0:
		FUZZ_CHECK(!waits && idcard_request_check(frame, size) == 0);
		command = frame[7] << 8 | frame[8];
		/* A command of another size is none. */
		if (size != (command == 0x61ff ? 11 : 10) || !command)
			command = 1;
		break;
	case -EBUSY:
		FUZZ_CHECK(waits);
		break;
	case -EINVAL:
		FUZZ_CHECK(idcard_request_check(frame, size) < 0);
		break;
	default:
		FUZZ_CHECK(false);
	}
}

static void send_bytes(struct fuzz_input *in)
{
	struct fuzz_input part = fuzz_take(in, fuzz_byte(in));
	uint8_t *frame = fuzz_copy(part.data, part.size);

	send_frame(frame, part.size);
	free(frame);
}

static void send_command(struct fuzz_input *in)
{
	uint8_t body[3] = {}, frame[16];

	body[0] = (uint8_t)fuzz_byte(in);
	body[1] = (uint8_t)fuzz_byte(in);
	send_frame(frame, idcard_frame_build(frame, sizeof(frame), body, body[0] == 0x61 ? 3 : 2));
}

static void record(unsigned int parts)
{
	enum record_part missing = parts & REFUSED ? RECORD_REFUSED : RECORD_NOT_ASKED;
	struct record r = {};

	if (!card)
		return;
	memcpy(r.text, &card, sizeof(card));
	r.fingerprints_part = parts & FINGERS ? RECORD_READ : missing;
	r.fingerprints_size = parts & FINGERS ? (parts >> 3) % 3 * RECORD_FINGERPRINT_SIZE : 0;
	r.addresses_part = parts & ADDRESS ? RECORD_READ : missing;
	r.addresses_size = parts & ADDRESS ? (parts >> 5) % 5 * RECORD_ADDRESS_SIZE : 0;
	event(&(struct reader_event){ .kind = READER_EVENT_RECORD, .record = &r, .again = !open });
	open = false;
}

static void error(uint8_t sw)
{
	event(&(struct reader_event){ .kind = READER_EVENT_ERROR, .placement = sw && open,
				      .again = sw && card && !open, .sam_status = sw });
	open &= !sw;
}

/* device.c says nothing else. */
static void set_reader(uint8_t sw)
{
	spot.reader_status = sw == 0 || sw == 0x90 || sw == 0x60 || sw == 0x66 ? sw : 0x24;
	spot.sam_id_known = sw == 0x90;
}

static void place(void)
{
	if (card)
		happens(READER_EVENT_LIFTED);
	happens(READER_EVENT_PLACED);
	card = ++cards;
	open = true;
}

static void lift(enum reader_event_kind kind)
{
	happens(kind);
	card = 0;
	open = false;
}

static void step(struct fuzz_input *in)
{
	switch ((enum step)(fuzz_byte(in) % _STEP_MAX)) {
	case STEP_FRAME:
		return send_bytes(in);
	case STEP_COMMAND:
		return send_command(in);
	case STEP_WAIT:
		now += fuzz_byte(in) * 20 * MS;
		return;
	case STEP_PLACED:
		return place();
	case STEP_RECORD:
		return record(fuzz_byte(in));
	case STEP_ERROR:
		return error((uint8_t)fuzz_byte(in));
	case STEP_LIFTED:
		return lift(fuzz_byte(in) & 1 ? READER_EVENT_LOST : READER_EVENT_LIFTED);
	case STEP_EMPTY:
		return lift(READER_EVENT_EMPTY);
	case STEP_RESTING:
		return happens(READER_EVENT_RESTING);
	case STEP_UNSURE:
		return spot_unsure(&spot);
	case STEP_READER:
		return set_reader((uint8_t)fuzz_byte(in));
	case STEP_RETRY:
		return happens(READER_EVENT_RETRY);
	case STEP_LAPSE:
		if (lease_lapse(&lease, now))
			FUZZ_CHECK(!command && !lease_active(&lease));
		return;
	default:
		return;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };

	lease = (struct lease){ .repeat = fuzz_byte(&in) & 1 };
	spot = (struct spot){};
	now = 1000000 * MS;
	card = cards = found = selected = 0;
	open = false;
	command = 0;
	while (in.size) {
		step(&in);
		look();
	}
	now += 8000 * MS;
	look();
	FUZZ_CHECK(!command);
	now += 30000 * MS;
	lease_lapse(&lease, now);
	FUZZ_CHECK(!lease_active(&lease) && lease_due(&lease, now) == UINT64_MAX);
	spot_forget(&spot);
	return 0;
}
