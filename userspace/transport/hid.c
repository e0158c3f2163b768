// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Transport over /dev/hidrawN (docs/protocol.md, "HID"). Two ways of wrapping frames into
 * reports are known, and no id says which one a reader has: its answer to the first question
 * does.
 *
 * A write to hidraw waits for the reader in the kernel, O_NONBLOCK or not: usually for a
 * millisecond, at most for the 5 s of usbhid.
 */
#include <linux/hidraw.h>
#include <sys/ioctl.h>

#include "fd-exchange.h"
#include "hid-report.h"

enum {
	/* The SAM id is asked for to see how the answer is wrapped; then the drain listens on. */
	PROBE_MS = 300,
	/* Readers of Routon fail when they are asked for the reply at once. */
	PAUSE_MS = 5,
};

static const uint8_t probe[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x03, 0x12, 0xff, 0xee };

struct hid {
	struct fd_exchange x;
	struct hid_reassembly reassembly;	/* its wrapping is what was found out */
	enum hid_wrapping guess;		/* of the next probe */
	bool probing;
	size_t report_out;
	uint8_t request[IDCARD_REQUEST_MAX];	/* waits for the probe to end */
	size_t request_size;
	unsigned int timeout_ms;
};

static struct hid *to_hid(struct transport *t)
{
	return (struct hid *)t;
}

static void learn(struct hid *h, const uint8_t *report, size_t n)
{
	if (h->reassembly.wrapping == HID_UNKNOWN)
		h->reassembly.wrapping = hid_detect(report, n);
}

static int hid_received(struct fd_exchange *x, const uint8_t *report, size_t n)
{
	struct hid *h = to_hid(&x->base);
	int r;

	learn(h, report, n);
	if (h->reassembly.wrapping == HID_UNKNOWN)
		return -EBADMSG;
	r = hid_reassembly_feed(&h->reassembly, report, n);
	x->partial = true;
	x->reply_size = h->reassembly.frame.have;
	return r;
}

/* The probe's answer came after all. Anything else that is stale is of no use. */
static int hid_stale(struct fd_exchange *x, const uint8_t *report, size_t n)
{
	learn(to_hid(&x->base), report, n);
	return 0;
}

static int hid_send(struct hid *h, enum hid_wrapping wrapping, const uint8_t *frame, size_t size,
		    unsigned int timeout_ms)
{
	h->reassembly.frame.buf = h->x.reply;
	idcard_assembler_reset(&h->reassembly.frame);
	h->x.out_piece = 1 + h->report_out;
	h->x.out_size = hid_wrap(wrapping, frame, size, h->report_out, h->x.out, FD_OUT_MAX);
	return h->x.out_size ? fd_exchange_begin(&h->x, timeout_ms) : -EMSGSIZE;
}

static int hid_send_request(struct hid *h)
{
	return hid_send(h, h->reassembly.wrapping, h->request, h->request_size, h->timeout_ms);
}

/*
 * Raw first. A reader that counts takes the preamble for a count that cannot be and says
 * nothing; then it is asked the other way. That is done with the next request, so that each has
 * a time limit that is known.
 */
static int hid_send_probe(struct hid *h)
{
	h->probing = true;
	return hid_send(h, h->guess, probe, sizeof(probe), PROBE_MS);
}

static bool hid_ended(struct fd_exchange *x, int result)
{
	struct hid *h = to_hid(&x->base);
	int r;

	if (!h->probing)
		return false;
	h->probing = false;
	if (h->reassembly.wrapping == HID_UNKNOWN) {
		h->guess = h->guess == HID_RAW ? HID_LENGTH : HID_RAW;
		return false;
	}
	r = hid_send_request(h);
	if (r < 0)
		transport_answer_later(&x->base, r);
	return true;
}

static const struct fd_line hid_line = {
	.received = hid_received,
	.stale = hid_stale,
	.ended = hid_ended,
	.pause_ms = PAUSE_MS,
};

/* The size of its reports; a socket in place of the node, in tests, has that of all readers. */
static int hid_look(struct hid *h)
{
	struct hidraw_report_descriptor d = {};
	struct hid_shape shape = {};
	int size = 0;

	if (ioctl(h->x.fd, HIDIOCGRDESCSIZE, &size) < 0)
		size = 0;
	if (size > 0 && size <= HID_MAX_DESCRIPTOR_SIZE) {
		d.size = size;
		if (ioctl(h->x.fd, HIDIOCGRDESC, &d) < 0)
			return errno == ENODEV ? -ENODEV : -EIO;
		hid_describe(d.value, d.size, &shape);
	}
	h->report_out = hid_report_size(&shape);
	return h->report_out ? 0 : -EOPNOTSUPP;
}

static int hid_open(struct transport *t, int fd, const struct transport_options *options)
{
	struct hid *h = to_hid(t);
	int r;

	h->x.fd = fd;
	h->guess = HID_RAW;
	r = fd_exchange_lock(fd);
	if (r < 0)
		return r;
	r = hid_look(h);
	if (r < 0)
		return r;
	return fd_exchange_open(&h->x, fd, &hid_line);
}

static void hid_close(struct transport *t)
{
	struct hid *h = to_hid(t);

	fd_exchange_close(&h->x);
	explicit_bzero(h->request, sizeof(h->request));
}

static int hid_submit(struct transport *t, const uint8_t *request, size_t size,
		      unsigned int timeout_ms)
{
	struct hid *h = to_hid(t);
	int r;

	memcpy(h->request, request, size);
	h->request_size = size;
	h->timeout_ms = timeout_ms;
	r = h->reassembly.wrapping == HID_UNKNOWN ? hid_send_probe(h) : hid_send_request(h);
	return r < 0 ? transport_answer_later(t, r) : 0;
}

/* What was found out was wrong, or nothing was: the other one is next. */
static int hid_next_framing(struct transport *t)
{
	struct hid *h = to_hid(t);
	enum hid_wrapping now = h->reassembly.wrapping ? h->reassembly.wrapping : h->guess;

	h->guess = now == HID_RAW ? HID_LENGTH : HID_RAW;
	h->reassembly.wrapping = HID_UNKNOWN;
	return 0;
}

/* The port of the reader belongs to usbhid. */
static int hid_reset(struct transport *t)
{
	return -EOPNOTSUPP;
}

const struct transport_ops transport_hid_ops = {
	.size = sizeof(struct hid),
	.open = hid_open,
	.close = hid_close,
	.submit = hid_submit,
	.next_framing = hid_next_framing,
	.reset = hid_reset,
};
