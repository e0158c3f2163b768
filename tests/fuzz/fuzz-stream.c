// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a client hears from the daemon: lines in pieces, the first of them the greeting. Input: one
 * byte that decides the cuts, then the bytes.
 */
#include <jansson.h>
#include <sys/socket.h>

#include "fuzz.h"
#include "secret.h"
#include "stream.h"

static void check_greeting(const char *line)
{
	json_t *object = json_loads(line, 0, NULL);
	const char *class = json_string_value(json_object_get(object, "class"));
	char *release = NULL;
	int r = stream_greeting(line, &release);

	FUZZ_CHECK(r <= 0);
	FUZZ_CHECK((r == 0) == !!release);
	if (r == 0) {
		FUZZ_CHECK(class && strcmp(class, "VERSION") == 0);
		FUZZ_CHECK(json_integer_value(json_object_get(object, "proto_major")) == 1);
		FUZZ_CHECK(strcmp(release, json_string_value(json_object_get(object, "release"))) == 0);
	}
	free(release);
	json_decref(object);
}

/* The lines that are complete, in order, each as it was sent. */
static size_t take_lines(struct stream *s, const uint8_t *data, size_t size, size_t position)
{
	const uint8_t *newline;
	size_t n;
	char *line;

	while (stream_next(s, &line, &n)) {
		newline = memchr(data + position, '\n', size - position);
		FUZZ_CHECK(newline && (size_t)(newline - (data + position)) == n);
		FUZZ_CHECK(memcmp(line, data + position, n) == 0 && line[n] == '\0');
		check_greeting(line);
		position += n + 1;
	}
	return position;
}

static void check_lines(const uint8_t *data, size_t size, uint32_t cuts)
{
	size_t sent = 0, taken = 0, piece;
	struct stream s = STREAM_CLOSED;
	int fds[2], r;

	FUZZ_CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) == 0);
	stream_open(&s, fds[0]);
	while (sent < size) {
		piece = size - sent;
		if (cuts > 1)
			piece = 1 + fuzz_random(&cuts) % piece;
		FUZZ_CHECK(send(fds[1], data + sent, piece, MSG_NOSIGNAL) == (ssize_t)piece);
		sent += piece;
		while ((r = stream_fill(&s)) > 0)
			;
		FUZZ_CHECK(r == -EAGAIN);
		taken = take_lines(&s, data, sent, taken);
		FUZZ_CHECK(!memchr(data + taken, '\n', sent - taken));
	}
	/* What is sent arrives with its newline. */
	if (size) {
		char *echo = malloc(size + 1);

		FUZZ_CHECK(stream_send(&s, (const char *)data, size) == 0);
		FUZZ_CHECK(stream_flush(&s) == 0);
		FUZZ_CHECK(recv(fds[1], echo, size + 1, MSG_DONTWAIT) == (ssize_t)size + 1);
		FUZZ_CHECK(memcmp(echo, data, size) == 0 && echo[size] == '\n');
		free(echo);
	}
	close(fds[1]);
	FUZZ_CHECK(stream_fill(&s) == -EPIPE);
	if (size)
		FUZZ_CHECK(stream_send(&s, "x", 1) == -EPIPE);
	stream_close(&s);
	FUZZ_CHECK(s.fd == -1 && !s.in && !s.out && stream_fill(&s) == -EPIPE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	uint32_t cuts = 1 + fuzz_byte(&in) * 0x01000193u;

	check_lines(in.data, in.size, cuts);
	return 0;
}
