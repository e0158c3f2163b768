// SPDX-License-Identifier: GPL-2.0-or-later
#include "supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "secret.h"
#include "util.h"
#include "workdir.h"

/* All that a worker may say. */
struct transcript {
	struct worker_begun begun;
	struct worker_answer answer;
	uint8_t excess;
} __attribute__((packed));

struct child {
	pid_t pid;
	int pipe, signals;		/* -1 when nothing comes any more */
	bool ended;
	int status;
	struct transcript *said;
	size_t size;
};

static int make_signals(sigset_t *before)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	/* A parent may have handed on that they are ignored. */
	signal(SIGCHLD, SIG_DFL);
	if (sigprocmask(SIG_BLOCK, &set, before) < 0)
		return -errno;
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

static void on_pipe(struct child *c)
{
	ssize_t n = read(c->pipe, (uint8_t *)c->said + c->size, sizeof(*c->said) - c->size);

	if (n > 0)
		c->size += n;
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR) || c->size == sizeof(*c->said))
		c->pipe = safe_close(c->pipe);
}

static int on_signal(struct child *c)
{
	struct signalfd_siginfo info;

	while (read(c->signals, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			return -EINTR;
	if (waitpid(c->pid, &c->status, WNOHANG) == c->pid)
		c->ended = true;
	return 0;
}

/* 0: it ended and all that it said is here; -ETIME, or -EINTR. */
static int watch(struct child *c, uint64_t deadline)
{
	while (!c->ended || c->pipe >= 0) {
		struct pollfd fds[] = {
			{ .fd = c->signals, .events = POLLIN }, { .fd = c->pipe, .events = POLLIN },
		};
		uint64_t now = now_usec();
		int r;

		if (now >= deadline)
			return -ETIME;
		r = poll(fds, ELEMENTSOF(fds), (int)((deadline - now + 999) / 1000));
		if (r < 0 && errno != EINTR)
			return -errno;
		if (r <= 0)
			continue;
		if (fds[1].revents)
			on_pipe(c);
		if (fds[0].revents) {
			r = on_signal(c);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static void kill_child(struct child *c)
{
	if (!c->ended) {
		kill(c->pid, SIGKILL);
		while (waitpid(c->pid, &c->status, 0) < 0 && errno == EINTR)
			;
		c->ended = true;
	}
}

/* What it said counts only if it said all, nothing more, and went in peace. */
static enum portrait_result judge(const struct child *c, struct outcome *o)
{
	const struct transcript *t = c->said;
	bool answered = c->size == sizeof(*t) - sizeof(t->excess);

	o->began = c->size >= sizeof(t->begun) && t->begun.magic == WORKER_MAGIC;
	if (o->began)
		o->begun = t->begun;
	if (WIFSIGNALED(c->status)) {
		switch (WTERMSIG(c->status)) {
		case SIGSYS:
			return o->began ? PORTRAIT_FORBIDDEN : PORTRAIT_FAULT;
		case SIGXCPU:
			return PORTRAIT_TIMEOUT;
		default:
			return o->began ? PORTRAIT_CRASHED : PORTRAIT_FAULT;
		}
	}
	if (!o->began)
		return PORTRAIT_FAULT;
	if (c->size > sizeof(t->begun) && (!answered || t->answer.magic != WORKER_MAGIC))
		return PORTRAIT_CRASHED;
	if (!answered || WEXITSTATUS(c->status) != 0)
		return PORTRAIT_EXITED;
	if (!portrait_result_word(t->answer.result))
		return PORTRAIT_CRASHED;
	o->answer = t->answer;
	o->answer.note[sizeof(o->answer.note) - 1] = '\0';
	return t->answer.result;
}

static int start(struct child *c, const struct settings *s, const char *workdir,
		 const uint8_t *block)
{
	pid_t self = getpid();
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	c->pid = fork();
	if (c->pid < 0) {
		int r = -errno;

		close(fds[0]);
		close(fds[1]);
		return r;
	}
	if (c->pid == 0) {
		explicit_bzero(c->said, sizeof(*c->said));
		worker_run(s, workdir, block, self, fds[1]);
	}
	close(fds[1]);
	c->pipe = fds[0];
	return 0;
}

static int run(const struct settings *s, const char *workdir, const uint8_t *block,
	       int signals, uint64_t deadline, struct outcome *o)
{
	_cleanup_secret_ struct transcript *said = secret_alloc(sizeof(*said));
	struct child c = { .pipe = -1, .signals = signals, .said = said };
	int r;

	if (!said)
		return -ENOMEM;
	r = start(&c, s, workdir, block);
	if (r < 0)
		return r;
	r = watch(&c, deadline);
	kill_child(&c);
	safe_close(c.pipe);
	o->result = judge(&c, o);
	if (r != -ETIME)
		return r;
	o->result = PORTRAIT_TIMEOUT;
	return 0;
}

static int run_in_workdir(const struct settings *s, const uint8_t *block, int signals,
			  uint64_t deadline, struct outcome *o)
{
	struct workdir dir = WORKDIR_NONE;
	int r = 0;

	o->has_workdir = workdir_make(&dir) == 0;
	if (!o->has_workdir && s->family->out_file)
		return -ENOENT;
	if (*s->side_files && o->has_workdir)
		r = workdir_copy(&dir, s->side_files);
	if (r == 0)
		r = run(s, o->has_workdir ? dir.path : NULL, block, signals, deadline, o);
	workdir_remove(&dir);
	return r;
}

int supervise(const struct settings *s, const uint8_t block[PORTRAIT_BLOCK_SIZE],
	      uint64_t deadline, struct outcome *ret)
{
	_cleanup_close_ int signals = -1;
	sigset_t before;
	int r;

	memset(ret, 0, sizeof(*ret));
	signals = make_signals(&before);
	if (signals < 0)
		return signals;
	r = run_in_workdir(s, block, signals, deadline, ret);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (r < 0 && r != -EINTR)
		ret->result = PORTRAIT_FAULT;
	return r == -EINTR ? r : 0;
}
