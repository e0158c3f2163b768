/* SPDX-License-Identifier: GPL-2.0-only */
/* The bus that is made up, and the device on it. */
#ifndef IDCARD_KUNIT_FAKE_H
#define IDCARD_KUNIT_FAKE_H

#include <kunit/test.h>
#include <linux/usb.h>
#include <linux/wait.h>

#include "reader.h"

enum {
	FAKE_TRANSFERS = 600,
	FAKE_ENDPOINTS = 20,
	/* In place of a status: the transfer stays on the bus until it is killed. */
	FAKE_PENDING = 1,
	/* Submitting it fails with this much less. */
	FAKE_REFUSED = -10000,
};

/* How a transfer ends. */
struct fake_transfer {
	int status;
	const u8 *data;
	size_t n;		/* IN: bytes at @data; OUT: this many less than asked are taken */
};

struct fake_list {
	struct fake_transfer transfers[FAKE_TRANSFERS];
	size_t n, used;
};

struct fake_device {
	struct usb_bus bus;
	struct usb_device udev;
	struct usb_host_interface alt;
	struct usb_host_endpoint endpoints[FAKE_ENDPOINTS];
	struct usb_interface intf;

	spinlock_t lock;
	wait_queue_head_t wait;
	struct urb *pending;

	/*
	 * IN transfers before the request is sent take from @stale, or find silence; those after
	 * it from @reply, or wait. OUT transfers take from @out, or succeed.
	 */
	struct fake_list stale, out, reply;
	bool sent;			/* the request, all of it */
	u8 request[IDCARD_REQUEST_MAX];	/* the bytes of it */
	size_t request_size;
	u8 out_first;			/* the endpoint its first byte went to */
	unsigned int submitted, cleared;	/* transfers; halts tried to clear */
	unsigned int toggled;		/* halts cleared on the host's side, too */

	int autopm_error, add_error, clear_error;
	bool reset_never;		/* comes to an end */

	/* What is held. */
	int intf_refs, dev_refs, autopm, added;
};

void fake_device_init(struct fake_device *d);

/* Forget the transfers that are prepared, and what was sent. */
void fake_device_begin(struct fake_device *d);

void fake_prepare(struct fake_list *l, int status, const u8 *data, size_t n);

/* Until a transfer is on the bus that does not end by itself; is it one of @address? */
bool fake_wait_pending(struct fake_device *d, u8 address);

/* Copies to and from user space fail. */
extern bool fake_user_fault;

/* Of a suite that has readers: where the driver's work is done. */
int fake_suite_init(struct kunit_suite *suite);
void fake_suite_exit(struct kunit_suite *suite);

#endif
