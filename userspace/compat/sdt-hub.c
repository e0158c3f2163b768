// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sdt-hub.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "util.h"

enum {
	PROTO_MAJOR = 1,
	/* The daemon takes a hundred requests a second: so long it is until it takes another. */
	PAUSE_MS = 10,
};

static int error_of(const struct json_text *t)
{
	int error = idcard_error_errno(idcard_error_from_code(json_string_at(t, "code")));

	return error ? -error : -EPROTO;
}

static bool is_class(const struct json_text *t, const char *class)
{
	const char *value = json_string_at(t, "class");

	return value && strcmp(value, class) == 0;
}

static int judge_greeting(const struct json_text *t)
{
	const struct json_node *major = json_find(t, "proto_major");

	if (is_class(t, "ERROR"))
		return error_of(t);
	if (!is_class(t, "VERSION") || !major || major->kind != JSON_KIND_INTEGER ||
	    strtol(major->value, NULL, 10) != PROTO_MAJOR)
		return -EPROTO;
	return 0;
}

static int greet(struct hub_link *h, uint64_t deadline)
{
	struct json_text t;
	const char *line;
	int r;

	r = client_wait(&h->client, deadline, &line);
	if (r == 0)
		return -ETIMEDOUT;
	/* somebody listened and went: a daemon that died, or was never started */
	if (r == -EPIPE)
		return -ECONNREFUSED;
	if (r < 0)
		return r == -EMSGSIZE ? -EPROTO : r;
	r = json_take(line, &t);
	if (r == 0)
		r = judge_greeting(&t);
	json_text_wipe(&t);
	return r == -EBADMSG ? -EPROTO : r;
}

int hub_link_open(struct hub_link *h, unsigned int ms)
{
	uint64_t deadline = client_deadline((int)ms), now, left;
	int fd, r;

	hub_link_close(h);
	do {
		now = now_usec();
		if (now >= deadline)
			return -ETIMEDOUT;
		left = (deadline - now + 999) / 1000;
		fd = stream_connect(stream_path(NULL), (unsigned int)left);
	} while (fd == -EINTR);
	if (fd < 0)
		return fd;
	stream_open(&h->client.stream, fd);
	r = greet(h, deadline);
	if (r < 0)
		hub_link_close(h);
	return r;
}

void hub_link_close(struct hub_link *h)
{
	stream_close(&h->client.stream);
}

/* What it says unasked is of no interest; and the line that was taken last is wiped. */
static void drain(struct hub_link *h)
{
	size_t size;
	char *line;

	while (stream_next(&h->client.stream, &line, &size))
		;
}

bool hub_link_alive(struct hub_link *h)
{
	int r;

	while ((r = stream_fill(&h->client.stream)) > 0)
		drain(h);
	if (r != -EAGAIN)
		hub_link_close(h);
	return r == -EAGAIN;
}

void hub_link_begin(struct hub_link *h, const char *class, struct json_writer *w, char *buffer,
		    size_t size)
{
	writer_init(w, buffer, size);
	writer_open(w, NULL, '{');
	writer_word(w, "class", class);
	writer_unsigned(w, "id", ++h->last_id);
}

static bool is_reply(const struct json_text *t, unsigned int id)
{
	const struct json_node *node = json_find(t, "id");

	return node && node->kind == JSON_KIND_INTEGER && strtoul(node->value, NULL, 10) == id;
}

/* The reply to the last request, in *@ret even if it is an error. */
static int wait_for_reply(struct hub_link *h, uint64_t deadline, struct json_text *ret)
{
	const char *line;
	int r;

	for (;;) {
		r = client_wait(&h->client, deadline, &line);
		if (r == 0)
			return -ETIMEDOUT;
		if (r < 0)
			return r == -EMSGSIZE ? -EPROTO : r;
		r = json_take(line, ret);
		if (r < 0)
			return r == -EBADMSG ? -EPROTO : r;
		if (is_reply(ret, h->last_id)) {
			drain(h);
			return 0;
		}
		json_text_wipe(ret);
	}
}

static int ask_once(struct hub_link *h, const char *request, size_t size, uint64_t deadline,
		    struct json_text *ret)
{
	int r;

	*ret = (struct json_text){};
	r = stream_send(&h->client.stream, request, size);
	if (r == 0)
		r = wait_for_reply(h, deadline, ret);
	if (r < 0) {
		json_text_wipe(ret);
		hub_link_close(h);
		return r;
	}
	if (!is_class(ret, "ERROR"))
		return 0;
	r = error_of(ret);
	json_text_wipe(ret);
	return r;
}

int hub_link_ask(struct hub_link *h, struct json_writer *w, unsigned int ms,
		 struct json_text *ret)
{
	uint64_t deadline = client_deadline((int)ms);
	ssize_t size;
	int r;

	writer_close(w, '}');
	size = writer_finish(w);
	if (size < 0)
		return (int)size;
	for (;;) {
		r = ask_once(h, w->out, (size_t)size, deadline, ret);
		/* A program that asks in a loop is slowed down to what the daemon takes. */
		if (r != -EUSERS || now_usec() + PAUSE_MS * UINT64_C(1000) >= deadline)
			return r;
		poll(NULL, 0, PAUSE_MS);
	}
}
