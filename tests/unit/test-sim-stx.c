// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The controller of a multi-in-one reader in front of the simulated SAM. The requests here are
 * written out, not computed; docs/protocol.md, "Multi-in-one readers".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "drive.h"
#include "stx.h"
#include "util.h"

#define VERSION "02 00 02 31 11 20 03"
#define RESET "02 00 02 31 12 23 03"
#define BEEP "02 00 02 31 13 22 03"
#define RF_ON "02 00 02 31 21 10 03"
#define RF_OFF "02 00 02 31 22 13 03"
#define FIND "02 00 02 32 25 17 03"
#define READ "02 00 03 CA 01 00 CB 03"
#define READ_NUMBER "02 00 03 CA 01 01 CA 03"
#define READ_NAME "02 00 03 CA 01 02 C9 03"
#define READ_TEXT "02 00 03 CA 01 03 C8 03"

#define GOOD "02 00 02 90 00 90 03"
#define NO_CARD "02 00 02 80 00 80 03"

static struct stx stx;

static void pass_time(struct drive *d)
{
	d->replied = false;
	while (!d->replied && stx_due(&stx, &d->sam) != SAM_NEVER) {
		d->now = stx_due(&stx, &d->sam);
		d->replied = stx_run(&stx, &d->sam, d->now, &d->reply);
	}
}

static void send(struct drive *d, const char *hex)
{
	uint8_t bytes[512];
	size_t n = drive_bytes(hex, bytes, sizeof(bytes));

	d->began = d->now;
	stx_feed(&stx, &d->sam, bytes, n, d->now);
	pass_time(d);
}

static void assert_reply(const struct drive *d, const char *hex)
{
	uint8_t expected[64];
	size_t n = drive_bytes(hex, expected, sizeof(expected));

	assert_true(d->replied);
	assert_int_equal(d->reply.size, n);
	assert_memory_equal(d->reply.bytes, expected, n);
}

static void exchange(struct drive *d, const char *request, const char *reply)
{
	send(d, request);
	assert_reply(d, reply);
}

static void begin(struct drive *d)
{
	stx_reset(&stx);
	drive_init(d);
}

static void arm(struct drive *d, const char *a, const char *b, const char *c)
{
	char *words[] = { (char *)a, (char *)b, (char *)c };
	const char *error;

	assert_int_equal(faults_arm(&d->sam.faults, words, c ? 3 : b ? 2 : 1, &error), 0);
}

static void place(struct drive *d)
{
	assert_int_not_equal(drive_place(d, "resident", NULL, NULL), 0);
}

/* STX, the length, LRC and ETX fit; returns the bytes of DATA. */
static size_t assert_frame(const struct delivery *d)
{
	size_t n = (size_t)d->bytes[1] << 8 | d->bytes[2];
	uint8_t x = 0;

	assert_int_equal(d->size, n + 5);
	assert_int_equal(d->bytes[0], 0x02);
	for (size_t i = 3; i < 3 + n + 1; i++)
		x ^= d->bytes[i];
	assert_int_equal(x, 0);
	assert_int_equal(d->bytes[d->size - 1], 0x03);
	return n;
}

static void test_dialogue(void **state)
{
	struct drive d;

	begin(&d);
	exchange(&d, VERSION, "02 00 0A 90 00 53 49 4D 20 31 2E 30 30 F8 03");
	exchange(&d, BEEP, GOOD);
	exchange(&d, RF_ON, GOOD);
	exchange(&d, FIND, NO_CARD);
	exchange(&d, READ, NO_CARD);
	place(&d);
	exchange(&d, FIND, GOOD);
	send(&d, READ);
	assert_int_equal(assert_frame(&d.reply), 2 + 4 + 256 + 1024);
	assert_memory_equal(d.reply.bytes + 3, "\x90\x00\x01\x00\x04\x00", 6);
	assert_memory_equal(d.reply.bytes + 9, d.sam.card.text, CARD_TEXT);
	assert_memory_equal(d.reply.bytes + 9 + CARD_TEXT, d.sam.card.portrait, CARD_PORTRAIT);
	assert_int_equal(d.now - d.began, (30 + 60 + 600) * 1000);
	/* What was read is not found again, until it is lifted or the SAM reset. */
	exchange(&d, FIND, NO_CARD);
	exchange(&d, RESET, GOOD);
	exchange(&d, FIND, GOOD);
	exchange(&d, RF_OFF, GOOD);
}

/* For the stand of the reader the exchange is what the SAM did. */
static void test_what_was_done(void **state)
{
	struct drive d;

	begin(&d);
	send(&d, FIND);
	assert_int_equal(d.reply.command, 0x2001);
	place(&d);
	send(&d, READ);
	assert_int_equal(d.reply.command, 0x3001);
	assert_int_equal(d.reply.status, SAM_OK);
	assert_int_equal(d.reply.placement, 1);
	assert_true(d.reply.whole);
}

static void test_parts(void **state)
{
	struct drive d;

	begin(&d);
	place(&d);
	send(&d, READ_TEXT);
	assert_int_equal(assert_frame(&d.reply), 2 + 4 + 256);
	assert_memory_equal(d.reply.bytes + 5, "\x01\x00\x00\x00", 4);
	place(&d);
	send(&d, READ_NUMBER);
	assert_int_equal(assert_frame(&d.reply), 2 + 36);
	assert_memory_equal(d.reply.bytes + 5, d.sam.card.text + 122, 36);
	place(&d);
	send(&d, READ_NAME);
	assert_int_equal(assert_frame(&d.reply), 2 + 30 + 36);
	assert_memory_equal(d.reply.bytes + 5, d.sam.card.text, 30);
	assert_memory_equal(d.reply.bytes + 35, d.sam.card.text + 122, 36);
}

static void test_refused(void **state)
{
	struct drive d;

	begin(&d);
	exchange(&d, "02 00 02 31 11 20 04", "02 00 02 00 F1 F1 03");		/* no ETX */
	exchange(&d, "02 00 02 CA 01 CB 03", "02 00 02 00 F1 F1 03");		/* read what? */
	exchange(&d, "02 00 03 CA 01 04 CF 03", "02 00 02 00 F1 F1 03");
	exchange(&d, "02 00 01 31 31 03", "02 00 02 00 F2 F2 03");
	exchange(&d, "02 40 00 31 11", "02 00 02 00 F2 F2 03");
	exchange(&d, "02 00 02 31 11 21 03", "02 00 02 00 F3 F3 03");
	exchange(&d, "02 00 02 31 99 A8 03", "02 00 02 00 F4 F4 03");
	exchange(&d, "02 00 02 31", "02 00 02 00 FD FD 03");
	assert_int_equal(d.now - d.began, 500000 + 10000);
	exchange(&d, BEEP, GOOD);
}

static void test_pieces_and_garbage(void **state)
{
	struct drive d;

	begin(&d);
	send(&d, "AA AA 96 69 00 03 11 FF ED");
	assert_false(d.replied);
	send(&d, "02 00 02");
	/* Time passed: the rest of it is no request. */
	assert_reply(&d, "02 00 02 00 FD FD 03");
	stx_feed(&stx, &d.sam, (const uint8_t *)"\x02\x00\x02\x31", 4, d.now);
	exchange(&d, "13 22 03", GOOD);
	exchange(&d, "FF 00 " BEEP, GOOD);
	/* The second waits for the first. */
	exchange(&d, BEEP FIND, GOOD);
	pass_time(&d);
	assert_reply(&d, NO_CARD);
}

static void test_starting(void **state)
{
	struct drive d;

	begin(&d);
	sam_power(&d.sam, true, d.now);
	stx_reset(&stx);
	exchange(&d, FIND, "02 00 02 00 FE FE 03");
	exchange(&d, BEEP, GOOD);
	assert_int_equal(d.sam.state, SAM_BOOT);
	pass_time(&d);
	assert_int_equal(d.sam.state, SAM_IDLE);
	exchange(&d, FIND, NO_CARD);
	sam_power(&d.sam, false, d.now);
	send(&d, FIND);
	assert_false(d.replied);
}

static void test_faults_of_the_sam(void **state)
{
	struct drive d;

	begin(&d);
	place(&d);
	arm(&d, "status", "command=20.02", "arg=81");
	exchange(&d, READ, "02 00 02 81 00 81 03");
	arm(&d, "lift", NULL, NULL);
	exchange(&d, READ, "02 00 02 41 00 41 03");
	place(&d);
	arm(&d, "silence", "command=30.01", "arg=unheard");
	exchange(&d, READ, "02 00 02 00 FE FE 03");
	arm(&d, "dead", "arg=66", NULL);
	exchange(&d, FIND, "02 00 02 66 00 66 03");
	faults_clear(&d.sam.faults);
	arm(&d, "late", "command=31.13", "arg=200");
	exchange(&d, BEEP, GOOD);
	assert_int_equal(d.now - d.began, 210000);
	arm(&d, "status", "command=31.13", "arg=24");
	exchange(&d, BEEP, "02 00 02 24 00 24 03");
}

static void test_faults_of_the_line(void **state)
{
	struct drive d;

	begin(&d);
	place(&d);
	arm(&d, "silence", "command=20.02", NULL);
	send(&d, READ);
	assert_true(d.replied);
	assert_int_equal(d.reply.size, 0);
	arm(&d, "cut", "command=31.12", NULL);
	exchange(&d, RESET, GOOD);
	arm(&d, "cut", "command=30.01", NULL);
	send(&d, READ);
	assert_frame(&d.reply);
	assert_true(d.reply.n > 20);
	arm(&d, "noise", "arg=3", NULL);
	send(&d, BEEP);
	assert_int_equal(d.reply.size, 7 + 3);
	assert_memory_equal(d.reply.bytes + 3, "\x02\x00\x02\x90\x00\x90\x03", 7);
	arm(&d, "lost-aa", NULL, NULL);
	exchange(&d, BEEP, "00 02 90 00 90 03");
	assert_false(d.reply.whole);
	arm(&d, "oversize", "arg=length", NULL);
	exchange(&d, BEEP, "02 00 12 90 00 90 03");
	arm(&d, "bad-checksum", NULL, NULL);
	send(&d, BEEP);
	assert_memory_equal(d.reply.bytes, "\x02\x00\x02", 3);
	assert_memory_not_equal(d.reply.bytes + 3, "\x90\x00\x90\x03", 4);
}

/* The record of the person before, where the next one's is awaited. */
static void test_stale(void **state)
{
	struct delivery left;
	struct drive d;

	begin(&d);
	place(&d);
	send(&d, READ);
	assert_int_not_equal(drive_place(&d, "foreigner", NULL, NULL), 0);
	arm(&d, "stale", "command=30.01", NULL);
	assert_true(stx_leftover(&stx, &d.sam, &left));
	assert_true(left.leftover);
	assert_int_equal(left.size, d.reply.size);
	assert_memory_equal(left.bytes, d.reply.bytes, left.size);
	assert_false(stx_leftover(&stx, &d.sam, &left));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dialogue),
		cmocka_unit_test(test_what_was_done),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_pieces_and_garbage),
		cmocka_unit_test(test_starting),
		cmocka_unit_test(test_faults_of_the_sam),
		cmocka_unit_test(test_faults_of_the_line),
		cmocka_unit_test(test_stale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
