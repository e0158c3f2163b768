// SPDX-License-Identifier: GPL-2.0-or-later
/* Those who misbehave at /dev/idcard and at the web service. */
#include "crowd.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util.h"

enum {
	PORT = 17825,
	TICK_MS = 5,
};

static void allow_files(void)
{
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 4096, 4096 });
}

void crowd_node(struct crowd_report *r, unsigned int opens)
{
	int writer;

	allow_files();
	for (unsigned int i = 0; i < opens; i++) {
		int fd = open("/dev/idcard", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

		r->let_in += fd >= 0;
		r->refused += fd < 0 && errno == ENFILE;
		r->unsaid += fd < 0 && errno != ENFILE;
	}
	writer = open("/dev/idcard", O_WRONLY | O_CLOEXEC);
	r->ready = 1;
	for (;;) {
		if (writer < 0)
			writer = open("/dev/idcard", O_WRONLY | O_CLOEXEC);
		/* No number: nobody hears of it. */
		if (write(writer, "110101190001010015\n", 19) < 0 && errno == EBUSY)
			r->too_many++;
		r->reconnected++;
		poll(NULL, 0, TICK_MS);
	}
}

static int connect_web(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(PORT),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timeval limit = { .tv_sec = 5 };

	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		fd = safe_close(fd);
	if (fd >= 0)
		fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

#define REQUEST(line, more) line " HTTP/1.1\r\nHost: 127.0.0.1:17825\r\n" more "\r\n"
#define HANDSHAKE                                                                                  \
	REQUEST("GET /v1/ws", "Upgrade: websocket\r\nConnection: Upgrade\r\n"                       \
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n")

struct page {
	int fd;
	unsigned int step;
};

/* False: it is over. */
static bool hear(struct crowd_report *r, const struct page *p)
{
	char text[4096];
	ssize_t n;

	while ((n = recv(p->fd, text, sizeof(text) - 1, MSG_DONTWAIT)) > 0) {
		text[n] = '\0';
		r->too_many += strstr(text, "\"too-many\"") != NULL;
	}
	return n < 0 && errno == EAGAIN;
}

static bool put(const struct page *p, const char *text, size_t size)
{
	return send(p->fd, text, size, MSG_NOSIGNAL | MSG_DONTWAIT) > 0 || errno == EAGAIN;
}

static bool step(struct crowd_report *r, struct page *p, unsigned int manner)
{
	static unsigned int names;
	bool first = p->step++ == 0;
	char request[256];

	switch (manner % 6) {
	case 0:	/* never finishes its request */
		return put(p, "G", 1) && hear(r, p);
	case 1:	/* a stream */
		return (!first || put(p, REQUEST("GET /v1/events", ""), strlen(REQUEST("GET /v1/events", "")))) &&
		       hear(r, p);
	case 2:	/* asks, and does not read */
		return !first || put(p, REQUEST("GET /", ""), strlen(REQUEST("GET /", "")));
	case 3:	/* pings */
		if (first)
			return put(p, HANDSHAKE, strlen(HANDSHAKE));
		for (int i = 0; p->step > 20 && i < 16; i++)
			if (!put(p, "\x89\x80\0\0\0\0", 6))
				return false;
		return hear(r, p);
	case 4:	/* names without end */
		snprintf(request, sizeof(request), REQUEST("GET /v1/status", "Origin: http://n%u.evil.example\r\n"),
			 names++);
		return (!first || put(p, request, strlen(request))) && hear(r, p);
	default: /* a stream that is not read */
		return !first || put(p, REQUEST("GET /v1/events", ""), strlen(REQUEST("GET /v1/events", "")));
	}
}

void crowd_web(struct crowd_report *r, unsigned int connections)
{
	struct page *all = calloc(connections, sizeof(*all));

	allow_files();
	signal(SIGPIPE, SIG_IGN);
	for (unsigned int i = 0; all && i < connections; i++) {
		all[i].fd = connect_web();
		r->let_in += all[i].fd >= 0;
	}
	r->ready = 1;
	for (;;) {
		for (unsigned int i = 0; all && i < connections; i++) {
			if (all[i].fd >= 0 && step(r, &all[i], i))
				continue;
			all[i].fd = safe_close(all[i].fd);
			all[i].fd = connect_web();
			all[i].step = 0;
			r->reconnected++;
		}
		poll(NULL, 0, TICK_MS);
	}
}
