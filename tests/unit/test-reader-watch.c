// SPDX-License-Identifier: GPL-2.0-or-later
/* Watches that come and go, against the simulated SAM in virtual time. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "reader-fixture.h"
#include "util.h"

static const struct reader_want watching = { .watch = true };
static const struct reader_want nothing = {};

/* The card of one watch is not the card of the next. */
static void test_second_watch_gets_nothing_old(void **state)
{
	rig_start(&rig, true);
	rig_place(&rig, "resident");
	rig_run(&rig, 3000);
	assert_int_equal(rig.records, 1);
	rig_watch(&rig, &nothing);
	rig_run(&rig, 3000);
	assert_int_equal(reader_state(rig.reader), READER_IDLE);
	rig_watch(&rig, &watching);
	rig_run(&rig, 5000);
	assert_int_equal(rig.records, 1);
	rig_lift(&rig);
	rig_run(&rig, 1000);
	rig_good_placement(&rig, "resident");
}

/* Lifted and placed again between two watches, it is another placement. */
static void test_placed_again_while_nobody_watches(void **state)
{
	for (int repeat_read = 0; repeat_read < 2; repeat_read++) {
		rig_free(&rig);
		rig_init(&rig, 3);
		rig_start(&rig, repeat_read);
		for (unsigned int n = 1; n <= 3; n++) {
			rig_place(&rig, "resident");
			rig_watch(&rig, &watching);
			rig_run(&rig, 5000);
			assert_int_equal(rig.records, n);
			assert_int_equal(rig.placed, n);
			rig_watch(&rig, &nothing);
			rig_run(&rig, 1000);
			rig_lift(&rig);
			rig_run(&rig, 1000);
		}
		assert_int_equal(rig.wrong, 0);
		assert_int_equal(rig.errors, 0);
	}
}

/* A damaged line when somebody watches again is no sign that a card was lifted. */
static void test_left_there_while_nobody_watches(void **state)
{
	static const char *const faults[] = { NULL, "silence command=30.03", "noise command=30.03",
					      "cut command=30.03" };

	for (size_t i = 0; i < ELEMENTSOF(faults); i++) {
		rig_free(&rig);
		rig_init(&rig, 4);
		rig_start(&rig, true);
		rig_place(&rig, "resident");
		rig_run(&rig, 3000);
		rig_watch(&rig, &nothing);
		rig_run(&rig, 3000);
		if (faults[i])
			rig_fault(&rig, faults[i]);
		rig_watch(&rig, &watching);
		rig_run(&rig, 20000);
		assert_int_equal(rig.records, 1);
		assert_int_equal(rig.placed, 1);
	}
}

static void test_unwatched_in_the_middle(void **state)
{
	rig_start(&rig, false);
	for (unsigned int ms = 0; ms < 1500; ms += 37) {
		rig_place(&rig, "resident");
		rig_run(&rig, ms);
		rig_watch(&rig, &nothing);
		rig_run(&rig, 2000);
		assert_int_equal(reader_state(rig.reader), READER_IDLE);
		rig_lift(&rig);
		rig_watch(&rig, &watching);
		rig_run(&rig, 1000);
		rig_good_placement(&rig, "foreigner");
	}
	assert_int_equal(rig.wrong, 0);
}

/* Nobody got the card that the SAM hides now: who comes next does. */
static void test_unwatched_card_is_read_for_the_next(void **state)
{
	for (unsigned int i = 1; i < 6; i++) {
		rig_free(&rig);
		rig_init(&rig, i);
		rig_start(&rig, false);
		rig_place(&rig, "resident");
		rig.unwatch_at = rig.exchanges + i;
		rig_run(&rig, 5000);
		/* Before the read was over, or in the looks at the card behind it. */
		assert_int_equal(rig.records, i > 3);
		assert_int_equal(reader_state(rig.reader), READER_IDLE);
		rig_watch(&rig, &watching);
		rig_run(&rig, 5000);
		assert_int_equal(rig.records, 1);
		assert_int_equal(reader_state(rig.reader), READER_HOLDING);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_second_watch_gets_nothing_old),
		T(test_placed_again_while_nobody_watches),
		T(test_left_there_while_nobody_watches),
		T(test_unwatched_in_the_middle),
		T(test_unwatched_card_is_read_for_the_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
