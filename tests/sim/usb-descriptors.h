/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the reader says of itself on the bus: one model for each way that readers are built,
 * docs/protocol.md, "USB".
 */
#ifndef SIM_USB_DESCRIPTORS_H
#define SIM_USB_DESCRIPTORS_H

#include <linux/usb/ch9.h>
#include <stddef.h>
#include <stdint.h>

#include "usb-device.h"

enum {
	USB_ANSWER = 256,	/* room for what a control request answers */
};

struct usb_endpoint {
	uint8_t address;
	uint8_t type;		/* USB_ENDPOINT_XFER_* */
	uint8_t interval;
};

struct usb_model {
	const char *name;	/* of the framing */
	const char *product;
	uint16_t vendor_id, product_id, release;
	uint8_t device_class;
	uint8_t interfaces;
	const struct usb_endpoint *endpoints;
	size_t n;

	/* What follows the head of the configuration; returns its size. */
	size_t (*interface_descriptors)(const struct usb_model *model, uint8_t *out);

	/* NULL, or requests beside the standard ones; as usb_control(). */
	int (*request)(struct usb_device *dev, const struct usb_ctrlrequest *rq,
		       const uint8_t *data, size_t n, uint8_t *out);
};

const struct usb_model *usb_model(enum usb_framing framing);

/* Writes one descriptor of an endpoint; returns its size. */
size_t usb_put_endpoint(const struct usb_endpoint *endpoint, uint8_t *out);

/* usb-hid.c, usb-acm.c */
extern const struct usb_model usb_hid_raw, usb_hid_length, usb_acm;

#endif
