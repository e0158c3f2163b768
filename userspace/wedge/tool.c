// SPDX-License-Identifier: GPL-2.0-or-later
#include "wedge/tool.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "log.h"
#include "secret.h"
#include "wedge/spawn.h"

enum {
	DONE_USEC = 3 * 1000 * 1000,
	AGAIN_USEC = 20 * 1000,		/* between two looks at the clipboard */
	LOOK_USEC = 500 * 1000,		/* of one: nobody may be there to answer */
	ACCURACY_USEC = 1000,
	TEXT_MAX = 2048,		/* less than a pipe holds */
};

/*
 * wl-copy ends when the compositor has the text, and leaves a process behind that offers it. xclip
 * does so without waiting for the server, and xsel stays: then the clipboard is read to be sure.
 */
static const struct program {
	const char *desktop;		/* the variable that says it is there */
	const char *set[5], *get[5];
	bool stays, hide_files;
} programs[] = {
	{ "WAYLAND_DISPLAY", { "wl-copy", "--type", "text/plain" }, {}, false, true },
	{ "DISPLAY", { "xclip", "-selection", "clipboard" },
	  { "xclip", "-out", "-selection", "clipboard" }, false, false },
	{ "DISPLAY", { "xsel", "--clipboard", "--input", "--nodetach" },
	  { "xsel", "--clipboard", "--output" }, true, false },
};

struct tool {
	sd_event *event;
	tool_done_t done;
	void *userdata;
	sd_event_source *children, *timer, *io;

	const struct program *program;
	bool busy;			/* done() is still to be called */
	uint64_t deadline;
	unsigned int clear_s;
	char *text;			/* NULL: nothing is, or is to be, on the clipboard */
	pid_t group;			/* of what offers the text; 0: nobody */
	pid_t former;			/* what did before, until another text is there */
	pid_t setter, getter;		/* 0: none */
	int pipe;			/* the getter's output, or -1 */
	char *seen;
	size_t seen_size;
};

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata);

static void set_timer(struct tool *t, uint64_t usec)
{
	t->timer = sd_event_source_disable_unref(t->timer);
	/* Without it the text would stay: better to end, which takes it away. */
	if (sd_event_add_time_relative(t->event, &t->timer, CLOCK_MONOTONIC, usec, ACCURACY_USEC,
				       on_timer, t) < 0)
		sd_event_exit(t->event, -ENOMEM);
}

static void stop_getter(struct tool *t)
{
	t->io = sd_event_source_disable_unref(t->io);
	t->pipe = safe_close(t->pipe);
	if (t->getter > 0)
		kill(-t->getter, SIGTERM);
	t->getter = 0;
	t->seen = secret_free(t->seen);
	t->seen_size = 0;
}

static void rest(struct tool *t)
{
	stop_getter(t);
	t->timer = sd_event_source_disable_unref(t->timer);
	t->setter = 0;
	t->busy = false;
}

static void end_group(pid_t *group)
{
	if (*group > 0)
		kill(-*group, SIGTERM);
	*group = 0;
}

void tool_clear(struct tool *t)
{
	rest(t);
	t->text = secret_free(t->text);
	end_group(&t->former);
	end_group(&t->group);
}

static void finish(struct tool *t, bool on_clipboard)
{
	if (on_clipboard) {
		rest(t);
		end_group(&t->former);
		set_timer(t, t->clear_s * UINT64_C(1000000));
	} else {
		log_line(LOG_WARNING, "%s did not put the text on the clipboard", t->program->set[0]);
		tool_clear(t);
	}
	t->done(t->userdata, on_clipboard);
}

/* ---- To see what is on the clipboard ---- */

/* At the end of what the getter said. */
static void compare(struct tool *t)
{
	bool same = t->seen_size == strlen(t->text) && memcmp(t->seen, t->text, t->seen_size) == 0;

	stop_getter(t);
	if (same)
		finish(t, true);
	else
		set_timer(t, AGAIN_USEC);
}

static int on_output(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct tool *t = userdata;
	ssize_t n = read(fd, t->seen + t->seen_size, TEXT_MAX - t->seen_size);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n > 0)
		t->seen_size += n;
	/* Something larger is somebody else's. */
	if (n <= 0 || t->seen_size == TEXT_MAX)
		compare(t);
	return 0;
}

static int start_getter(struct tool *t)
{
	int ends[2], r;

	t->seen = secret_alloc(TEXT_MAX);
	if (!t->seen || pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return -ENOMEM;
	/* For the program it must be an ordinary one. */
	fcntl(ends[1], F_SETFL, 0);
	r = spawn(t->program->get, -1, ends[1], false);
	close(ends[1]);
	t->pipe = ends[0];
	if (r < 0)
		return r;
	t->getter = r;
	return sd_event_add_io(t->event, &t->io, t->pipe, EPOLLIN, on_output, t);
}

static void look(struct tool *t)
{
	stop_getter(t);
	if (start_getter(t) < 0) {
		finish(t, false);
		return;
	}
	set_timer(t, LOOK_USEC);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct tool *t = userdata;

	if (!t->busy)
		tool_clear(t);
	else if (now_usec() >= t->deadline || t->setter)
		finish(t, false);
	else if (t->program->get[0])
		look(t);
	else
		finish(t, true);
	return 0;
}

/* ---- To put it there ---- */

static void setter_ended(struct tool *t, int status)
{
	t->setter = 0;
	if (!t->busy)
		return;
	if (t->program->hide_files && WIFEXITED(status) && WEXITSTATUS(status) == SPAWN_NO_HIDING)
		log_line(LOG_ERR, "wl-copy would leave the text in a file, and cannot be given a /tmp of its "
			 "own: this needs user namespaces (sysctl user.max_user_namespaces)");
	if (t->program->stays || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		finish(t, false);
	else if (t->program->get[0])
		look(t);
	else
		finish(t, true);
}

/* An empty group's number may be another's soon. */
static void forget_if_empty(pid_t *group)
{
	if (*group > 0 && kill(-*group, 0) < 0 && errno == ESRCH)
		*group = 0;
}

static int on_children(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	struct tool *t = userdata;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == t->getter)
			t->getter = 0;
		else if (pid == t->setter)
			setter_ended(t, status);
	}
	forget_if_empty(&t->group);
	forget_if_empty(&t->former);
	return 0;
}

static const struct program *find_program(void)
{
	for (size_t i = 0; i < ELEMENTSOF(programs); i++)
		if (getenv(programs[i].desktop) && spawn_exists(programs[i].set[0]))
			return &programs[i];
	return NULL;
}

static int start_setter(struct tool *t)
{
	ssize_t size = strlen(t->text);
	int ends[2], r;

	if (size >= TEXT_MAX)
		return -EMSGSIZE;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	/* All of it fits into the pipe. */
	r = write(ends[1], t->text, size) == size ? 0 : -EIO;
	close(ends[1]);
	if (r == 0)
		r = spawn(t->program->set, ends[0], -1, t->program->hide_files);
	close(ends[0]);
	if (r < 0)
		return r;
	t->setter = r;
	t->group = r;
	return 0;
}

/* What is on the clipboard gives way when another text is there, and not before. */
static int replace(struct tool *t, const char *text)
{
	char *copy = secret_alloc(strlen(text) + 1);
	int r;

	if (!copy)
		return -ENOMEM;
	strcpy(copy, text);
	/* What is not yet there must not come after this. */
	if (t->busy)
		end_group(&t->group);
	rest(t);
	secret_free(t->text);
	t->text = copy;
	end_group(&t->former);
	t->former = t->group;
	t->group = 0;
	r = start_setter(t);
	if (r < 0)
		tool_clear(t);
	return r;
}

int tool_copy(struct tool *t, const char *text, unsigned int clear_s)
{
	bool same = !t->busy && t->group > 0 && t->text && strcmp(t->text, text) == 0;
	int r = 0;

	if (!same) {
		t->program = find_program();
		if (!t->program) {
			tool_clear(t);
			log_line(LOG_WARNING, "There is no desktop here, or neither of wl-copy, xclip and xsel");
			return -ENOENT;
		}
		r = replace(t, text);
		if (r < 0)
			return r;
	}
	t->clear_s = clear_s;
	t->busy = true;
	t->deadline = now_usec() + DONE_USEC;
	if (same || t->program->stays) {
		t->setter = 0;
		set_timer(t, AGAIN_USEC);
	} else {
		set_timer(t, DONE_USEC);
	}
	return 0;
}

/* What offers the text outlives its parent. */
static int become_parent(void)
{
	sigset_t mask;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return -errno;
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	return sigprocmask(SIG_BLOCK, &mask, NULL) < 0 ? -errno : 0;
}

int tool_new(sd_event *event, tool_done_t done, void *userdata, struct tool **ret)
{
	_cleanup_(tool_freep) struct tool *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return -ENOMEM;
	t->event = sd_event_ref(event);
	t->done = done;
	t->userdata = userdata;
	t->pipe = -1;
	r = become_parent();
	if (r >= 0)
		r = sd_event_add_signal(event, &t->children, SIGCHLD, on_children, t);
	if (r < 0)
		return r;
	*ret = t;
	t = NULL;
	return 0;
}

struct tool *tool_free(struct tool *t)
{
	if (!t)
		return NULL;
	tool_clear(t);
	sd_event_source_disable_unref(t->children);
	sd_event_unref(t->event);
	free(t);
	return NULL;
}
