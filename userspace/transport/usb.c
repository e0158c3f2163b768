// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Transport over /dev/bus/usb through libusb, for machines without the kernel module.
 * The exchange is the state machine of driver/exchange.h, as in the module; here its
 * transfers are libusb's, one at a time.
 *
 * libusb calls back from inside of itself, where it must not be entered again, so the
 * transfer's callback only takes notes and on_handled() goes on from there.
 */
#include "framing.h"
#include "lib/secret.h"
#include "transport-internal.h"
#include "usb-loop.h"

/* Cancelling is answered by the kernel, not by the reader. */
#define CANCEL_MS 2000

struct usb {
	struct transport base;
	int fd;
	struct usb_loop loop;
	libusb_device_handle *handle;
	int interface;		/* claimed, or -1 */
	bool dropped;		/* libusb saw the device go */

	struct idcard_endpoint endpoints[IDCARD_ENDPOINTS_MAX];
	unsigned int n_endpoints;
	struct idcard_line line;
	unsigned int halted[2];	/* out, in: bit per endpoint that stalled */

	struct idcard_exchange exchange;
	uint8_t request[IDCARD_REQUEST_MAX];
	unsigned int timeout_ms;
	uint64_t deadline;	/* of draining, then of the exchange; CLOCK_MONOTONIC */

	struct libusb_transfer *transfer;
	struct idcard_transfer step;	/* what @transfer is for */
	int idle;		/* @transfer is ours; int for libusb */
	bool completed;		/* and what came of it has not been looked at */
	bool expired;		/* the timer cancelled it */
	sd_event_source *timer;
	uint8_t *buffer;
	size_t buffer_size;
};

static struct usb *to_usb(struct transport *t)
{
	return (struct usb *)t;
}

static const struct idcard_endpoint *usb_endpoint(const struct usb *u)
{
	return u->step.in ? &u->line.in[u->step.pipe] : &u->line.out[u->step.pipe];
}

static void on_completed(struct libusb_transfer *transfer)
{
	struct usb *u = transfer->user_data;

	u->idle = 1;
	u->completed = true;
}

static int usb_status(struct usb *u)
{
	const struct idcard_endpoint *e = usb_endpoint(u);

	switch (u->transfer->status) {
	case LIBUSB_TRANSFER_COMPLETED:
		return !u->step.in && u->transfer->actual_length != u->transfer->length ? -EIO : 0;
	case LIBUSB_TRANSFER_CANCELLED:
		return u->expired ? -ETIMEDOUT : -ECANCELED;
	case LIBUSB_TRANSFER_TIMED_OUT:
		return -ETIMEDOUT;
	case LIBUSB_TRANSFER_STALL:
		u->halted[idcard_endpoint_in(e)] |= 1U << (e->address & 15);
		return -EPIPE;
	case LIBUSB_TRANSFER_NO_DEVICE:
		return -ENODEV;
	default:
		return -EIO;
	}
}

/* Submit what u->step says. */
static int usb_submit_step(struct usb *u)
{
	const struct idcard_endpoint *e = usb_endpoint(u);
	uint64_t now = now_usec(), limit = u->deadline;
	size_t size = u->step.size;
	int r;

	if (now >= u->deadline)
		return -ETIMEDOUT;
	if (u->step.timeout_ms && now + u->step.timeout_ms * 1000ULL < limit)
		limit = now + u->step.timeout_ms * 1000ULL;
	/* Whole packets, or a reader that sends a full one overruns the buffer. */
	if (u->step.in)
		size = (size + e->packet - 1) / e->packet * e->packet;
	else
		memcpy(u->buffer, u->step.data, size);
	if (size > u->buffer_size)
		size = u->buffer_size / e->packet * e->packet;

	libusb_fill_bulk_transfer(u->transfer, u->handle, e->address, u->buffer, size,
				  on_completed, u, 0);
	if (idcard_endpoint_interrupt(e))
		u->transfer->type = LIBUSB_TRANSFER_TYPE_INTERRUPT;
	r = sd_event_source_set_time(u->timer, limit);
	if (r >= 0)
		r = sd_event_source_set_enabled(u->timer, SD_EVENT_ONESHOT);
	if (r < 0)
		return r;
	u->expired = false;
	r = libusb_submit_transfer(u->transfer);
	if (r == 0)
		u->idle = 0;
	return usb_loop_errno(r);
}

/* Go on with the exchange. 0: a transfer is under way; else as idcard_exchange_done(). */
static int usb_advance(struct usb *u)
{
	int r;

	do {
		idcard_exchange_next(&u->exchange, &u->step);
		if (u->step.begins)
			u->deadline = now_usec() + u->timeout_ms * 1000ULL;
		r = usb_submit_step(u);
		if (r == 0)
			return 0;
		r = idcard_exchange_done(&u->exchange, r, NULL, 0);
	} while (r == 0);
	return r;
}

/* The exchange ended; @result as of idcard_exchange_done(). Needs a reference. */
static void usb_finish(struct usb *u, int result)
{
	_cleanup_secret_ uint8_t *reply = NULL;

	sd_event_source_set_enabled(u->timer, SD_EVENT_OFF);
	explicit_bzero(u->buffer, u->buffer_size);
	explicit_bzero(u->request, sizeof(u->request));
	if (result == -ENODEV) {
		transport_lost(&u->base);
		return;
	}
	if (result < 0) {
		explicit_bzero(u->exchange.reply.buf, IDCARD_REPLY_MAX);
		transport_answer(&u->base, result, NULL, 0);
		return;
	}
	/* Ours, should the callback close the transport. */
	reply = u->exchange.reply.buf;
	u->exchange.reply.buf = NULL;
	transport_answer(&u->base, 0, reply, u->exchange.reply.have);
	if (u->base.closed)
		return;
	explicit_bzero(reply, IDCARD_REPLY_MAX);
	u->exchange.reply.buf = reply;
	reply = NULL;
}

static void on_handled(void *userdata)
{
	struct usb *u = userdata;
	_cleanup_(transport_unrefp) struct transport *hold = transport_ref(&u->base);
	int r = 0;

	if (u->completed) {
		u->completed = false;
		r = idcard_exchange_done(&u->exchange, usb_status(u), u->buffer,
					 u->transfer->actual_length);
		if (r == 0)
			r = usb_advance(u);
	}
	if (r)
		usb_finish(u, r);
	if (!hold->closed && u->dropped && u->idle)
		transport_lost(hold);
}

static void on_dropped(int fd, void *userdata)
{
	struct usb *u = userdata;

	if (fd == u->fd)
		u->dropped = true;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct usb *u = userdata;

	/* If it just ended by itself, its completion is already on the way. */
	u->expired = true;
	libusb_cancel_transfer(u->transfer);
	return 0;
}

/* End the transfer under way, without a word to anybody. */
static void usb_stop(struct usb *u)
{
	if (u->timer)
		sd_event_source_set_enabled(u->timer, SD_EVENT_OFF);
	if (!u->idle) {
		libusb_cancel_transfer(u->transfer);
		usb_loop_wait(&u->loop, &u->idle, CANCEL_MS);
	}
	u->completed = false;
	if (u->exchange.phase != IDCARD_PHASE_OVER)
		idcard_exchange_abort(&u->exchange);
}

static void usb_read_endpoints(struct usb *u, const struct libusb_interface_descriptor *d)
{
	const struct libusb_endpoint_descriptor *e = d->endpoint;
	unsigned int i;

	for (i = 0; i < d->bNumEndpoints && i < IDCARD_ENDPOINTS_MAX; i++, e++) {
		u->endpoints[i].address = e->bEndpointAddress;
		u->endpoints[i].attributes = e->bmAttributes;
		u->endpoints[i].packet = e->wMaxPacketSize & 0x7ff;
	}
	u->n_endpoints = i;
}

/* @framing if the endpoints allow it, else the first that they do. */
static int usb_choose_framing(struct usb *u, unsigned int framing)
{
	int r = framing;

	if (idcard_framing_select(framing, u->endpoints, u->n_endpoints, &u->line))
		r = idcard_framing_detect(u->endpoints, u->n_endpoints, &u->line);
	if (r >= 0)
		u->base.framing = r;
	return r;
}

/* The interface to use: of vendor class if there is one. */
static int usb_choose_interface(struct usb *u, const struct libusb_config_descriptor *config,
				unsigned int framing)
{
	const struct libusb_interface_descriptor *d;
	unsigned int i, pass;

	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < config->bNumInterfaces; i++) {
			d = config->interface[i].altsetting;
			if (!config->interface[i].num_altsetting ||
			    !idcard_interface_fits(d->bInterfaceClass, d->bInterfaceNumber) ||
			    (pass == 0) != (d->bInterfaceClass == LIBUSB_CLASS_VENDOR_SPEC))
				continue;
			usb_read_endpoints(u, d);
			if (usb_choose_framing(u, framing) >= 0)
				return d->bInterfaceNumber;
		}
	}
	return -EOPNOTSUPP;
}

static int usb_claim(struct usb *u, unsigned int framing)
{
	struct libusb_config_descriptor *config;
	int r, interface;

	r = libusb_get_active_config_descriptor(libusb_get_device(u->handle), &config);
	if (r < 0)
		return r == LIBUSB_ERROR_NOT_FOUND ? -EOPNOTSUPP : usb_loop_errno(r);
	interface = usb_choose_interface(u, config, framing);
	libusb_free_config_descriptor(config);
	if (interface < 0)
		return interface;
	if (libusb_kernel_driver_active(u->handle, interface) == 1)
		return -EBUSY;
	r = libusb_claim_interface(u->handle, interface);
	if (r < 0)
		return usb_loop_errno(r);
	u->interface = interface;
	return 0;
}

static int usb_allocate(struct usb *u)
{
	unsigned int i, packet = 0;

	for (i = 0; i < u->n_endpoints; i++) {
		if (u->endpoints[i].packet > packet)
			packet = u->endpoints[i].packet;
	}
	u->buffer_size = IDCARD_REPLY_MAX + packet;
	u->buffer = secret_alloc(u->buffer_size);
	u->exchange.reply.buf = secret_alloc(IDCARD_REPLY_MAX);
	u->transfer = libusb_alloc_transfer(0);
	return u->buffer && u->exchange.reply.buf && u->transfer ? 0 : -ENOMEM;
}

static int usb_open(struct transport *t, int fd, const struct transport_options *options)
{
	struct usb *u = to_usb(t);
	int r;

	u->fd = fd;
	u->interface = -1;
	u->idle = 1;
	idcard_exchange_init(&u->exchange);
	u->loop.event = t->event;
	u->loop.handled = on_handled;
	u->loop.dropped = on_dropped;
	u->loop.userdata = u;
	r = usb_loop_start(&u->loop);
	if (r < 0)
		return r;
	r = libusb_wrap_sys_device(u->loop.context, fd, &u->handle);
	if (r < 0)
		return usb_loop_errno(r);
	if (u->loop.error)
		return u->loop.error;
	r = usb_claim(u, options->framing);
	if (r < 0)
		return r;
	r = usb_allocate(u);
	if (r < 0)
		return r;
	r = sd_event_add_time(t->event, &u->timer, CLOCK_MONOTONIC, 0, 1000, on_timer, u);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(u->timer, SD_EVENT_OFF);
}

static void usb_close(struct transport *t)
{
	struct usb *u = to_usb(t);

	if (u->transfer)
		usb_stop(u);
	u->timer = sd_event_source_disable_unref(u->timer);
	if (u->interface >= 0)
		libusb_release_interface(u->handle, u->interface);
	/* One that the kernel does not give back may still be written to: lose it instead. */
	if (u->idle) {
		libusb_free_transfer(u->transfer);
		u->buffer = secret_free(u->buffer);
	}
	if (u->handle)
		libusb_close(u->handle);
	usb_loop_stop(&u->loop);
	u->fd = safe_close(u->fd);
	u->exchange.reply.buf = secret_free(u->exchange.reply.buf);
	explicit_bzero(u->request, sizeof(u->request));
}

/* Blocks, but only for a request that every device answers within a frame or two. */
static int usb_clear_halts(struct usb *u)
{
	unsigned int i;
	int r;

	for (i = 0; i < u->n_endpoints; i++) {
		const struct idcard_endpoint *e = &u->endpoints[i];
		unsigned int bit = 1U << (e->address & 15);
		unsigned int *halted = &u->halted[idcard_endpoint_in(e)];

		if (!(*halted & bit))
			continue;
		r = libusb_clear_halt(u->handle, e->address);
		if (r < 0)
			return usb_loop_errno(r);
		*halted &= ~bit;
	}
	return 0;
}

static int usb_submit(struct transport *t, const uint8_t *request, size_t size,
		      unsigned int timeout_ms)
{
	struct usb *u = to_usb(t);
	int r;

	/* A transfer that could not be cancelled. */
	if (!u->idle)
		return -EBUSY;
	r = usb_clear_halts(u);
	if (r < 0)
		return transport_answer_later(t, r);
	memcpy(u->request, request, size);
	u->timeout_ms = timeout_ms;
	u->deadline = now_usec() + IDCARD_DRAIN_TOTAL_MS * 1000ULL;
	u->exchange.split = u->line.split;
	idcard_exchange_begin(&u->exchange, u->request, size);
	r = usb_advance(u);
	if (r < 0) {
		sd_event_source_set_enabled(u->timer, SD_EVENT_OFF);
		return transport_answer_later(t, r);
	}
	return 0;
}

static int usb_next_framing(struct transport *t)
{
	struct usb *u = to_usb(t);
	unsigned int i, framing;

	for (i = 1; i < IDCARD_FRAMINGS; i++) {
		framing = (t->framing + i) % IDCARD_FRAMINGS;
		if (idcard_framing_select(framing, u->endpoints, u->n_endpoints, &u->line))
			continue;
		t->framing = framing;
		return 0;
	}
	return -EOPNOTSUPP;
}

static int usb_reset(struct transport *t)
{
	struct usb *u = to_usb(t);
	int r;

	usb_stop(u);
	r = usb_loop_errno(libusb_reset_device(u->handle));
	if (r == 0)
		u->halted[0] = u->halted[1] = 0;
	/* From inside a callback it is usb_finish() that has the buffer. */
	if (u->exchange.reply.buf)
		explicit_bzero(u->exchange.reply.buf, IDCARD_REPLY_MAX);
	if (r == -ENODEV)
		transport_answer_later(t, -ENODEV);
	else if (t->busy && !t->later_error)
		transport_answer_later(t, -ESTALE);
	return r;
}

const struct transport_ops transport_usb_ops = {
	.size = sizeof(struct usb),
	.open = usb_open,
	.close = usb_close,
	.submit = usb_submit,
	.next_framing = usb_next_framing,
	.reset = usb_reset,
};
