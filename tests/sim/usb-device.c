// SPDX-License-Identifier: GPL-2.0-or-later
#include "usb-device.h"

#include <errno.h>
#include <linux/usb/ch9.h>
#include <string.h>

#include "usb-descriptors.h"
#include "util.h"

size_t usb_endpoints(enum usb_framing framing, uint8_t ret[static USB_ENDPOINTS])
{
	const struct usb_model *model = usb_model(framing);

	for (size_t i = 0; i < model->n; i++)
		ret[i] = model->endpoints[i].address;
	return model->n;
}

int usb_find_endpoint(enum usb_framing framing, uint8_t address)
{
	const struct usb_model *model = usb_model(framing);

	for (size_t i = 0; i < model->n; i++)
		if (model->endpoints[i].address == address)
			return (int)i;
	return -1;
}

void usb_clear_halts(struct usb_device *dev)
{
	memset(dev->halted, 0, sizeof(dev->halted));
}

void usb_device_begin(struct usb_device *dev)
{
	usb_clear_halts(dev);
	dev->configuration = 0;
	dev->line_up = false;
	dev->opened = 0;
	memset(dev->line_coding, 0, sizeof(dev->line_coding));
}

/* Multi-byte values are written as bytes: descriptors are little-endian everywhere. */
static int get_device_descriptor(const struct usb_model *m, uint8_t *out)
{
	const uint8_t bytes[USB_DT_DEVICE_SIZE] = {
		USB_DT_DEVICE_SIZE, USB_DT_DEVICE,
		0x10, 0x01,		/* USB 1.10 */
		m->device_class, 0x00, 0x00,
		8,			/* bMaxPacketSize0 */
		(uint8_t)m->vendor_id, (uint8_t)(m->vendor_id >> 8),
		(uint8_t)m->product_id, (uint8_t)(m->product_id >> 8),
		(uint8_t)m->release, (uint8_t)(m->release >> 8),
		1, 2, 0,		/* maker, product, no serial number */
		1,			/* configurations */
	};

	memcpy(out, bytes, sizeof(bytes));
	return sizeof(bytes);
}

static int get_configuration_descriptor(const struct usb_model *m, uint8_t *out)
{
	size_t total = USB_DT_CONFIG_SIZE;
	uint8_t head[USB_DT_CONFIG_SIZE] = {
		USB_DT_CONFIG_SIZE, USB_DT_CONFIG, 0, 0,
		m->interfaces,
		1, 0,			/* value of this configuration, unnamed */
		USB_CONFIG_ATT_ONE | USB_CONFIG_ATT_SELFPOWER | USB_CONFIG_ATT_WAKEUP,
		50,			/* 100 mA */
	};

	total += m->interface_descriptors(m, out + total);
	head[2] = (uint8_t)total;
	memcpy(out, head, sizeof(head));
	return (int)total;
}

static int get_string_descriptor(const struct usb_model *m, uint8_t index, uint8_t *out)
{
	const char *const strings[] = { NULL, "Simulated", m->product };
	size_t n;

	if (index >= ELEMENTSOF(strings))
		return -EPIPE;
	if (index == 0) {
		memcpy(out, (uint8_t[]){ 4, USB_DT_STRING, 0x09, 0x04 }, 4);
		return 4;
	}
	n = strlen(strings[index]);
	out[0] = (uint8_t)(2 + 2 * n);
	out[1] = USB_DT_STRING;
	for (size_t i = 0; i < n; i++) {
		out[2 + 2 * i] = (uint8_t)strings[index][i];
		out[3 + 2 * i] = 0;
	}
	return out[0];
}

static int get_descriptor(struct usb_device *dev, uint8_t type, uint8_t index, uint16_t length,
			  uint8_t *out)
{
	const struct usb_model *m = usb_model(dev->framing);

	switch (type) {
	case USB_DT_DEVICE:
		/*
		 * USB/IP does not carry resets of the port. But Linux asks for 64 bytes of
		 * the device descriptor after a reset, and nobody does otherwise.
		 */
		if (length == 64)
			dev->effect = USB_BUS_RESET;
		return get_device_descriptor(m, out);
	case USB_DT_CONFIG:
		return index ? -EPIPE : get_configuration_descriptor(m, out);
	case USB_DT_STRING:
		return get_string_descriptor(m, index, out);
	default:
		return -EPIPE;
	}
}

static int change_feature(struct usb_device *dev, const struct usb_ctrlrequest *rq, bool on)
{
	int i;

	if (rq->bRequestType == USB_RECIP_DEVICE && rq->wValue == USB_DEVICE_REMOTE_WAKEUP) {
		dev->wakeup = on;
		return 0;
	}
	if (rq->bRequestType != USB_RECIP_ENDPOINT || rq->wValue != USB_ENDPOINT_HALT)
		return -EPIPE;
	if ((rq->wIndex & 0x7f) == 0)
		return 0;
	i = usb_find_endpoint(dev->framing, (uint8_t)rq->wIndex);
	if (i < 0)
		return -EPIPE;
	dev->halted[i] = on;
	dev->effect = USB_HALT_CHANGED;
	dev->endpoint = (size_t)i;
	return 0;
}

static bool has_interface(const struct usb_device *dev, uint16_t i)
{
	return i < usb_model(dev->framing)->interfaces;
}

static int get_status(const struct usb_device *dev, const struct usb_ctrlrequest *rq, uint8_t *out)
{
	int i;

	out[0] = out[1] = 0;
	switch (rq->bRequestType & USB_RECIP_MASK) {
	case USB_RECIP_DEVICE:
		out[0] = (uint8_t)(1 << USB_DEVICE_SELF_POWERED |
				   dev->wakeup << USB_DEVICE_REMOTE_WAKEUP);
		return 2;
	case USB_RECIP_INTERFACE:
		return has_interface(dev, rq->wIndex) ? 2 : -EPIPE;
	case USB_RECIP_ENDPOINT:
		i = usb_find_endpoint(dev->framing, (uint8_t)rq->wIndex);
		if (i < 0 && (rq->wIndex & 0x7f))
			return -EPIPE;
		out[0] = i >= 0 && dev->halted[i];
		return 2;
	default:
		return -EPIPE;
	}
}

static int set_configuration(struct usb_device *dev, uint16_t value)
{
	if (value > 1)
		return -EPIPE;
	dev->configuration = (uint8_t)value;
	usb_clear_halts(dev);
	dev->effect = USB_CONFIGURED;
	return 0;
}

static int set_interface(struct usb_device *dev, const struct usb_ctrlrequest *rq)
{
	if (!has_interface(dev, rq->wIndex) || rq->wValue)
		return -EPIPE;
	usb_clear_halts(dev);
	dev->effect = USB_CONFIGURED;
	return 0;
}

static int standard(struct usb_device *dev, const struct usb_ctrlrequest *rq, uint8_t *out)
{
	switch (rq->bRequest) {
	case USB_REQ_GET_DESCRIPTOR:
		return get_descriptor(dev, (uint8_t)(rq->wValue >> 8), (uint8_t)rq->wValue,
				      rq->wLength, out);
	case USB_REQ_GET_CONFIGURATION:
		out[0] = dev->configuration;
		return 1;
	case USB_REQ_SET_CONFIGURATION:
		return set_configuration(dev, rq->wValue);
	case USB_REQ_GET_INTERFACE:
		out[0] = 0;
		return has_interface(dev, rq->wIndex) ? 1 : -EPIPE;
	case USB_REQ_SET_INTERFACE:
		return set_interface(dev, rq);
	case USB_REQ_GET_STATUS:
		return get_status(dev, rq, out);
	case USB_REQ_SET_FEATURE:
	case USB_REQ_CLEAR_FEATURE:
		return change_feature(dev, rq, rq->bRequest == USB_REQ_SET_FEATURE);
	default:
		return -EPIPE;
	}
}

int usb_control(struct usb_device *dev, const uint8_t setup[8], const uint8_t *data, size_t n,
		uint8_t *out, size_t size)
{
	const struct usb_model *m = usb_model(dev->framing);
	const struct usb_ctrlrequest rq = {
		.bRequestType = setup[0],
		.bRequest = setup[1],
		.wValue = (uint16_t)(setup[2] | setup[3] << 8),
		.wIndex = (uint16_t)(setup[4] | setup[5] << 8),
		.wLength = (uint16_t)(setup[6] | setup[7] << 8),
	};
	int r = -EPIPE;

	dev->effect = USB_NOTHING;
	if (size < USB_ANSWER)
		return -EPIPE;
	if ((rq.bRequestType & USB_TYPE_MASK) == USB_TYPE_STANDARD)
		r = standard(dev, &rq, out);
	if (r == -EPIPE && m->request)
		r = m->request(dev, &rq, data, n, out);
	return r;
}
