// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A library that does what libraries should not, one function for each thing. Those that are
 * called as family raw3 give a right picture if they come so far: whether they do is tested.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "picture.h"

#define EVIL(name)                                                                                 \
	int name(char *in, char *out, int code);                                                   \
	int name(char *in, char *out, int code)

extern char **environ;

static int picture(char *out)
{
	picture_rows((uint8_t *)out, 306, 0, 1);
	return 1;
}

static void litter(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT, 0666);

	if (fd >= 0 && write(fd, name, strlen(name)) > 0)
		close(fd);
}

#ifdef EVIL_LOAD
__attribute__((constructor)) static void at_load(void)
{
	exit(0);
}
#endif

EVIL(evil_exit)
{
	picture(out);
	exit(0);
}

EVIL(evil_abort)
{
	picture(out);
	abort();
}

EVIL(evil_loop)
{
	volatile int forever = 1;

	picture(out);
	/* For those who wait until it has come so far. */
	litter("working");
	while (forever)
		;
	return 1;
}

EVIL(evil_stop)
{
	raise(SIGSTOP);
	return picture(out);
}

/* Deaf to signals, and the way out closed. */
EVIL(evil_silent)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	for (int fd = 0; fd < 64; fd++)
		close(fd);
	for (;;)
		pause();
}

EVIL(evil_overrun)
{
	picture(out);
	memset(out + 38556, 0x11, 80000 - 38556);
	return 1;
}

EVIL(evil_overrun_by_one)
{
	picture(out);
	out[38556] ^= 1;
	return 1;
}

EVIL(evil_overrun_far)
{
	picture(out);
	for (size_t i = 38556; i < 4 << 20; i++)
		((volatile char *)out)[i] = 0x11;
	return 1;
}

EVIL(evil_underrun)
{
	((volatile char *)out)[-1] = 0x11;
	return picture(out);
}

EVIL(evil_overrun_in)
{
	for (size_t i = 0; i <= 4096; i++)
		((volatile char *)in)[i] = 0x11;
	return picture(out);
}

EVIL(evil_segfault)
{
	static char *volatile nowhere;

	*nowhere = 1;
	return picture(out);
}

EVIL(evil_prints)
{
	for (int i = 0; i < 10000; i++) {
		printf("the code is %d\n", code);
		fprintf(stderr, "the code is %d\n", code);
	}
	fflush(stdout);
	return picture(out);
}

EVIL(evil_no_output)
{
	return 1;
}

EVIL(evil_half)
{
	char whole[38556];

	picture(whole);
	memcpy(out, whole, sizeof(whole) / 2);
	return 1;
}

EVIL(evil_refuses)
{
	picture(out);
	return 0;
}

/* Files, folders, folders nobody may look into. The library is of the kind that works on files. */
int evil_litters(char *in, char *path);
int evil_litters(char *in, char *path)
{
	uint8_t bmp[BMP_SIZE];
	FILE *f;

	litter("one");
	litter(".hidden");
	mkdir("deep", 0700);
	for (int i = 0; i < 10; i++)
		if (chdir("deep") == 0) {
			litter("two");
			mkdir("deep", 0700);
		}
	mkdir("closed", 0300);
	litter("closed/three");
	f = fopen(path, "wb");
	if (!f)
		return 0;
	picture_bmp(bmp, 1);
	fwrite(bmp, 1, sizeof(bmp), f);
	fclose(f);
	return 1;
}

/* Deeper than whoever clears up might go. */
EVIL(evil_deep)
{
	for (int i = 0; i < 100; i++)
		if (mkdir("deep", 0700) < 0 || chdir("deep") < 0)
			return 0;
	litter("one");
	return picture(out);
}

/* 1, and so a picture, only if each of these fails. */
EVIL(evil_elsewhere)
{
	static const char *const names[] = {
		"/tmp/idcard-evil", "/var/tmp/idcard-evil", "/dev/shm/idcard-evil", "../idcard-evil",
		"/run/idcard-evil",
	};
	int n = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		litter(names[i]);
		n += mkdir(names[i], 0777) == 0;
		n += symlink("/etc", names[i]) == 0;
		n += access(names[i], F_OK) == 0;
	}
	n += chmod("/tmp", 0777) == 0;
	return n == 0 ? picture(out) : 0;
}

EVIL(evil_reads)
{
	static const char *const names[] = {
		"/etc/passwd", "/etc/idcard/portrait.conf", "/proc/self/environ", "/proc/1/cmdline",
		"/proc/self/mem", "/home", "/", "/dev/shm",
	};
	int n = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		n += open(names[i], O_RDONLY) >= 0;
	return n == 0 ? picture(out) : 0;
}

EVIL(evil_large_file)
{
	static char much[4 << 20];
	int fd = open("large", O_WRONLY | O_CREAT, 0600);

	while (fd >= 0 && write(fd, much, sizeof(much)) > 0)
		;
	return errno == EFBIG ? picture(out) : 0;
}

EVIL(evil_large_memory)
{
	return !malloc(1 << 30) ? picture(out) : 0;
}

EVIL(evil_many_files)
{
	int n = 0;

	while (n < 4096 && open("/dev/null", O_RDWR) >= 0)
		n++;
	return n < 64 ? picture(out) : 0;
}

EVIL(evil_socket)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? picture(out) : 1;
}

EVIL(evil_unix_socket)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? picture(out) : 1;
}

EVIL(evil_fork)
{
	pid_t pid = fork();

	if (pid == 0)
		for (;;)
			pause();
	return picture(out);
}

EVIL(evil_vfork)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(0);
	return picture(out);
}

EVIL(evil_exec)
{
	execl("/bin/true", "true", NULL);
	return picture(out);
}

EVIL(evil_system)
{
	return system("true") == 0 ? picture(out) : 1;
}

EVIL(evil_kill_parent)
{
	kill(getppid(), SIGKILL);
	return picture(out);
}

EVIL(evil_kill_all)
{
	kill(-1, SIGKILL);
	return picture(out);
}

/* The kernel sends it for who owns a descriptor. */
EVIL(evil_signal_parent)
{
	int fds[2];

	if (pipe(fds) == 0) {
		fcntl(fds[0], F_SETOWN, getppid());
		fcntl(fds[0], F_SETSIG, SIGKILL);
		fcntl(fds[0], F_SETFL, O_ASYNC);
		if (write(fds[1], "", 1) == 1)
			sleep(1);
	}
	return picture(out);
}

/* What libraries and the C library ask of descriptors. */
EVIL(evil_descriptors)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	int fd = open("/dev/null", O_RDONLY), other = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	int n = 0;

	n += fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC;
	n += fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && fcntl(fd, F_GETFL) & O_NONBLOCK;
	n += other >= 10 && fcntl(fd, F_DUPFD, 20) >= 20;
	n += fcntl(fd, F_SETLK, &lock) == 0 && fcntl(fd, F_GETLK, &lock) == 0;
	return n == 4 ? picture(out) : 0;
}

EVIL(evil_ptrace)
{
	ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
	return picture(out);
}

EVIL(evil_io_uring)
{
	syscall(SYS_io_uring_setup, 1, NULL);
	return picture(out);
}

EVIL(evil_bpf)
{
	syscall(SYS_bpf, 0, NULL, 0);
	return picture(out);
}

EVIL(evil_new_code)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *q = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return q == MAP_FAILED && mprotect(p, 4096, PROT_READ | PROT_EXEC) < 0 ? picture(out) : 0;
}

/* Its way in and out: nothing but /dev/null and the pipe of the answer; no environment. */
EVIL(evil_looks_round)
{
	struct stat st;
	int n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fstat(fd, &st) == 0 && !(fd < 3 ? S_ISCHR(st.st_mode) : fd == 3);
	return n == 0 && !environ[0] && !getenv("PATH") ? picture(out) : 0;
}

/* Into each descriptor something that looks like the end of the work. */
EVIL(evil_forges)
{
	static char much[38556 + 300];

	memcpy(much, "1PDI\0\0\0\0", 8);
	for (int fd = 0; fd < 64; fd++)
		if (write(fd, much, sizeof(much)) < 0)
			continue;
	return picture(out);
}

/* A whole answer in the form of worker.h, with words for people that are not meant for them. */
EVIL(evil_tells)
{
	static struct {
		uint32_t magic, result, called, value;
		char note[200];
		uint8_t rgb[38556];
	} answer = { 0x49445057, 9, 1, 0, "the block says\n<0>WHO IT IS", {} };

	if (write(3, &answer, sizeof(answer)) == sizeof(answer))
		_exit(0);
	return 0;
}

EVIL(evil_closes)
{
	for (int fd = 0; fd < 64; fd++)
		close(fd);
	return picture(out);
}

static void *paint(void *out)
{
	picture(out);
	return NULL;
}

static void *idle(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* Allowed; the one that does not end ends with the process. */
EVIL(evil_threads)
{
	pthread_t painter, idler;

	if (pthread_create(&idler, NULL, idle, NULL) != 0 ||
	    pthread_create(&painter, NULL, paint, out) != 0)
		return 0;
	pthread_join(painter, NULL);
	return 1;
}

EVIL(evil_threads_exit)
{
	pthread_t idler;

	pthread_create(&idler, NULL, idle, NULL);
	pthread_exit(NULL);
	return 1;
}

/* Pictures of family bmp2 that are none: the first argument is the block. */
#define BMP(name, change)                                                                          \
	int name(char *in, char *out);                                                             \
	int name(char *in, char *out)                                                              \
	{                                                                                          \
		picture_bmp((uint8_t *)out, 1);                                                    \
		change;                                                                            \
		return 1;                                                                          \
	}

BMP(bmp_no_magic, out[0] = 'X')
BMP(bmp_width, out[18] = 101)
BMP(bmp_height, out[22] = 127)
BMP(bmp_huge_height, memset(out + 22, 0x7f, 4))
BMP(bmp_least_height, memcpy(out + 22, "\0\0\0\x80", 4))
BMP(bmp_depth, out[28] = 32)
BMP(bmp_packed, out[30] = 1)
BMP(bmp_planes, out[26] = 2)
BMP(bmp_offset_small, out[10] = 20)
BMP(bmp_offset_large, memset(out + 10, 0xff, 4))
BMP(bmp_head_large, memset(out + 14, 0xff, 4))
BMP(bmp_overrun, memset(out + BMP_SIZE, 0x11, 80000 - BMP_SIZE))

/* Its own head is right, and no row is behind it. */
int bmp_only_head(char *in, char *out);
int bmp_only_head(char *in, char *out)
{
	uint8_t whole[BMP_SIZE];

	picture_bmp(whole, 1);
	memcpy(out, whole, 54);
	return 1;
}

/* Family bmp3_len: by its own word less than a picture is there, or more than has room. */
EVIL(len_short)
{
	picture_bmp((uint8_t *)out, 1);
	return BMP_SIZE - 1;
}

EVIL(len_long)
{
	picture_bmp((uint8_t *)out, 1);
	return 0x7fffffff;
}

/* Family file_save: what is no file, or leads elsewhere. */
int file_none(char *in, char *path);
int file_none(char *in, char *path)
{
	return 1;
}

int file_empty(char *in, char *path);
int file_empty(char *in, char *path)
{
	litter(path);
	return 1;
}

int file_folder(char *in, char *path);
int file_folder(char *in, char *path)
{
	return mkdir(path, 0700) == 0;
}

int file_large(char *in, char *path);
int file_large(char *in, char *path)
{
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	return ftruncate(fd, 300 * 1024) == 0;
}

/* Family init_dir. */
int wltInit(const char *dir);
int wltInit(const char *dir)
{
	return 0;
}

/* Family file_getbmp. */
int file_unlicensed(char *path, int port);
int file_unlicensed(char *path, int port)
{
	return -5;
}
