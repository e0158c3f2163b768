// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * raw-fuzz: hostile devices on the virtual bus, and processes that call the raw node at random, for
 * FUZZ_SECONDS (20). Prints SEED, from which every process draws what it does; in which order the
 * processes run is the kernel's. Fails if a call stays away, a process cannot be ended, one hangs
 * in the kernel, or a call says what driver/uapi/idcard.h does not know. raw-fuzz NODE: one
 * exchange with the reader behind it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "frame.h"
#include "fuzz.h"
#include "util.h"

enum {
	/* A call waits for the USB core, which allows a device some seconds. */
	CALL_S = 40,
	END_S = 40,
	HANG_S = 20,
	LOOK_MS = 200,
};

static unsigned int slow(unsigned int seconds)
{
	const char *factor = getenv("IDCARD_SLOW");
	int n = factor ? atoi(factor) : 1;

	return seconds * (n > 1 ? (unsigned int)n : 1);
}

void fuzz_doing(struct fuzz_shared *s, unsigned int index, const char *what)
{
	s->processes[index].doing = what;
	s->processes[index].since = now_usec();
}

void fuzz_violation(struct fuzz_shared *s, const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (s->violations++ < 10)
		dprintf(STDOUT_FILENO, "not ok - raw fuzz: %s\n", line);
}

/* What the kernel has to say of a task; root may look. */
static void show_task(const char *pid, const char *task)
{
	char path[128], text[4096];
	int fd;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%s/task/%s/stack", pid, task);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, text, sizeof(text));
	if (n > 0)
		printf("    task %s of %s:\n%.*s\n", task, pid, (int)n, text);
	safe_close(fd);
}

static char task_state(const char *pid, const char *task)
{
	char path[600], line[512], *end;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/task/%s/stat", pid, task);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (n <= 0)
		return 0;
	line[n] = 0;
	end = strrchr(line, ')');
	return end && end[1] ? end[2] : 0;
}

/* Tasks in D; those are shown if @show. */
static unsigned int hanging(bool show)
{
	unsigned int found = 0;
	glob_t tasks;
	size_t i;

	if (glob("/proc/[0-9]*/task/[0-9]*", GLOB_NOSORT, NULL, &tasks))
		return 0;
	for (i = 0; i < tasks.gl_pathc; i++) {
		char pid[16], task[16];

		if (sscanf(tasks.gl_pathv[i], "/proc/%15[0-9]/task/%15[0-9]", pid, task) != 2 ||
		    task_state(pid, task) != 'D')
			continue;
		found++;
		if (show)
			show_task(pid, task);
	}
	globfree(&tasks);
	return found;
}

static void show_process(pid_t pid)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", (int)pid);
	show_task(number, number);
}

struct run {
	struct fuzz_shared *shared;
	uint64_t seed;
	pid_t pids[FUZZ_PROCESSES];
	bool failed;
};

static void start(struct run *r)
{
	for (unsigned int i = 0; i < FUZZ_PROCESSES; i++) {
		struct fuzz_random random = { r->seed * 1000 + i };

		fuzz_doing(r->shared, i, "starting");
		r->pids[i] = fork();
		if (r->pids[i])
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fuzz_number(&random);
		if (i < FUZZ_DEVICES)
			fuzz_device_run(r->shared, i, random);
		else
			fuzz_calls_run(r->shared, i, random);
		_exit(0);
	}
}

static void failure(struct run *r, const char *what, unsigned int i)
{
	printf("not ok - raw fuzz: %s: process %u, %s\n", what, i, r->shared->processes[i].doing);
	show_process(r->pids[i]);
	fflush(stdout);
	r->failed = true;
}

/* Does each of them live, and come back from what it does? */
static void watch(struct run *r, uint64_t end)
{
	siginfo_t info;

	while (now_usec() < end && !r->failed) {
		poll(NULL, 0, LOOK_MS);
		for (unsigned int i = 0; i < FUZZ_PROCESSES; i++) {
			info.si_pid = 0;
			waitid(P_PID, (id_t)r->pids[i], &info, WEXITED | WNOHANG | WNOWAIT);
			if (info.si_pid)
				failure(r, "ended before its time", i);
			else if (now_usec() > r->shared->processes[i].since +
						      slow(CALL_S) * UINT64_C(1000000))
				failure(r, "a call does not return", i);
		}
	}
}

static bool ended(struct run *r, unsigned int i, uint64_t end)
{
	int status;

	while (waitpid(r->pids[i], &status, WNOHANG) == 0) {
		if (now_usec() > end)
			return false;
		poll(NULL, 0, 10);
	}
	return true;
}

static void end_all(struct run *r)
{
	uint64_t end = now_usec() + slow(END_S) * UINT64_C(1000000);

	r->shared->stop = true;
	for (unsigned int i = 0; i < FUZZ_PROCESSES; i++) {
		if (ended(r, i, end))
			continue;
		failure(r, "does not end", i);
		kill(r->pids[i], SIGKILL);
		if (!ended(r, i, now_usec() + slow(HANG_S) * UINT64_C(1000000)))
			failure(r, "cannot be killed", i);
	}
}

/* All devices are gone: so are the nodes, and nobody is left waiting in the kernel. */
static void look_after(struct run *r)
{
	uint64_t end = now_usec() + slow(HANG_S) * UINT64_C(1000000);
	glob_t nodes = { 0 };

	while (now_usec() < end && hanging(false))
		poll(NULL, 0, LOOK_MS);
	if (hanging(true)) {
		printf("not ok - raw fuzz: somebody hangs in the kernel\n");
		r->failed = true;
	}
	while (glob("/dev/idcardraw[0-9]*", 0, NULL, &nodes) == 0 && now_usec() < end) {
		globfree(&nodes);
		poll(NULL, 0, LOOK_MS);
	}
	if (glob("/dev/idcardraw[0-9]*", 0, NULL, &nodes) == 0) {
		printf("not ok - raw fuzz: %s is there without a device\n", nodes.gl_pathv[0]);
		r->failed = true;
	}
	globfree(&nodes);
}

static uint64_t seed_any(void)
{
	uint64_t seed = now_usec();
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && read(fd, &seed, sizeof(seed)) < 0)
		seed = now_usec();
	safe_close(fd);
	return seed % 1000000000;
}

/* One exchange with a reader that does what it should, through the node @path. */
static int honest(const char *path)
{
	static const uint8_t body[] = { 0x11, 0xff };
	uint8_t request[IDCARD_REQUEST_MIN], reply[IDCARD_REPLY_MAX];
	_cleanup_close_ int fd = open(path, O_RDWR | O_CLOEXEC);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n = -1;

	idcard_frame_build(request, sizeof(request), body, sizeof(body));
	if (write(fd, request, sizeof(request)) == (ssize_t)sizeof(request) &&
	    poll(&p, 1, (int)slow(END_S) * 1000) == 1)
		n = read(fd, reply, sizeof(reply));
	if (n < 0)
		perror(path);
	return n == IDCARD_REPLY_MIN && reply[9] == 0x90 ? 0 : 1;
}

int main(int argc, char **argv)
{
	const char *seconds = getenv("FUZZ_SECONDS"), *seed = getenv("SEED");
	unsigned int n = seconds && *seconds ? (unsigned int)atoi(seconds) : 20;
	struct run r = { 0 };

	if (argc > 1)
		return honest(argv[1]);
	r.seed = seed && *seed ? strtoull(seed, NULL, 10) : seed_any();
	r.shared = mmap(NULL, sizeof(*r.shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	if (r.shared == MAP_FAILED)
		return 1;
	printf("# raw fuzz: SEED=%llu, %u s\n", (unsigned long long)r.seed, n);
	fflush(stdout);
	start(&r);
	watch(&r, now_usec() + n * UINT64_C(1000000));
	end_all(&r);
	look_after(&r);
	printf("# raw fuzz: %llu devices, %llu of them set up; %llu transfers; %llu calls, %llu opened, "
	       "%llu replies, %llu errors\n",
	       (unsigned long long)r.shared->plugged, (unsigned long long)r.shared->configured,
	       (unsigned long long)r.shared->transfers, (unsigned long long)r.shared->calls,
	       (unsigned long long)r.shared->opened, (unsigned long long)r.shared->replies,
	       (unsigned long long)r.shared->errors);
	if (r.failed || r.shared->violations)
		return 1;
	printf("ok - raw fuzz: %u s (SEED=%llu)\n", n, (unsigned long long)r.seed);
	return 0;
}
