// SPDX-License-Identifier: GPL-2.0-or-later
/* The reader goes away under whatever its user is doing. */
#include "raw.h"

#include <fcntl.h>

static void blocked_read(struct raw *w)
{
	/* The bus may report the loss as a failed transfer first. */
	if (raw_read(w) < 0 && errno != ENODEV)
		check_errno(read(w->fd, w->reply, sizeof(w->reply)), ENODEV);
	else
		check(errno == ENODEV);
}

static void blocked_poll(struct raw *w)
{
	while (!(raw_poll(w, POLLIN, -1) & POLLHUP))
		raw_read(w);
	check((raw_poll(w, POLLIN, 0) & (POLLHUP | POLLERR)) == (POLLHUP | POLLERR));
}

static void busy_loop(struct raw *w)
{
	/* Until it is gone; everything else may happen on the way. */
	do {
		raw_write(w, 0x11ff);
		raw_read(w);
	} while (errno != ENODEV);
}

static void busy_open(struct raw *w)
{
	struct raw other = { .node = w->node, .framing = -1 };

	while (access(w->node, F_OK) == 0) {
		other.fd = open(w->node, O_RDWR | O_NONBLOCK);
		if (other.fd >= 0)
			close(other.fd);
	}
}

static void busy_ioctl(struct raw *w)
{
	struct idcard_raw_info info;
	uint32_t ms = 6000;

	while (ioctl(w->fd, IDCARD_IOC_GET_INFO, &info) == 0)
		ioctl(w->fd, IDCARD_IOC_SET_TIMEOUT, &ms);
	check(errno == ENODEV);
}

static void busy_reset(struct raw *w)
{
	while (ioctl(w->fd, IDCARD_IOC_RESET) == 0 || errno != ENODEV)
		;
}

static void gone(struct raw *w)
{
	static const uint8_t good[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69,
					0x00, 0x03, 0x11, 0xff, 0xed };
	struct idcard_raw_info info;

	check_errno(read(w->fd, w->reply, sizeof(w->reply)), ENODEV);
	check_errno(write(w->fd, good, sizeof(good)), ENODEV);
	check_errno(ioctl(w->fd, IDCARD_IOC_GET_INFO, &info), ENODEV);
	check_errno(ioctl(w->fd, IDCARD_IOC_RESET), ENODEV);
	check(raw_poll(w, POLLIN | POLLOUT, 0) == (POLLHUP | POLLERR));
}

/* Leave while @work is at it; @prepare says how the reader is to behave. */
static void leave(struct raw *w, void (*work)(struct raw *w), const char *prepare, bool request)
{
	/* The USB core itself tries long to bring back a device lost while it is reset. */
	unsigned int limit = work == busy_reset ? 10 * SOON_MS : 3 * SOON_MS;
	struct raw_thread *t;

	sim("plug");
	raw_open(w, 0);
	if (prepare)
		sim(prepare);
	if (request)
		check(raw_write(w, 0x11ff) == IDCARD_REQUEST_MIN);
	t = raw_start(work, w);
	poll(NULL, 0, 50);
	sim("unplug");
	raw_join(t, limit);
	if (w->fd >= 0) {
		gone(w);
		raw_close(w);
	}
	sim("fault clear");
}

static void in_read(struct raw *w)
{
	leave(w, blocked_read, NULL, false);
}

static void in_exchange(struct raw *w)
{
	leave(w, blocked_read, "fault silence count=1", true);
}

static void in_poll(struct raw *w)
{
	leave(w, blocked_poll, "fault silence count=1", true);
}

static void in_traffic(struct raw *w)
{
	leave(w, busy_loop, NULL, false);
}

static void in_open(struct raw *w)
{
	leave(w, busy_open, NULL, false);
}

static void in_ioctl(struct raw *w)
{
	leave(w, busy_ioctl, NULL, false);
}

static void in_reset(struct raw *w)
{
	leave(w, busy_reset, NULL, false);
}

static void with_reply_unread(struct raw *w)
{
	sim("plug");
	raw_open(w, 0);
	check(raw_write(w, 0x11ff) == IDCARD_REQUEST_MIN);
	check(raw_poll(w, POLLIN, 3 * SOON_MS) == POLLIN);
	sim("unplug");
	while (!(raw_poll(w, 0, 3 * SOON_MS) & POLLHUP))
		;
	gone(w);
	raw_close(w);
}

static void again_and_again(struct raw *w)
{
	static const struct {
		const char *name;
		void (*run)(struct raw *w);
	} works[] = {
		{ "read", in_read },	   { "exchange", in_exchange }, { "poll", in_poll },
		{ "traffic", in_traffic }, { "open", in_open },		{ "ioctl", in_ioctl },
		{ "reset", in_reset },
	};
	const char *cycles = getenv("RAW_CYCLES");
	int i, n = cycles ? atoi(cycles) : 28;

	for (i = 0; i < n; i++) {
		uint64_t start = now_ms();
		const char *name = works[i % ELEMENTSOF(works)].name;

		raw_note("cycle", i, name);
		works[i % ELEMENTSOF(works)].run(w);
		if (now_ms() - start > 3 * SOON_MS)
			printf("#   cycle %d (%s) took %llu ms\n", i, name,
			       (unsigned long long)(now_ms() - start));
	}
	raw_note(NULL, 0, NULL);
}

void cases_leave(struct raw *w)
{
	sim("scale 0");
	run_case("unplugged in read", in_read, w);
	run_case("unplugged in an exchange", in_exchange, w);
	run_case("unplugged in poll", in_poll, w);
	run_case("unplugged in traffic", in_traffic, w);
	run_case("unplugged in open", in_open, w);
	run_case("unplugged in ioctl", in_ioctl, w);
	run_case("unplugged in reset", in_reset, w);
	run_case("unplugged with a reply unread", with_reply_unread, w);
	run_case("unplugged again and again", again_and_again, w);
}
