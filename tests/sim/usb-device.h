/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The USB device without its bus: what it answers to control requests. */
#ifndef SIM_USB_DEVICE_H
#define SIM_USB_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	USB_PACKET = 64,	/* wMaxPacketSize of every endpoint */
	USB_ENDPOINTS = 4,
};

enum usb_framing {
	USB_SPLIT,		/* four endpoints, head and body apart */
	USB_STREAM,		/* two endpoints */
	USB_STREAM_FIRST,	/* four endpoints, whole frames on the first pair */
	USB_STREAM_LAST,	/* four endpoints, whole frames on the last pair */
	USB_HID_RAW,		/* reports that hold nothing but the frames */
	USB_HID_LENGTH,		/* reports that begin with how many bytes they hold */
	USB_ACM,		/* a serial line */
	_USB_FRAMING_MAX,
};

/* What a request did beside its answer. */
enum usb_effect {
	USB_NOTHING,
	USB_BUS_RESET,		/* the host asks as it does only after a reset of the port */
	USB_CONFIGURED,		/* halts are cleared, what waited is gone */
	USB_HALT_CHANGED,	/* of .endpoint */
};

struct usb_device {
	enum usb_framing framing;
	uint8_t configuration;
	bool wakeup;
	bool halted[USB_ENDPOINTS];
	enum usb_effect effect;
	size_t endpoint;	/* which one's halt changed */
	uint8_t line_coding[7];	/* of a serial line, as the host set it */
	bool line_up;		/* a program has it open */
	unsigned int opened;	/* how often that came to be */
};

/* Addresses in descriptor order. Returns how many. */
size_t usb_endpoints(enum usb_framing framing, uint8_t ret[static USB_ENDPOINTS]);

/* Index of @address among them, or -1. */
int usb_find_endpoint(enum usb_framing framing, uint8_t address);

void usb_clear_halts(struct usb_device *dev);

/* As after plug-in. */
void usb_device_begin(struct usb_device *dev);

/*
 * One control request; @data, @n bytes, came with it. Returns the bytes of its answer in @out, or
 * -EPIPE for a stall; dev->effect says what else it did.
 */
int usb_control(struct usb_device *dev, const uint8_t setup[8], const uint8_t *data, size_t n,
		uint8_t *out, size_t size);

/* -EINVAL if there is no such framing. */
int usb_framing_from_string(const char *s);
const char *usb_framing_to_string(enum usb_framing framing);

#endif
