// SPDX-License-Identifier: GPL-2.0-or-later
#include "batch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "util.h"

enum { AT_ONCE = 16 };	/* and then readers, if they have something */

struct batch {
	int fd;
	sd_event_source *source;
	batch_handler_t handler;
};

/* The kernel puts those that it told of behind the others. */
static int on_ready(sd_event_source *s, int fd, uint32_t revents, void *userdata)
{
	const struct batch *b = userdata;
	struct epoll_event ready[AT_ONCE];
	int n = epoll_wait(fd, ready, AT_ONCE, 0);

	for (int i = 0; i < n; i++)
		b->handler(ready[i].data.ptr, ready[i].events);
	return 0;
}

int batch_new(sd_event *event, int64_t priority, batch_handler_t handler, struct batch **ret)
{
	struct batch *b = calloc(1, sizeof(*b));
	int r;

	if (!b)
		return -ENOMEM;
	b->handler = handler;
	b->fd = epoll_create1(EPOLL_CLOEXEC);
	r = b->fd < 0 ? -errno : sd_event_add_io(event, &b->source, b->fd, EPOLLIN, on_ready, b);
	if (r >= 0)
		r = sd_event_source_set_priority(b->source, priority);
	if (r < 0) {
		batch_free(b);
		return r;
	}
	*ret = b;
	return 0;
}

struct batch *batch_free(struct batch *b)
{
	if (!b)
		return NULL;
	sd_event_source_disable_unref(b->source);
	safe_close(b->fd);
	free(b);
	return NULL;
}

static int control(struct batch *b, int what, int fd, uint32_t events, void *userdata)
{
	struct epoll_event e = { .events = events, .data.ptr = userdata };

	return epoll_ctl(b->fd, what, fd, &e) < 0 ? -errno : 0;
}

int batch_add(struct batch *b, int fd, uint32_t events, void *userdata)
{
	return control(b, EPOLL_CTL_ADD, fd, events, userdata);
}

int batch_change(struct batch *b, int fd, uint32_t events, void *userdata)
{
	return control(b, EPOLL_CTL_MOD, fd, events, userdata);
}

void batch_remove(struct batch *b, int fd)
{
	control(b, EPOLL_CTL_DEL, fd, 0, NULL);
}
