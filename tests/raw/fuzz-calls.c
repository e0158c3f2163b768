// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * System calls on the raw node, drawn at random, by a process with two threads whose files are
 * shared: what one uses the other closes. A timer interrupts whatever waits.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "frame.h"
#include "fuzz.h"
#include "uapi/idcard.h"
#include "util.h"

enum {
	FILES = 6,
	BUFFER = 8192,
	PAGE = 4096,
	TICK_MS = 600,	/* longer than most of the draining before a request */
};

struct caller {
	struct fuzz_shared *shared;
	struct fuzz_random random;
	unsigned int index;
	_Atomic int *files;	/* of both threads */
	uint8_t *buffer;	/* behind its end nothing is mapped */
	uint8_t *read_only, *nothing;
	pthread_t other;
	bool main_thread;
};

static int any_file(struct caller *c)
{
	return c->files[fuzz_pick(&c->random, FILES)];
}

/* -1 with errno, or a result: no call may say what the kernel keeps for itself. */
static long said(struct caller *c, const char *what, long result)
{
	int error = errno;

	c->shared->calls++;
	if (result >= 0)
		return result;
	c->shared->errors++;
	if (error >= 512 || error == ECANCELED || error == EINPROGRESS)
		fuzz_violation(c->shared, "%s fails with %d, which driver/uapi/idcard.h does not know",
			       what, error);
	return result;
}

#define CALL(c, what, call) (fuzz_doing((c)->shared, (c)->index, what), said(c, what, call))

static void do_open(struct caller *c)
{
	static const int flags[] = { O_NONBLOCK, O_APPEND,    O_TRUNC,    O_CREAT,
				     O_EXCL,     O_SYNC,      O_NOCTTY,   O_PATH,
				     O_DIRECT,   O_DIRECTORY, O_NOFOLLOW, O_ASYNC };
	int flag = (int)fuzz_pick(&c->random, 4), fd, old;
	char path[32];

	if (fuzz_chance(&c->random, 80))
		flag = O_RDWR;
	if (fuzz_chance(&c->random, 50))
		flag |= O_NONBLOCK;
	if (fuzz_chance(&c->random, 10))
		flag |= flags[fuzz_pick(&c->random, ELEMENTSOF(flags))];
	/* Never a new file where a node belongs. */
	flag &= ~(O_CREAT | O_TMPFILE) | O_DIRECTORY;
	snprintf(path, sizeof(path), "/dev/idcardraw%u", fuzz_pick(&c->random, FUZZ_NODES));
	fd = (int)CALL(c, "open", open(path, flag | O_CLOEXEC));
	if (fd < 0)
		return;
	c->shared->opened++;
	old = atomic_exchange(&c->files[fuzz_pick(&c->random, FILES)], fd);
	if (old >= 0)
		CALL(c, "close", close(old));
}

static void do_close(struct caller *c)
{
	int fd = atomic_exchange(&c->files[fuzz_pick(&c->random, FILES)], -1);

	if (fd >= 0)
		CALL(c, "close", close(fd));
}

static void do_dup(struct caller *c)
{
	int fd = fcntl(any_file(c), F_DUPFD_CLOEXEC, 10), old;

	if (fd < 0)
		return;
	old = atomic_exchange(&c->files[fuzz_pick(&c->random, FILES)], fd);
	if (old >= 0)
		close(old);
}

/* Where to, with how much room up to where nothing is mapped. */
static uint8_t *place(struct caller *c, size_t n, bool *ret_good)
{
	*ret_good = false;
	switch (fuzz_pick(&c->random, 12)) {
	case 0:
		return NULL;
	case 1:
		return (uint8_t *)UINTPTR_MAX - fuzz_pick(&c->random, 4096);
	case 2:
		return c->nothing + fuzz_pick(&c->random, PAGE);
	case 3:
		return c->read_only + fuzz_pick(&c->random, PAGE);
	case 4:
		/* The end lies where nothing is mapped. */
		return c->buffer + BUFFER - fuzz_pick(&c->random, n ? (unsigned int)n : 1);
	case 5:
		return (uint8_t *)(uintptr_t)0xffff888000000000 + fuzz_pick(&c->random, PAGE);
	default:
		*ret_good = n <= BUFFER;
		return c->buffer + (n < BUFFER ? BUFFER - n : 0);
	}
}

static size_t size_any(struct caller *c)
{
	static const size_t sizes[] = { 0,    1,    7,    10,    11,         27,
					64,   255,  256,  257,   1295,       4095,
					4096, 4097, 8192, 65536, 0x7ffff000, SIZE_MAX };

	if (fuzz_chance(&c->random, 60))
		return IDCARD_REPLY_MAX;
	return sizes[fuzz_pick(&c->random, ELEMENTSOF(sizes))];
}

static void do_read(struct caller *c)
{
	size_t n = size_any(c);
	bool good;
	uint8_t *to = place(c, n < BUFFER ? n : BUFFER, &good);
	long r = CALL(c, "read", read(any_file(c), to, n));

	if (r <= 0)
		return;
	c->shared->replies++;
	/* The other thread reads into the same buffer; only one of them looks. */
	if (good && n <= BUFFER && c->main_thread && idcard_reply_check(to, (size_t)r))
		fuzz_violation(c->shared, "read gave %ld bytes that are no frame", r);
}

static size_t make_request(struct caller *c, uint8_t *out)
{
	static const uint16_t commands[] = {
		0x11ff, 0x12ff, 0x2001, 0x2002, 0x3001, 0x3010, 0x10ff
	};
	uint16_t command = commands[fuzz_pick(&c->random, ELEMENTSOF(commands))];
	uint8_t body[IDCARD_REQUEST_MAX];
	size_t n = 2;

	body[0] = (uint8_t)(command >> 8);
	body[1] = (uint8_t)command;
	if (fuzz_chance(&c->random, 10)) {
		n = 2 + fuzz_pick(&c->random, IDCARD_REQUEST_MAX - 10);
		fuzz_bytes(&c->random, body + 2, n - 2);
	}
	n = idcard_frame_build(out, BUFFER, body, n);
	if (fuzz_chance(&c->random, 15))
		out[fuzz_pick(&c->random, (unsigned int)n)] ^= (uint8_t)fuzz_number(&c->random);
	return n;
}

static void do_write(struct caller *c)
{
	uint8_t request[BUFFER];
	size_t n = make_request(c, request);
	bool good;
	uint8_t *from;

	if (fuzz_chance(&c->random, 15))
		n = size_any(c);
	from = place(c, n < BUFFER ? n : BUFFER, &good);
	if (good)
		memcpy(from, request, n < BUFFER ? n : BUFFER);
	CALL(c, "write", write(any_file(c), from, n));
}

/* A request and its reply, as a user of the node does it. */
static void do_exchange(struct caller *c)
{
	struct pollfd p = { .fd = any_file(c), .events = POLLIN };
	uint8_t request[BUFFER];
	size_t n = make_request(c, request);

	if (CALL(c, "write", write(p.fd, request, n)) < 0)
		return;
	CALL(c, "poll", poll(&p, 1, (int)fuzz_pick(&c->random, 1000)));
	do_read(c);
}

static void do_ioctl(struct caller *c)
{
	static const unsigned long known[] = { IDCARD_IOC_GET_INFO, IDCARD_IOC_SET_TIMEOUT,
					       IDCARD_IOC_SET_TIMEOUT, IDCARD_IOC_SET_FRAMING,
					       FIONREAD, FIONBIO, FIOASYNC, FIOCLEX };
	unsigned long command = known[fuzz_pick(&c->random, ELEMENTSOF(known))];
	uint32_t value = fuzz_chance(&c->random, 80) ? fuzz_pick(&c->random, 800) :
						       (uint32_t)fuzz_number(&c->random);
	bool good;
	uint8_t *argument;

	if (fuzz_chance(&c->random, 4))
		command = IDCARD_IOC_RESET;
	else if (fuzz_chance(&c->random, 10))
		command = _IOC(fuzz_pick(&c->random, 4), IDCARD_IOC_TYPE,
			       fuzz_pick(&c->random, 256), fuzz_pick(&c->random, 64));
	if (command == IDCARD_IOC_SET_FRAMING && fuzz_chance(&c->random, 80))
		value %= 4;
	argument = place(c, sizeof(struct idcard_raw_info), &good);
	if (good)
		memcpy(argument, &value, sizeof(value));
	CALL(c, "ioctl", ioctl(any_file(c), command, argument));
}

static void do_poll(struct caller *c)
{
	struct pollfd p[FILES];
	unsigned int i;

	for (i = 0; i < FILES; i++)
		p[i] = (struct pollfd){ .fd = c->files[i],
					.events = (short)fuzz_number(&c->random) };
	CALL(c, "poll", poll(p, 1 + fuzz_pick(&c->random, FILES), (int)fuzz_pick(&c->random, 100) - 1));
}

static void do_epoll(struct caller *c)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLOUT | EPOLLET };
	_cleanup_close_ int fd = epoll_create1(EPOLL_CLOEXEC);
	unsigned int i;

	for (i = 0; i < FILES; i++)
		CALL(c, "epoll_ctl", epoll_ctl(fd, EPOLL_CTL_ADD, c->files[i], &e));
	CALL(c, "epoll_wait", epoll_wait(fd, &e, 1, (int)fuzz_pick(&c->random, 30)));
}

static void do_other(struct caller *c)
{
	struct iovec parts[2] = { { c->buffer, 7 }, { c->buffer + 64, 4089 } };
	int fd = any_file(c), pipes[2];
	struct stat st;
	void *map;

	switch (fuzz_pick(&c->random, 12)) {
	case 0:
		map = mmap(NULL, PAGE, PROT_READ,
			   fuzz_chance(&c->random, 50) ? MAP_SHARED : MAP_PRIVATE, fd, 0);
		if (map != MAP_FAILED) {
			fuzz_violation(c->shared, "mmap of a file works");
			munmap(map, PAGE);
		}
		break;
	case 1:
		CALL(c, "lseek",
		     lseek(fd, (off_t)fuzz_number(&c->random), (int)fuzz_pick(&c->random, 6)));
		break;
	case 2:
		CALL(c, "pread", pread(fd, c->buffer, 64, (off_t)fuzz_number(&c->random)));
		break;
	case 3:
		CALL(c, "fcntl",
		     fcntl(fd, F_SETFL,
			   (int)fuzz_number(&c->random) & (O_NONBLOCK | O_ASYNC | O_APPEND)));
		break;
	case 4:
		CALL(c, "fcntl", fcntl(fd, F_SETOWN, getpid()));
		break;
	case 5:
		CALL(c, "readv", readv(fd, parts, 2));
		break;
	case 6:
		CALL(c, "writev", writev(fd, parts, 2));
		break;
	case 7:
		CALL(c, "fsync", fsync(fd));
		CALL(c, "fstat", fstat(fd, &st));
		break;
	case 8:
		CALL(c, "ftruncate", ftruncate(fd, 0));
		break;
	case 9:
		CALL(c, "flock", flock(fd, LOCK_EX | LOCK_NB));
		break;
	case 10:
		if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK) == 0) {
			CALL(c, "splice", splice(fd, NULL, pipes[1], NULL, 4096, SPLICE_F_NONBLOCK));
			close(pipes[0]);
			close(pipes[1]);
		}
		break;
	default:
		CALL(c, "sendfile", sendfile(fd, any_file(c), NULL, 64));
		break;
	}
}

/* The child has the same files, uses them for a moment, and may die in the middle of it. */
static void do_fork(struct caller *c)
{
	int status;
	pid_t pid;

	fuzz_doing(c->shared, c->index, "fork");
	pid = fork();
	if (pid == 0) {
		alarm(5);
		for (unsigned int i = fuzz_pick(&c->random, 6); i; i--)
			fuzz_chance(&c->random, 50) ? do_exchange(c) : do_read(c);
		_exit(0);
	}
	if (pid < 0)
		return;
	if (fuzz_chance(&c->random, 50)) {
		poll(NULL, 0, (int)fuzz_pick(&c->random, 20));
		kill(pid, SIGKILL);
	}
	fuzz_doing(c->shared, c->index, "waiting for a child");
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
}

static void one_call(struct caller *c)
{
	switch (fuzz_pick(&c->random, 20)) {
	case 0:
	case 1:
	case 2:
		do_open(c);
		break;
	case 3:
		do_close(c);
		break;
	case 4:
		do_dup(c);
		break;
	case 5:
	case 6:
	case 7:
	case 8:
		do_exchange(c);
		break;
	case 9:
	case 10:
		do_write(c);
		break;
	case 11:
	case 12:
		do_read(c);
		break;
	case 13:
	case 14:
		do_ioctl(c);
		break;
	case 15:
		do_poll(c);
		break;
	case 16:
		do_epoll(c);
		break;
	case 17:
		if (c->main_thread && fuzz_chance(&c->random, 20))
			do_fork(c);
		break;
	default:
		do_other(c);
		break;
	}
}

/* No node, nothing to be done: wait for one instead of turning. */
static void wait_for_a_file(struct caller *c)
{
	for (unsigned int i = 0; i < FILES; i++)
		if (c->files[i] >= 0)
			return;
	do_open(c);
	poll(NULL, 0, 2);
}

static void *other_thread(void *argument)
{
	struct caller *c = argument;

	while (!c->shared->stop) {
		wait_for_a_file(c);
		one_call(c);
		if (fuzz_chance(&c->random, 10))
			pthread_kill(c->other, SIGUSR1);
		if (fuzz_chance(&c->random, 30))
			poll(NULL, 0, (int)fuzz_pick(&c->random, 5));
	}
	return NULL;
}

static void on_signal(int number)
{
}

/* The timer interrupts; SIGUSR1 lets the call go on where it can. */
static void set_signals(void)
{
	const struct sigaction tick = { .sa_handler = on_signal };
	const struct sigaction user = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	const struct itimerval t = { { 0, TICK_MS * 1000 }, { 0, TICK_MS * 1000 } };

	sigaction(SIGALRM, &tick, NULL);
	sigaction(SIGIO, &user, NULL);
	sigaction(SIGUSR1, &user, NULL);
	setitimer(ITIMER_REAL, &t, NULL);
}

/* Two pages with nothing behind, one that cannot be written, one that cannot be used. */
static bool make_places(struct caller *c)
{
	uint8_t *p = mmap(NULL, BUFFER + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);
	uint8_t *q = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || q == MAP_FAILED)
		return false;
	munmap(p + BUFFER, PAGE);
	mprotect(q + PAGE, PAGE, PROT_NONE);
	c->buffer = p;
	c->read_only = q;
	c->nothing = q + PAGE;
	return true;
}

void fuzz_calls_run(struct fuzz_shared *s, unsigned int index, struct fuzz_random random)
{
	_Atomic int files[FILES];
	struct caller c = { .shared = s, .random = random, .index = index, .files = files,
			    .main_thread = true };
	struct caller other;
	pthread_t thread;

	for (unsigned int i = 0; i < FILES; i++)
		files[i] = -1;
	if (!make_places(&c))
		return;
	other = c;
	other.main_thread = false;
	other.other = pthread_self();
	other.random.state = fuzz_number(&c.random);
	set_signals();
	if (!make_places(&other) || pthread_create(&thread, NULL, other_thread, &other))
		return;
	while (!s->stop) {
		wait_for_a_file(&c);
		one_call(&c);
	}
	/* It may sleep in read; the timer's signal may always have come to this thread. */
	fuzz_doing(s, index, "joining the second thread");
	_exit(0);
}
