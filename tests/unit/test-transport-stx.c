// SPDX-License-Identifier: GPL-2.0-or-later
/* userspace/transport/serial.c with a multi-in-one reader at the other end of a pseudo terminal. */
#include "../range.h"
#include "transport-test.h"

static time_t slept_s;

/* A clock that goes on while the machine is suspended; linked instead of the library's. */
int __real_clock_gettime(clockid_t clock, struct timespec *ret);
int __wrap_clock_gettime(clockid_t clock, struct timespec *ret);

int __wrap_clock_gettime(clockid_t clock, struct timespec *ret)
{
	int r = __real_clock_gettime(clock, ret);

	if (clock == CLOCK_BOOTTIME)
		ret->tv_sec += slept_s;
	return r;
}

static const struct transport_options stx_options = { .dialect = TRANSPORT_STX };

static void stx_answer(struct bench *b, const uint8_t *data, size_t n)
{
	uint8_t message[2048] = { 0x02, (uint8_t)(n >> 8), (uint8_t)n };

	memcpy(message + 3, data, n);
	message[3 + n] = idcard_frame_xor(data, n);
	message[4 + n] = 0x03;
	bench_answer(b, message, n + 5);
}

static void ask(struct bench *b, unsigned int command, unsigned int timeout_ms)
{
	const uint8_t body[] = { command >> 8, command & 0xff };
	uint8_t frame[IDCARD_REQUEST_MIN];

	idcard_frame_build(frame, sizeof(frame), body, sizeof(body));
	assert_int_equal(transport_submit(b->transport, frame, sizeof(frame), timeout_ms), 0);
}

/* What the transport says without asking the reader. */
static void expect_local(struct bench *b, unsigned int command, size_t size, uint8_t status)
{
	struct pollfd p = { .fd = b->reader, .events = POLLIN };
	unsigned int before = b->replies;

	ask(b, command, 1000);
	bench_run(b, 1000);
	assert_int_equal(b->replies, before + 1);
	assert_int_equal(b->error, 0);
	assert_int_equal(b->size, size);
	assert_int_equal(b->reply[9], status);
	assert_int_equal(poll(&p, 1, 0), 0);
}

static void take_stx(struct bench *b, const void *expected, size_t n)
{
	uint8_t got[64];

	assert_int_equal(bench_take(b, got, sizeof(got)), n);
	assert_memory_equal(got, expected, n);
}

static void card(uint8_t data[1286])
{
	uint8_t whole[1295];

	bench_large(whole);
	data[0] = 0x90;
	data[1] = 0x00;
	memcpy(data + 2, whole + 10, 1284);
}

static const uint8_t read_all[] = { 0x02, 0x00, 0x03, 0xca, 0x01, 0x00, 0xcb, 0x03 };

/* The find was asked for: it finds, @late_ms later. */
static void found(struct bench *b, unsigned int late_ms)
{
	unsigned int before = b->replies;
	uint8_t data[1286];

	card(data);
	take_stx(b, read_all, sizeof(read_all));
	if (late_ms)
		bench_run(b, late_ms);
	assert_int_equal(b->replies, before);
	stx_answer(b, data, sizeof(data));
	bench_run(b, 1000);
	bench_expect_error(b, before + 1, 0);
	assert_int_equal(b->size, 15);
	assert_int_equal(b->reply[9], 0x9f);
}

static void find(struct bench *b, unsigned int late_ms)
{
	ask(b, 0x2001, 100);
	found(b, late_ms);
}

/* The same after a card was lost: its SAM shall forget that it read it. */
static void find_anew(struct bench *b)
{
	static const uint8_t reset[] = { 0x02, 0x00, 0x02, 0x31, 0x12, 0x23, 0x03 };
	static const uint8_t good[] = { 0x90, 0x00 };

	ask(b, 0x2001, 100);
	take_stx(b, reset, sizeof(reset));
	stx_answer(b, good, sizeof(good));
	bench_run(b, 50);
	found(b, 0);
}

static void test_stx_card(void **state)
{
	struct bench b = { 0 };
	uint8_t whole[1295];

	bench_large(whole);
	bench_open_pty(&b, &stx_options);
	find(&b, 0);
	expect_local(&b, 0x2002, 19, 0x90);
	expect_local(&b, 0x3001, sizeof(whole), 0x90);
	assert_memory_equal(b.reply, whole, sizeof(whole));
	/* Once, and no more. */
	expect_local(&b, 0x3001, 11, 0x41);
	expect_local(&b, 0x2002, 11, 0x81);
	/* Finding takes as long as reading, whatever the limit of a find is. */
	find(&b, 300);
	bench_close(&b);
}

static void test_stx_commands(void **state)
{
	static const uint8_t version[] = { 0x02, 0x00, 0x02, 0x31, 0x11, 0x20, 0x03 };
	static const uint8_t reset[] = { 0x02, 0x00, 0x02, 0x31, 0x12, 0x23, 0x03 };
	static const uint8_t good[] = { 0x90, 0x00, 'V', '1' };
	struct bench b = { 0 };

	bench_open_pty(&b, &stx_options);
	ask(&b, 0x11ff, 1000);
	take_stx(&b, version, sizeof(version));
	stx_answer(&b, good, sizeof(good));
	bench_run(&b, 1000);
	bench_expect_ok(&b, 1);
	ask(&b, 0x10ff, 1000);
	take_stx(&b, reset, sizeof(reset));
	stx_answer(&b, good, 2);
	bench_run(&b, 1000);
	bench_expect_ok(&b, 2);
	expect_local(&b, 0x12ff, 11, 0x21);
	expect_local(&b, 0x3003, 11, 0x21);
	expect_local(&b, 0x3010, 11, 0x21);
	bench_close(&b);
}

/* Nobody gets a card late. */
static void test_stx_card_is_forgotten(void **state)
{
	struct bench b = { 0 };
	uint8_t got[64];

	bench_open_pty(&b, &stx_options);
	find(&b, 0);
	bench_run(&b, 2100);
	expect_local(&b, 0x3001, 11, 0x41);
	/* Nor after anything else was asked, or an error. */
	find_anew(&b);
	expect_local(&b, 0x3003, 11, 0x21);
	expect_local(&b, 0x3001, 11, 0x41);
	find_anew(&b);
	ask(&b, 0x11ff, 50);
	bench_take(&b, got, sizeof(got));
	bench_run(&b, 1000);
	assert_int_equal(b.error, -ETIMEDOUT);
	expect_local(&b, 0x3001, 11, 0x41);
	bench_close(&b);
}

static void damaged_find(struct bench *b, const void *reply, size_t n)
{
	unsigned int before = b->replies;

	ask(b, 0x2001, 100);
	take_stx(b, read_all, sizeof(read_all));
	bench_answer(b, reply, n);
	bench_run(b, 1000);
	bench_expect_error(b, before + 1, -EBADMSG);
}

/* A reply to a find that was damaged may have been a card; a short one was none. */
static void test_stx_lost_card(void **state)
{
	static const uint8_t no_card[] = { 0x02, 0x00, 0x02, 0x80, 0x00, 0x81, 0x03 };
	uint8_t lost[1291] = { 0x02, 0x05, 0x06, 0x90, 0x00 };
	struct bench b = { 0 };

	lost[1290] = 0x03;
	bench_open_pty(&b, &stx_options);
	damaged_find(&b, lost, sizeof(lost));
	find_anew(&b);
	expect_local(&b, 0x3001, 1295, 0x90);
	/* Once it was got, all is as before. */
	damaged_find(&b, no_card, sizeof(no_card));
	find(&b, 0);
	bench_close(&b);
}

/* The beginning of a card is no status, however little came of it. */
static void test_stx_cut_card(void **state)
{
	struct bench b = { 0 };
	uint8_t start[] = { 0x02, 0x05, 0x06, 0x90, 0x00, 0x01 }, got[64];

	bench_open_pty(&b, &stx_options);
	for (size_t n = 1; n <= sizeof(start); n += n < 3 ? 1 : 3) {
		ask(&b, 0x2001, 100);
		bench_take(&b, got, sizeof(got));
		bench_answer(&b, start, n);
		bench_run(&b, 3000);
		assert_int_equal(b.error, -ETIMEDOUT);
		find_anew(&b);
		expect_local(&b, 0x3001, 1295, 0x90);
	}
	bench_close(&b);
}

/* Nor is it one when its length was damaged. */
static void test_stx_card_with_wrong_length(void **state)
{
	uint8_t lost[1291] = { 0x02, 0x00, 0x02, 0x90, 0x00 };
	struct bench b = { 0 };

	bench_open_pty(&b, &stx_options);
	damaged_find(&b, lost, sizeof(lost));
	find_anew(&b);
	bench_close(&b);
}

/* A card that was found and not read is found again. */
static void test_stx_found_twice(void **state)
{
	struct bench b = { 0 };

	bench_open_pty(&b, &stx_options);
	find(&b, 0);
	find_anew(&b);
	find_anew(&b);
	expect_local(&b, 0x3001, 1295, 0x90);
	find(&b, 0);
	bench_close(&b);
}

/* Only a reader that did forget is asked for a card; else it would say that there is none. */
static void test_stx_refuses_to_forget(void **state)
{
	static const uint8_t damaged[] = { 0x00, 0xf3 }, none[] = { 0x80, 0x00 };
	uint8_t lost[1291] = { 0x02, 0x05, 0x06, 0x90, 0x00 }, got[64];
	struct bench b = { 0 };

	bench_open_pty(&b, &stx_options);
	damaged_find(&b, lost, sizeof(lost));
	ask(&b, 0x2001, 100);
	bench_take(&b, got, sizeof(got));
	stx_answer(&b, damaged, sizeof(damaged));
	bench_run(&b, 1000);
	bench_expect_error(&b, 2, -EBADMSG);
	ask(&b, 0x2001, 100);
	bench_take(&b, got, sizeof(got));
	stx_answer(&b, none, sizeof(none));
	bench_run(&b, 1000);
	bench_expect_error(&b, 3, -EIO);
	/* The same, asked for by itself. */
	ask(&b, 0x10ff, 100);
	bench_take(&b, got, sizeof(got));
	stx_answer(&b, damaged, sizeof(damaged));
	bench_run(&b, 1000);
	bench_expect_error(&b, 4, 0);
	assert_int_equal(b.reply[9], 0x10);
	find_anew(&b);
	bench_close(&b);
}

/* What was found before a suspend is not read after it. */
static void test_stx_suspend(void **state)
{
	static const unsigned int commands[] = { 0x2002, 0x3001 };
	struct bench b = { 0 };

	bench_open_pty(&b, &stx_options);
	for (size_t i = 0; i < 2; i++) {
		find(&b, 0);
		slept_s += 3600;
		ask(&b, commands[i], 1000);
		bench_run(&b, 1000);
		assert_int_equal(b.error, -ESTALE);
		find_anew(&b);
		expect_local(&b, 0x3001, 1295, 0x90);
	}
	bench_close(&b);
}

/* A reply that comes when nobody waits for it any more may have been a card as well. */
static void test_stx_lost_reply(void **state)
{
	struct bench b = { 0 };
	uint8_t data[1286], got[64];

	card(data);
	bench_open_pty(&b, &stx_options);
	ask(&b, 0x2001, 100);
	bench_take(&b, got, sizeof(got));
	bench_run(&b, 5000);
	bench_expect_error(&b, 1, -ETIMEDOUT);
	stx_answer(&b, data, sizeof(data));
	find_anew(&b);
	bench_close(&b);
}

/* Nor does a find that comes upon one say "no card"; a status that is stale is only thrown away. */
static void test_stx_stale_card(void **state)
{
	static const uint8_t none[] = { 0x80, 0x00 };
	struct bench b = { 0 };
	uint8_t data[1286];

	card(data);
	bench_open_pty(&b, &stx_options);
	stx_answer(&b, none, sizeof(none));
	find(&b, 0);
	expect_local(&b, 0x3001, 1295, 0x90);
	stx_answer(&b, data, sizeof(data));
	ask(&b, 0x2001, 1000);
	bench_run(&b, 1000);
	assert_int_equal(b.error, -EBADMSG);
	bench_expect_quiet(&b, 20);
	find_anew(&b);
	bench_close(&b);
}

static void test_stx_errors(void **state)
{
	static const uint8_t none[] = { 0x80, 0x00 }, silent[] = { 0x00, 0xfe };
	struct bench b = { 0 };
	uint8_t got[64];

	bench_open_pty(&b, &stx_options);
	ask(&b, 0x2001, 1000);
	bench_take(&b, got, sizeof(got));
	stx_answer(&b, none, sizeof(none));
	bench_run(&b, 1000);
	bench_expect_error(&b, 1, 0);
	assert_int_equal(b.reply[9], 0x80);
	ask(&b, 0x2001, 1000);
	bench_take(&b, got, sizeof(got));
	stx_answer(&b, silent, sizeof(silent));
	bench_run(&b, 1000);
	bench_expect_error(&b, 2, 0);
	assert_int_equal(b.reply[9], 0x24);
	ask(&b, 0x2001, 1000);
	bench_take(&b, got, sizeof(got));
	bench_answer(&b, "\x02\x00\x02\x80\x00\x81\x03", 7);
	bench_run(&b, 1000);
	bench_expect_error(&b, 3, -EBADMSG);
	bench_close(&b);
}

/* An answer that needs no reader is an answer like any other. */
static void test_stx_local_answers(void **state)
{
	struct bench b = { 0 };

	bench_open_pty(&b, &stx_options);
	ask(&b, 0x12ff, 1000);
	assert_int_equal(b.replies, 0);
	assert_int_equal(transport_submit(b.transport, request, sizeof(request), 1000), -EBUSY);
	b.transport = transport_close(b.transport);
	bench_run(&b, 20);
	assert_int_equal(b.replies, 0);
	bench_close(&b);

	memset(&b, 0, sizeof(b));
	bench_open_pty(&b, &stx_options);
	ask(&b, 0x12ff, 1000);
	b.reader = safe_close(b.reader);
	bench_run(&b, 1000);
	assert_int_equal(b.replies, 1);
	/* Whichever the loop saw first; that the reader is gone is told once. */
	if (b.error == 0)
		bench_run(&b, 1000);
	assert_int_equal(b.error, -ENODEV);
	bench_run(&b, 20);
	assert_within(b.replies + b.gones, 1, 2);
	bench_close(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stx_card),
		cmocka_unit_test(test_stx_commands),
		cmocka_unit_test(test_stx_card_is_forgotten),
		cmocka_unit_test(test_stx_lost_card),
		cmocka_unit_test(test_stx_cut_card),
		cmocka_unit_test(test_stx_card_with_wrong_length),
		cmocka_unit_test(test_stx_found_twice),
		cmocka_unit_test(test_stx_refuses_to_forget),
		cmocka_unit_test(test_stx_suspend),
		cmocka_unit_test(test_stx_lost_reply),
		cmocka_unit_test(test_stx_stale_card),
		cmocka_unit_test(test_stx_errors),
		cmocka_unit_test(test_stx_local_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
