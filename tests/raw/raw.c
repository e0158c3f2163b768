// SPDX-License-Identifier: GPL-2.0-or-later
/* What the tests of the raw node share. */
#include "raw.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

static const char *current;
static char note[64];

void raw_note(const char *what, int number, const char *name)
{
	note[0] = 0;
	if (what)
		snprintf(note, sizeof(note), ", %s %d (%s)", what, number, name);
}

void fail(const char *file, int line, const char *what)
{
	int error = errno;

	printf("not ok - raw: %s%s\n    %s:%d: %s (errno %d, %s)\n", current, note, file, line,
	       what, error, strerror(error));
	fflush(stdout);
	_exit(1);
}

void raw_case(const char *name)
{
	current = name;
}

void run_case(const char *name, void (*run)(struct raw *w), struct raw *w)
{
	uint64_t start = now_ms();

	current = name;
	run(w);
	printf("ok - raw: %s (%llu ms)\n", name, (unsigned long long)(now_ms() - start));
	fflush(stdout);
}

uint64_t now_ms(void)
{
	return now_usec() / 1000;
}

unsigned int slow(unsigned int ms)
{
	const char *factor = getenv("IDCARD_SLOW");

	return factor ? ms * strtoul(factor, NULL, 10) : ms;
}

static int sim_connect(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	check(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	check(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	return fd;
}

const char *sim_at(const char *path, const char *command)
{
	static _Thread_local char reply[1024];
	_cleanup_close_ int fd = sim_connect(path);
	size_t have = 0;
	char line[256];
	int n;

	n = snprintf(line, sizeof(line), "%s\n", command);
	check(write(fd, line, n) == n);
	do {
		ssize_t got = read(fd, reply + have, sizeof(reply) - 1 - have);

		check(got > 0);
		have += got;
	} while (reply[have - 1] != '\n');
	reply[have - 1] = 0;
	if (strncmp(reply, "ok", 2))
		printf("    sim %s: %s\n", command, reply);
	check(!strncmp(reply, "ok", 2));
	return reply;
}

const char *sim(const char *command)
{
	return sim_at(getenv("IDCARD_SIM") ?: "/run/idcard-sim/control", command);
}

void raw_open(struct raw *w, int flags)
{
	uint64_t end = now_ms() + slow(10000);

	do {
		w->fd = open(w->node, O_RDWR | O_CLOEXEC | flags);
		if (w->fd < 0)
			poll(NULL, 0, 5);
	} while (w->fd < 0 && now_ms() < end);
	check(w->fd >= 0);
	if (w->framing >= 0)
		check(ioctl(w->fd, IDCARD_IOC_SET_FRAMING, &w->framing) == 0);
}

void raw_close(struct raw *w)
{
	check(close(w->fd) == 0);
	w->fd = -1;
}

ssize_t raw_write(struct raw *w, unsigned int command)
{
	const uint8_t body[] = { command >> 8, command & 0xff };
	uint8_t request[IDCARD_REQUEST_MIN];

	check(idcard_frame_build(request, sizeof(request), body, 2) == sizeof(request));
	return write(w->fd, request, sizeof(request));
}

ssize_t raw_read(struct raw *w)
{
	ssize_t n = read(w->fd, w->reply, sizeof(w->reply));

	check(n != 0);
	if (n > 0)
		check(idcard_reply_check(w->reply, n) == 0);
	return n;
}

ssize_t raw_exchange(struct raw *w, unsigned int command, uint8_t status)
{
	ssize_t n;

	check(raw_write(w, command) == IDCARD_REQUEST_MIN);
	n = raw_read(w);
	check(n > 0);
	if (w->reply[9] != status)
		printf("    status %02X, expected %02X\n", w->reply[9], status);
	check(w->reply[9] == status);
	return n;
}

short raw_poll(struct raw *w, short events, int ms)
{
	struct pollfd p = { .fd = w->fd, .events = events };

	check(poll(&p, 1, ms) >= 0);
	return p.revents;
}

struct idcard_raw_info raw_info(struct raw *w)
{
	struct idcard_raw_info info;

	check(ioctl(w->fd, IDCARD_IOC_GET_INFO, &info) == 0);
	return info;
}

struct raw_thread {
	pthread_t thread;
	void (*work)(struct raw *w);
	struct raw *w;
};

static void *thread_main(void *arg)
{
	struct raw_thread *t = arg;

	t->work(t->w);
	return NULL;
}

struct raw_thread *raw_start(void (*work)(struct raw *w), struct raw *w)
{
	struct raw_thread *t = calloc(1, sizeof(*t));

	check(t);
	t->work = work;
	t->w = w;
	check(pthread_create(&t->thread, NULL, thread_main, t) == 0);
	return t;
}

void raw_join(struct raw_thread *t, unsigned int ms)
{
	struct timespec end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += ms / 1000;
	end.tv_nsec += ms % 1000 * 1000000;
	if (end.tv_nsec >= 1000000000) {
		end.tv_sec++;
		end.tv_nsec -= 1000000000;
	}
	errno = pthread_clockjoin_np(t->thread, NULL, CLOCK_MONOTONIC, &end);
	check(errno == 0);
	free(t);
}
