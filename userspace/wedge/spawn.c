// SPDX-License-Identifier: GPL-2.0-or-later
#include "wedge/spawn.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>

#include "util.h"

bool spawn_exists(const char *program)
{
	const char *path = getenv("PATH");
	_cleanup_free_ char *copy = strdup(path ? path : "");
	char file[512], *rest = NULL;

	for (char *d = copy ? strtok_r(copy, ":", &rest) : NULL; d; d = strtok_r(NULL, ":", &rest))
		if (snprintf(file, sizeof(file), "%s/%s", d, program) < (int)sizeof(file) &&
		    access(file, X_OK) == 0)
			return true;
	return false;
}

static bool write_to(const char *path, const char *text)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t size = strlen(text);

	return fd >= 0 && write(fd, text, size) == size;
}

/* The user stays who it is; only the folder is another. */
static bool hide_tmp(void)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	char map[64];

	/* The maps are root's while the process is not dumpable; with the program it will be. */
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return false;
	snprintf(map, sizeof(map), "%u %u 1", (unsigned int)uid, (unsigned int)uid);
	if (!write_to("/proc/self/uid_map", map) || !write_to("/proc/self/setgroups", "deny"))
		return false;
	snprintf(map, sizeof(map), "%u %u 1", (unsigned int)gid, (unsigned int)gid);
	return write_to("/proc/self/gid_map", map) &&
	       mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		     "size=1m,mode=0700") == 0;
}

static void run_child(const char *const argv[], int in, int out, bool hide_files)
{
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (nothing < 0 || setpgid(0, 0) < 0 || dup2(in < 0 ? nothing : in, 0) < 0 ||
	    dup2(out < 0 ? nothing : out, 1) < 0 || dup2(nothing, 2) < 0)
		_exit(126);
	if (hide_files && !hide_tmp())
		_exit(SPAWN_NO_HIDING);
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

pid_t spawn(const char *const argv[], int in, int out, bool hide_files)
{
	pid_t pid = fork();

	if (pid == 0)
		run_child(argv, in, out, hide_files);
	if (pid < 0)
		return -errno;
	/* In both, so that neither is too early for the other. */
	setpgid(pid, pid);
	return pid;
}
