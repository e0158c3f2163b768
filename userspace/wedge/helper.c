// SPDX-License-Identifier: GPL-2.0-or-later
#include "wedge/helper.h"

#include <jansson.h>
#include <string.h>
#include <sys/epoll.h>

#include "log.h"
#include "secret.h"
#include "stream.h"
#include "wedge/tool.h"

enum {
	RETRY_FIRST_USEC = 1000 * 1000,
	RETRY_LAST_USEC = 30 * 1000 * 1000,
	ACCURACY_USEC = 500 * 1000,
	CLEAR_DEFAULT_S = 10,
	CLEAR_MAX_S = 600,
};

struct helper {
	sd_event *event;
	const char *path;
	struct stream stream;
	sd_event_source *io, *timer;
	uint64_t retry_usec;
	bool greeted;
	struct tool *tool;
	json_int_t seq;		/* of the text that the tool has */
};

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata);

static void retry_later(struct helper *h)
{
	h->timer = sd_event_source_disable_unref(h->timer);
	if (sd_event_add_time_relative(h->event, &h->timer, CLOCK_MONOTONIC, h->retry_usec,
				       ACCURACY_USEC, on_timer, h) < 0)
		sd_event_exit(h->event, -ENOMEM);
	h->retry_usec *= 2;
	if (h->retry_usec > RETRY_LAST_USEC)
		h->retry_usec = RETRY_LAST_USEC;
}

static void lose(struct helper *h)
{
	h->io = sd_event_source_disable_unref(h->io);
	stream_close(&h->stream);
	h->greeted = false;
	tool_clear(h->tool);
	retry_later(h);
}

static int tell(struct helper *h, json_t *object)
{
	json_auto_t *taken = object;
	_cleanup_secret_ char *text = taken ? json_dumps(taken, JSON_COMPACT) : NULL;

	return text ? stream_send(&h->stream, text, strlen(text)) : -ENOMEM;
}

static int answer(struct helper *h, bool ok)
{
	return tell(h, json_pack("{s:s, s:I, s:b}", "class", "CLIPPED", "seq", h->seq, "ok", ok));
}

static void on_done(void *userdata, bool on_clipboard)
{
	struct helper *h = userdata;

	/* If it cannot be sent, the loop finds the connection broken. */
	answer(h, on_clipboard);
}

static int take_clip(struct helper *h, const json_t *object)
{
	const char *text = json_string_value(json_object_get(object, "text"));
	const json_t *clear = json_object_get(object, "clear");
	json_int_t clear_s = json_is_integer(clear) ? json_integer_value(clear) : CLEAR_DEFAULT_S;
	int r;

	if (!text)
		return -EPROTO;
	if (clear_s < 1 || clear_s > CLEAR_MAX_S)
		clear_s = CLEAR_DEFAULT_S;
	h->seq = json_integer_value(json_object_get(object, "seq"));
	r = tool_copy(h->tool, text, clear_s);
	if (r < 0) {
		log_errno(LOG_WARNING, r, "Nothing was put on the clipboard");
		return answer(h, false);
	}
	return 0;
}

static int greet(struct helper *h, const char *line)
{
	_cleanup_free_ char *release = NULL;
	int r = stream_greeting(line, &release);

	if (r < 0)
		return r;
	h->greeted = true;
	h->retry_usec = RETRY_FIRST_USEC;
	log_line(LOG_INFO, "Connected to idcard-wedge");
	return tell(h, json_pack("{s:s, s:i}", "class", "CLIPBOARD", "id", 1));
}

static int take_line(struct helper *h, const char *line, size_t size)
{
	json_auto_t *object = NULL;
	const char *class;

	if (!h->greeted)
		return greet(h, line);
	object = json_loadb(line, size, 0, NULL);
	class = json_string_value(json_object_get(object, "class"));
	if (!class)
		return -EPROTO;
	if (strcmp(class, "CLIP") == 0)
		return take_clip(h, object);
	if (strcmp(class, "CLEAR") == 0)
		tool_clear(h->tool);
	else if (strcmp(class, "ERROR") == 0)
		return -EACCES;
	return 0;
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct helper *h = userdata;
	size_t size;
	char *line;
	int r;

	stream_flush(&h->stream);
	r = stream_fill(&h->stream);
	if (r == -EAGAIN)
		return 0;
	while (r > 0 && stream_next(&h->stream, &line, &size))
		if (take_line(h, line, size) < 0)
			r = -EPROTO;
	if (r < 0)
		lose(h);
	return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct helper *h = userdata;
	int fd = stream_connect(h->path, 0);

	if (fd < 0) {
		retry_later(h);
		return 0;
	}
	h->timer = sd_event_source_disable_unref(h->timer);
	stream_open(&h->stream, fd);
	if (sd_event_add_io(h->event, &h->io, fd, EPOLLIN, on_io, h) < 0)
		lose(h);
	return 0;
}

int helper_new(sd_event *event, const char *path, struct helper **ret)
{
	_cleanup_(helper_freep) struct helper *h = calloc(1, sizeof(*h));
	int r;

	if (!h)
		return -ENOMEM;
	h->event = sd_event_ref(event);
	h->path = path;
	h->stream = STREAM_CLOSED;
	h->retry_usec = RETRY_FIRST_USEC;
	r = tool_new(event, on_done, h, &h->tool);
	if (r >= 0)
		r = sd_event_add_time(event, &h->timer, CLOCK_MONOTONIC, 0, 0, on_timer, h);
	if (r < 0)
		return r;
	*ret = h;
	h = NULL;
	return 0;
}

struct helper *helper_free(struct helper *h)
{
	if (!h)
		return NULL;
	tool_free(h->tool);
	sd_event_source_disable_unref(h->io);
	sd_event_source_disable_unref(h->timer);
	stream_close(&h->stream);
	sd_event_unref(h->event);
	free(h);
	return NULL;
}
