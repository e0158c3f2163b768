// SPDX-License-Identifier: GPL-2.0-or-later
/* A card that lies there and a line that is damaged, against the simulated SAM in virtual time. */
#include "test.h"

#include "reader-fixture.h"
#include "util.h"

/* What came damaged may say anything once; and one that ever answered knows the question. */
static void test_presence_refused_now_and_then(void **state)
{
	rig_start(&rig, false);
	rig_fault(&rig, "status arg=21 command=30.03");
	rig_place(&rig, "resident");
	rig_run(&rig, 5000);
	for (unsigned int i = 0; i < 6; i++) {
		rig_fault(&rig, "status arg=21 command=30.03 count=2");
		rig_run(&rig, 3000);
	}
	assert_int_equal(rig.records, 1);
	assert_int_equal(rig.placed, 1);
	assert_int_equal(rig.lifted, 0);
	rig_lift(&rig);
	rig_run(&rig, 1000);
	assert_int_equal(rig.lifted, 1);
	rig_good_placement(&rig, "resident");
}

/* However often the line is damaged, the card lies there, and its identity came once. */
static void test_presence_damaged_again_and_again(void **state)
{
	static const char *const faults[] = { "bad-checksum count=2", "silence count=3", "lost-aa count=5",
					      "short count=4 command=30.03" };

	rig_start(&rig, false);
	rig_place(&rig, "resident");
	rig_run(&rig, 3000);
	for (size_t i = 0; i < 5 * ELEMENTSOF(faults); i++) {
		rig_fault(&rig, faults[i % ELEMENTSOF(faults)]);
		rig_run(&rig, 20000);
	}
	assert_int_equal(rig.placed, 1);
	assert_int_equal(rig_ended(&rig), 1);
	assert_int_equal(rig.lifted, 0);
}

/* It never answered yet, but what came damaged is no silence. */
static void test_presence_damaged_from_the_beginning(void **state)
{
	rig_start(&rig, false);
	for (unsigned int i = 1; i <= 6; i++) {
		rig_place(&rig, "resident");
		rig_fault(&rig, "bad-checksum count=2 command=30.03");
		rig_fault(&rig, "bad-checksum command=12.ff");
		rig_run(&rig, 700);
		assert_int_equal(rig.records, i);
		assert_int_equal(rig.lifted, i - 1);
		rig_run(&rig, 10000);
		assert_int_equal(rig.records, i);
		assert_int_equal(rig.lifted, i - 1);
		rig_lift(&rig);
		rig_run(&rig, 1000);
	}
}

/* The SAM read it and hides it: what could not be read here lies there all the same. */
static void test_failed_card_is_not_lifted(void **state)
{
	static const char *const faults[] = { "short count=3 command=30.01",
					      "mangle count=5 command=30.01",
					      "silence count=3 command=30.01",
					      "bad-checksum count=3 command=30.01" };

	for (size_t i = 0; i < ELEMENTSOF(faults); i++) {
		rig_free(&rig);
		rig_init(&rig, 11 + i);
		rig_start(&rig, false);
		rig_fault(&rig, faults[i]);
		rig_place(&rig, "resident");
		rig_run(&rig, 40000);
		assert_int_equal(rig.errors, 1);
		assert_int_equal(rig.records, 0);
		assert_int_equal(rig.placed, 1);
		assert_int_equal(rig.lifted, 0);
		sam_power(&rig.sam, true, rig.now);
		rig_run(&rig, 10000);
		assert_int_equal(rig_ended(&rig), 1);
		rig_lift(&rig);
		rig_run(&rig, 3000);
		assert_int_equal(rig.lifted, 1);
		rig_good_placement(&rig, "foreigner");
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_presence_refused_now_and_then),
		T(test_presence_damaged_from_the_beginning),
		T(test_presence_damaged_again_and_again),
		T(test_failed_card_is_not_lifted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
