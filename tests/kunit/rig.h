/* SPDX-License-Identifier: GPL-2.0-only */
/* A reader of the driver on a made-up bus, and a file of it. */
#ifndef IDCARD_KUNIT_RIG_H
#define IDCARD_KUNIT_RIG_H

#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/poll.h>

#include "fake.h"
#include "vectors.h"

struct rig {
	struct kunit *test;
	struct fake_device device;
	struct usb_device_id id;
	struct idcard_reader *r;	/* the last reference may be the file's */
	bool probed, opened;
	struct inode inode;
	struct file file;
	u8 reply[IDCARD_REPLY_MAX + 1];
};

/* KUNIT_CASE's init and exit: a reader with four endpoints, not open. */
int rig_init(struct kunit *test);
/* Everything that was taken has been given back. */
void rig_exit(struct kunit *test);

int rig_probe(struct rig *rig);
void rig_unplug(struct rig *rig);

int rig_open(struct rig *rig);
void rig_close(struct rig *rig);
void rig_nonblock(struct rig *rig, bool on);

ssize_t rig_write(struct rig *rig, const u8 *request, size_t size);
ssize_t rig_read(struct rig *rig, size_t room);
unsigned int rig_poll(struct rig *rig);
long rig_ioctl(struct rig *rig, unsigned int command, void *argument);
u32 rig_generation(struct rig *rig);

/* A call made by another thread. */
struct rig_call {
	struct work_struct work;
	struct completion done;
	struct rig *rig;
	ssize_t result;
};

void rig_read_begin(struct rig *rig, struct rig_call *c);
void rig_write_begin(struct rig *rig, struct rig_call *c);
void rig_open_begin(struct rig *rig, struct rig_call *c);
/* Its result; fails if it does not return. */
ssize_t rig_call_end(struct rig_call *c);

/* Until an exchange is over. */
void rig_wait_over(struct rig *rig);

/* The device answers the next request with this frame, cut as its framing wants it. */
void rig_answer(struct rig *rig, const struct vector *v);
/* One whole exchange that succeeds, whatever was before. */
void rig_exchange(struct rig *rig, const struct vector *v);
/* poll, read and write as at the beginning: nothing is owed. */
void rig_expect_idle(struct rig *rig);

/* Nothing of any exchange is in memory. */
void rig_expect_wiped(struct rig *rig);

#define SPLIT(rig) ((rig)->r->line.split)

#endif
