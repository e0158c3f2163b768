// SPDX-License-Identifier: GPL-2.0-or-later
#include "usb-hid.h"

#include <errno.h>
#include <linux/hid.h>
#include <string.h>

#include "usb-descriptors.h"
#include "util.h"

enum {
	DT_HID = 0x21,
	DT_REPORT = 0x22,
	DT_HID_SIZE = 9,
};

static const struct usb_endpoint endpoints[] = {
	{ 0x81, USB_ENDPOINT_XFER_INT, 1 },
	{ 0x02, USB_ENDPOINT_XFER_INT, 1 },
};

static const uint8_t report_descriptor[] = {
	0x06, 0x00, 0xff,	/* usage page: vendor */
	0x09, 0x01,		/* usage 1 */
	0xa1, 0x01,		/* application */
	0x15, 0x00,		/* from 0 */
	0x26, 0xff, 0x00,	/* to 255 */
	0x75, 0x08,		/* of 8 bits */
	0x95, HID_REPORT,	/* so many of them */
	0x09, 0x02,
	0x81, 0x02,		/* input */
	0x09, 0x03,
	0x91, 0x02,		/* output */
	0xc0,
};

static const uint8_t hid_descriptor[DT_HID_SIZE] = {
	DT_HID_SIZE, DT_HID,
	0x10, 0x01,		/* HID 1.10 */
	0x00,			/* no country */
	1, DT_REPORT, sizeof(report_descriptor), 0,
};

static size_t put_interface(const struct usb_model *model, uint8_t *out)
{
	const uint8_t head[USB_DT_INTERFACE_SIZE] = {
		USB_DT_INTERFACE_SIZE, USB_DT_INTERFACE, 0, 0, (uint8_t)model->n,
		USB_CLASS_HID, 0x00, 0x00, 0,
	};
	size_t n = sizeof(head);

	memcpy(out, head, sizeof(head));
	memcpy(out + n, hid_descriptor, sizeof(hid_descriptor));
	n += sizeof(hid_descriptor);
	for (size_t i = 0; i < model->n; i++)
		n += usb_put_endpoint(&model->endpoints[i], out + n);
	return n;
}

static int give(const uint8_t *descriptor, size_t size, uint8_t *out)
{
	memcpy(out, descriptor, size);
	return (int)size;
}

static int request(struct usb_device *dev, const struct usb_ctrlrequest *rq, const uint8_t *data,
		   size_t n, uint8_t *out)
{
	if ((rq->bRequestType & USB_RECIP_MASK) != USB_RECIP_INTERFACE || rq->wIndex)
		return -EPIPE;
	if ((rq->bRequestType & USB_TYPE_MASK) == USB_TYPE_STANDARD) {
		if (rq->bRequest != USB_REQ_GET_DESCRIPTOR)
			return -EPIPE;
		if (rq->wValue >> 8 == DT_REPORT)
			return give(report_descriptor, sizeof(report_descriptor), out);
		if (rq->wValue >> 8 == DT_HID)
			return give(hid_descriptor, sizeof(hid_descriptor), out);
		return -EPIPE;
	}
	/* Reports travel on the endpoints alone. */
	return rq->bRequest == HID_REQ_SET_IDLE ? 0 : -EPIPE;
}

const struct usb_model usb_hid_raw = {
	.name = "hid-raw",
	.product = "HID ID card reader (simulated)",
	.vendor_id = 0x2b8b,
	.product_id = 0x2721,
	.release = 0x0100,
	.interfaces = 1,
	.endpoints = endpoints,
	.n = ELEMENTSOF(endpoints),
	.interface_descriptors = put_interface,
	.request = request,
};

/* An id that gadgets of all kinds have: only an administrator knows that this is a reader. */
const struct usb_model usb_hid_length = {
	.name = "hid-length",
	.product = "HID ID card reader (simulated)",
	.vendor_id = 0x0483,
	.product_id = 0x572b,
	.release = 0x0100,
	.interfaces = 1,
	.endpoints = endpoints,
	.n = ELEMENTSOF(endpoints),
	.interface_descriptors = put_interface,
	.request = request,
};

static size_t head(enum usb_framing framing)
{
	return framing == USB_HID_LENGTH;
}

size_t usb_hid_unwrap(enum usb_framing framing, const uint8_t *report, size_t size,
		      const uint8_t **ret)
{
	*ret = report;
	if (framing == USB_HID_RAW)
		return size;
	if (!size || report[0] >= size)
		return 0;
	*ret = report + 1;
	return report[0];
}

size_t usb_hid_add(struct usb_hid *h, enum usb_framing framing, const uint8_t *bytes, size_t n)
{
	size_t room = HID_REPORT - head(framing) - h->have;

	if (n > room)
		n = room;
	memcpy(h->report + head(framing) + h->have, bytes, n);
	h->have += n;
	if (framing == USB_HID_LENGTH)
		h->report[0] = (uint8_t)h->have;
	return n;
}

bool usb_hid_full(const struct usb_hid *h, enum usb_framing framing)
{
	return h->have == HID_REPORT - head(framing);
}

void usb_hid_forget(struct usb_hid *h)
{
	h->have = 0;
}
