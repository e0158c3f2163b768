// SPDX-License-Identifier: GPL-2.0-or-later
/* Who may ask is decided by user and groups when it connects: never by a process id. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crowd.h"
#include "util.h"

enum {
	MEMBER = CROWD_UID,
	TRIES = 200,
};

/* The word of what comes first. */
enum word {
	NOTHING,
	GREETED,
	DENIED,
};

static int connect_daemon(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = IDCARD_SOCKET };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ? safe_close(fd) : fd;
}

static enum word hear(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char line[1024] = "";

	if (fd < 0 || poll(&p, 1, (int)slow(10000)) != 1 ||
	    recv(fd, line, sizeof(line) - 1, 0) <= 0)
		return NOTHING;
	if (strstr(line, "\"VERSION\""))
		return GREETED;
	return strstr(line, "permission-denied") ? DENIED : NOTHING;
}

static enum word ask_version(int fd)
{
	static const char request[] = "{\"class\":\"VERSION\"}\n";

	return send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) < 0 ? NOTHING : hear(fd);
}

static int in_child(int (*run)(int argument), int argument, pid_t *ret_pid)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(run(argument));
	require(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status), "the child died");
	*ret_pid = pid;
	return WEXITSTATUS(status);
}

/* The next process has the number @pid. */
static int in_child_of_number(int (*run)(int argument), int argument, pid_t wanted)
{
	char text[16];
	pid_t pid;
	int r;

	for (int i = 0; i < TRIES; i++) {
		_cleanup_close_ int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
		int n = snprintf(text, sizeof(text), "%d", (int)wanted - 1);

		require(fd >= 0 && write(fd, text, n) == n, "numbers of processes cannot be set");
		r = in_child(run, argument, &pid);
		if (pid == wanted)
			return r;
	}
	fail("number %d is not free", (int)wanted);
}

static void hand_on(int to, int fd)
{
	char control[CMSG_SPACE(sizeof(fd))] = {}, byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *h = CMSG_FIRSTHDR(&m);

	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(h), &fd, sizeof(fd));
	if (sendmsg(to, &m, 0) != 1)
		_exit(100);
}

static int take_over(int from)
{
	char control[CMSG_SPACE(sizeof(int))], byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = sizeof(control) };
	int fd = -1;

	require(recvmsg(from, &m, MSG_CMSG_CLOEXEC) == 1 && CMSG_FIRSTHDR(&m), "nothing was handed on");
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	return fd;
}

/* Connects as a member, hands the connection on, and is gone. */
static int member_hands_on(int to)
{
	int fd;

	if (!crowd_become(MEMBER, true))
		return 100;
	fd = connect_daemon();
	if (hear(fd) != GREETED)
		return 101;
	hand_on(to, fd);
	return GREETED;
}

static int member_connects(int unused)
{
	return crowd_become(MEMBER, true) ? (int)hear(connect_daemon()) : 100;
}

static int stranger_connects(int unused)
{
	return crowd_become(CROWD_STRANGER, false) ? (int)hear(connect_daemon()) : 100;
}

/* Root that acts for a stranger is judged as the stranger. */
static int root_for_a_stranger(int unused)
{
	int fd;

	if (setegid(CROWD_STRANGER) < 0 || seteuid(CROWD_STRANGER) < 0)
		return 100;
	fd = connect_daemon();
	if (seteuid(0) < 0)
		return 101;
	return hear(fd);
}

/* Connected as root, then a stranger: the old connection goes on, a new one is refused. */
static int root_becomes_stranger(int unused)
{
	int fd = connect_daemon();

	if (hear(fd) != GREETED || !crowd_become(CROWD_STRANGER, false))
		return 100;
	if (ask_version(fd) != GREETED)
		return 101;
	return hear(connect_daemon());
}

void test_pids(void)
{
	int ends[2], handed;
	pid_t pid, other;

	sim_start("split");
	sim("plug");
	ready();
	require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "no socket pair");
	require(in_child(member_hands_on, ends[1], &pid) == GREETED, "a member is not let in");
	handed = take_over(ends[0]);
	/* The member's number is a stranger's now, while the member's connection lives. */
	require(in_child_of_number(stranger_connects, 0, pid) == DENIED, "let in by a number that was a member's");
	require(ask_version(handed) == GREETED, "the connection that was handed on is over");
	close(handed);
	/* And the reverse. */
	require(in_child(stranger_connects, 0, &pid) == DENIED, "a stranger is let in");
	require(in_child_of_number(member_connects, 0, pid) == GREETED, "refused by a number that was a stranger's");
	/* That of the daemon itself, which was. */
	pid = service_pid("idcardd.service");
	require(shell("systemctl kill -s KILL idcardd.service") == 0, "the daemon cannot be killed");
	services_stop();
	require(in_child_of_number(stranger_connects, 0, pid) == DENIED, "let in by the number of the daemon");
	require(in_child(root_for_a_stranger, 0, &other) == DENIED, "root acts for a stranger, who is let in");
	require(in_child(root_becomes_stranger, 0, &other) == DENIED, "a stranger who was root is let in");
	close(ends[0]);
	close(ends[1]);
}
