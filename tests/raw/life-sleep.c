// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The computer sleeps in every state of an exchange: all processes are frozen, all devices
 * suspended and resumed, or lost with their bus. What was under way ends with ESTALE, once; what
 * was there to be read stays, unless the reader had to be reset to wake up; the next exchange
 * works.
 */
#include <fcntl.h>

#include "life.h"
#include "life-gadget.h"

static bool got_request(const void *before)
{
	return gadget_requests() > *(const unsigned int *)before;
}

static void request(struct raw *w)
{
	check(raw_write(w, 0x12ff) == IDCARD_REQUEST_MIN);
}

static void idle(struct raw *w)
{
}

/* What was given up is waited for before the next is sent. */
static void not_sent_yet(struct raw *w)
{
	uint32_t ms = 20;

	gadget_answer(GADGET_SILENT);
	check(ioctl(w->fd, IDCARD_IOC_SET_TIMEOUT, &ms) == 0);
	request(w);
	check_errno(raw_read(w), ETIMEDOUT);
	ms = 60000;
	check(ioctl(w->fd, IDCARD_IOC_SET_TIMEOUT, &ms) == 0);
	request(w);
}

static void no_reply_yet(struct raw *w)
{
	unsigned int before = gadget_requests();

	gadget_answer(GADGET_SILENT);
	request(w);
	check(wait_for(got_request, &before, 4000));
}

static void in_mid_reply(struct raw *w)
{
	unsigned int before = gadget_requests();

	gadget_answer(GADGET_HALF);
	request(w);
	check(wait_for(got_request, &before, 4000));
	poll(NULL, 0, 20);
}

static void reply_not_read(struct raw *w)
{
	request(w);
	check(raw_poll(w, POLLIN, 4 * SOON_MS) == POLLIN);
}

static void error_not_read(struct raw *w)
{
	gadget_answer(GADGET_DAMAGED);
	request(w);
	check(raw_poll(w, POLLIN, 4 * SOON_MS) == (POLLIN | POLLERR));
}

static const struct {
	const char *name;
	void (*reach)(struct raw *w);
	int outcome;	/* of read() afterwards: an error, or 0 for nothing, or its size */
	int other;	/* or this error, where freezing took longer than the reader may */
} states[] = {
	{ "idle", idle, 0, 0 },
	{ "not sent yet", not_sent_yet, -ESTALE, 0 },
	{ "no reply yet", no_reply_yet, -ESTALE, -ETIMEDOUT },
	{ "in mid-reply", in_mid_reply, -ESTALE, -ETIMEDOUT },
	{ "reply not read", reply_not_read, 27, 0 },
	{ "error not read", error_not_read, -EBADMSG, 0 },
};

static void fall_asleep(void)
{
	int r = put("/sys/power/state", "freeze");

	if (r)
		printf("#   freeze: %s\n", strerror(-r));
	check(r == 0);
}

static unsigned int resets, losses;
/* A reader that was lost in sleep comes back under another number while its file is open. */
static const char *node = LIFE_NODE;

static bool hung_up(const void *w)
{
	return raw_poll((struct raw *)w, 0, 0) & POLLHUP;
}

static bool any_node(const void *context)
{
	node = access(LIFE_NODE, F_OK) == 0 ? LIFE_NODE : "/dev/idcardraw1";
	return access(node, F_OK) == 0;
}

/* The bus may lose the device in its sleep: then it is gone for its user, and comes anew. */
static bool lost(struct raw *w)
{
	if (!wait_for(hung_up, w, 2000))
		return false;
	losses++;
	check_errno(raw_read(w), ENODEV);
	check_errno(raw_write(w, 0x11ff), ENODEV);
	raw_close(w);
	check(wait_for(any_node, NULL, 10000));
	w->node = node;
	raw_open(w, 0);
	return true;
}

static int expect_outcome(size_t state, uint32_t generation)
{
	int expected = generation ? -ESTALE : states[state].outcome;

	check(generation <= 1);
	resets += generation;
	return expected;
}

static void sleep_in(size_t state)
{
	struct raw w = { .node = node, .framing = -1 };
	uint32_t generation;
	int expected, outcome;

	raw_note("asleep, state", state, states[state].name);
	raw_open(&w, 0);
	generation = raw_info(&w).generation;
	states[state].reach(&w);
	fall_asleep();
	gadget_answer(GADGET_ANSWERS);
	if (!lost(&w)) {
		expected = expect_outcome(state, raw_info(&w).generation - generation);
		outcome = raw_poll(&w, POLLIN, 0) & POLLIN ? raw_read(&w) : 0;
		outcome = outcome < 0 ? -errno : outcome;
		check(outcome == expected ||
		      (states[state].other && outcome == states[state].other));
		check(raw_poll(&w, POLLIN | POLLOUT, 0) == POLLOUT);
	}
	check_works(&w);
	raw_close(&w);
}

static void read_stale(struct raw *w)
{
	check(raw_read(w) < 0 && (errno == ESTALE || errno == ENODEV));
}

/* Somebody sits in read() and is frozen there. */
static void sleep_in_read(struct raw *w)
{
	struct raw_thread *t;

	raw_note("asleep", 0, "in read");
	w->node = node;
	raw_open(w, 0);
	no_reply_yet(w);
	t = raw_start(read_stale, w);
	poll(NULL, 0, 50);
	fall_asleep();
	gadget_answer(GADGET_ANSWERS);
	raw_join(t, 4 * SOON_MS);
	lost(w);
	check_works(w);
	raw_close(w);
}

void life_sleep(struct raw *w)
{
	size_t i;

	life_sim("split");
	if (put("/sys/power/pm_test", "devices"))
		skip("this kernel cannot try to sleep");
	put("/sys/module/suspend/parameters/pm_test_delay", "1");
	/* In turn: the gadget's side wakes up before the reader does, or it would be unplugged. */
	check(put("/sys/power/pm_async", "0") == 0);
	gadget_begin();
	check(wait_for(node_there, LIFE_NODE, 10000));
	for (i = 0; i < ELEMENTSOF(states); i++)
		sleep_in(i);
	sleep_in_read(w);
	check(put("/sys/power/pm_async", "1") == 0);
	check(put("/sys/power/pm_test", "none") == 0);
	gadget_end();
	note("%zu states and in read, lost in sleep %u times, woken up by a reset %u times",
	     ELEMENTSOF(states), losses, resets);
}
