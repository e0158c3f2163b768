// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/compat/fake-daemon.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CONNECTIONS = 8 };

static const struct fake_answer *find(const struct fake_answer *answers, const char *line)
{
	for (; answers->class || answers->text; answers++) {
		char class[64];

		snprintf(class, sizeof(class), "\"class\":\"%s\"", answers->class ? answers->class : "");
		if (line ? answers->class && strstr(line, class) : !answers->class)
			return answers;
	}
	return NULL;
}

/* -1: the connection is at its end. */
static int answer(int fd, const struct fake_answer *answers, const char *line)
{
	const struct fake_answer *a = find(answers, line);
	const char *id = line ? strstr(line, "\"id\":") : NULL, *number;

	if (!a || !a->text)
		return -1;
	number = strstr(a->text, "%u");
	if (number)
		dprintf(fd, "%.*s%ld%s\n", (int)(number - a->text), a->text, id ? atol(id + 5) : 0,
			number + 2);
	else if (*a->text)
		dprintf(fd, "%s\n", a->text);
	return 0;
}

/* The requests of these tests come whole: each waits for its answer. */
static int serve(int fd, const struct fake_answer *answers)
{
	char line[65536];
	ssize_t n = read(fd, line, sizeof(line) - 1);

	if (n <= 0)
		return -1;
	line[n] = '\0';
	return answer(fd, answers, line);
}

static void __attribute__((noreturn)) run(int listener, const struct fake_answer *answers)
{
	struct pollfd p[1 + CONNECTIONS];

	for (int i = 0; i <= CONNECTIONS; i++)
		p[i] = (struct pollfd){ .fd = i ? -1 : listener, .events = POLLIN };
	for (;;) {
		poll(p, 1 + CONNECTIONS, -1);
		for (int i = 1; i <= CONNECTIONS; i++) {
			if (p[i].fd < 0 && p[0].revents) {
				p[i].fd = accept(listener, NULL, NULL);
				p[0].revents = 0;
				if (answer(p[i].fd, answers, NULL) < 0)
					p[i].revents = POLLHUP;
				else
					continue;
			} else if (p[i].fd < 0 || !p[i].revents || serve(p[i].fd, answers) == 0) {
				continue;
			}
			close(p[i].fd);
			p[i].fd = -1;
		}
	}
}

pid_t fake_daemon(const char *path, const struct fake_answer *answers)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	unlink(path);
	strcpy(address.sun_path, path);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(listener, 16) < 0)
		abort();
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGPIPE, SIG_IGN);
		run(listener, answers);
	}
	close(listener);
	return pid;
}
