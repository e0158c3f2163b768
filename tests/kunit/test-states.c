// SPDX-License-Identifier: GPL-2.0-only
/* Suspend, reset, unplugging and closing, at every point of an exchange. */
#include "rig.h"
#include "suites.h"

enum point {
	BEFORE,		/* nothing under way */
	DRAIN_HEAD,
	DRAIN_BODY,
	SEND_HEAD,
	SEND_BODY,
	RECEIVE_HEAD,
	RECEIVE_BODY,
	REPLY_UNREAD,
	ERROR_UNREAD,
	POINTS,
};

struct place {
	const char *name;
	enum point point;
	bool split;
};

#define PLACE(point, split) { #point, point, split }

static const struct place places[] = {
	PLACE(BEFORE, true),	   PLACE(DRAIN_HEAD, true),   PLACE(DRAIN_BODY, true),
	PLACE(SEND_HEAD, true),	   PLACE(SEND_BODY, true),    PLACE(RECEIVE_HEAD, true),
	PLACE(RECEIVE_BODY, true), PLACE(REPLY_UNREAD, true), PLACE(ERROR_UNREAD, true),
	PLACE(BEFORE, false),	   PLACE(DRAIN_HEAD, false),  PLACE(SEND_HEAD, false),
	PLACE(RECEIVE_HEAD, false), PLACE(REPLY_UNREAD, false), PLACE(ERROR_UNREAD, false),
};

static void name_of(const struct place *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s-%s", p->split ? "split" : "stream", p->name);
}

KUNIT_ARRAY_PARAM(place, places, name_of);

static int states_init(struct kunit *test)
{
	int err = rig_init(test);

	return err ?: rig_probe(test->priv) ?: rig_open(test->priv);
}

/* What the device does, so that the exchange stops at @p. */
static u8 prepare(struct rig *rig, const struct place *p)
{
	struct fake_device *d = &rig->device;
	const u8 *reply = SAM_ID_REPLY->bytes;
	size_t head = IDCARD_FRAME_HEAD;

	fake_device_begin(d);
	switch (p->point) {
	case DRAIN_BODY:
		fake_prepare(&d->stale, -ETIMEDOUT, NULL, 0);
		fallthrough;
	case DRAIN_HEAD:
		fake_prepare(&d->stale, FAKE_PENDING, NULL, 0);
		return p->point == DRAIN_BODY ? 0x85 : 0x81;
	case SEND_BODY:
		fake_prepare(&d->out, 0, NULL, 0);
		fallthrough;
	case SEND_HEAD:
		fake_prepare(&d->out, FAKE_PENDING, NULL, 0);
		return p->point == SEND_BODY ? 0x06 : 0x02;
	case RECEIVE_BODY:
		fake_prepare(&d->reply, 0, reply, head);
		fake_prepare(&d->reply, FAKE_PENDING, NULL, 0);
		return 0x85;
	case REPLY_UNREAD:
		rig_answer(rig, SAM_ID_REPLY);
		return 0;
	case ERROR_UNREAD:
		fake_prepare(&d->reply, -EPROTO, NULL, 0);
		return 0;
	default:
		return 0x81;
	}
}

/* Go to the place; is an exchange under way there? */
static bool go(struct kunit *test)
{
	const struct place *p = test->param_value;
	struct rig *rig = test->priv;
	u32 framing = p->split ? IDCARD_FRAMING_SPLIT : IDCARD_FRAMING_STREAM;
	u8 address;

	KUNIT_ASSERT_EQ(test, rig_ioctl(rig, IDCARD_IOC_SET_FRAMING, &framing), 0L);
	rig_nonblock(rig, true);
	if (p->point == BEFORE)
		return false;
	/* Draining never stops by the short limit of a clean line. */
	idcard_exchange_abort(&rig->r->exchange);
	address = prepare(rig, p);
	KUNIT_ASSERT_EQ(test, rig_write(rig, STATUS_REQUEST->bytes, STATUS_REQUEST->size),
			(ssize_t)STATUS_REQUEST->size);
	if (address) {
		KUNIT_ASSERT_TRUE(test, fake_wait_pending(&rig->device, address));
		return true;
	}
	rig_wait_over(rig);
	return false;
}

static enum point point_of(struct kunit *test)
{
	return ((const struct place *)test->param_value)->point;
}

static void expect_once(struct rig *rig, int error)
{
	struct kunit *test = rig->test;

	KUNIT_EXPECT_EQ(test, rig_poll(rig), (unsigned int)(EPOLLIN | EPOLLRDNORM | EPOLLERR));
	KUNIT_EXPECT_EQ(test, rig_write(rig, STATUS_REQUEST->bytes, STATUS_REQUEST->size),
			(ssize_t)-EBUSY);
	KUNIT_EXPECT_EQ(test, rig_read(rig, IDCARD_REPLY_MAX), (ssize_t)error);
	rig_expect_idle(rig);
	rig_expect_wiped(rig);
}

/* What was over before stays; what was under way is lost, and that is said once. */
static void expect_kept_or_lost(struct kunit *test, bool running)
{
	struct rig *rig = test->priv;

	if (running) {
		expect_once(rig, -ESTALE);
	} else if (point_of(test) == REPLY_UNREAD) {
		KUNIT_EXPECT_EQ(test, rig_read(rig, IDCARD_REPLY_MAX), (ssize_t)SAM_ID_REPLY->size);
		KUNIT_EXPECT_EQ(test, memcmp(rig->reply, SAM_ID_REPLY->bytes, SAM_ID_REPLY->size),
				0);
	} else if (point_of(test) == ERROR_UNREAD) {
		expect_once(rig, -EPROTO);
	}
	rig_expect_idle(rig);
	rig_exchange(rig, STATUS_REPLY);
}

static void suspend(struct kunit *test)
{
	struct rig *rig = test->priv;
	bool running = go(test);
	u32 generation = rig_generation(rig);

	KUNIT_EXPECT_EQ(test, idcard_suspend(&rig->device.intf, PMSG_SUSPEND), 0);
	KUNIT_EXPECT_PTR_EQ(test, rig->device.pending, (struct urb *)NULL);
	if (point_of(test) == BEFORE) {
		KUNIT_EXPECT_EQ(test, rig_poll(rig), 0U);
		KUNIT_EXPECT_EQ(test, rig_write(rig, STATUS_REQUEST->bytes, STATUS_REQUEST->size),
				(ssize_t)-EAGAIN);
	}
	KUNIT_EXPECT_EQ(test, idcard_resume(&rig->device.intf), 0);
	KUNIT_EXPECT_EQ(test, rig_generation(rig), generation);
	expect_kept_or_lost(test, running);
}

/* Falling asleep by itself is refused while an exchange is under way, which goes on. */
static void autosuspend(struct kunit *test)
{
	struct rig *rig = test->priv;
	bool running = go(test);
	unsigned int submitted = rig->device.submitted;

	if (running) {
		KUNIT_EXPECT_EQ(test, idcard_suspend(&rig->device.intf, PMSG_AUTO_SUSPEND), -EBUSY);
		KUNIT_EXPECT_NOT_NULL(test, rig->device.pending);
		KUNIT_EXPECT_EQ(test, rig->device.submitted, submitted);
		return;
	}
	KUNIT_EXPECT_EQ(test, idcard_suspend(&rig->device.intf, PMSG_AUTO_SUSPEND), 0);
	KUNIT_EXPECT_EQ(test, idcard_resume(&rig->device.intf), 0);
	expect_kept_or_lost(test, false);
}

/* The reader forgot everything: said once, whatever was there, and never a reply from before. */
static void expect_stale(struct kunit *test, u32 generation)
{
	struct rig *rig = test->priv;

	KUNIT_EXPECT_EQ(test, rig_generation(rig), generation + 1);
	expect_once(rig, -ESTALE);
	rig_exchange(rig, STATUS_REPLY);
}

static void reset(struct kunit *test)
{
	struct rig *rig = test->priv;
	u32 generation = rig_generation(rig);

	go(test);
	rig->r->halted_in = rig->r->halted_out = 0xff;
	KUNIT_EXPECT_EQ(test, idcard_pre_reset(&rig->device.intf), 0);
	KUNIT_EXPECT_PTR_EQ(test, rig->device.pending, (struct urb *)NULL);
	KUNIT_EXPECT_EQ(test, idcard_post_reset(&rig->device.intf), 0);
	KUNIT_EXPECT_FALSE(test, rig->r->halted_in | rig->r->halted_out);
	expect_stale(test, generation);
}

static void resume_by_reset(struct kunit *test)
{
	struct rig *rig = test->priv;
	u32 generation = rig_generation(rig);

	go(test);
	KUNIT_EXPECT_EQ(test, idcard_suspend(&rig->device.intf, PMSG_SUSPEND), 0);
	KUNIT_EXPECT_EQ(test, idcard_reset_resume(&rig->device.intf), 0);
	expect_stale(test, generation);
}

/* Who asks for a reset while nothing is under way knows of it. */
static void own_reset(struct kunit *test)
{
	struct rig *rig = test->priv;
	u32 generation = rig_generation(rig);

	go(test);
	KUNIT_EXPECT_EQ(test, rig_ioctl(rig, IDCARD_IOC_RESET, NULL), 0L);
	if (point_of(test) != BEFORE) {
		expect_stale(test, generation);
		return;
	}
	KUNIT_EXPECT_EQ(test, rig_generation(rig), generation + 1);
	rig_expect_idle(rig);
	rig_exchange(rig, STATUS_REPLY);
}

static void several_resets(struct kunit *test)
{
	struct rig *rig = test->priv;
	u32 generation = rig_generation(rig);
	unsigned int i;

	go(test);
	for (i = 0; i < 5; i++) {
		idcard_pre_reset(&rig->device.intf);
		idcard_post_reset(&rig->device.intf);
	}
	/* However many: said once. */
	expect_stale(test, generation + 4);
}

static void expect_gone(struct rig *rig)
{
	struct kunit *test = rig->test;
	struct idcard_raw_info info;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, rig_poll(rig), (unsigned int)(EPOLLHUP | EPOLLERR));
		KUNIT_EXPECT_EQ(test, rig_read(rig, IDCARD_REPLY_MAX), (ssize_t)-ENODEV);
		KUNIT_EXPECT_EQ(test, rig_write(rig, STATUS_REQUEST->bytes, STATUS_REQUEST->size),
				(ssize_t)-ENODEV);
		KUNIT_EXPECT_EQ(test, rig_ioctl(rig, IDCARD_IOC_GET_INFO, &info), (long)-ENODEV);
		KUNIT_EXPECT_EQ(test, rig_ioctl(rig, IDCARD_IOC_RESET, NULL), (long)-ENODEV);
	}
}

static void unplug(struct kunit *test)
{
	struct rig *rig = test->priv;

	go(test);
	rig_unplug(rig);
	KUNIT_EXPECT_PTR_EQ(test, rig->device.pending, (struct urb *)NULL);
	KUNIT_EXPECT_EQ(test, rig->device.autopm, 0);
	rig_nonblock(rig, true);
	expect_gone(rig);
	rig_nonblock(rig, false);
	expect_gone(rig);
	/* Closing later gives nothing back a second time: rig_exit() counts. */
}

static void unplug_while_suspended(struct kunit *test)
{
	struct rig *rig = test->priv;

	go(test);
	KUNIT_EXPECT_EQ(test, idcard_suspend(&rig->device.intf, PMSG_SUSPEND), 0);
	rig_unplug(rig);
	expect_gone(rig);
}

static void unplug_while_reset(struct kunit *test)
{
	struct rig *rig = test->priv;

	go(test);
	KUNIT_EXPECT_EQ(test, idcard_pre_reset(&rig->device.intf), 0);
	rig_unplug(rig);
	expect_gone(rig);
}

/* The next user sees nothing of this one. */
static void close_and_open(struct kunit *test)
{
	struct rig *rig = test->priv;

	go(test);
	rig_close(rig);
	KUNIT_EXPECT_PTR_EQ(test, rig->device.pending, (struct urb *)NULL);
	KUNIT_EXPECT_EQ(test, rig->device.autopm, 0);
	rig_expect_wiped(rig);
	KUNIT_ASSERT_EQ(test, rig_open(rig), 0);
	rig_expect_idle(rig);
	rig_exchange(rig, STATUS_REPLY);
}

/* Of a reset while nobody has it open, nobody is told. */
static void reset_while_closed(struct kunit *test)
{
	struct rig *rig = test->priv;

	go(test);
	rig_close(rig);
	idcard_pre_reset(&rig->device.intf);
	idcard_post_reset(&rig->device.intf);
	KUNIT_ASSERT_EQ(test, rig_open(rig), 0);
	rig_expect_idle(rig);
	rig_exchange(rig, STATUS_REPLY);
}

static struct rig_call *new_call(struct kunit *test)
{
	struct rig_call *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, c);
	return c;
}

/* Who sleeps in a call wakes up, whatever happens. */
static void blocked_read(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct rig_call *c = new_call(test);

	rig_read_begin(rig, c);
	idcard_pre_reset(&rig->device.intf);
	idcard_post_reset(&rig->device.intf);
	KUNIT_EXPECT_EQ(test, rig_call_end(c), (ssize_t)-ESTALE);
	rig_read_begin(rig, c);
	KUNIT_EXPECT_EQ(test, idcard_suspend(&rig->device.intf, PMSG_SUSPEND), 0);
	KUNIT_EXPECT_EQ(test, idcard_resume(&rig->device.intf), 0);
	KUNIT_EXPECT_FALSE(test, completion_done(&c->done));
	rig_unplug(rig);
	KUNIT_EXPECT_EQ(test, rig_call_end(c), (ssize_t)-ENODEV);
}

/* A request waits for the reader to be awake. */
static void blocked_write(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct rig_call *c = new_call(test);

	rig_answer(rig, STATUS_REPLY);
	KUNIT_EXPECT_EQ(test, idcard_suspend(&rig->device.intf, PMSG_SUSPEND), 0);
	rig_write_begin(rig, c);
	KUNIT_EXPECT_FALSE(test, completion_done(&c->done));
	KUNIT_EXPECT_EQ(test, idcard_resume(&rig->device.intf), 0);
	KUNIT_EXPECT_EQ(test, rig_call_end(c), (ssize_t)STATUS_REQUEST->size);
	KUNIT_EXPECT_EQ(test, rig_read(rig, IDCARD_REPLY_MAX), (ssize_t)STATUS_REPLY->size);

	KUNIT_EXPECT_EQ(test, idcard_suspend(&rig->device.intf, PMSG_SUSPEND), 0);
	rig_write_begin(rig, c);
	rig_unplug(rig);
	KUNIT_EXPECT_EQ(test, rig_call_end(c), (ssize_t)-ENODEV);
}

/* It found the node, and then the reader went: -ENODEV, and nothing is taken. */
static void open_while_unplugged(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct rig_call *c = new_call(test);
	struct idcard_reader *r = rig->r;

	rig_close(rig);
	/* As the inode that was found. */
	get_device(&r->dev);
	mutex_lock(&r->open_mutex);
	rig_open_begin(rig, c);
	r->state = IDCARD_GONE;
	mutex_unlock(&r->open_mutex);
	KUNIT_EXPECT_EQ(test, rig_call_end(c), (ssize_t)-ENODEV);
	KUNIT_EXPECT_EQ(test, rig->device.autopm, 0);
	put_device(&r->dev);
}

/* It does not come to an end: the caller does, and is told of the end when it comes. */
static void reset_that_takes_long(struct kunit *test)
{
	struct rig *rig = test->priv;
	u32 generation = rig_generation(rig);

	rig->device.reset_never = true;
	KUNIT_EXPECT_EQ(test, rig_ioctl(rig, IDCARD_IOC_RESET, NULL), (long)-EIO);
	KUNIT_EXPECT_EQ(test, rig_generation(rig), generation);
	idcard_pre_reset(&rig->device.intf);
	idcard_post_reset(&rig->device.intf);
	expect_stale(test, generation);
}

/* The bus has lost it; the core finds out in the reset. */
static void reset_of_a_lost_reader(struct kunit *test)
{
	struct rig *rig = test->priv;

	rig->device.udev.state = USB_STATE_NOTATTACHED;
	KUNIT_EXPECT_EQ(test, rig_ioctl(rig, IDCARD_IOC_RESET, NULL), (long)-ENODEV);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(suspend, place_gen_params),
	KUNIT_CASE_PARAM(autosuspend, place_gen_params),
	KUNIT_CASE_PARAM(reset, place_gen_params),
	KUNIT_CASE_PARAM(resume_by_reset, place_gen_params),
	KUNIT_CASE_PARAM(own_reset, place_gen_params),
	KUNIT_CASE_PARAM(several_resets, place_gen_params),
	KUNIT_CASE_PARAM(unplug, place_gen_params),
	KUNIT_CASE_PARAM(unplug_while_suspended, place_gen_params),
	KUNIT_CASE_PARAM(unplug_while_reset, place_gen_params),
	KUNIT_CASE_PARAM(close_and_open, place_gen_params),
	KUNIT_CASE_PARAM(reset_while_closed, place_gen_params),
	KUNIT_CASE(blocked_read),
	KUNIT_CASE(blocked_write),
	KUNIT_CASE(open_while_unplugged),
	KUNIT_CASE(reset_that_takes_long),
	KUNIT_CASE(reset_of_a_lost_reader),
	{ }
};

struct kunit_suite idcard_states_suite = {
	.name = "idcard-states",
	.suite_init = fake_suite_init,
	.suite_exit = fake_suite_exit,
	.init = states_init,
	.exit = rig_exit,
	.test_cases = cases,
};
