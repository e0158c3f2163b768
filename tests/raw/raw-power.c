// SPDX-License-Identifier: GPL-2.0-or-later
/* Suspended while nobody has it open, and back when somebody does. */
#include "raw.h"

#include <fcntl.h>

static void attribute(struct raw *w, const char *name, int flags, char *value, size_t size)
{
	char path[256];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/sys/class/idcardraw/%s/device/../power/%s",
		 strrchr(w->node, '/') + 1, name);
	fd = open(path, flags | O_CLOEXEC);
	check(fd >= 0);
	n = flags == O_RDONLY ? read(fd, value, size - 1) : write(fd, value, strlen(value));
	check(n > 0);
	if (flags == O_RDONLY)
		value[n] = 0;
	check(close(fd) == 0);
}

static void wait_status(struct raw *w, const char *expected)
{
	uint64_t end = now_ms() + slow(10000);
	char status[32];

	do {
		attribute(w, "runtime_status", O_RDONLY, status, sizeof(status));
		if (!strncmp(status, expected, strlen(expected)))
			return;
		poll(NULL, 0, 20);
	} while (now_ms() < end);
	check(!"the expected runtime_status");
}

/* Returns how far the generation grew. */
static uint32_t sleep_and_wake(struct raw *w)
{
	uint32_t generation;

	raw_open(w, 0);
	generation = raw_info(w).generation;
	/* The udev rules forbid autosuspend; that must be over before it is allowed here. */
	check(system("udevadm settle") == 0);
	attribute(w, "autosuspend_delay_ms", O_WRONLY, (char[]){ "0" }, 0);
	attribute(w, "control", O_WRONLY, (char[]){ "auto" }, 0);
	/* An open reader stays awake. */
	poll(NULL, 0, 500);
	wait_status(w, "active");
	raw_close(w);
	raw_note("falls asleep", 0, w->node);
	wait_status(w, "suspended");
	raw_note(NULL, 0, NULL);

	raw_open(w, 0);
	wait_status(w, "active");
	generation = raw_info(w).generation - generation;
	/* It was open to nobody when it woke up. */
	check(raw_poll(w, POLLIN | POLLOUT, 0) == POLLOUT);
	sim("wait-idle");
	check(raw_exchange(w, 0x11ff, 0x90) == 11);
	raw_close(w);
	attribute(w, "control", O_WRONLY, (char[]){ "on" }, 0);
	return generation;
}

static void autosuspend(struct raw *w)
{
	check(sleep_and_wake(w) == 0);
}

static void quirk(struct raw *w, const char *value)
{
	int fd = open("/sys/module/usbcore/parameters/quirks", O_WRONLY | O_CLOEXEC);

	check(fd >= 0);
	check(write(fd, value, strlen(value)) == (ssize_t)strlen(value));
	check(close(fd) == 0);
}

/* One that must be reset to wake up has forgotten everything. */
static void reset_resume(struct raw *w)
{
	uint64_t end = now_ms() + slow(10000);

	sim("unplug");
	while (access(w->node, F_OK) == 0 && now_ms() < end)
		poll(NULL, 0, 20);
	quirk(w, "0400:c35a:b\n");
	sim("plug");
	raw_open(w, 0);
	raw_close(w);
	check(sleep_and_wake(w) == 1);
	quirk(w, "\n");
}

void cases_power(struct raw *w)
{
	run_case("autosuspend", autosuspend, w);
	run_case("resume by reset", reset_resume, w);
}
