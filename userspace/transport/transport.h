/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transport: carries whole frames to and from one reader. Bytes in, whole
 * verified frames out; it knows devices and endpoints and no command.
 *
 * Everything is asynchronous on the caller's sd-event loop. One exchange at a
 * time; the callback of each submitted exchange runs exactly once, never from
 * inside transport_submit(), and never after transport_close().
 */
#ifndef IDCARD_TRANSPORT_H
#define IDCARD_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

struct transport;

/*
 * @error 0: @reply is one whole, checksum-verified frame of @size bytes, valid
 * during the call and wiped after it. Otherwise @error is negative and @reply NULL:
 *	-ETIMEDOUT	no whole reply before the deadline
 *	-EBADMSG	a damaged reply, or bytes that are no reply
 *	-EPIPE, -EIO	the reader refused or broke the transfer
 *	-ESTALE		the reader was reset (USB reset or resume) and lost its state
 *	-ENODEV		the reader is gone; nothing else will work, close the transport
 */
typedef void (*transport_reply_t)(int error, const uint8_t *reply, size_t size, void *userdata);

/*
 * The callback runs when the device goes away on its own while no exchange is
 * under way, with -ENODEV. Not called after it was reported through the reply.
 */
struct transport_callbacks {
	transport_reply_t reply;
	void (*gone)(int error, void *userdata);
	void *userdata;
};

/*
 * What carries the frames. The caller opens the device node itself (udev told it
 * the path and the kind), so that rights and races of opening are in one place.
 */
enum transport_kind {
	TRANSPORT_NODE,		/* /dev/idcardrawN of the kernel module */
	TRANSPORT_USB,		/* /dev/bus/usb/BBB/DDD through libusb */
	TRANSPORT_HID,		/* /dev/hidrawN */
	TRANSPORT_SERIAL,	/* a tty */
	_TRANSPORT_KIND_MAX,
};

const char *transport_kind_to_string(enum transport_kind kind);

/* How a serial line is spoken: docs/protocol.md, "Serial". */
enum transport_dialect {
	TRANSPORT_SAM,		/* the frames as they are */
	TRANSPORT_STX,		/* multi-in-one readers: commands of their own, in STX and ETX */
	_TRANSPORT_DIALECT_MAX,
};

/* What the node alone does not tell; zero is the default of everything. */
struct transport_options {
	unsigned int baud;	/* serial: 9600 to 115200; 0 is 115200 */
	enum transport_dialect dialect;
	unsigned int framing;	/* USB: the one to begin with; one that does not fit is ignored */
};

/*
 * One option in words, wherever an administrator writes it: "baud" "9600", "dialect" "stx".
 * 0, -ENOENT (no such option) or -EINVAL (no such value).
 */
int transport_option(struct transport_options *options, const char *key, const char *value);

/*
 * Take over @fd, an open read-write descriptor of the node; it is closed also on
 * failure. Claims what is needed. @options may be NULL. Returns 0 and *@ret, or
 *	-EBUSY		another program or driver owns the reader; it is never detached
 *	-ENODEV		gone already
 *	-EOPNOTSUPP	no endpoints of a known framing, or no device of this kind
 */
int transport_open(enum transport_kind kind, int fd, const struct transport_options *options,
		   sd_event *event, const struct transport_callbacks *callbacks,
		   struct transport **ret);

/* Cancels what is under way without calling back. Returns NULL. */
struct transport *transport_close(struct transport *t);

/*
 * Start one exchange: drain, send @request (one whole request frame, copied), wait
 * for one reply at most @timeout_ms. Draining takes some 10 ms, after a time-out up to
 * two seconds, which are not counted; nor is finding out how a HID reader wraps frames. A
 * reader that reads the card to find it (TRANSPORT_STX) gets the time of a read to do so.
 * 0, -EBUSY while one is under way, -EINVAL if the frame is not one or @timeout_ms is 0,
 * -ENODEV.
 */
int transport_submit(struct transport *t, const uint8_t *request, size_t size,
		     unsigned int timeout_ms);

/*
 * A reader that never answered may speak another of the framings of docs/protocol.md,
 * "USB": try the next one its endpoints allow. 0, or -EOPNOTSUPP when there is no
 * other; -EBUSY while an exchange is under way.
 */
int transport_next_framing(struct transport *t);

/*
 * The framing that is spoken now, for the options of the transport that opens the same reader
 * again: the reader that answered knows no other. 0 where the framing is not the transport's.
 */
unsigned int transport_framing(const struct transport *t);

/*
 * Step 4 of the recovery ladder: clear halts and reset the USB port. Ends an
 * exchange under way with -ESTALE. May take up to a second on a slow bus; the
 * reader needs its start-up time afterwards. -EOPNOTSUPP where it has no meaning.
 */
int transport_reset(struct transport *t);

#endif
