// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int attach(const struct probe *p)
{
	int error = TRY(ptrace(PTRACE_ATTACH, p->victim, NULL, NULL));

	if (!error) {
		waitpid(p->victim, NULL, __WALL);
		ptrace(PTRACE_DETACH, p->victim, NULL, NULL);
	}
	return error;
}

/* At an address where nothing is: the right is checked first. */
static int read_memory(const struct probe *p)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { (void *)(uintptr_t)4096, 1 };
	int error = TRY(process_vm_readv(p->victim, &here, 1, &there, 1, 0));

	return error == EFAULT ? 0 : error;
}

static int write_memory(const struct probe *p)
{
	char byte = 0;
	struct iovec here = { &byte, 1 }, there = { (void *)(uintptr_t)4096, 1 };
	int error = TRY(process_vm_writev(p->victim, &here, 1, &there, 1, 0));

	return error == EFAULT ? 0 : error;
}

static int steal_fd(const struct probe *p)
{
	int fd = syscall(SYS_pidfd_open, p->victim, 0);

	return fd < 0 ? errno : TRY(syscall(SYS_pidfd_getfd, fd, 0, 0));
}

static int signal_victim(const struct probe *p)
{
	return TRY(kill(p->victim, 0));
}

static int signal_init(const struct probe *p)
{
	return TRY(kill(1, 0));
}

static int limit_victim(const struct probe *p)
{
	struct rlimit limit;

	return TRY(prlimit(p->victim, RLIMIT_NOFILE, NULL, &limit));
}

static int slow_victim(const struct probe *p)
{
	return TRY(setpriority(PRIO_PROCESS, p->victim, 0));
}

static int unshare_one(int flags)
{
	return TRY(unshare(flags));
}

#define UNSHARE(name, flag)                                                                        \
	static int name(const struct probe *p)                                                     \
	{                                                                                          \
		return unshare_one(flag);                                                          \
	}

UNSHARE(unshare_user, CLONE_NEWUSER)
UNSHARE(unshare_mount, CLONE_NEWNS)
UNSHARE(unshare_net, CLONE_NEWNET)
UNSHARE(unshare_pid, CLONE_NEWPID)
UNSHARE(unshare_uts, CLONE_NEWUTS)
UNSHARE(unshare_ipc, CLONE_NEWIPC)
UNSHARE(unshare_cgroup, CLONE_NEWCGROUP)

static int clone_with(int flags)
{
	pid_t pid = syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, 0);

	if (pid == 0)
		_exit(0);
	return TRY(pid);
}

static int clone_user(const struct probe *p)
{
	return clone_with(CLONE_NEWUSER);
}

/* Its arguments are in memory, where no filter looks. */
static int clone3_user(const struct probe *p)
{
	struct {
		uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
	} args = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };
	pid_t pid = syscall(SYS_clone3, &args, sizeof(args));

	if (pid == 0)
		_exit(0);
	return TRY(pid);
}

static int enter_namespace(const struct probe *p)
{
	int fd = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? errno : TRY(setns(fd, CLONE_NEWUTS));
}

static int enter_init(const struct probe *p)
{
	int fd = open("/proc/1/ns/mnt", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? errno : TRY(setns(fd, CLONE_NEWNS));
}

static int realtime(const struct probe *p)
{
	return TRY(sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 1 }));
}

static int hurry(const struct probe *p)
{
	return TRY(setpriority(PRIO_PROCESS, 0, -20));
}

static int raise_files(const struct probe *p)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return errno;
	limit.rlim_cur = limit.rlim_max = limit.rlim_max + 1;
	return TRY(setrlimit(RLIMIT_NOFILE, &limit));
}

static int raise_core(const struct probe *p)
{
	return TRY(setrlimit(RLIMIT_CORE, &(struct rlimit){ RLIM_INFINITY, RLIM_INFINITY }));
}

/* In a folder where one could be written. */
static int dump_core(const struct probe *p)
{
	const char *folder = probe_folder();
	int status;
	pid_t pid;

	raise_core(p);
	if (!folder || chdir(folder) < 0)
		return EROFS;
	pid = fork();
	if (pid == 0)
		abort();
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return errno;
	return WIFSIGNALED(status) && WCOREDUMP(status) ? 0 : EPERM;
}

static int spare_me(const struct probe *p)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	return fd < 0 ? errno : TRY(write(fd, "-1000", 5));
}

const struct attempt attempts_processes[] = {
	{ "ptrace", attach },		{ "read-memory", read_memory },	{ "write-memory", write_memory },
	{ "steal-fd", steal_fd },	{ "signal-victim", signal_victim }, { "signal-init", signal_init },
	{ "limit-victim", limit_victim }, { "slow-victim", slow_victim },
	{ "unshare-user", unshare_user }, { "unshare-mount", unshare_mount },
	{ "unshare-net", unshare_net },	{ "unshare-pid", unshare_pid },	{ "unshare-uts", unshare_uts },
	{ "unshare-ipc", unshare_ipc },	{ "unshare-cgroup", unshare_cgroup }, { "clone-user", clone_user },
	{ "clone3-user", clone3_user },	{ "setns", enter_namespace },	{ "setns-init", enter_init },
	{ "realtime", realtime },	{ "nice", hurry },		{ "raise-files", raise_files },
	{ "raise-core", raise_core },	{ "core", dump_core },		{ "oom-score", spare_me },
	END_OF_ATTEMPTS
};
