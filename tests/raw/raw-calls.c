// SPDX-License-Identifier: GPL-2.0-or-later
/* What each call promises while the reader behaves. */
#include "raw.h"

#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <signal.h>

/* No such address; volatile, or the compiler objects. */
static void *volatile nowhere;

static void dialogue(struct raw *w)
{
	raw_open(w, 0);
	raw_exchange(w, 0x11ff, 0x90);
	check(raw_exchange(w, 0x12ff, 0x90) == 27);
	raw_exchange(w, 0x2001, 0x80);
	sim("place resident");
	check(raw_exchange(w, 0x2001, 0x9f) == 15);
	check(raw_exchange(w, 0x2002, 0x90) == 19);
	check(raw_exchange(w, 0x3001, 0x90) == 1295);
	sim("lift");
	raw_close(w);
}

static void exclusive(struct raw *w)
{
	raw_open(w, 0);
	check_errno(open(w->node, O_RDWR), EBUSY);
	check_errno(open(w->node, O_RDONLY | O_NONBLOCK), EBUSY);
	raw_close(w);
	raw_open(w, 0);
	check_errno(lseek(w->fd, 0, SEEK_SET), ESPIPE);
	check_errno(pread(w->fd, w->reply, 1, 0), ESPIPE);
	raw_close(w);
}

static void bad_requests(struct raw *w)
{
	static const uint8_t good[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69,
					0x00, 0x03, 0x11, 0xff, 0xed };
	uint8_t bad[IDCARD_RAW_REQUEST_MAX + 1] = { 0 };
	size_t i;

	raw_open(w, 0);
	for (i = 0; i < sizeof(good) * 8; i++) {
		memcpy(bad, good, sizeof(good));
		bad[i / 8] ^= 1 << i % 8;
		check_errno(write(w->fd, bad, sizeof(good)), EINVAL);
	}
	for (i = 0; i < sizeof(good); i++)
		check_errno(write(w->fd, good, i), EINVAL);
	check_errno(write(w->fd, bad, sizeof(bad)), EMSGSIZE);
	check_errno(write(w->fd, nowhere, sizeof(good)), EFAULT);
	raw_exchange(w, 0x11ff, 0x90);
	raw_close(w);
}

static void one_at_a_time(struct raw *w)
{
	raw_open(w, 0);
	check(raw_poll(w, POLLIN | POLLOUT, 0) == POLLOUT);
	check(raw_write(w, 0x11ff) == IDCARD_REQUEST_MIN);
	check_errno(raw_write(w, 0x11ff), EBUSY);
	check(raw_poll(w, POLLIN | POLLOUT, 2 * SOON_MS) == POLLIN);
	check_errno(raw_write(w, 0x11ff), EBUSY);
	check(read(w->fd, w->reply, 0) == 0);
	/* Too little room: the frame stays. */
	check_errno(read(w->fd, w->reply, 10), EMSGSIZE);
	check_errno(read(w->fd, nowhere, 64), EFAULT);
	check(raw_read(w) == 11);
	check(raw_poll(w, POLLIN | POLLOUT, 0) == POLLOUT);
	raw_close(w);
}

static void read_and_leave(struct raw *w)
{
	check(raw_read(w) == 11);
}

static void non_blocking(struct raw *w)
{
	struct raw_thread *t;
	uint64_t start;

	raw_open(w, 0);
	/* Another thread sleeps in a blocking read of the same file. */
	t = raw_start(read_and_leave, w);
	poll(NULL, 0, 100);
	start = now_ms();
	check(fcntl(w->fd, F_SETFL, O_NONBLOCK) == 0);
	check_errno(read(w->fd, w->reply, sizeof(w->reply)), EAGAIN);
	check(now_ms() - start < SOON_MS / 2);
	check(fcntl(w->fd, F_SETFL, 0) == 0);
	check(raw_write(w, 0x11ff) == IDCARD_REQUEST_MIN);
	raw_join(t, SOON_MS);
	raw_close(w);

	raw_open(w, O_NONBLOCK);
	check(raw_write(w, 0x11ff) == IDCARD_REQUEST_MIN);
	check_errno(read(w->fd, w->reply, sizeof(w->reply)), EAGAIN);
	check(raw_poll(w, POLLIN, SOON_MS) == POLLIN);
	check(raw_read(w) == 11);
	raw_close(w);
}

static void on_alarm(int number)
{
}

static void signals(struct raw *w)
{
	const struct sigaction action = { .sa_handler = on_alarm };

	check(sigaction(SIGALRM, &action, NULL) == 0);
	raw_open(w, 0);
	alarm(1);
	check_errno(read(w->fd, w->reply, sizeof(w->reply)), EINTR);
	raw_exchange(w, 0x11ff, 0x90);
	raw_close(w);
}

static void controls(struct raw *w)
{
	static const uint32_t bad_times[] = { 0, 60001, UINT32_MAX };
	uint32_t value = 1234, framing;
	struct idcard_raw_info info;
	unsigned int i;

	raw_open(w, 0);
	info = raw_info(w);
	check(info.vendor == 0x0400 && info.product == 0xc35a && info.busnum && info.devnum);
	check(info.timeout_ms == 6000);
	check(!info.reserved[0] && !info.reserved[1] && !info.reserved[2]);
	check(ioctl(w->fd, IDCARD_IOC_SET_TIMEOUT, &value) == 0);
	check(raw_info(w).timeout_ms == 1234);
	for (i = 0; i < ELEMENTSOF(bad_times); i++)
		check_errno(ioctl(w->fd, IDCARD_IOC_SET_TIMEOUT, &bad_times[i]), EINVAL);
	check_errno(ioctl(w->fd, IDCARD_IOC_SET_TIMEOUT, NULL), EFAULT);
	check_errno(ioctl(w->fd, IDCARD_IOC_GET_INFO, NULL), EFAULT);
	check_errno(ioctl(w->fd, _IO(IDCARD_IOC_TYPE, 99)), ENOTTY);

	framing = info.framing;
	value = 3;
	check_errno(ioctl(w->fd, IDCARD_IOC_SET_FRAMING, &value), EINVAL);
	check(ioctl(w->fd, IDCARD_IOC_SET_FRAMING, &framing) == 0);
	/* Found by itself, streaming means that there are but two endpoints. */
	if (w->framing < 0 && framing == IDCARD_FRAMING_STREAM) {
		value = IDCARD_FRAMING_SPLIT;
		check_errno(ioctl(w->fd, IDCARD_IOC_SET_FRAMING, &value), EOPNOTSUPP);
	}
	check(raw_write(w, 0x11ff) == IDCARD_REQUEST_MIN);
	check_errno(ioctl(w->fd, IDCARD_IOC_SET_FRAMING, &framing), EBUSY);
	check(raw_read(w) == 11);
	raw_close(w);

	raw_open(w, 0);
	check(raw_info(w).timeout_ms == 6000);
	raw_close(w);
}

/* The next user sees nothing of the one before, whatever the first left behind. */
static void next_user(struct raw *w)
{
	unsigned int i;

	for (i = 0; i < 8; i++) {
		raw_open(w, 0);
		check(raw_write(w, 0x12ff) == IDCARD_REQUEST_MIN);
		if (i & 1)
			check(raw_poll(w, POLLIN, 2 * SOON_MS) == POLLIN);
		if (i & 2)
			poll(NULL, 0, 3);
		raw_close(w);

		raw_open(w, O_NONBLOCK);
		check(raw_poll(w, POLLIN | POLLOUT, 0) == POLLOUT);
		check_errno(raw_read(w), EAGAIN);
		check(raw_write(w, 0x11ff) == IDCARD_REQUEST_MIN);
		check(raw_poll(w, POLLIN, 3 * SOON_MS) == POLLIN);
		check(raw_read(w) == 11);
		raw_close(w);
	}
}

static void reset(struct raw *w)
{
	uint32_t generation;

	raw_open(w, O_NONBLOCK);
	generation = raw_info(w).generation;
	check(ioctl(w->fd, IDCARD_IOC_RESET) == 0);
	check(raw_info(w).generation == generation + 1);
	/* Who asked while nothing was under way is not told again. */
	check(raw_poll(w, POLLIN | POLLOUT, 0) == POLLOUT);

	sim("fault silence count=1");
	check(raw_write(w, 0x11ff) == IDCARD_REQUEST_MIN);
	check(ioctl(w->fd, IDCARD_IOC_RESET) == 0);
	check(raw_info(w).generation == generation + 2);
	check(raw_poll(w, POLLIN | POLLOUT, 0) == (POLLIN | POLLERR));
	check_errno(raw_write(w, 0x11ff), EBUSY);
	check_errno(raw_read(w), ESTALE);
	check_errno(raw_read(w), EAGAIN);
	check(raw_poll(w, POLLIN | POLLOUT, 0) == POLLOUT);
	sim("fault clear");
	raw_close(w);
}

/* Somebody else resets the device: who has it open is told once. */
static void foreign_reset(struct raw *w)
{
	struct idcard_raw_info info;
	uint32_t generation;
	char path[64];
	int fd;

	raw_open(w, O_NONBLOCK);
	info = raw_info(w);
	snprintf(path, sizeof(path), "/dev/bus/usb/%03u/%03u", info.busnum, info.devnum);
	generation = info.generation;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	check(fd >= 0);
	check(ioctl(fd, USBDEVFS_RESET) == 0);
	check(raw_info(w).generation == generation + 1);
	check(raw_poll(w, POLLIN | POLLOUT, 0) == (POLLIN | POLLERR));
	check_errno(raw_write(w, 0x11ff), EBUSY);
	check_errno(raw_read(w), ESTALE);
	check(raw_poll(w, POLLIN | POLLOUT, 0) == POLLOUT);

	/* Also in place of a reply that was not read yet. */
	sim("wait-idle");
	check(raw_write(w, 0x11ff) == IDCARD_REQUEST_MIN);
	check(raw_poll(w, POLLIN, 4 * SOON_MS) == POLLIN);
	check(ioctl(fd, USBDEVFS_RESET) == 0);
	check_errno(raw_read(w), ESTALE);
	check_errno(raw_read(w), EAGAIN);
	check(close(fd) == 0);
	raw_close(w);
	/* Nobody has it open: nobody needs to be told. */
	raw_open(w, O_NONBLOCK);
	check(raw_poll(w, POLLIN | POLLOUT, 0) == POLLOUT);
	raw_close(w);
}

void cases_calls(struct raw *w)
{
	run_case("a whole dialogue", dialogue, w);
	run_case("exclusive, not seekable", exclusive, w);
	run_case("bad requests", bad_requests, w);
	run_case("one exchange at a time", one_at_a_time, w);
	run_case("O_NONBLOCK never blocks", non_blocking, w);
	run_case("signals", signals, w);
	run_case("ioctls", controls, w);
	run_case("the next user", next_user, w);
	run_case("reset", reset, w);
	run_case("reset by somebody else", foreign_reset, w);
}
