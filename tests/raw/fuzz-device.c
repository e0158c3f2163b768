// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices that take a reader's name and are none: they lie in their descriptors, answer with
 * anything, with too little, at the wrong time or not at all, and leave at any moment. As on a real
 * bus, a transfer ends when its device leaves, and no packet is larger than the host asked for.
 */
#include <arpa/inet.h>
#include <linux/usb/ch9.h>
#include <poll.h>
#include <string.h>

#include "frame.h"
#include "fuzz.h"
#include "usb-device.h"
#include "usbip-wire.h"
#include "util.h"
#include "vhci.h"

enum {
	WAITING = 64,
	TURN_MS = 3,
	QUIET_MS = 50,
	LEAVE_MS = 1000,
	ARRIVE_MS = 8000,
	DESCRIPTORS = 512,
};

/* How it behaves, mostly. */
enum mood {
	HONEST,
	RANDOM,		/* bytes of any number */
	SILENT,
	STALLING,
	ENDLESS,	/* full packets, for ever */
	EMPTY,		/* packets of nothing, for ever */
	CUT,		/* good frames in pieces, some of them damaged */
	ERRORS,
	MOODS,
};

struct waiting {
	uint32_t seqnum;
	size_t length;
	uint8_t endpoint;
	bool in;
};

struct stranger {
	struct fuzz_shared *shared;
	struct fuzz_random random;
	struct usbip_wire wire;
	int port;
	struct usb_device device;
	enum mood mood;
	bool set_up;		/* the host has chosen its configuration */
	bool honest_descriptors, mute;	/* mute: nothing on endpoint 0 either, from some time on */
	uint8_t configuration[DESCRIPTORS];
	size_t configuration_size;
	struct waiting waiting[WAITING];
	size_t n_waiting;
	uint32_t last_submitted;
	uint32_t early_target, early_seqnum;	/* an unlink that overtook what it is of */
	uint8_t reply[IDCARD_REPLY_MAX];
	size_t reply_size, sent_head, sent_body;
};

static uint32_t status_any(struct fuzz_random *r)
{
	static const int statuses[] = { -EPIPE, -EPROTO, -EILSEQ, -ETIME, -EOVERFLOW, -EREMOTEIO,
					-ECOMM, -ENOSR, -EXDEV, -EIO, -ENODEV, -ESHUTDOWN, -ENOENT,
					-ECONNRESET, -EINPROGRESS, -1, 1, 71, -4096, -70000 };

	return (uint32_t)statuses[fuzz_pick(r, ELEMENTSOF(statuses))];
}

/* A good reply of some size to whatever was asked. */
static void make_reply(struct stranger *d)
{
	static const size_t sizes[] = { 3, 3, 7, 11, 19, 1287, 2313, IDCARD_REPLY_MAX - 8 };
	uint8_t body[IDCARD_REPLY_MAX];
	size_t n = sizes[fuzz_pick(&d->random, ELEMENTSOF(sizes))];

	fuzz_bytes(&d->random, body, n);
	memcpy(body, (uint8_t[]){ 0x00, 0x00, 0x90 }, 3);
	d->reply_size = idcard_frame_build(d->reply, sizeof(d->reply), body, n);
	if (d->mood == CUT && fuzz_chance(&d->random, 20))
		d->reply[fuzz_pick(&d->random, (unsigned int)d->reply_size)] ^=
			(uint8_t)(1 << fuzz_pick(&d->random, 8));
	d->sent_head = 0;
	d->sent_body = d->device.framing == USB_SPLIT ? IDCARD_FRAME_HEAD : 0;
}

static void answer(struct stranger *d, const struct waiting *w, int status, const uint8_t *data,
		   size_t n)
{
	d->shared->transfers++;
	usbip_wire_return_submit(&d->wire, w->seqnum, status, w->in ? n : w->length,
				 data, w->in ? n : 0);
}

static void answer_random(struct stranger *d, const struct waiting *w, size_t n)
{
	uint8_t bytes[8192];

	if (n > w->length)
		n = w->length;
	if (n > sizeof(bytes))
		n = sizeof(bytes);
	fuzz_bytes(&d->random, bytes, n);
	answer(d, w, 0, bytes, n);
}

/* The part of the reply that this pipe carries; false if there is nothing as yet. */
static bool answer_reply(struct stranger *d, const struct waiting *w, size_t most)
{
	bool split = d->device.framing == USB_SPLIT;
	size_t *at = split && w->endpoint == 5 ? &d->sent_body : &d->sent_head;
	size_t end = split && w->endpoint != 5 ? IDCARD_FRAME_HEAD : d->reply_size, n;

	if (!d->reply_size || *at >= end)
		return false;
	n = end - *at < w->length ? end - *at : w->length;
	if (n > most)
		n = most;
	answer(d, w, 0, d->reply + *at, n);
	*at += n;
	return true;
}

static bool answer_in(struct stranger *d, const struct waiting *w)
{
	struct fuzz_random *r = &d->random;

	switch (d->mood) {
	case HONEST:
		return answer_reply(d, w, SIZE_MAX);
	case CUT:
		return answer_reply(d, w, 1 + fuzz_pick(r, 64));
	case RANDOM:
		answer_random(d, w, fuzz_pick(r, 200));
		return true;
	case ENDLESS:
		answer_random(d, w, SIZE_MAX);
		return true;
	case EMPTY:
		answer_random(d, w, 0);
		return true;
	case STALLING:
		answer(d, w, -EPIPE, NULL, 0);
		return true;
	case ERRORS:
		answer(d, w, (int)status_any(r), NULL, 0);
		return true;
	default:
		return false;
	}
}

static bool answer_out(struct stranger *d, const struct waiting *w)
{
	struct fuzz_random *r = &d->random;

	if (d->mood == SILENT && fuzz_chance(r, 50))
		return false;
	if (d->mood == ERRORS) {
		answer(d, w, (int)status_any(r), NULL, 0);
	} else if (d->mood == RANDOM && fuzz_chance(r, 30)) {
		/* Took another number of bytes than it was sent. */
		usbip_wire_return_submit(&d->wire, w->seqnum, 0, fuzz_pick(r, 600), NULL, 0);
	} else {
		answer(d, w, 0, NULL, 0);
		make_reply(d);
	}
	return true;
}

static void drop(struct stranger *d, size_t i)
{
	d->n_waiting--;
	memmove(&d->waiting[i], &d->waiting[i + 1],
		(d->n_waiting - i) * sizeof(d->waiting[0]));
}

/* Some of what waits is answered in this turn. */
static void turn(struct stranger *d)
{
	for (size_t i = 0; i < d->n_waiting;) {
		const struct waiting *w = &d->waiting[i];

		if (w->endpoint && fuzz_chance(&d->random, 70) &&
		    (w->in ? answer_in(d, w) : answer_out(d, w)))
			drop(d, i);
		else
			i++;
	}
	if (fuzz_chance(&d->random, 1))
		d->mood = (enum mood)fuzz_pick(&d->random, MOODS);
}

static int spoil_control(struct stranger *d, const uint8_t setup[8], uint8_t *out, int n)
{
	struct fuzz_random *r = &d->random;

	if (n > 0 && setup[1] == USB_REQ_GET_DESCRIPTOR && setup[3] == USB_DT_CONFIG) {
		memcpy(out, d->configuration, d->configuration_size);
		n = (int)d->configuration_size;
	}
	if (setup[1] == USB_REQ_SET_CONFIGURATION && n >= 0) {
		d->shared->configured += !d->set_up;
		d->set_up = true;
	}
	if (d->honest_descriptors || !fuzz_chance(r, 4))
		return n;
	d->shared->damaged++;
	switch (fuzz_pick(r, 4)) {
	case 0:
		return -EPIPE;
	case 1:
		return n > 0 ? (int)fuzz_pick(r, (unsigned int)n + 1) : n;
	case 2:
		for (int i = 0; i < n; i++)
			out[i] ^= (uint8_t)(fuzz_chance(r, 10) ? fuzz_number(r) : 0);
		return n;
	default:
		return -EPROTO;
	}
}

static void control(struct stranger *d, const struct waiting *w, const uint8_t setup[8],
		    const uint8_t *data)
{
	uint8_t out[DESCRIPTORS + 256] = { 0 };
	bool in = setup[0] & USB_DIR_IN;
	int n = usb_control(&d->device, setup, data, in ? 0 : w->length, out, sizeof(out));

	n = spoil_control(d, setup, out, n);
	if (n < 0) {
		answer(d, w, n, NULL, 0);
		return;
	}
	if ((size_t)n > w->length)
		n = (int)w->length;
	usbip_wire_return_submit(&d->wire, w->seqnum, 0, in ? (size_t)n : w->length, out,
				 in ? (size_t)n : 0);
}

static void submit(struct stranger *d, const struct usbip_message *m, bool leaving)
{
	struct waiting w = {
		.seqnum = ntohl(m->seqnum),
		.length = ntohl(m->submit.length),
		.endpoint = (uint8_t)ntohl(m->endpoint),
		.in = ntohl(m->direction) == USBIP_IN,
	};

	d->last_submitted = w.seqnum;
	if (d->early_target == w.seqnum) {
		usbip_wire_return_unlink(&d->wire, d->early_seqnum, -ECONNRESET);
		d->early_target = 0;
	} else if (leaving) {
		answer(d, &w, -ESHUTDOWN, NULL, 0);
	} else if (!w.endpoint && !d->mute) {
		control(d, &w, m->submit.setup, (const uint8_t *)(m + 1));
	} else if (d->n_waiting < WAITING) {
		d->waiting[d->n_waiting++] = w;
	} else {
		answer(d, &w, -EPROTO, NULL, 0);
	}
}

static void unlink_urb(struct stranger *d, const struct usbip_message *m)
{
	uint32_t target = ntohl(m->unlink.seqnum);
	int status = 0;

	if (target > d->last_submitted) {
		d->early_target = target;
		d->early_seqnum = ntohl(m->seqnum);
		return;
	}
	for (size_t i = 0; i < d->n_waiting; i++)
		if (d->waiting[i].seqnum == target) {
			drop(d, i);
			status = -ECONNRESET;
			break;
		}
	usbip_wire_return_unlink(&d->wire, ntohl(m->seqnum), status);
}

/* 0 at the end of the connection. */
static ssize_t receive(struct stranger *d, bool leaving)
{
	const struct usbip_message *m;
	ssize_t n = usbip_wire_receive(&d->wire, &m);

	if (m && ntohl(m->command) == USBIP_CMD_SUBMIT)
		submit(d, m, leaving);
	else if (m && ntohl(m->command) == USBIP_CMD_UNLINK)
		unlink_urb(d, m);
	return n;
}

/* For @ms, until it is set up if @arriving, or until the host throws it out, which gives false. */
static bool serve(struct stranger *d, unsigned int ms, bool arriving, bool leaving)
{
	uint64_t end = now_usec() + ms * UINT64_C(1000);
	struct pollfd p = { .fd = d->wire.fd, .events = POLLIN };
	unsigned int served = 0;
	int r;

	while (now_usec() < end && !(arriving && d->set_up) && (leaving || !d->shared->stop)) {
		r = poll(&p, 1, leaving ? QUIET_MS : TURN_MS);
		if (r > 0 && receive(d, leaving) == 0)
			return false;
		if (leaving && r == 0)
			return true;
		/* Whoever talks without a break gets answers all the same. */
		if (!leaving && (r == 0 || ++served % 4 == 0))
			turn(d);
	}
	return true;
}

static void leave(struct stranger *d)
{
	pid_t letting_go = vhci_let_go(d->port);

	for (size_t i = 0; i < d->n_waiting; i++)
		answer(d, &d->waiting[i], -ESHUTDOWN, NULL, 0);
	d->n_waiting = 0;
	while (!vhci_has_let_go(letting_go))
		if (!serve(d, LEAVE_MS, false, true))
			poll(NULL, 0, TURN_MS);
	serve(d, LEAVE_MS, false, true);
	usbip_wire_detach(&d->wire);
	vhci_take_on(d->port);
}

static void make_up(struct stranger *d)
{
	static const uint8_t get_configuration[8] = { USB_DIR_IN, USB_REQ_GET_DESCRIPTOR, 0,
						      USB_DT_CONFIG, 0, 0, 0xff, 0 };
	struct fuzz_random *r = &d->random;
	int n;

	d->device.framing = fuzz_chance(r, 50) ? USB_SPLIT : USB_STREAM;
	usb_device_begin(&d->device);
	d->mood = fuzz_chance(r, 30) ? HONEST : (enum mood)fuzz_pick(r, MOODS);
	d->honest_descriptors = fuzz_chance(r, 45);
	d->mute = d->set_up = false;
	d->n_waiting = 0;
	d->last_submitted = d->early_target = 0;
	d->reply_size = 0;
	n = usb_control(&d->device, get_configuration, NULL, 0, d->configuration,
			sizeof(d->configuration));
	d->configuration_size = n > 0 ? (size_t)n : 0;
	if (!d->honest_descriptors)
		d->configuration_size = fuzz_configuration(r, d->configuration,
							   d->configuration_size,
							   sizeof(d->configuration));
}

/*
 * Mostly until some time after the host has set it up, however long that takes; some leave before.
 * Some fall silent altogether, and leave before the host has had enough.
 */
static void stay(struct stranger *d)
{
	struct fuzz_random *r = &d->random;
	bool early = fuzz_chance(r, 15);

	if (!serve(d, early ? fuzz_pick(r, 400) : ARRIVE_MS, !early, false) || early)
		return;
	if (!serve(d, 100 + fuzz_pick(r, 2500), false, false) || !fuzz_chance(r, 15))
		return;
	d->mute = true;
	d->mood = SILENT;
	serve(d, fuzz_pick(r, 800), false, false);
}

static void one_device(struct stranger *d, unsigned int index)
{
	make_up(d);
	fuzz_doing(d->shared, index, "plugging in");
	d->port = usbip_wire_attach(&d->wire, VHCI_ANY_PORT);
	if (d->port < 0) {
		poll(NULL, 0, 100);
		return;
	}
	d->shared->plugged++;
	fuzz_doing(d->shared, index, "being a device");
	stay(d);
	fuzz_doing(d->shared, index, "leaving");
	leave(d);
}

void fuzz_device_run(struct fuzz_shared *s, unsigned int index, struct fuzz_random random)
{
	struct stranger d = { .shared = s, .random = random };

	if (usbip_wire_init(&d.wire) < 0)
		return;
	while (!s->stop) {
		one_device(&d, index);
		fuzz_doing(s, index, "out of the plug");
		if (fuzz_chance(&d.random, 60))
			poll(NULL, 0, (int)fuzz_pick(&d.random, 150));
	}
	usbip_wire_done(&d.wire);
}
