// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reset from the outside and by the user itself, in every state of an exchange and in both
 * framings: whoever waits is told ESTALE, once; the generation counts it; the next exchange works.
 */
#include "life.h"

#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <pthread.h>
#include <stdatomic.h>

static void set_timeout(struct raw *w, uint32_t ms)
{
	check(ioctl(w->fd, IDCARD_IOC_SET_TIMEOUT, &ms) == 0);
}

static void request(struct raw *w)
{
	check(raw_write(w, 0x12ff) == IDCARD_REQUEST_MIN);
}

/* The reader took one more request than @before. */
static bool took_request(const void *before)
{
	return sim_stat("exchanges") > *(const unsigned long *)before;
}

static void idle(struct raw *w)
{
}

/* After a request that was given up, the next waits for its reply to be over. */
static void not_sent_yet(struct raw *w)
{
	sim("fault silence count=1");
	set_timeout(w, 20);
	request(w);
	check_errno(raw_read(w), ETIMEDOUT);
	set_timeout(w, 6000);
	request(w);
}

static void no_reply_yet(struct raw *w)
{
	unsigned long before = sim_stat("exchanges");

	sim("fault silence count=1");
	request(w);
	check(wait_for(took_request, &before, 4000));
}

static void in_mid_reply(struct raw *w)
{
	no_reply_yet(w);
	check(ioctl(w->fd, IDCARD_IOC_RESET) == 0);
	check_errno(raw_read(w), ESTALE);
	sim("wait-idle");
	sim("fault short count=1 arg=10");
	request(w);
	sim("wait-idle");
}

static void reply_not_read(struct raw *w)
{
	request(w);
	check(raw_poll(w, POLLIN, 4 * SOON_MS) == POLLIN);
}

static void error_not_read(struct raw *w)
{
	sim("fault bad-checksum count=1");
	request(w);
	check(raw_poll(w, POLLIN, 4 * SOON_MS) == (POLLIN | POLLERR));
}

static const struct {
	const char *name;
	void (*reach)(struct raw *w);
	bool quiet;	/* nothing under way: who resets it is not told */
} states[] = {
	{ "idle", idle, true },
	{ "not sent yet", not_sent_yet, false },
	{ "no reply yet", no_reply_yet, false },
	{ "in mid-reply", in_mid_reply, false },
	{ "reply not read", reply_not_read, false },
	{ "error not read", error_not_read, false },
};

static void read_stale(struct raw *w)
{
	check_errno(raw_read(w), ESTALE);
}

/* With and without somebody who sits in read() meanwhile. */
static void reset_in(size_t state, bool own, bool waiting)
{
	struct raw w = { .node = LIFE_NODE, .framing = -1 };
	bool told = !(own && states[state].quiet);
	struct idcard_raw_info info;
	struct raw_thread *t = NULL;
	int usb;

	raw_note(own ? "own reset, state" : "foreign reset, state", state, states[state].name);
	raw_open(&w, 0);
	info = raw_info(&w);
	usb = usbfs_open(&info);
	states[state].reach(&w);
	info = raw_info(&w);
	/* What waits is already his who comes first. */
	waiting = waiting && told && states[state].reach != reply_not_read &&
		  states[state].reach != error_not_read;
	if (waiting)
		t = raw_start(read_stale, &w);
	check((own ? ioctl(w.fd, IDCARD_IOC_RESET) : ioctl(usb, USBDEVFS_RESET)) == 0);
	check(raw_info(&w).generation == info.generation + 1);
	if (waiting)
		raw_join(t, SOON_MS);
	else if (told)
		check(raw_poll(&w, POLLIN | POLLOUT, 0) == (POLLIN | POLLERR));
	if (told && !waiting) {
		check_errno(raw_write(&w, 0x11ff), EBUSY);
		check_errno(raw_read(&w), ESTALE);
	}
	/* Once. */
	check(raw_poll(&w, POLLIN | POLLOUT, 0) == POLLOUT);
	sim("fault clear");
	sim("wait-idle");
	check_works(&w);
	raw_close(&w);
	close(usb);
}

static const char *node_path(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "/sys/class/idcardraw/idcardraw0/device/../power/%s", name);
	return path;
}

static bool asleep(const void *context)
{
	char status[32] = "";
	FILE *f = fopen(node_path("runtime_status"), "re");

	check(f && fgets(status, sizeof(status), f));
	fclose(f);
	return !strncmp(status, "suspended", 9);
}

static void reset_asleep(struct raw *w)
{
	struct idcard_raw_info info;
	int usb;

	raw_note("foreign reset, state", ELEMENTSOF(states), "asleep");
	raw_open(w, 0);
	info = raw_info(w);
	raw_close(w);
	check(system("udevadm settle") == 0);
	check(put(node_path("autosuspend_delay_ms"), "0") == 0);
	check(put(node_path("control"), "auto") == 0);
	check(wait_for(asleep, NULL, 10000));
	usb = usbfs_open(&info);
	check(ioctl(usb, USBDEVFS_RESET) == 0);
	close(usb);
	check(wait_for(asleep, NULL, 10000));
	/* Nobody had it open: nobody is told. */
	raw_open(w, O_NONBLOCK);
	check(raw_info(w).generation == info.generation + 1);
	check(raw_poll(w, POLLIN | POLLOUT, 0) == POLLOUT);
	raw_close(w);
	check(put(node_path("control"), "on") == 0);
	raw_open(w, 0);
	check_works(w);
	raw_close(w);
}

static void reset_unplugged(struct raw *w)
{
	struct idcard_raw_info info;
	int usb;

	raw_note("reset, state", ELEMENTSOF(states) + 1, "unplugged");
	raw_open(w, 0);
	info = raw_info(w);
	usb = usbfs_open(&info);
	sim("unplug");
	check(wait_for(node_gone, LIFE_NODE, 10000));
	check_errno(ioctl(usb, USBDEVFS_RESET), ENODEV);
	check_errno(ioctl(w->fd, IDCARD_IOC_RESET), ENODEV);
	check(raw_poll(w, POLLIN, 0) == (POLLHUP | POLLERR));
	close(usb);
	raw_close(w);
}

static void states_of(struct raw *w, const char *framing)
{
	size_t i, how;

	sim("plug");
	check(wait_for(node_there, LIFE_NODE, 10000));
	for (i = 0; i < ELEMENTSOF(states); i++)
		for (how = 0; how < 4; how++)
			reset_in(i, how & 1, how & 2);
	reset_asleep(w);
	reset_unplugged(w);
	note("%s: %zu states", framing, ELEMENTSOF(states) + 2);
}

void life_states(struct raw *w)
{
	life_sim("split");
	states_of(w, "split");
	sim("quit");
	check(system("while [ -e /run/idcard-sim/control ]; do sleep 0.05; done") == 0);
	life_sim("stream");
	states_of(w, "stream");
}

static atomic_bool resetting;

static void *reset_foreign(void *arg)
{
	while (atomic_load(&resetting)) {
		check(ioctl(*(int *)arg, USBDEVFS_RESET) == 0 || errno == EBUSY || errno == EINTR);
		poll(NULL, 0, 5);
	}
	return NULL;
}

static void *reset_own(void *arg)
{
	struct raw *w = arg;

	while (atomic_load(&resetting)) {
		check(ioctl(w->fd, IDCARD_IOC_RESET) == 0 || errno == EBUSY || errno == EIO);
		poll(NULL, 0, 3);
	}
	return NULL;
}

/* Every outcome is a right reply or ESTALE; nobody is forgotten. */
void life_reset_race(struct raw *w)
{
	unsigned int good = 0, stale = 0;
	struct idcard_raw_info info;
	uint64_t end;
	pthread_t threads[3];
	int usb, i;

	life_sim("stream");
	sim("plug");
	raw_open(w, 0);
	info = raw_info(w);
	usb = usbfs_open(&info);
	atomic_store(&resetting, true);
	check(pthread_create(&threads[0], NULL, reset_foreign, &usb) == 0);
	check(pthread_create(&threads[1], NULL, reset_own, w) == 0);
	check(pthread_create(&threads[2], NULL, reset_own, w) == 0);
	end = now_ms() + slow(1500);
	while (now_ms() < end) {
		if (raw_write(w, 0x12ff) < 0) {
			check(errno == EBUSY);
		} else if (raw_poll(w, POLLIN, slow(15000)) == 0) {
			check(!"an outcome");
		}
		if (raw_poll(w, POLLIN, 0) & POLLIN) {
			ssize_t n = raw_read(w);

			check(n == 27 || errno == ESTALE || errno == EPROTO || errno == EIO ||
			      errno == ETIMEDOUT);
			good += n == 27;
			stale += n < 0;
		}
	}
	atomic_store(&resetting, false);
	for (i = 0; i < 3; i++)
		check(pthread_join(threads[i], NULL) == 0);
	note("%u resets, %u replies, %u errors", raw_info(w).generation - info.generation, good,
	     stale);
	/* One that was asked for while another ended may still be to come. */
	end = now_ms() + slow(10000);
	while (raw_write(w, 0x12ff) < 0 || raw_read(w) != 27) {
		check(errno == EBUSY || errno == ESTALE);
		check(now_ms() < end);
		if (raw_poll(w, POLLIN, 0) & POLLIN)
			raw_read(w);
		poll(NULL, 0, 20);
	}
	check_works(w);
	close(usb);
	raw_close(w);
}
