// SPDX-License-Identifier: GPL-2.0-or-later
/* A claim's view of a reader: what is answered to each command, and when. */
#include "lease-rig.h"

#include <errno.h>
#include <string.h>

static void test_find_select_read(void **state)
{
	static const uint8_t found[] = { 0x41, 0x41, 0x41, 0x41 };
	static const uint8_t selected[] = { 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61 };

	begin();
	place();
	assert_int_equal(ask(SAM_FIND), 0x9f);
	assert_int_equal(reply_size, 15);
	assert_memory_equal(reply + 10, found, sizeof(found));
	assert_int_equal(ask(SAM_SELECT), 0x90);
	assert_int_equal(reply_size, 19);
	assert_memory_equal(reply + 10, selected, sizeof(selected));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(ask(SAM_READ), 0x90);
		assert_int_equal(reply_size, 1295);
		assert_int_equal(card_in_reply(), 1);
		assert_int_equal(ask(SAM_READ_ADDRESS), 0x90);
		assert_int_equal(reply_size, 81);
		assert_int_equal(reply[10], 1);
	}
}

static void test_find_waits_for_the_first_look(void **state)
{
	assert_int_equal(ask(SAM_FIND), LATER);
	now += 1000 * MS;
	assert_int_equal(answer(), LATER);
	happens(READER_EVENT_EMPTY);
	assert_int_equal(answer(), 0x80);
	/* Nobody looked meanwhile. */
	spot_unsure(&spot);
	assert_in_time(SAM_FIND, 0x80, 2000);
	assert_int_equal(ask(SAM_FIND), LATER);
	now += 1900 * MS;
	happens(READER_EVENT_PLACED);
	assert_int_equal(answer(), LATER);
	is_read(1, false);
	assert_int_equal(answer(), 0x9f);
}

static void test_find_waits_for_a_reading(void **state)
{
	begin();
	happens(READER_EVENT_PLACED);
	assert_int_equal(ask(SAM_FIND), LATER);
	now += 700 * MS;
	happens(READER_EVENT_RETRY);
	assert_int_equal(answer(), LATER);
	is_read(1, false);
	assert_int_equal(answer(), 0x9f);
	lift();
	happens(READER_EVENT_PLACED);
	assert_in_time(SAM_FIND, 0x80, 2000);
}

/* One who asks in a loop gets no more answers a second than a reader would give. */
static void test_no_card_takes_its_time(void **state)
{
	begin();
	assert_in_time(SAM_FIND, 0x80, 50);
	place();
	assert_in_time(SAM_FIND, 0x9f, 0);
	assert_in_time(SAM_SELECT, 0x90, 0);
	assert_in_time(SAM_READ, 0x90, 0);
	assert_in_time(SAM_FIND, 0x80, 50);
}

static void test_hidden_until_it_is_lifted(void **state)
{
	begin();
	place();
	ask(SAM_FIND);
	ask(SAM_SELECT);
	assert_int_equal(ask(SAM_READ), 0x90);
	for (int i = 0; i < 40; i++) {
		now += 1000 * MS;
		happens(READER_EVENT_RESTING);
		assert_in_time(SAM_FIND, 0x80, 50);
		/* The find ended what was selected. */
		assert_in_time(SAM_SELECT, 0x81, 0);
		assert_in_time(SAM_READ, 0x80, 0);
	}
	/* Also when nobody looked meanwhile and the reader knows it again. */
	spot_unsure(&spot);
	happens(READER_EVENT_RESTING);
	assert_in_time(SAM_FIND, 0x80, 50);
	lift();
	place();
	assert_int_equal(ask(SAM_FIND), 0x9f);
}

/* What was found and not read is found again. */
static void test_found_again_until_it_is_read(void **state)
{
	begin();
	place();
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ask(SAM_FIND), 0x9f);
		assert_int_equal(ask(SAM_SELECT), 0x90);
		assert_int_equal(ask(SAM_SELECT), 0x90);
	}
	assert_int_equal(ask(SAM_READ_ADDRESS), 0x90);
	assert_int_equal(ask(SAM_FIND), 0x9f);
}

static void test_repeat(void **state)
{
	lease.repeat = true;
	begin();
	place();
	ask(SAM_FIND);
	ask(SAM_SELECT);
	assert_int_equal(ask(SAM_READ), 0x90);
	now += 900 * MS;
	assert_in_time(SAM_FIND, 0x80, 50);
	now += 50 * MS;
	happens(READER_EVENT_RESTING);
	assert_int_equal(ask(SAM_FIND), 0x9f);
	assert_int_equal(ask(SAM_SELECT), 0x90);
	assert_int_equal(ask(SAM_READ), 0x90);
	assert_int_equal(card_in_reply(), 1);
}

/* The reader has not looked for a while: whatever it was, it may be another by now. */
static void test_not_looked_for_a_while(void **state)
{
	begin();
	place();
	now += 700 * MS;
	assert_int_equal(ask(SAM_FIND), 0x9f);
	now++;
	assert_in_time(SAM_SELECT, 0x81, 2500);
	happens(READER_EVENT_RESTING);
	assert_int_equal(ask(SAM_FIND), 0x9f);
	now += 701 * MS;
	assert_int_equal(ask(SAM_SELECT), LATER);
	happens(READER_EVENT_RESTING);
	assert_int_equal(answer(), 0x90);
	now += 701 * MS;
	assert_int_equal(ask(SAM_READ_ADDRESS), LATER);
	assert_false(lease_needs_reading(&lease, &spot));
	happens(READER_EVENT_RESTING);
	assert_int_equal(answer(), 0x90);
	now += 701 * MS;
	assert_in_time(SAM_READ, 0x41, 2500);
	assert_int_equal(ask(SAM_READ), LATER);
	lift();
	assert_int_equal(answer(), 0x41);
	place();
	now += 701 * MS;
	assert_int_equal(ask(SAM_FIND), LATER);
	happens(READER_EVENT_LIFTED);
	place();
	assert_int_equal(answer(), 0x9f);
	assert_int_equal(ask(SAM_SELECT), 0x90);
	assert_int_equal(ask(SAM_READ), 0x90);
	assert_int_equal(card_in_reply(), 3);
	lift();
	place();
	now += 701 * MS;
	assert_in_time(SAM_FIND, 0x80, 2000);
}

static void test_reset_shows_it_again(void **state)
{
	begin();
	place();
	ask(SAM_FIND);
	ask(SAM_SELECT);
	assert_int_equal(ask(SAM_READ), 0x90);
	assert_int_equal(ask(SAM_RESET), 0x90);
	assert_int_equal(ask(SAM_READ), 0x80);
	assert_int_equal(ask(SAM_SELECT), 0x81);
	assert_int_equal(ask(SAM_FIND), 0x9f);
}

static void give_fingerprints(unsigned int n, enum record_part is)
{
	struct record record;

	record_of(cards, &record);
	record.fingerprints_part = is;
	record.fingerprints_size = n * RECORD_FINGERPRINT_SIZE;
	record.addresses_size = 0;
	spot_event(&spot, &(struct reader_event){ .kind = READER_EVENT_RECORD, .record = &record,
						  .again = true }, true, now);
}

static void test_fingerprints(void **state)
{
	begin();
	place();
	ask(SAM_FIND);
	ask(SAM_SELECT);
	assert_int_equal(ask(SAM_READ), 0x90);
	assert_false(lease.fingerprints);
	assert_int_equal(ask(SAM_READ_ALL), LATER);
	assert_true(lease.fingerprints);
	assert_true(lease_needs_reading(&lease, &spot));
	/* A read that was under way before they were wanted. */
	is_read(1, true);
	assert_int_equal(answer(), LATER);
	assert_true(lease_needs_reading(&lease, &spot));
	give_fingerprints(2, RECORD_READ);
	assert_int_equal(answer(), 0x90);
	assert_int_equal(reply_size, 2321);
	give_fingerprints(0, RECORD_READ);
	assert_int_equal(ask(SAM_READ_ALL), 0x90);
	assert_int_equal(reply_size, 1297);
	assert_int_equal(ask(SAM_READ), 0x90);
	assert_int_equal(reply_size, 1295);
	assert_int_equal(ask(SAM_READ_ADDRESS), 0x91);
	/* The reader does not know the command. */
	give_fingerprints(0, RECORD_REFUSED);
	assert_int_equal(ask(SAM_READ_ALL), 0x21);
	lift();
	assert_int_equal(ask(SAM_READ_ALL), 0x41);
}

static void test_nothing_selected(void **state)
{
	static const int reads[] = { SAM_READ, SAM_READ_ALL, SAM_READ_ADDRESS };

	begin();
	for (int placed = 0; placed < 2; placed++) {
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(ask(reads[i]), 0x80);
		assert_int_equal(ask(SAM_SELECT), 0x81);
		place();
	}
	/* Found is not selected. */
	assert_int_equal(ask(SAM_FIND), 0x9f);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(ask(reads[i]), 0x80);
}

static void test_reader(void **state)
{
	static const uint8_t statuses[] = { 0x60, 0x66, 0x24 };

	assert_int_equal(ask(SAM_STATUS), 0x90);
	assert_int_equal(reply_size, 11);
	assert_int_equal(ask(SAM_READ_ID), 0x21);
	for (uint8_t i = 0; i < SAM_ID_SIZE; i++)
		spot.sam_id[i] = i;
	spot.sam_id_known = true;
	assert_int_equal(ask(SAM_READ_ID), 0x90);
	assert_int_equal(reply_size, 27);
	assert_memory_equal(reply + 10, spot.sam_id, SAM_ID_SIZE);
	for (size_t i = 0; i < sizeof(statuses); i++) {
		spot.reader_status = statuses[i];
		assert_in_time(SAM_STATUS, statuses[i], 0);
		assert_in_time(SAM_READ_ID, statuses[i], 0);
		assert_in_time(SAM_FIND, statuses[i], 50);
	}
	/* It starts. */
	spot.reader_status = 0;
	assert_in_time(SAM_STATUS, 0x24, 2500);
	assert_in_time(SAM_READ_ID, 0x24, 2500);
	assert_int_equal(ask(SAM_STATUS), LATER);
	spot.reader_status = 0x90;
	assert_int_equal(answer(), 0x90);
}

static int ask_body(const uint8_t *body, size_t n)
{
	uint8_t frame[32];
	size_t size = idcard_frame_build(frame, sizeof(frame), body, n);

	assert_int_equal(lease_request(&lease, frame, size, now), 0);
	return answer();
}

static void test_other_commands(void **state)
{
	static const uint8_t rf[] = { 0x61, 0xff, 0x50 };

	begin();
	for (int speed = 0; speed < 5; speed++)
		assert_int_equal(ask(0x6000 | speed), 0x90);
	assert_int_equal(ask_body(rf, 3), 0x90);
	assert_int_equal(ask_body(rf, 2), 0x21);
	assert_int_equal(ask(0x3002), 0x21);
	assert_int_equal(ask(0x3005), 0x21);
	assert_int_equal(ask(0x01ff), 0x21);
	assert_int_equal(ask(0x0000), 0x21);
	/* Longer than the command is. */
	assert_int_equal(ask_body((const uint8_t[]){ 0x20, 0x01, 0 }, 3), 0x21);
}

static void test_no_frame(void **state)
{
	uint8_t frame[IDCARD_REQUEST_MAX + 8] = {};
	size_t n = frame_of(SAM_FIND, frame, sizeof(frame));

	for (size_t i = 0; i < n; i++) {
		assert_int_equal(lease_request(&lease, frame, i, now), -EINVAL);
		frame[i] ^= 1;
		assert_int_equal(lease_request(&lease, frame, n, now), -EINVAL);
		frame[i] ^= 1;
	}
	assert_int_equal(lease_request(&lease, frame, n + 1, now), -EINVAL);
	assert_int_equal(lease_request(&lease, frame, sizeof(frame), now), -EINVAL);
	assert_false(lease_active(&lease));
	assert_int_equal(answer(), LATER);
	assert_int_equal(lease_request(&lease, frame, n, now), 0);
	assert_int_equal(lease_request(&lease, frame, n, now), -EBUSY);
}

static void test_lapse(void **state)
{
	begin();
	place();
	ask(SAM_FIND);
	ask(SAM_SELECT);
	assert_int_equal(lease_due(&lease, now), now + 30000 * MS);
	now += 29999 * MS;
	assert_false(lease_lapse(&lease, now));
	assert_int_equal(ask(SAM_STATUS), 0x90);
	now += 30000 * MS;
	assert_true(lease_lapse(&lease, now));
	assert_false(lease_lapse(&lease, now));
	assert_false(lease_active(&lease));
	assert_true(lease_due(&lease, now) == UINT64_MAX);
	assert_int_equal(ask(SAM_READ), 0x80);
	assert_true(lease_active(&lease));
	/* Not before what waits is answered. */
	spot_unsure(&spot);
	assert_int_equal(ask(SAM_FIND), LATER);
	assert_false(lease_lapse(&lease, now + 40000 * MS));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_find_select_read),
		T(test_find_waits_for_the_first_look),
		T(test_find_waits_for_a_reading),
		T(test_no_card_takes_its_time),
		T(test_hidden_until_it_is_lifted),
		T(test_found_again_until_it_is_read),
		T(test_repeat),
		T(test_not_looked_for_a_while),
		T(test_reset_shows_it_again),
		T(test_fingerprints),
		T(test_nothing_selected),
		T(test_reader),
		T(test_other_commands),
		T(test_no_frame),
		T(test_lapse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
