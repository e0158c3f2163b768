// SPDX-License-Identifier: GPL-2.0-or-later
/* userspace/transport/usb.c with tests/daemon/libusb-pty.c for libusb: a streaming reader. */
#include "../daemon/libusb-pty.h"
#include "../range.h"
#include "framing.h"
#include "transport-test.h"

static void open_bench(struct bench *b)
{
	bench_open(b, TRANSPORT_USB, SOCK_STREAM);
}

static void test_exchange(void **state)
{
	struct bench b = { 0 };
	unsigned int i;

	open_bench(&b);
	for (i = 1; i <= 3; i++) {
		bench_exchange(&b, i);
	}
	bench_close(&b);
}

static void test_large_in_pieces(void **state)
{
	uint8_t body[1287] = { 0x00, 0x00, 0x90 }, whole[1295];
	struct bench b = { 0 };

	assert_int_equal(idcard_frame_build(whole, sizeof(whole), body, sizeof(body)),
			 sizeof(whole));
	open_bench(&b);
	bench_submit(&b, 1000);
	bench_take_request(&b);
	/* The first AA is lost, and the rest comes in three pieces. */
	bench_answer(&b, whole + 1, 5);
	bench_run(&b, 20);
	bench_answer(&b, whole + 6, 1000);
	bench_run(&b, 20);
	assert_int_equal(b.replies, 0);
	bench_answer(&b, whole + 1006, sizeof(whole) - 1006);
	bench_run(&b, 1000);
	assert_int_equal(b.replies, 1);
	assert_int_equal(b.error, 0);
	assert_int_equal(b.size, sizeof(whole));
	assert_memory_equal(b.reply, whole, sizeof(whole));
	bench_close(&b);
}

static const uint8_t stale[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00,
				 0x04, 0x00, 0x00, 0x80, 0x84 };

/* What lay in the reader before the request is not its reply. */
static void test_stale_is_drained(void **state)
{
	struct bench b = { 0 };

	open_bench(&b);
	bench_answer(&b, stale, sizeof(stale));
	bench_exchange(&b, 1);
	bench_close(&b);
}

/* Nor is a reply that comes after its request was given up. */
static void test_late(void **state)
{
	struct bench b = { 0 };

	open_bench(&b);
	bench_submit(&b, 50);
	bench_run(&b, 2000);
	bench_expect_error(&b, 1, -ETIMEDOUT);
	bench_take_request(&b);
	bench_submit(&b, 1000);
	bench_run(&b, 300);
	assert_int_equal(b.replies, 1);
	bench_answer(&b, stale, sizeof(stale));
	bench_take_request(&b);
	bench_answer(&b, ok, sizeof(ok));
	bench_run(&b, 1000);
	bench_expect_ok(&b, 2);
	bench_close(&b);
}

static void test_damaged(void **state)
{
	uint8_t bad[sizeof(ok)];
	struct bench b = { 0 };

	memcpy(bad, ok, sizeof(ok));
	bad[9] ^= 1;
	open_bench(&b);
	bench_submit(&b, 1000);
	bench_take_request(&b);
	bench_answer(&b, bad, sizeof(bad));
	bench_run(&b, 1000);
	bench_expect_error(&b, 1, -EBADMSG);
	bench_close(&b);
}

static void test_silent(void **state)
{
	struct bench b = { 0 };
	uint64_t start = now_usec();

	open_bench(&b);
	bench_submit(&b, 80);
	bench_run(&b, 2000);
	bench_expect_error(&b, 1, -ETIMEDOUT);
	assert_within(now_usec() - start, 80000, 1500000);
	bench_take_request(&b);
	/* It goes on afterwards. */
	bench_exchange(&b, 2);
	bench_close(&b);
}

/* A framing that the endpoints do not allow is not begun with. */
static void test_framing_does_not_fit(void **state)
{
	const struct transport_options last = { .framing = IDCARD_FRAMING_STREAM_LAST };
	struct bench b = { 0 };

	bench_open_with(&b, TRANSPORT_USB, SOCK_STREAM, &last);
	assert_int_equal(transport_framing(b.transport), IDCARD_FRAMING_STREAM);
	bench_exchange(&b, 1);
	bench_close(&b);
}

/* What was found by trying can be begun with when the reader is opened again. */
static void test_framing_begun_with(void **state)
{
	struct transport_options options = { 0 };
	struct bench b = { 0 };

	libusb_pty_set_pairs(2);
	open_bench(&b);
	assert_int_equal(transport_framing(b.transport), IDCARD_FRAMING_STREAM);
	bench_submit(&b, 50);
	bench_run(&b, 2000);
	bench_expect_error(&b, 1, -ETIMEDOUT);
	assert_int_equal(transport_next_framing(b.transport), 0);
	options.framing = transport_framing(b.transport);
	assert_int_equal(options.framing, IDCARD_FRAMING_STREAM_LAST);
	bench_close(&b);

	b = (struct bench){ 0 };
	bench_open_with(&b, TRANSPORT_USB, SOCK_STREAM, &options);
	bench_exchange(&b, 1);
	bench_close(&b);
}

static int one_pair(void **state)
{
	libusb_pty_set_pairs(1);
	return 0;
}

/* The limit of the whole exchange also counts while a reply trickles in. */
static void test_deadline_in_reply(void **state)
{
	struct bench b = { 0 };

	open_bench(&b);
	bench_submit(&b, 120);
	bench_take_request(&b);
	bench_answer(&b, ok, 9);
	bench_run(&b, 2000);
	bench_expect_error(&b, 1, -ETIMEDOUT);
	bench_close(&b);
}

static void test_gone_idle(void **state)
{
	struct bench b = { 0 };

	open_bench(&b);
	b.reader = safe_close(b.reader);
	bench_run(&b, 1000);
	assert_int_equal(b.gones, 1);
	bench_run(&b, 20);
	assert_int_equal(b.gones, 1);
	assert_int_equal(transport_submit(b.transport, request, sizeof(request), 10), -ENODEV);
	bench_close(&b);
}

static void test_gone_busy(void **state)
{
	struct bench b = { 0 };

	open_bench(&b);
	bench_submit(&b, 1000);
	bench_take_request(&b);
	b.reader = safe_close(b.reader);
	bench_run(&b, 1000);
	bench_expect_error(&b, 1, -ENODEV);
	bench_run(&b, 20);
	assert_int_equal(b.replies, 1);
	assert_int_equal(b.gones, 0);
	bench_close(&b);
}

static void test_reset_busy(void **state)
{
	struct bench b = { 0 };

	open_bench(&b);
	bench_submit(&b, 1000);
	bench_take_request(&b);
	assert_int_equal(transport_reset(b.transport), 0);
	assert_int_equal(b.replies, 0);
	/* Too late to be true. */
	bench_answer(&b, ok, sizeof(ok));
	bench_run(&b, 1000);
	bench_expect_error(&b, 1, -ESTALE);
	bench_exchange(&b, 2);
	assert_int_equal(transport_reset(b.transport), 0);
	bench_run(&b, 20);
	assert_int_equal(b.replies, 2);
	bench_close(&b);
}

static void test_close_in_callbacks(void **state)
{
	struct bench b = { .close_in_reply = true };
	struct bench c = { .close_in_gone = true };

	open_bench(&b);
	bench_exchange(&b, 1);
	assert_null(b.transport);
	bench_close(&b);

	open_bench(&c);
	c.reader = safe_close(c.reader);
	bench_run(&c, 1000);
	assert_int_equal(c.gones, 1);
	assert_null(c.transport);
	bench_close(&c);
}

static void test_close_busy(void **state)
{
	struct bench b = { 0 };

	open_bench(&b);
	bench_submit(&b, 1000);
	bench_take_request(&b);
	b.transport = transport_close(b.transport);
	bench_run(&b, 20);
	assert_int_equal(b.replies, 0);
	bench_close(&b);
}

/* A SAM that says it is dead is reset at once. */
static void test_reset_in_reply(void **state)
{
	struct bench b = { .reset_in_reply = true };

	open_bench(&b);
	bench_exchange(&b, 1);
	b.reset_in_reply = false;
	bench_exchange(&b, 2);
	bench_close(&b);
}

static void test_submit_in_reply(void **state)
{
	struct bench b = { .submit_in_reply = true };

	open_bench(&b);
	bench_submit(&b, 1000);
	bench_take_request(&b);
	bench_answer(&b, ok, sizeof(ok));
	bench_run(&b, 1000);
	assert_int_equal(b.submitted, 0);
	bench_take_request(&b);
	bench_answer(&b, ok, sizeof(ok));
	bench_run(&b, 1000);
	bench_expect_ok(&b, 2);
	bench_close(&b);
}

/* Idle is idle: no turn of the loop in a second. */
static void test_no_wake_ups(void **state)
{
	struct bench b = { 0 };

	open_bench(&b);
	bench_exchange(&b, 1);
	while (sd_event_run(b.event, 0) > 0)
		;
	assert_int_equal(sd_event_run(b.event, 1000000), 0);
	bench_close(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exchange),
		cmocka_unit_test(test_large_in_pieces),
		cmocka_unit_test(test_stale_is_drained),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_framing_does_not_fit),
		cmocka_unit_test_teardown(test_framing_begun_with, one_pair),
		cmocka_unit_test(test_deadline_in_reply),
		cmocka_unit_test(test_gone_idle),
		cmocka_unit_test(test_gone_busy),
		cmocka_unit_test(test_reset_busy),
		cmocka_unit_test(test_close_in_callbacks),
		cmocka_unit_test(test_close_busy),
		cmocka_unit_test(test_submit_in_reply),
		cmocka_unit_test(test_reset_in_reply),
		cmocka_unit_test(test_no_wake_ups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
