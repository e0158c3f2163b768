// SPDX-License-Identifier: GPL-2.0-or-later
#include "client.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "secret.h"
#include "util.h"

enum {
	LINE_MAX_BYTES = 64 * 1024,	/* of a request */
	QUEUE_FIRST_BYTES = 4 * 1024,
	QUEUE_MAX_BYTES = 2 * 1024 * 1024,	/* not read by it: the largest picture, twice */
	QUEUE_FULL_BYTES = QUEUE_MAX_BYTES / 2,	/* what waits goes on waiting */
	HELD_MAX = 64,
	/* Requests a second, and at once, of one connection; those of a user: quota.h. */
	REQUEST_RATE = 100,
	REQUEST_BURST = 200,
	GOODBYE_MS = 2000,		/* to take what was sent last */
	PAUSE_MS = 100,			/* who asks too much is not listened to, */
	PAUSE_MAX_MS = 3200,		/* twice as long each time that nothing is learned */
};

/* What waits for a picture, or behind what does. In secret memory. */
struct held {
	struct held *next;
	struct sighting *sighting;	/* NULL: a line */
	struct identity_options options;
	bool reply;			/* the bytes are the id of the request that it answers */
	size_t size;
	char bytes[];
};

struct client {
	sd_event_source *io;		/* NULL: it left */
	sd_event_source *timer;		/* of READ, or of the goodbye */
	sd_event_source *pause;		/* not NULL: nothing is read until it ends */
	unsigned int pause_ms;		/* of the last one */
	uint64_t pause_over;
	sd_event_source *farewell;	/* runs ->gone from the loop */
	int fd;
	struct quota *quota;
	enum access access;
	struct client_callbacks callbacks;
	struct client_watch watch;
	struct client_work work;

	struct {
		bool active;
		json_t *id;
		struct identity_options options;
	} read;

	char *in;		/* secret, LINE_MAX_BYTES; NULL between lines */
	size_t in_size;
	bool skipping;		/* the rest of a line that is too long */
	char *out;		/* secret, room for out_allocated; out_size bytes not yet sent */
	size_t out_size, out_allocated;
	struct held *held;	/* the first to come first */
	size_t n_held, held_size;
	bool finishing;		/* end when everything is sent */
	struct bucket requests;
};

static void free_first_held(struct client *c)
{
	struct held *h = c->held;

	c->held = h->next;
	c->n_held--;
	c->held_size -= h->size;
	quota_unqueue(c->quota, h->size);
	sighting_unref(h->sighting);
	secret_free(h);
}

void client_drop(struct client *c)
{
	while (c->held)
		free_first_held(c);
}

static int on_farewell(sd_event_source *s, void *userdata)
{
	struct client *c = userdata;

	c->callbacks.gone(c, c->callbacks.userdata);
	return 0;
}

static void free_out(struct client *c)
{
	quota_unqueue(c->quota, c->out_allocated);
	c->out = secret_free(c->out);
	c->out_allocated = c->out_size = 0;
}

/* The owner hears of it from the loop, so that a list can be walked while sending. */
static void leave(struct client *c)
{
	c->io = sd_event_source_disable_unref(c->io);
	c->timer = sd_event_source_disable_unref(c->timer);
	c->pause = sd_event_source_disable_unref(c->pause);
	client_drop(c);
	/* There is room at once for others of this user. */
	free_out(c);
	sd_event_source_set_enabled(c->farewell, SD_EVENT_ONESHOT);
}

static bool left(const struct client *c)
{
	return !c->io;
}

static void update_events(struct client *c)
{
	uint32_t events = (c->finishing || c->pause ? 0 : EPOLLIN) | (c->out_size ? EPOLLOUT : 0);

	if (sd_event_source_set_io_events(c->io, events) < 0)
		leave(c);
}

static void flush(struct client *c)
{
	ssize_t n = send(c->fd, c->out, c->out_size, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN && errno != EINTR)
		return leave(c);
	if (n > 0) {
		c->out_size -= n;
		memmove(c->out, c->out + n, c->out_size);
	}
	if (c->out_size == 0) {
		free_out(c);
		if (c->finishing)
			return leave(c);
	}
	update_events(c);
}

/* Doubled each time: many short lines must not be copied over and over, while all others wait. */
static int make_room(struct client *c, size_t need)
{
	size_t size = c->out_allocated ? c->out_allocated : QUEUE_FIRST_BYTES;
	char *out;

	if (need <= c->out_allocated)
		return 0;
	while (size < need)
		size *= 2;
	if (!quota_queue(c->quota, c->out_allocated, size - c->out_allocated))
		return -ENOBUFS;
	out = secret_alloc(size);
	if (!out) {
		quota_unqueue(c->quota, size - c->out_allocated);
		return -ENOMEM;
	}
	if (c->out_size)
		memcpy(out, c->out, c->out_size);
	secret_free(c->out);
	c->out = out;
	c->out_allocated = size;
	return 0;
}

/* @size bytes and a newline. */
static void put_line(struct client *c, const char *line, size_t size)
{
	if (c->out_size + size + 1 > QUEUE_MAX_BYTES ||
	    make_room(c, c->out_size + size + 1) < 0)
		return leave(c);
	memcpy(c->out + c->out_size, line, size);
	c->out_size += size;
	c->out[c->out_size++] = '\n';
	flush(c);
}

static void put_sighting(struct client *c, const struct sighting *s,
			 const struct identity_options *options, const char *id)
{
	_cleanup_secret_ char *line = NULL;
	size_t size;

	if (sighting_write(s, options, id, &line, &size) < 0)
		return leave(c);
	put_line(c, line, size);
}

bool client_releasable(const struct client *c)
{
	const struct held *h = c->held;

	return h && c->out_size < QUEUE_FULL_BYTES &&
	       (!h->sighting || sighting_ready(h->sighting, &h->options));
}

/*
 * What waits, up to the first whose picture is still to come, and not faster than the client reads;
 * with @all everything, and what has no picture yet goes without.
 */
static void release(struct client *c, bool all)
{
	while (all ? c->held != NULL : client_releasable(c)) {
		const struct held *h = c->held;

		if (h->sighting)
			put_sighting(c, h->sighting, &h->options, h->reply ? h->bytes : NULL);
		else
			put_line(c, h->bytes, h->size);
		/* If that ended the client, nothing is held any more. */
		if (c->held)
			free_first_held(c);
	}
}

/* NULL, and the client is left, when memory is short. */
static struct held *hold(struct client *c, const char *bytes, size_t size)
{
	struct held **end = &c->held, *h;

	if (c->n_held >= HELD_MAX || c->out_size + c->held_size + size > QUEUE_MAX_BYTES / 2)
		release(c, true);
	if (left(c))
		return NULL;
	h = quota_queue(c->quota, c->held_size + c->out_allocated, size) ?
		secret_alloc(sizeof(*h) + size + 1) : NULL;
	if (!h) {
		leave(c);
		return NULL;
	}
	if (size)
		memcpy(h->bytes, bytes, size);
	h->size = size;
	while (*end)
		end = &(*end)->next;
	*end = h;
	c->n_held++;
	c->held_size += size;
	return h;
}

void client_send_line(struct client *c, const char *line, size_t size)
{
	if (left(c) || c->finishing)
		return;
	if (c->held && hold(c, line, size))
		release(c, false);
	else if (!left(c))
		put_line(c, line, size);
}

void client_send(struct client *c, json_t *object)
{
	size_t size = json_dumpb(object, NULL, 0, JSON_COMPACT);
	_cleanup_secret_ char *line = size ? secret_alloc(size) : NULL;

	if (left(c) || c->finishing)
		return;
	if (!line)
		return leave(c);
	json_dumpb(object, line, size, JSON_COMPACT);
	client_send_line(c, line, size);
}

void client_send_sighting(struct client *c, struct sighting *s,
			  const struct identity_options *options, const json_t *id)
{
	size_t size = id ? json_dumpb(id, NULL, 0, JSON_ENCODE_ANY) : 0;
	_cleanup_secret_ char *text = secret_alloc(size + 1);
	struct held *h;

	if (left(c) || c->finishing)
		return;
	if (!text)
		return leave(c);
	if (id)
		json_dumpb(id, text, size, JSON_ENCODE_ANY);
	h = hold(c, text, size);
	if (!h)
		return;
	h->sighting = sighting_ref(s);
	h->options = *options;
	h->reply = id;
	release(c, false);
}

void client_release(struct client *c)
{
	release(c, false);
}

void client_send_error(struct client *c, enum idcard_error error, json_t *id)
{
	json_t *object = json_pack("{s:s, s:s, s:s}", "class", "ERROR", "code",
				   idcard_error_code(error), "message",
				   idcard_error_text(error, false));

	if (id)
		json_object_set(object, "id", id);
	client_send(c, object);
	json_decref(object);
}

/* It did not take what was left. */
static int on_goodbye(sd_event_source *s, uint64_t usec, void *userdata)
{
	leave(userdata);
	return 0;
}

void client_finish(struct client *c)
{
	if (left(c) || c->finishing)
		return;
	c->finishing = true;
	c->timer = sd_event_source_disable_unref(c->timer);
	if (sd_event_add_time_relative(sd_event_source_get_event(c->farewell), &c->timer,
				       CLOCK_MONOTONIC, GOODBYE_MS * UINT64_C(1000), 0, on_goodbye,
				       c) < 0)
		return leave(c);
	flush(c);
}

static bool may_ask(struct client *c)
{
	uint64_t now = now_usec();

	return bucket_take(&c->requests, REQUEST_RATE, REQUEST_BURST, now) &&
	       quota_take(c->quota, now);
}

static void handle_input(struct client *c);

static int on_pause_over(sd_event_source *s, uint64_t usec, void *userdata)
{
	struct client *c = userdata;

	c->pause = sd_event_source_disable_unref(c->pause);
	c->pause_over = now_usec();
	if (c->in)
		handle_input(c);
	if (!left(c))
		update_events(c);
	return 0;
}

/* What comes meanwhile stays in the socket: to refuse it would cost as much as to answer it. */
static void pause_input(struct client *c)
{
	bool again = now_usec() - c->pause_over < PAUSE_MAX_MS * UINT64_C(1000);

	if (left(c) || c->pause)
		return;
	c->pause_ms = again ? 2 * c->pause_ms : PAUSE_MS;
	if (c->pause_ms > PAUSE_MAX_MS)
		c->pause_ms = PAUSE_MAX_MS;
	if (sd_event_add_time_relative(sd_event_source_get_event(c->farewell), &c->pause,
				       CLOCK_MONOTONIC, c->pause_ms * UINT64_C(1000), 0,
				       on_pause_over, c) < 0 ||
	    sd_event_source_set_priority(c->pause, CLIENT_PRIORITY) < 0)
		return leave(c);
	update_events(c);
}

static void handle_line(struct client *c, const char *line, size_t size)
{
	json_t *request = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);

	if (!may_ask(c)) {
		pause_input(c);
		client_send_error(c, IDCARD_ERROR_TOO_MANY,
				  json_is_object(request) ? json_object_get(request, "id") : NULL);
	} else if (!json_is_object(request)) {
		client_send_error(c, IDCARD_ERROR_BAD_REQUEST, NULL);
	} else {
		c->callbacks.request(c, request, c->callbacks.userdata);
	}
	json_decref(request);
}

/* Whole lines are handled; the beginning of one stays, and what comes in a pause. */
static void handle_input(struct client *c)
{
	char *start = c->in, *end = c->in + c->in_size, *newline;

	while (!left(c) && !c->finishing && !c->pause &&
	       (newline = memchr(start, '\n', end - start))) {
		if (!c->skipping)
			handle_line(c, start, newline - start);
		c->skipping = false;
		start = newline + 1;
	}
	c->in_size = end - start;
	memmove(c->in, start, c->in_size);
	explicit_bzero(c->in + c->in_size, start - c->in);

	if (c->in_size == LINE_MAX_BYTES && !c->pause) {
		if (!c->skipping)
			client_send_error(c, IDCARD_ERROR_TOO_LARGE, NULL);
		c->skipping = true;
		c->in_size = 0;
	}
	if (c->in_size == 0)
		c->in = secret_free(c->in);
}

static void receive(struct client *c)
{
	ssize_t n;

	if (!c->in)
		c->in = secret_alloc(LINE_MAX_BYTES);
	if (!c->in)
		return leave(c);
	n = recv(c->fd, c->in + c->in_size, LINE_MAX_BYTES - c->in_size, MSG_DONTWAIT);
	if (n > 0) {
		c->in_size += n;
		handle_input(c);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		leave(c);
	}
}

static int on_io(sd_event_source *s, int fd, uint32_t events, void *userdata)
{
	struct client *c = userdata;

	if (events & EPOLLOUT)
		flush(c);
	if (!left(c) && client_releasable(c))
		c->callbacks.room(c, c->callbacks.userdata);
	if (!left(c) && events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		receive(c);
	return 0;
}

int client_new(sd_event *event, int fd, struct quota *quota, enum access access,
	       const struct client_callbacks *callbacks, struct client **ret)
{
	struct client *c = calloc(1, sizeof(*c));
	int r;

	if (!c) {
		safe_close(fd);
		return -ENOMEM;
	}
	c->fd = fd;
	c->quota = quota;
	quota->connections++;
	c->access = access;
	c->callbacks = *callbacks;
	c->requests.at = now_usec();
	r = sd_event_add_defer(event, &c->farewell, on_farewell, c);
	if (r < 0)
		goto fail;
	r = sd_event_source_set_enabled(c->farewell, SD_EVENT_OFF);
	if (r < 0)
		goto fail;
	r = sd_event_add_io(event, &c->io, fd, EPOLLIN, on_io, c);
	if (r >= 0)
		r = sd_event_source_set_priority(c->io, CLIENT_PRIORITY);
	if (r < 0)
		goto fail;
	*ret = c;
	return 0;
fail:
	client_free(c);
	return r;
}

struct client *client_free(struct client *c)
{
	if (!c)
		return NULL;
	sd_event_source_disable_unref(c->io);
	sd_event_source_disable_unref(c->timer);
	sd_event_source_disable_unref(c->pause);
	sd_event_source_disable_unref(c->farewell);
	safe_close(c->fd);
	c->quota->connections--;
	json_decref(c->read.id);
	client_drop(c);
	secret_free(c->in);
	free_out(c);
	free(c);
	return NULL;
}

uid_t client_uid(const struct client *c)
{
	return c->quota->uid;
}

struct quota *client_quota(const struct client *c)
{
	return c->quota;
}

enum access client_access(const struct client *c)
{
	return c->access;
}

struct client_watch *client_watch(struct client *c)
{
	return &c->watch;
}

struct client_work *client_work(struct client *c)
{
	return &c->work;
}

static int on_read_timeout(sd_event_source *s, uint64_t usec, void *userdata)
{
	struct client *c = userdata;

	c->callbacks.read_timeout(c, c->callbacks.userdata);
	return 0;
}

int client_read_begin(struct client *c, uint64_t timeout_usec, json_t *id,
		      const struct identity_options *options)
{
	int r;

	if (c->read.active)
		return -EBUSY;
	c->timer = sd_event_source_disable_unref(c->timer);
	r = sd_event_add_time_relative(sd_event_source_get_event(c->farewell), &c->timer,
				       CLOCK_MONOTONIC, timeout_usec, 0, on_read_timeout, c);
	if (r < 0)
		return r;
	c->read.active = true;
	c->read.id = json_incref(id);
	c->read.options = *options;
	return 0;
}

bool client_reading(const struct client *c, const struct identity_options **ret_options)
{
	if (c->read.active && ret_options)
		*ret_options = &c->read.options;
	return c->read.active && !left(c);
}

json_t *client_read_end(struct client *c)
{
	json_t *id = c->read.id;

	c->timer = sd_event_source_disable_unref(c->timer);
	c->read.active = false;
	c->read.id = NULL;
	return id;
}
