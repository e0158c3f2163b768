// SPDX-License-Identifier: GPL-2.0-or-later
/* A claim's view of a reader: cards that go, come and fail. None is ever given for another. */
#include "lease-rig.h"

#include <stdlib.h>

static void test_card_that_fails(void **state)
{
	static const uint8_t statuses[] = { 0x31, 0x32, 0x33, 0x40, 0x41, 0x47, 0x81 };

	begin();
	for (size_t i = 0; i < sizeof(statuses); i++) {
		fail_card(statuses[i]);
		assert_int_equal(ask(SAM_FIND), 0x9f);
		assert_int_equal(ask(SAM_SELECT), statuses[i]);
		assert_int_equal(ask(SAM_READ), 0x80);
		happens(READER_EVENT_RESTING);
		assert_int_equal(ask(SAM_FIND), 0x9f);
		lift();
		assert_int_equal(ask(SAM_SELECT), 0x81);
	}
	/* The line broke, and no status came. */
	fail_card(0);
	assert_int_equal(ask(SAM_FIND), 0x9f);
	assert_int_equal(ask(SAM_SELECT), 0x81);
	/* Lifted while it was read: it ends before anybody found it. */
	lift();
	happens(READER_EVENT_PLACED);
	assert_int_equal(ask(SAM_FIND), LATER);
	fail_card(0x80);
	lift();
	now += 50 * MS;
	assert_int_equal(answer(), 0x80);
}

/* The steps of one read, and whose card comes out when another is placed before step @k. */
static void test_swapped_at_each_point(void **state)
{
	static const struct {
		int command, right, swapped;
	} steps[] = {
		{ SAM_FIND, 0x9f, 0x9f }, { SAM_SELECT, 0x90, 0x81 }, { SAM_READ, 0x90, 0x41 },
		{ SAM_READ_ADDRESS, 0x90, 0x41 }, { SAM_READ, 0x90, 0x41 },
		{ SAM_FIND, 0x80, 0x9f },
	};
	enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

	for (size_t k = 0; k < STEPS; k++) {
		set_up(NULL);
		begin();
		place();
		for (size_t i = 0; i < k; i++)
			assert_in_time(steps[i].command, steps[i].right, 0);
		happens(READER_EVENT_LIFTED);
		place();
		assert_in_time(steps[k].command, steps[k].swapped, 0);
		/* Nothing of the old one is left, and nothing of the new one was given. */
		if (k > 0 && steps[k].command != SAM_FIND)
			assert_int_equal(ask(SAM_READ), k == 1 ? 0x80 : 0x41);
		assert_int_equal(ask(SAM_FIND), 0x9f);
		assert_int_equal(ask(SAM_SELECT), 0x90);
		assert_int_equal(ask(SAM_READ), 0x90);
		assert_int_equal(card_in_reply(), 2);
		spot_forget(&spot);
	}
}

/* The same card, lifted and placed again, is another placement. */
static void test_placed_again_at_each_point(void **state)
{
	static const int steps[] = { SAM_FIND, SAM_SELECT, SAM_READ, SAM_READ_ADDRESS };

	for (size_t k = 1; k < 4; k++) {
		set_up(NULL);
		begin();
		place();
		for (size_t i = 0; i < k; i++)
			ask(steps[i]);
		lift();
		assert_int_equal(ask(steps[k]), k == 1 ? 0x81 : 0x41);
		happens(READER_EVENT_PLACED);
		assert_int_equal(ask(steps[k]), k == 1 ? 0x81 : 0x41);
		is_read(1, false);
		assert_int_equal(ask(steps[k]), k == 1 ? 0x81 : 0x41);
		assert_int_equal(ask(SAM_FIND), 0x9f);
		spot_forget(&spot);
	}
}

/* Read for somebody else before this one came: nothing of it was kept. */
static void test_came_late(void **state)
{
	happens(READER_EVENT_EMPTY);
	place();
	assert_null(spot.record);
	assert_int_equal(ask(SAM_FIND), 0x9f);
	assert_true(lease_needs_reading(&lease, &spot));
	assert_int_equal(ask(SAM_SELECT), 0x90);
	assert_true(lease_needs_reading(&lease, &spot));
	assert_int_equal(ask(SAM_READ), LATER);
	assert_true(lease_needs_reading(&lease, &spot));
	now += 900 * MS;
	is_read(1, true);
	assert_false(lease_needs_reading(&lease, &spot));
	assert_int_equal(answer(), 0x90);
	assert_int_equal(card_in_reply(), 1);
	lift();
	/* It was another card by then. */
	lease = (struct lease){};
	place();
	ask(SAM_FIND);
	ask(SAM_SELECT);
	assert_int_equal(ask(SAM_READ), LATER);
	happens(READER_EVENT_LIFTED);
	assert_int_equal(answer(), 0x41);
	place();
	assert_int_equal(ask(SAM_READ), 0x41);
	/* It cannot be read any more, or not in time. */
	for (int i = 0; i < 2; i++) {
		const struct reader_event error = { .kind = READER_EVENT_ERROR, .again = true,
						    .sam_status = 0x31 };

		lift();
		lease = (struct lease){};
		place();
		ask(SAM_FIND);
		ask(SAM_SELECT);
		if (i == 0) {
			assert_in_time(SAM_READ, 0x41, 8000);
			continue;
		}
		assert_int_equal(ask(SAM_READ), LATER);
		spot_event(&spot, &error, true, now);
		assert_int_equal(answer(), 0x41);
		assert_int_equal(ask(SAM_FIND), 0x9f);
		assert_int_equal(ask(SAM_SELECT), 0x31);
	}
}

/* A reader may say anything of a card that it cannot read. */
static void test_failure_is_no_success(void **state)
{
	static const uint8_t said[] = { 0x00, 0x90, 0x91, 0x9f };

	begin();
	for (size_t i = 0; i < sizeof(said); i++) {
		fail_card(said[i]);
		assert_int_equal(ask(SAM_FIND), 0x9f);
		assert_int_equal(ask(SAM_SELECT), 0x81);
		lift();
	}
}

/* The line was mended in between; the reader knows the card again. */
static void test_unsure_in_between(void **state)
{
	const struct reader_event error = { .kind = READER_EVENT_ERROR };

	begin();
	place();
	ask(SAM_FIND);
	ask(SAM_SELECT);
	spot_event(&spot, &error, true, now);
	assert_null(spot.record);
	assert_int_equal(ask(SAM_READ), LATER);
	assert_false(lease_needs_reading(&lease, &spot));
	happens(READER_EVENT_RESTING);
	assert_true(lease_needs_reading(&lease, &spot));
	assert_int_equal(answer(), LATER);
	is_read(1, true);
	assert_int_equal(answer(), 0x90);
	spot_unsure(&spot);
	assert_int_equal(ask(SAM_READ), LATER);
	happens(READER_EVENT_LOST);
	assert_int_equal(answer(), 0x41);
}

/* Anything at any time; each reply with data is of the card that was selected and lies there. */
static void play(unsigned int *seed, unsigned int *given)
{
	static const int commands[] = { SAM_FIND, SAM_FIND, SAM_SELECT, SAM_SELECT, SAM_READ,
					SAM_READ, SAM_READ_ALL, SAM_READ_ADDRESS };
	static unsigned int there, selected;
	static bool open;	/* a placement that has not ended */
	int command = commands[rand_r(seed) % 8], sw = LATER;
	unsigned int ms;

	switch (rand_r(seed) % 24) {
	case 0:
		lift();
		there = 0;
		open = false;
		break;
	case 1:
		if (there)
			happens(READER_EVENT_LIFTED);
		happens(READER_EVENT_PLACED);
		there = ++cards;
		open = true;
		break;
	case 2:
		if (there)
			is_read(there, !open);
		open = false;
		break;
	case 3:
		happens(there ? READER_EVENT_RESTING : READER_EVENT_EMPTY);
		break;
	case 4:
		spot_unsure(&spot);
		break;
	case 5:
		now += (unsigned int)rand_r(seed) % 2000 * MS;
		lease_lapse(&lease, now);
		break;
	default:
		sw = ask(command);
		if (sw == LATER)
			sw = in_time(&ms);
		if (command == SAM_FIND || command == SAM_RESET)
			selected = 0;
		if (command == SAM_SELECT && sw == 0x90)
			selected = there;
		if (command == SAM_READ && sw == 0x90) {
			assert_int_not_equal(selected, 0);
			assert_int_equal(there, selected);
			assert_int_equal(card_in_reply(), selected);
			(*given)++;
		}
	}
}

static void test_anything(void **state)
{
	unsigned int seed = 7, given = 0;

	for (int i = 0; i < 200000; i++)
		play(&seed, &given);
	assert_true(given > 100);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_card_that_fails),
		T(test_swapped_at_each_point),
		T(test_placed_again_at_each_point),
		T(test_came_late),
		T(test_unsure_in_between),
		T(test_failure_is_no_success),
		T(test_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
