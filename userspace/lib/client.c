// SPDX-License-Identifier: LGPL-2.1-or-later
/* The client of idcard.h: a stream that waits where the caller says how long. */
#include "idcard.h"

#include <limits.h>
#include <poll.h>
#include <string.h>

#include "libidcard-internal.h"
#include "secret.h"
#include "stream.h"
#include "util.h"

enum { GREETING_MS = 5000 };

DEFINE_CLEANUP(idcard_client *, idcard_client_close)

/* Milliseconds from now to @deadline, for poll(); @deadline UINT64_MAX: for ever. */
static int remaining_ms(uint64_t deadline)
{
	uint64_t now = now_usec(), left;

	if (deadline == UINT64_MAX)
		return -1;
	if (deadline <= now)
		return 0;
	/* rounded up: a wait must not end before its time and spin */
	left = (deadline - now + 999) / 1000;
	return left > INT_MAX ? INT_MAX : (int)left;
}

uint64_t client_deadline(int timeout_ms)
{
	return timeout_ms < 0 ? UINT64_MAX : now_usec() + (uint64_t)timeout_ms * 1000;
}

static int wait_for_line(struct stream *s, uint64_t deadline, char **ret)
{
	struct pollfd p = { .fd = s->fd };
	size_t size;
	int left, r;

	if (s->fd < 0)
		return -EPIPE;
	for (;;) {
		if (stream_next(s, ret, &size))
			return 1;
		/* what the daemon said before it closed is still to be read: no error here */
		p.events = stream_flush(s) == 1 ? POLLIN | POLLOUT : POLLIN;
		r = stream_fill(s);
		if (r > 0)
			continue;
		if (r != -EAGAIN)
			return r;
		left = remaining_ms(deadline);
		if (left == 0)
			return 0;
		r = poll(&p, 1, left);
		if (r < 0 && errno != EINTR)
			return -errno;
	}
}

static int greet(idcard_client *c)
{
	char *line;
	int r;

	r = wait_for_line(&c->stream, client_deadline(GREETING_MS), &line);
	if (r == 0)
		return -ETIMEDOUT;
	/* somebody listened and went: a daemon that died, or was never started */
	if (r == -EPIPE)
		return -ECONNREFUSED;
	if (r < 0)
		return r == -EMSGSIZE ? -EPROTO : r;
	return stream_greeting(line, &c->release);
}

int idcard_client_open(const char *path, idcard_client **ret)
{
	_cleanup_(idcard_client_closep) idcard_client *c = NULL;
	int fd, r;

	if (!ret)
		return -EINVAL;
	fd = stream_connect(stream_path(path), GREETING_MS);
	if (fd < 0)
		return fd;
	c = calloc(1, sizeof(*c));
	if (!c) {
		safe_close(fd);
		return -ENOMEM;
	}
	c->grace_ms = CLIENT_GRACE_MS;
	stream_open(&c->stream, fd);
	r = greet(c);
	if (r < 0)
		return r;
	*ret = c;
	c = NULL;
	return 0;
}

idcard_client *idcard_client_close(idcard_client *c)
{
	if (!c)
		return NULL;
	stream_close(&c->stream);
	free(c->release);
	free(c);
	return NULL;
}

int idcard_client_fd(const idcard_client *c)
{
	return c ? c->stream.fd : -EINVAL;
}

const char *idcard_client_release(const idcard_client *c)
{
	return c ? c->release : NULL;
}

int idcard_client_send(idcard_client *c, const char *json)
{
	if (!c || !json)
		return -EINVAL;
	return stream_send(&c->stream, json, strlen(json));
}

int client_wait(idcard_client *c, uint64_t deadline, const char **ret)
{
	char *line;
	int r;

	r = wait_for_line(&c->stream, deadline, &line);
	if (r > 0)
		*ret = line;
	return r;
}

int idcard_client_receive(idcard_client *c, int timeout_ms, const char **ret)
{
	if (!c || !ret)
		return -EINVAL;
	return client_wait(c, client_deadline(timeout_ms), ret);
}
