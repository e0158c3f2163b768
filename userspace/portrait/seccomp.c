// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which system calls the library may use: those for computing and for the files it sees. What is
 * an attempt to get out ends the process; all others fail with EPERM, so that a library that only
 * asks goes on. Threads are allowed, because they end with the process and gain nothing.
 */
#include "sandbox.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "util.h"

static const char *const allowed[] = {
	/* files */
	"read", "write", "pread64", "pwrite64", "readv", "writev", "preadv", "pwritev", "close",
	"close_range", "lseek", "_llseek", "stat", "lstat", "fstat", "stat64", "lstat64",
	"fstat64", "fstatat64", "newfstatat", "statx", "statfs", "statfs64", "fstatfs",
	"fstatfs64", "access", "faccessat", "faccessat2", "readlink", "readlinkat", "getdents",
	"getdents64", "getcwd", "chdir", "fchdir", "ftruncate", "ftruncate64", "fsync",
	"fdatasync", "fadvise64", "fadvise64_64", "flock", "dup", "dup2", "dup3",
	"pipe", "pipe2", "poll", "ppoll", "ppoll_time64", "select", "_newselect",
	"pselect6", "pselect6_time64", "umask",
	/* memory */
	"munmap", "mremap", "brk", "madvise",
	/* threads and time */
	"futex", "futex_time64", "set_robust_list", "get_robust_list", "rseq", "set_tid_address",
	"arch_prctl", "set_thread_area", "set_tls", "cacheflush", "membarrier", "sched_yield",
	"sched_getaffinity", "getcpu", "clock_gettime", "clock_gettime64", "clock_getres",
	"clock_getres_time64", "clock_nanosleep", "clock_nanosleep_time64", "nanosleep",
	"gettimeofday", "time", "times", "getitimer", "setitimer", "alarm", "timer_create",
	"timer_settime", "timer_gettime", "timer_delete", "timer_getoverrun",
	/* signals of its own */
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigreturn", "sigaltstack",
	"rt_sigpending", "rt_sigsuspend", "rt_sigtimedwait", "pause",
	/* who am I */
	"getpid", "getppid", "gettid", "getpgrp", "getpgid", "getsid", "getuid", "getuid32",
	"geteuid", "geteuid32", "getgid", "getgid32", "getegid", "getegid32", "getresuid",
	"getresuid32", "getresgid", "getresgid32", "getgroups", "getgroups32", "uname", "sysinfo",
	"getrusage", "getrlimit", "ugetrlimit", "getpriority", "getrandom",
	/* the end */
	"exit", "exit_group", "restart_syscall",
};

/* Change files by name: only where Landlock says which. */
static const char *const writing[] = {
	"open", "openat", "creat", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename",
	"renameat", "renameat2",
};

static const char *const forbidden[] = {
	/* network */
	"socket", "socketpair", "socketcall", "connect", "bind", "listen", "accept", "accept4",
	"sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg", "recvmmsg",
	/* other programs and processes */
	"fork", "vfork", "execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev",
	"process_madvise", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "tkill", "kcmp",
	"rt_sigqueueinfo", "rt_tgsigqueueinfo",
	/* other users and roots */
	"setuid", "setuid32", "setgid", "setgid32", "setreuid", "setreuid32", "setregid",
	"setregid32", "setresuid", "setresuid32", "setresgid", "setresgid32", "setgroups",
	"setgroups32", "capset", "chroot", "pivot_root", "unshare", "setns", "mount", "umount",
	"umount2", "fsopen", "fsmount", "fspick", "move_mount", "open_tree", "mount_setattr",
	"open_by_handle_at", "mknod", "mknodat",
	/* the kernel */
	"bpf", "perf_event_open", "io_uring_setup", "io_uring_enter", "io_uring_register",
	"userfaultfd", "keyctl", "add_key", "request_key", "init_module", "finit_module",
	"delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff", "syslog",
	"ioperm", "iopl", "settimeofday", "clock_settime", "clock_settime64", "adjtimex",
	"sethostname", "setdomainname", "acct", "quotactl", "fanotify_init", "lookup_dcookie",
};

/* A call that this machine, or the library of filters, does not know cannot be made either. */
static int add(scmp_filter_ctx ctx, uint32_t action, const char *name, unsigned int n,
	       const struct scmp_arg_cmp *args)
{
	int number = seccomp_syscall_resolve_name(name), r;

	if (number == __NR_SCMP_ERROR)
		return 0;
	r = seccomp_rule_add_array(ctx, action, number, n, args);
	return r == -EDOM ? 0 : r;
}

static int add_list(scmp_filter_ctx ctx, uint32_t action, const char *const *names, size_t n)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = add(ctx, action, names[i], 0, NULL);
	return r;
}

/* The call with these arguments. */
#define WHEN(action, name, ...)                                                                    \
	({                                                                                         \
		const struct scmp_arg_cmp args[] = { __VA_ARGS__ };                                \
		add(ctx, action, name, ELEMENTSOF(args), args);                                    \
	})

/* Memory is never both written and run, as below MemoryDenyWriteExecute= of the unit. */
static int add_memory(scmp_filter_ctx ctx)
{
	static const char *const maps[] = { "mmap", "mmap2" };
	static const int rights[] = { 0, PROT_WRITE, PROT_EXEC };
	int r = WHEN(SCMP_ACT_ALLOW, "mprotect", SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));

	for (size_t i = 0; i < ELEMENTSOF(maps); i++)
		for (size_t k = 0; r == 0 && k < ELEMENTSOF(rights); k++)
			r = WHEN(SCMP_ACT_ALLOW, maps[i],
				 SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_WRITE | PROT_EXEC, rights[k]));
	return r;
}

/* Threads, not processes; signals for itself, not for others. */
static int add_process(scmp_filter_ctx ctx, uint32_t kill)
{
	const uint32_t thread = kill == SCMP_ACT_KILL_PROCESS ? SCMP_ACT_ALLOW :
							       SCMP_ACT_ERRNO(EAGAIN);
	const pid_t self = getpid();
	int r;

	r = WHEN(thread, "clone", SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
	if (r == 0)
		r = WHEN(kill, "clone", SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
	/* Its flags are in memory, where a filter cannot look: the C library takes clone then. */
	if (r == 0)
		r = add(ctx, SCMP_ACT_ERRNO(ENOSYS), "clone3", 0, NULL);
	if (r == 0)
		r = WHEN(SCMP_ACT_ALLOW, "kill", SCMP_A0(SCMP_CMP_EQ, self));
	if (r == 0)
		r = WHEN(kill, "kill", SCMP_A0(SCMP_CMP_NE, self));
	if (r == 0)
		r = WHEN(SCMP_ACT_ALLOW, "tgkill", SCMP_A0(SCMP_CMP_EQ, self));
	if (r == 0)
		r = WHEN(kill, "tgkill", SCMP_A0(SCMP_CMP_NE, self));
	return r;
}

/* Calls that do many things, of which a few are needed. */
static int add_parts(scmp_filter_ctx ctx)
{
	enum { TCGETS_ = 0x5401, SET_VMA = 0x53564d41 };
	int r;

	/* isatty(), as printf() asks it. */
	r = WHEN(SCMP_ACT_ALLOW, "ioctl", SCMP_A1(SCMP_CMP_EQ, TCGETS_));
	if (r == 0)
		r = WHEN(SCMP_ACT_ALLOW, "prctl", SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
	if (r == 0)
		r = WHEN(SCMP_ACT_ALLOW, "prctl", SCMP_A0(SCMP_CMP_EQ, PR_GET_NAME));
	if (r == 0)
		r = WHEN(SCMP_ACT_ALLOW, "prctl", SCMP_A0(SCMP_CMP_EQ, SET_VMA));
	/* getrlimit() is this one without a new limit. */
	if (r == 0)
		r = WHEN(SCMP_ACT_ALLOW, "prlimit64", SCMP_A0(SCMP_CMP_EQ, 0),
			 SCMP_A2(SCMP_CMP_EQ, 0));
	return r;
}

/*
 * Not whom a descriptor belongs to and which signal tells him: that signal the kernel would send to
 * any process of the same user.
 */
static int add_descriptors(scmp_filter_ctx ctx, uint32_t kill)
{
	static const char *const calls[] = { "fcntl", "fcntl64" };
	static const int harmless[] = {
		F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK,
		F_SETLKW,
	};
	static const int harmful[] = { F_SETOWN, F_SETOWN_EX, F_SETSIG };
	int r = 0;

	for (size_t i = 0; i < ELEMENTSOF(calls); i++) {
		for (size_t k = 0; r == 0 && k < ELEMENTSOF(harmless); k++)
			r = WHEN(SCMP_ACT_ALLOW, calls[i], SCMP_A1(SCMP_CMP_EQ, harmless[k]));
		for (size_t k = 0; r == 0 && k < ELEMENTSOF(harmful); k++)
			r = WHEN(kill, calls[i], SCMP_A1(SCMP_CMP_EQ, harmful[k]));
	}
	return r;
}

static int add_reading(scmp_filter_ctx ctx)
{
	const uint64_t writes = O_ACCMODE | O_CREAT | O_TRUNC;
	int r = WHEN(SCMP_ACT_ALLOW, "open", SCMP_A1(SCMP_CMP_MASKED_EQ, writes, O_RDONLY));

	if (r == 0)
		r = WHEN(SCMP_ACT_ALLOW, "openat", SCMP_A2(SCMP_CMP_MASKED_EQ, writes, O_RDONLY));
	return r;
}

static int fill(scmp_filter_ctx ctx, bool writes)
{
	/*
	 * Linux ends a whole process since 4.14, if nothing hides seccomp(2) from this one. Else it
	 * ends a thread, and there must be no second one that would stay.
	 */
	uint32_t kill = seccomp_api_get() >= 3 ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_KILL;
	int r;

	r = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, kill);
	if (r == 0)
		r = add_list(ctx, SCMP_ACT_ALLOW, allowed, ELEMENTSOF(allowed));
	if (r == 0)
		r = add_list(ctx, kill, forbidden, ELEMENTSOF(forbidden));
	if (r == 0)
		r = writes ? add_list(ctx, SCMP_ACT_ALLOW, writing, ELEMENTSOF(writing)) :
			     add_reading(ctx);
	if (r == 0)
		r = add_memory(ctx);
	if (r == 0)
		r = add_process(ctx, kill);
	if (r == 0)
		r = add_descriptors(ctx, kill);
	if (r == 0)
		r = add_parts(ctx);
	return r;
}

int sandbox_seccomp(bool writes)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int r;

	if (!ctx)
		return -ENOMEM;
	r = fill(ctx, writes);
	if (r == 0)
		r = seccomp_load(ctx);
	seccomp_release(ctx);
	return r;
}
