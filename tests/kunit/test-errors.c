// SPDX-License-Identifier: GPL-2.0-only
/* A device that misbehaves: one clear error, once, and the next exchange works. */
#include "rig.h"
#include "suites.h"

static int errors_init(struct kunit *test)
{
	int err = rig_init(test);

	return err ?: rig_probe(test->priv) ?: rig_open(test->priv);
}

/* The exchange ends with @error, which is told once and leaves nothing behind. */
static void expect_error(struct rig *rig, int error)
{
	struct kunit *test = rig->test;

	KUNIT_ASSERT_EQ(test, rig_write(rig, STATUS_REQUEST->bytes, STATUS_REQUEST->size),
			(ssize_t)STATUS_REQUEST->size);
	rig_wait_over(rig);
	KUNIT_EXPECT_EQ(test, rig_poll(rig), (unsigned int)(EPOLLIN | EPOLLRDNORM | EPOLLERR));
	rig_expect_wiped(rig);
	KUNIT_EXPECT_EQ(test, rig_write(rig, STATUS_REQUEST->bytes, STATUS_REQUEST->size),
			(ssize_t)-EBUSY);
	KUNIT_EXPECT_EQ(test, rig_read(rig, IDCARD_REPLY_MAX), (ssize_t)error);
	rig_expect_idle(rig);
	rig_expect_wiped(rig);
}

/* After the bus said that it is gone, nothing starts before a reset has found it again. */
static void expect_recovery(struct rig *rig, int error)
{
	if (error == -ENODEV) {
		KUNIT_EXPECT_EQ(rig->test, (ssize_t)-ENODEV,
				rig_write(rig, STATUS_REQUEST->bytes, STATUS_REQUEST->size));
		KUNIT_EXPECT_EQ(rig->test, rig_ioctl(rig, IDCARD_IOC_RESET, NULL), 0L);
	}
	rig_exchange(rig, SAM_ID_REPLY);
}

struct failure {
	const char *name;
	int status, error;
};

/* How the bus says it, and what read() says. */
static const struct failure failures[] = {
	{ "stall", -EPIPE, -EPIPE },
	{ "crc", -EILSEQ, -EPROTO },
	{ "no-answer", -ETIME, -EPROTO },
	{ "bit-stuffing", -EPROTO, -EPROTO },
	{ "babble", -EOVERFLOW, -EIO },
	{ "short", -EREMOTEIO, -EIO },
	{ "no-memory", -ENOMEM, -EIO },
	{ "no-such-status", -999, -EIO },
	/* As given up, but not by the driver. */
	{ "unlinked", -ENOENT, -EIO },
	{ "reset", -ECONNRESET, -EIO },
	{ "gone", -ENODEV, -ENODEV },
	{ "shut-down", -ESHUTDOWN, -ENODEV },
	{ "refused-no-memory", FAKE_REFUSED - ENOMEM, -EIO },
	{ "refused-gone", FAKE_REFUSED - ENODEV, -ENODEV },
	{ "refused-shut-down", FAKE_REFUSED - ESHUTDOWN, -ENODEV },
	/* The USB core switches the endpoints off before it tells the driver that all is over. */
	{ "refused-endpoint-switched-off", FAKE_REFUSED - ENOENT, -ENODEV },
	{ "refused-suspended", FAKE_REFUSED - EHOSTUNREACH, -EIO },
	{ "refused-nonsense", FAKE_REFUSED - EINVAL, -EIO },
};

static void name_of(const struct failure *f, char *desc)
{
	strscpy(desc, f->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(failure, failures, name_of);

static void while_draining(struct kunit *test)
{
	const struct failure *f = test->param_value;
	struct rig *rig = test->priv;
	bool body;

	for (body = false; ; body = true) {
		fake_device_begin(&rig->device);
		if (body)
			fake_prepare(&rig->device.stale, -ETIMEDOUT, NULL, 0);
		fake_prepare(&rig->device.stale, f->status, NULL, 0);
		expect_error(rig, f->error);
		expect_recovery(rig, f->error);
		if (body)
			break;
	}
}

static void while_sending(struct kunit *test)
{
	const struct failure *f = test->param_value;
	struct rig *rig = test->priv;
	bool body;

	for (body = false; ; body = true) {
		fake_device_begin(&rig->device);
		if (body)
			fake_prepare(&rig->device.out, 0, NULL, 0);
		fake_prepare(&rig->device.out, f->status, NULL, 0);
		expect_error(rig, f->error);
		expect_recovery(rig, f->error);
		if (body)
			break;
	}
}

/* After each beginning of a reply. */
static void while_receiving(struct kunit *test)
{
	const struct failure *f = test->param_value;
	struct rig *rig = test->priv;
	size_t cut, head = IDCARD_FRAME_HEAD;

	for (cut = 0; cut < SAM_ID_REPLY->size; cut++) {
		fake_device_begin(&rig->device);
		fake_prepare(&rig->device.reply, 0, SAM_ID_REPLY->bytes, min(cut, head));
		if (cut > head)
			fake_prepare(&rig->device.reply, 0, SAM_ID_REPLY->bytes + head, cut - head);
		fake_prepare(&rig->device.reply, f->status, NULL, 0);
		expect_error(rig, f->error);
		expect_recovery(rig, f->error);
	}
}

static void damaged_reply(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct vector bad;
	unsigned int i, bit;

	for (i = IDCARD_FRAME_HEAD; i < SAM_ID_REPLY->size; i++) {
		for (bit = 0; bit < 8; bit++) {
			bad = *SAM_ID_REPLY;
			bad.bytes[i] ^= 1 << bit;
			rig_answer(rig, &bad);
			expect_error(rig, -EBADMSG);
		}
	}
	bad = *SAM_ID_REPLY;
	bad.bytes[5] = 0xff;
	rig_answer(rig, &bad);
	expect_error(rig, -EBADMSG);
	rig_exchange(rig, SAM_ID_REPLY);
}

/* More than the frame has: another reply behind it, or one too long for any buffer. */
static void overlong_reply(struct kunit *test)
{
	u8 *twice = kunit_kzalloc(test, 2 * IDCARD_REPLY_MAX, GFP_KERNEL);
	struct rig *rig = test->priv;
	u32 framing = IDCARD_FRAMING_STREAM;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, twice);
	KUNIT_ASSERT_EQ(test, rig_ioctl(rig, IDCARD_IOC_SET_FRAMING, &framing), 0L);
	memcpy(twice, STATUS_REPLY->bytes, STATUS_REPLY->size);
	memcpy(twice + STATUS_REPLY->size, STATUS_REPLY->bytes, STATUS_REPLY->size);
	fake_device_begin(&rig->device);
	fake_prepare(&rig->device.reply, 0, twice, 2 * STATUS_REPLY->size);
	expect_error(rig, -EBADMSG);
	fake_device_begin(&rig->device);
	fake_prepare(&rig->device.reply, 0, twice, 2 * IDCARD_REPLY_MAX);
	expect_error(rig, -EIO);
	rig_exchange(rig, SAM_ID_REPLY);
}

static void empty_packets(struct kunit *test)
{
	struct rig *rig = test->priv;
	unsigned int i;

	fake_device_begin(&rig->device);
	for (i = 0; i < 20; i++)
		fake_prepare(&rig->device.reply, 0, NULL, 0);
	fake_prepare(&rig->device.reply, 0, STATUS_REPLY->bytes, IDCARD_FRAME_HEAD);
	for (i = 0; i < 20; i++)
		fake_prepare(&rig->device.reply, 0, NULL, 0);
	fake_prepare(&rig->device.reply, 0, STATUS_REPLY->bytes + IDCARD_FRAME_HEAD, 4);
	rig_write(rig, STATUS_REQUEST->bytes, STATUS_REQUEST->size);
	KUNIT_EXPECT_EQ(test, rig_read(rig, IDCARD_REPLY_MAX), (ssize_t)STATUS_REPLY->size);
}

static void short_out(struct kunit *test)
{
	struct rig *rig = test->priv;
	size_t less;

	for (less = 1; less <= IDCARD_FRAME_HEAD; less++) {
		fake_device_begin(&rig->device);
		fake_prepare(&rig->device.out, 0, NULL, less);
		expect_error(rig, -EIO);
	}
	rig_exchange(rig, SAM_ID_REPLY);
}

static void set_timeout(struct rig *rig, u32 ms)
{
	KUNIT_ASSERT_EQ(rig->test, rig_ioctl(rig, IDCARD_IOC_SET_TIMEOUT, &ms), 0L);
}

/* Nothing, or not the whole of a reply, in time. */
static void silence(struct kunit *test)
{
	struct rig *rig = test->priv;
	size_t cut, head = IDCARD_FRAME_HEAD;

	set_timeout(rig, 20);
	for (cut = 0; cut < STATUS_REPLY->size; cut++) {
		fake_device_begin(&rig->device);
		fake_prepare(&rig->device.reply, 0, STATUS_REPLY->bytes, min(cut, head));
		if (cut > head)
			fake_prepare(&rig->device.reply, 0, STATUS_REPLY->bytes + head, cut - head);
		expect_error(rig, -ETIMEDOUT);
	}
	set_timeout(rig, 6000);
	rig_exchange(rig, SAM_ID_REPLY);
}

/* Its own time limit runs out while the transfers never end: sending, too. */
static void silence_while_sending(struct kunit *test)
{
	struct rig *rig = test->priv;

	set_timeout(rig, 20);
	fake_device_begin(&rig->device);
	fake_prepare(&rig->device.out, FAKE_PENDING, NULL, 0);
	expect_error(rig, -ETIMEDOUT);
	fake_device_begin(&rig->device);
	fake_prepare(&rig->device.out, 0, NULL, 0);
	fake_prepare(&rig->device.out, FAKE_PENDING, NULL, 0);
	expect_error(rig, -ETIMEDOUT);
	set_timeout(rig, 6000);
	rig_exchange(rig, SAM_ID_REPLY);
}

/* What comes late is not the reply to the next request. */
static void late_reply(struct kunit *test)
{
	struct rig *rig = test->priv;

	set_timeout(rig, 20);
	fake_device_begin(&rig->device);
	expect_error(rig, -ETIMEDOUT);
	set_timeout(rig, 6000);
	rig_answer(rig, STATUS_REPLY);
	fake_prepare(&rig->device.stale, 0, SAM_ID_REPLY->bytes, IDCARD_FRAME_HEAD);
	fake_prepare(&rig->device.stale, -ETIMEDOUT, NULL, 0);
	fake_prepare(&rig->device.stale, 0, SAM_ID_REPLY->bytes + IDCARD_FRAME_HEAD, 20);
	rig_write(rig, STATUS_REQUEST->bytes, STATUS_REQUEST->size);
	KUNIT_EXPECT_EQ(test, rig_read(rig, IDCARD_REPLY_MAX), (ssize_t)STATUS_REPLY->size);
	KUNIT_EXPECT_EQ(test, memcmp(rig->reply, STATUS_REPLY->bytes, STATUS_REPLY->size), 0);
	KUNIT_EXPECT_EQ(test, rig->device.stale.used, (size_t)3);
	rig_expect_wiped(rig);
}

static void never_silent(struct kunit *test)
{
	struct rig *rig = test->priv;
	unsigned int i;

	fake_device_begin(&rig->device);
	for (i = 0; i <= IDCARD_DRAIN_TRANSFERS; i++)
		fake_prepare(&rig->device.stale, 0, STATUS_REPLY->bytes, STATUS_REPLY->size);
	expect_error(rig, -EIO);
	rig_exchange(rig, SAM_ID_REPLY);
}

/* A stall is cleared before the next request; while that fails, so do the requests. */
static void halts_are_cleared(struct kunit *test)
{
	struct rig *rig = test->priv;

	fake_device_begin(&rig->device);
	fake_prepare(&rig->device.reply, -EPIPE, NULL, 0);
	expect_error(rig, -EPIPE);
	KUNIT_EXPECT_EQ(test, rig->device.cleared, 0U);
	rig->device.clear_error = -ETIMEDOUT;
	expect_error(rig, -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, rig->device.cleared, 1U);
	rig->device.clear_error = 0;
	KUNIT_EXPECT_EQ(test, rig->device.toggled, 0U);
	rig_exchange(rig, SAM_ID_REPLY);
	KUNIT_EXPECT_EQ(test, rig->device.cleared, 2U);
	KUNIT_EXPECT_EQ(test, rig->device.toggled, 1U);
	rig_exchange(rig, SAM_ID_REPLY);
	KUNIT_EXPECT_EQ(test, rig->device.cleared, 2U);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(while_draining, failure_gen_params),
	KUNIT_CASE_PARAM(while_sending, failure_gen_params),
	KUNIT_CASE_PARAM(while_receiving, failure_gen_params),
	KUNIT_CASE(damaged_reply),
	KUNIT_CASE(overlong_reply),
	KUNIT_CASE(empty_packets),
	KUNIT_CASE(short_out),
	KUNIT_CASE(silence),
	KUNIT_CASE(silence_while_sending),
	KUNIT_CASE(late_reply),
	KUNIT_CASE(never_silent),
	KUNIT_CASE(halts_are_cleared),
	{ }
};

struct kunit_suite idcard_errors_suite = {
	.name = "idcard-errors",
	.suite_init = fake_suite_init,
	.suite_exit = fake_suite_exit,
	.init = errors_init,
	.exit = rig_exit,
	.test_cases = cases,
};
