/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * One exchange with a reader over USB: drain, send the request, receive one reply.
 *
 * Both framings of docs/protocol.md, "USB", behind one state machine without I/O,
 * shared by the kernel module and the libusb transport, so that both treat a
 * reader the same way:
 *
 *	split	head (7 bytes) and body travel on two pairs of endpoints
 *	stream	the whole frame travels on one pair
 *
 * The owner asks idcard_exchange_next() which transfer to run, runs it, and tells
 * idcard_exchange_done() how it ended, until that returns something other than 0.
 * The owner also keeps two deadlines: draining takes at most IDCARD_DRAIN_TOTAL_MS, and
 * from the transfer marked @begins the caller's time limit runs. The time limits given
 * here are the short ones inside of these. A transfer that reaches either limit ends
 * with -ETIMEDOUT.
 */
#ifndef IDCARD_EXCHANGE_H
#define IDCARD_EXCHANGE_H

#include "frame.h"

enum {
	/* An aborted exchange left its reply in the reader; silence for so long is enough. */
	IDCARD_DRAIN_MS = 5,
	/* After a failed exchange the rest, or the whole reply, may still be on its way. */
	IDCARD_DRAIN_UNCLEAN_MS = 100,
	IDCARD_DRAIN_LATE_MS = 800,
	/* All draining before one request. */
	IDCARD_DRAIN_TOTAL_MS = 2000,
	/* Silence inside one reply. */
	IDCARD_GAP_MS = 800,
	/* A reader that never falls silent is faulty. */
	IDCARD_DRAIN_TRANSFERS = 256,
};

enum idcard_pipe {
	IDCARD_PIPE_HEAD,	/* 02 and 81: head, or everything when streaming */
	IDCARD_PIPE_BODY,	/* 06 and 85: body, split framing only */
	IDCARD_PIPES,
};

enum idcard_phase {
	IDCARD_PHASE_DRAIN_HEAD,
	IDCARD_PHASE_DRAIN_BODY,
	IDCARD_PHASE_SEND_HEAD,
	IDCARD_PHASE_SEND_BODY,
	IDCARD_PHASE_RECEIVE,
	IDCARD_PHASE_OVER,
};

struct idcard_exchange {
	bool split;
	bool unclean;		/* the exchange before failed */
	bool late;		/* it was given up, and its reply may come any time */
	enum idcard_phase phase;
	unsigned int drained;	/* transfers that brought stale bytes */
	const u8 *request;	/* caller's, until the exchange is over */
	size_t request_size;
	struct idcard_assembler reply;
};

/* A transfer to run now. */
struct idcard_transfer {
	bool in;
	enum idcard_pipe pipe;
	const u8 *data;		/* out: what to send */
	size_t size;		/* out: how much; in: at least, round up to whole packets */
	unsigned int timeout_ms;/* 0: only the deadline of the exchange */
	bool begins;		/* the time limit of the exchange runs from here */
};

/* @request must have passed idcard_request_check(). */
static inline void idcard_exchange_begin(struct idcard_exchange *x, const u8 *request, size_t size)
{
	x->request = request;
	x->request_size = size;
	x->drained = 0;
	x->phase = IDCARD_PHASE_DRAIN_HEAD;
	idcard_assembler_reset(&x->reply);
}

/*
 * The reply to a request that was given up must not be taken for the next one's. It
 * shows on the head's pipe first; what is on the body's lies there already.
 */
static inline unsigned int idcard_exchange_silence(const struct idcard_exchange *x)
{
	if (!x->unclean)
		return IDCARD_DRAIN_MS;
	if (x->late && x->phase == IDCARD_PHASE_DRAIN_HEAD)
		return IDCARD_DRAIN_LATE_MS;
	return IDCARD_DRAIN_UNCLEAN_MS;
}

static inline void idcard_exchange_next(const struct idcard_exchange *x, struct idcard_transfer *t)
{
	memset(t, 0, sizeof(*t));
	switch (x->phase) {
	case IDCARD_PHASE_DRAIN_HEAD:
	case IDCARD_PHASE_DRAIN_BODY:
		t->in = true;
		t->pipe = x->phase == IDCARD_PHASE_DRAIN_BODY ? IDCARD_PIPE_BODY : IDCARD_PIPE_HEAD;
		t->size = 1;
		t->timeout_ms = idcard_exchange_silence(x);
		break;
	case IDCARD_PHASE_SEND_HEAD:
		t->pipe = IDCARD_PIPE_HEAD;
		t->data = x->request;
		t->size = x->split ? IDCARD_FRAME_HEAD : x->request_size;
		t->begins = true;
		break;
	case IDCARD_PHASE_SEND_BODY:
		t->pipe = IDCARD_PIPE_BODY;
		t->data = x->request + IDCARD_FRAME_HEAD;
		t->size = x->request_size - IDCARD_FRAME_HEAD;
		break;
	case IDCARD_PHASE_RECEIVE:
		t->in = true;
		t->pipe = x->split && x->reply.have >= IDCARD_FRAME_HEAD ?
				IDCARD_PIPE_BODY : IDCARD_PIPE_HEAD;
		t->size = idcard_assembler_missing(&x->reply);
		t->timeout_ms = x->reply.have ? IDCARD_GAP_MS : 0;
		break;
	case IDCARD_PHASE_OVER:
		break;
	}
}

/* Everything is over; remember whether the line is clean. */
static inline int idcard_exchange_end(struct idcard_exchange *x, int result)
{
	x->phase = IDCARD_PHASE_OVER;
	x->unclean = result < 0;
	x->late = result == -ETIMEDOUT || result == -ECANCELED;
	return result;
}

static inline int idcard_exchange_drained(struct idcard_exchange *x, int status)
{
	if (status == 0)
		return ++x->drained <= IDCARD_DRAIN_TRANSFERS ? 0 : idcard_exchange_end(x, -EIO);
	if (status != -ETIMEDOUT)
		return idcard_exchange_end(x, status);
	x->phase = x->split && x->phase == IDCARD_PHASE_DRAIN_HEAD ? IDCARD_PHASE_DRAIN_BODY :
								     IDCARD_PHASE_SEND_HEAD;
	return 0;
}

static inline int idcard_exchange_received(struct idcard_exchange *x, const u8 *data, size_t n)
{
	size_t used;
	int r = idcard_assembler_feed(&x->reply, data, n, &used);

	/* What follows a reply belongs to nobody; do not guess which of the two is ours. */
	if (r < 0 || (r == 1 && used != n))
		r = -EBADMSG;
	return r ? idcard_exchange_end(x, r) : 0;
}

/*
 * The transfer ended with @status (0, -ETIMEDOUT for its own or the exchange's
 * limit, or another error) after @n bytes, which for an IN transfer are at @data.
 * Returns 0 to go on, 1 when x->reply holds a whole verified reply, or the negative
 * errno that ends the exchange.
 */
static inline int idcard_exchange_done(struct idcard_exchange *x, int status, const u8 *data,
				       size_t n)
{
	switch (x->phase) {
	case IDCARD_PHASE_DRAIN_HEAD:
	case IDCARD_PHASE_DRAIN_BODY:
		return idcard_exchange_drained(x, status);
	case IDCARD_PHASE_SEND_HEAD:
	case IDCARD_PHASE_SEND_BODY:
		if (status)
			return idcard_exchange_end(x, status);
		x->phase = x->split && x->phase == IDCARD_PHASE_SEND_HEAD ?
				IDCARD_PHASE_SEND_BODY : IDCARD_PHASE_RECEIVE;
		return 0;
	case IDCARD_PHASE_RECEIVE:
		if (status)
			return idcard_exchange_end(x, status);
		return idcard_exchange_received(x, data, n);
	case IDCARD_PHASE_OVER:
		break;
	}
	return -EINVAL;
}

/*
 * Before the first exchange: another owner may have left something. A whole reply that
 * comes later still is told by its size, one layer up.
 */
static inline void idcard_exchange_init(struct idcard_exchange *x)
{
	idcard_exchange_end(x, -EIO);
}

/* The owner gave up. */
static inline void idcard_exchange_abort(struct idcard_exchange *x)
{
	idcard_exchange_end(x, -ECANCELED);
}

#endif
