// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Transport over /dev/idcardrawN: the kernel module makes the exchange, whole frames
 * go in and come out. See driver/uapi/idcard.h.
 *
 * The time limit is the module's. The timer here only makes sure that the promise of
 * an answer is kept when the node is not.
 */
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#include "lib/secret.h"
#include "transport-internal.h"
#include "uapi/idcard.h"

/* How much later the timer gives up: before the limit runs, a halt is cleared and drained. */
#define BACKSTOP_MS 8000

/* The node holds one outcome; a socket in its place may hold more. */
#define DISCARD_MAX 16

struct node {
	struct transport base;
	int fd;
	sd_event_source *io;
	sd_event_source *timer;
	bool stale;		/* reset while nothing was under way: owed to the next exchange */
	bool abandoned;		/* given up by the timer; its outcome is still to come */
	bool keeps_time;	/* the node has time limits of its own */
	uint8_t *reply;
};

static struct node *to_node(struct transport *t)
{
	return (struct node *)t;
}

static int node_error(int error)
{
	switch (error) {
	case -ENODEV:
	case -ECONNRESET:
		return -ENODEV;
	case -ETIMEDOUT:
	case -EBADMSG:
	case -EPIPE:
	case -ESTALE:
	case -EAGAIN:
		return error;
	default:
		return -EIO;
	}
}

/* Size of the reply in n->reply, -EAGAIN, or what transport_reply_t is told. */
static ssize_t node_read(struct node *n)
{
	ssize_t size;

	do
		size = read(n->fd, n->reply, IDCARD_REPLY_MAX);
	while (size < 0 && errno == EINTR);
	if (size < 0)
		return node_error(-errno);
	if (size == 0)
		return -ENODEV;
	return idcard_reply_check(n->reply, size) ? -EBADMSG : size;
}

/* What was not asked for: a reset while idle, the outcome of what the timer gave up. */
static void node_unasked(struct node *n, ssize_t outcome)
{
	explicit_bzero(n->reply, IDCARD_REPLY_MAX);
	if (outcome == -ESTALE)
		n->stale = true;
	if (outcome != -EAGAIN)
		n->abandoned = false;
}

static void node_lost(struct node *n)
{
	sd_event_source_set_enabled(n->io, SD_EVENT_OFF);
	sd_event_source_set_enabled(n->timer, SD_EVENT_OFF);
	transport_lost(&n->base);
}

static int on_node(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct node *n = userdata;
	_cleanup_(transport_unrefp) struct transport *hold = transport_ref(&n->base);
	_cleanup_secret_ uint8_t *reply = NULL;
	ssize_t outcome;

	outcome = node_read(n);
	if (outcome == -EAGAIN && revents & EPOLLHUP)
		outcome = -ENODEV;
	if (outcome == -ENODEV) {
		node_lost(n);
		return 0;
	}
	/* An answer from elsewhere is on its way: this one is not what was asked for. */
	if (!hold->busy || n->abandoned || hold->later_error) {
		node_unasked(n, outcome);
		return 0;
	}
	if (outcome == -EAGAIN)
		return 0;
	sd_event_source_set_enabled(n->timer, SD_EVENT_OFF);
	if (outcome < 0) {
		explicit_bzero(n->reply, IDCARD_REPLY_MAX);
		transport_answer(hold, outcome, NULL, 0);
		return 0;
	}
	/* Ours, should the callback close the transport; and n->reply is free, should it submit. */
	reply = secret_alloc(outcome);
	if (reply)
		memcpy(reply, n->reply, outcome);
	explicit_bzero(n->reply, IDCARD_REPLY_MAX);
	transport_answer(hold, reply ? 0 : -ENOMEM, reply, reply ? outcome : 0);
	return 0;
}

static int on_backstop(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct node *n = userdata;

	n->abandoned = n->keeps_time;
	transport_answer(&n->base, -ETIMEDOUT, NULL, 0);
	return 0;
}

static int node_open(struct transport *t, int fd, const struct transport_options *options)
{
	struct node *n = to_node(t);
	int flags, r;

	n->fd = fd;
	n->keeps_time = true;
	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -errno;
	n->reply = secret_alloc(IDCARD_REPLY_MAX);
	if (!n->reply)
		return -ENOMEM;
	r = sd_event_add_io(t->event, &n->io, fd, EPOLLIN, on_node, n);
	if (r < 0)
		return r;
	r = sd_event_add_time(t->event, &n->timer, CLOCK_MONOTONIC, 0, 1000, on_backstop, n);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(n->timer, SD_EVENT_OFF);
}

static void node_close(struct transport *t)
{
	struct node *n = to_node(t);

	n->timer = sd_event_source_disable_unref(n->timer);
	n->io = sd_event_source_disable_unref(n->io);
	n->fd = safe_close(n->fd);
	n->reply = secret_free(n->reply);
}

static int node_set_timeout(struct node *n, uint32_t ms)
{
	uint64_t when = now_usec() + (uint64_t)ms * 1000;
	int r;

	if (ioctl(n->fd, IDCARD_IOC_SET_TIMEOUT, &ms) < 0) {
		/* A socket in place of the node, in tests. */
		if (errno != ENOTTY)
			return node_error(-errno);
		n->keeps_time = false;
	}
	if (n->keeps_time)
		when += BACKSTOP_MS * UINT64_C(1000);
	r = sd_event_source_set_time(n->timer, when);
	return r < 0 ? r : sd_event_source_set_enabled(n->timer, SD_EVENT_ONESHOT);
}

/* What nobody asked for must not be taken for the reply. */
static int node_discard(struct node *n)
{
	unsigned int i;
	ssize_t outcome;

	for (i = 0; i < DISCARD_MAX; i++) {
		outcome = node_read(n);
		if (outcome == -EAGAIN)
			return 0;
		if (outcome == -ENODEV)
			return -ENODEV;
		node_unasked(n, outcome);
	}
	return -EIO;
}

static int node_submit(struct transport *t, const uint8_t *request, size_t size,
		       unsigned int timeout_ms)
{
	struct node *n = to_node(t);
	int r;

	r = node_discard(n);
	if (r < 0)
		return transport_answer_later(t, r);
	if (n->stale) {
		n->stale = false;
		return transport_answer_later(t, -ESTALE);
	}
	if (n->abandoned)
		return -EBUSY;
	r = node_set_timeout(n, timeout_ms);
	if (r < 0)
		return transport_answer_later(t, r);
	if (write(n->fd, request, size) != (ssize_t)size) {
		sd_event_source_set_enabled(n->timer, SD_EVENT_OFF);
		/* EAGAIN: just being reset. */
		return transport_answer_later(t, errno == EAGAIN ? -ESTALE : node_error(-errno));
	}
	return 0;
}

static int node_next_framing(struct transport *t)
{
	struct node *n = to_node(t);
	struct idcard_raw_info info;
	uint32_t framing;

	if (ioctl(n->fd, IDCARD_IOC_GET_INFO, &info) < 0)
		return errno == ENODEV ? -ENODEV : -EOPNOTSUPP;
	for (framing = info.framing + 1; framing != info.framing; framing++) {
		if (ioctl(n->fd, IDCARD_IOC_SET_FRAMING, &framing) == 0)
			return 0;
		if (errno == EINVAL)
			framing = (uint32_t)-1;
		else if (errno != EOPNOTSUPP)
			return -errno;
	}
	return -EOPNOTSUPP;
}

static int node_reset(struct transport *t)
{
	struct node *n = to_node(t);

	if (ioctl(n->fd, IDCARD_IOC_RESET) < 0)
		return errno == ENOTTY ? -EOPNOTSUPP : -errno;
	return 0;
}

const struct transport_ops transport_node_ops = {
	.size = sizeof(struct node),
	.open = node_open,
	.close = node_close,
	.submit = node_submit,
	.next_framing = node_next_framing,
	.reset = node_reset,
};
