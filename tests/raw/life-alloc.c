// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each allocation that probe, open or a request makes fails once, in turn, until none is left to
 * fail: an error or success, nothing leaked, and it works afterwards. Needs a kernel with
 * CONFIG_FAULT_INJECTION, CONFIG_FAILSLAB and CONFIG_FAULT_INJECTION_DEBUG_FS; with
 * CONFIG_FAULT_INJECTION_USERCOPY copies from and to user space are counted as allocations.
 */
#include "life.h"

#include <fcntl.h>

enum { FAILURES_MAX = 2000 };

/* Of this thread, from here on: the @n-th allocation fails. 0: none. Was one left to fail? */
static bool fail_nth(unsigned int n)
{
	/* Kept open: to open it allocates, too. */
	static int fd = -1;
	char text[32] = "";
	bool left = false;

	if (fd < 0)
		fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	check(fd >= 0);
	/* These two allocate and copy as well: it may be one of them that fails. */
	while (pread(fd, text, sizeof(text) - 1, 0) <= 0) {
		check(errno == EFAULT);
		left = true;
	}
	left = left || strtoul(text, NULL, 10);
	snprintf(text, sizeof(text), "%u", n);
	while (pwrite(fd, text, strlen(text), 0) != (ssize_t)strlen(text))
		check(errno == ENOMEM || errno == EFAULT);
	return left;
}

static void need_injection(void)
{
	static const char debug[] = "/sys/kernel/debug/";
	static const char *const kinds[] = { "failslab", "fail_page_alloc", "fail_usercopy" };
	char path[128];

	snprintf(path, sizeof(path), "%sfailslab/ignore-gfp-wait", debug);
	if (access("/proc/thread-self/fail-nth", F_OK) < 0 || access(path, F_OK) < 0)
		skip("this kernel has no fault injection");
	check(put(path, "0") == 0);
	/* Or each failure leaves a call trace in the log, which is to have none. */
	for (size_t i = 0; i < ELEMENTSOF(kinds); i++) {
		snprintf(path, sizeof(path), "%s%s/verbose", debug, kinds[i]);
		check(access(path, F_OK) < 0 || put(path, "0") == 0);
	}
}

static bool bound(const void *node)
{
	return node_there(node);
}

/* sysfs runs the probe in the process that writes. */
void life_alloc_probe(struct raw *w)
{
	unsigned int n, failed = 0;
	char interface[64];
	bool left;
	int r;

	life_sim("split");
	need_injection();
	sim("plug");
	check(wait_for(node_there, LIFE_NODE, 10000));
	interface_of(LIFE_NODE, interface, sizeof(interface));
	check(put("/sys/bus/usb/drivers/idcard/unbind", interface) == 0);
	for (n = 1; n < FAILURES_MAX; n++) {
		int fd = open("/sys/bus/usb/drivers/idcard/bind", O_WRONLY | O_CLOEXEC);

		check(fd >= 0);
		raw_note("failed allocation", n, "probe");
		fail_nth(n);
		r = write(fd, interface, strlen(interface)) < 0 ? -errno : 0;
		left = fail_nth(0);
		close(fd);
		failed += r < 0;
		/* The write may fail before the probe, or the probe may do without. */
		if (r == 0 && wait_for(bound, LIFE_NODE, 10000)) {
			raw_open(w, 0);
			check_works(w);
			raw_close(w);
			check(put("/sys/bus/usb/drivers/idcard/unbind", interface) == 0);
		}
		check(wait_for(node_gone, LIFE_NODE, 10000));
		if (left)
			break;
	}
	check(n > 5 && n < FAILURES_MAX && failed > 3);
	check(put("/sys/bus/usb/drivers/idcard/bind", interface) == 0);
	check(wait_for(node_there, LIFE_NODE, 10000));
	raw_open(w, 0);
	check_works(w);
	raw_close(w);
	note("%u allocations, %u of them ended the probe", n - 1, failed);
}

void life_alloc_open(struct raw *w)
{
	unsigned int n, failed = 0;
	bool left;

	life_sim("split");
	need_injection();
	sim("plug");
	check(wait_for(node_there, LIFE_NODE, 10000));
	for (n = 1; n < FAILURES_MAX; n++) {
		raw_note("failed allocation", n, "open");
		fail_nth(n);
		w->fd = open(w->node, O_RDWR | O_CLOEXEC);
		left = fail_nth(0);
		failed += w->fd < 0;
		if (w->fd >= 0) {
			check_works(w);
			raw_close(w);
		}
		raw_open(w, 0);
		check_works(w);
		raw_close(w);
		if (left)
			break;
	}
	check(n < FAILURES_MAX && failed);
	note("%u allocations, %u of them ended the open", n - 1, failed);
}

void life_alloc_exchange(struct raw *w)
{
	unsigned int n, failed = 0;
	bool left, unread;
	ssize_t r;

	life_sim("split");
	need_injection();
	sim("plug");
	raw_open(w, 0);
	for (n = 1; n < FAILURES_MAX; n++) {
		raw_note("failed allocation", n, "exchange");
		fail_nth(n);
		r = raw_write(w, 0x12ff);
		unread = r > 0;
		if (r > 0)
			r = raw_read(w);
		check(r == 27 || errno == EFAULT || (!unread && errno == ENOMEM));
		left = fail_nth(0);
		failed += r < 0;
		/* What could not be copied is there still. */
		check(r == 27 || !unread || raw_read(w) == 27);
		check_works(w);
		if (left)
			break;
	}
	check(n < FAILURES_MAX && failed);
	raw_close(w);
	note("%u allocations, %u of them ended the exchange", n - 1, failed);
}
