/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One exchange over a file descriptor that gives and takes bytes: drain, send, receive, as
 * driver/exchange.h has it for USB, with the same limits. What hid.c and serial.c share; they
 * add how a frame looks on their line.
 */
#ifndef IDCARD_FD_EXCHANGE_H
#define IDCARD_FD_EXCHANGE_H

#include "exchange.h"
#include "transport-internal.h"

enum { FD_OUT_MAX = 2 * IDCARD_REPLY_MAX };

struct fd_exchange;

struct fd_line {
	/*
	 * What one read brought while a reply is awaited. 0: more is needed; 1: x->reply holds
	 * a whole verified frame of x->reply_size bytes; negative: the exchange failed.
	 */
	int (*received)(struct fd_exchange *x, const uint8_t *data, size_t n);
	/*
	 * What one read brought before the request was sent. 0, or a negative errno that ends the
	 * exchange without sending. May be NULL.
	 */
	int (*stale)(struct fd_exchange *x, const uint8_t *data, size_t n);
	/*
	 * The exchange ended, @result as above. True: the next one was begun, nobody is told of
	 * this one. May be NULL.
	 */
	bool (*ended)(struct fd_exchange *x, int result);
	unsigned int pause_ms;	/* between the request and the first look at the reply */
};

/* The beginning of the structure of a kind of transport. */
struct fd_exchange {
	struct transport base;
	const struct fd_line *line;
	int fd;
	sd_event_source *io;
	sd_event_source *timer;
	struct idcard_exchange exchange;	/* drains and sends, and knows what came before */
	bool running;
	bool answered;		/* without asking the reader: x->reply holds it */
	bool pausing;
	uint64_t deadline;	/* of draining, then of the exchange; CLOCK_MONOTONIC */
	unsigned int timeout_ms;
	uint64_t slept;		/* how long the machine had been suspended when it began */

	uint8_t *out;		/* what is to be sent, secret memory of FD_OUT_MAX bytes */
	size_t out_size;
	size_t out_piece;	/* bytes of one write; 0: as they go */
	size_t out_done;

	uint8_t *in;		/* one read */
	uint8_t *reply;		/* IDCARD_REPLY_MAX bytes */
	size_t reply_size;
	bool partial;		/* a part of the reply is here: silence for IDCARD_GAP_MS ends it */
};

int fd_exchange_open(struct fd_exchange *x, int fd, const struct fd_line *line);
void fd_exchange_close(struct fd_exchange *x);

/* Begin to send x->out. As transport_ops.submit. */
int fd_exchange_begin(struct fd_exchange *x, unsigned int timeout_ms);

/* x->reply is the answer already; it is handed out from the loop. */
int fd_exchange_answer(struct fd_exchange *x);

/* Only one program may own the device behind @fd. 0, -EBUSY. */
int fd_exchange_lock(int fd);

#endif
