// SPDX-License-Identifier: GPL-2.0-or-later
#include "suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "util.h"

enum { SECONDS = 30 };

static off_t size_of(const char *file)
{
	struct stat st;

	return stat(file, &st) == 0 ? st.st_size : 0;
}

static bool is_attached(void *context)
{
	return shell("grep -qE '^TracerPid:[[:space:]]*[1-9]' /proc/%d/status", *(pid_t *)context) == 0;
}

/* Being attached to wakes the process once: the last thing seen is that it sleeps again. */
static bool sleeps_again(void *context)
{
	return shell("tail -n 1 %s | grep -qE 'epoll_wait\\([^)]*$'", (const char *)context) == 0;
}

/* No system call in that time: a wake-up makes at least one. */
static void sleeps(const char *unit)
{
	char file[] = "/tmp/idle-trace", number[16];
	pid_t pid = service_pid(unit), strace;
	off_t before, after;

	unlink(file);
	snprintf(number, sizeof(number), "%d", pid);
	strace = fork();
	if (strace == 0) {
		execlp("strace", "strace", "-f", "-q", "-o", file, "-p", number, NULL);
		_exit(127);
	}
	wait_until(is_attached, &pid, 5000, "strace");
	wait_until(sleeps_again, file, 5000, "the process to sleep");
	before = size_of(file);
	shell("timeout %d tail -f /dev/null", SECONDS);
	after = size_of(file);
	kill(strace, SIGINT);
	waitpid(strace, NULL, 0);
	if (after != before) {
		shell("head -n 20 %s | sed 's/^/# /'", file);
		fail("%s woke up", unit);
	}
}

void test_idle(void)
{
	sim_start("split");
	sim("plug");
	ready();
	sim("place resident");
	sleeps("idcardd.service");
	sleeps("idcard-node.service");
	suite_note("0 system calls of idcardd and of idcard-node in %d s each", SECONDS);
}
