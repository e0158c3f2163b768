/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One reader, inside the module.
 *
 * Life: the embedded device is the only reference count. The character device, an
 * open file and the USB interface hold it; idcard_reader_release() frees.
 *
 * Locks, in this order:
 *	open_mutex	opening, closing and going away exclude each other. Held over
 *			usb_autopm_get_interface(), so suspend, resume and reset must
 *			not take it.
 *	lock		what is going on: state, progress, stale, opened, generation,
 *			timeout, framing. Nobody sleeps for data under a lock.
 *
 * The worker owns @exchange, @urb and @buffer while progress is IDCARD_RUNNING; the
 * one read() that found IDCARD_OVER owns the reply while it is IDCARD_DELIVERING.
 */
#ifndef IDCARD_READER_H
#define IDCARD_READER_H

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/usb.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "framing.h"

#define IDCARD_READERS_MAX	64
#define IDCARD_TIMEOUT_DEFAULT	6000	/* ms; the slowest command takes 5 s */
#define IDCARD_TIMEOUT_MAX	60000
#define IDCARD_CLEAR_HALT_MS	500
#define IDCARD_RESET_MS		5000

enum idcard_state {
	IDCARD_LIVE,
	IDCARD_SUSPENDED,
	IDCARD_RESETTING,
	IDCARD_GONE,		/* for good */
};

enum idcard_progress {
	IDCARD_IDLE,
	IDCARD_RUNNING,		/* the worker is at it */
	IDCARD_OVER,		/* the outcome waits for read() */
	IDCARD_DELIVERING,	/* read() is copying the reply */
};

struct idcard_reader {
	struct device dev;
	struct cdev cdev;
	struct usb_device *udev;
	struct usb_interface *intf;
	int number;

	struct idcard_endpoint endpoints[IDCARD_ENDPOINTS_MAX];
	unsigned int n_endpoints;

	struct mutex open_mutex;	/* see above */

	spinlock_t lock;	/* of all until @wait; see above */
	enum idcard_state state;
	enum idcard_progress progress;
	bool opened;
	bool stale;		/* read() owes an ESTALE */
	bool told;		/* it paid before the reader was live again */
	bool lost;		/* the bus says it is gone; disconnect or a reset follows */
	bool own_reset;		/* our user waits for the end of a reset */
	int outcome;		/* IDCARD_OVER: 0 and the reply, or the error */
	u32 generation;
	u32 timeout_ms;
	unsigned int framing;
	struct idcard_line line;	/* the endpoints of @framing */

	wait_queue_head_t wait;	/* read, write, poll, RESET: something above changed */

	struct work_struct work;
	struct idcard_exchange exchange;
	u32 exchange_ms;	/* timeout_ms when the request was written */
	unsigned long deadline;	/* of draining, then of the exchange, in jiffies */
	u8 *request;
	size_t request_size;

	struct urb *urb;
	u8 *buffer;		/* DMA */
	size_t buffer_size;
	bool transferred;	/* @urb completed */
	wait_queue_head_t transfer_wait;
	unsigned int halted_out;	/* bit per endpoint: stalled, not cleared yet */
	unsigned int halted_in;
};

/* main.c */
extern struct class idcard_class;
extern struct workqueue_struct *idcard_workqueue;
dev_t idcard_devt(int number);

/* device.c */
int idcard_probe(struct usb_interface *intf, const struct usb_device_id *id);
void idcard_disconnect(struct usb_interface *intf);

/* file.c */
extern const struct file_operations idcard_fops;

/* ioctl.c */
long idcard_ioctl(struct file *file, unsigned int command, unsigned long argument);

/* bus.c */
void idcard_bus_work(struct work_struct *work);
void idcard_bus_stop(struct idcard_reader *r);
void idcard_bus_allow(struct idcard_reader *r);
void idcard_bus_wipe(struct idcard_reader *r);

/* power.c */
int idcard_suspend(struct usb_interface *intf, pm_message_t message);
int idcard_resume(struct usb_interface *intf);
int idcard_reset_resume(struct usb_interface *intf);
int idcard_pre_reset(struct usb_interface *intf);
int idcard_post_reset(struct usb_interface *intf);

#endif
