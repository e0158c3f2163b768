// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096 };

static char *const no_environment[] = { NULL };

static int ended(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

static int run_program(const struct probe *p)
{
	char *const argv[] = { (char *)"true", NULL };
	pid_t pid = fork();

	if (pid == 0) {
		execve("/bin/true", argv, no_environment);
		_exit(errno);
	}
	return ended(pid);
}

/* By the program that loads others. */
static int run_by_loader(const struct probe *p)
{
	char *const argv[] = { (char *)"ld.so", (char *)"/bin/true", NULL };
	pid_t pid = fork();

	if (pid == 0) {
		execve("/lib64/ld-linux-x86-64.so.2", argv, no_environment);
		_exit(errno);
	}
	return ended(pid);
}

static int copy_true(int fd)
{
	int from = open("/bin/true", O_RDONLY | O_CLOEXEC);
	struct stat st;

	return from < 0 || fstat(from, &st) < 0 ||
	       sendfile(fd, from, NULL, st.st_size) != st.st_size ? errno : 0;
}

static int run_own(const struct probe *p)
{
	char *const argv[] = { (char *)"true", NULL };
	const char *folder = probe_folder();
	char path[256];
	int fd, error;
	pid_t pid;

	if (!folder)
		return EROFS;
	snprintf(path, sizeof(path), "%s/idcard-probe-true", folder);
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	error = fd < 0 ? errno : copy_true(fd);
	close(fd);
	if (!error) {
		pid = fork();
		if (pid == 0) {
			execve(path, argv, no_environment);
			_exit(errno);
		}
		error = ended(pid);
	}
	unlink(path);
	return error;
}

static int run_memory(const struct probe *p)
{
	char *const argv[] = { (char *)"true", NULL };
	int fd = memfd_create("idcard-probe", 0);
	int error = fd < 0 ? errno : copy_true(fd);
	pid_t pid;

	if (error)
		return error;
	pid = fork();
	if (pid == 0) {
		fexecve(fd, argv, no_environment);
		_exit(errno);
	}
	return ended(pid);
}

static int map_both(const struct probe *p)
{
	void *a = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return a == MAP_FAILED ? errno : 0;
}

static int protect(const struct probe *p)
{
	void *a = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return a == MAP_FAILED ? errno : TRY(mprotect(a, PAGE, PROT_READ | PROT_EXEC));
}

/* Written by one mapping, run by another. */
static int map_file(int fd)
{
	void *a;

	if (fd < 0 || ftruncate(fd, PAGE) < 0)
		return errno;
	a = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
	return a == MAP_FAILED ? errno : 0;
}

static int map_memory(const struct probe *p)
{
	return map_file(memfd_create("idcard-probe", MFD_CLOEXEC));
}

static int map_own(const struct probe *p)
{
	const char *folder = probe_folder();
	char path[256];
	int error;

	if (!folder)
		return EROFS;
	snprintf(path, sizeof(path), "%s/idcard-probe-code", folder);
	unlink(path);
	error = map_file(open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0700));
	unlink(path);
	return error;
}

static int read_implies_exec(const struct probe *p)
{
	return personality(READ_IMPLIES_EXEC) < 0 ? errno : 0;
}

#ifdef __x86_64__
/* getpid() by the way of 32-bit programs, which no filter of 64-bit calls sees. */
static int call_32(const struct probe *p)
{
	long r = 20;

	__asm__ volatile("int $0x80" : "+a"(r) : : "memory", "r8", "r9", "r10", "r11");
	return r > 0 ? 0 : (int)-r;
}

static int descriptors(const struct probe *p)
{
	char table[16];

	return TRY(syscall(SYS_modify_ldt, 0, table, sizeof(table)));
}
#endif

const struct attempt attempts_code[] = {
	{ "exec", run_program },	{ "exec-by-loader", run_by_loader }, { "exec-own", run_own },
	{ "exec-memory", run_memory },	{ "map-write-exec", map_both },	{ "protect-exec", protect },
	{ "map-memory-exec", map_memory }, { "map-own-exec", map_own },
	{ "personality", read_implies_exec },
#ifdef __x86_64__
	{ "call-32", call_32 },		{ "modify-ldt", descriptors },
#endif
	END_OF_ATTEMPTS
};
