// SPDX-License-Identifier: GPL-2.0-or-later
/* idcard-web as its unit runs it: a user of its own, in its sandbox, for users and strangers. */
#include "suite.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util.h"

#define UNIT "idcard-web.service"
#define CONFIG "/etc/idcard/web.conf"
#define ORIGIN "Origin: https://desk.example\r\n"

enum {
	PORT = 17825,
	HUASHI = 19196,
	NOBODY = 65534,
	CLERK = 4711,
	STREAMS = 16,		/* of one origin at once */
};

/* A request that @uid makes. */
static int begin(uid_t uid, uint16_t port, const char *line, const char *more)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	char request[1024];
	int fd;

	require(seteuid(uid) == 0, "cannot be user %u", (unsigned int)uid);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	require(seteuid(0) == 0, "cannot be root again");
	require(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0, "no answer on port %u", port);
	snprintf(request, sizeof(request), "%s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s\r\n", line, port, more);
	require(write(fd, request, strlen(request)) == (ssize_t)strlen(request), "request not sent");
	return fd;
}

/* The reply, valid until the next one. */
static const char *http(uid_t uid, uint16_t port, const char *line, const char *more)
{
	static char reply[256 * 1024];
	int fd = begin(uid, port, line, more);
	size_t size = 0;
	ssize_t n;

	while ((n = read(fd, reply + size, sizeof(reply) - 1 - size)) > 0)
		size += n;
	reply[size] = '\0';
	safe_close(fd);
	return reply;
}

static void expect(const char *reply, const char *status, const char *text)
{
	require(strncmp(reply, "HTTP/1.1 ", 9) == 0 && strncmp(reply + 9, status, 3) == 0, "not %s: %.200s",
		status, reply);
	require(strstr(reply, text), "no %s in %s", text, reply);
}

static bool logged(const char *words)
{
	return shell("journalctl -q -b -o cat -u " UNIT " | grep -qF '%s'", words) == 0;
}

static void allow(const char *state)
{
	char more[256], body[128];

	snprintf(body, sizeof(body), "{\"origin\":\"https://desk.example\",\"state\":\"%s\"}", state);
	snprintf(more, sizeof(more), "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
		 strlen(body), body);
	expect(http(0, PORT, "POST /v1/origins", more), "200", "\"origins\"");
}

static void check_users(void)
{
	expect(http(0, PORT, "GET /v1/health", ""), "200", "true");
	expect(http(NOBODY, PORT, "GET /v1/health", ""), "403", "user-refused");
	expect(http(NOBODY, HUASHI, "GET /readcard&t=1", ""), "403", "user-refused");
	require(shell("id clerk >/dev/null 2>&1 || useradd -u 4711 -G idcard clerk") == 0, "no user");
	expect(http(CLERK, PORT, "GET /v1/health", ""), "200", "true");
}

/* The status of a reply that goes on. */
static bool streams(int fd, const char *status)
{
	char head[16] = "";

	return recv(fd, head, 12, MSG_WAITALL) == 12 && strcmp(head + 9, status) == 0;
}

/* What a page has used up in one user's browser it has not in another's. */
static void check_limits(void)
{
	int fds[STREAMS];

	for (int i = 0; i < STREAMS; i++) {
		fds[i] = begin(0, PORT, "GET /v1/events", ORIGIN);
		require(streams(fds[i], "200"), "stream %d is refused", i);
	}
	expect(http(0, PORT, "GET /v1/events", ORIGIN), "429", "too-many");
	fds[0] = safe_close(fds[0]);
	fds[0] = begin(CLERK, PORT, "GET /v1/events", ORIGIN);
	require(streams(fds[0], "200"), "another user's page is refused");
	for (int i = 0; i < STREAMS; i++)
		safe_close(fds[i]);
}

void test_web(void)
{
	sim_start("split");
	sim("plug");
	ready();
	require(shell("mkdir -p /etc/idcard && printf '[profile huashi]\\nenabled = yes\\n' >" CONFIG) == 0,
		"no " CONFIG);
	require(shell("systemctl start " UNIT) == 0, "it does not start");
	require(logged("Profile huashi is on"), "no warning of a profile");
	require(!logged("does not tell"), "the kernel does not tell who is behind a connection");
	check_users();

	/* A card by the vendor's service, for a program and for a page that was allowed. */
	sim("place resident");
	expect(http(0, HUASHI, "GET /readcard&t=0.1", ""), "200", "\"certNumber\" : \"110101190001010014\"");
	expect(http(0, HUASHI, "GET /readcard&t=0.1", ORIGIN), "403", "origin-pending");
	allow("allowed");
	expect(http(0, HUASHI, "GET /readcard&t=0.1", ORIGIN), "200", "110101190001010014");
	check_limits();
	lift();
	require(logged("identity 110101**********14"), "no line of who got it");
	require(!logged("110101190001010014"), "the number is in the journal");

	/* What was allowed is remembered, by the service's own user. */
	require(shell("test \"$(stat -c %%U%%a /var/lib/idcard-web/origins)\" = idcard-web600") == 0,
		"the file of origins is another's");
	require(shell("systemctl restart " UNIT) == 0, "it does not start again");
	expect(http(0, PORT, "GET /v1/status", ORIGIN), "200", "\"daemon\":\"ok\"");
	allow("forgotten");
	require(shell("systemctl stop " UNIT " && ! systemctl is-failed -q " UNIT) == 0, "it does not end well");
	unlink(CONFIG);
}
