// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What outlives a daemon that is killed, against the simulated SAM in virtual time: the card that
 * lies there is told of once, by the one before or by the one after.
 */
#include "../range.h"
#include "test.h"

#include <string.h>

#include "reader-fixture.h"
#include "util.h"

static const struct reader_want watching = { .watch = true };
static const struct reader_want addresses = { .watch = true, .new_address = true };
static const struct reader_want repeating = { .watch = true, .repeat = true };

static struct reader_memory memory;

static void begin(uint64_t seed)
{
	rig_free(&rig);
	rig_init(&rig, seed);
	memset(&memory, 0, sizeof(memory));
	rig.memory = &memory;
	assert_int_equal(reader_set_memory(rig.reader, &memory), 0);
}

static int set_up_memory(void **state)
{
	set_up(state);
	begin(1);
	return 0;
}

/* At any moment; what it told then is told. The SAM finishes what it was asked. */
static void kill_it(void)
{
	rig_renew(&rig);
	assert_int_equal(reader_set_memory(rig.reader, &memory), 0);
	rig_watch(&rig, &watching);
}

/* However far it was: read by the one or by the other, and not by both. */
static void test_killed_at_any_moment(void **state)
{
	unsigned int before = 0;

	for (unsigned int ms = 0; ms < 2000; ms += 17) {
		begin(1 + ms);
		rig_start(&rig, ms % 2);
		rig_watch(&rig, &addresses);
		rig_place(&rig, "resident");
		rig_run(&rig, ms);
		before += rig.records;
		kill_it();
		rig_run(&rig, 8000);
		if (rig.records != 1 || rig.errors)
			fail_msg("after %u ms: %u records, %u errors", ms, rig.records, rig.errors);
		kill_it();
		rig_run(&rig, 8000);
		assert_int_equal(rig_ended(&rig), 1);
		rig_lift(&rig);
		rig_run(&rig, 2000);
		rig_good_placement(&rig, "resident");
	}
	assert_within(before, 10, 110);
	assert_int_equal(rig.wrong, 0);
}

/* What the SAM gave was lost, and then it does not hear that it is to begin anew. */
static void test_killed_when_the_reply_was_lost(void **state)
{
	static const char *const faults[] = { "silence command=30.01", "status arg=41 command=10.ff",
					      "status arg=33 command=10.ff count=2", "silence command=10.ff",
					      "status arg=41 command=10.ff count=9" };

	for (size_t i = 0; i < ELEMENTSOF(faults); i++) {
		for (unsigned int ms = 300; ms < 6000; ms += 211) {
			begin(1 + ms);
			rig_start(&rig, false);
			rig_fault(&rig, faults[0]);
			rig_place(&rig, "resident");
			rig_run(&rig, ms);
			if (i)
				rig_fault(&rig, faults[i]);
			kill_it();
			rig_run(&rig, 20000);
			if (rig.records != 1 || rig.errors)
				fail_msg("%s after %u ms: %u records, %u errors", faults[i], ms,
					 rig.records, rig.errors);
		}
	}
}

/* The same while the card is read again and again, which makes the SAM show it anew. */
static void test_killed_while_it_repeats(void **state)
{
	for (unsigned int ms = 0; ms < 2500; ms += 31) {
		begin(1 + ms);
		rig_start(&rig, false);
		rig_watch(&rig, &repeating);
		rig_place(&rig, "resident");
		rig_run(&rig, 3000 + ms);
		kill_it();
		rig_run(&rig, 8000);
		assert_int_equal(rig.records, 1);
		assert_int_equal(rig.errors, 0);
		assert_int_equal(rig.lifted, 0);
	}
}

/* While it mends the line the SAM is reset, too. */
static void test_killed_while_it_mends_the_line(void **state)
{
	for (unsigned int ms = 0; ms < 6000; ms += 97) {
		begin(1 + ms);
		rig_start(&rig, false);
		rig_place(&rig, "resident");
		rig_run(&rig, 3000);
		rig_fault(&rig, "silence count=4");
		rig_run(&rig, ms);
		kill_it();
		rig_run(&rig, 30000);
		assert_int_equal(rig.records, 1);
		assert_int_equal(rig.errors, 0);
		assert_int_equal(rig.lifted, 0);
	}
}

/* Nobody looked: what lies there now was placed meanwhile, be it the same. */
static void test_exchanged_while_there_was_none(void **state)
{
	static const char *const others[] = { "resident", "foreigner" };

	for (size_t i = 0; i < ELEMENTSOF(others); i++) {
		begin(1 + i);
		rig_start(&rig, false);
		rig_place(&rig, "resident");
		rig_run(&rig, 3000);
		rig_lift(&rig);
		rig_place(&rig, others[i]);
		kill_it();
		rig_run(&rig, 8000);
		assert_int_equal(rig.records, 2);
		assert_int_equal(rig.wrong, 0);
	}
}

/* Killed while handing it on: who has it is not known. An error, and it does not come twice. */
static void test_killed_while_it_tells(void **state)
{
	rig_start(&rig, false);
	rig_place(&rig, "resident");
	rig_run(&rig, 3000);
	assert_int_equal(rig.records, 1);
	assert_int_equal(rig.phase_when_told, READER_MEMORY_TELLING);
	assert_int_equal(memory.phase, READER_MEMORY_SETTLED);
	memory.phase = READER_MEMORY_TELLING;
	kill_it();
	rig_run(&rig, 8000);
	assert_int_equal(rig.records, 1);
	assert_int_equal(rig.errors, 1);
	assert_int_equal(rig.last_error, IDCARD_ERROR_CARD_UNREADABLE);
	kill_it();
	rig_run(&rig, 8000);
	assert_int_equal(rig_ended(&rig), 2);
}

/* What could not be read is tried again. */
static void test_killed_after_an_error(void **state)
{
	rig_start(&rig, true);
	rig_fault(&rig, "status arg=41 command=30.01 count=3");
	rig_place(&rig, "resident");
	rig_run(&rig, 5000);
	assert_int_equal(rig.errors, 1);
	kill_it();
	rig_run(&rig, 5000);
	assert_int_equal(rig.records, 1);
	assert_int_equal(rig.errors, 1);
}

/* What lies in it is all that a daemon after this one could say of who was here. */
static void test_no_digest_of_a_card_that_went(void **state)
{
	static const uint8_t none[sizeof(memory.digest)];

	rig_start(&rig, true);
	rig_place(&rig, "resident");
	rig_run(&rig, 3000);
	assert_int_equal(rig.records, 1);
	assert_memory_not_equal(memory.digest, none, sizeof(none));
	rig_lift(&rig);
	rig_run(&rig, 1000);
	assert_memory_equal(memory.digest, none, sizeof(none));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up_memory, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_killed_at_any_moment),
		T(test_killed_when_the_reply_was_lost),
		T(test_killed_while_it_repeats),
		T(test_killed_while_it_mends_the_line),
		T(test_exchanged_while_there_was_none),
		T(test_killed_while_it_tells),
		T(test_killed_after_an_error),
		T(test_no_digest_of_a_card_that_went),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
