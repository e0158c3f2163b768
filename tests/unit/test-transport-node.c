// SPDX-License-Identifier: GPL-2.0-or-later
/* userspace/transport/node.c on a socket that keeps records, as the node does. */
#include "../range.h"
#include "transport-test.h"

static void open_bench(struct bench *b)
{
	bench_open(b, TRANSPORT_NODE, SOCK_SEQPACKET);
}

static void test_exchange(void **state)
{
	struct bench b = { 0 };
	unsigned int i;

	open_bench(&b);
	for (i = 1; i <= 3; i++) {
		bench_submit(&b, 1000);
		bench_take_request(&b);
		bench_answer(&b, ok, sizeof(ok));
		bench_run(&b, 1000);
		bench_expect_ok(&b, i);
	}
	bench_close(&b);
}

static void test_refused(void **state)
{
	struct bench b = { 0 };
	uint8_t bad[sizeof(request)];

	open_bench(&b);
	memcpy(bad, request, sizeof(request));
	bad[9] ^= 1;
	assert_int_equal(transport_submit(b.transport, bad, sizeof(bad), 1000), -EINVAL);
	assert_int_equal(transport_submit(b.transport, request, 3, 1000), -EINVAL);
	assert_int_equal(transport_submit(b.transport, request, sizeof(request), 0), -EINVAL);
	bench_submit(&b, 1000);
	assert_int_equal(transport_submit(b.transport, request, sizeof(request), 1000), -EBUSY);
	assert_int_equal(transport_next_framing(b.transport), -EBUSY);
	bench_answer(&b, ok, sizeof(ok));
	bench_run(&b, 1000);
	bench_expect_ok(&b, 1);
	/* A socket has neither. */
	assert_int_equal(transport_next_framing(b.transport), -EOPNOTSUPP);
	assert_int_equal(transport_reset(b.transport), -EOPNOTSUPP);
	bench_close(&b);
}

static void test_damaged(void **state)
{
	struct bench b = { 0 };

	open_bench(&b);
	bench_submit(&b, 1000);
	bench_answer(&b, ok, sizeof(ok) - 1);
	bench_run(&b, 1000);
	bench_expect_error(&b, 1, -EBADMSG);
	bench_close(&b);
}

/* Silence ends at the time limit; what comes later is nobody's. */
static void test_late(void **state)
{
	struct bench b = { 0 };
	uint64_t start = now_usec();

	open_bench(&b);
	bench_submit(&b, 50);
	bench_run(&b, 1000);
	bench_expect_error(&b, 1, -ETIMEDOUT);
	assert_within(now_usec() - start, 50000, 900000);
	bench_take_request(&b);
	bench_answer(&b, ok, sizeof(ok));
	bench_submit(&b, 50);
	bench_run(&b, 1000);
	bench_expect_error(&b, 2, -ETIMEDOUT);
	/* Nor what comes while nothing is under way. */
	bench_answer(&b, ok, sizeof(ok));
	bench_run(&b, 20);
	assert_int_equal(b.replies, 2);
	bench_close(&b);
}

static void test_gone_idle(void **state)
{
	struct bench b = { 0 };

	open_bench(&b);
	b.reader = safe_close(b.reader);
	bench_run(&b, 1000);
	assert_int_equal(b.gones, 1);
	assert_int_equal(b.error, -ENODEV);
	assert_int_equal(transport_submit(b.transport, request, sizeof(request), 10), -ENODEV);
	assert_int_equal(transport_reset(b.transport), -ENODEV);
	/* Once, and without turning in circles. */
	bench_run(&b, 20);
	assert_int_equal(b.gones, 1);
	bench_close(&b);
}

static void test_gone_busy(void **state)
{
	struct bench b = { 0 };

	open_bench(&b);
	bench_submit(&b, 1000);
	b.reader = safe_close(b.reader);
	bench_run(&b, 1000);
	bench_expect_error(&b, 1, -ENODEV);
	bench_run(&b, 20);
	assert_int_equal(b.gones, 0);
	bench_close(&b);
}

/* Gone between the call and the loop's next turn: still an answer, never inside of the call. */
static void test_gone_before_submit(void **state)
{
	struct bench b = { 0 };

	open_bench(&b);
	b.reader = safe_close(b.reader);
	bench_submit(&b, 1000);
	bench_run(&b, 1000);
	bench_expect_error(&b, 1, -ENODEV);
	bench_run(&b, 20);
	assert_int_equal(b.replies, 1);
	assert_int_equal(b.gones, 0);
	bench_close(&b);
}

static void test_close_in_callbacks(void **state)
{
	struct bench b = { .close_in_reply = true };
	struct bench c = { .close_in_gone = true };

	open_bench(&b);
	bench_submit(&b, 1000);
	bench_answer(&b, ok, sizeof(ok));
	bench_run(&b, 1000);
	bench_expect_ok(&b, 1);
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
	bench_answer(&b, ok, sizeof(ok));
	b.transport = transport_close(b.transport);
	bench_run(&b, 20);
	assert_int_equal(b.replies, 0);
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

/* What nobody asked for lies behind the reply: a reset in this moment is told so. */
static void test_submit_in_reply_throws_away(void **state)
{
	struct bench b = { .submit_in_reply = true };

	open_bench(&b);
	bench_submit(&b, 1000);
	bench_take_request(&b);
	bench_answer(&b, ok, sizeof(ok));
	bench_answer(&b, ok, sizeof(ok) - 1);
	bench_run(&b, 1000);
	assert_int_equal(b.submitted, 0);
	bench_take_request(&b);
	bench_answer(&b, ok, sizeof(ok));
	bench_run(&b, 1000);
	bench_expect_ok(&b, 2);
	bench_close(&b);
}

static void test_kinds(void **state)
{
	assert_string_equal(transport_kind_to_string(TRANSPORT_NODE), "node");
	assert_string_equal(transport_kind_to_string(TRANSPORT_USB), "usb");
	assert_null(transport_kind_to_string(_TRANSPORT_KIND_MAX));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exchange),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_gone_idle),
		cmocka_unit_test(test_gone_busy),
		cmocka_unit_test(test_gone_before_submit),
		cmocka_unit_test(test_close_in_callbacks),
		cmocka_unit_test(test_close_busy),
		cmocka_unit_test(test_submit_in_reply),
		cmocka_unit_test(test_submit_in_reply_throws_away),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
