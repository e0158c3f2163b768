// SPDX-License-Identifier: GPL-2.0-or-later
#include "decoder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include "log.h"
#include "secret.h"
#include "util.h"

enum {
	REPLY_SIZE_MAX = sizeof(struct portrait_reply) + PORTRAIT_RGB_SIZE,
	/* For a process that was asked to end to put away what its library wrote. */
	LEAVE_MS = 1000,
};

enum decoding_state {
	DECODING_NEW,
	DECODING_QUEUED,
	DECODING_RUNNING,
	DECODING_DONE,
};

struct decoding {
	unsigned int refs;		/* 0 and running: wanted by nobody, freed when it ended */
	struct decoder *decoder;
	enum decoding_state state;
	enum portrait_result result;
	struct decoding *next;		/* in the queue */
	uint8_t block[PORTRAIT_BLOCK_SIZE];

	/* While it is running. */
	pid_t pid;
	int fd;				/* -1: all of the reply was read */
	sd_event_source *io, *child, *timer;
	bool asked;			/* to end */
	bool ended;
	size_t size;
	/* The reply; one byte more shows that it is too long. */
	union {
		struct portrait_reply head;
		uint8_t bytes[REPLY_SIZE_MAX + 1];
	} reply;
};

struct decoder {
	sd_event *event;
	struct decoder_options options;
	struct decoding *running;
	struct decoding *queue;		/* the first to come first */
	size_t n_queued;
	sd_event_source *turn;		/* the next in the queue, from the loop */
};

static void start_next(struct decoder *d);
static void stop(struct decoding *g);

static int on_turn(sd_event_source *s, void *userdata)
{
	struct decoder *d = userdata;

	start_next(d);
	d->options.done(d->options.userdata);
	return 0;
}

int decoder_new(sd_event *event, const struct decoder_options *options, struct decoder **ret)
{
	struct decoder *d;
	sigset_t mask;
	int r;

	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return -errno;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	d->event = sd_event_ref(event);
	d->options = *options;
	r = sd_event_add_defer(event, &d->turn, on_turn, d);
	if (r >= 0)
		r = sd_event_source_set_enabled(d->turn, SD_EVENT_OFF);
	if (r < 0) {
		decoder_free(d);
		return r;
	}
	*ret = d;
	return 0;
}

struct decoder *decoder_free(struct decoder *d)
{
	if (!d)
		return NULL;
	if (d->running) {
		struct decoding *g = d->running;

		stop(g);
		secret_free(g);
	}
	sd_event_source_disable_unref(d->turn);
	sd_event_unref(d->event);
	free(d);
	return NULL;
}

bool decoder_busy(const struct decoder *d)
{
	return d->running || d->queue;
}

int decoding_new(struct decoder *d, const uint8_t block[PORTRAIT_BLOCK_SIZE],
		 struct decoding **ret)
{
	struct decoding *g = secret_alloc(sizeof(*g));

	if (!g)
		return -ENOMEM;
	g->refs = 1;
	g->decoder = d;
	g->result = PORTRAIT_FAULT;
	g->fd = -1;
	memcpy(g->block, block, PORTRAIT_BLOCK_SIZE);
	*ret = g;
	return 0;
}

struct decoding *decoding_ref(struct decoding *g)
{
	g->refs++;
	return g;
}

/* No process and no descriptor is left of it. */
static void stop(struct decoding *g)
{
	g->io = sd_event_source_disable_unref(g->io);
	g->timer = sd_event_source_disable_unref(g->timer);
	g->fd = safe_close(g->fd);
	/* Not after it was reaped: the number may be another's by then. */
	if (g->child && !g->ended)
		kill(-g->pid, SIGKILL);
	g->child = sd_event_source_disable_unref(g->child);
	if (g->decoder->running == g)
		g->decoder->running = NULL;
}

static void ask_to_end(struct decoding *g)
{
	g->asked = true;
	/* What has ended is only waited for: its number may be another's. */
	if (!g->ended)
		kill(g->pid, SIGTERM);
	if ((sd_event_source_set_time_relative(g->timer, LEAVE_MS * UINT64_C(1000)) < 0 ||
	     sd_event_source_set_enabled(g->timer, SD_EVENT_ONESHOT) < 0) && !g->ended)
		kill(-g->pid, SIGKILL);
}

static void leave_queue(struct decoding *g)
{
	struct decoding **p = &g->decoder->queue;

	while (*p != g)
		p = &(*p)->next;
	*p = g->next;
	g->next = NULL;
	g->decoder->n_queued--;
}

struct decoding *decoding_unref(struct decoding *g)
{
	if (!g || --g->refs > 0)
		return NULL;
	if (g->state == DECODING_QUEUED)
		leave_queue(g);
	if (g->state == DECODING_RUNNING) {
		ask_to_end(g);
		return NULL;
	}
	return secret_free(g);
}

bool decoding_is_of(const struct decoding *g, const uint8_t block[PORTRAIT_BLOCK_SIZE])
{
	return memcmp(g->block, block, PORTRAIT_BLOCK_SIZE) == 0;
}

bool decoding_done(const struct decoding *g)
{
	return g->state == DECODING_DONE;
}

enum portrait_result decoding_result(const struct decoding *g)
{
	return g->result;
}

const uint8_t *decoding_rgb(const struct decoding *g)
{
	return g->result == PORTRAIT_OK ? g->reply.bytes + sizeof(g->reply.head) : NULL;
}

static void set_result(struct decoding *g, enum portrait_result result)
{
	g->state = DECODING_DONE;
	g->result = result;
	if (result != PORTRAIT_OK && result != PORTRAIT_NO_DECODER)
		log_line(LOG_WARNING, "portrait: %s: %s", portrait_result_word(result),
			 portrait_result_text(result));
}

/* The process ended well: what a whole reply says; anything else is a fault. */
static enum portrait_result judge(const struct decoding *g)
{
	const struct portrait_reply *head = &g->reply.head;
	size_t expected = sizeof(*head);

	if (g->size < sizeof(*head) || head->magic != PORTRAIT_REPLY_MAGIC ||
	    head->result >= _PORTRAIT_RESULT_MAX)
		return PORTRAIT_FAULT;
	if (head->result == PORTRAIT_OK)
		expected += PORTRAIT_RGB_SIZE;
	return g->size == expected ? (enum portrait_result)head->result : PORTRAIT_FAULT;
}

/* From the loop. Whoever is told may drop the last reference to anything here. */
static void finish(struct decoding *g, enum portrait_result result)
{
	struct decoder *d = g->decoder;
	bool wanted = g->refs > 0;

	decoding_ref(g);
	stop(g);
	if (g->asked)
		result = PORTRAIT_FAULT;
	if (result != PORTRAIT_OK)
		explicit_bzero(&g->reply, sizeof(g->reply));
	g->state = DECODING_DONE;
	if (wanted)
		set_result(g, result);
	start_next(d);
	d->options.done(d->options.userdata);
	decoding_unref(g);
}

static void finish_if_complete(struct decoding *g)
{
	if (g->ended && g->fd < 0)
		finish(g, judge(g));
}

static void end_of_reply(struct decoding *g)
{
	g->io = sd_event_source_disable_unref(g->io);
	g->fd = safe_close(g->fd);
	finish_if_complete(g);
}

static int on_reply(sd_event_source *s, int fd, uint32_t events, void *userdata)
{
	struct decoding *g = userdata;
	ssize_t n = read(fd, g->reply.bytes + g->size, sizeof(g->reply.bytes) - g->size);

	if (n > 0)
		g->size += n;
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		end_of_reply(g);
	if (n > 0 && g->size == sizeof(g->reply.bytes))
		finish(g, PORTRAIT_FAULT);
	return 0;
}

static int on_end(sd_event_source *s, const siginfo_t *si, void *userdata)
{
	struct decoding *g = userdata;

	/* What it left behind; its number is still its own. */
	kill(-g->pid, SIGKILL);
	g->ended = true;
	if (si->si_code == CLD_EXITED && si->si_status == 0)
		finish_if_complete(g);
	else
		finish(g, PORTRAIT_FAULT);
	return 0;
}

static int on_deadline(sd_event_source *s, uint64_t usec, void *userdata)
{
	struct decoding *g = userdata;

	if (g->asked) {
		finish(g, PORTRAIT_FAULT);
		return 0;
	}
	log_line(LOG_WARNING, "portrait: the process took more than %u ms",
		 g->decoder->options.deadline_ms);
	ask_to_end(g);
	return 0;
}

/*
 * The block in a pipe that has no writer any more: it is less than a pipe always holds, so nothing
 * waits for a process that does not read, and nothing breaks with one that closes it.
 */
static int block_to_pipe(const struct decoding *g)
{
	int fds[2];
	ssize_t n;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	n = write(fds[1], g->block, PORTRAIT_BLOCK_SIZE);
	safe_close(fds[1]);
	if (n == PORTRAIT_BLOCK_SIZE)
		return fds[0];
	safe_close(fds[0]);
	return -EIO;
}

static int spawn_with(const struct decoder_options *options, const posix_spawnattr_t *attributes,
		      int in, int out, pid_t *ret)
{
	/* Nothing of the daemon's: a library must not find the service manager by it. */
	char *const argv[] = { (char *)options->program, NULL };
	char *const environment[] = { NULL };
	posix_spawn_file_actions_t actions;
	int r = posix_spawn_file_actions_init(&actions);

	if (r)
		return -r;
	r = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	if (!r)
		r = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (!r)
		r = posix_spawn(ret, options->program, &actions, attributes, argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

/* With the signals of a fresh program, not those of an event loop; a process group of its own. */
static int spawn(const struct decoder_options *options, int in, int out, pid_t *ret)
{
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int r = posix_spawnattr_init(&attributes);

	if (r)
		return -r;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
				 POSIX_SPAWN_SETPGROUP);
	r = spawn_with(options, &attributes, in, out, ret);
	posix_spawnattr_destroy(&attributes);
	return r;
}

static int watch(struct decoding *g)
{
	struct decoder *d = g->decoder;
	int r = sd_event_add_child(d->event, &g->child, g->pid, WEXITED, on_end, g);

	if (r < 0) {
		kill(-g->pid, SIGKILL);
		waitpid(g->pid, NULL, 0);
		return r;
	}
	/* Ended and reaped with the source, whatever happens first. */
	sd_event_source_set_child_process_own(g->child, true);
	r = sd_event_add_io(d->event, &g->io, g->fd, EPOLLIN, on_reply, g);
	if (r >= 0)
		r = sd_event_add_time_relative(d->event, &g->timer, CLOCK_MONOTONIC,
					       d->options.deadline_ms * UINT64_C(1000), 0,
					       on_deadline, g);
	return r;
}

static int run(struct decoding *g)
{
	_cleanup_close_ int in = block_to_pipe(g), out = -1;
	int fds[2], r;

	if (in < 0)
		return in;
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	g->fd = fds[0];
	out = fds[1];
	/* The process's own end waits as usual. */
	if (fcntl(out, F_SETFL, 0) < 0)
		return -errno;
	r = spawn(&g->decoder->options, in, out, &g->pid);
	return r < 0 ? r : watch(g);
}

static void begin(struct decoding *g)
{
	int r = run(g);

	if (r < 0) {
		log_errno(LOG_ERR, r, "%s cannot be run", g->decoder->options.program);
		stop(g);
		set_result(g, PORTRAIT_FAULT);
		sd_event_source_set_enabled(g->decoder->turn, SD_EVENT_ONESHOT);
		return;
	}
	g->state = DECODING_RUNNING;
	g->decoder->running = g;
}

static void start_next(struct decoder *d)
{
	while (!d->running && d->queue) {
		struct decoding *g = d->queue;

		leave_queue(g);
		begin(g);
	}
}

static void enqueue(struct decoding *g)
{
	struct decoding **p = &g->decoder->queue;

	if (g->decoder->n_queued == DECODER_QUEUE_MAX)
		return set_result(g, PORTRAIT_FAULT);
	while (*p)
		p = &(*p)->next;
	*p = g;
	g->decoder->n_queued++;
	g->state = DECODING_QUEUED;
}

void decoding_start(struct decoding *g)
{
	if (g->state != DECODING_NEW)
		return;
	if (!portrait_block_valid(g->block))
		return set_result(g, PORTRAIT_BAD_BLOCK);
	if (access(g->decoder->options.config, F_OK) < 0 && errno == ENOENT)
		return set_result(g, PORTRAIT_NO_DECODER);
	enqueue(g);
	start_next(g->decoder);
}
