// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "errors.h"
#include "idcard.h"
#include "secret.h"
#include "util.h"

enum {
	PROTO_MAJOR = 1,
	BUFFER_FIRST = 16 * 1024,
};

const char *stream_path(const char *path)
{
	if (!path)
		path = secure_getenv("IDCARD_SOCKET");
	return path && *path ? path : IDCARD_SOCKET;
}

int stream_connect(const char *path, unsigned int timeout_ms)
{
	struct timeval limit = {
		.tv_sec = timeout_ms / 1000,
		.tv_usec = timeout_ms % 1000 * 1000L,
	};
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	_cleanup_close_ int fd = -1;
	int keep;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | (timeout_ms ? 0 : SOCK_NONBLOCK), 0);
	if (fd < 0)
		return -errno;
	/* connect() waits by it while the queue of the listener is full */
	if (timeout_ms && setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return timeout_ms && errno == EAGAIN ? -ETIMEDOUT : -errno;
	if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		return -errno;

	keep = fd;
	fd = -1;
	return keep;
}

void stream_open(struct stream *s, int fd)
{
	*s = STREAM_CLOSED;
	s->fd = fd;
}

void stream_close(struct stream *s)
{
	secret_free(s->in);
	secret_free(s->out);
	safe_close(s->fd);
	*s = STREAM_CLOSED;
}

/* Makes room for @need bytes in all, at most @max. */
static int grow(char **data, size_t *allocated, size_t used, size_t need, size_t max)
{
	size_t size = *allocated ? *allocated : BUFFER_FIRST;
	char *bigger;

	if (need <= *allocated)
		return 0;
	if (need > max)
		return -ENOBUFS;
	while (size < need)
		size *= 2;
	if (size > max)
		size = max;
	bigger = secret_alloc(size);
	if (!bigger)
		return -ENOMEM;
	if (used)
		memcpy(bigger, *data, used);
	secret_free(*data);
	*data = bigger;
	*allocated = size;
	return 0;
}

int stream_flush(struct stream *s)
{
	ssize_t n;

	while (s->out_size) {
		n = send(s->fd, s->out, s->out_size, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 1;
		if (n < 0)
			return -EPIPE;
		memmove(s->out, s->out + n, s->out_size - n);
		explicit_bzero(s->out + s->out_size - n, n);
		s->out_size -= n;
	}
	return 0;
}

int stream_send(struct stream *s, const char *text, size_t size)
{
	int r;

	if (s->fd < 0)
		return -EPIPE;
	if (size >= STREAM_OUT_MAX)
		return -ENOBUFS;
	r = grow(&s->out, &s->out_allocated, s->out_size, s->out_size + size + 1, STREAM_OUT_MAX);
	if (r < 0)
		return r;
	memcpy(s->out + s->out_size, text, size);
	s->out[s->out_size + size] = '\n';
	s->out_size += size + 1;
	r = stream_flush(s);
	return r < 0 ? r : 0;
}

static void forget_taken(struct stream *s)
{
	if (!s->in_taken)
		return;
	s->in_size -= s->in_taken;
	memmove(s->in, s->in + s->in_taken, s->in_size);
	explicit_bzero(s->in + s->in_size, s->in_taken);
	s->in_scanned = s->in_scanned > s->in_taken ? s->in_scanned - s->in_taken : 0;
	s->in_taken = 0;
}

int stream_fill(struct stream *s)
{
	ssize_t n;
	int r;

	if (s->fd < 0)
		return -EPIPE;
	forget_taken(s);
	if (s->in_size > STREAM_LINE_MAX)
		return -EMSGSIZE;
	r = grow(&s->in, &s->in_allocated, s->in_size, s->in_size + 1, STREAM_LINE_MAX + 1);
	if (r < 0)
		return r;
	do
		n = recv(s->fd, s->in + s->in_size, s->in_allocated - s->in_size, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -EAGAIN : -EPIPE;
	if (n == 0)
		return -EPIPE;
	s->in_size += n;
	return n;
}

int stream_next(struct stream *s, char **ret, size_t *ret_size)
{
	char *end;

	forget_taken(s);
	if (s->in_size == s->in_scanned)
		return 0;
	end = memchr(s->in + s->in_scanned, '\n', s->in_size - s->in_scanned);
	if (!end) {
		s->in_scanned = s->in_size;
		return 0;
	}
	*end = '\0';
	s->in_taken = end - s->in + 1;
	s->in_scanned = s->in_taken;
	*ret = s->in;
	*ret_size = end - s->in;
	return 1;
}

int stream_greeting(const char *line, char **ret)
{
	json_auto_t *object = json_loads(line, 0, NULL);
	const char *class = json_string_value(json_object_get(object, "class"));
	const char *release = json_string_value(json_object_get(object, "release"));
	const json_t *major = json_object_get(object, "proto_major");
	char *copy;

	if (!class)
		return -EPROTO;
	if (strcmp(class, "ERROR") == 0) {
		const char *code = json_string_value(json_object_get(object, "code"));
		int error = idcard_error_errno(idcard_error_from_code(code));

		return error ? -error : -EPROTO;
	}
	if (strcmp(class, "VERSION") != 0 || !release || !json_is_integer(major) ||
	    json_integer_value(major) != PROTO_MAJOR)
		return -EPROTO;
	copy = strdup(release);
	if (!copy)
		return -ENOMEM;
	*ret = copy;
	return 0;
}
