// SPDX-License-Identifier: GPL-2.0-or-later
/* Clients of the socket that misbehave. */
#include "crowd.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "stream.h"
#include "util.h"

enum {
	TICK_MS = 5,
	FIRST_LINE_MS = 60000,
	MUCH = 1 << 20,
};

enum manner {
	NEVER_READS,
	LONG_LINES,	/* of a MiB */
	BYTE_BY_BYTE,
	ENDLESS_LINE,
	COMES_AND_GOES,
	CLAIMS_AND_VANISHES,
	DECODES,
	HALF_CLOSED,
	SENDS_DESCRIPTORS,
	ASKS,
	MANNERS,
};

struct rude {
	int fd;
	enum manner manner;
	unsigned int step;
};

static char much[MUCH];

bool crowd_become(uid_t uid, bool member)
{
	const struct group *g = getgrnam("idcard");
	/* As the daemon does, where nothing is installed. */
	gid_t group = g ? g->gr_gid : getgid();

	return setgroups(member, &group) == 0 && setgid(uid) == 0 && setuid(uid) == 0;
}

static int connect_daemon(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", stream_path(NULL));
	/* Blocking: who finds the queue full waits for a place in it. */
	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		fd = safe_close(fd);
	if (fd >= 0)
		fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

/* What the daemon says first. */
static void greet(struct crowd_report *r, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char line[512] = "";

	if (fd < 0 || poll(&p, 1, FIRST_LINE_MS) != 1 || recv(fd, line, sizeof(line) - 1, 0) <= 0)
		r->unsaid++;
	else if (strstr(line, "\"VERSION\""))
		r->let_in++;
	else if (strstr(line, "\"too-many\"") || strstr(line, "\"permission-denied\""))
		r->refused++;
	else
		r->unsaid++;
}

static bool put(struct crowd_report *r, const struct rude *c, const void *data, size_t size)
{
	ssize_t n = send(c->fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
	static size_t sum;

	if (n > 0)
		sum += (size_t)n;
	r->bytes = sum >> 20;
	return n > 0 || (n < 0 && errno == EAGAIN);
}

static bool say(struct crowd_report *r, const struct rude *c, const char *line)
{
	return put(r, c, line, strlen(line));
}

/* False: the daemon has ended it. */
static bool hear(struct crowd_report *r, const struct rude *c)
{
	char text[4096];
	ssize_t n;

	while ((n = recv(c->fd, text, sizeof(text) - 1, MSG_DONTWAIT)) > 0) {
		text[n] = '\0';
		for (const char *at = text; (at = strstr(at, "\"too-many\"")); at++)
			r->too_many++;
	}
	return n < 0 && errno == EAGAIN;
}

static bool send_descriptors(const struct rude *c)
{
	int fds[16];
	char control[CMSG_SPACE(sizeof(fds))] = {};
	struct iovec iov = { (char *)"{\"class\":\"VERSION\"}\n", 20 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *h = CMSG_FIRSTHDR(&m);

	for (size_t i = 0; i < ELEMENTSOF(fds); i++)
		fds[i] = c->fd;
	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(h), fds, sizeof(fds));
	return sendmsg(c->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT) > 0 || errno == EAGAIN;
}

static bool ask_to_decode(struct crowd_report *r, const struct rude *c)
{
	static char line[2048];

	if (!*line) {
		strcpy(line, "{\"class\":\"DECODE\",\"data\":\"V0xmAH4A");
		memset(line + strlen(line), 'A', 1368 - 8 - 2);
		strcat(line, "A=\"}\n");
	}
	return say(r, c, line) && hear(r, c);
}

static bool step(struct crowd_report *r, struct rude *c)
{
	bool first = c->step++ == 0;

	switch (c->manner) {
	case NEVER_READS:
		return say(r, c, first ? "{\"class\":\"WATCH\",\"portrait\":\"wlt\",\"repeat\":true}\n" :
			   "{\"class\":\"DEVICES\"}\n");
	case LONG_LINES:
		much[MUCH - 1] = '\n';
		return put(r, c, much, MUCH) && hear(r, c);
	case BYTE_BY_BYTE:
		return put(r, c, &"{\"class\":\"VERSION\"}\n"[c->step % 20], 1) && hear(r, c);
	case ENDLESS_LINE:
		return put(r, c, much, 4096) && hear(r, c);
	case COMES_AND_GOES:
		return false;
	case CLAIMS_AND_VANISHES:
		if (first)
			say(r, c, "{\"class\":\"CLAIM\",\"reader\":\"usb-1-1\"}\n"
			    "{\"class\":\"EXCHANGE\",\"frame\":\"qqqqlmkAAyABIg==\"}\n");
		return c->step % 16 && hear(r, c);
	case DECODES:
		return ask_to_decode(r, c);
	case HALF_CLOSED:
		if (first) {
			say(r, c, "{\"class\":\"WATCH\"}\n");
			shutdown(c->fd, SHUT_RD);
		}
		return true;
	case SENDS_DESCRIPTORS:
		return send_descriptors(c) && hear(r, c);
	case ASKS:
	default:
		for (int i = 0; i < 8; i++)
			say(r, c, "{\"class\":\"STATUS\"}\n");
		return hear(r, c);
	}
}

void crowd_socket(struct crowd_report *r, unsigned int clients)
{
	struct rude *all = calloc(clients, sizeof(*all));

	signal(SIGPIPE, SIG_IGN);
	memset(much, 'x', sizeof(much));
	for (unsigned int i = 0; all && i < clients; i++) {
		all[i].manner = i % MANNERS;
		all[i].fd = connect_daemon();
		greet(r, all[i].fd);
	}
	r->ready = 1;
	for (;;) {
		for (unsigned int i = 0; all && i < clients; i++) {
			if (all[i].fd >= 0 && step(r, &all[i]))
				continue;
			all[i].fd = safe_close(all[i].fd);
			all[i].fd = connect_daemon();
			all[i].step = 0;
			r->reconnected++;
		}
		poll(NULL, 0, TICK_MS);
	}
}

void crowd_knock(struct crowd_report *r)
{
	for (;;) {
		int fd = connect_daemon();

		if (!r->ready)
			r->ready = 1;
		if (r->reconnected++ % 64 == 0)
			greet(r, fd);
		safe_close(fd);
	}
}
