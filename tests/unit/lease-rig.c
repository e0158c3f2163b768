// SPDX-License-Identifier: GPL-2.0-or-later
#include "lease-rig.h"

#include <stdlib.h>
#include <string.h>

struct spot spot;
struct lease lease;
uint64_t now;
uint8_t reply[LEASE_REPLY_MAX];
size_t reply_size;
unsigned int cards;

int set_up(void **state)
{
	lease = (struct lease){};
	spot = (struct spot){ .reader_status = 0x90 };
	now = 1000000 * MS;
	cards = 0;
	return 0;
}

int tear_down(void **state)
{
	spot_forget(&spot);
	return 0;
}

size_t frame_of(int command, uint8_t *out, size_t size)
{
	const uint8_t body[] = { (uint8_t)(command >> 8), command & 0xff };

	return idcard_frame_build(out, size, body, sizeof(body));
}

int answer(void)
{
	/* Exactly as large as it may be, so that the sanitizer sees a write beyond it. */
	uint8_t *room = malloc(LEASE_REPLY_MAX);

	assert_non_null(room);
	reply_size = lease_answer(&lease, &spot, now, room);
	assert_true(reply_size <= LEASE_REPLY_MAX);
	memcpy(reply, room, reply_size);
	free(room);
	if (!reply_size)
		return LATER;
	assert_int_equal(idcard_reply_check(reply, reply_size), 0);
	assert_int_equal(reply[7] | reply[8], 0);
	return reply[9];
}

int ask(int command)
{
	uint8_t frame[16];
	size_t n = frame_of(command, frame, sizeof(frame));

	assert_int_equal(lease_request(&lease, frame, n, now), 0);
	return answer();
}

int in_time(unsigned int *ret_ms)
{
	uint64_t from = now;
	int sw;

	while ((sw = answer()) == LATER) {
		uint64_t due = lease_due(&lease, now);

		assert_true(due > now && due < from + 60000 * MS);
		now = due;
	}
	*ret_ms = (unsigned int)((now - from) / MS);
	return sw;
}

void assert_in_time(int command, int status, unsigned int ms)
{
	unsigned int took = 0;

	if (ask(command) == LATER)
		assert_int_equal(in_time(&took), status);
	else
		assert_int_equal(reply[9], status);
	assert_int_equal(took, ms);
}

void happens(enum reader_event_kind kind)
{
	spot_event(&spot, &(struct reader_event){ .kind = kind }, lease_active(&lease), now);
}

void record_of(unsigned int card, struct record *ret)
{
	memset(ret, 0, sizeof(*ret));
	memcpy(ret->text, &card, sizeof(card));
	memset(ret->portrait, (int)card, sizeof(ret->portrait));
	memset(ret->found, 0x40 + (int)card, sizeof(ret->found));
	memset(ret->selected, 0x60 + (int)card, sizeof(ret->selected));
	ret->addresses_part = RECORD_READ;
	memset(ret->addresses, (int)card, RECORD_ADDRESS_SIZE);
	ret->addresses_size = RECORD_ADDRESS_SIZE;
}

void is_read(unsigned int card, bool again)
{
	struct record record;

	record_of(card, &record);
	spot_event(&spot, &(struct reader_event){ .kind = READER_EVENT_RECORD, .record = &record,
						  .again = again }, lease_active(&lease), now);
}

void place(void)
{
	happens(READER_EVENT_PLACED);
	is_read(++cards, false);
}

void lift(void)
{
	happens(READER_EVENT_LIFTED);
	happens(READER_EVENT_EMPTY);
}

void fail_card(uint8_t sam_status)
{
	const struct reader_event error = {
		.kind = READER_EVENT_ERROR, .placement = true, .sam_status = sam_status,
	};

	happens(READER_EVENT_PLACED);
	happens(READER_EVENT_FAILED);
	spot_event(&spot, &error, lease_active(&lease), now);
}

void begin(void)
{
	happens(READER_EVENT_EMPTY);
	assert_int_equal(ask(SAM_STATUS), 0x90);
}

unsigned int card_in_reply(void)
{
	struct record record;
	unsigned int card;

	assert_int_equal(record_parse(reply, reply_size, false, &record), 0);
	memcpy(&card, record.text, sizeof(card));
	for (size_t i = 0; i < sizeof(record.portrait); i++)
		assert_int_equal(record.portrait[i], card & 0xff);
	return card;
}
