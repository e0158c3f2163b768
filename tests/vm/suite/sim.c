// SPDX-License-Identifier: GPL-2.0-or-later
#include "suite.h"

#include <errno.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "util.h"

/* The SAM's own times, so much shorter: what is tested is what happens, not how long it takes. */
#define SCALE "0.05"

struct simulator {
	pid_t pid;
	const char *socket;
	int fd;
	char reply[1024];
};

static struct simulator first = { .socket = "/run/idcard-sim/first", .fd = -1 };
static struct simulator second = { .socket = "/run/idcard-sim/second", .fd = -1 };

const struct persona_number personas[4] = {
	{ "resident", "110101190001010014" },
	{ "foreigner", "XXX110000010103" },
	{ "foreigner_2023", "91199919000101003X" },
	{ "hmt_permit", "810000190001010026" },
};

static bool connected(void *context)
{
	struct simulator *s = context;
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", s->socket);
	s->fd = safe_close(s->fd);
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return connect(s->fd, (struct sockaddr *)&address, sizeof(address)) == 0;
}

static void start(struct simulator *s, const char *const *more, const char *number)
{
	const char *argv[24] = { "idcard-sim", "--socket", s->socket, "--scale", SCALE,
				 "--sam-number", number };
	size_t n = 7;

	while (*more)
		argv[n++] = *more++;
	unlink(s->socket);
	s->pid = fork();
	if (s->pid == 0) {
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	require(s->pid > 0, "fork: %s", strerror(errno));
	wait_until(connected, s, 5000, "the simulated reader");
}

static void start_in_guest(struct simulator *s, const char *const *more, const char *number)
{
	const char *words[16] = { "--personas", "/usr/lib/idcard-tests/personas" };

	for (size_t i = 0; more[i]; i++)
		words[2 + i] = more[i];
	shell("modprobe vhci_hcd; mkdir -p /run/idcard-sim");
	start(s, words, number);
}

void sim_start_outside(const char *socket, const char *link)
{
	const char *const words[] = { "--personas", "tests/personas", "--front", "pty", "--pty-link", link,
				      "--plug", NULL };

	first.socket = socket;
	start(&first, words, "0");
}

static void stop(struct simulator *s)
{
	s->fd = safe_close(s->fd);
	if (s->pid <= 0)
		return;
	kill(s->pid, SIGTERM);
	waitpid(s->pid, NULL, 0);
	s->pid = 0;
}

/* The kernel may take its time to notice, and the next reader shall have the same names. */
static void wait_for_empty_bus(void)
{
	uint64_t end = now_usec() + 10000000;
	glob_t found;

	while (glob("/sys/devices/platform/vhci_hcd.0/usb*/[0-9]*-[1-9]*", GLOB_NOSORT, NULL,
		    &found) == 0 && now_usec() < end) {
		globfree(&found);
		poll(NULL, 0, 5);
	}
	globfree(&found);
}

void sim_start(const char *framing)
{
	const char *const more[] = { "--framing", framing, NULL };

	start_in_guest(&first, more, "0");
}

void sim_start_serial(const char *framing, const char *dialect)
{
	const char *const acm[] = { "--framing", framing, "--dialect", dialect, NULL };
	const char *const pty[] = { "--front", "pty", "--dialect", dialect, "--pty-link", SIM_TTY,
				    "--pty-owner", "idcard", NULL };

	start_in_guest(&first, strcmp(framing, "pty") ? acm : pty, "0");
}

void sim_start_second(void)
{
	const char *const more[] = { "--framing", "stream", NULL };

	start_in_guest(&second, more, "1");
}

void sim_stop(void)
{
	stop(&first);
	stop(&second);
	wait_for_empty_bus();
}

static const char *talk(struct simulator *s, const char *format, va_list ap)
{
	char command[512];
	size_t have = 0;
	int n = vsnprintf(command, sizeof(command) - 1, format, ap);

	strcat(command, "\n");
	require(write(s->fd, command, n + 1) == n + 1, "sim: %s", strerror(errno));
	do {
		ssize_t got = read(s->fd, s->reply + have, sizeof(s->reply) - 1 - have);

		require(got > 0, "sim %s: no answer", command);
		have += got;
	} while (s->reply[have - 1] != '\n');
	s->reply[have - 1] = '\0';
	require(strncmp(s->reply, "ok", 2) == 0, "sim %.*s: %s", n, command, s->reply);
	return s->reply + 2;
}

const char *sim(const char *format, ...)
{
	const char *reply;
	va_list ap;

	va_start(ap, format);
	reply = talk(&first, format, ap);
	va_end(ap);
	return reply;
}

const char *sim_second(const char *format, ...)
{
	const char *reply;
	va_list ap;

	va_start(ap, format);
	reply = talk(&second, format, ap);
	va_end(ap);
	return reply;
}

uint64_t sim_stat(const char *key)
{
	char pattern[64];
	const char *found;

	snprintf(pattern, sizeof(pattern), " %s=", key);
	found = strstr(sim("stats"), pattern);
	require(found, "sim stats: no %s", key);
	return strtoull(found + strlen(pattern), NULL, 10);
}

void lift(void)
{
	sim("lift");
	sim("wait-polled 1");
}
