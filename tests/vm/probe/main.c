// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * idcard-probe VICTIM [USER]: a line "NAME ERRNO" for each attempt; ERRNO is 0 when it works, and
 * the negative number of the signal that ended it. USER: becomes that user first, as idcard-node.
 */
#include "probe.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIMIT_S = 20 };

static const struct attempt *const tables[] = {
	attempts_devices, attempts_files, attempts_network, attempts_processes, attempts_rights,
	attempts_code,
};

static void drop(const char *user)
{
	const struct passwd *p = getpwnam(user);

	if (!p || setgroups(0, NULL) < 0 || setgid(p->pw_gid) < 0 || setuid(p->pw_uid) < 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		perror(user);
		exit(1);
	}
}

static int attempt(const struct attempt *a, const struct probe *p)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		signal(SIGALRM, SIG_DFL);
		alarm(LIMIT_S);
		_exit(a->run(p));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		perror("fork");
		exit(1);
	}
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	struct probe p;

	if (argc < 2)
		return 2;
	p.victim = atoi(argv[1]);
	if (argc > 2)
		drop(argv[2]);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct attempt *a = tables[i]; a->name; a++)
			printf("%s %d\n", a->name, attempt(a, &p));
	/* So that a run that was cut short is not taken for one that was denied everything. */
	puts("end 0");
	return 0;
}
