// SPDX-License-Identifier: GPL-2.0-only
/* The calls of /dev/idcardrawN, as driver/uapi/idcard.h promises them. */
#include "rig.h"
#include "suites.h"

static int calls_init(struct kunit *test)
{
	int err = rig_init(test);

	return err ?: rig_probe(test->priv) ?: rig_open(test->priv);
}

static void name_of(const struct vector *v, char *desc)
{
	strscpy(desc, v->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(request, idcard_requests, name_of);
KUNIT_ARRAY_PARAM(reply, idcard_replies, name_of);

static void exchange(struct kunit *test)
{
	struct rig *rig = test->priv;
	u32 framing = IDCARD_FRAMING_STREAM;

	rig_exchange(rig, test->param_value);
	KUNIT_EXPECT_EQ(test, rig_ioctl(rig, IDCARD_IOC_SET_FRAMING, &framing), 0L);
	rig_exchange(rig, test->param_value);
}

/* Cut into two packets at every byte, on each pipe. */
static void every_cut(struct kunit *test)
{
	struct rig *rig = test->priv;
	const struct vector *v = test->param_value;
	struct fake_list *l = &rig->device.reply;
	size_t cut, head = IDCARD_FRAME_HEAD;

	for (cut = 1; cut < v->size; cut++) {
		fake_device_begin(&rig->device);
		fake_prepare(l, 0, v->bytes, min(cut, head));
		if (cut < head)
			fake_prepare(l, 0, v->bytes + cut, head - cut);
		if (cut > head)
			fake_prepare(l, 0, v->bytes + head, cut - head);
		fake_prepare(l, 0, v->bytes + max(cut, head), v->size - max(cut, head));
		rig_write(rig, STATUS_REQUEST->bytes, STATUS_REQUEST->size);
		KUNIT_EXPECT_EQ(test, rig_read(rig, IDCARD_REPLY_MAX), (ssize_t)v->size);
		KUNIT_EXPECT_EQ(test, memcmp(rig->reply, v->bytes, v->size), 0);
	}
	rig_expect_idle(rig);
}

static void each_request_is_sent_whole(struct kunit *test)
{
	struct rig *rig = test->priv;
	const struct vector *v = test->param_value;

	rig_answer(rig, STATUS_REPLY);
	KUNIT_EXPECT_EQ(test, rig_write(rig, v->bytes, v->size), (ssize_t)v->size);
	KUNIT_EXPECT_EQ(test, rig_read(rig, IDCARD_REPLY_MAX), (ssize_t)STATUS_REPLY->size);
	KUNIT_EXPECT_EQ(test, rig->device.request_size, v->size);
	KUNIT_EXPECT_EQ(test, memcmp(rig->device.request, v->bytes, v->size), 0);
	KUNIT_EXPECT_EQ(test, rig->device.out_first, (u8)0x02);
}

/* None of it reaches the bus. */
static void bad_requests(struct kunit *test)
{
	struct rig *rig = test->priv;
	const struct vector *v = test->param_value;
	u8 bad[IDCARD_REQUEST_MAX + 1] = { 0 };
	size_t i;

	fake_device_begin(&rig->device);
	for (i = 0; i < v->size * 8; i++) {
		memcpy(bad, v->bytes, v->size);
		bad[i / 8] ^= 1 << i % 8;
		KUNIT_EXPECT_EQ(test, rig_write(rig, bad, v->size), (ssize_t)-EINVAL);
	}
	for (i = 0; i < v->size; i++)
		KUNIT_EXPECT_EQ(test, rig_write(rig, v->bytes, i), (ssize_t)-EINVAL);
	KUNIT_EXPECT_EQ(test, rig_write(rig, bad, sizeof(bad)), (ssize_t)-EMSGSIZE);
	fake_user_fault = true;
	KUNIT_EXPECT_EQ(test, rig_write(rig, v->bytes, v->size), (ssize_t)-EFAULT);
	fake_user_fault = false;
	KUNIT_EXPECT_EQ(test, rig->device.submitted, 0U);
	rig_expect_idle(rig);
}

static void reply_kept_until_read(struct kunit *test)
{
	struct rig *rig = test->priv;
	const struct vector *v = test->param_value;
	size_t room;

	rig_answer(rig, v);
	rig_write(rig, STATUS_REQUEST->bytes, STATUS_REQUEST->size);
	rig_wait_over(rig);
	KUNIT_EXPECT_EQ(test, rig_poll(rig), (unsigned int)(EPOLLIN | EPOLLRDNORM));
	for (room = 1; room < v->size; room++)
		KUNIT_EXPECT_EQ(test, rig_read(rig, room), (ssize_t)-EMSGSIZE);
	KUNIT_EXPECT_EQ(test, rig_read(rig, 0), (ssize_t)0);
	fake_user_fault = true;
	KUNIT_EXPECT_EQ(test, rig_read(rig, v->size), (ssize_t)-EFAULT);
	fake_user_fault = false;
	KUNIT_EXPECT_EQ(test, rig_write(rig, STATUS_REQUEST->bytes, STATUS_REQUEST->size),
			(ssize_t)-EBUSY);
	KUNIT_EXPECT_EQ(test, rig_read(rig, v->size), (ssize_t)v->size);
	KUNIT_EXPECT_EQ(test, memcmp(rig->reply, v->bytes, v->size), 0);
	rig_expect_idle(rig);
	rig_expect_wiped(rig);
}

static void one_at_a_time(struct kunit *test)
{
	struct rig *rig = test->priv;
	u32 framing = IDCARD_FRAMING_STREAM;

	fake_device_begin(&rig->device);
	rig_nonblock(rig, true);
	rig_write(rig, STATUS_REQUEST->bytes, STATUS_REQUEST->size);
	KUNIT_ASSERT_TRUE(test, fake_wait_pending(&rig->device, 0x81));
	KUNIT_EXPECT_EQ(test, rig_poll(rig), 0U);
	KUNIT_EXPECT_EQ(test, rig_read(rig, IDCARD_REPLY_MAX), (ssize_t)-EAGAIN);
	KUNIT_EXPECT_EQ(test, rig_write(rig, STATUS_REQUEST->bytes, STATUS_REQUEST->size),
			(ssize_t)-EBUSY);
	KUNIT_EXPECT_EQ(test, rig_ioctl(rig, IDCARD_IOC_SET_FRAMING, &framing), (long)-EBUSY);
	KUNIT_EXPECT_EQ(test, idcard_suspend(&rig->device.intf, PMSG_AUTO_SUSPEND), -EBUSY);
	rig_close(rig);
	KUNIT_ASSERT_EQ(test, rig_open(rig), 0);
	rig_exchange(rig, STATUS_REPLY);
}

static void exclusive(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct inode inode = { .i_cdev = &rig->r->cdev };
	struct file *other = kunit_kzalloc(test, sizeof(*other), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other);
	KUNIT_EXPECT_EQ(test, idcard_fops.open(&inode, other), -EBUSY);
	rig_close(rig);
	rig->device.autopm_error = -EIO;
	KUNIT_EXPECT_EQ(test, rig_open(rig), -EIO);
	rig->device.autopm_error = 0;
	KUNIT_EXPECT_EQ(test, rig_open(rig), 0);
	KUNIT_EXPECT_EQ(test, rig->device.autopm, 1);
}

static void controls(struct kunit *test)
{
	static const u32 bad[] = { 0, IDCARD_TIMEOUT_MAX + 1, U32_MAX };
	struct rig *rig = test->priv;
	struct idcard_raw_info info;
	unsigned int i;
	u32 ms;

	memset(&info, 0xff, sizeof(info));
	KUNIT_EXPECT_EQ(test, rig_ioctl(rig, IDCARD_IOC_GET_INFO, &info), 0L);
	KUNIT_EXPECT_EQ(test, info.vendor, (__u16)0x0400);
	KUNIT_EXPECT_EQ(test, info.product, (__u16)0xc35a);
	KUNIT_EXPECT_EQ(test, info.release, (__u16)0x0063);
	KUNIT_EXPECT_EQ(test, info.busnum, (__u16)3);
	KUNIT_EXPECT_EQ(test, info.devnum, (__u16)7);
	KUNIT_EXPECT_EQ(test, info.timeout_ms, (__u32)IDCARD_TIMEOUT_DEFAULT);
	KUNIT_EXPECT_FALSE(test, info.reserved[0] | info.reserved[1] | info.reserved[2]);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ms = bad[i];
		KUNIT_EXPECT_EQ(test, rig_ioctl(rig, IDCARD_IOC_SET_TIMEOUT, &ms), (long)-EINVAL);
	}
	ms = IDCARD_TIMEOUT_MAX;
	KUNIT_EXPECT_EQ(test, rig_ioctl(rig, IDCARD_IOC_SET_TIMEOUT, &ms), 0L);
	KUNIT_EXPECT_EQ(test, rig->r->timeout_ms, ms);
	KUNIT_EXPECT_EQ(test, rig_ioctl(rig, _IO(IDCARD_IOC_TYPE, 99), &ms), (long)-ENOTTY);
	fake_user_fault = true;
	KUNIT_EXPECT_EQ(test, rig_ioctl(rig, IDCARD_IOC_GET_INFO, &info), (long)-EFAULT);
	KUNIT_EXPECT_EQ(test, rig_ioctl(rig, IDCARD_IOC_SET_TIMEOUT, &ms), (long)-EFAULT);
	KUNIT_EXPECT_EQ(test, rig_ioctl(rig, IDCARD_IOC_SET_FRAMING, &ms), (long)-EFAULT);
	fake_user_fault = false;
	/* The next user has the default time limit. */
	rig_close(rig);
	KUNIT_ASSERT_EQ(test, rig_open(rig), 0);
	KUNIT_EXPECT_EQ(test, rig->r->timeout_ms, (u32)IDCARD_TIMEOUT_DEFAULT);
}

/* Who sleeps in read gets the reply to what another thread writes. */
static void read_before_write(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct rig_call *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, c);
	rig_answer(rig, SAM_ID_REPLY);
	rig_read_begin(rig, c);
	rig_write(rig, STATUS_REQUEST->bytes, STATUS_REQUEST->size);
	KUNIT_EXPECT_EQ(test, rig_call_end(c), (ssize_t)SAM_ID_REPLY->size);
	rig_expect_idle(rig);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(exchange, reply_gen_params),
	KUNIT_CASE_PARAM(every_cut, reply_gen_params),
	KUNIT_CASE_PARAM(each_request_is_sent_whole, request_gen_params),
	KUNIT_CASE_PARAM(bad_requests, request_gen_params),
	KUNIT_CASE_PARAM(reply_kept_until_read, reply_gen_params),
	KUNIT_CASE(one_at_a_time),
	KUNIT_CASE(exclusive),
	KUNIT_CASE(controls),
	KUNIT_CASE(read_before_write),
	{ }
};

struct kunit_suite idcard_calls_suite = {
	.name = "idcard-calls",
	.suite_init = fake_suite_init,
	.suite_exit = fake_suite_exit,
	.init = calls_init,
	.exit = rig_exit,
	.test_cases = cases,
};
