// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs of their own that give lines: one that reads /dev/idcard, or a part of a test. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "util.h"

enum { LINES_BYTES = 1 << 20 };

struct lines {
	pid_t pid;
	int fd;			/* what it read */
	char *buffer;
	size_t have, taken;
};

static struct lines *all[16];

/* Does nothing but to read /dev/idcard, with a buffer of its own size. */
static void read_node(int out, size_t size)
{
	int fd = open("/dev/idcard", O_RDONLY | O_CLOEXEC);
	char *buffer = malloc(size);

	/* An empty line says that it is open. */
	if (fd < 0 || !buffer || write(out, "\n", 1) != 1)
		_exit(1);
	for (;;) {
		ssize_t n = read(fd, buffer, size);

		/* The machine was asleep. */
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || write(out, buffer, n) != n)
			_exit(2);
	}
}

struct lines *lines_run(void (*program)(int out, size_t argument), size_t argument)
{
	struct lines *l = calloc(1, sizeof(*l));
	int ends[2];
	size_t i;

	for (i = 0; i < ELEMENTSOF(all) && all[i]; i++)
		;
	require(i < ELEMENTSOF(all), "too many reading programs");
	all[i] = l;
	require(l && pipe2(ends, O_CLOEXEC) == 0, "no pipe");
	l->buffer = malloc(LINES_BYTES);
	l->fd = ends[0];
	l->pid = fork();
	if (l->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		program(ends[1], argument);
		_exit(1);
	}
	close(ends[1]);
	require(*lines_next(l, 5000) == '\0', "a program did not start");
	return l;
}

struct lines *lines_open(size_t buffer)
{
	return lines_run(read_node, buffer);
}

const char *lines_next(struct lines *l, unsigned int ms)
{
	uint64_t deadline = now_usec() + slow(ms) * UINT64_C(1000);
	char *newline, *line;

	while (!(newline = memchr(l->buffer + l->taken, '\n', l->have - l->taken))) {
		struct pollfd p = { .fd = l->fd, .events = POLLIN };
		uint64_t now = now_usec();
		ssize_t n;

		require(now < deadline, "no line within %u ms", ms);
		poll(&p, 1, (deadline - now) / 1000 + 1);
		if (!(p.revents & (POLLIN | POLLHUP)))
			continue;
		if (l->taken) {
			memmove(l->buffer, l->buffer + l->taken, l->have - l->taken);
			l->have -= l->taken;
			l->taken = 0;
		}
		n = read(l->fd, l->buffer + l->have, LINES_BYTES - l->have);
		require(n > 0, "a program that gives lines ended");
		l->have += n;
	}
	line = l->buffer + l->taken;
	*newline = '\0';
	l->taken = newline + 1 - l->buffer;
	return line;
}

bool lines_silent(struct lines *l, unsigned int ms)
{
	struct pollfd p = { .fd = l->fd, .events = POLLIN };

	return l->taken == l->have && poll(&p, 1, ms) == 0;
}

struct lines *lines_close(struct lines *l)
{
	if (!l)
		return NULL;
	for (size_t i = 0; i < ELEMENTSOF(all); i++)
		if (all[i] == l)
			all[i] = NULL;
	kill(l->pid, SIGKILL);
	waitpid(l->pid, NULL, 0);
	close(l->fd);
	free(l->buffer);
	free(l);
	return NULL;
}

void lines_close_all(void)
{
	for (size_t i = 0; i < ELEMENTSOF(all); i++)
		lines_close(all[i]);
}
