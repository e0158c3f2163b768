// SPDX-License-Identifier: GPL-2.0-or-later
#include "suite.h"

#include <stdio.h>
#include <sys/stat.h>

enum { SECONDS = 30 };

/* System calls of the process in that time: a wake-up makes at least one. */
static void watch_calls(const char *unit, const char *file)
{
	require(shell("strace -f -q -o %s -p %d & pid=$!; "
		      "timeout %d tail -f /dev/null; kill $pid; wait $pid; true",
		      file, service_pid(unit), SECONDS) == 0, "no strace");
}

static long calls(const char *file)
{
	struct stat st;

	require(stat(file, &st) == 0, "no trace");
	/* What strace writes first and last is the call that sleeps, begun before and never done. */
	return shell("grep -vE 'epoll_wait\\((.*<(unfinished|detached) ...>|.*\\) *= \\? )' %s | "
		     "grep -q .", file) == 0 ? st.st_size : 0;
}

void test_idle(void)
{
	sim_start("split");
	sim("plug");
	ready();
	sim("place resident");
	watch_calls("idcardd.service", "/tmp/idle-daemon");
	if (calls("/tmp/idle-daemon")) {
		shell("head -n 20 /tmp/idle-daemon | sed 's/^/# /'");
		fail("idcardd woke up");
	}
	watch_calls("idcard-node.service", "/tmp/idle-node");
	if (calls("/tmp/idle-node")) {
		shell("head -n 20 /tmp/idle-node | sed 's/^/# /'");
		fail("idcard-node woke up");
	}
	suite_note("0 system calls of idcardd and of idcard-node in %d s each", SECONDS);
}
