// SPDX-License-Identifier: GPL-2.0-or-later
#include "sandbox.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "portrait.h"
#include "util.h"

enum {
	MEMORY_MAX = 512 * 1024 * 1024,
	FILE_MAX = 1024 * 1024,
	FILES_MAX = 64,
	FILES_UNKNOWN_MAX = 65536,
};

static int close_from(int first)
{
	struct rlimit limit;
	int last = FILES_UNKNOWN_MAX;

#ifdef SYS_close_range
	if (syscall(SYS_close_range, first, ~0U, 0) == 0)
		return 0;
#endif
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < FILES_UNKNOWN_MAX)
		last = (int)limit.rlim_cur;
	for (int fd = first; fd < last; fd++)
		close(fd);
	return 0;
}

static int replace_descriptors(int keep)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return -errno;
	/* Out of the way of 0 to 3 first. */
	keep = fcntl(keep, F_DUPFD, SANDBOX_FD + 1);
	if (keep < 0)
		return -errno;
	for (int fd = 0; fd < SANDBOX_FD; fd++)
		if (dup2(null, fd) < 0)
			return -errno;
	if (dup2(keep, SANDBOX_FD) < 0)
		return -errno;
	return close_from(SANDBOX_FD + 1);
}

static void default_signals(void)
{
	sigset_t none;

	for (int n = 1; n < NSIG; n++)
		signal(n, SIG_DFL);
	/* A file that grows too large is an error for the library, not its end. */
	signal(SIGXFSZ, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static char *no_environment[] = { NULL };

int sandbox_detach(const struct sandbox *box)
{
	int r;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return -errno;
	if (getppid() != box->parent)
		return -ESRCH;
	/* A session and a group of its own: no terminal, nobody else to signal. */
	setsid();
	r = replace_descriptors(box->keep);
	if (r < 0)
		return r;
	/* Not NULL, as clearenv() would leave it: a library may look. */
	environ = no_environment;
	umask(077);
	if (chdir(box->read_write ? box->read_write : "/") < 0)
		return -errno;
	default_signals();
	return 0;
}

static int set_limits(void)
{
	/* The processor's time counts all threads; the supervisor has the clock. */
	static const struct {
		int resource;
		rlim_t max;
	} limits[] = {
		{ RLIMIT_CORE, 0 },
#ifndef __SANITIZE_ADDRESS__
		{ RLIMIT_AS, MEMORY_MAX },
#endif
		{ RLIMIT_CPU, 2 * PORTRAIT_DEADLINE_MS / 1000 },
		{ RLIMIT_FSIZE, FILE_MAX },
		{ RLIMIT_NOFILE, FILES_MAX },
	};
	int r = 0;

	for (size_t i = 0; i < ELEMENTSOF(limits); i++) {
		struct rlimit l = { limits[i].max, limits[i].max }, old;

		if (getrlimit(limits[i].resource, &old) == 0 && old.rlim_max < l.rlim_max)
			l.rlim_cur = l.rlim_max = old.rlim_max;
		if (setrlimit(limits[i].resource, &l) < 0)
			r = -errno;
	}
	return r;
}

int sandbox_enter(const struct sandbox *box, int *landlock)
{
	int layers = 0, r;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return -errno;
	layers |= LAYER_PRIVILEGES;
	if (set_limits() == 0)
		layers |= LAYER_LIMITS;
	if (sandbox_landlock(box, landlock) == 0)
		layers |= LAYER_LANDLOCK;
	/* Where no Landlock says what may be written, only a library that has to write may. */
	r = sandbox_seccomp(layers & LAYER_LANDLOCK || box->needs_files);
	if (r < 0)
		return r;
	return layers | LAYER_SECCOMP;
}
