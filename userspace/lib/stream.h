/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stream: one non-blocking connection that carries lines, with both buffers in secret memory, and
 * the greeting of docs/socket.md. Below the client of idcard.h and the client of idcard-node.
 */
#ifndef IDCARD_STREAM_H
#define IDCARD_STREAM_H

#include <stdbool.h>
#include <stddef.h>

enum {
	STREAM_LINE_MAX = 1024 * 1024,	/* received, without its newline */
	STREAM_OUT_MAX = 1024 * 1024,	/* not yet taken by the other side */
};

struct stream {
	int fd;			/* -1: closed */
	char *in;
	size_t in_allocated, in_size;
	size_t in_taken;	/* handed out by stream_next(), wiped by the next call */
	size_t in_scanned;	/* known to hold no newline */
	char *out;
	size_t out_allocated, out_size;
};

/* What a struct stream must hold before the first stream_open(). */
#define STREAM_CLOSED ((struct stream){ .fd = -1 })

/* @path, or $IDCARD_SOCKET, or the well-known one. */
const char *stream_path(const char *path);

/*
 * A non-blocking socket connected to @path. Waits at most @timeout_ms for room in the queue of the
 * listener (0: -EAGAIN at once), otherwise fails as connect() does. -ETIMEDOUT.
 */
int stream_connect(const char *path, unsigned int timeout_ms);

/* Takes the connected, non-blocking @fd. */
void stream_open(struct stream *s, int fd);

/* Wipes both buffers and closes. */
void stream_close(struct stream *s);

/* Adds @size bytes and a newline to what is to be sent, and sends what goes. -EPIPE, -ENOBUFS. */
int stream_send(struct stream *s, const char *text, size_t size);

/* Sends what goes. 1 if some is left, 0 if none, -EPIPE. */
int stream_flush(struct stream *s);

/* One recv(). The number of bytes; -EAGAIN; -EPIPE when the other side closed; -EMSGSIZE. */
int stream_fill(struct stream *s);

/* The next whole line without its newline, NUL-terminated, valid until the next call. 1 or 0. */
int stream_next(struct stream *s, char **ret, size_t *ret_size);

/*
 * Judges the first line of a connection. 0 and the release in *@ret (to be freed); -EACCES when the
 * daemon refuses this user; the errno of another error it gives; -EPROTO when it is no greeting or
 * one of another major version.
 */
int stream_greeting(const char *line, char **ret);

#endif
