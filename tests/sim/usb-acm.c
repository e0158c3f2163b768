// SPDX-License-Identifier: GPL-2.0-or-later
/* A reader behind a serial line on USB: CDC-ACM, which every kernel drives, as ttyACM. */
#include <errno.h>
#include <linux/usb/cdc.h>
#include <string.h>

#include "usb-descriptors.h"
#include "util.h"

static const struct usb_endpoint endpoints[] = {
	{ 0x81, USB_ENDPOINT_XFER_BULK, 0 },
	{ 0x02, USB_ENDPOINT_XFER_BULK, 0 },
	{ 0x83, USB_ENDPOINT_XFER_INT, 16 },	/* of the modem's lines; there is never news */
};

static size_t put_interfaces(const struct usb_model *model, uint8_t *out)
{
	static const uint8_t control[] = {
		USB_DT_INTERFACE_SIZE, USB_DT_INTERFACE, 0, 0, 1,
		USB_CLASS_COMM, USB_CDC_SUBCLASS_ACM, USB_CDC_ACM_PROTO_AT_V25TER, 0,
		5, USB_DT_CS_INTERFACE, USB_CDC_HEADER_TYPE, 0x10, 0x01,
		5, USB_DT_CS_INTERFACE, USB_CDC_CALL_MANAGEMENT_TYPE, 0, 1,
		4, USB_DT_CS_INTERFACE, USB_CDC_ACM_TYPE, USB_CDC_CAP_LINE,
		5, USB_DT_CS_INTERFACE, USB_CDC_UNION_TYPE, 0, 1,
	};
	static const uint8_t carrier[] = {
		USB_DT_INTERFACE_SIZE, USB_DT_INTERFACE, 1, 0, 2, USB_CLASS_CDC_DATA, 0, 0, 0,
	};
	size_t n = sizeof(control);

	memcpy(out, control, sizeof(control));
	n += usb_put_endpoint(&endpoints[2], out + n);
	memcpy(out + n, carrier, sizeof(carrier));
	n += sizeof(carrier);
	n += usb_put_endpoint(&endpoints[0], out + n);
	n += usb_put_endpoint(&endpoints[1], out + n);
	return n;
}

static int request(struct usb_device *dev, const struct usb_ctrlrequest *rq, const uint8_t *data,
		   size_t n, uint8_t *out)
{
	if ((rq->bRequestType & ~USB_DIR_IN) != (USB_TYPE_CLASS | USB_RECIP_INTERFACE) ||
	    rq->wIndex)
		return -EPIPE;
	switch (rq->bRequest) {
	case USB_CDC_REQ_SET_LINE_CODING:
		if (n != sizeof(dev->line_coding))
			return -EPIPE;
		memcpy(dev->line_coding, data, n);
		return 0;
	case USB_CDC_REQ_GET_LINE_CODING:
		memcpy(out, dev->line_coding, sizeof(dev->line_coding));
		return sizeof(dev->line_coding);
	case USB_CDC_REQ_SET_CONTROL_LINE_STATE:
		dev->opened += !dev->line_up && rq->wValue & 1;
		dev->line_up = rq->wValue & 1;
		return 0;
	case USB_CDC_REQ_SEND_BREAK:
		return 0;
	default:
		return -EPIPE;
	}
}

/* The id that everybody may test with: no table holds it, so nothing but the line is known. */
const struct usb_model usb_acm = {
	.name = "acm",
	.product = "serial ID card reader (simulated)",
	.vendor_id = 0x1209,
	.product_id = 0x0001,
	.release = 0x0100,
	.device_class = USB_CLASS_COMM,
	.interfaces = 2,
	.endpoints = endpoints,
	.n = ELEMENTSOF(endpoints),
	.interface_descriptors = put_interfaces,
	.request = request,
};
