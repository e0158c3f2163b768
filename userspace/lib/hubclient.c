// SPDX-License-Identifier: LGPL-2.1-or-later
#include "hubclient.h"

#include <jansson.h>
#include <string.h>
#include <sys/epoll.h>

#include "errors.h"
#include "log.h"
#include "secret.h"
#include "stream.h"

enum {
	RETRY_FIRST_USEC = 10 * 1000,
	RETRY_LAST_USEC = 1000 * 1000,
	GREETING_USEC = 5 * 1000 * 1000,
	ACCURACY_USEC = 1000,
};

struct hubclient {
	sd_event *event;
	const char *path;
	const struct hubclient_callbacks *callbacks;
	void *userdata;

	struct stream stream;
	sd_event_source *io;	/* while connected */
	sd_event_source *timer;	/* to the next try, or to the end of the wait for a greeting */
	uint64_t retry_usec;
	bool wanted, greeted;
};

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata);

static void set_timer(struct hubclient *h, uint64_t usec)
{
	h->timer = sd_event_source_disable_unref(h->timer);
	if (sd_event_add_time_relative(h->event, &h->timer, CLOCK_MONOTONIC, usec, ACCURACY_USEC,
				       on_timer, h) < 0)
		/* without it nobody would ever try again: better to start afresh */
		sd_event_exit(h->event, -ENOMEM);
}

static void close_connection(struct hubclient *h)
{
	h->io = sd_event_source_disable_unref(h->io);
	h->timer = sd_event_source_disable_unref(h->timer);
	stream_close(&h->stream);
	h->greeted = false;
}

static void retry_later(struct hubclient *h)
{
	set_timer(h, h->retry_usec);
	h->retry_usec *= 2;
	if (h->retry_usec > RETRY_LAST_USEC)
		h->retry_usec = RETRY_LAST_USEC;
}

static void lose(struct hubclient *h, int error)
{
	close_connection(h);
	h->callbacks->lost(h->userdata, error == -EACCES ? -EACCES : -ECONNRESET);
	retry_later(h);
}

static int reply_error(const json_t *object)
{
	const char *code = json_string_value(json_object_get(object, "code"));
	int error = idcard_error_errno(idcard_error_from_code(code));

	return error ? -error : -EIO;
}

static void take_reply(struct hubclient *h, uint64_t id, const char *class, json_t *object)
{
	if (h->callbacks->reply)
		h->callbacks->reply(h->userdata, id,
				    strcmp(class, "ERROR") == 0 ? reply_error(object) : 0);
	if (h->callbacks->answer) {
		json_object_del(object, "id");
		h->callbacks->answer(h->userdata, id, class, object);
	}
}

/* -EPROTO or -EACCES end the connection. */
static int take_line(struct hubclient *h, const char *line, size_t size)
{
	json_auto_t *object = json_loadb(line, size, 0, NULL);
	const char *class = json_string_value(json_object_get(object, "class"));
	const json_t *id = json_object_get(object, "id");

	if (!class)
		return -EPROTO;
	if (json_is_integer(id)) {
		take_reply(h, json_integer_value(id), class, object);
		return 0;
	}
	if (strcmp(class, "ERROR") == 0 && reply_error(object) == -EACCES &&
	    !json_object_get(object, "reader"))
		return -EACCES;
	if (strcmp(class, "IDENTITY") == 0 && h->callbacks->identity)
		h->callbacks->identity(h->userdata, line, size);
	if (h->callbacks->event)
		h->callbacks->event(h->userdata, class, object);
	return 0;
}

static int take_greeting(struct hubclient *h, const char *line)
{
	_cleanup_free_ char *release = NULL;
	int r;

	r = stream_greeting(line, &release);
	if (r < 0)
		return r;
	h->timer = sd_event_source_disable_unref(h->timer);
	h->retry_usec = RETRY_FIRST_USEC;
	h->greeted = true;
	h->callbacks->ready(h->userdata);
	return 0;
}

static int take_lines(struct hubclient *h)
{
	size_t size;
	char *line;
	int r;

	while (stream_next(&h->stream, &line, &size)) {
		r = h->greeted ? take_line(h, line, size) : take_greeting(h, line);
		if (r < 0)
			return r;
	}
	return 0;
}

static int update_events(struct hubclient *h)
{
	uint32_t events = h->stream.out_size ? EPOLLIN | EPOLLOUT : EPOLLIN;

	return sd_event_source_set_io_events(h->io, events);
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct hubclient *h = userdata;
	int r;

	/* -EPIPE of sending is no reason to leave unread what the daemon said before */
	if (revents & EPOLLOUT)
		stream_flush(&h->stream);
	r = stream_fill(&h->stream);
	if (r == -EAGAIN)
		r = 0;
	else if (r > 0)
		r = take_lines(h);
	if (r >= 0)
		r = update_events(h);
	if (r == -EPROTO)
		log_line(LOG_WARNING, "What answers at %s is not idcardd, or of another major version", h->path);
	if (r < 0)
		lose(h, r);
	return 0;
}

static void try_connect(struct hubclient *h)
{
	int fd, r;

	fd = stream_connect(h->path, 0);
	if (fd < 0) {
		/* Somebody fills the daemon's queue, which is shorter in a moment. */
		if (fd == -EAGAIN)
			h->retry_usec = RETRY_FIRST_USEC;
		retry_later(h);
		return;
	}
	stream_open(&h->stream, fd);
	r = sd_event_add_io(h->event, &h->io, fd, EPOLLIN, on_io, h);
	if (r < 0) {
		close_connection(h);
		retry_later(h);
		return;
	}
	set_timer(h, GREETING_USEC);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct hubclient *h = userdata;

	h->timer = sd_event_source_disable_unref(h->timer);
	if (h->io)
		lose(h, -ETIMEDOUT);
	else
		try_connect(h);
	return 0;
}

int hubclient_new(sd_event *event, const char *path, const struct hubclient_callbacks *callbacks,
		  void *userdata, struct hubclient **ret)
{
	struct hubclient *h = calloc(1, sizeof(*h));

	if (!h)
		return -ENOMEM;
	h->event = sd_event_ref(event);
	h->path = path;
	h->callbacks = callbacks;
	h->userdata = userdata;
	h->stream = STREAM_CLOSED;
	*ret = h;
	return 0;
}

struct hubclient *hubclient_free(struct hubclient *h)
{
	if (!h)
		return NULL;
	close_connection(h);
	sd_event_unref(h->event);
	free(h);
	return NULL;
}

void hubclient_want(struct hubclient *h, bool want)
{
	if (want == h->wanted)
		return;
	h->wanted = want;
	if (want) {
		h->retry_usec = RETRY_FIRST_USEC;
		try_connect(h);
	} else {
		close_connection(h);
	}
}

bool hubclient_ready(const struct hubclient *h)
{
	return h->greeted;
}

int hubclient_request(struct hubclient *h, uint64_t id, json_t *request)
{
	json_auto_t *object = request;
	_cleanup_secret_ char *text = NULL;
	int r;

	if (!h->greeted)
		return -ENOTCONN;
	if (!object || json_object_set_new(object, "id", json_integer((json_int_t)id)) < 0)
		return -ENOMEM;
	text = json_dumps(object, JSON_COMPACT);
	if (!text)
		return -ENOMEM;
	r = stream_send(&h->stream, text, strlen(text));
	return r < 0 ? r : update_events(h);
}

int hubclient_watch(struct hubclient *h, uint64_t id)
{
	return hubclient_request(h, id, json_pack("{s:s, s:b}", "class", "WATCH", "enable", 1));
}

int hubclient_enter(struct hubclient *h, uint64_t id, const char *text, const char *source)
{
	return hubclient_request(h, id, json_pack("{s:s, s:s, s:s*}", "class", "ENTER", "text", text,
						  "source", source));
}
