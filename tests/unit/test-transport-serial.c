// SPDX-License-Identifier: GPL-2.0-or-later
/* userspace/transport/serial.c on a pseudo terminal. */
#include <poll.h>
#include <fcntl.h>
#include <termios.h>

#include "../range.h"
#include "exchange.h"
#include "transport-test.h"

static unsigned int flushes;

/* Linked instead of the library's: at a pseudo terminal it shows nowhere else. */
int __wrap_tcflush(int fd, int queue);

int __wrap_tcflush(int fd, int queue)
{
	assert_int_equal(queue, TCOFLUSH);
	flushes++;
	return 0;
}

static void exchange(struct bench *b)
{
	unsigned int before = b->replies;

	bench_submit(b, 1000);
	bench_take_request(b);
	bench_answer(b, ok, sizeof(ok));
	bench_run(b, 1000);
	bench_expect_ok(b, before + 1);
}

static void test_exchange(void **state)
{
	struct bench b = { 0 };

	bench_open_pty(&b, NULL);
	for (unsigned int i = 0; i < 3; i++)
		exchange(&b);
	bench_close(&b);
}

static void test_byte_by_byte(void **state)
{
	struct bench b = { 0 };

	bench_open_pty(&b, NULL);
	bench_submit(&b, 1000);
	bench_take_request(&b);
	for (size_t i = 0; i < sizeof(ok); i++) {
		assert_int_equal(b.replies, 0);
		bench_answer(&b, ok + i, 1);
		bench_run(&b, 5);
	}
	bench_expect_ok(&b, 1);
	bench_close(&b);
}

static void test_large(void **state)
{
	struct bench b = { 0 };
	uint8_t whole[1295];

	bench_large(whole);
	bench_open_pty(&b, NULL);
	bench_submit(&b, 1000);
	bench_take_request(&b);
	bench_answer(&b, whole, 1000);
	bench_run(&b, 20);
	bench_answer(&b, whole + 1000, sizeof(whole) - 1000);
	bench_run(&b, 1000);
	bench_expect_error(&b, 1, 0);
	assert_int_equal(b.size, sizeof(whole));
	assert_memory_equal(b.reply, whole, sizeof(whole));
	bench_close(&b);
}

/* Noise before a frame, a lost first byte, bytes that look like a beginning. */
static void test_noise(void **state)
{
	static const uint8_t noise[] = { 0x00, 0xff, 0xaa, 0x00, 0xaa, 0xaa, 0x96, 0x00, 0x13 };
	struct bench b = { 0 };

	bench_open_pty(&b, NULL);
	bench_submit(&b, 1000);
	bench_take_request(&b);
	bench_answer(&b, noise, sizeof(noise));
	bench_answer(&b, ok + 1, sizeof(ok) - 1);
	bench_run(&b, 1000);
	bench_expect_ok(&b, 1);
	bench_close(&b);
}

/* From a real line: a byte too much, and two too few. It never becomes a reply. */
static void test_reported_noise(void **state)
{
	static const uint8_t reported[] = { 0xaa, 0x00, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x0c, 0x00,
					    0x00, 0x90, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x9c };
	struct bench b = { 0 };
	uint64_t start;

	bench_open_pty(&b, NULL);
	bench_submit(&b, 4000);
	bench_take_request(&b);
	start = now_usec();
	bench_answer(&b, reported, sizeof(reported));
	bench_run(&b, 3000);
	bench_expect_error(&b, 1, -ETIMEDOUT);
	assert_within(now_usec() - start, 700000, 2000000);
	exchange(&b);

	/* With more behind it, the checksum tells. */
	bench_submit(&b, 1000);
	bench_take_request(&b);
	bench_answer(&b, reported, sizeof(reported));
	bench_answer(&b, ok, sizeof(ok));
	bench_run(&b, 1000);
	bench_expect_error(&b, 3, -EBADMSG);
	exchange(&b);
	bench_close(&b);
}

static void test_damaged(void **state)
{
	struct bench b = { 0 };
	uint8_t bad[2 * sizeof(ok)];

	memcpy(bad, ok, sizeof(ok));
	bad[9] ^= 1;
	bench_open_pty(&b, NULL);
	bench_submit(&b, 1000);
	bench_take_request(&b);
	bench_answer(&b, bad, sizeof(ok));
	bench_run(&b, 1000);
	bench_expect_error(&b, 1, -EBADMSG);
	/* Two replies to one request: neither is believed. */
	memcpy(bad, ok, sizeof(ok));
	memcpy(bad + sizeof(ok), ok, sizeof(ok));
	bench_submit(&b, 1000);
	bench_take_request(&b);
	bench_answer(&b, bad, sizeof(bad));
	bench_run(&b, 1000);
	bench_expect_error(&b, 2, -EBADMSG);
	exchange(&b);
	bench_close(&b);
}

static void test_silent_and_late(void **state)
{
	struct bench b = { 0 };
	uint64_t start = now_usec();

	bench_open_pty(&b, NULL);
	bench_submit(&b, 80);
	bench_run(&b, 2000);
	bench_expect_error(&b, 1, -ETIMEDOUT);
	assert_within(now_usec() - start, 80000, 1500000);
	bench_take_request(&b);
	bench_submit(&b, 1000);
	bench_expect_quiet(&b, 300);
	bench_answer(&b, ok, sizeof(ok));
	bench_take_request(&b);
	assert_int_equal(b.replies, 1);
	bench_answer(&b, ok, sizeof(ok));
	bench_run(&b, 1000);
	bench_expect_ok(&b, 2);
	bench_close(&b);
}

static void test_gone(void **state)
{
	struct bench b = { 0 }, c = { 0 }, d = { .close_in_gone = true };

	bench_open_pty(&b, NULL);
	b.reader = safe_close(b.reader);
	bench_run(&b, 1000);
	assert_int_equal(b.gones, 1);
	bench_run(&b, 20);
	assert_int_equal(b.gones, 1);
	assert_int_equal(transport_submit(b.transport, request, sizeof(request), 10), -ENODEV);
	bench_close(&b);

	bench_open_pty(&c, NULL);
	bench_submit(&c, 1000);
	bench_take_request(&c);
	c.reader = safe_close(c.reader);
	bench_run(&c, 1000);
	bench_expect_error(&c, 1, -ENODEV);
	bench_run(&c, 20);
	assert_int_equal(c.gones, 0);
	bench_close(&c);

	bench_open_pty(&d, NULL);
	d.reader = safe_close(d.reader);
	bench_run(&d, 1000);
	assert_int_equal(d.gones, 1);
	assert_null(d.transport);
	bench_close(&d);
}

static void test_callbacks(void **state)
{
	struct bench b = { .close_in_reply = true }, c = { .submit_in_reply = true };

	bench_open_pty(&b, NULL);
	exchange(&b);
	assert_null(b.transport);
	bench_close(&b);

	bench_open_pty(&c, NULL);
	exchange(&c);
	assert_int_equal(c.submitted, 0);
	bench_take_request(&c);
	bench_answer(&c, ok, sizeof(ok));
	bench_run(&c, 1000);
	bench_expect_ok(&c, 2);
	bench_close(&c);
}

static void refused(int fd, const struct transport_options *options, int error)
{
	const struct transport_callbacks callbacks = { on_reply, on_gone, NULL };
	struct transport *t = NULL;
	sd_event *event;

	assert_true(fd >= 0);
	assert_int_equal(sd_event_new(&event), 0);
	assert_int_equal(transport_open(TRANSPORT_SERIAL, fd, options, event, &callbacks, &t),
			 error);
	assert_null(t);
	sd_event_unref(event);
}

/* One owner; free again when it closes. */
static void test_second_owner(void **state)
{
	const int flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
	struct bench b = { 0 };
	char path[64];
	int master = bench_open_master(path), fd;

	bench_open_on(&b, TRANSPORT_SERIAL, NULL, open(path, flags), master);
	fd = open(path, flags);
	/* Only root gets so far. */
	if (fd < 0)
		assert_int_equal(errno, EBUSY);
	else
		refused(fd, NULL, -EBUSY);
	exchange(&b);
	b.transport = transport_close(b.transport);
	b.event = sd_event_unref(b.event);
	bench_open_on(&b, TRANSPORT_SERIAL, NULL, open(path, flags), master);
	exchange(&b);
	bench_close(&b);
}

static void test_what_is_no_line(void **state)
{
	const struct transport_options odd = { .baud = 300 };
	char path[64];
	int master = bench_open_master(path);

	refused(open("/dev/null", O_RDWR | O_CLOEXEC), NULL, -EOPNOTSUPP);
	refused(open(path, O_RDWR | O_NOCTTY | O_CLOEXEC), &odd, -EINVAL);
	close(master);
}

static void test_line_is_raw(void **state)
{
	const struct transport_options slow = { .baud = 9600 };
	struct bench b = { 0 };
	struct termios t;
	/* All that a line that is not raw would change or take for a command. */
	uint8_t body[3 + 256] = { 0x00, 0x00, 0x90 }, whole[267];
	char path[64];
	int master = bench_open_master(path), line;

	for (unsigned int i = 0; i < 256; i++)
		body[3 + i] = (uint8_t)i;
	assert_int_equal(idcard_frame_build(whole, sizeof(whole), body, sizeof(body)),
			 sizeof(whole));
	/* As another program left it. */
	line = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	assert_int_equal(tcgetattr(line, &t), 0);
	t.c_iflag |= IXON | IXOFF | ISTRIP;
	assert_int_equal(tcsetattr(line, TCSANOW, &t), 0);
	bench_open_on(&b, TRANSPORT_SERIAL, &slow, line, master);
	assert_int_equal(tcgetattr(b.reader, &t), 0);
	assert_int_equal(cfgetispeed(&t), B9600);
	assert_int_equal(cfgetospeed(&t), B9600);
	assert_int_equal(t.c_cflag & (CSIZE | PARENB | CSTOPB | CRTSCTS | CLOCAL | CREAD),
			 CS8 | CLOCAL | CREAD);
	assert_int_equal(t.c_iflag & (IXON | IXOFF | ICRNL | ISTRIP), 0);
	bench_submit(&b, 1000);
	bench_take_request(&b);
	bench_answer(&b, whole, sizeof(whole));
	bench_run(&b, 1000);
	bench_expect_error(&b, 1, 0);
	assert_int_equal(b.size, sizeof(whole));
	assert_memory_equal(b.reply, whole, sizeof(whole));
	assert_int_equal(transport_next_framing(b.transport), -EOPNOTSUPP);
	assert_int_equal(transport_reset(b.transport), -EOPNOTSUPP);
	bench_close(&b);
}

static int on_busy(sd_event_source *source, void *userdata)
{
	bench_answer(userdata, ok, sizeof(ok));
	return 0;
}

/* A late reply comes when the silence is over, but the loop has not come to that yet. */
static void test_stale_when_nobody_looked(void **state)
{
	sd_event_source *busy = NULL;
	struct bench b = { 0 };
	uint64_t silence_over;

	bench_open_pty(&b, NULL);
	bench_submit(&b, 80);
	bench_run(&b, 2000);
	bench_expect_error(&b, 1, -ETIMEDOUT);
	bench_take_request(&b);
	bench_submit(&b, 300);
	silence_over = now_usec() + IDCARD_DRAIN_LATE_MS * UINT64_C(1000);
	while (now_usec() <= silence_over)
		poll(NULL, 0, 1);
	assert_true(sd_event_add_defer(b.event, &busy, on_busy, &b) >= 0);
	assert_true(sd_event_source_set_priority(busy, SD_EVENT_PRIORITY_IMPORTANT) >= 0);
	bench_run(&b, 3000);
	bench_take_request(&b);
	bench_expect_error(&b, 2, -ETIMEDOUT);
	sd_event_source_unref(busy);
	bench_close(&b);
}

/* A line that takes nothing must not hold up who closes it. */
static void test_close_does_not_wait(void **state)
{
	struct bench b = { 0 };

	bench_open_pty(&b, NULL);
	bench_submit(&b, 1000);
	flushes = 0;
	bench_close(&b);
	assert_int_equal(flushes, 1);
}

/* Idle is idle, even on a line that is noisy. */
static void test_no_wake_ups(void **state)
{
	struct bench b = { 0 };

	bench_open_pty(&b, NULL);
	exchange(&b);
	while (sd_event_run(b.event, 0) > 0)
		;
	bench_answer(&b, ok, sizeof(ok));
	assert_int_equal(sd_event_run(b.event, 500000), 0);
	exchange(&b);
	bench_close(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exchange),
		cmocka_unit_test(test_byte_by_byte),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_reported_noise),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_silent_and_late),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_callbacks),
		cmocka_unit_test(test_second_owner),
		cmocka_unit_test(test_what_is_no_line),
		cmocka_unit_test(test_line_is_raw),
		cmocka_unit_test(test_stale_when_nobody_looked),
		cmocka_unit_test(test_close_does_not_wait),
		cmocka_unit_test(test_no_wake_ups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
