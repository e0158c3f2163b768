// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device of idcard-node as programs see it, with a stand-in for the daemon. For a machine with
 * CUSE and the user idcard, as root:
 *
 *	test-node IDCARD-NODE FAKE-HUB
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "util.h"

/* Not the names of the product, which may be running beside it. */
#define NAME	"idcard-test"
static const char device[] = "/dev/" NAME, socket_path[] = "/run/" NAME ".socket";
static const char *hub_program;
static unsigned int passed, failed;

static struct {
	pid_t pid;
	FILE *to, *from;
} hub;

static bool check(bool good, const char *format, ...)
{
	va_list ap;

	good ? passed++ : failed++;
	fputs(good ? "ok - node: " : "not ok - node: ", stdout);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	return good;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* A line of the hub's answer. */
static const char *hub_answer(void)
{
	static char line[256];

	if (!fgets(line, sizeof(line), hub.from))
		die("the stand-in is silent");
	line[strcspn(line, "\n")] = '\0';
	return line;
}

static const char *tell_hub(const char *command)
{
	fprintf(hub.to, "%s\n", command);
	fflush(hub.to);
	return hub_answer();
}

static void start_hub(const char *option, const char *value)
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		die("pipe");
	hub.pid = fork();
	if (hub.pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		execl(hub_program, hub_program, socket_path, option, value, NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	hub.to = fdopen(in[1], "w");
	hub.from = fdopen(out[0], "r");
	hub_answer();
}

static void stop_hub(void)
{
	fclose(hub.to);
	fclose(hub.from);
	waitpid(hub.pid, NULL, 0);
}

/* Waits up to 5 s until the hub has @n watchers. */
static bool await_watchers(int n)
{
	uint64_t end = now_usec() + 5000000;
	char wanted[32];

	snprintf(wanted, sizeof(wanted), "watchers %d", n);
	while (strcmp(tell_hub("watchers"), wanted) != 0) {
		if (now_usec() > end)
			return false;
		poll(NULL, 0, 10);
	}
	return true;
}

static bool readable(int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, timeout_ms) == 1 && p.revents == POLLIN;
}

/* Reads a line that must come within 5 s; "" if it does not. */
static const char *read_line(int fd)
{
	static char line[65536];
	ssize_t n;

	if (!readable(fd, 5000))
		return "";
	n = read(fd, line, sizeof(line) - 1);
	line[n > 0 ? n : 0] = '\0';
	return line;
}

static bool line_has_seq(const char *line, int seq)
{
	char wanted[32];

	snprintf(wanted, sizeof(wanted), "\"seq\":%d,", seq);
	return strstr(line, wanted) && line[strlen(line) - 1] == '\n';
}

static int open_device(int flags)
{
	int fd = open(device, flags | O_CLOEXEC);

	if (fd < 0)
		die(device);
	return fd;
}

static void without_daemon(void)
{
	uint64_t begin = now_usec();
	int fd = open_device(O_RDWR);
	double spent = (now_usec() - begin) / 1e6;
	ssize_t n;

	check(spent > 0.9 && spent < 3, "without a daemon an open succeeds (after %.2f s)", spent);
	begin = now_usec();
	n = write(fd, "110101190001010014\n", 19);
	check(n < 0 && errno == ENODEV && now_usec() - begin < 4000000,
	      "and a write gives ENODEV (%m, after %.2f s)", (now_usec() - begin) / 1e6);

	start_hub(NULL, NULL);
	check(await_watchers(1), "the daemon comes: the open file watches");
	tell_hub("identities 1");
	check(line_has_seq(read_line(fd), 1), "and reads a line");
	close(fd);
	check(await_watchers(0), "the last close ends the watch");
	stop_hub();
}

static void nonblocking(void)
{
	int fd, writer;
	char c;

	start_hub(NULL, NULL);
	writer = open_device(O_WRONLY);
	check(await_watchers(0), "open for writing does not watch");
	close(writer);
	fd = open_device(O_RDONLY | O_NONBLOCK);
	check(strcmp(tell_hub("watchers"), "watchers 1") == 0, "when open returns, the watch is in force");
	check(read(fd, &c, 1) < 0 && errno == EAGAIN, "O_NONBLOCK: EAGAIN");
	check(!readable(fd, 50), "poll: nothing");
	tell_hub("identities 1");
	check(readable(fd, 5000), "poll: wakes up for a line");
	check(read(fd, &c, 1) == 1 && c == '{', "one byte of it");
	check(readable(fd, 0), "the rest is still readable");
	while (read(fd, &c, 1) == 1)
		;
	check(errno == EAGAIN && c == '\n', "up to its end and no further");
	close(fd);
	stop_hub();
}

/* An edge is an edge: each line wakes once, also while the last was not read. */
static void edge_triggered(void)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLET };
	int fd, epoll, wakes = 0;

	start_hub(NULL, NULL);
	fd = open_device(O_RDONLY);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
	for (int i = 0; i < 5; i++) {
		tell_hub("identities 1");
		wakes += epoll_wait(epoll, &e, 1, 5000) == 1;
	}
	check(wakes == 5, "epoll, edge-triggered: %d of 5", wakes);
	check(epoll_wait(epoll, &e, 1, 50) == 0, "and no more");
	close(epoll);
	close(fd);
	stop_hub();
}

struct reader {
	pid_t pid;
	int fd;			/* a byte from here for each line */
	char file[32];
};

static void start_reader(struct reader *r, size_t size, int lines)
{
	int progress[2], ready[2];
	char c;

	if (pipe2(progress, O_CLOEXEC) < 0 || pipe2(ready, O_CLOEXEC) < 0)
		die("pipe");
	snprintf(r->file, sizeof(r->file), "/run/test-node-%zu", size);
	r->pid = fork();
	if (r->pid == 0) {
		char *data = malloc(size);
		int fd = open_device(O_RDONLY);
		int out = open(r->file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		if (write(ready[1], "r", 1) != 1)
			_exit(1);
		while (lines) {
			ssize_t n = read(fd, data, size);

			if (n <= 0 || write(out, data, n) != n)
				_exit(1);
			for (ssize_t i = 0; i < n; i++)
				if (data[i] == '\n' && (lines--, write(progress[1], "l", 1) != 1))
					_exit(1);
		}
		_exit(0);
	}
	close(progress[1]);
	close(ready[1]);
	r->fd = progress[0];
	if (read(ready[0], &c, 1) != 1)
		die("a reader");
	close(ready[0]);
}

/* A reader that is stuck is killed: it fails by what it has not read. */
static void await_lines(struct reader *r, int lines)
{
	char c;

	while (lines--)
		if (!readable(r->fd, 60000) || read(r->fd, &c, 1) != 1) {
			kill(r->pid, SIGKILL);
			return;
		}
}

static bool same_files(const char *a, const char *b)
{
	char command[128];

	snprintf(command, sizeof(command), "cmp %s %s", a, b);
	return system(command) == 0;
}

static bool seqs_in_order(const char *file, int lines)
{
	FILE *f = fopen(file, "r");
	char line[65536];
	int seq = 0;

	while (f && fgets(line, sizeof(line), f))
		if (!line_has_seq(line, ++seq))
			break;
	if (f)
		fclose(f);
	return seq == lines;
}

static void three_readers(void)
{
	enum { BATCHES = 6, BATCH = 10, LINES = BATCHES * BATCH };
	static const size_t sizes[] = { 1, 64, 65536 };
	struct reader readers[ELEMENTSOF(sizes)];
	int status, good = 0;

	start_hub(NULL, NULL);
	for (size_t i = 0; i < ELEMENTSOF(sizes); i++)
		start_reader(&readers[i], sizes[i], LINES);
	for (int batch = 0; batch < BATCHES; batch++) {
		tell_hub("identities 10");
		for (size_t i = 0; i < ELEMENTSOF(sizes); i++)
			await_lines(&readers[i], BATCH);
	}
	for (size_t i = 0; i < ELEMENTSOF(sizes); i++) {
		waitpid(readers[i].pid, &status, 0);
		good += status == 0;
		check(seqs_in_order(readers[i].file, LINES), "buffer of %zu: %d lines, whole, in order",
		      sizes[i], LINES);
		close(readers[i].fd);
	}
	check(good == ELEMENTSOF(sizes), "%d readers at once", good);
	check(same_files(readers[0].file, readers[1].file) &&
	      same_files(readers[0].file, readers[2].file), "all of them got the same bytes");
	stop_hub();
}

static void late_reader(void)
{
	int early, late, n = 0;

	start_hub(NULL, NULL);
	early = open_device(O_RDONLY);
	for (int i = 0; i < 20; i++) {
		/* published before the open, perhaps not yet read by the node */
		tell_hub("identities 2");
		late = open_device(O_RDONLY);
		tell_hub("identities 1");
		n += line_has_seq(read_line(late), i * 3 + 3);
		close(late);
	}
	check(n == 20, "a late reader gets nothing from before its open: %d of 20", n);
	n = 0;
	while (n < 60 && line_has_seq(read_line(early), n + 1))
		n++;
	check(n == 60, "the early one gets all");
	close(early);
	stop_hub();
}

static void on_signal(int number)
{
}

/* What @act gives when a signal comes after 100 ms: its errno, or 0. */
static int interrupted(int (*act)(int fd), int fd)
{
	struct sigaction action = { .sa_handler = on_signal };
	int status;
	pid_t child = fork();

	if (child == 0) {
		int r;

		sigaction(SIGUSR1, &action, NULL);
		r = act(fd);
		_exit(r < 0 ? errno : 0);
	}
	poll(NULL, 0, 200);
	kill(child, SIGUSR1);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int act_read(int fd)
{
	char c;

	return read(fd, &c, 1);
}

static int act_open(int fd)
{
	return open(device, O_RDONLY);
}

static int act_write(int fd)
{
	return write(fd, "110101190001010014", 18);
}

static void interrupts(void)
{
	uint64_t begin;
	pid_t child;
	int fd;

	start_hub(NULL, NULL);
	fd = open_device(O_RDONLY);
	check(interrupted(act_read, fd) == EINTR, "a signal interrupts a read: EINTR");
	child = fork();
	if (child == 0)
		_exit(act_read(fd));
	poll(NULL, 0, 200);
	begin = now_usec();
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	check(now_usec() - begin < 2000000, "a killed reader goes at once");
	tell_hub("identities 1");
	check(line_has_seq(read_line(fd), 1), "what both did not read is still there");
	close(fd);
	stop_hub();

	start_hub("--greet", "silent");
	check(interrupted(act_open, -1) == EINTR, "a signal interrupts an open: EINTR");
	fd = open_device(O_WRONLY);
	check(interrupted(act_write, fd) == EINTR, "a signal interrupts a write: EINTR");
	close(fd);
	stop_hub();
}

static void expect_write(int fd, const char *text, int error, const char *what)
{
	ssize_t n = write(fd, text, strlen(text));

	check(error ? n < 0 && errno == error : n == (ssize_t)strlen(text), "%s: %s", what,
	      n < 0 ? strerror(errno) : "taken");
}

static void entries(void)
{
	int fd, writer;
	char big[514];
	const char *line;

	start_hub(NULL, NULL);
	fd = open_device(O_RDONLY);
	writer = open_device(O_WRONLY);
	memset(big, '1', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	expect_write(writer, "110101190001010015\n", EINVAL, "wrong check digit");
	expect_write(writer, "\xff\xfe\x01", EINVAL, "binary");
	expect_write(writer, big, EINVAL, "513 bytes");
	expect_write(writer, "\n", EINVAL, "an empty line");
	check(!readable(fd, 50), "nothing of it was published");
	expect_write(writer, "110101190001010014\n", 0, "a right number");
	line = read_line(fd);
	check(strstr(line, "\"source\":\"manual\"") && !strstr(line, "\"id\":"), "readers get it: %.40s…", line);
	check(!readable(fd, 50), "once");
	close(writer);
	close(fd);
	writer = open_device(O_WRONLY);
	expect_write(writer, "110101190001010014", 0, "without any reader");
	close(writer);
	stop_hub();

	start_hub("--error", "permission-denied");
	writer = open_device(O_WRONLY);
	expect_write(writer, "110101190001010014", EACCES, "refused by the daemon");
	close(writer);
	stop_hub();
}

static void restarts(void)
{
	int fd, n = 0;
	uint64_t begin, slowest = 0;

	start_hub(NULL, NULL);
	fd = open_device(O_RDONLY);
	for (int i = 0; i < 10; i++) {
		kill(hub.pid, SIGKILL);
		stop_hub();
		poll(NULL, 0, i * 30);
		start_hub(NULL, NULL);
		begin = now_usec();
		if (!await_watchers(1))
			break;
		if (now_usec() - begin > slowest)
			slowest = now_usec() - begin;
		tell_hub("identities 1");
		n += line_has_seq(read_line(fd), 1);
	}
	check(n == 10, "the daemon killed and back: %d of 10, the watch back after at most %.3f s", n,
	      slowest / 1e6);
	for (int i = 0; i < 10; i++) {
		tell_hub("drop");
		await_watchers(1);
	}
	tell_hub("identities 1");
	check(line_has_seq(read_line(fd), 2), "connections dropped by the daemon");
	close(fd);
	stop_hub();
}

static void overflow(void)
{
	int lazy, busy, n = 0;
	char c;

	start_hub(NULL, NULL);
	lazy = open_device(O_RDONLY);
	busy = open_device(O_RDONLY);
	check(read(lazy, &c, 0) == 0, "a read of nothing");
	for (int i = 0; i < 10; i++) {
		tell_hub("identities 10");
		while (n < 10 * i + 10 && line_has_seq(read_line(busy), n + 1))
			n++;
	}
	check(n == 100, "a reader that does not read does not harm the other");
	check(readable(lazy, 0) && read(lazy, &c, 1) < 0 && errno == EOVERFLOW,
	      "too much unread: %m, once");
	tell_hub("identities 1");
	do
		n = line_has_seq(read_line(lazy), 101);
	while (!n && readable(lazy, 0));
	check(n, "and then it goes on");
	close(lazy);
	close(busy);
	stop_hub();
}

/* idcard-node, and the device with it. */
static pid_t start_node(const char *program)
{
	uint64_t end = now_usec() + 20000000;
	pid_t pid = fork();

	if (pid == 0) {
		execl(program, program, "--name", NAME, "--socket", socket_path, NULL);
		_exit(127);
	}
	while (access(device, F_OK) < 0) {
		if (now_usec() > end || waitpid(pid, NULL, WNOHANG) != 0) {
			fprintf(stderr, "%s does not come: is the module cuse loaded?\n", device);
			kill(pid, SIGKILL);
			exit(1);
		}
		poll(NULL, 0, 10);
	}
	return pid;
}

static bool status_has(pid_t pid, const char *wanted)
{
	char path[64], line[256];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "r");
	while (f && !found && fgets(line, sizeof(line), f))
		found = strncmp(line, wanted, strlen(wanted)) == 0;
	if (f)
		fclose(f);
	return found;
}

static void rights(pid_t pid)
{
	check(!status_has(pid, "Uid:\t0"), "not root any more");
	check(status_has(pid, "CapPrm:\t0000000000000000") &&
	      status_has(pid, "CapEff:\t0000000000000000"), "no capability");
	check(status_has(pid, "NoNewPrivs:\t1"), "and no way to get one");
}

static void ends(pid_t node, int fd)
{
	char c;
	int status;

	kill(node, SIGTERM);
	waitpid(node, &status, 0);
	check(status == 0, "SIGTERM ends it");
	check(read(fd, &c, 1) < 0 && access(device, F_OK) < 0, "and the device goes with it (%m)");
}

int main(int argc, char **argv)
{
	pid_t node;
	int fd;

	if (argc != 3) {
		fputs("usage: test-node IDCARD-NODE FAKE-HUB\n", stderr);
		return 2;
	}
	hub_program = argv[2];
	signal(SIGPIPE, SIG_IGN);
	node = start_node(argv[1]);
	without_daemon();
	rights(node);
	nonblocking();
	edge_triggered();
	three_readers();
	late_reader();
	interrupts();
	entries();
	restarts();
	overflow();
	fd = open_device(O_RDONLY);
	ends(node, fd);
	printf("# %u passed, %u failed\n", passed, failed);
	return failed > 0;
}
