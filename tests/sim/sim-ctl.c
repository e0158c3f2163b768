// SPDX-License-Identifier: GPL-2.0-or-later
/* sim: sends one command to a simulated reader and prints its answer. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "commands.h"
#include "util.h"

static const char usage[] =
	"Usage: sim [--socket PATH] COMMAND\n"
	"Drives a simulated reader (idcard-sim). PATH defaults to $IDCARD_SIM, else\n"
	"/run/idcard-sim/control.\n"
	"\n"
	"  plug, unplug                  the cable\n"
	"  place PERSONA [KEY=VALUE...]  put a card on it, in place of any that lies\n"
	"                                there; prints the number of the placement\n"
	"  lift                          take the card away\n"
	"  fault NAME [count=N] [command=CC.PP] [arg=...]\n"
	"                                what goes wrong in the next N exchanges:\n"
	"                                stale cut lost-aa noise bad-checksum short\n"
	"                                oversize silence stall late lift status dead\n"
	"                                unplug\n"
	"  fault list, fault clear\n"
	"  status, stats                 KEY=VALUE...\n"
	"  scale X                       durations of the SAM times X\n"
	"  option NAME=on|off            repeat-read, read-from-idle, boot-nak, mute\n"
	"  wait-idle [timeout=MS]        until nothing is under way\n"
	"  wait-polled [N] [timeout=MS]  until N finds begun after this were answered\n"
	"  wait-read [timeout=MS]        until the host has the record of the card\n"
	"  quit\n"
	"\n"
	"Exit status: 0 done, 1 refused or timed out, 2 no simulated reader.\n";

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		int r = -errno;

		close(fd);
		return r;
	}
	return fd;
}

/* Words become one line, see control.h. 0 if it is too long. */
static size_t quote(char *const *words, int n, char *out, size_t size)
{
	size_t used = 0;

	for (int i = 0; i < n; i++) {
		for (const char *p = words[i]; *p; p++) {
			if (used + 4 > size)
				return 0;
			if (*p == ' ' || *p == '\\' || *p == '\n')
				out[used++] = '\\';
			out[used++] = *p == '\n' ? 'n' : *p;
		}
		if (used + 2 > size)
			return 0;
		out[used++] = i + 1 < n ? ' ' : '\n';
	}
	return used;
}

static int ask(int fd, const char *line, size_t n, char reply[static COMMAND_REPLY])
{
	size_t have = 0;
	ssize_t r;

	if (send(fd, line, n, MSG_NOSIGNAL) != (ssize_t)n)
		return -errno;
	while (have < COMMAND_REPLY - 1) {
		r = recv(fd, reply + have, COMMAND_REPLY - 1 - have, 0);
		if (r < 0)
			return -errno;
		if (r == 0)
			return -ECONNRESET;
		have += (size_t)r;
		if (reply[have - 1] == '\n') {
			reply[have - 1] = 0;
			return 0;
		}
	}
	return -EMSGSIZE;
}

static int run(const char *path, char *const *words, int n)
{
	char line[COMMAND_LINE], reply[COMMAND_REPLY];
	_cleanup_close_ int fd = connect_to(path);
	size_t size = quote(words, n, line, sizeof(line));
	int r = fd < 0 ? fd : 0;

	if (!size) {
		fputs("sim: command too long\n", stderr);
		return 1;
	}
	if (!r)
		r = ask(fd, line, size, reply);
	if (r < 0) {
		fprintf(stderr, "sim: no simulated reader at %s: %s; start idcard-sim\n", path,
			strerror(-r));
		return 2;
	}
	if (strncmp(reply, "ok", 2)) {
		fprintf(stderr, "sim: %s\n", strncmp(reply, "error ", 6) ? reply : reply + 6);
		return 1;
	}
	if (reply[2])
		puts(reply + 3);
	return 0;
}

int main(int argc, char **argv)
{
	const char *path = getenv("IDCARD_SIM") ?: "/run/idcard-sim/control";

	argc--;
	argv++;
	if (argc >= 2 && !strcmp(argv[0], "--socket")) {
		path = argv[1];
		argc -= 2;
		argv += 2;
	}
	if (!argc || !strcmp(argv[0], "--help")) {
		fputs(usage, argc ? stdout : stderr);
		return argc ? 0 : 2;
	}
	return run(path, argv, argc);
}
