/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A transport under test: one end of a socket pair is its device, the other the reader. */
#ifndef IDCARD_TRANSPORT_TEST_H
#define IDCARD_TRANSPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <stdio.h>
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

static void on_reply(int error, const uint8_t *reply, size_t size, void *userdata)
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

static void on_gone(int error, void *userdata)
{
	struct bench *b = userdata;

	b->gones++;
	b->error = error;
	if (b->close_in_gone)
		b->transport = transport_close(b->transport);
}

static void bench_open(struct bench *b, enum transport_kind kind, int type)
{
	const struct transport_callbacks callbacks = { on_reply, on_gone, b };
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds), 0);
	b->reader = fds[1];
	assert_int_equal(sd_event_new(&b->event), 0);
	assert_int_equal(transport_open(kind, fds[0], b->event, &callbacks, &b->transport), 0);
}

static void bench_close(struct bench *b)
{
	b->transport = transport_close(b->transport);
	b->reader = safe_close(b->reader);
	b->event = sd_event_unref(b->event);
}

/* Run the loop until a callback came or @ms are over. */
static void bench_run(struct bench *b, unsigned int ms)
{
	uint64_t end = now_usec() + ms * 1000ULL, now;
	unsigned int before = b->replies + b->gones;

	while (b->replies + b->gones == before && (now = now_usec()) < end)
		assert_true(sd_event_run(b->event, end - now) >= 0);
}

static void bench_submit(struct bench *b, unsigned int timeout_ms)
{
	unsigned int before = b->replies + b->gones;

	assert_int_equal(transport_submit(b->transport, request, sizeof(request), timeout_ms), 0);
	assert_int_equal(b->replies + b->gones, before);
}

/* The reader's end: take the request, which the transport needs its loop to send. */
static void bench_take_request(struct bench *b)
{
	struct pollfd p = { .fd = b->reader, .events = POLLIN };
	uint8_t got[64];
	unsigned int i;

	for (i = 0; i < 200 && !poll(&p, 1, 0); i++)
		assert_true(sd_event_run(b->event, 10000) >= 0);
	assert_int_equal(recv(b->reader, got, sizeof(got), MSG_DONTWAIT), sizeof(request));
	assert_memory_equal(got, request, sizeof(request));
}

static void bench_answer(struct bench *b, const void *p, size_t n)
{
	assert_int_equal(send(b->reader, p, n, MSG_NOSIGNAL), n);
}

static void bench_expect_ok(struct bench *b, unsigned int replies)
{
	assert_int_equal(b->replies, replies);
	assert_int_equal(b->error, 0);
	assert_int_equal(b->size, sizeof(ok));
	assert_memory_equal(b->reply, ok, sizeof(ok));
}

static void bench_expect_error(struct bench *b, unsigned int replies, int error)
{
	assert_int_equal(b->replies, replies);
	assert_int_equal(b->error, error);
}

#endif
