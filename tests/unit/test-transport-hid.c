// SPDX-License-Identifier: GPL-2.0-or-later
/* userspace/transport/hid.c on a socket that keeps records, as hidraw keeps reports. */
#include "../range.h"
#include "transport-test.h"

enum { REPORT = 64 };

static const uint8_t probe[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x03, 0x12, 0xff, 0xee };
static const uint8_t sam_id[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x14, 0x00, 0x00,
				  0x90, 0x05, 0x00, 0x03, 0x00, 0xa5, 0x3a, 0x34, 0x01,
				  0x39, 0x30, 0x00, 0x00, 0x32, 0x09, 0x01, 0x00, 0x1b };
static const uint8_t stale[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00,
				 0x04, 0x00, 0x00, 0x80, 0x84 };

/* The reader's end: a frame in reports, what is behind it left from another. */
static void answer(struct bench *b, bool counted, const uint8_t *frame, size_t n)
{
	uint8_t report[REPORT];
	size_t take, room = REPORT - counted;

	for (; n; frame += take, n -= take) {
		take = n < room ? n : room;
		memset(report, 0xaa, sizeof(report));
		report[0] = (uint8_t)take;
		memcpy(report + counted, frame, take);
		bench_answer(b, report, sizeof(report));
	}
}

static void take(struct bench *b, bool counted, const uint8_t *frame, size_t n)
{
	uint8_t report[1 + REPORT + 1], expected[1 + REPORT] = { 0 };

	if (counted)
		expected[1] = (uint8_t)n;
	memcpy(expected + 1 + counted, frame, n);
	assert_int_equal(bench_take(b, report, sizeof(report)), sizeof(expected));
	assert_memory_equal(report, expected, sizeof(expected));
}

static void take_request(struct bench *b, bool counted)
{
	take(b, counted, request, sizeof(request));
}

/* Opened, and its wrapping is known by one exchange. */
static void open_known(struct bench *b, bool counted)
{
	bench_open(b, TRANSPORT_HID, SOCK_SEQPACKET);
	bench_submit(b, 1000);
	take(b, false, probe, sizeof(probe));
	answer(b, counted, sam_id, sizeof(sam_id));
	take_request(b, counted);
	answer(b, counted, ok, sizeof(ok));
	bench_run(b, 1000);
	bench_expect_ok(b, 1);
}

static void exchange(struct bench *b, bool counted)
{
	unsigned int before = b->replies;

	bench_submit(b, 1000);
	take_request(b, counted);
	answer(b, counted, ok, sizeof(ok));
	bench_run(b, 1000);
	bench_expect_ok(b, before + 1);
}

/* Asked once, then known. */
static void test_wrapping_is_found(void **state)
{
	for (int counted = 0; counted < 2; counted++) {
		struct bench b = { 0 };

		open_known(&b, counted);
		exchange(&b, counted);
		exchange(&b, counted);
		bench_close(&b);
	}
}

/* One that counts does not understand the raw question. */
static void test_asked_both_ways(void **state)
{
	struct bench b = { 0 };

	bench_open(&b, TRANSPORT_HID, SOCK_SEQPACKET);
	bench_submit(&b, 1000);
	take(&b, false, probe, sizeof(probe));
	bench_run(&b, 2000);
	bench_expect_error(&b, 1, -ETIMEDOUT);
	bench_submit(&b, 1000);
	take(&b, true, probe, sizeof(probe));
	answer(&b, true, sam_id, sizeof(sam_id));
	take_request(&b, true);
	answer(&b, true, ok, sizeof(ok));
	bench_run(&b, 1000);
	bench_expect_ok(&b, 2);
	bench_close(&b);
}

/* The answer to the question comes when it was given up. */
static void test_late_answer_decides(void **state)
{
	struct bench b = { 0 };

	bench_open(&b, TRANSPORT_HID, SOCK_SEQPACKET);
	bench_submit(&b, 1000);
	take(&b, false, probe, sizeof(probe));
	bench_run(&b, 2000);
	bench_expect_error(&b, 1, -ETIMEDOUT);
	bench_submit(&b, 1000);
	answer(&b, false, sam_id, sizeof(sam_id));
	take(&b, true, probe, sizeof(probe));
	take_request(&b, false);
	answer(&b, false, ok, sizeof(ok));
	bench_run(&b, 1000);
	bench_expect_ok(&b, 2);
	bench_close(&b);
}

static void test_large(void **state)
{
	uint8_t whole[1295];

	bench_large(whole);
	for (int counted = 0; counted < 2; counted++) {
		struct bench b = { 0 };

		open_known(&b, counted);
		bench_submit(&b, 1000);
		take_request(&b, counted);
		answer(&b, counted, whole, sizeof(whole));
		bench_run(&b, 1000);
		bench_expect_error(&b, 2, 0);
		assert_int_equal(b.size, sizeof(whole));
		assert_memory_equal(b.reply, whole, sizeof(whole));
		exchange(&b, counted);
		bench_close(&b);
	}
}

static void test_stale_is_drained(void **state)
{
	struct bench b = { 0 };

	open_known(&b, false);
	answer(&b, false, stale, sizeof(stale));
	answer(&b, false, stale, sizeof(stale));
	exchange(&b, false);
	bench_close(&b);
}

static void test_late(void **state)
{
	struct bench b = { 0 };

	open_known(&b, true);
	bench_submit(&b, 50);
	bench_run(&b, 1000);
	bench_expect_error(&b, 2, -ETIMEDOUT);
	take_request(&b, true);
	bench_submit(&b, 1000);
	bench_expect_quiet(&b, 300);
	answer(&b, true, stale, sizeof(stale));
	take_request(&b, true);
	answer(&b, true, ok, sizeof(ok));
	bench_run(&b, 1000);
	bench_expect_ok(&b, 3);
	bench_close(&b);
}

/* Damage ends the exchange at once, and the next one is clean. */
static void test_damaged(void **state)
{
	struct bench b = { 0 };
	uint8_t bad[sizeof(ok)], noise[REPORT] = { 0x05, 0x01 };

	memcpy(bad, ok, sizeof(ok));
	bad[9] ^= 1;
	open_known(&b, false);
	bench_submit(&b, 1000);
	take_request(&b, false);
	answer(&b, false, bad, sizeof(bad));
	bench_run(&b, 1000);
	bench_expect_error(&b, 2, -EBADMSG);
	bench_submit(&b, 1000);
	take_request(&b, false);
	bench_answer(&b, noise, sizeof(noise));
	bench_run(&b, 1000);
	bench_expect_error(&b, 3, -EBADMSG);
	exchange(&b, false);
	bench_close(&b);
}

/* A part of a reply: the time limit of the whole, or a long silence inside of it. */
static void test_cut(void **state)
{
	struct bench b = { 0 };
	uint8_t whole[1295];
	uint64_t start;

	bench_large(whole);
	open_known(&b, false);
	bench_submit(&b, 100);
	take_request(&b, false);
	answer(&b, false, whole, 640);
	bench_run(&b, 2000);
	bench_expect_error(&b, 2, -ETIMEDOUT);
	bench_submit(&b, 5000);
	take_request(&b, false);
	start = now_usec();
	answer(&b, false, whole, 640);
	bench_run(&b, 4000);
	bench_expect_error(&b, 3, -ETIMEDOUT);
	assert_within(now_usec() - start, 700000, 2000000);
	bench_close(&b);
}

/* Fast asking is what some readers fail at. */
static void test_reply_is_not_asked_for_at_once(void **state)
{
	struct bench b = { 0 };
	uint64_t start;

	open_known(&b, false);
	bench_submit(&b, 1000);
	start = now_usec();
	take_request(&b, false);
	answer(&b, false, ok, sizeof(ok));
	bench_run(&b, 1000);
	bench_expect_ok(&b, 2);
	/* Silence before the request, the pause behind it. */
	assert_within(now_usec() - start, 10000, 500000);
	bench_close(&b);
}

static void test_gone(void **state)
{
	struct bench b = { 0 }, c = { 0 };

	open_known(&b, false);
	b.reader = safe_close(b.reader);
	bench_run(&b, 1000);
	assert_int_equal(b.gones, 1);
	bench_run(&b, 20);
	assert_int_equal(b.gones, 1);
	assert_int_equal(transport_submit(b.transport, request, sizeof(request), 10), -ENODEV);
	bench_close(&b);

	open_known(&c, false);
	bench_submit(&c, 1000);
	take_request(&c, false);
	c.reader = safe_close(c.reader);
	bench_run(&c, 1000);
	bench_expect_error(&c, 2, -ENODEV);
	bench_run(&c, 20);
	assert_int_equal(c.replies, 2);
	assert_int_equal(c.gones, 0);
	bench_close(&c);
}

/* While it is asked how it wraps, too. */
static void test_gone_in_probe(void **state)
{
	struct bench b = { 0 };

	bench_open(&b, TRANSPORT_HID, SOCK_SEQPACKET);
	bench_submit(&b, 1000);
	take(&b, false, probe, sizeof(probe));
	b.reader = safe_close(b.reader);
	bench_run(&b, 1000);
	bench_expect_error(&b, 1, -ENODEV);
	bench_close(&b);
}

static void test_close_in_callbacks(void **state)
{
	struct bench b = { 0 }, c = { .close_in_gone = true }, d = { 0 };

	open_known(&b, false);
	b.close_in_reply = true;
	bench_submit(&b, 1000);
	take_request(&b, false);
	answer(&b, false, ok, sizeof(ok));
	bench_run(&b, 1000);
	bench_expect_ok(&b, 2);
	assert_null(b.transport);
	bench_close(&b);

	open_known(&c, false);
	c.reader = safe_close(c.reader);
	bench_run(&c, 1000);
	assert_int_equal(c.gones, 1);
	assert_null(c.transport);
	bench_close(&c);

	open_known(&d, false);
	bench_submit(&d, 1000);
	take_request(&d, false);
	answer(&d, false, ok, sizeof(ok));
	d.transport = transport_close(d.transport);
	bench_run(&d, 20);
	assert_int_equal(d.replies, 1);
	bench_close(&d);
}

static void test_submit_in_reply(void **state)
{
	struct bench b = { 0 };

	open_known(&b, false);
	b.submit_in_reply = true;
	bench_submit(&b, 1000);
	take_request(&b, false);
	answer(&b, false, ok, sizeof(ok));
	bench_run(&b, 1000);
	assert_int_equal(b.submitted, 0);
	take_request(&b, false);
	answer(&b, false, ok, sizeof(ok));
	bench_run(&b, 1000);
	bench_expect_ok(&b, 3);
	bench_close(&b);
}

/* What was found out can be given up; a bus to reset there is none. */
static void test_next_framing(void **state)
{
	struct bench b = { 0 };

	open_known(&b, false);
	assert_int_equal(transport_reset(b.transport), -EOPNOTSUPP);
	assert_int_equal(transport_next_framing(b.transport), 0);
	bench_submit(&b, 1000);
	assert_int_equal(transport_next_framing(b.transport), -EBUSY);
	take(&b, true, probe, sizeof(probe));
	answer(&b, true, sam_id, sizeof(sam_id));
	take_request(&b, true);
	answer(&b, true, ok, sizeof(ok));
	bench_run(&b, 1000);
	bench_expect_ok(&b, 2);
	bench_close(&b);
}

/* Idle is idle, even with a reader that talks to itself. */
static void test_no_wake_ups(void **state)
{
	struct bench b = { 0 };

	open_known(&b, false);
	while (sd_event_run(b.event, 0) > 0)
		;
	answer(&b, false, stale, sizeof(stale));
	assert_int_equal(sd_event_run(b.event, 500000), 0);
	exchange(&b, false);
	bench_close(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrapping_is_found),
		cmocka_unit_test(test_asked_both_ways),
		cmocka_unit_test(test_late_answer_decides),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_stale_is_drained),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_reply_is_not_asked_for_at_once),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_gone_in_probe),
		cmocka_unit_test(test_close_in_callbacks),
		cmocka_unit_test(test_submit_in_reply),
		cmocka_unit_test(test_next_framing),
		cmocka_unit_test(test_no_wake_ups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
