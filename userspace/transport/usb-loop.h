/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A libusb context on an sd-event loop, without threads and timers of libusb: who uses
 * it gives transfers no time limit and cancels them instead. Only for usb.c.
 */
#ifndef IDCARD_USB_LOOP_H
#define IDCARD_USB_LOOP_H

#include <libusb.h>
#include <stdbool.h>
#include <systemd/sd-event.h>

struct usb_loop {
	libusb_context *context;
	sd_event *event;	/* the owner's */
	struct {
		int fd;
		sd_event_source *source;
	} watches[8];
	int error;		/* a descriptor could not be watched */
	/* libusb handled something; runs outside of libusb, and may stop the loop. */
	void (*handled)(void *userdata);
	/* libusb gave up a descriptor; runs inside of libusb. */
	void (*dropped)(int fd, void *userdata);
	void *userdata;
};

int usb_loop_start(struct usb_loop *loop);
void usb_loop_stop(struct usb_loop *loop);

/* Block until *@done or for at most @ms. Returns *@done. */
bool usb_loop_wait(struct usb_loop *loop, int *done, unsigned int ms);

/* Negative errno of a libusb error. */
int usb_loop_errno(int libusb_error);

#endif
