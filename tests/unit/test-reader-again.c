// SPDX-License-Identifier: GPL-2.0-or-later
/* A card that is read once more for who came late, against the simulated SAM in virtual time. */
#include "test.h"

#include <string.h>

#include "reader-fixture.h"
#include "util.h"

static const struct reader_want watching = { .watch = true };
static const struct reader_want all = { .watch = true, .fingerprint = true, .new_address = true };
static const struct reader_want nothing = {};

/* A card lies there and was read for those who watched. */
static void start_with(const char *persona, bool repeat_read, uint64_t seed)
{
	rig_free(&rig);
	rig_init(&rig, seed);
	rig_start(&rig, repeat_read);
	rig_place(&rig, persona);
	rig_run(&rig, 3000);
	assert_int_equal(rig.records, 1);
	assert_int_equal(rig.agains, 0);
	assert_int_equal(reader_state(rig.reader), READER_HOLDING);
}

/* Nobody but those who called can tell: no placement, no second record, no error. */
static void assert_quiet(void)
{
	assert_int_equal(rig.placed, 1);
	assert_int_equal(rig.lifted, 0);
	assert_int_equal(rig.records, 1);
	assert_int_equal(rig.errors, 0);
	assert_int_equal(rig.loose_errors, 0);
	assert_int_equal(rig.wrong, 0);
}

static void test_read_again(void **state)
{
	for (int repeat_read = 0; repeat_read < 2; repeat_read++) {
		start_with("resident_2_fingers", repeat_read, 2);
		assert_int_equal(rig.last.fingerprints_part, RECORD_NOT_ASKED);
		assert_int_equal(rig.last.addresses_part, RECORD_NOT_ASKED);
		rig_watch(&rig, &all);
		rig_run(&rig, 5000);
		assert_int_equal(rig.agains, 0);
		rig_call(&rig);
		/* At once, not when the next look at the card is due. */
		rig_run(&rig, 1700);
		assert_int_equal(rig.agains, 1);
		assert_int_equal(rig.last.fingerprints_part, RECORD_READ);
		assert_int_equal(rig.last.fingerprints_size, 1024);
		assert_int_equal(rig.last.addresses_part, RECORD_READ);
		assert_int_equal(rig.last.addresses_size, 0);
		/* Once. */
		rig_run(&rig, 5000);
		assert_int_equal(rig.agains, 1);
		assert_quiet();
		rig_lift(&rig);
		rig_run(&rig, 1000);
		assert_int_equal(rig.lifted, 1);
		rig_good_placement(&rig, "resident_moved");
		assert_int_equal(rig.last.addresses_part, RECORD_READ);
		assert_int_equal(rig.last.addresses_size, 70);
	}
}

/* What the reader says behind the status is kept with the card, and only with it. */
static void test_bytes_of_find_and_select(void **state)
{
	memset(rig.sam.options.found, 0x11, sizeof(rig.sam.options.found));
	memset(rig.sam.options.selected, 0x22, sizeof(rig.sam.options.selected));
	rig_start(&rig, false);
	rig_place(&rig, "resident");
	rig_run(&rig, 3000);
	assert_memory_equal(rig.last.found, rig.sam.options.found, sizeof(rig.last.found));
	assert_memory_equal(rig.last.selected, rig.sam.options.selected, sizeof(rig.last.selected));
	rig_lift(&rig);
	rig_run(&rig, 1000);
	memset(rig.sam.options.found, 0, sizeof(rig.sam.options.found));
	rig_place(&rig, "resident");
	rig_run(&rig, 3000);
	assert_memory_equal(rig.last.found, rig.sam.options.found, sizeof(rig.last.found));
}

static void test_nothing_to_read_again(void **state)
{
	rig_call(&rig);
	rig_run(&rig, 3000);
	rig_start(&rig, false);
	rig_call(&rig);
	rig_run(&rig, 3000);
	assert_int_equal(rig.placed, 0);
	/* The call was for the card of then. */
	rig_good_placement(&rig, "resident");
	rig_place(&rig, "resident");
	rig_run(&rig, 3000);
	assert_int_equal(rig.agains, 0);
	rig_watch(&rig, &nothing);
	rig_run(&rig, 1000);
	rig_call(&rig);
	rig_run(&rig, 1000);
	assert_int_equal(reader_state(rig.reader), READER_IDLE);
	rig_watch(&rig, &watching);
	rig_run(&rig, 3000);
	assert_int_equal(rig.agains, 0);
}

/* Before the read was over, in any of its steps. */
static void test_gone_meanwhile(void **state)
{
	for (unsigned int ms = 0; ms < 1200; ms += 23) {
		start_with("resident", ms % 2, 3 + ms);
		rig_call(&rig);
		rig_run(&rig, ms);
		rig_lift(&rig);
		rig_run(&rig, 4000);
		assert_int_equal(rig.lifted, 1);
		assert_int_equal(rig.records, 1);
		assert_true(rig.agains <= 1);
		assert_int_equal(rig.errors, 0);
		assert_int_equal(rig.loose_errors, 0);
		assert_int_equal(rig.wrong, 0);
		assert_int_equal(reader_state(rig.reader), READER_SEARCHING);
		rig_good_placement(&rig, "hmt_permit");
	}
}

/* Another card in its place is a placement for everybody. */
static void test_swapped_meanwhile(void **state)
{
	for (unsigned int ms = 0; ms < 1200; ms += 23) {
		start_with("resident", ms % 2, 3 + ms);
		rig_call(&rig);
		rig_run(&rig, ms);
		rig_place(&rig, "hmt_permit");
		rig_run(&rig, 5000);
		assert_int_equal(rig.records + rig.errors, 2);
		assert_int_equal(rig.placed, 2);
		assert_int_equal(rig.lifted, 1);
		assert_int_equal(rig.wrong, 0);
		assert_true(rig.agains <= 1);
	}
}

/* Those who have the card already are told of no error; those who called are. */
static void test_fails(void **state)
{
	start_with("resident", false, 4);
	rig_fault(&rig, "status arg=32 command=20.02 count=9");
	rig_call(&rig);
	rig_run(&rig, 5000);
	assert_int_equal(rig.again_errors, 1);
	assert_quiet();
	faults_clear(&rig.sam.faults);
	rig_run(&rig, 2000);
	assert_quiet();
	rig_lift(&rig);
	rig_run(&rig, 1000);
	rig_good_placement(&rig, "resident");
}

/* Also when the line fails once or for a while; the card is not lost over it. */
static void test_line_fails(void **state)
{
	static const char *const faults[] = {
		"silence command=30.03", "silence command=10.ff", "noise command=20.01", "cut command=20.02",
		"silence command=30.01", "silence command=30.01 count=2", "noise command=30.01",
		"silence command=30.03 count=2",
	};

	for (size_t i = 0; i < ELEMENTSOF(faults); i++) {
		start_with("resident", true, 5 + i);
		rig_fault(&rig, faults[i]);
		rig_call(&rig);
		rig_run(&rig, 30000);
		if (rig.agains != 1)
			fail_msg("%s: %u", faults[i], rig.agains);
		assert_quiet();
		assert_int_equal(rig.again_errors, 0);
	}
}

/* A call does not cut short what mends the line. */
static void test_called_while_it_is_mended(void **state)
{
	for (unsigned int ms = 0; ms < 6000; ms += 331) {
		start_with("resident", false, 6 + ms);
		rig_fault(&rig, "silence count=4");
		rig_run(&rig, ms);
		rig_call(&rig);
		rig_run(&rig, 40000);
		assert_int_equal(rig.agains, 1);
		assert_quiet();
	}
}

/* The reader knows neither 30 03 nor 30 10: a call is the only look at the card. */
static void test_reader_that_knows_less(void **state)
{
	rig_fault(&rig, "status arg=21 command=30.03 count=99");
	rig_fault(&rig, "status arg=21 command=30.10 count=99");
	rig_start(&rig, true);
	rig_place(&rig, "resident");
	rig_run(&rig, 3000);
	rig_watch(&rig, &all);
	rig_run(&rig, 1000);
	rig_call(&rig);
	rig_run(&rig, 3000);
	assert_int_equal(rig.agains, 1);
	assert_int_equal(rig.last.fingerprints_part, RECORD_REFUSED);
	assert_int_equal(rig.last.addresses_part, RECORD_REFUSED);
	assert_quiet();
}

/* What was read without fingerprints because they were wanted a moment too late. */
static void test_called_while_it_is_told(void **state)
{
	rig_start(&rig, false);
	rig.calls = 2;
	rig_place(&rig, "resident");
	rig_run(&rig, 10000);
	assert_int_equal(rig.agains, 2);
	assert_quiet();
}

/* What lies there is told at each look, so that one who comes knows it after the first. */
static void test_looks(void **state)
{
	unsigned int n;

	rig_start(&rig, false);
	assert_true(rig.empties >= 5);
	assert_int_equal(rig.rests, 0);
	n = rig.empties;
	rig_place(&rig, "resident");
	rig_run(&rig, 3000);
	assert_true(rig.rests >= 3);
	assert_true(rig.empties <= n + 1);
	n = rig.rests;
	rig_watch(&rig, &nothing);
	rig_run(&rig, 3000);
	assert_true(rig.rests <= n + 1);
	n = rig.rests;
	/* At once: somebody may be waiting for it. */
	rig_watch(&rig, &watching);
	rig_run(&rig, 150);
	assert_int_equal(rig.rests, n + 1);
	/* One that failed rests as well. */
	rig_lift(&rig);
	rig_run(&rig, 1000);
	rig_fault(&rig, "status arg=32 command=20.02 count=2");
	n = rig.rests;
	rig_place(&rig, "resident");
	rig_run(&rig, 3000);
	assert_int_equal(rig.errors, 1);
	assert_true(rig.rests > n);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_read_again),
		T(test_bytes_of_find_and_select),
		T(test_nothing_to_read_again),
		T(test_gone_meanwhile),
		T(test_swapped_meanwhile),
		T(test_fails),
		T(test_line_fails),
		T(test_called_while_it_is_mended),
		T(test_reader_that_knows_less),
		T(test_called_while_it_is_told),
		T(test_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
