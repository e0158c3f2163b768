// SPDX-License-Identifier: GPL-2.0-or-later
#include "usb-loop.h"

#include <poll.h>
#include <sys/epoll.h>

#include "util.h"

int usb_loop_errno(int error)
{
	switch (error) {
	case LIBUSB_SUCCESS:
		return 0;
	case LIBUSB_ERROR_NO_DEVICE:
	case LIBUSB_ERROR_NOT_FOUND:
		return -ENODEV;
	case LIBUSB_ERROR_BUSY:
		return -EBUSY;
	case LIBUSB_ERROR_ACCESS:
		return -EACCES;
	case LIBUSB_ERROR_NO_MEM:
		return -ENOMEM;
	case LIBUSB_ERROR_PIPE:
		return -EPIPE;
	case LIBUSB_ERROR_TIMEOUT:
		return -ETIMEDOUT;
	case LIBUSB_ERROR_NOT_SUPPORTED:
		return -EOPNOTSUPP;
	default:
		return -EIO;
	}
}

static int on_descriptor(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct usb_loop *loop = userdata;
	struct timeval now = { 0, 0 };

	libusb_handle_events_timeout_completed(loop->context, &now, NULL);
	loop->handled(loop->userdata);
	return 0;
}

static void add_watch(int fd, short events, void *userdata)
{
	struct usb_loop *loop = userdata;
	uint32_t mask = (events & POLLIN ? EPOLLIN : 0) | (events & POLLOUT ? EPOLLOUT : 0);
	unsigned int i;
	int r;

	for (i = 0; i < ELEMENTSOF(loop->watches); i++) {
		if (loop->watches[i].source)
			continue;
		r = sd_event_add_io(loop->event, &loop->watches[i].source, fd, mask,
				    on_descriptor, loop);
		if (r < 0)
			loop->error = r;
		loop->watches[i].fd = fd;
		return;
	}
	loop->error = -ENOSPC;
}

static void drop_watch(int fd, void *userdata)
{
	struct usb_loop *loop = userdata;
	unsigned int i;

	for (i = 0; i < ELEMENTSOF(loop->watches); i++) {
		if (loop->watches[i].source && loop->watches[i].fd == fd)
			loop->watches[i].source =
				sd_event_source_disable_unref(loop->watches[i].source);
	}
	loop->dropped(fd, loop->userdata);
}

int usb_loop_start(struct usb_loop *loop)
{
	const struct libusb_pollfd **fds;
	unsigned int i;
	int r;

	/* udev finds readers; without this libusb watches the bus in a thread of its own. */
	libusb_set_option(NULL, LIBUSB_OPTION_NO_DEVICE_DISCOVERY);
	r = libusb_init(&loop->context);
	if (r < 0)
		return usb_loop_errno(r);
	fds = libusb_get_pollfds(loop->context);
	if (!fds)
		return -ENOMEM;
	for (i = 0; fds[i]; i++)
		add_watch(fds[i]->fd, fds[i]->events, loop);
	libusb_free_pollfds(fds);
	libusb_set_pollfd_notifiers(loop->context, add_watch, drop_watch, loop);
	return loop->error;
}

void usb_loop_stop(struct usb_loop *loop)
{
	unsigned int i;

	for (i = 0; i < ELEMENTSOF(loop->watches); i++)
		loop->watches[i].source = sd_event_source_disable_unref(loop->watches[i].source);
	if (loop->context) {
		libusb_set_pollfd_notifiers(loop->context, NULL, NULL, NULL);
		libusb_exit(loop->context);
	}
	loop->context = NULL;
}

bool usb_loop_wait(struct usb_loop *loop, int *done, unsigned int ms)
{
	uint64_t now, end = now_usec() + (uint64_t)ms * 1000;
	struct timeval left;

	while (!*done && (now = now_usec()) < end) {
		left.tv_sec = (end - now) / 1000000;
		left.tv_usec = (end - now) % 1000000;
		libusb_handle_events_timeout_completed(loop->context, &left, done);
	}
	return *done;
}
