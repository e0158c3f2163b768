// SPDX-License-Identifier: GPL-2.0-or-later
#include "control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "commands.h"
#include "util.h"

enum { CLIENTS = 32 };

struct client {
	struct control *control;
	int fd;
	sd_event_source *io;
	sd_event_source *timer;
	struct wait wait;		/* .kind WAIT_NONE: not waiting */
	char line[COMMAND_LINE];
	size_t have;
};

struct control {
	sd_event *event;
	sd_event_source *io;
	int fd;
	char path[108];
	struct commands commands;
	struct client *clients[CLIENTS];
};

static void drop_client(struct client *c)
{
	for (size_t i = 0; i < CLIENTS; i++)
		if (c->control->clients[i] == c)
			c->control->clients[i] = NULL;
	sd_event_source_disable_unref(c->io);
	sd_event_source_disable_unref(c->timer);
	safe_close(c->fd);
	free(c);
}

/* A client that went away shows at its socket; nothing to do here. */
static void answer(struct client *c, const char *text)
{
	struct iovec parts[] = { { (void *)text, strlen(text) }, { (void *)"\n", 1 } };
	struct msghdr h = { .msg_iov = parts, .msg_iovlen = 2 };

	if (sendmsg(c->fd, &h, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		shutdown(c->fd, SHUT_RDWR);
}

static void end_wait(struct client *c, const char *text)
{
	c->wait.kind = WAIT_NONE;
	sd_event_source_set_enabled(c->timer, SD_EVENT_OFF);
	answer(c, text);
}

static void check_wait(struct client *c)
{
	char reply[COMMAND_REPLY];

	if (c->wait.kind != WAIT_NONE &&
	    commands_wait_over(&c->control->commands, &c->wait, reply))
		end_wait(c, reply);
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct client *c = userdata;

	if (c->wait.kind != WAIT_NONE)
		end_wait(c, "error timeout");
	return 0;
}

static void run_line(struct client *c, char *line)
{
	char reply[COMMAND_REPLY];

	if (c->wait.kind != WAIT_NONE) {
		answer(c, "error still waiting");
		return;
	}
	commands_run(&c->control->commands, line, reply, &c->wait);
	if (c->wait.kind == WAIT_NONE) {
		answer(c, reply);
		return;
	}
	sd_event_source_set_time(c->timer, now_usec() + c->wait.timeout_ms * (uint64_t)1000);
	sd_event_source_set_enabled(c->timer, SD_EVENT_ONESHOT);
	check_wait(c);
}

static void take_lines(struct client *c)
{
	char *end;

	while ((end = memchr(c->line, '\n', c->have))) {
		char line[COMMAND_LINE];
		size_t n = (size_t)(end - c->line);

		memcpy(line, c->line, n);
		line[n] = 0;
		c->have -= n + 1;
		memmove(c->line, end + 1, c->have);
		run_line(c, line);
	}
}

static int on_client(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct client *c = userdata;
	ssize_t n = recv(fd, c->line + c->have, sizeof(c->line) - c->have, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		drop_client(c);
		return 0;
	}
	c->have += (size_t)n;
	take_lines(c);
	if (c->have == sizeof(c->line)) {
		answer(c, "error line too long");
		drop_client(c);
	}
	return 0;
}

static struct client *new_client(struct control *control, int fd)
{
	struct client *c = NULL;
	size_t i;

	for (i = 0; i < CLIENTS && control->clients[i]; i++)
		;
	if (i < CLIENTS)
		c = calloc(1, sizeof(*c));
	if (!c) {
		safe_close(fd);
		return NULL;
	}
	c->control = control;
	c->fd = fd;
	control->clients[i] = c;
	return c;
}

static int on_listen(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct control *control = userdata;
	int r, connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct client *c;

	if (connection < 0)
		return 0;
	c = new_client(control, connection);
	if (!c)
		return 0;
	r = sd_event_add_io(control->event, &c->io, c->fd, EPOLLIN, on_client, c);
	if (r >= 0)
		r = sd_event_add_time(control->event, &c->timer, CLOCK_MONOTONIC, SAM_NEVER, 1,
				      on_timeout, c);
	if (r >= 0)
		r = sd_event_source_set_enabled(c->timer, SD_EVENT_OFF);
	if (r < 0)
		drop_client(c);
	return 0;
}

static void on_change(void *userdata)
{
	struct control *control = userdata;

	for (size_t i = 0; i < CLIENTS; i++)
		if (control->clients[i])
			check_wait(control->clients[i]);
}

static int listen_at(struct control *c, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->fd < 0)
		return -errno;
	if (!connect(c->fd, (struct sockaddr *)&address, sizeof(address)))
		return -EADDRINUSE;
	unlink(path);
	if (bind(c->fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(c->fd, CLIENTS) < 0)
		return -errno;
	strcpy(c->path, path);
	return sd_event_add_io(c->event, &c->io, c->fd, EPOLLIN, on_listen, c);
}

int control_new(sd_event *event, struct reader *reader, const char *path, const char *personas,
		struct control **ret)
{
	struct control *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return -ENOMEM;
	c->event = event;
	c->fd = -1;
	c->commands = (struct commands){ .event = event, .reader = reader, .personas = personas };
	r = listen_at(c, path);
	if (r < 0) {
		control_free(c);
		return r;
	}
	reader->changed = on_change;
	reader->userdata = c;
	*ret = c;
	return 0;
}

struct control *control_free(struct control *c)
{
	if (!c)
		return NULL;
	c->commands.reader->changed = NULL;
	for (size_t i = 0; i < CLIENTS; i++)
		if (c->clients[i])
			drop_client(c->clients[i]);
	sd_event_source_disable_unref(c->io);
	safe_close(c->fd);
	if (*c->path)
		unlink(c->path);
	free(c);
	return NULL;
}
