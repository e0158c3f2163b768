// SPDX-License-Identifier: GPL-2.0-or-later
#include "usb-queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int usb_queue_add(struct usb_queue *q, const struct usb_urb *urb, const uint8_t *data)
{
	uint8_t *copy = NULL;

	if (q->n == USB_QUEUE_URBS)
		return -ENOSPC;
	if (data) {
		copy = malloc(urb->length ? urb->length : 1);
		if (!copy)
			return -ENOMEM;
		memcpy(copy, data, urb->length);
	}
	q->urbs[q->n] = *urb;
	q->urbs[q->n++].data = copy;
	return 0;
}

bool usb_queue_first(const struct usb_queue *q, struct usb_urb *ret)
{
	if (!q->n)
		return false;
	*ret = q->urbs[0];
	return true;
}

static void drop(struct usb_queue *q, size_t i)
{
	free(q->urbs[i].data);
	q->n--;
	memmove(&q->urbs[i], &q->urbs[i + 1], (q->n - i) * sizeof(q->urbs[0]));
}

void usb_queue_pop(struct usb_queue *q)
{
	if (q->n)
		drop(q, 0);
}

bool usb_queue_take(struct usb_queue *q, struct usb_urb *ret)
{
	if (!usb_queue_first(q, ret))
		return false;
	q->urbs[0].data = NULL;
	drop(q, 0);
	return true;
}

bool usb_queue_remove(struct usb_queue *q, uint32_t seqnum)
{
	for (size_t i = 0; i < q->n; i++)
		if (q->urbs[i].seqnum == seqnum) {
			drop(q, i);
			return true;
		}
	return false;
}

void usb_queue_push(struct usb_queue *q, const uint8_t *data, size_t n)
{
	struct usb_packet *p;

	if (q->packets == USB_QUEUE_PACKETS || n > USB_PACKET)
		return;
	p = &q->ring[(q->first + q->packets++) % USB_QUEUE_PACKETS];
	p->size = (uint8_t)n;
	memcpy(p->data, data, n);
}

int usb_queue_fill(struct usb_queue *q, size_t length, uint8_t *out, size_t *ret_n)
{
	size_t n = 0, used = 0;
	int r = -EAGAIN;

	while (r == -EAGAIN && used < q->packets) {
		const struct usb_packet *p = &q->ring[(q->first + used++) % USB_QUEUE_PACKETS];
		size_t take = p->size < length - n ? p->size : length - n;

		memcpy(out + n, p->data, take);
		n += take;
		if (take < p->size)
			r = -EOVERFLOW;
		else if (p->size < USB_PACKET || n == length)
			r = 0;
	}
	if (r == -EAGAIN)
		return r;
	for (size_t i = 0; i < used; i++)
		explicit_bzero(&q->ring[(q->first + i) % USB_QUEUE_PACKETS], sizeof(q->ring[0]));
	q->first = (q->first + used) % USB_QUEUE_PACKETS;
	q->packets -= used;
	*ret_n = n;
	return r;
}

void usb_queue_flush(struct usb_queue *q)
{
	explicit_bzero(q->ring, sizeof(q->ring));
	q->first = 0;
	q->packets = 0;
}

void usb_queue_clear(struct usb_queue *q)
{
	while (q->n)
		usb_queue_pop(q);
	usb_queue_flush(q);
}
