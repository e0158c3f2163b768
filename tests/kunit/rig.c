// SPDX-License-Identifier: GPL-2.0-only
#include "rig.h"

/* A call that must come back has come back by then. */
#define HANG (30 * HZ)

static const struct usb_endpoint_descriptor four[] = {
	{ .bEndpointAddress = 0x81, .bmAttributes = 2, .wMaxPacketSize = cpu_to_le16(64) },
	{ .bEndpointAddress = 0x02, .bmAttributes = 2, .wMaxPacketSize = cpu_to_le16(64) },
	{ .bEndpointAddress = 0x85, .bmAttributes = 2, .wMaxPacketSize = cpu_to_le16(64) },
	{ .bEndpointAddress = 0x06, .bmAttributes = 2, .wMaxPacketSize = cpu_to_le16(64) },
};

int rig_init(struct kunit *test)
{
	struct rig *rig = kunit_kzalloc(test, sizeof(*rig), GFP_KERNEL);
	unsigned int i;

	if (!rig)
		return -ENOMEM;
	test->priv = rig;
	rig->test = test;
	fake_user_fault = false;
	fake_device_init(&rig->device);
	rig->device.alt.desc.bNumEndpoints = ARRAY_SIZE(four);
	for (i = 0; i < ARRAY_SIZE(four); i++)
		rig->device.endpoints[i].desc = four[i];
	return 0;
}

int rig_probe(struct rig *rig)
{
	int err = idcard_probe(&rig->device.intf, &rig->id);

	rig->r = err ? NULL : usb_get_intfdata(&rig->device.intf);
	rig->probed = !err;
	return err;
}

void rig_unplug(struct rig *rig)
{
	idcard_disconnect(&rig->device.intf);
	rig->probed = false;
	if (!rig->opened)
		rig->r = NULL;
}

void rig_exit(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct fake_device *d = &rig->device;

	fake_user_fault = false;
	if (rig->opened)
		rig_close(rig);
	if (rig->probed)
		rig_unplug(rig);
	KUNIT_EXPECT_EQ(test, d->intf_refs, 0);
	KUNIT_EXPECT_EQ(test, d->dev_refs, 0);
	KUNIT_EXPECT_EQ(test, d->autopm, 0);
	KUNIT_EXPECT_EQ(test, d->added, 0);
	KUNIT_EXPECT_PTR_EQ(test, d->pending, (struct urb *)NULL);
}

int rig_open(struct rig *rig)
{
	int err;

	rig->inode.i_cdev = &rig->r->cdev;
	err = idcard_fops.open(&rig->inode, &rig->file);
	/* As the inode does. */
	if (!err)
		get_device(&rig->r->dev);
	rig->opened = !err;
	return err;
}

void rig_close(struct rig *rig)
{
	idcard_fops.release(&rig->inode, &rig->file);
	put_device(&rig->r->dev);
	rig->opened = false;
	rig->file.f_flags = 0;
}

void rig_nonblock(struct rig *rig, bool on)
{
	rig->file.f_flags = on ? O_NONBLOCK : 0;
}

ssize_t rig_write(struct rig *rig, const u8 *request, size_t size)
{
	return idcard_fops.write(&rig->file, (const char __force __user *)request, size, NULL);
}

ssize_t rig_read(struct rig *rig, size_t room)
{
	return idcard_fops.read(&rig->file, (char __force __user *)rig->reply, room, NULL);
}

unsigned int rig_poll(struct rig *rig)
{
	return (__force unsigned int)idcard_fops.poll(&rig->file, NULL);
}

long rig_ioctl(struct rig *rig, unsigned int command, void *argument)
{
	return idcard_fops.unlocked_ioctl(&rig->file, command, (unsigned long)argument);
}

u32 rig_generation(struct rig *rig)
{
	struct idcard_raw_info info = { 0 };

	KUNIT_EXPECT_EQ(rig->test, rig_ioctl(rig, IDCARD_IOC_GET_INFO, &info), 0L);
	return info.generation;
}

static void call_read(struct work_struct *work)
{
	struct rig_call *c = container_of(work, struct rig_call, work);

	c->result = rig_read(c->rig, IDCARD_REPLY_MAX);
	complete(&c->done);
}

static void call_write(struct work_struct *work)
{
	struct rig_call *c = container_of(work, struct rig_call, work);

	c->result = rig_write(c->rig, STATUS_REQUEST->bytes, STATUS_REQUEST->size);
	complete(&c->done);
}

static void call_open(struct work_struct *work)
{
	struct rig_call *c = container_of(work, struct rig_call, work);

	c->result = rig_open(c->rig);
	complete(&c->done);
}

static void begin(struct rig *rig, struct rig_call *c, work_func_t function)
{
	c->rig = rig;
	init_completion(&c->done);
	INIT_WORK(&c->work, function);
	queue_work(system_unbound_wq, &c->work);
}

void rig_read_begin(struct rig *rig, struct rig_call *c)
{
	begin(rig, c, call_read);
	/* Asleep in it, or on the way there: both must be woken. */
	wait_event_timeout(rig->device.wait, waitqueue_active(&rig->r->wait), HZ / 10);
}

void rig_write_begin(struct rig *rig, struct rig_call *c)
{
	begin(rig, c, call_write);
	wait_event_timeout(rig->device.wait, waitqueue_active(&rig->r->wait), HZ / 10);
}

void rig_open_begin(struct rig *rig, struct rig_call *c)
{
	begin(rig, c, call_open);
}

ssize_t rig_call_end(struct rig_call *c)
{
	KUNIT_ASSERT_NE(c->rig->test, wait_for_completion_timeout(&c->done, HANG), 0UL);
	flush_work(&c->work);
	return c->result;
}

void rig_wait_over(struct rig *rig)
{
	long left = wait_event_timeout(rig->r->wait, rig_poll(rig) & (EPOLLIN | EPOLLHUP), HANG);

	KUNIT_ASSERT_NE(rig->test, left, 0L);
}

/* Packet by packet, as the endpoint has them. */
static void answer(struct rig *rig, enum idcard_pipe pipe, const u8 *bytes, size_t size)
{
	size_t packet = rig->r->line.in[pipe].packet, n;

	for (; size; size -= n, bytes += n) {
		n = min(size, packet);
		fake_prepare(&rig->device.reply, 0, bytes, n);
	}
}

void rig_answer(struct rig *rig, const struct vector *v)
{
	size_t head = SPLIT(rig) ? IDCARD_FRAME_HEAD : v->size;

	fake_device_begin(&rig->device);
	answer(rig, IDCARD_PIPE_HEAD, v->bytes, head);
	answer(rig, IDCARD_PIPE_BODY, v->bytes + head, v->size - head);
}

void rig_exchange(struct rig *rig, const struct vector *v)
{
	struct kunit *test = rig->test;
	const struct vector *request = STATUS_REQUEST;

	rig_answer(rig, v);
	KUNIT_ASSERT_EQ(test, rig_write(rig, request->bytes, request->size),
			(ssize_t)request->size);
	rig_wait_over(rig);
	KUNIT_ASSERT_EQ(test, rig_read(rig, IDCARD_REPLY_MAX), (ssize_t)v->size);
	KUNIT_EXPECT_EQ(test, memcmp(rig->reply, v->bytes, v->size), 0);
	KUNIT_EXPECT_EQ(test, rig->device.request_size, request->size);
	KUNIT_EXPECT_EQ(test, memcmp(rig->device.request, request->bytes, request->size), 0);
	rig_expect_idle(rig);
	rig_expect_wiped(rig);
}

void rig_expect_idle(struct rig *rig)
{
	unsigned int flags = rig->file.f_flags;

	rig_nonblock(rig, true);
	KUNIT_EXPECT_EQ(rig->test, rig_poll(rig), (unsigned int)(EPOLLOUT | EPOLLWRNORM));
	KUNIT_EXPECT_EQ(rig->test, rig_read(rig, IDCARD_REPLY_MAX), (ssize_t)-EAGAIN);
	rig->file.f_flags = flags;
}

void rig_expect_wiped(struct rig *rig)
{
	struct idcard_reader *r = rig->r;

	KUNIT_EXPECT_PTR_EQ(rig->test, memchr_inv(r->buffer, 0, r->buffer_size), NULL);
	KUNIT_EXPECT_PTR_EQ(rig->test, memchr_inv(r->request, 0, IDCARD_REQUEST_MAX), NULL);
	KUNIT_EXPECT_PTR_EQ(rig->test, memchr_inv(r->exchange.reply.buf, 0, IDCARD_REPLY_MAX),
			    NULL);
}
