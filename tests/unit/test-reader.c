// SPDX-License-Identifier: GPL-2.0-or-later
/* The cycle of a card and the recovery ladder, against the simulated SAM in virtual time. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../range.h"
#include "frame.h"
#include "reader-fixture.h"
#include "secret.h"

static const struct reader_want watching = { .watch = true };
static const struct reader_want nothing = {};
static const char *const personas[] = { "resident", "foreigner", "foreigner_2023", "hmt_permit" };

static void test_idle_makes_no_traffic(void **state)
{
	struct reader_action action;
	unsigned int exchanges;

	rig_run(&rig, 5000);
	assert_int_equal(reader_state(rig.reader), READER_IDLE);
	assert_non_null(reader_sam_id(rig.reader));
	exchanges = rig.exchanges;
	rig_place(&rig, "resident");
	rig_run(&rig, 60000);
	assert_int_equal(rig.exchanges, exchanges);
	reader_next(rig.reader, rig.now, &action);
	assert_int_equal(action.kind, READER_WAIT);
	assert_true(action.until == UINT64_MAX);
	assert_int_equal(rig.placed, 0);
}

static void test_every_persona(void **state)
{
	rig_start(&rig, *state);
	for (size_t i = 0; i < 4; i++)
		rig_good_placement(&rig, personas[i]);
	assert_int_equal(rig.placed, 4);
	assert_int_equal(rig.lifted, 4);
}

static void test_resting_card_is_one(void **state)
{
	static const bool modes[] = { false, true };

	for (size_t i = 0; i < 2; i++) {
		rig_free(&rig);
		rig_init(&rig, 2);
		rig_start(&rig, modes[i]);
		rig_place(&rig, "resident");
		rig_run(&rig, 10000);
		assert_int_equal(rig.records, 1);
		assert_int_equal(rig.lifted, 0);
		assert_int_equal(reader_state(rig.reader), READER_HOLDING);
		rig_lift(&rig);
		rig_run(&rig, 1000);
		assert_int_equal(rig.lifted, 1);
		rig_place(&rig, "resident");
		rig_run(&rig, 3000);
		assert_int_equal(rig.records, 2);
	}
}

/* Another card in the moment between two looks. */
static void test_swapped_card(void **state)
{
	rig_start(&rig, true);
	rig_place(&rig, "resident");
	rig_run(&rig, 3000);
	rig_place(&rig, "hmt_permit");
	rig_run(&rig, 3000);
	assert_int_equal(rig.records, 2);
	assert_int_equal(rig.wrong, 0);
	assert_int_equal(rig.placed, 2);
}

/* Read once, the SAM hides the card, and the other one was reported already. */
static void test_swapped_card_whose_reply_is_lost(void **state)
{
	rig_start(&rig, false);
	rig_place(&rig, "resident");
	rig_run(&rig, 3000);
	rig_fault(&rig, "silence command=30.01");
	rig_place(&rig, "hmt_permit");
	rig_run(&rig, 25000);
	assert_int_equal(rig.records, 2);
	assert_int_equal(rig.wrong, 0);
	assert_int_equal(reader_state(rig.reader), READER_HOLDING);
}

static void test_wants(void **state)
{
	const struct reader_want all = { .watch = true, .fingerprint = true, .new_address = true };

	rig_start(&rig, false);
	rig_watch(&rig, &all);
	rig_good_placement(&rig, "resident_2_fingers");
	assert_int_equal(rig.last.fingerprints_size, 1024);
	assert_int_equal(rig.last.addresses_size, 0);
	rig_good_placement(&rig, "resident_moved");
	assert_int_equal(rig.last.addresses_size, RECORD_ADDRESS_SIZE);
	assert_memory_equal(rig.last.addresses, rig.expected.addresses, RECORD_ADDRESS_SIZE);
	rig_watch(&rig, &watching);
	rig_good_placement(&rig, "resident_2_fingers");
	assert_int_equal(rig.last.fingerprints_size, 0);
}

static void test_repeat(void **state)
{
	const struct reader_want repeat = { .watch = true, .repeat = true };

	rig_start(&rig, false);
	rig_watch(&rig, &repeat);
	rig_place(&rig, "resident");
	rig_run(&rig, 12000);
	assert_int_equal(rig.records, 1);
	assert_within(rig.agains, 3, 12);
	assert_int_equal(rig.wrong, 0);
}

/*
 * A fault at every command of the cycle: the placement ends in exactly one record or one error,
 * never in a wrong record, and the next card is read without help.
 */
static void fault_everywhere(const char *fault, bool repeat_read)
{
	static const char *const commands[] = { "20.01", "20.02", "30.01", "30.03" };
	char script[128];

	for (size_t i = 0; i < 4; i++) {
		unsigned int placed, ended;

		rig_free(&rig);
		rig_init(&rig, i);
		rig_start(&rig, repeat_read);
		rig_good_placement(&rig, "foreigner");
		ended = rig_ended(&rig);
		snprintf(script, sizeof(script), "%s command=%s", fault, commands[i]);
		rig_fault(&rig, script);
		rig_place(&rig, "resident");
		rig_run(&rig, 25000);
		if (rig_ended(&rig) != ended + 1)
			fail_msg("%s: %u ends", script, rig_ended(&rig) - ended);
		rig_lift(&rig);
		rig_run(&rig, 2000);
		faults_clear(&rig.sam.faults);
		placed = rig.placed;
		rig_good_placement(&rig, "hmt_permit");
		assert_int_equal(rig.placed, placed + 1);
		assert_int_equal(rig.wrong, 0);
	}
}

static void test_faults(void **state)
{
	static const char *const faults[] = {
		"stale", "cut", "lost-aa", "noise", "bad-checksum", "short", "oversize",
		"silence", "silence arg=unheard", "silence count=2", "stall", "late",
		"late arg=500", "late arg=1200 count=2", "status arg=10", "status arg=11",
		"status arg=21", "status arg=23", "status arg=24", "status arg=31", "status arg=32",
		"status arg=33", "status arg=40", "status arg=41", "status arg=47", "status arg=50",
		"status arg=80", "status arg=81", "status arg=91", "status arg=41 count=9",
		"bad-checksum count=9",
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		fault_everywhere(faults[i], false);
		fault_everywhere(faults[i], true);
	}
}

/* These say what to do, not only that it failed. */
static void test_errors_have_their_words(void **state)
{
	static const struct {
		const char *fault;
		enum idcard_error error;
	} cases[] = {
		{ "status arg=31 command=30.01 count=9", IDCARD_ERROR_CARD_REFUSED },
		{ "status arg=32 command=30.01 count=9", IDCARD_ERROR_CARD_NOT_GENUINE },
		{ "status arg=33 command=30.01 count=9", IDCARD_ERROR_CARD_CONTENT },
		{ "status arg=40 command=20.02 count=9", IDCARD_ERROR_CARD_NOT_ID },
		{ "status arg=41 command=30.01 count=9", IDCARD_ERROR_CARD_UNREADABLE },
		{ "silence command=30.01 count=9", IDCARD_ERROR_READER_SILENT },
		{ "bad-checksum command=30.01 count=9", IDCARD_ERROR_READER_GARBLED },
		{ "lift command=30.01", IDCARD_ERROR_CARD_REMOVED },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rig_free(&rig);
		rig_init(&rig, i);
		rig_start(&rig, false);
		rig_fault(&rig, cases[i].fault);
		rig_place(&rig, "resident");
		rig_run(&rig, 40000);
		assert_int_equal(rig.errors, 1);
		assert_int_equal(rig.records, 0);
		assert_string_equal(idcard_error_code(rig.last_error),
				    idcard_error_code(cases[i].error));
		/* It still lies there: no second error, however long. */
		rig_run(&rig, 20000);
		assert_int_equal(rig.errors, 1);
	}
}

static void test_dead_sam(void **state)
{
	rig_start(&rig, false);
	rig_fault(&rig, "dead arg=66");
	rig_run(&rig, 2000);
	assert_int_equal(reader_state(rig.reader), READER_FAULTY);
	assert_int_equal(reader_fault(rig.reader), IDCARD_ERROR_READER_UNAUTHORISED);
	assert_int_equal(rig.loose_errors, 1);
	rig_run(&rig, 60000);
	assert_int_equal(rig.loose_errors, 1);
	faults_clear(&rig.sam.faults);
	rig_run(&rig, 60000);
	rig_good_placement(&rig, "resident");

	/* A failed self-test goes with a power cycle, which the reader gets by itself. */
	rig_fault(&rig, "dead arg=60");
	rig_run(&rig, 6000);
	assert_int_equal(rig.resets > 0, 1);
	rig_good_placement(&rig, "resident");
}

static void test_silent_reader_gives_up_and_comes_back(void **state)
{
	rig_start(&rig, false);
	rig_fault(&rig, "silence count=500");
	rig_run(&rig, 60000);
	assert_int_equal(reader_state(rig.reader), READER_FAULTY);
	assert_int_equal(reader_fault(rig.reader), IDCARD_ERROR_READER_SILENT);
	assert_int_equal(rig.loose_errors, 1);
	faults_clear(&rig.sam.faults);
	rig_run(&rig, 60000);
	rig_good_placement(&rig, "resident");

	/* Nobody watches a faulty reader: it is left alone. */
	rig_fault(&rig, "silence count=500");
	rig_run(&rig, 60000);
	rig_watch(&rig, &nothing);
	rig_run(&rig, 10000);
	rig.exchanges = 0;
	rig_run(&rig, 600000);
	assert_int_equal(rig.exchanges, 0);
}

/* However many framings the transport goes round: a reader that never answers is reported. */
static void test_silent_from_the_beginning(void **state)
{
	rig.framings = true;
	rig_fault(&rig, "silence count=500");
	rig_watch(&rig, &watching);
	rig_run(&rig, 60000);
	assert_int_equal(reader_state(rig.reader), READER_FAULTY);
	assert_int_equal(reader_fault(rig.reader), IDCARD_ERROR_READER_SILENT);
	assert_int_equal(rig.loose_errors, 1);
	assert_within(rig.reframes, 3, 12);
	assert_true(rig.resets > 0);
	faults_clear(&rig.sam.faults);
	rig_run(&rig, 60000);
	rig_good_placement(&rig, "resident");
}

/* One damaged answer does not speak against a framing: the round would take half a minute. */
static void test_damage_in_the_right_framing(void **state)
{
	rig.framings = true;
	rig.speaks = 2;
	rig_fault(&rig, "short count=2 command=11.ff");
	rig_watch(&rig, &watching);
	rig_run(&rig, 20000);
	assert_int_equal(rig.loose_errors, 0);
	rig_good_placement(&rig, "resident");
}

/* A multi-in-one reader: its SAM has no id to tell, no appended address, no presence check. */
static void start_without_id(bool repeat_read)
{
	rig_free(&rig);
	rig_init(&rig, 3);
	rig_fault(&rig, "status arg=21 command=12.ff count=1000000");
	rig_fault(&rig, "status arg=21 command=30.03 count=1000000");
	rig_start(&rig, repeat_read);
	assert_null(reader_sam_id(rig.reader));
}

static void test_reader_without_id(void **state)
{
	const struct reader_want address = { .watch = true, .new_address = true };

	start_without_id(true);
	for (size_t i = 0; i < 4; i++)
		rig_good_placement(&rig, personas[i]);
	rig_watch(&rig, &address);
	rig_good_placement(&rig, "resident_moved");
	assert_int_equal(rig.last.addresses_size, 0);
	/* That it is gone shows at the next look. */
	rig_run(&rig, 1000);
	assert_int_equal(rig.lifted, 5);
	assert_int_equal(rig.loose_errors, 0);
}

/* It is found again and again, and is one placement all the same. */
static void test_resting_card_without_presence_check(void **state)
{
	for (int repeat_read = 0; repeat_read < 2; repeat_read++) {
		start_without_id(repeat_read);
		rig_place(&rig, "resident");
		rig_run(&rig, 2000);
		rig.exchanges = 0;
		rig_run(&rig, 20000);
		assert_int_equal(rig.records, 1);
		assert_int_equal(rig.placed, 1);
		assert_int_equal(rig.errors, 0);
		if (repeat_read) {
			/* Found, selected and read about each second; nothing else is asked. */
			assert_int_equal(rig.lifted, 0);
			assert_within(rig.exchanges, 30, 75);
			rig_place(&rig, "foreigner");
			rig_run(&rig, 3000);
			assert_int_equal(rig.records, 2);
			assert_int_equal(rig.wrong, 0);
		}
	}
}

/* Its status is the barrier: what went wrong once is mended without a reset. */
static void test_trouble_without_id(void **state)
{
	static const char *const faults[] = {
		"silence", "late arg=700", "bad-checksum", "cut", "stale", "noise", "status arg=10",
	};
	static const char *const commands[] = { "20.01", "20.02", "30.01" };
	char script[128];

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		for (size_t k = 0; k < 3; k++) {
			start_without_id(true);
			rig_good_placement(&rig, "foreigner");
			snprintf(script, sizeof(script), "%s command=%s", faults[i], commands[k]);
			rig_fault(&rig, script);
			rig_place(&rig, "resident");
			rig_run(&rig, 15000);
			assert_int_equal(rig_ended(&rig), 2);
			assert_int_equal(rig.wrong, 0);
			assert_int_equal(rig.resets, 0);
			rig_lift(&rig);
			rig_run(&rig, 2000);
			rig_good_placement(&rig, "hmt_permit");
			assert_null(reader_sam_id(rig.reader));
		}
	}
}

/* "Unknown command" said once is an accident; the id is asked for again. */
static void test_id_refused_once(void **state)
{
	rig_fault(&rig, "status arg=21 command=12.ff count=1");
	rig_start(&rig, false);
	assert_non_null(reader_sam_id(rig.reader));
	rig_good_placement(&rig, "resident");
}

/* Now known and now not: there is an end to asking. */
static void test_id_refused_now_and_then(void **state)
{
	static const uint8_t refusal[] = { 0x00, 0x00, 0x21 }, id[19] = { 0x00, 0x00, 0x90, 5 };
	struct reader_action action;
	uint8_t frame[32];
	size_t n, asked = 0;

	for (unsigned int i = 0; i < 40 && reader_state(rig.reader) == READER_STARTING; i++) {
		reader_next(rig.reader, rig.now, &action);
		if (action.kind != READER_SEND)
			break;
		if (action.frame[7] == 0x11)
			n = idcard_frame_build(frame, sizeof(frame), id, 3);
		else if (action.frame[7] != 0x12)
			break;
		else if (++asked % 2)
			n = idcard_frame_build(frame, sizeof(frame), refusal, sizeof(refusal));
		else
			n = idcard_frame_build(frame, sizeof(frame), id, sizeof(id));
		reader_done(rig.reader, rig.now, 0, frame, n);
	}
	assert_within(asked, 3, 8);
}

/* It answers to all but the find: who waits for a card is told, once. */
static void test_find_is_never_answered(void **state)
{
	rig_start(&rig, false);
	rig_fault(&rig, "silence command=20.01 count=1000");
	rig_run(&rig, 60000);
	assert_int_equal(rig.loose_errors, 1);
	assert_int_equal(rig.last_error, IDCARD_ERROR_READER_SILENT);
}

/* Silent to the question whether a card is there: it is looked for instead. */
static void test_presence_is_never_answered(void **state)
{
	rig_start(&rig, false);
	rig_fault(&rig, "silence command=30.03 count=1000");
	rig_place(&rig, "resident");
	rig_run(&rig, 3000);
	assert_int_equal(rig.records, 1);
	rig_lift(&rig);
	rig_run(&rig, 15000);
	assert_int_equal(rig.lifted, 1);
	rig_place(&rig, "foreigner");
	rig_run(&rig, 3000);
	assert_int_equal(rig.records, 2);
	assert_int_equal(rig.wrong, 0);
	assert_int_equal(rig.loose_errors, 0);
}

static void test_unplugged_in_mid_read(void **state)
{
	rig_start(&rig, false);
	rig_fault(&rig, "unplug command=30.01");
	rig_place(&rig, "resident");
	rig_run(&rig, 5000);
	assert_int_equal(rig.records, 0);
	assert_int_equal(rig.errors, 1);
	assert_int_equal(rig.last_error, IDCARD_ERROR_READER_GONE);
}

/* Its placement ended with the identity: it cannot end once more. */
static void test_trouble_with_a_repeat_is_no_second_end(void **state)
{
	static const char *const faults[] = {
		"unplug command=30.01", "status arg=41 command=30.01 count=9",
		"silence command=20.01 count=500",
	};
	const struct reader_want repeat = { .watch = true, .repeat = true };

	for (size_t i = 0; i < 3; i++) {
		rig_free(&rig);
		rig_init(&rig, i);
		rig_start(&rig, false);
		rig_watch(&rig, &repeat);
		rig_place(&rig, "resident");
		rig_run(&rig, 1000);
		assert_int_equal(rig.records, 1);
		rig_fault(&rig, faults[i]);
		rig_run(&rig, 60000);
		assert_int_equal(rig.records, 1);
		assert_int_equal(rig.errors, 0);
	}
}

/* Reset or resume in the middle of everything: the state is lost, the card is read again. */
static void test_state_lost(void **state)
{
	rig_start(&rig, false);
	for (unsigned int ms = 0; ms < 1200; ms += 53) {
		unsigned int ended = rig_ended(&rig);

		rig_place(&rig, "resident");
		rig_run(&rig, ms);
		sam_power(&rig.sam, false, rig.now);
		sam_power(&rig.sam, true, rig.now);
		rig_run(&rig, 15000);
		assert_int_equal(rig_ended(&rig), ended + 1);
		rig_lift(&rig);
		rig_run(&rig, 2000);
	}
	assert_int_equal(rig.wrong, 0);
}

static void test_chaos(void **state)
{
	static const char *const faults[] = {
		"stale", "cut", "lost-aa", "noise", "bad-checksum", "short", "oversize", "silence",
		"silence arg=unheard", "stall", "late", "late arg=700", "lift", "status arg=41",
		"status arg=31", "status arg=24", "status arg=10",
		/* At a find it would say that the card is gone, which then is believed. */
		"status arg=80 command=20.02", "status arg=80 command=30.01",
	};
	unsigned int n = 2000, seed = time(NULL);

	if (getenv("SEED"))
		seed = strtoul(getenv("SEED"), NULL, 0);
	print_message("SEED=%u\n", seed);
	srandom(seed);
	rig_free(&rig);
	rig_init(&rig, seed);
	rig_start(&rig, random() & 1);
	for (unsigned int i = 0; i < n; i++) {
		unsigned int ended = rig_ended(&rig);

		for (long k = random() % 4; k > 0; k--)
			rig_fault(&rig, faults[random() % (sizeof(faults) / sizeof(faults[0]))]);
		rig_place(&rig, personas[random() % 4]);
		rig_run(&rig, random() % 10000);
		if (random() & 1)
			rig_call(&rig);
		rig_run(&rig, 60000);
		if (rig_ended(&rig) != ended + 1)
			fail_msg("placement %u: %u ends", i, rig_ended(&rig) - ended);
		faults_clear(&rig.sam.faults);
		rig_lift(&rig);
		rig_run(&rig, 20000);
	}
	assert_int_equal(rig.wrong, 0);
	print_message("%u placements: %u read, %u failed, %u retries\n", n, rig.records, rig.errors,
		      rig.retries);
	assert_within(rig.records, n / 2, n);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_idle_makes_no_traffic),
		T(test_every_persona),
		T(test_resting_card_is_one),
		T(test_swapped_card),
		T(test_swapped_card_whose_reply_is_lost),
		T(test_wants),
		T(test_repeat),
		T(test_faults),
		T(test_errors_have_their_words),
		T(test_dead_sam),
		T(test_silent_reader_gives_up_and_comes_back),
		T(test_silent_from_the_beginning),
		T(test_damage_in_the_right_framing),
		T(test_reader_without_id),
		T(test_resting_card_without_presence_check),
		T(test_trouble_without_id),
		T(test_id_refused_once),
		T(test_id_refused_now_and_then),
		T(test_find_is_never_answered),
		T(test_presence_is_never_answered),
		T(test_unplugged_in_mid_read),
		T(test_trouble_with_a_repeat_is_no_second_end),
		T(test_state_lost),
		T(test_chaos),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
