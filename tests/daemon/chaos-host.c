// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * idcard-chaos: the chaos test (tests/vm/suite/test-chaos.c) without a guest: readers on serial
 * lines, and behind a libusb that is played; idcardd with ASan. This program is systemd to it: it
 * has the socket, keeps what the daemon leaves, and starts another when one was killed. A second
 * client stands for /dev/idcard.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "suite-host.h"
#include "tests/vm/suite/chaos.h"
#include "util.h"

enum { START_WAIT_MS = 100, HOST_LANES = 16 };

static struct {
	char directory[64], socket[100];
	int listener, notify, memory;
	pid_t daemon;
} host = { .listener = -1, .notify = -1, .memory = -1 };

static void sweep(void)
{
	chaos_clear();
	if (host.daemon > 0)
		kill(host.daemon, SIGKILL);
	if (*host.directory)
		shell("rm -rf %s", host.directory);
}

/* ---- the ground ---- */

unsigned int ground_lanes(void)
{
	return HOST_LANES;
}

const char *ground_directory(void)
{
	return host.directory;
}

static void take_notices(void)
{
	char text[256], control[CMSG_SPACE(sizeof(int))];
	struct iovec part = { text, sizeof(text) - 1 };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t n;

	for (;;) {
		struct cmsghdr *c;
		int fd = -1;

		m.msg_control = control;
		m.msg_controllen = sizeof(control);
		n = recvmsg(host.notify, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		if (n < 0)
			return;
		text[n] = '\0';
		c = CMSG_FIRSTHDR(&m);
		if (c && c->cmsg_type == SCM_RIGHTS)
			memcpy(&fd, CMSG_DATA(c), sizeof(fd));
		if (fd >= 0 && strstr(text, "FDSTORE=1")) {
			safe_close(host.memory);
			host.memory = fd;
		} else {
			safe_close(fd);
		}
	}
}

static void become_daemon(void)
{
	const char *argv[80] = { getenv("IDCARDD") ?: "build/tests/idcardd", "--log-level", "error" };
	char devices[HOST_LANES][160], pid[16], notify[120];
	int socket, memory, n = 3;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Without the flag, and where it looks for them. */
	socket = fcntl(host.listener, F_DUPFD, 100);
	memory = host.memory < 0 ? -1 : fcntl(host.memory, F_DUPFD, 100);
	dup2(socket, 3);
	if (memory >= 0)
		dup2(memory, 4);
	snprintf(pid, sizeof(pid), "%d", getpid());
	snprintf(notify, sizeof(notify), "%s/notify", host.directory);
	setenv("NOTIFY_SOCKET", notify, 1);
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", memory < 0 ? "1" : "2", 1);
	setenv("LISTEN_FDNAMES", memory < 0 ? "socket" : "socket:memory", 1);
	for (unsigned int i = 0; i < HOST_LANES; i++) {
		snprintf(devices[i], sizeof(devices[i]), "%s:%s/reader-%u", i % 2 ? "usb" : "serial",
			 host.directory, i);
		argv[n++] = "--device";
		argv[n++] = devices[i];
	}
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

static void start_daemon(void)
{
	take_notices();
	fflush(stdout);
	host.daemon = fork();
	if (host.daemon == 0)
		become_daemon();
	require(host.daemon > 0, "fork: %s", strerror(errno));
}

pid_t ground_daemon(void)
{
	int status;

	/* A report of ASan is on the terminal already. */
	require(waitpid(host.daemon, &status, WNOHANG) == 0, "idcardd ended by itself");
	return host.daemon;
}

/* The last close of a line gives it free; of a terminal, the simulated reader has an end open. */
static void free_lines(void)
{
	for (unsigned int i = 0; i < HOST_LANES; i++) {
		char path[160];
		int fd;

		snprintf(path, sizeof(path), "%s/reader-%u", host.directory, i);
		fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0)
			continue;
		ioctl(fd, TIOCNXCL);
		close(fd);
	}
}

void ground_killed(struct chaos *c)
{
	waitpid(host.daemon, NULL, 0);
	free_lines();
	poll(NULL, 0, START_WAIT_MS);
	start_daemon();
}

size_t ground_simulator(const struct lane *l, const char *number, const char **argv)
{
	static char link[HOST_LANES][100];
	const char *program = getenv("IDCARD_SIM_PROGRAM") ?: "build/tests/idcard-sim";
	const char *const words[] = { program, "--front", "pty", "--personas", "tests/personas",
				      "--pty-link", link[l->index] };

	snprintf(link[l->index], sizeof(link[l->index]), "%s/reader-%s", host.directory, number);
	memcpy(argv, words, sizeof(words));
	return ELEMENTSOF(words);
}

static int bound(int type, const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", host.directory, name);
	require(bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0, "%s: %s", name,
		strerror(errno));
	return fd;
}

void ground_begin(struct chaos *c)
{
	strcpy(host.directory, "/tmp/idcard-chaos-XXXXXX");
	require(mkdtemp(host.directory), "no directory");
	snprintf(host.socket, sizeof(host.socket), "%s/socket", host.directory);
	setenv("IDCARD_SOCKET", host.socket, 1);
	host.listener = bound(SOCK_STREAM, "socket");
	host.notify = bound(SOCK_DGRAM, "notify");
	require(listen(host.listener, 128) == 0 && fcntl(host.listener, F_SETFL, O_NONBLOCK) == 0,
		"listen: %s", strerror(errno));
	lanes_plug(c);
	for (unsigned int i = 0; i < c->n_lanes; i++)
		snprintf(c->lanes[i].name, sizeof(c->lanes[i].name), "reader-%u", i);
	start_daemon();
}

void ground_end(void)
{
}

int ground_open_node(void)
{
	static const char watch[] = "{\"class\":\"WATCH\"}\n";
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", host.socket);
	require(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0, "socket: %s",
		strerror(errno));
	require(write(fd, watch, strlen(watch)) == (ssize_t)strlen(watch), "socket");
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

bool ground_node_ends(void)
{
	return true;
}

int main(void)
{
	host_begin("chaos", sweep);
	test_chaos();
	ground_daemon();
	sweep();
	return 0;
}
