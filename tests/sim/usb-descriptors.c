// SPDX-License-Identifier: GPL-2.0-or-later
#include "usb-descriptors.h"

#include <errno.h>
#include <string.h>

#include "util.h"

static const struct usb_endpoint four[] = {
	{ 0x81, USB_ENDPOINT_XFER_BULK, 0 },
	{ 0x02, USB_ENDPOINT_XFER_BULK, 0 },
	{ 0x85, USB_ENDPOINT_XFER_BULK, 0 },
	{ 0x06, USB_ENDPOINT_XFER_BULK, 0 },
};

size_t usb_put_endpoint(const struct usb_endpoint *endpoint, uint8_t *out)
{
	const uint8_t bytes[USB_DT_ENDPOINT_SIZE] = {
		USB_DT_ENDPOINT_SIZE, USB_DT_ENDPOINT, endpoint->address, endpoint->type,
		USB_PACKET, 0, endpoint->interval,
	};

	memcpy(out, bytes, sizeof(bytes));
	return sizeof(bytes);
}

static size_t put_vendor_interface(const struct usb_model *model, uint8_t *out)
{
	const uint8_t head[USB_DT_INTERFACE_SIZE] = {
		USB_DT_INTERFACE_SIZE, USB_DT_INTERFACE, 0, 0, (uint8_t)model->n,
		USB_CLASS_VENDOR_SPEC, 0x00, 0x00, 0,
	};
	size_t n = sizeof(head);

	memcpy(out, head, sizeof(head));
	for (size_t i = 0; i < model->n; i++)
		n += usb_put_endpoint(&model->endpoints[i], out + n);
	return n;
}

#define VENDOR_MODEL(_name, _endpoints)                                                            \
	{                                                                                          \
		.name = _name, .product = "ID card reader (simulated)",                            \
		.vendor_id = 0x0400, .product_id = 0xc35a, .release = 0x0063,                      \
		.device_class = USB_CLASS_VENDOR_SPEC, .interfaces = 1, .endpoints = four,         \
		.n = _endpoints, .interface_descriptors = put_vendor_interface,                    \
	}

static const struct usb_model vendor[] = {
	[USB_SPLIT] = VENDOR_MODEL("split", 4),
	[USB_STREAM] = VENDOR_MODEL("stream", 2),
	[USB_STREAM_FIRST] = VENDOR_MODEL("stream-first", 4),
	[USB_STREAM_LAST] = VENDOR_MODEL("stream-last", 4),
};

const struct usb_model *usb_model(enum usb_framing framing)
{
	switch (framing) {
	case USB_HID_RAW:
		return &usb_hid_raw;
	case USB_HID_LENGTH:
		return &usb_hid_length;
	case USB_ACM:
		return &usb_acm;
	default:
		return &vendor[framing];
	}
}

int usb_framing_from_string(const char *s)
{
	for (int i = 0; i < _USB_FRAMING_MAX; i++)
		if (!strcmp(s, usb_model((enum usb_framing)i)->name))
			return i;
	return -EINVAL;
}

const char *usb_framing_to_string(enum usb_framing framing)
{
	return usb_model(framing)->name;
}
