// SPDX-License-Identifier: GPL-2.0-or-later
/* The SAM model: every transition, refused requests, durations, options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "drive.h"
#include "util.h"

enum {
	RESET = 0x10ff,
	STATUS = 0x11ff,
	READ_ID = 0x12ff,
	FIND = 0x2001,
	SELECT = 0x2002,
	READ = 0x3001,
	ADDRESS = 0x3003,
	FINGERPRINT = 0x3010,
};

static void place(struct drive *d, const char *persona)
{
	assert_int_not_equal(drive_place(d, persona, NULL, NULL), 0);
}

static void enter(struct drive *d, enum sam_state state)
{
	drive_init(d);
	place(d, "resident");
	if (state >= SAM_FOUND)
		assert_int_equal(drive_command(d, FIND), SAM_CARD_FOUND);
	if (state >= SAM_SELECTED)
		assert_int_equal(drive_command(d, SELECT), SAM_OK);
	if (state >= SAM_READ_DONE)
		assert_int_equal(drive_command(d, READ), SAM_OK);
	assert_int_equal(d->sam.state, state);
}

static const struct {
	enum sam_state from;
	int command;
	int status;
	enum sam_state to;
} transitions[] = {
	{ SAM_IDLE, RESET, 0x90, SAM_IDLE },
	{ SAM_FOUND, RESET, 0x90, SAM_IDLE },
	{ SAM_SELECTED, RESET, 0x90, SAM_IDLE },
	{ SAM_READ_DONE, RESET, 0x90, SAM_IDLE },

	{ SAM_IDLE, STATUS, 0x90, SAM_IDLE },
	{ SAM_FOUND, STATUS, 0x90, SAM_FOUND },
	{ SAM_SELECTED, READ_ID, 0x90, SAM_SELECTED },
	{ SAM_READ_DONE, READ_ID, 0x90, SAM_READ_DONE },
	{ SAM_SELECTED, 0x6000, 0x90, SAM_SELECTED },

	{ SAM_IDLE, FIND, 0x9f, SAM_FOUND },
	{ SAM_FOUND, FIND, 0x9f, SAM_FOUND },
	{ SAM_SELECTED, FIND, 0x9f, SAM_FOUND },
	{ SAM_READ_DONE, FIND, 0x80, SAM_READ_DONE },

	{ SAM_IDLE, SELECT, 0x81, SAM_IDLE },
	{ SAM_FOUND, SELECT, 0x90, SAM_SELECTED },
	{ SAM_SELECTED, SELECT, 0x81, SAM_SELECTED },
	{ SAM_READ_DONE, SELECT, 0x81, SAM_READ_DONE },

	{ SAM_IDLE, READ, 0x41, SAM_IDLE },
	{ SAM_FOUND, READ, 0x41, SAM_IDLE },
	{ SAM_SELECTED, READ, 0x90, SAM_READ_DONE },
	{ SAM_READ_DONE, READ, 0x41, SAM_READ_DONE },
	{ SAM_SELECTED, FINGERPRINT, 0x90, SAM_READ_DONE },
	{ SAM_IDLE, FINGERPRINT, 0x41, SAM_IDLE },

	{ SAM_IDLE, ADDRESS, 0x41, SAM_IDLE },
	{ SAM_SELECTED, ADDRESS, 0x41, SAM_SELECTED },
	{ SAM_READ_DONE, ADDRESS, 0x91, SAM_READ_DONE },

	{ SAM_SELECTED, 0x3002, 0x21, SAM_SELECTED },
	{ SAM_READ_DONE, 0x3005, 0x21, SAM_READ_DONE },
	{ SAM_IDLE, 0x1100, 0x21, SAM_IDLE },
	{ SAM_IDLE, 0x6005, 0x21, SAM_IDLE },
};

static void test_transitions(void **state)
{
	struct drive d;

	for (size_t i = 0; i < ELEMENTSOF(transitions); i++) {
		enter(&d, transitions[i].from);
		assert_int_equal(drive_command(&d, transitions[i].command), transitions[i].status);
		assert_int_equal(d.sam.state, transitions[i].to);
	}
}

static void test_power(void **state)
{
	uint8_t find[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x03, 0x20, 0x01, 0x22 };
	struct delivery reply;
	struct drive d;

	drive_init(&d);
	sam_power(&d.sam, false, d.now);
	assert_int_equal(d.sam.state, SAM_OFF);
	assert_true(sam_due(&d.sam) == SAM_NEVER);
	sam_feed(&d.sam, find, sizeof(find), d.now);
	assert_false(sam_run(&d.sam, d.now, &reply));

	sam_power(&d.sam, true, d.now);
	assert_int_equal(d.sam.state, SAM_BOOT);
	assert_int_equal(sam_due(&d.sam), d.now + 2000000);
	/* What comes while it starts is lost. */
	sam_feed(&d.sam, find, sizeof(find), d.now);
	d.now += 1999999;
	assert_false(sam_run(&d.sam, d.now, &reply));
	assert_int_equal(d.sam.state, SAM_BOOT);
	d.now++;
	assert_false(sam_run(&d.sam, d.now, &reply));
	assert_int_equal(d.sam.state, SAM_IDLE);
	assert_true(sam_due(&d.sam) == SAM_NEVER);
	assert_int_equal(drive_command(&d, FIND), SAM_NO_CARD);
}

static void test_same_card(void **state)
{
	struct drive d;

	enter(&d, SAM_READ_DONE);
	for (int i = 0; i < 3; i++)
		assert_int_equal(drive_command(&d, FIND), SAM_NO_CARD);

	/* Lifted and placed again. */
	assert_true(sam_lift(&d.sam));
	assert_false(sam_lift(&d.sam));
	assert_int_equal(d.sam.state, SAM_IDLE);
	assert_int_equal(drive_command(&d, FIND), SAM_NO_CARD);
	assert_int_equal(drive_place(&d, "resident", NULL, NULL), 2);
	assert_int_equal(drive_read(&d), SAM_OK);

	/* Exchanged in one go. */
	assert_int_equal(drive_place(&d, "foreigner", NULL, NULL), 3);
	assert_int_equal(drive_read(&d), SAM_OK);

	/* A reset forgets that it was read. */
	assert_int_equal(drive_command(&d, FIND), SAM_NO_CARD);
	assert_int_equal(drive_command(&d, RESET), SAM_OK);
	assert_int_equal(drive_read(&d), SAM_OK);

	/* So does losing power. */
	sam_power(&d.sam, true, d.now);
	d.now = sam_due(&d.sam);
	sam_run(&d.sam, d.now, &d.reply);
	assert_int_equal(drive_read(&d), SAM_OK);
}

static void test_options(void **state)
{
	struct drive d;

	enter(&d, SAM_READ_DONE);
	d.sam.options.repeat_read = true;
	assert_int_equal(drive_read(&d), SAM_OK);
	assert_int_equal(drive_read(&d), SAM_OK);

	enter(&d, SAM_IDLE);
	d.sam.options.read_from_idle = true;
	assert_int_equal(drive_command(&d, READ), SAM_OK);
	assert_int_equal(drive_command(&d, READ), SAM_OK);
	sam_lift(&d.sam);
	assert_int_equal(drive_command(&d, READ), SAM_READ_FAILED);
}

static void test_card_gone(void **state)
{
	struct drive d;

	enter(&d, SAM_FOUND);
	sam_lift(&d.sam);
	assert_int_equal(drive_command(&d, SELECT), SAM_SELECT_FAILED);
	enter(&d, SAM_SELECTED);
	sam_lift(&d.sam);
	assert_int_equal(drive_command(&d, READ), SAM_READ_FAILED);
	enter(&d, SAM_READ_DONE);
	sam_lift(&d.sam);
	assert_int_equal(drive_command(&d, ADDRESS), SAM_READ_FAILED);
	enter(&d, SAM_SELECTED);
	place(&d, "foreigner");
	assert_int_equal(drive_command(&d, READ), SAM_READ_FAILED);
}

/* Another card takes the place of the first during the read: neither is given. */
static void test_exchanged_mid_read(void **state)
{
	static const uint8_t read[] = {
		0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x03, 0x30, 0x01, 0x32,
	};
	struct drive d;

	for (int idle = 0; idle < 2; idle++) {
		enter(&d, SAM_SELECTED);
		d.sam.options.read_from_idle = idle;
		sam_feed(&d.sam, read, sizeof(read), d.now);
		place(&d, "foreigner");
		d.now = sam_due(&d.sam);
		assert_true(sam_run(&d.sam, d.now, &d.reply));
		assert_int_equal(d.reply.size, 11);
		assert_int_equal(d.reply.status, SAM_READ_FAILED);
	}
}

static const struct {
	const char *request;
	int status;
} refused[] = {
	{ "AA AA AA 96 69 00 03 11 FF EE", 0x10 },	/* checksum */
	{ "AA AA AA 96 69 00 03 33 33 00", 0x10 },	/* comes before unknown */
	{ "AA AA AA 96 69 00 02 11 EC", 0x11 },		/* below the least */
	{ "AA AA AA 96 69 00 00", 0x11 },
	{ "AA AA AA 96 69 FF FF 11 FF", 0x11 },
	{ "AA AA AA 96 69 00 04 11 FF 00 EA", 0x11 },	/* data it does not take */
	{ "AA AA AA 96 69 00 03 61 FF 9D", 0x11 },	/* data missing */
	{ "AA AA AA 96 69 00 03 33 33 03", 0x21 },
	{ "AA AA AA 96 69 00 05 33 33 01 02 06", 0x21 },
};

static void test_refused(void **state)
{
	struct drive d;

	for (size_t i = 0; i < ELEMENTSOF(refused); i++) {
		enter(&d, SAM_SELECTED);
		drive_send(&d, refused[i].request);
		assert_true(d.replied);
		assert_int_equal(d.reply.size, 11);
		assert_int_equal(d.reply.status, refused[i].status);
		/* It goes on as if nothing had been. */
		assert_int_equal(drive_command(&d, READ), SAM_OK);
	}
}

static void test_garbage_and_pieces(void **state)
{
	struct drive d;

	drive_init(&d);
	drive_send(&d, "00 FF AA 96 69 AA AA 00 AA AA AA AA 96 69 00 03 11 FF ED");
	assert_int_equal(d.reply.status, SAM_OK);

	drive_send(&d, "12 34 AA AA AA");
	assert_false(d.replied);
	drive_send(&d, "96 69 00 03 11");
	assert_false(d.replied);
	drive_send(&d, "FF ED");
	assert_true(d.replied);

	/* Half a request, then the host starts again. */
	drive_send(&d, "AA AA AA 96 69 00 03");
	assert_false(d.replied);
	sam_restart_input(&d.sam);
	assert_int_equal(drive_command(&d, STATUS), SAM_OK);
}

/* Two requests at once: two replies, in order. */
static void test_queued(void **state)
{
	struct drive d;

	drive_init(&d);
	place(&d, "resident");
	drive_send(&d, "AA AA AA 96 69 00 03 20 01 22 AA AA AA 96 69 00 03 20 02 21");
	assert_int_equal(d.reply.status, SAM_CARD_FOUND);
	drive_send(&d, "");
	assert_true(d.replied);
	assert_int_equal(d.reply.size, 19);
	drive_send(&d, "");
	assert_false(d.replied);
}

/* More than the input holds is lost, and nothing else is. */
static void test_flood(void **state)
{
	static const uint8_t junk[4096];
	struct drive d;

	drive_init(&d);
	sam_feed(&d.sam, junk, sizeof(junk), d.now);
	assert_int_equal(drive_command(&d, STATUS), SAM_OK);
}

static void test_durations(void **state)
{
	static const struct {
		int command;
		unsigned int ms;
	} known[] = {
		{ STATUS, 10 }, { READ_ID, 10 }, { FIND, 30 }, { SELECT, 60 }, { READ, 600 },
		{ ADDRESS, 200 }, { RESET, 10 }, { FIND, 30 }, { SELECT, 60 }, { FINGERPRINT, 900 },
	};
	static const double scales[] = { 1, 0.1, 3, 0 };
	struct drive d;

	for (size_t s = 0; s < ELEMENTSOF(scales); s++) {
		drive_init(&d);
		place(&d, "resident");
		d.sam.options.scale = scales[s];
		for (size_t i = 0; i < ELEMENTSOF(known); i++) {
			uint64_t takes = (uint64_t)(known[i].ms * 1000.0 * scales[s]);

			assert_int_not_equal(drive_command(&d, known[i].command), -1);
			assert_int_equal(d.now - d.began, takes);
		}
	}
}

static void test_second_reader(void **state)
{
	struct sam *sam = test_malloc(sizeof(*sam));

	sam_init(sam, 1, 0);
	assert_int_equal(sam->options.id[12], 0x32);
	sam_init(sam, 1, 0x100);
	assert_int_equal(sam->options.id[12], 0x32);
	assert_int_equal(sam->options.id[13], 0x0a);
	test_free(sam);
}

static void test_field_overrides(void **state)
{
	static const uint8_t odd[] = { 0x00, 0xe0, 0x00, 0xd8, 0x3d, 0xd8, 0x00, 0xde, 0x20, 0x00 };
	struct drive d;

	drive_init(&d);
	assert_true(drive_place(&d, "resident", "name", "hex:00E0 00D8 3DD8 00DE") > 0);
	assert_int_equal(drive_read(&d), SAM_OK);
	assert_memory_equal(d.reply.bytes + 14, odd, sizeof(odd));
	assert_true(drive_place(&d, "resident", "text@248", "hex:5A00") > 0);
	assert_int_equal(drive_read(&d), SAM_OK);
	assert_int_equal(d.reply.bytes[14 + 248], 'Z');

	assert_int_equal(drive_place(&d, "resident", "name", "hex:0"), 0);
	assert_int_equal(drive_place(&d, "resident", "name", "\xff"), 0);
	assert_int_equal(drive_place(&d, "resident", "sex", "12"), 0);
	assert_int_equal(drive_place(&d, "resident", "permit_number", "1"), 0);
	assert_int_equal(drive_place(&d, "resident", "type", "passport"), 0);
	assert_int_equal(drive_place(&d, "resident", "text@256", "hex:00"), 0);
	assert_int_equal(drive_place(&d, "nobody", NULL, NULL), 0);
	assert_int_equal(drive_place(&d, "../personas/resident", NULL, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_transitions),
		cmocka_unit_test(test_power),
		cmocka_unit_test(test_same_card),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_card_gone),
		cmocka_unit_test(test_exchanged_mid_read),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_garbage_and_pieces),
		cmocka_unit_test(test_queued),
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_second_reader),
		cmocka_unit_test(test_field_overrides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
