// SPDX-License-Identifier: GPL-2.0-or-later
#include "hook.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "secret.h"

enum { GRACE_MS = 2000 };	/* to end in good order, when this program ends */

struct hook {
	const struct ctl *c;
	sd_event *event;
	void (*idle)(void *userdata);
	void *userdata;
	char *queue[HOOK_QUEUE_MAX];	/* the first is the one that runs, if one does */
	size_t n;
	pid_t pid;			/* 0: none runs */
	int in;				/* its standard input; -1: all of it was sent */
	size_t sent;
	sd_event_source *on_writable, *on_exit, *on_timeout;
};

static void start(struct hook *h);

static void forget_input(struct hook *h)
{
	h->on_writable = sd_event_source_unref(h->on_writable);
	h->in = safe_close(h->in);
}

static void forget_child(struct hook *h)
{
	forget_input(h);
	h->on_exit = sd_event_source_unref(h->on_exit);
	h->on_timeout = sd_event_source_unref(h->on_timeout);
	h->pid = 0;
}

static void pop(struct hook *h)
{
	secret_free(h->queue[0]);
	memmove(h->queue, h->queue + 1, --h->n * sizeof(h->queue[0]));
}

static void next(struct hook *h)
{
	while (h->n && !h->pid)
		start(h);
	if (!h->pid && h->idle)
		h->idle(h->userdata);
}

static int on_writable(sd_event_source *s, int fd, uint32_t revents, void *userdata)
{
	struct hook *h = userdata;
	const char *line = h->queue[0];
	size_t size = strlen(line);
	ssize_t n;

	do
		n = write(fd, line + h->sent, size - h->sent);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	h->sent += n > 0 ? n : 0;
	/* a command need not read what it is given */
	if (n < 0 || h->sent == size)
		forget_input(h);
	return 0;
}

static int on_exit_of_child(sd_event_source *s, const siginfo_t *info, void *userdata)
{
	struct hook *h = userdata;
	char number[32];

	snprintf(number, sizeof(number), "%d", info->si_status);
	if (info->si_code != CLD_EXITED)
		complain(h->c, MSG_EXEC_SIGNAL, number);
	else if (info->si_status)
		complain(h->c, MSG_EXEC_STATUS, number);
	forget_child(h);
	pop(h);
	next(h);
	return 0;
}

/* What it started is in its group. The rest happens when it is gone. */
static int on_timeout(sd_event_source *s, uint64_t usec, void *userdata)
{
	struct hook *h = userdata;
	char seconds[32];

	snprintf(seconds, sizeof(seconds), "%g", h->c->exec.timeout);
	complain(h->c, MSG_EXEC_TIMEOUT, seconds);
	kill(-h->pid, SIGKILL);
	return 0;
}

__attribute__((noreturn)) static void be_command(const char *command, int in, pid_t parent)
{
	sigset_t none;

	setpgid(0, 0);
	/* it does not outlive this program, however that ends */
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent)
		_exit(127);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(in, STDIN_FILENO) < 0)
		_exit(127);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static int watch_child(struct hook *h)
{
	uint64_t now;
	int r;

	r = sd_event_add_child(h->event, &h->on_exit, h->pid, WEXITED, on_exit_of_child, h);
	if (r >= 0)
		r = sd_event_add_io(h->event, &h->on_writable, h->in, EPOLLOUT, on_writable, h);
	if (r >= 0)
		r = sd_event_now(h->event, CLOCK_MONOTONIC, &now);
	if (r >= 0)
		r = sd_event_add_time(h->event, &h->on_timeout, CLOCK_MONOTONIC,
				      now + (uint64_t)(h->c->exec.timeout * 1e6), 0, on_timeout, h);
	return r;
}

static int spawn(struct hook *h)
{
	pid_t self = getpid(), pid;
	int ends[2], r;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		be_command(h->c->exec.command, ends[0], self);
	r = pid < 0 ? -errno : 0;
	close(ends[0]);
	if (r < 0 || fcntl(ends[1], F_SETFL, O_NONBLOCK) < 0) {
		close(ends[1]);
		return r;
	}
	/* both do it: whoever kills the group must find it */
	setpgid(pid, pid);
	h->pid = pid;
	h->in = ends[1];
	h->sent = 0;
	return watch_child(h);
}

static void end_child(struct hook *h)
{
	struct timespec wait = { .tv_nsec = 10 * 1000000L };
	uint64_t deadline = now_usec() + GRACE_MS * UINT64_C(1000);
	sigset_t child;
	pid_t pid = h->pid;

	forget_child(h);
	kill(-pid, SIGTERM);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while (waitpid(pid, NULL, WNOHANG) == 0) {
		if (now_usec() > deadline) {
			kill(-pid, SIGKILL);
			waitpid(pid, NULL, 0);
			return;
		}
		sigtimedwait(&child, NULL, &wait);
	}
}

/* For the first that waits. */
static void start(struct hook *h)
{
	int r = spawn(h);

	if (r >= 0)
		return;
	complain(h->c, MSG_EXEC_FAILED, strerror(-r));
	if (h->pid)
		end_child(h);
	pop(h);
}

int hook_run(struct hook *h, const char *line)
{
	size_t size = strlen(line);
	char *copy;

	if (h->n == HOOK_QUEUE_MAX)
		return -ENOBUFS;
	copy = secret_alloc(size + 2);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, line, size);
	copy[size] = '\n';
	h->queue[h->n++] = copy;
	if (!h->pid)
		next(h);
	return 0;
}

bool hook_busy(const struct hook *h)
{
	return h->n > 0;
}

int hook_new(const struct ctl *c, sd_event *event, void (*idle)(void *userdata), void *userdata,
	     struct hook **ret)
{
	struct hook *h = calloc(1, sizeof(*h));
	sigset_t child;

	if (!h)
		return -ENOMEM;
	*h = (struct hook){ .c = c, .event = sd_event_ref(event), .idle = idle,
			    .userdata = userdata, .in = -1 };
	/* wanted by sd_event_add_child() */
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	/* a command that does not read is none that ends this program */
	signal(SIGPIPE, SIG_IGN);
	*ret = h;
	return 0;
}

struct hook *hook_free(struct hook *h)
{
	if (!h)
		return NULL;
	h->idle = NULL;
	if (h->pid)
		end_child(h);
	while (h->n)
		pop(h);
	sd_event_unref(h->event);
	free(h);
	return NULL;
}
