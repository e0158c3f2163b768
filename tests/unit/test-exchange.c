// SPDX-License-Identifier: GPL-2.0-or-later
/* driver/exchange.h and driver/framing.h: the order of transfers, and every way to end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "framing.h"
#include "util.h"

static const u8 request[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x03, 0x11, 0xff, 0xed };
static const u8 ok[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x04, 0x00, 0x00, 0x90, 0x94 };

struct line {
	struct idcard_exchange x;
	u8 reply[IDCARD_REPLY_MAX];
};

static void begin(struct line *l, bool split)
{
	l->x.split = split;
	l->x.reply.buf = l->reply;
	idcard_exchange_begin(&l->x, request, sizeof(request));
}

static void expect_in(struct line *l, enum idcard_pipe pipe, size_t size, unsigned int timeout_ms)
{
	struct idcard_transfer t;

	idcard_exchange_next(&l->x, &t);
	assert_true(t.in);
	assert_int_equal(t.pipe, pipe);
	assert_int_equal(t.size, size);
	assert_int_equal(t.timeout_ms, timeout_ms);
	assert_null(t.data);
	assert_false(t.begins);
}

static void expect_out(struct line *l, enum idcard_pipe pipe, const u8 *data, size_t size)
{
	struct idcard_transfer t;

	idcard_exchange_next(&l->x, &t);
	assert_false(t.in);
	assert_int_equal(t.pipe, pipe);
	assert_ptr_equal(t.data, data);
	assert_int_equal(t.size, size);
	assert_int_equal(t.timeout_ms, 0);
	/* The caller's time runs from the first byte of the request on. */
	assert_int_equal(t.begins, data == request);
}

static int done(struct line *l, int status, const void *data, size_t n)
{
	return idcard_exchange_done(&l->x, status, data, n);
}

/* Up to where the reply is awaited. */
static void begin_receiving(struct line *l, bool split)
{
	begin(l, split);
	while (l->x.phase != IDCARD_PHASE_RECEIVE) {
		bool draining = l->x.phase <= IDCARD_PHASE_DRAIN_BODY;

		assert_int_equal(done(l, draining ? -ETIMEDOUT : 0, NULL, 0), 0);
	}
}

static void test_stream(void **state)
{
	struct line l = { 0 };

	begin(&l, false);
	expect_in(&l, IDCARD_PIPE_HEAD, 1, IDCARD_DRAIN_MS);
	assert_int_equal(done(&l, -ETIMEDOUT, NULL, 0), 0);
	expect_out(&l, IDCARD_PIPE_HEAD, request, sizeof(request));
	assert_int_equal(done(&l, 0, NULL, 0), 0);
	/* The shortest thing that can still come: a head without its first AA. */
	expect_in(&l, IDCARD_PIPE_HEAD, IDCARD_FRAME_HEAD - 1, 0);
	assert_int_equal(done(&l, 0, ok, sizeof(ok)), 1);
	assert_int_equal(l.x.reply.have, sizeof(ok));
	assert_memory_equal(l.reply, ok, sizeof(ok));
	assert_false(l.x.unclean);
	assert_int_equal(done(&l, 0, ok, sizeof(ok)), -EINVAL);
}

static void test_split(void **state)
{
	struct line l = { 0 };

	begin(&l, true);
	expect_in(&l, IDCARD_PIPE_HEAD, 1, IDCARD_DRAIN_MS);
	assert_int_equal(done(&l, -ETIMEDOUT, NULL, 0), 0);
	expect_in(&l, IDCARD_PIPE_BODY, 1, IDCARD_DRAIN_MS);
	assert_int_equal(done(&l, -ETIMEDOUT, NULL, 0), 0);
	expect_out(&l, IDCARD_PIPE_HEAD, request, 7);
	assert_int_equal(done(&l, 0, NULL, 0), 0);
	expect_out(&l, IDCARD_PIPE_BODY, request + 7, 3);
	assert_int_equal(done(&l, 0, NULL, 0), 0);
	expect_in(&l, IDCARD_PIPE_HEAD, IDCARD_FRAME_HEAD - 1, 0);
	assert_int_equal(done(&l, 0, ok, 7), 0);
	expect_in(&l, IDCARD_PIPE_BODY, 4, IDCARD_GAP_MS);
	assert_int_equal(done(&l, 0, ok + 7, 4), 1);
	assert_memory_equal(l.reply, ok, sizeof(ok));
}

/* The head of the split framing may lack its first AA, too. */
static void test_split_resynchronises(void **state)
{
	struct line l = { 0 };

	begin_receiving(&l, true);
	assert_int_equal(done(&l, 0, ok + 1, 6), 0);
	expect_in(&l, IDCARD_PIPE_BODY, 4, IDCARD_GAP_MS);
	assert_int_equal(done(&l, 0, ok + 7, 4), 1);
	assert_memory_equal(l.reply, ok, sizeof(ok));
}

static void test_drain(void **state)
{
	struct line l = { 0 };

	/* Stale bytes on both pipes are read away and are no part of the reply. */
	begin(&l, true);
	assert_int_equal(done(&l, 0, ok, 7), 0);
	expect_in(&l, IDCARD_PIPE_HEAD, 1, IDCARD_DRAIN_MS);
	assert_int_equal(done(&l, 0, ok, 0), 0);
	assert_int_equal(done(&l, -ETIMEDOUT, NULL, 0), 0);
	expect_in(&l, IDCARD_PIPE_BODY, 1, IDCARD_DRAIN_MS);
	assert_int_equal(done(&l, 0, ok + 7, 4), 0);
	expect_in(&l, IDCARD_PIPE_BODY, 1, IDCARD_DRAIN_MS);
	assert_int_equal(done(&l, -ETIMEDOUT, NULL, 0), 0);
	expect_out(&l, IDCARD_PIPE_HEAD, request, 7);
	assert_int_equal(l.x.reply.have, 0);
}

static void test_drain_never_silent(void **state)
{
	struct line l = { 0 };
	unsigned int i;

	begin(&l, false);
	for (i = 0; i < IDCARD_DRAIN_TRANSFERS; i++)
		assert_int_equal(done(&l, 0, ok, sizeof(ok)), 0);
	assert_int_equal(done(&l, 0, ok, sizeof(ok)), -EIO);
	assert_int_equal(l.x.phase, IDCARD_PHASE_OVER);
	assert_true(l.x.unclean);
}

/* After a failure the rest may be late, so the next exchange listens for longer. */
static void test_unclean(void **state)
{
	struct line l = { 0 };

	begin_receiving(&l, false);
	assert_int_equal(done(&l, 0, ok, sizeof(ok) - 1), 0);
	assert_int_equal(done(&l, -EPIPE, NULL, 0), -EPIPE);
	begin(&l, false);
	expect_in(&l, IDCARD_PIPE_HEAD, 1, IDCARD_DRAIN_UNCLEAN_MS);
	/* Given up by its owner, or by the clock: the whole reply may come yet. */
	idcard_exchange_abort(&l.x);
	begin(&l, true);
	expect_in(&l, IDCARD_PIPE_HEAD, 1, IDCARD_DRAIN_LATE_MS);
	assert_int_equal(done(&l, -ETIMEDOUT, NULL, 0), 0);
	expect_in(&l, IDCARD_PIPE_BODY, 1, IDCARD_DRAIN_UNCLEAN_MS);
	begin_receiving(&l, false);
	assert_int_equal(done(&l, -ETIMEDOUT, NULL, 0), -ETIMEDOUT);
	begin(&l, false);
	expect_in(&l, IDCARD_PIPE_HEAD, 1, IDCARD_DRAIN_LATE_MS);
	begin_receiving(&l, false);
	assert_int_equal(done(&l, 0, ok, sizeof(ok)), 1);
	begin(&l, false);
	expect_in(&l, IDCARD_PIPE_HEAD, 1, IDCARD_DRAIN_MS);
}

static void test_every_cut(void **state)
{
	struct line l = { 0 };
	size_t cut;

	for (cut = 1; cut < sizeof(ok); cut++) {
		begin_receiving(&l, false);
		assert_int_equal(done(&l, 0, ok, cut), 0);
		expect_in(&l, IDCARD_PIPE_HEAD, idcard_assembler_missing(&l.x.reply),
			  IDCARD_GAP_MS);
		/* A zero-length packet in between is nothing. */
		assert_int_equal(done(&l, 0, ok, 0), 0);
		assert_int_equal(done(&l, 0, ok + cut, sizeof(ok) - cut), 1);
		assert_memory_equal(l.reply, ok, sizeof(ok));
	}
}

static void test_zero_length_first(void **state)
{
	struct line l = { 0 };

	begin_receiving(&l, false);
	assert_int_equal(done(&l, 0, ok, 0), 0);
	/* Nothing came: still only the deadline counts. */
	expect_in(&l, IDCARD_PIPE_HEAD, IDCARD_FRAME_HEAD - 1, 0);
	assert_int_equal(done(&l, 0, ok, sizeof(ok)), 1);
}

static void test_damaged(void **state)
{
	u8 bad[sizeof(ok) + 1];
	struct line l = { 0 };

	memcpy(bad, ok, sizeof(ok));
	bad[9] ^= 1;
	begin_receiving(&l, false);
	assert_int_equal(done(&l, 0, bad, sizeof(ok)), -EBADMSG);
	assert_true(l.x.unclean);

	/* Whose reply is it, if another one follows? */
	memcpy(bad, ok, sizeof(ok));
	bad[sizeof(ok)] = 0xaa;
	begin_receiving(&l, false);
	assert_int_equal(done(&l, 0, bad, sizeof(bad)), -EBADMSG);

	/* A length out of bounds is damage, not a size for the caller to worry about. */
	bad[5] = 0xff;
	begin_receiving(&l, false);
	assert_int_equal(done(&l, 0, bad, 7), -EBADMSG);
}

/* Whatever fails, in whatever phase, ends the exchange with that error. */
static void test_errors(void **state)
{
	static const int errors[] = { -EPIPE, -EIO, -EPROTO, -ENODEV };
	struct line l = { 0 };
	unsigned int i, steps, step;

	for (i = 0; i < ELEMENTSOF(errors); i++) {
		for (steps = 0; steps < 5; steps++) {
			begin(&l, true);
			for (step = 0; step < steps; step++)
				assert_int_equal(done(&l, step < 2 ? -ETIMEDOUT : 0,
						      step < 4 ? NULL : ok, step < 4 ? 0 : 7), 0);
			assert_int_equal(done(&l, errors[i], NULL, 0), errors[i]);
			assert_int_equal(l.x.phase, IDCARD_PHASE_OVER);
			assert_true(l.x.unclean);
		}
	}
}

/* The deadline strikes in any phase; draining, the next transfer reports it. */
static void test_deadline(void **state)
{
	struct line l = { 0 };

	begin(&l, true);
	assert_int_equal(done(&l, -ETIMEDOUT, NULL, 0), 0);
	assert_int_equal(done(&l, -ETIMEDOUT, NULL, 0), 0);
	assert_int_equal(done(&l, -ETIMEDOUT, NULL, 0), -ETIMEDOUT);
	begin_receiving(&l, true);
	assert_int_equal(done(&l, 0, ok, 7), 0);
	assert_int_equal(done(&l, -ETIMEDOUT, ok + 7, 2), -ETIMEDOUT);
}

static const struct idcard_endpoint four[] = {
	{ .address = 0x81, .attributes = 2, .packet = 64 },
	{ .address = 0x02, .attributes = 2, .packet = 64 },
	{ .address = 0x85, .attributes = 2, .packet = 64 },
	{ .address = 0x06, .attributes = 2, .packet = 64 },
};

static void test_framing_four(void **state)
{
	struct idcard_line line = { 0 };

	assert_int_equal(idcard_framing_detect(four, 4, &line), IDCARD_FRAMING_SPLIT);
	assert_true(line.split);
	assert_int_equal(line.out[IDCARD_PIPE_HEAD].address, 0x02);
	assert_int_equal(line.out[IDCARD_PIPE_BODY].address, 0x06);
	assert_int_equal(line.in[IDCARD_PIPE_HEAD].address, 0x81);
	assert_int_equal(line.in[IDCARD_PIPE_BODY].address, 0x85);

	assert_int_equal(idcard_framing_select(IDCARD_FRAMING_STREAM, four, 4, &line), 0);
	assert_false(line.split);
	assert_int_equal(line.out[IDCARD_PIPE_HEAD].address, 0x02);
	assert_int_equal(line.in[IDCARD_PIPE_HEAD].address, 0x81);

	assert_int_equal(idcard_framing_select(IDCARD_FRAMING_STREAM_LAST, four, 4, &line), 0);
	assert_int_equal(line.out[IDCARD_PIPE_HEAD].address, 0x06);
	assert_int_equal(line.in[IDCARD_PIPE_HEAD].address, 0x85);

	assert_int_equal(idcard_framing_select(IDCARD_FRAMINGS, four, 4, &line), -EINVAL);
}

static void test_framing_two(void **state)
{
	static const struct idcard_endpoint interrupts[] = {
		{ .address = 0x83, .attributes = 3, .packet = 64 },
		{ .address = 0x03, .attributes = 3, .packet = 64 },
	};
	static const struct idcard_endpoint other[] = {
		{ .address = 0x81, .attributes = 1, .packet = 64 },	/* isochronous */
		{ .address = 0x02, .attributes = 2, .packet = 0 },	/* no packets */
	};
	struct idcard_line line = { 0 };

	assert_int_equal(idcard_framing_detect(four, 2, &line), IDCARD_FRAMING_STREAM);
	assert_int_equal(idcard_framing_select(IDCARD_FRAMING_SPLIT, four, 2, &line), -EOPNOTSUPP);
	assert_int_equal(idcard_framing_select(IDCARD_FRAMING_STREAM_LAST, four, 2, &line),
			 -EOPNOTSUPP);
	assert_int_equal(idcard_framing_detect(interrupts, 2, &line), IDCARD_FRAMING_STREAM);
	assert_true(idcard_endpoint_interrupt(&line.in[IDCARD_PIPE_HEAD]));
	assert_int_equal(idcard_framing_detect(other, 2, &line), -EOPNOTSUPP);
	assert_int_equal(idcard_framing_detect(four, 1, &line), -EOPNOTSUPP);
	assert_int_equal(idcard_framing_detect(NULL, 0, &line), -EOPNOTSUPP);
}

static void test_interface(void **state)
{
	assert_true(idcard_interface_fits(0xff, 0));
	assert_true(idcard_interface_fits(0xff, 1));
	assert_true(idcard_interface_fits(0x00, 0));
	assert_false(idcard_interface_fits(0x00, 1));
	assert_false(idcard_interface_fits(0x03, 0));	/* HID */
	assert_false(idcard_interface_fits(0x0b, 0));	/* CCID */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_split_resynchronises),
		cmocka_unit_test(test_drain),
		cmocka_unit_test(test_drain_never_silent),
		cmocka_unit_test(test_unclean),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_zero_length_first),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_framing_four),
		cmocka_unit_test(test_framing_two),
		cmocka_unit_test(test_interface),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
