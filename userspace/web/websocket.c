// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/websocket.h"

#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "bucket.h"
#include "secret.h"
#include "util.h"

enum {
	BUFFER_FIRST = 4 * 1024,
	/* A second, and at once: browsers send none, programs one in many seconds. */
	PING_RATE = 5,
	PING_BURST = 20,
};

struct websocket {
	sd_event *event;
	const struct websocket_callbacks *callbacks;
	void *userdata;
	int fd;
	sd_event_source *io;
	sd_event_source *timer;		/* of the goodbye, or of what is not taken */
	sd_event_source *farewell;	/* runs ->closed from the loop */
	struct ws *ws;			/* secret */
	struct bucket pings;
	char *out;			/* secret */
	size_t out_size, out_allocated;
	bool closing;			/* our CLOSE is sent, or on its way */
	bool peer_closed;
	bool over;
};

static void finish(struct websocket *w)
{
	if (w->over)
		return;
	w->over = true;
	w->io = sd_event_source_disable_unref(w->io);
	w->timer = sd_event_source_disable_unref(w->timer);
	sd_event_source_set_enabled(w->farewell, SD_EVENT_ONESHOT);
}

static int on_farewell(sd_event_source *source, void *userdata)
{
	struct websocket *w = userdata;

	w->callbacks->closed(w->userdata);
	return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	finish(userdata);
	return 0;
}

static void set_timer(struct websocket *w, unsigned int seconds)
{
	w->timer = sd_event_source_disable_unref(w->timer);
	if (seconds && sd_event_add_time_relative(w->event, &w->timer, CLOCK_MONOTONIC,
						  seconds * UINT64_C(1000000), 0, on_timer, w) < 0)
		finish(w);
}

static void flush(struct websocket *w)
{
	ssize_t n;

	while (w->out_size) {
		n = send(w->fd, w->out, w->out_size, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			return finish(w);
		if (n < 0)
			break;
		w->out_size -= n;
		memmove(w->out, w->out + n, w->out_size);
		explicit_bzero(w->out + w->out_size, n);
	}
	if (w->out_size == 0 && w->closing && w->peer_closed)
		return finish(w);
	/* What it still sends is read and thrown away: closed now, our reason might not arrive. */
	if (w->out_size == 0 && w->closing && w->ws->over)
		shutdown(w->fd, SHUT_WR);
	if (w->out_size == 0 && !w->closing)
		set_timer(w, 0);
	if (w->over ||
	    sd_event_source_set_io_events(w->io, w->out_size ? EPOLLIN | EPOLLOUT : EPOLLIN) < 0)
		finish(w);
}

static int make_room(struct websocket *w, size_t need)
{
	size_t size = w->out_allocated ? w->out_allocated : BUFFER_FIRST;
	char *out;

	if (need <= w->out_allocated)
		return 0;
	if (need > WEBSOCKET_BACKLOG_MAX)
		return -ENOBUFS;
	while (size < need)
		size *= 2;
	out = secret_alloc(size);
	if (!out)
		return -ENOMEM;
	if (w->out_size)
		memcpy(out, w->out, w->out_size);
	secret_free(w->out);
	w->out = out;
	w->out_allocated = size;
	return 0;
}

static void put_frame(struct websocket *w, enum ws_opcode opcode, const void *data, size_t size)
{
	uint8_t header[WS_HEADER_MAX];
	size_t n = ws_header(opcode, size, header);

	if (w->over)
		return;
	if (make_room(w, w->out_size + n + size) < 0)
		return finish(w);
	if (w->out_size == 0)
		set_timer(w, w->closing ? WEBSOCKET_CLOSE_S : WEBSOCKET_STALL_S);
	memcpy(w->out + w->out_size, header, n);
	if (size)
		memcpy(w->out + w->out_size + n, data, size);
	w->out_size += n + size;
	flush(w);
}

void websocket_send(struct websocket *w, const char *text, size_t size)
{
	if (!w->closing)
		put_frame(w, WS_TEXT, text, size);
}

void websocket_close(struct websocket *w, enum ws_code code)
{
	uint8_t payload[2] = { code >> 8, code & 0xff };

	if (w->closing)
		return;
	w->closing = true;
	if (!w->over)
		set_timer(w, WEBSOCKET_CLOSE_S);
	put_frame(w, WS_CLOSE, payload, code == WS_NO_CODE ? 0 : sizeof(payload));
}

static void take(struct websocket *w, const uint8_t *data, size_t size)
{
	struct ws *ws = w->ws;
	size_t used;

	while (size && !w->over) {
		enum ws_event event = ws_feed(ws, data, size, &used);

		data += used;
		size -= used;
		if (event == WS_MESSAGE && !w->closing) {
			w->callbacks->message(w->userdata, ws->message, ws->size);
		} else if (event == WS_PINGED && !w->closing) {
			if (bucket_take(&w->pings, PING_RATE, PING_BURST, now_usec()))
				put_frame(w, WS_PONG, ws->control, ws->control_size);
			else
				websocket_close(w, WS_POLICY);
		} else if (event == WS_CLOSED || event == WS_BROKEN) {
			w->peer_closed = event == WS_CLOSED;
			websocket_close(w, ws->code);
			if (!w->over)
				flush(w);
		}
	}
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct websocket *w = userdata;
	uint8_t data[4096];
	ssize_t n;

	if (events & EPOLLOUT)
		flush(w);
	if (w->over || !(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		return 0;
	n = recv(fd, data, sizeof(data), MSG_DONTWAIT);
	if (n > 0)
		take(w, data, n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		finish(w);
	explicit_bzero(data, sizeof(data));
	return 0;
}

int websocket_new(sd_event *event, int fd, const void *early, size_t size,
		  const struct websocket_callbacks *callbacks, void *userdata,
		  struct websocket **ret)
{
	struct websocket *w = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return -ENOMEM;
	w->event = sd_event_ref(event);
	w->callbacks = callbacks;
	w->userdata = userdata;
	w->fd = fd;
	w->pings.at = now_usec();
	w->ws = secret_alloc(sizeof(*w->ws));
	r = w->ws ? sd_event_add_defer(event, &w->farewell, on_farewell, w) : -ENOMEM;
	if (r >= 0)
		r = sd_event_source_set_enabled(w->farewell, SD_EVENT_OFF);
	if (r >= 0)
		r = sd_event_add_io(event, &w->io, fd, EPOLLIN, on_io, w);
	if (r < 0) {
		websocket_free(w);
		return r;
	}
	*ret = w;
	if (size)
		take(w, early, size);
	return 0;
}

struct websocket *websocket_free(struct websocket *w)
{
	if (!w)
		return NULL;
	sd_event_source_disable_unref(w->io);
	sd_event_source_disable_unref(w->timer);
	sd_event_source_disable_unref(w->farewell);
	secret_free(w->ws);
	secret_free(w->out);
	sd_event_unref(w->event);
	free(w);
	return NULL;
}
