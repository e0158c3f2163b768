// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A libusb for machines without USB, put before the real one with LD_PRELOAD: the
 * descriptor given to libusb_wrap_sys_device() is a terminal or socket behind which a
 * reader streams whole frames. Holds just what userspace/transport/ uses, and behaves
 * as libusb does where that matters: completions only from libusb_handle_events…(),
 * cancelled transfers completed there too, the descriptor dropped at hang-up. With two
 * pairs of endpoints the reader takes and answers on the last one alone.
 */
#include <errno.h>
#include <libusb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <unistd.h>

#include "libusb-pty.h"

struct libusb_device {
	int unused;
};

struct libusb_context {
	int epoll;		/* given to the program; readable when there is work */
	int event;		/* written to make it so */
	libusb_pollfd_added_cb added;
	libusb_pollfd_removed_cb removed;
	void *user_data;
	struct libusb_device_handle *handle;
};

struct libusb_device_handle {
	struct libusb_context *context;
	struct libusb_device device;
	int fd;
	int gone;
	int cancelled;
	struct libusb_transfer *transfer;	/* the one under way */
};

static const struct libusb_endpoint_descriptor endpoints[] = {
	{ .bLength = 7, .bDescriptorType = LIBUSB_DT_ENDPOINT, .bEndpointAddress = 0x81,
	  .bmAttributes = LIBUSB_TRANSFER_TYPE_BULK, .wMaxPacketSize = 64 },
	{ .bLength = 7, .bDescriptorType = LIBUSB_DT_ENDPOINT, .bEndpointAddress = 0x02,
	  .bmAttributes = LIBUSB_TRANSFER_TYPE_BULK, .wMaxPacketSize = 64 },
	{ .bLength = 7, .bDescriptorType = LIBUSB_DT_ENDPOINT, .bEndpointAddress = 0x83,
	  .bmAttributes = LIBUSB_TRANSFER_TYPE_BULK, .wMaxPacketSize = 64 },
	{ .bLength = 7, .bDescriptorType = LIBUSB_DT_ENDPOINT, .bEndpointAddress = 0x04,
	  .bmAttributes = LIBUSB_TRANSFER_TYPE_BULK, .wMaxPacketSize = 64 },
};

static struct libusb_interface_descriptor altsetting = {
	.bLength = 9,
	.bDescriptorType = LIBUSB_DT_INTERFACE,
	.bNumEndpoints = 2,
	.bInterfaceClass = LIBUSB_CLASS_VENDOR_SPEC,
	.endpoint = endpoints,
};

static const struct libusb_interface interface = { .altsetting = &altsetting, .num_altsetting = 1 };

static struct libusb_config_descriptor config = {
	.bLength = 9,
	.bDescriptorType = LIBUSB_DT_CONFIG,
	.bNumInterfaces = 1,
	.bConfigurationValue = 1,
	.interface = &interface,
};

void libusb_pty_set_pairs(unsigned int pairs)
{
	altsetting.bNumEndpoints = 2 * pairs;
}

/* Nobody listens at the other endpoints, and nothing comes from them. */
static int deaf(const struct libusb_transfer *t)
{
	return altsetting.bNumEndpoints == 4 && (t->endpoint & 0x7f) < 3;
}

static void wake(struct libusb_context *c)
{
	eventfd_write(c->event, 1);
}

/* Watch for bytes only while somebody waits for them, or they would wake the program. */
static void watch(struct libusb_device_handle *h, int reading)
{
	struct epoll_event e = { .events = reading ? EPOLLIN : 0, .data.fd = h->fd };

	if (!h->gone)
		epoll_ctl(h->context->epoll, EPOLL_CTL_MOD, h->fd, &e);
}

int libusb_set_option(libusb_context *context, enum libusb_option option, ...)
{
	return 0;
}

int libusb_init(libusb_context **ret)
{
	struct libusb_context *c = calloc(1, sizeof(*c));
	struct epoll_event e = { .events = EPOLLIN };

	if (!c)
		return LIBUSB_ERROR_NO_MEM;
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	c->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	e.data.fd = c->event;
	if (c->epoll < 0 || c->event < 0 ||
	    epoll_ctl(c->epoll, EPOLL_CTL_ADD, c->event, &e) < 0) {
		libusb_exit(c);
		return LIBUSB_ERROR_OTHER;
	}
	*ret = c;
	return 0;
}

void libusb_exit(libusb_context *c)
{
	close(c->epoll);
	close(c->event);
	free(c);
}

const struct libusb_pollfd **libusb_get_pollfds(libusb_context *c)
{
	struct {
		const struct libusb_pollfd *list[2];
		struct libusb_pollfd fd;
	} *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->fd = (struct libusb_pollfd){ .fd = c->epoll, .events = POLLIN };
	p->list[0] = &p->fd;
	return p->list;
}

void libusb_free_pollfds(const struct libusb_pollfd **fds)
{
	free(fds);
}

void libusb_set_pollfd_notifiers(libusb_context *c, libusb_pollfd_added_cb added,
				 libusb_pollfd_removed_cb removed, void *user_data)
{
	c->added = added;
	c->removed = removed;
	c->user_data = user_data;
}

int libusb_wrap_sys_device(libusb_context *c, intptr_t fd, libusb_device_handle **ret)
{
	struct libusb_device_handle *h = calloc(1, sizeof(*h));
	struct epoll_event e = { .events = 0, .data.fd = fd };
	struct termios t;

	if (!h)
		return LIBUSB_ERROR_NO_MEM;
	if (epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &e) < 0) {
		free(h);
		return LIBUSB_ERROR_NO_DEVICE;
	}
	if (tcgetattr(fd, &t) == 0) {
		cfmakeraw(&t);
		tcsetattr(fd, TCSANOW, &t);
	}
	h->context = c;
	h->fd = fd;
	c->handle = h;
	*ret = h;
	return 0;
}

void libusb_close(libusb_device_handle *h)
{
	epoll_ctl(h->context->epoll, EPOLL_CTL_DEL, h->fd, NULL);
	h->context->handle = NULL;
	free(h);
}

libusb_device *libusb_get_device(libusb_device_handle *h)
{
	return &h->device;
}

int libusb_get_active_config_descriptor(libusb_device *device,
					struct libusb_config_descriptor **ret)
{
	*ret = &config;
	return 0;
}

void libusb_free_config_descriptor(struct libusb_config_descriptor *c)
{
}

int libusb_kernel_driver_active(libusb_device_handle *h, int number)
{
	return 0;
}

int libusb_claim_interface(libusb_device_handle *h, int number)
{
	return h->gone ? LIBUSB_ERROR_NO_DEVICE : 0;
}

int libusb_release_interface(libusb_device_handle *h, int number)
{
	return 0;
}

int libusb_clear_halt(libusb_device_handle *h, unsigned char endpoint)
{
	return h->gone ? LIBUSB_ERROR_NO_DEVICE : 0;
}

int libusb_reset_device(libusb_device_handle *h)
{
	if (h->gone)
		return LIBUSB_ERROR_NO_DEVICE;
	tcflush(h->fd, TCIOFLUSH);
	return 0;
}

struct libusb_transfer *libusb_alloc_transfer(int iso_packets)
{
	return calloc(1, sizeof(struct libusb_transfer));
}

void libusb_free_transfer(struct libusb_transfer *t)
{
	free(t);
}

int libusb_submit_transfer(struct libusb_transfer *t)
{
	struct libusb_device_handle *h = t->dev_handle;

	if (h->gone)
		return LIBUSB_ERROR_NO_DEVICE;
	if (h->transfer)
		return LIBUSB_ERROR_BUSY;
	t->actual_length = 0;
	h->transfer = t;
	h->cancelled = 0;
	if (t->endpoint & LIBUSB_ENDPOINT_IN)
		watch(h, !deaf(t));
	else
		wake(h->context);
	return 0;
}

int libusb_cancel_transfer(struct libusb_transfer *t)
{
	struct libusb_device_handle *h = t->dev_handle;

	if (h->transfer != t)
		return LIBUSB_ERROR_NOT_FOUND;
	h->cancelled = 1;
	wake(h->context);
	return 0;
}

/* What the line has for the transfer under way; -1 if nothing yet. */
static int run_transfer(struct libusb_device_handle *h, struct libusb_transfer *t)
{
	ssize_t n;

	if (deaf(t) && t->endpoint & LIBUSB_ENDPOINT_IN)
		return -1;
	if (deaf(t))
		n = t->length;
	else if (t->endpoint & LIBUSB_ENDPOINT_IN)
		n = read(h->fd, t->buffer, t->length);
	else
		n = write(h->fd, t->buffer, t->length);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return -1;
	if (n <= 0)
		return LIBUSB_TRANSFER_NO_DEVICE;
	t->actual_length = n;
	return LIBUSB_TRANSFER_COMPLETED;
}

static void hang_up(struct libusb_device_handle *h)
{
	h->gone = 1;
	epoll_ctl(h->context->epoll, EPOLL_CTL_DEL, h->fd, NULL);
	if (h->context->removed)
		h->context->removed(h->fd, h->context->user_data);
}

static void handle(struct libusb_device_handle *h)
{
	struct libusb_transfer *t = h->transfer;
	struct pollfd p = { .fd = h->fd };
	int status = -1;

	if (t) {
		p.events = t->endpoint & LIBUSB_ENDPOINT_IN ? POLLIN : POLLOUT;
		if (!h->gone)
			poll(&p, 1, 0);
		if (p.revents & p.events)
			status = run_transfer(h, t);
		else if (h->gone || p.revents & (POLLHUP | POLLERR))
			status = LIBUSB_TRANSFER_NO_DEVICE;
		if (status < 0 && h->cancelled)
			status = LIBUSB_TRANSFER_CANCELLED;
	} else {
		poll(&p, 1, 0);
	}
	if (!h->gone && (status == LIBUSB_TRANSFER_NO_DEVICE || (!t && p.revents & POLLHUP)))
		hang_up(h);
	if (status < 0)
		return;
	h->transfer = NULL;
	watch(h, 0);
	t->status = status;
	t->callback(t);
}

int libusb_handle_events_timeout_completed(libusb_context *c, struct timeval *tv, int *completed)
{
	struct pollfd p = { .fd = c->epoll, .events = POLLIN };
	eventfd_t value;

	if (completed && *completed)
		return 0;
	poll(&p, 1, tv->tv_sec * 1000 + tv->tv_usec / 1000);
	eventfd_read(c->event, &value);
	if (c->handle)
		handle(c->handle);
	return 0;
}
