/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages between vhci_hcd and a device that is a program:
 * Documentation/usb/usbip_protocol.rst of the kernel. All numbers of a message are big-endian.
 */
#ifndef SIM_USBIP_WIRE_H
#define SIM_USBIP_WIRE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	USBIP_CMD_SUBMIT = 1,
	USBIP_CMD_UNLINK = 2,
	USBIP_RET_SUBMIT = 3,
	USBIP_RET_UNLINK = 4,
	USBIP_IN = 1,
	USBIP_SHORT_NOT_OK = 1,
	USBIP_TRANSFER_MAX = 256 * 1024,
};

struct usbip_message {
	uint32_t command, seqnum, device_id, direction, endpoint;
	union {
		struct {
			uint32_t flags;
			uint32_t length;
			uint32_t start_frame, packets, interval;
			uint8_t setup[8];
		} submit;
		struct {
			uint32_t status, length, start_frame, packets, errors;
			uint8_t padding[8];
		} ret;
		struct {
			uint32_t seqnum;
			uint8_t padding[24];
		} unlink;
	};
};

_Static_assert(sizeof(struct usbip_message) == 48, "a USB/IP header has 48 bytes");

struct usbip_wire {
	int fd;			/* -1: not plugged in */
	uint8_t *input;		/* one message and its data */
	size_t have;
};

/* 0 or -ENOMEM. */
int usbip_wire_init(struct usbip_wire *w);
void usbip_wire_done(struct usbip_wire *w);

/* Plug in at @port, or VHCI_ANY_PORT. The port, or a negative errno as of vhci_attach(). */
int usbip_wire_attach(struct usbip_wire *w, int port);
void usbip_wire_detach(struct usbip_wire *w);

/* A failed send needs no care: it ends the connection, which receiving reports. */
void usbip_wire_return_submit(struct usbip_wire *w, uint32_t seqnum, int status, size_t length,
			      const void *data, size_t n);
void usbip_wire_return_unlink(struct usbip_wire *w, uint32_t seqnum, int status);

/*
 * Read at most to the end of one message, so that nothing of the next is in the way. 0 at the end
 * of the connection, negative when there is nothing now. *ret is the message when it is whole, with
 * what came along behind it, valid until the next call; else NULL.
 */
ssize_t usbip_wire_receive(struct usbip_wire *w, const struct usbip_message **ret);

#endif
