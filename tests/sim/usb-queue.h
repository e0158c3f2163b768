/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One bulk endpoint: the transfers the host has asked for, and, for IN, the packets
 * that wait to be fetched.
 */
#ifndef SIM_USB_QUEUE_H
#define SIM_USB_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "usb-device.h"

enum {
	USB_QUEUE_PACKETS = 256,
	USB_QUEUE_BYTES = USB_QUEUE_PACKETS * USB_PACKET,
	USB_QUEUE_URBS = 64,
};

struct usb_urb {
	uint32_t seqnum;
	size_t length;
	bool short_not_ok;
	uint8_t *data;		/* OUT; belongs to the queue */
};

struct usb_packet {
	uint8_t size;
	uint8_t data[USB_PACKET];
};

struct usb_queue {
	struct usb_urb urbs[USB_QUEUE_URBS];
	size_t n;
	struct usb_packet ring[USB_QUEUE_PACKETS];
	size_t first, packets;
};

/* @data of OUT transfers is copied. -ENOSPC, -ENOMEM. */
int usb_queue_add(struct usb_queue *q, const struct usb_urb *urb, const uint8_t *data);
bool usb_queue_first(const struct usb_queue *q, struct usb_urb *ret);
void usb_queue_pop(struct usb_queue *q);

/* The same as both, and the data becomes the caller's to free. */
bool usb_queue_take(struct usb_queue *q, struct usb_urb *ret);
bool usb_queue_remove(struct usb_queue *q, uint32_t seqnum);

/* A full device drops packets, as a SAM does that nobody listens to. */
void usb_queue_push(struct usb_queue *q, const uint8_t *data, size_t n);

/*
 * Take the packets of one transfer of @length bytes out of the queue. 0 when it is
 * complete, -EAGAIN when more packets are needed (nothing is taken then), -EOVERFLOW
 * when a packet is larger than the room left.
 */
int usb_queue_fill(struct usb_queue *q, size_t length, uint8_t *out, size_t *ret_n);

/* Forget the packets; or everything. */
void usb_queue_flush(struct usb_queue *q);
void usb_queue_clear(struct usb_queue *q);

#endif
