/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HID readers: reports of 64 bytes both ways, with the bytes of the frames from the beginning
 * (hid-raw) or behind a byte that counts them (hid-length); docs/protocol.md, "HID".
 */
#ifndef SIM_USB_HID_H
#define SIM_USB_HID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "usb-device.h"

enum { HID_REPORT = USB_PACKET };

static inline bool usb_is_hid(enum usb_framing framing)
{
	return framing == USB_HID_RAW || framing == USB_HID_LENGTH;
}

/* The bytes that an OUT report holds for the SAM; returns how many. */
size_t usb_hid_unwrap(enum usb_framing framing, const uint8_t *report, size_t size,
		      const uint8_t **ret);

/* An IN report under construction. What follows the bytes in it is left from the one before. */
struct usb_hid {
	uint8_t report[HID_REPORT];
	size_t have;		/* bytes of frames in it */
};

/* Add at most @n bytes; returns how many went in. */
size_t usb_hid_add(struct usb_hid *h, enum usb_framing framing, const uint8_t *bytes, size_t n);
bool usb_hid_full(const struct usb_hid *h, enum usb_framing framing);

/* Nothing of a frame may be in the next report. */
void usb_hid_forget(struct usb_hid *h);

#endif
