// SPDX-License-Identifier: GPL-2.0-or-later
/* The fault script, at the SAM: what each fault makes of a reply, and when it is used up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "../range.h"
#include "drive.h"
#include "util.h"

enum {
	STATUS = 0x11ff,
	FIND = 0x2001,
	SELECT = 0x2002,
	READ = 0x3001,
};

enum { RUNS = 200 };

static const uint8_t good[] = {
	0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x04, 0x00, 0x00, 0x90, 0x94,
};

static int arm(struct drive *d, const char *a, const char *b, const char *c)
{
	char *words[] = { (char *)a, (char *)b, (char *)c };
	const char *error;
	size_t n = c ? 3 : b ? 2 : 1;

	return faults_arm(&d->sam.faults, words, n, &error);
}

static void begin(struct drive *d, const char *a, const char *b, const char *c)
{
	drive_init(d);
	assert_int_not_equal(drive_place(d, "resident", NULL, NULL), 0);
	assert_int_equal(arm(d, a, b, c), 0);
}

static uint8_t xor(const uint8_t *p, size_t n)
{
	uint8_t x = 0;

	while (n--)
		x ^= *p++;
	return x;
}

/* The pieces are the whole of the bytes, in order, once. */
static void assert_covered(const struct delivery *d)
{
	size_t at = 0;

	for (size_t i = 0; i < d->n; i++) {
		assert_int_equal(d->pieces[i].offset, at);
		at += d->pieces[i].size;
	}
	assert_int_equal(at, d->size);
}

static void assert_good(const struct delivery *d)
{
	assert_int_equal(d->size, sizeof(good));
	assert_memory_equal(d->bytes, good, sizeof(good));
	assert_int_equal(d->n, 1);
	assert_true(d->whole);
	assert_int_equal(d->stall, 0);
	assert_false(d->unplug);
}

static void test_parse(void **state)
{
	static const struct {
		const char *a, *b, *c;
		int result;
	} lines[] = {
		{ "stale", "command=30.01", "arg=30.01", 0 },
		{ "cut", "count=20", "arg=zlp", 0 },
		{ "noise", "arg=3", NULL, 0 },
		{ "oversize", "arg=huge", NULL, 0 },
		{ "silence", "arg=unheard", NULL, 0 },
		{ "late", "arg=7000", "command=any", 0 },
		{ "dead", "arg=66", NULL, 0 },
		{ "nonsense", NULL, NULL, -EINVAL },
		{ "none", NULL, NULL, -EINVAL },
		{ "status", NULL, NULL, -EINVAL },
		{ "status", "arg=100", NULL, -EINVAL },
		{ "dead", "arg=61", NULL, -EINVAL },
		{ "cut", "count=0", NULL, -EINVAL },
		{ "cut", "count=x", NULL, -EINVAL },
		{ "cut", "command=3001", NULL, -EINVAL },
		{ "cut", "arg=5", NULL, -EINVAL },
		{ "lift", "arg=5", NULL, -EINVAL },
		{ "late", "arg=-1", NULL, -EINVAL },
	};
	struct drive d;

	for (size_t i = 0; i < ELEMENTSOF(lines); i++) {
		drive_init(&d);
		assert_int_equal(arm(&d, lines[i].a, lines[i].b, lines[i].c), lines[i].result);
	}
	drive_init(&d);
	for (size_t i = 0; i < FAULTS_ARMED; i++)
		assert_int_equal(arm(&d, "cut", NULL, NULL), 0);
	assert_int_equal(arm(&d, "cut", NULL, NULL), -ENOSPC);
	faults_clear(&d.sam.faults);
	assert_int_equal(arm(&d, "cut", NULL, NULL), 0);
}

static void test_count_and_command(void **state)
{
	struct drive d;

	begin(&d, "status", "arg=24", "count=2");
	assert_int_equal(drive_command(&d, STATUS), 0x24);
	assert_int_equal(drive_command(&d, STATUS), 0x24);
	assert_int_equal(drive_command(&d, STATUS), 0x90);

	/* In the order in which they were armed. */
	begin(&d, "status", "arg=41", "command=30.01");
	assert_int_equal(arm(&d, "status", "arg=81", "command=20.02"), 0);
	assert_int_equal(arm(&d, "status", "arg=47", "command=30.01"), 0);
	assert_int_equal(drive_command(&d, STATUS), 0x90);
	assert_int_equal(drive_read(&d), 0x81);
	assert_int_equal(drive_read(&d), 0x41);
	assert_int_equal(drive_read(&d), 0x47);
	assert_int_equal(drive_read(&d), 0x90);
	assert_int_equal(d.sam.faults.n, 0);
}

/* A failure that was injected is one: the card must be found again, and can be. */
static void test_status(void **state)
{
	struct drive d;

	begin(&d, "status", "arg=31", "command=30.01");
	assert_int_equal(drive_read(&d), 0x31);
	assert_int_equal(d.sam.state, SAM_IDLE);
	assert_int_equal(drive_command(&d, READ), SAM_READ_FAILED);
	assert_int_equal(drive_read(&d), SAM_OK);
}

static void test_cut(void **state)
{
	struct drive d;
	size_t empty = 0;

	begin(&d, "cut", "count=200", "arg=zlp");
	for (int i = 0; i < RUNS; i++) {
		assert_int_equal(drive_command(&d, STATUS), SAM_OK);
		assert_covered(&d.reply);
		assert_true(d.reply.whole);
		assert_memory_equal(d.reply.bytes, good, sizeof(good));
		for (size_t j = 0; j < d.reply.n; j++) {
			const struct piece *p = &d.reply.pieces[j];

			assert_true(p->size <= 64);
			/* Head and body travel apart. */
			assert_false(p->offset < 7 && p->offset + p->size > 7);
			empty += !p->size;
		}
	}
	assert_true(empty > 0);

	begin(&d, "cut", "count=3", NULL);
	assert_int_equal(drive_read(&d), SAM_OK);
	assert_covered(&d.reply);
	assert_true(d.reply.n > 1295 / 64);
	for (size_t j = 0; j < d.reply.n; j++)
		assert_true(d.reply.pieces[j].size > 0);
}

static void test_lost_aa(void **state)
{
	struct drive d;

	begin(&d, "lost-aa", NULL, NULL);
	drive_command(&d, STATUS);
	assert_int_equal(d.reply.size, sizeof(good) - 1);
	assert_memory_equal(d.reply.bytes, good + 1, sizeof(good) - 1);
	assert_int_equal(d.reply.head, 6);
	assert_covered(&d.reply);
	drive_command(&d, STATUS);
	assert_good(&d.reply);
}

static void test_noise(void **state)
{
	struct drive d;

	begin(&d, "noise", "count=200", NULL);
	for (int i = 0; i < RUNS; i++) {
		size_t n;

		drive_command(&d, STATUS);
		n = d.reply.size - sizeof(good);
		assert_within(n, 1, 40);
		assert_memory_equal(d.reply.bytes + n, good, sizeof(good));
		assert_null(memchr(d.reply.bytes, 0x96, n));
		assert_int_equal(d.reply.head, 7 + n);
		assert_covered(&d.reply);
	}
	begin(&d, "noise", "arg=500", NULL);
	drive_command(&d, STATUS);
	assert_int_equal(d.reply.size, 500 + sizeof(good));
}

static void test_bad_checksum(void **state)
{
	struct drive d;

	begin(&d, "bad-checksum", "count=200", NULL);
	for (int i = 0; i < RUNS; i++) {
		drive_command(&d, STATUS);
		assert_int_equal(d.reply.size, sizeof(good));
		assert_memory_equal(d.reply.bytes, good, 7);
		assert_int_not_equal(xor(d.reply.bytes + 5, sizeof(good) - 5), 0);
		assert_false(d.reply.whole);
		assert_covered(&d.reply);
	}
}

static void test_short(void **state)
{
	struct drive d;

	begin(&d, "short", "count=200", NULL);
	for (int i = 0; i < RUNS; i++) {
		drive_command(&d, STATUS);
		assert_within(d.reply.size, 1, sizeof(good) - 1);
		assert_memory_equal(d.reply.bytes, good, d.reply.size);
		assert_true(d.reply.head <= d.reply.size);
		assert_false(d.reply.whole);
		assert_covered(&d.reply);
	}
	begin(&d, "short", "arg=64", "command=30.01");
	assert_int_equal(drive_read(&d), SAM_OK);
	assert_int_equal(d.reply.size, 64);
}

/* The checksum finds no frame in it, unless it is the one that was sent. */
static void assert_shows(const struct delivery *d)
{
	static const uint8_t mark[] = { 0xaa, 0xaa, 0x96, 0x69 };
	bool found = false;

	for (size_t i = 0; i + 6 < d->size; i++) {
		const uint8_t *length = d->bytes + i + 4;
		size_t n = 2 + ((size_t)length[0] << 8 | length[1]);

		if (memcmp(d->bytes + i, mark, 4) || i + 4 + n > d->size || xor(length, n))
			continue;
		assert_memory_equal(d->bytes + i, good + 1, sizeof(good) - 1);
		found = true;
	}
	assert_int_equal(d->whole, found);
}

static void test_serial_noise(void **state)
{
	static const struct {
		const char *name;
		size_t least, most;
	} kinds[] = {
		{ "insert", sizeof(good) + 1, sizeof(good) + 4 },
		{ "lose", sizeof(good) - 4, sizeof(good) - 1 },
		{ "mangle", sizeof(good) - 3, sizeof(good) + 3 },
	};
	unsigned int whole = 0;
	struct drive d;

	for (size_t k = 0; k < ELEMENTSOF(kinds); k++) {
		begin(&d, kinds[k].name, "count=200", NULL);
		for (int i = 0; i < RUNS; i++) {
			drive_command(&d, STATUS);
			assert_within(d.reply.size, kinds[k].least, kinds[k].most);
			assert_covered(&d.reply);
			assert_shows(&d.reply);
			whole += d.reply.whole;
		}
		drive_command(&d, STATUS);
		assert_good(&d.reply);
	}
	/* What is before or behind the frame does no harm. */
	assert_within(whole, 1, 2 * RUNS);
	begin(&d, "insert", "arg=7", NULL);
	drive_command(&d, STATUS);
	assert_int_equal(d.reply.size, sizeof(good) + 7);
	begin(&d, "lose", "arg=3", NULL);
	drive_command(&d, STATUS);
	assert_int_equal(d.reply.size, sizeof(good) - 3);
}

static void test_oversize(void **state)
{
	struct drive d;

	begin(&d, "oversize", "count=200", NULL);
	for (int i = 0; i < RUNS; i++) {
		drive_command(&d, STATUS);
		assert_within(d.reply.size, sizeof(good) + 1, sizeof(good) + 40);
		assert_memory_equal(d.reply.bytes, good, sizeof(good));
		assert_false(d.reply.whole);
		assert_covered(&d.reply);
	}
	begin(&d, "oversize", "arg=length", NULL);
	drive_command(&d, STATUS);
	assert_int_equal(d.reply.size, sizeof(good));
	assert_int_equal(d.reply.bytes[6], 4 + 16);
	begin(&d, "oversize", "arg=huge", NULL);
	drive_command(&d, STATUS);
	assert_int_equal(d.reply.bytes[5] << 8 | d.reply.bytes[6], 0xffff);
}

static void test_silence(void **state)
{
	struct drive d;

	/* The SAM did it, only nobody heard. */
	begin(&d, "silence", "command=30.01", NULL);
	assert_int_equal(drive_read(&d), -1);
	assert_true(d.replied);
	assert_int_equal(d.reply.size, 0);
	assert_int_equal(d.reply.n, 0);
	assert_int_equal(d.sam.state, SAM_READ_DONE);
	assert_int_equal(drive_command(&d, FIND), SAM_NO_CARD);

	begin(&d, "silence", "command=30.01", "arg=unheard");
	assert_int_equal(drive_read(&d), -1);
	assert_int_equal(d.sam.state, SAM_SELECTED);
	assert_int_equal(drive_command(&d, READ), SAM_OK);
}

static void test_stall(void **state)
{
	struct drive d;

	begin(&d, "stall", NULL, NULL);
	assert_int_equal(drive_command(&d, STATUS), -1);
	assert_int_equal(d.reply.stall, 0x81);
	assert_int_equal(drive_command(&d, STATUS), SAM_OK);
	assert_good(&d.reply);

	begin(&d, "stall", "arg=85", NULL);
	drive_command(&d, STATUS);
	assert_int_equal(d.reply.stall, 0x85);

	/* Of an OUT endpoint the SAM never learns. */
	begin(&d, "stall", "arg=06", NULL);
	drive_command(&d, STATUS);
	assert_good(&d.reply);
	assert_false(faults_take_stall(&d.sam.faults, 0x02));
	assert_true(faults_take_stall(&d.sam.faults, 0x06));
	assert_false(faults_take_stall(&d.sam.faults, 0x06));
}

static void test_late(void **state)
{
	struct drive d;

	begin(&d, "late", "arg=250", NULL);
	d.sam.options.scale = 0.1;
	drive_command(&d, STATUS);
	assert_good(&d.reply);
	assert_int_equal(d.now - d.began, 250000 + 1000);

	/* By default later than a host waits: docs/protocol.md, "Sequence and timing". */
	begin(&d, "late", "command=30.01", NULL);
	assert_int_equal(drive_read(&d), SAM_OK);
	assert_true(d.now - d.began > 4000000);
	begin(&d, "late", NULL, NULL);
	drive_command(&d, STATUS);
	assert_true(d.now - d.began > 1000000);
}

static void test_lift(void **state)
{
	struct drive d;

	begin(&d, "lift", NULL, NULL);
	assert_int_equal(drive_read(&d), SAM_READ_FAILED);
	assert_int_equal(d.now - d.began, 600000);
	assert_false(d.sam.card_present);
	assert_int_equal(drive_command(&d, FIND), SAM_NO_CARD);

	begin(&d, "lift", "command=20.02", NULL);
	assert_int_equal(drive_read(&d), SAM_SELECT_FAILED);
}

static void power_cycle(struct drive *d)
{
	sam_power(&d->sam, false, d->now);
	sam_power(&d->sam, true, d->now);
	d->now = sam_due(&d->sam);
	sam_run(&d->sam, d->now, &d->reply);
}

static void test_dead(void **state)
{
	struct drive d;

	begin(&d, "dead", NULL, NULL);
	assert_int_equal(drive_command(&d, STATUS), 0x60);
	assert_int_equal(drive_command(&d, 0x10ff), 0x60);
	assert_int_equal(drive_command(&d, FIND), 0x60);
	power_cycle(&d);
	assert_int_equal(drive_read(&d), SAM_OK);

	begin(&d, "dead", "arg=66", NULL);
	power_cycle(&d);
	assert_int_equal(drive_command(&d, STATUS), 0x66);
	faults_clear(&d.sam.faults);
	assert_int_equal(drive_read(&d), SAM_OK);
}

static void test_unplug(void **state)
{
	struct drive d;

	begin(&d, "unplug", "command=30.01", NULL);
	assert_int_equal(drive_read(&d), SAM_OK);
	assert_int_equal(d.reply.size, 1295 / 2);
	assert_true(d.reply.unplug);
	assert_false(d.reply.whole);
	assert_covered(&d.reply);
}

/* A leftover is a whole good reply of before, put where the next one is expected. */
static void test_stale(void **state)
{
	struct delivery left;
	struct drive d;

	begin(&d, "stale", "command=30.01", NULL);
	assert_false(sam_leftover(&d.sam, &left));
	assert_int_equal(drive_command(&d, FIND), SAM_CARD_FOUND);
	assert_false(sam_leftover(&d.sam, &left));
	assert_int_equal(drive_command(&d, SELECT), SAM_OK);
	/* No record was read yet: the last reply there was. */
	assert_true(sam_leftover(&d.sam, &left));
	assert_true(left.leftover);
	assert_int_equal(left.size, 19);
	assert_memory_equal(left.bytes, d.reply.bytes, 19);
	assert_false(sam_leftover(&d.sam, &left));
	assert_int_equal(drive_command(&d, READ), SAM_OK);
}

/* The worst: the record of the person before, just where the next one's is awaited. */
static void test_stale_record(void **state)
{
	struct delivery left;
	struct drive d;

	begin(&d, "stale", "command=30.01", NULL);
	faults_clear(&d.sam.faults);
	assert_int_equal(drive_read(&d), SAM_OK);
	assert_int_not_equal(drive_place(&d, "foreigner", NULL, NULL), 0);
	assert_int_equal(arm(&d, "stale", "command=30.01", NULL), 0);
	assert_int_equal(drive_command(&d, FIND), SAM_CARD_FOUND);
	assert_int_equal(drive_command(&d, SELECT), SAM_OK);
	assert_true(sam_leftover(&d.sam, &left));
	assert_int_equal(left.size, 1295);
	assert_int_equal(left.bytes[1294], 0xb4);
	assert_covered(&left);

	/* Or of a command that is named. */
	assert_int_equal(arm(&d, "stale", "arg=20.01", NULL), 0);
	assert_true(sam_leftover(&d.sam, &left));
	assert_int_equal(left.size, 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_count_and_command),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_lost_aa),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_bad_checksum),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_serial_noise),
		cmocka_unit_test(test_oversize),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_stall),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_lift),
		cmocka_unit_test(test_dead),
		cmocka_unit_test(test_unplug),
		cmocka_unit_test(test_stale),
		cmocka_unit_test(test_stale_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
