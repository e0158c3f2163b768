// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A reader that stops answering, control requests too: nobody waits long, and nobody deaf to
 * signals.
 */
#include "life.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

enum { LONGEST_MS = 5000, TIMEOUT_MS = 2000 };

static uint64_t longest;
static const char *longest_name = "";

static void took(const char *name, uint64_t start)
{
	uint64_t ms = now_ms() - start;

	raw_note("took ms:", ms, name);
	check(ms < slow(LONGEST_MS));
	raw_note(NULL, 0, NULL);
	if (ms >= longest) {
		longest = ms;
		longest_name = name;
	}
}

#define timed(expression)                                                                          \
	do {                                                                                       \
		uint64_t start = now_ms();                                                         \
		check(expression);                                                                 \
		took(#expression, start);                                                          \
	} while (0)

static void set_timeout(struct raw *w, uint32_t ms)
{
	check(ioctl(w->fd, IDCARD_IOC_SET_TIMEOUT, &ms) == 0);
}

static void mute_one(struct raw *w)
{
	struct idcard_raw_info info;

	raw_open(w, 0);
	set_timeout(w, TIMEOUT_MS);
	check_works(w);
	sim("option mute=on");
	timed(raw_write(w, 0x12ff) > 0);
	timed(ioctl(w->fd, IDCARD_IOC_GET_INFO, &info) == 0);
	timed(raw_poll(w, POLLIN, -1) == (POLLIN | POLLERR));
	timed(raw_read(w) < 0 && errno == ETIMEDOUT);
	timed(raw_write(w, 0x12ff) > 0);
	timed(close(w->fd) == 0);
	timed((w->fd = open(w->node, O_RDWR | O_CLOEXEC)) >= 0);
	timed(raw_write(w, 0x12ff) > 0);
	timed(close(w->fd) == 0);
	sim("option mute=off");
	raw_open(w, 0);
	check_works(w);
	raw_close(w);
}

/* A stall is cleared by a control request, and that is what is not answered. */
static void mute_halted(struct raw *w)
{
	raw_open(w, 0);
	sim("fault stall count=1");
	check(raw_write(w, 0x12ff) > 0);
	check_errno(raw_read(w), EPIPE);
	sim("option mute=on");
	timed(raw_write(w, 0x12ff) > 0);
	poll(NULL, 0, 50);
	/* It stops the worker, which is in the control request. */
	{
		uint64_t start = now_ms();

		raw_close(w);
		took("close while a halt is cleared", start);
		check(now_ms() - start < slow(1000));
	}
	timed((w->fd = open(w->node, O_RDWR | O_CLOEXEC)) >= 0);
	timed(raw_write(w, 0x12ff) > 0);
	timed(raw_read(w) < 0);
	sim("option mute=off");
	check_works(w);
	raw_close(w);
}

void life_silent(struct raw *w)
{
	life_sim("split");
	sim("plug");
	mute_one(w);
	mute_halted(w);
	/* And it goes while it is silent. */
	raw_open(w, 0);
	sim("option mute=on");
	check(raw_write(w, 0x12ff) > 0);
	poll(NULL, 0, 20);
	sim("unplug");
	/* The end of the exchange may come first. */
	do
		timed(raw_poll(w, 0, -1) & POLLERR);
	while (!(raw_poll(w, 0, 0) & POLLHUP) && raw_read(w) < 0);
	timed(raw_read(w) < 0 && errno == ENODEV);
	raw_close(w);
	sim("option mute=off");
	note("the longest call %llu ms (%s)", (unsigned long long)longest, longest_name);
}

/* The reset cannot be made. The caller is told in time, and can be killed. */
void life_silent_reset(struct raw *w)
{
	uint64_t start;
	pid_t pid;

	life_sim("split");
	sim("plug");
	raw_open(w, 0);
	check_works(w);
	sim("option mute=on");
	pid = fork();
	check(pid >= 0);
	if (pid == 0) {
		ioctl(w->fd, IDCARD_IOC_RESET);
		_exit(1);
	}
	poll(NULL, 0, slow(300));
	start = now_ms();
	check(kill(pid, SIGKILL) == 0);
	check(waitpid(pid, NULL, 0) == pid);
	took("end of a process that was killed in a reset", start);
	check(now_ms() - start < SOON_MS);

	start = now_ms();
	check_errno(ioctl(w->fd, IDCARD_IOC_RESET), EIO);
	took("reset", start + 500);
	sim("option mute=off");
	sim("unplug");
	check(wait_for(node_gone, LIFE_NODE, 90000));
	/* What it gave up may have come to its end before. */
	while (!(raw_poll(w, POLLIN, 10 * SOON_MS) & POLLHUP))
		check_errno(raw_read(w), ESTALE);
	raw_close(w);
	note("the longest call %llu ms (%s)", (unsigned long long)longest, longest_name);
}
