// SPDX-License-Identifier: GPL-2.0-or-later
#include "usbip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "usb-descriptors.h"
#include "usb-hid.h"
#include "usb-queue.h"
#include "usbip-wire.h"
#include "util.h"
#include "vhci.h"

enum {
	QUIET_MS = 50,
	LEAVE_MS = 10000,
};

enum { EARLY_UNLINKS = 16, UNANSWERED = 16 };

/* An unlink that overtook what it is of. */
struct early_unlink {
	uint32_t target;	/* 0: none */
	uint32_t seqnum;
};

struct usbip {
	struct front front;
	sd_event *event;
	sd_event_source *io;
	struct usbip_wire wire;
	int port;
	int wanted_port;
	bool leaving;		/* nothing is answered any more but with -ESHUTDOWN */
	uint32_t last_submitted;	/* the kernel counts upwards */
	struct early_unlink early[EARLY_UNLINKS];
	uint32_t unanswered[UNANSWERED];	/* control requests to a mute reader; 0: none */
	struct usb_device device;
	struct usb_hid hid;
	struct usb_queue queues[USB_ENDPOINTS];
};

static struct usbip *from_front(const struct front *front)
{
	return (struct usbip *)front;
}

static void return_submit(struct usbip *u, uint32_t seqnum, int status, size_t length,
			  const void *data, size_t n)
{
	u->front.reader->handed_usec = now_usec();
	usbip_wire_return_submit(&u->wire, seqnum, status, length, data, n);
}

static void return_unlink(struct usbip *u, uint32_t seqnum, int status)
{
	u->front.reader->handed_usec = now_usec();
	usbip_wire_return_unlink(&u->wire, seqnum, status);
}

/* Where the framing puts things, as indexes of the endpoints. */
static size_t index_in(const struct usbip *u, bool body)
{
	uint8_t address = body || u->device.framing == USB_STREAM_LAST ? 0x85 : 0x81;

	return (size_t)usb_find_endpoint(u->device.framing, address);
}

/* Bytes from the host, if this is where it may send any. */
static void received(struct usbip *u, uint8_t address, const uint8_t *bytes, size_t n)
{
	enum usb_framing framing = u->device.framing;
	bool begins_frame = framing == USB_HID_RAW || (framing == USB_SPLIT && address == 0x02);

	if (framing != USB_SPLIT && address != (framing == USB_STREAM_LAST ? 0x06 : 0x02))
		return;
	if (usb_is_hid(framing))
		n = usb_hid_unwrap(framing, bytes, n, &bytes);
	reader_received(u->front.reader, begins_frame, bytes, n);
}

/* Answer IN transfers from the packets that wait. */
static void pump_in(struct usbip *u, size_t i)
{
	struct usb_queue *q = &u->queues[i];
	uint8_t data[USB_QUEUE_BYTES];
	struct usb_urb urb;
	int status;
	size_t n;

	while (!u->front.reader->mute && usb_queue_first(q, &urb)) {
		if (u->device.halted[i]) {
			status = -EPIPE;
			n = 0;
		} else {
			status = usb_queue_fill(q, urb.length, data, &n);
			if (status == -EAGAIN)
				return;
			if (!status && n < urb.length && urb.short_not_ok)
				status = -EREMOTEIO;
		}
		usb_queue_pop(q);
		return_submit(u, urb.seqnum, status, n, data, n);
		explicit_bzero(data, n);
	}
}

/* Take OUT transfers in, unless the device refuses them as yet. */
static void pump_out(struct usbip *u, size_t i)
{
	struct usb_queue *q = &u->queues[i];
	struct reader *reader = u->front.reader;
	uint8_t endpoints[USB_ENDPOINTS];
	struct usb_urb urb;

	usb_endpoints(u->device.framing, endpoints);
	while (!reader->mute && usb_queue_first(q, &urb)) {
		if (faults_take_stall(&reader->sam.faults, endpoints[i]))
			u->device.halted[i] = true;
		if (!u->device.halted[i] && !reader_accepts(reader))
			return;
		usb_queue_take(q, &urb);
		if (u->device.halted[i]) {
			return_submit(u, urb.seqnum, -EPIPE, 0, NULL, 0);
		} else {
			return_submit(u, urb.seqnum, 0, urb.length, NULL, 0);
			received(u, endpoints[i], urb.data, urb.length);
		}
		free(urb.data);
	}
}

static void pump(struct usbip *u)
{
	uint8_t endpoints[USB_ENDPOINTS];
	size_t n = usb_endpoints(u->device.framing, endpoints);

	for (size_t i = 0; i < n; i++)
		if (endpoints[i] & 0x80)
			pump_in(u, i);
		else
			pump_out(u, i);
}

static bool usbip_taken(const struct front *front)
{
	const struct usbip *u = from_front(front);

	for (size_t i = 0; i < USB_ENDPOINTS; i++)
		if (u->queues[i].packets)
			return false;
	return true;
}

static void flush(struct usbip *u)
{
	for (size_t i = 0; i < USB_ENDPOINTS; i++)
		usb_queue_flush(&u->queues[i]);
	reader_flushed(u->front.reader);
}

static void after_control(struct usbip *u)
{
	switch (u->device.effect) {
	case USB_BUS_RESET:
		usb_clear_halts(&u->device);
		flush(u);
		reader_bus_reset(u->front.reader);
		break;
	case USB_CONFIGURED:
		flush(u);
		break;
	case USB_HALT_CHANGED:
		usb_queue_flush(&u->queues[u->device.endpoint]);
		pump(u);
		break;
	case USB_NOTHING:
		break;
	}
}

static void control(struct usbip *u, const struct usbip_message *m, const uint8_t *data,
		    size_t length)
{
	uint8_t answer[USB_ANSWER];
	bool in = m->submit.setup[0] & USB_DIR_IN;
	int n = usb_control(&u->device, m->submit.setup, data, in ? 0 : length, answer,
			    sizeof(answer));
	uint32_t seqnum = ntohl(m->seqnum);

	if (n < 0) {
		return_submit(u, seqnum, n, 0, NULL, 0);
	} else if (in) {
		if ((size_t)n < length)
			length = (size_t)n;
		return_submit(u, seqnum, 0, length, answer, length);
	} else {
		return_submit(u, seqnum, 0, length, NULL, 0);
	}
	after_control(u);
}

/*
 * The kernel sends what is submitted and what is unlinked from two lists, and a transfer that is
 * unlinked at once may be overtaken. Answered before it comes, it would be answered twice, which
 * the kernel takes for the end of the device.
 */
static bool remember_unlink(struct usbip *u, uint32_t target, uint32_t seqnum)
{
	for (size_t i = 0; i < EARLY_UNLINKS; i++)
		if (!u->early[i].target) {
			u->early[i] = (struct early_unlink){ .target = target, .seqnum = seqnum };
			return true;
		}
	return false;
}

/* It was unlinked before it came. */
static bool unlinked_early(struct usbip *u, uint32_t target)
{
	for (size_t i = 0; i < EARLY_UNLINKS; i++)
		if (u->early[i].target == target) {
			return_unlink(u, u->early[i].seqnum, -ECONNRESET);
			u->early[i].target = 0;
			return true;
		}
	return false;
}

/* Its unlink is answered, as the controller of a bus does it, not the reader. */
static bool leave_unanswered(struct usbip *u, uint32_t seqnum)
{
	for (size_t i = 0; u->front.reader->mute && i < UNANSWERED; i++)
		if (!u->unanswered[i]) {
			u->unanswered[i] = seqnum;
			return true;
		}
	return false;
}

static bool remove_unanswered(struct usbip *u, uint32_t seqnum)
{
	for (size_t i = 0; i < UNANSWERED; i++)
		if (u->unanswered[i] == seqnum) {
			u->unanswered[i] = 0;
			return true;
		}
	return false;
}

static void submit(struct usbip *u, const struct usbip_message *m, const uint8_t *data)
{
	bool in = ntohl(m->direction) == USBIP_IN;
	size_t length = ntohl(m->submit.length);
	uint8_t address = (uint8_t)(ntohl(m->endpoint) | (in ? 0x80 : 0));
	struct usb_urb urb = {
		.seqnum = ntohl(m->seqnum),
		.length = length,
		.short_not_ok = ntohl(m->submit.flags) & USBIP_SHORT_NOT_OK,
	};
	int i;

	u->last_submitted = urb.seqnum;
	if (unlinked_early(u, urb.seqnum))
		return;
	if (u->leaving) {
		return_submit(u, urb.seqnum, -ESHUTDOWN, 0, NULL, 0);
		return;
	}
	if (!ntohl(m->endpoint)) {
		if (!leave_unanswered(u, urb.seqnum))
			control(u, m, data, length);
		return;
	}
	i = usb_find_endpoint(u->device.framing, address);
	if (i < 0 || usb_queue_add(&u->queues[i], &urb, in ? NULL : data) < 0) {
		return_submit(u, urb.seqnum, -EPIPE, 0, NULL, 0);
		return;
	}
	if (in)
		pump_in(u, (size_t)i);
	else
		pump_out(u, (size_t)i);
	if (usbip_taken(&u->front))
		reader_taken(u->front.reader);
}

static void unlink_urb(struct usbip *u, const struct usbip_message *m)
{
	uint32_t target = ntohl(m->unlink.seqnum);
	int status = 0;

	if (target > u->last_submitted && remember_unlink(u, target, ntohl(m->seqnum)))
		return;
	if (remove_unanswered(u, target))
		status = -ECONNRESET;
	/* 0 says that its answer was under way already. */
	for (size_t i = 0; i < USB_ENDPOINTS; i++)
		if (usb_queue_remove(&u->queues[i], target))
			status = -ECONNRESET;
	return_unlink(u, ntohl(m->seqnum), status);
}

static void detach(struct usbip *u)
{
	u->io = sd_event_source_disable_unref(u->io);
	usbip_wire_detach(&u->wire);
	u->last_submitted = 0;
	memset(u->early, 0, sizeof(u->early));
	memset(u->unanswered, 0, sizeof(u->unanswered));
	for (size_t i = 0; i < USB_ENDPOINTS; i++)
		usb_queue_clear(&u->queues[i]);
}

static void gone(struct usbip *u)
{
	detach(u);
	reader_gone(u->front.reader);
}

/* 0 at the end. */
static ssize_t receive(struct usbip *u)
{
	const struct usbip_message *m;
	ssize_t n = usbip_wire_receive(&u->wire, &m);

	if (m && ntohl(m->command) == USBIP_CMD_SUBMIT)
		submit(u, m, (const uint8_t *)(m + 1));
	else if (m && ntohl(m->command) == USBIP_CMD_UNLINK)
		unlink_urb(u, m);
	return n;
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct usbip *u = userdata;

	if (receive(u) == 0)
		gone(u);
	return 0;
}

/* As at a real hub: what is under way fails, the port lets go of the device. */
static void leave(struct usbip *u)
{
	uint64_t end = now_usec() + LEAVE_MS * UINT64_C(1000);
	struct pollfd p = { .fd = u->wire.fd, .events = POLLIN };
	pid_t letting_go = vhci_let_go(u->port);
	bool off = false, quiet = false;
	struct usb_urb urb;

	u->leaving = true;
	for (size_t i = 0; i < UNANSWERED; i++) {
		if (u->unanswered[i])
			return_submit(u, u->unanswered[i], -ESHUTDOWN, 0, NULL, 0);
		u->unanswered[i] = 0;
	}
	for (size_t i = 0; i < USB_ENDPOINTS; i++) {
		while (usb_queue_take(&u->queues[i], &urb)) {
			return_submit(u, urb.seqnum, -ESHUTDOWN, 0, NULL, 0);
			free(urb.data);
		}
	}
	while (now_usec() < end && (!(off = off || vhci_has_let_go(letting_go)) || !quiet)) {
		quiet = poll(&p, 1, QUIET_MS) == 0;
		/* The connection may be over; the host goes on letting go. */
		if (!quiet && receive(u) == 0)
			p.fd = -1;
	}
	u->leaving = false;
}

static int usbip_plug(struct front *front)
{
	struct usbip *u = from_front(front);
	int r;

	usb_device_begin(&u->device);
	usb_hid_forget(&u->hid);
	r = usbip_wire_attach(&u->wire, u->wanted_port);
	if (r >= 0) {
		u->port = r;
		r = sd_event_add_io(u->event, &u->io, u->wire.fd, EPOLLIN, on_io, u);
	}
	if (r < 0)
		detach(u);
	return r;
}

static void usbip_unplug(struct front *front)
{
	struct usbip *u = from_front(front);

	bool plugged = u->wire.fd >= 0;

	if (plugged)
		leave(u);
	detach(u);
	if (plugged)
		vhci_take_on(u->port);
}

/* Whole packets, and one short one at the end. */
static void push(struct usbip *u, size_t i, const struct delivery *d, size_t offset, size_t size)
{
	do {
		size_t n = size < USB_PACKET ? size : USB_PACKET;

		/* A packet that was not finished never reaches the host. */
		if (!d->unplug || n == USB_PACKET || offset + n < d->size)
			usb_queue_push(&u->queues[i], d->bytes + offset, n);
		offset += n;
		size -= n;
	} while (size);
	pump_in(u, i);
}

/* Reports are always whole. One of hid-raw ends only when it is full, or with the reply. */
static void push_reports(struct usbip *u, const struct delivery *d, const struct piece *piece)
{
	enum usb_framing framing = u->device.framing;
	bool last = piece == &d->pieces[d->n - 1];
	bool ends = framing == USB_HID_LENGTH || last;
	size_t at = piece->offset, end = at + piece->size;

	while (at < end) {
		at += usb_hid_add(&u->hid, framing, d->bytes + at, end - at);
		if (!usb_hid_full(&u->hid, framing) && (!ends || (last && d->unplug)))
			break;
		usb_queue_push(&u->queues[0], u->hid.report, HID_REPORT);
		usb_hid_forget(&u->hid);
	}
	if (last)
		usb_hid_forget(&u->hid);
	pump_in(u, 0);
}

static void usbip_deliver(struct front *front, const struct delivery *d, const struct piece *piece)
{
	struct usbip *u = from_front(front);
	size_t head = u->device.framing == USB_SPLIT ? d->head : d->size;
	size_t begin = piece->offset, end = begin + piece->size;

	if (usb_is_hid(u->device.framing)) {
		push_reports(u, d, piece);
		return;
	}
	if (begin < head) {
		push(u, index_in(u, false), d, begin, (end < head ? end : head) - begin);
		begin = head;
	}
	if (end > begin || (end == begin && !piece->size))
		push(u, index_in(u, u->device.framing == USB_SPLIT), d, begin, end - begin);
}

static void usbip_stall(struct front *front, uint8_t endpoint)
{
	struct usbip *u = from_front(front);
	int i = usb_find_endpoint(u->device.framing, endpoint);

	if (i < 0)
		return;
	u->device.halted[i] = true;
	pump(u);
}

static void usbip_ready(struct front *front)
{
	pump(from_front(front));
}

static void usbip_describe(const struct front *front, char *out, size_t size)
{
	const struct usbip *u = from_front(front);
	const uint8_t *c = u->device.line_coding;
	unsigned int baud = c[0] | c[1] << 8 | c[2] << 16 | (unsigned int)c[3] << 24;
	int n = snprintf(out, size, "port=%d framing=%s", front->plugged ? u->port : -1,
			 usb_framing_to_string(u->device.framing));

	if (u->device.framing == USB_ACM && (size_t)n < size)
		n += snprintf(out + n, size - (size_t)n, " baud=%u opened=%u", baud,
			      u->device.opened);
	/* Of each endpoint: transfers of the host, packets for it, halted or not. */
	for (size_t i = 0; i < usb_model(u->device.framing)->n && (size_t)n < size; i++)
		n += snprintf(out + n, size - (size_t)n, "%s%zu/%zu%s", i ? "," : " waiting=",
			      u->queues[i].n, u->queues[i].packets, u->device.halted[i] ? "!" : "");
}

static void usbip_free(struct front *front)
{
	struct usbip *u = from_front(front);

	usbip_unplug(front);
	usbip_wire_done(&u->wire);
	free(u);
}

static const struct front_ops usbip_ops = {
	.name = "vhci",
	.plug = usbip_plug,
	.unplug = usbip_unplug,
	.deliver = usbip_deliver,
	.taken = usbip_taken,
	.stall = usbip_stall,
	.ready = usbip_ready,
	.describe = usbip_describe,
	.free = usbip_free,
};

int usbip_new(sd_event *event, struct reader *reader, enum usb_framing framing, int port)
{
	struct usbip *u = calloc(1, sizeof(*u));

	if (!u)
		return -ENOMEM;
	if (usbip_wire_init(&u->wire) < 0) {
		free(u);
		return -ENOMEM;
	}
	u->front = (struct front){ .ops = &usbip_ops, .reader = reader };
	u->event = event;
	u->device.framing = framing;
	u->wanted_port = port;
	reader->front = &u->front;
	return 0;
}
