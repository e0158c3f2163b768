// SPDX-License-Identifier: GPL-2.0-or-later
#include "wedge/control.h"

#include <string.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "access.h"
#include "daemon/peer.h"
#include "errors.h"
#include "log.h"
#include "secret.h"
#include "stream.h"

enum {
	CLIENTS_MAX = 32,
	CLIENTS_OF_USER_MAX = 8,
	LINE_MAX_BYTES = 4096,		/* of a request */
	OUT_MAX_BYTES = 64 * 1024,	/* waiting for a client that does not read */
};

struct control_client {
	LIST_ENTRY(control_client) link;
	struct control *control;
	struct stream stream;
	sd_event_source *io, *end;
	uid_t uid;
	enum access access;
};

struct control {
	sd_event *event;
	const struct control_callbacks *callbacks;
	void *userdata;
	sd_event_source *io;
	int fd;
	gid_t group;
	LIST_HEAD(, control_client) clients;
};

static struct control_client *client_free(struct control_client *c)
{
	LIST_REMOVE(c, link);
	sd_event_source_disable_unref(c->io);
	sd_event_source_disable_unref(c->end);
	stream_close(&c->stream);
	free(c);
	return NULL;
}

static void drop(struct control_client *c)
{
	struct control *control = c->control;

	control->callbacks->gone(control->userdata, c);
	client_free(c);
}

static int on_end(sd_event_source *source, void *userdata)
{
	drop(userdata);
	return 0;
}

/* Not at once: whoever sends is in the middle of something. */
static void drop_later(struct control_client *c)
{
	sd_event_source_set_enabled(c->io, SD_EVENT_OFF);
	sd_event_source_set_enabled(c->end, SD_EVENT_ONESHOT);
}

static void update_events(struct control_client *c)
{
	sd_event_source_set_io_events(c->io, c->stream.out_size ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void control_send(struct control_client *c, json_t *object, const json_t *id)
{
	json_auto_t *taken = object;
	_cleanup_secret_ char *text = NULL;

	if (id)
		json_object_set(taken, "id", (json_t *)id);
	text = taken ? json_dumps(taken, JSON_COMPACT) : NULL;
	if (!text || c->stream.out_size > OUT_MAX_BYTES ||
	    stream_send(&c->stream, text, strlen(text)) < 0)
		drop_later(c);
	else
		update_events(c);
}

void control_error(struct control_client *c, const char *code, const char *message,
		   const json_t *id)
{
	control_send(c, json_pack("{s:s, s:s, s:s}", "class", "ERROR", "code", code, "message",
				  message), id);
}

static void refuse(struct control_client *c, enum idcard_error e, const json_t *id)
{
	control_error(c, idcard_error_code(e), idcard_error_text(e, false), id);
}

uid_t control_uid(const struct control_client *c)
{
	return c->uid;
}

static void take_line(struct control_client *c, const char *line, size_t size)
{
	json_auto_t *object = json_loadb(line, size, 0, NULL);
	const json_t *id = json_object_get(object, "id");

	if (id && !json_is_string(id) && !json_is_integer(id)) {
		json_object_del(object, "id");
		id = NULL;
	}
	/* Whose seat it was when they connected may be another's now. */
	if (c->access == ACCESS_SEAT && !access_at_seat(c->uid))
		refuse(c, IDCARD_ERROR_PERMISSION_DENIED, id);
	else if (!json_is_string(json_object_get(object, "class")))
		refuse(c, IDCARD_ERROR_BAD_REQUEST, id);
	else
		c->control->callbacks->request(c->control->userdata, c, object);
}

static int take_lines(struct control_client *c)
{
	size_t size;
	char *line;
	int r;

	r = stream_fill(&c->stream);
	if (r == -EAGAIN)
		return 0;
	while (r > 0 && stream_next(&c->stream, &line, &size))
		take_line(c, line, size);
	if (r > 0 && c->stream.in_size > LINE_MAX_BYTES)
		return -EMSGSIZE;
	return r;
}

static int on_client(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct control_client *c = userdata;

	if (stream_flush(&c->stream) < 0 || take_lines(c) < 0)
		drop(c);
	else
		update_events(c);
	return 0;
}

static unsigned int count_of(const struct control *control, uid_t uid, unsigned int *ret_all)
{
	const struct control_client *c;
	unsigned int n = 0, all = 0;

	LIST_FOREACH(c, &control->clients, link) {
		all++;
		n += c->uid == uid;
	}
	*ret_all = all;
	return n;
}

/* Takes @fd. */
static struct control_client *client_new(struct control *control, int fd)
{
	struct control_client *c = calloc(1, sizeof(*c));
	int r;

	if (!c) {
		close(fd);
		return NULL;
	}
	c->control = control;
	LIST_INSERT_HEAD(&control->clients, c, link);
	stream_open(&c->stream, fd);
	r = sd_event_add_io(control->event, &c->io, fd, EPOLLIN, on_client, c);
	if (r >= 0)
		r = sd_event_add_defer(control->event, &c->end, on_end, c);
	if (r >= 0)
		r = sd_event_source_set_enabled(c->end, SD_EVENT_OFF);
	return r < 0 ? client_free(c) : c;
}

static int on_connection(sd_event_source *source, int listener, uint32_t events, void *userdata)
{
	struct control *control = userdata;
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct control_client *c = fd < 0 ? NULL : client_new(control, fd);
	unsigned int all, of_user;

	if (!c)
		return 0;
	c->access = access_of_peer(c->stream.fd, control->group, &c->uid);
	of_user = count_of(control, c->uid, &all);
	if (c->access == ACCESS_DENIED || all > CLIENTS_MAX || of_user > CLIENTS_OF_USER_MAX) {
		refuse(c, c->access == ACCESS_DENIED ? IDCARD_ERROR_PERMISSION_DENIED :
		       IDCARD_ERROR_TOO_MANY, NULL);
		client_free(c);
		return 0;
	}
	control_send(c, json_pack("{s:s, s:s, s:i, s:i}", "class", "VERSION", "release",
				  IDCARD_VERSION, "proto_major", 1, "proto_minor", 0), NULL);
	return 0;
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	_cleanup_close_ int fd = -1;
	mode_t mask;
	int r, taken;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || (unlink(path) < 0 && errno != ENOENT))
		return -errno;
	/* Open to all: who it is decides. The person at the screen is in no group. */
	mask = umask(0111);
	r = bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
	umask(mask);
	if (r == 0 && listen(fd, SOMAXCONN) < 0)
		r = -errno;
	if (r < 0)
		return r;
	taken = fd;
	fd = -1;
	return taken;
}

int control_new(sd_event *event, const char *path, const struct control_callbacks *callbacks,
		void *userdata, struct control **ret)
{
	_cleanup_(control_freep) struct control *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return -ENOMEM;
	LIST_INIT(&c->clients);
	c->event = sd_event_ref(event);
	c->callbacks = callbacks;
	c->userdata = userdata;
	c->group = access_group();
	c->fd = listen_at(path);
	if (c->fd < 0)
		return log_errno(LOG_ERR, c->fd, "%s", path);
	r = sd_event_add_io(event, &c->io, c->fd, EPOLLIN, on_connection, c);
	if (r < 0)
		return r;
	*ret = c;
	c = NULL;
	return 0;
}

struct control *control_free(struct control *c)
{
	struct control_client *client;

	if (!c)
		return NULL;
	while ((client = LIST_FIRST(&c->clients)))
		client_free(client);
	sd_event_source_disable_unref(c->io);
	safe_close(c->fd);
	sd_event_unref(c->event);
	free(c);
	return NULL;
}
