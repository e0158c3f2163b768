/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A transport under test: one end of a socket pair is its device, the other the reader. */
#ifndef IDCARD_TRANSPORT_TEST_H
#define IDCARD_TRANSPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "frame.h"
#include "transport/transport.h"
#include "util.h"

static const uint8_t request[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x03, 0x11, 0xff, 0xed };
static const uint8_t ok[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x04, 0x00, 0x00, 0x90, 0x94 };

struct bench {
	sd_event *event;
	struct transport *transport;
	int reader;		/* the reader's end */
	unsigned int replies, gones;
	int error;		/* of the last callback */
	uint8_t reply[IDCARD_REPLY_MAX];
	size_t size;
	bool close_in_reply, close_in_gone, submit_in_reply, reset_in_reply;
	int submitted;		/* what that answered */
};

static inline void on_reply(int error, const uint8_t *reply, size_t size, void *userdata)
{
	struct bench *b = userdata;

	b->replies++;
	b->error = error;
	b->size = size;
	assert_true(error <= 0);
	assert_int_equal(!error, !!reply);
	if (reply)
		memcpy(b->reply, reply, size);
	if (b->close_in_reply)
		b->transport = transport_close(b->transport);
	if (b->reset_in_reply)
		assert_int_equal(transport_reset(b->transport), 0);
	if (b->submit_in_reply) {
		b->submit_in_reply = false;
		b->submitted = transport_submit(b->transport, request, sizeof(request), 1000);
	}
}

static inline void on_gone(int error, void *userdata)
{
	struct bench *b = userdata;

	b->gones++;
	b->error = error;
	if (b->close_in_gone)
		b->transport = transport_close(b->transport);
}

/* @device becomes the transport's, @reader the other end of it. */
static inline void bench_open_on(struct bench *b, enum transport_kind kind,
				 const struct transport_options *options, int device, int reader)
{
	const struct transport_callbacks callbacks = { on_reply, on_gone, b };

	b->reader = reader;
	assert_int_equal(sd_event_new(&b->event), 0);
	assert_int_equal(transport_open(kind, device, options, b->event, &callbacks, &b->transport),
			 0);
}

static inline void bench_open_with(struct bench *b, enum transport_kind kind, int type,
				   const struct transport_options *options)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds), 0);
	bench_open_on(b, kind, options, fds[0], fds[1]);
}

static inline void bench_open(struct bench *b, enum transport_kind kind, int type)
{
	bench_open_with(b, kind, type, NULL);
}

static inline int bench_open_master(char path[64])
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	assert_true(master >= 0);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	assert_int_equal(ptsname_r(master, path, 64), 0);
	return master;
}

/* A serial line. */
static inline void bench_open_pty(struct bench *b, const struct transport_options *options)
{
	char path[64];
	int master = bench_open_master(path);
	int line = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	assert_true(line >= 0);
	bench_open_on(b, TRANSPORT_SERIAL, options, line, master);
}

static inline void bench_close(struct bench *b)
{
	b->transport = transport_close(b->transport);
	b->reader = safe_close(b->reader);
	b->event = sd_event_unref(b->event);
}

/* Run the loop until a callback came or @ms are over. */
static inline void bench_run(struct bench *b, unsigned int ms)
{
	uint64_t end = now_usec() + ms * 1000ULL, now;
	unsigned int before = b->replies + b->gones;

	while (b->replies + b->gones == before && (now = now_usec()) < end)
		assert_true(sd_event_run(b->event, end - now) >= 0);
}

static inline void bench_submit(struct bench *b, unsigned int timeout_ms)
{
	unsigned int before = b->replies + b->gones;

	assert_int_equal(transport_submit(b->transport, request, sizeof(request), timeout_ms), 0);
	assert_int_equal(b->replies + b->gones, before);
}

/* The reader's end: what the transport sends next, for which it needs its loop. */
static inline size_t bench_take(struct bench *b, uint8_t *got, size_t max)
{
	struct pollfd p = { .fd = b->reader, .events = POLLIN };
	ssize_t n;
	unsigned int i;

	for (i = 0; i < 400 && !poll(&p, 1, 0); i++)
		assert_true(sd_event_run(b->event, 10000) >= 0);
	assert_true(poll(&p, 1, 0) == 1);
	n = read(b->reader, got, max);
	assert_true(n > 0);
	return n;
}

static inline void bench_take_request(struct bench *b)
{
	uint8_t got[64];

	assert_int_equal(bench_take(b, got, sizeof(got)), sizeof(request));
	assert_memory_equal(got, request, sizeof(request));
}

/* Nothing is sent while the loop runs for @ms. */
static inline void bench_expect_quiet(struct bench *b, unsigned int ms)
{
	struct pollfd p = { .fd = b->reader, .events = POLLIN };
	uint64_t end = now_usec() + ms * 1000ULL, now;

	while ((now = now_usec()) < end)
		assert_true(sd_event_run(b->event, end - now) >= 0);
	assert_int_equal(poll(&p, 1, 0), 0);
}

static inline void bench_answer(struct bench *b, const void *p, size_t n)
{
	assert_int_equal(write(b->reader, p, n), n);
}

/* A good reply of 1295 bytes, as that of a read. */
static inline void bench_large(uint8_t ret[1295])
{
	uint8_t body[1287] = { 0x00, 0x00, 0x90, 0x01, 0x00, 0x04, 0x00 };
	unsigned int i;

	for (i = 7; i < sizeof(body); i++)
		body[i] = 7 * i + 3;
	assert_int_equal(idcard_frame_build(ret, 1295, body, sizeof(body)), 1295);
}

static inline void bench_expect_ok(struct bench *b, unsigned int replies)
{
	assert_int_equal(b->replies, replies);
	assert_int_equal(b->error, 0);
	assert_int_equal(b->size, sizeof(ok));
	assert_memory_equal(b->reply, ok, sizeof(ok));
}

/* One exchange that goes well, as the reply with this number. */
static inline void bench_exchange(struct bench *b, unsigned int replies)
{
	bench_submit(b, 1000);
	bench_take_request(b);
	bench_answer(b, ok, sizeof(ok));
	bench_run(b, 1000);
	bench_expect_ok(b, replies);
}

static inline void bench_expect_error(struct bench *b, unsigned int replies, int error)
{
	assert_int_equal(b->replies, replies);
	assert_int_equal(b->error, error);
}

#endif
