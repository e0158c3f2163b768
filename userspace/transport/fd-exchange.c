// SPDX-License-Identifier: GPL-2.0-or-later
#include "fd-exchange.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/file.h>

#include "lib/secret.h"

/* The two clocks are not read at once; and a person takes longer to change the card. */
enum { SLEPT_USEC = 1000000 };

static int fd_error(int error)
{
	switch (error) {
	case EIO:
	case ENODEV:
	case ENXIO:
	case ESHUTDOWN:
	case ECONNRESET:
		return -ENODEV;
	case EPIPE:
	case ETIMEDOUT:
		return -error;
	default:
		return -EIO;
	}
}

/* Bytes in x->in; 0: nothing there; -ENODEV at the end of the line. */
static ssize_t fd_read(struct fd_exchange *x)
{
	ssize_t n;

	do
		n = read(x->fd, x->in, IDCARD_REPLY_MAX);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return -ENODEV;
	if (n > 0)
		return n;
	return errno == EAGAIN ? 0 : fd_error(errno);
}

/* 0: all is sent; -EAGAIN: the line takes no more now. */
static int fd_write(struct fd_exchange *x)
{
	size_t piece;
	ssize_t n;

	while (x->out_done < x->out_size) {
		piece = x->out_size - x->out_done;
		if (x->out_piece && piece > x->out_piece)
			piece = x->out_piece;
		n = write(x->fd, x->out + x->out_done, piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? -EAGAIN : errno == EIO ? -EIO : fd_error(errno);
		/* A part of a report is none. */
		if (x->out_piece && (size_t)n != piece)
			return -EIO;
		x->out_done += n;
	}
	return 0;
}

/* Wait for @events until @usec. No events: only the end of the line wakes. */
static int fd_wait(struct fd_exchange *x, uint32_t events, uint64_t usec)
{
	int r = sd_event_source_set_io_events(x->io, events);

	if (r >= 0)
		r = sd_event_source_set_time(x->timer, usec < x->deadline ? usec : x->deadline);
	if (r >= 0)
		r = sd_event_source_set_enabled(x->timer, SD_EVENT_ONESHOT);
	return r;
}

static int fd_send(struct fd_exchange *x)
{
	int r = fd_write(x);

	if (r == -EAGAIN)
		return fd_wait(x, EPOLLOUT, x->deadline);
	if (r < 0)
		return r;
	x->pausing = x->line->pause_ms > 0;
	return idcard_exchange_done(&x->exchange, 0, NULL, 0);
}

/* Go on with the exchange. 0: it waits for something; negative: it is over. */
static int fd_advance(struct fd_exchange *x)
{
	struct idcard_transfer step;
	uint64_t now = now_usec();
	int r;

	idcard_exchange_next(&x->exchange, &step);
	if (!step.in) {
		if (step.begins && !x->out_done)
			x->deadline = now + x->timeout_ms * 1000ULL;
		r = fd_send(x);
		if (r < 0 || x->exchange.phase != IDCARD_PHASE_RECEIVE)
			return r;
		if (x->pausing)
			return fd_wait(x, 0, now_usec() + x->line->pause_ms * 1000ULL);
	} else if (x->exchange.phase != IDCARD_PHASE_RECEIVE) {
		return fd_wait(x, EPOLLIN, now + step.timeout_ms * 1000ULL);
	}
	return fd_wait(x, EPOLLIN, x->partial ? now_usec() + IDCARD_GAP_MS * 1000ULL : x->deadline);
}

static void fd_rest(struct fd_exchange *x)
{
	x->running = false;
	x->answered = false;
	x->pausing = false;
	/* What comes now is stale; it is taken before the next request and wakes nobody. */
	sd_event_source_set_io_events(x->io, 0);
	sd_event_source_set_enabled(x->timer, SD_EVENT_OFF);
	explicit_bzero(x->out, x->out_size);
	explicit_bzero(x->in, IDCARD_REPLY_MAX);
	x->out_size = 0;
}

/* How long the machine was suspended since it was started. */
static uint64_t slept_usec(void)
{
	uint64_t awake = now_usec();
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000 - awake;
}

/* The exchange is over, @result as of fd_line.received. The caller holds a reference. */
static void fd_finish(struct fd_exchange *x, int result)
{
	_cleanup_secret_ uint8_t *reply = NULL;
	size_t size = x->reply_size;

	/* Of a card that lay there before: the time limits did not run meanwhile. */
	if (result > 0 && slept_usec() > x->slept + SLEPT_USEC)
		result = -ESTALE;
	if (!x->answered)
		idcard_exchange_end(&x->exchange, result);
	fd_rest(x);
	if (result == -ENODEV) {
		explicit_bzero(x->reply, IDCARD_REPLY_MAX);
		sd_event_source_set_enabled(x->io, SD_EVENT_OFF);
		transport_lost(&x->base);
		return;
	}
	if (x->line->ended && x->line->ended(x, result))
		return;
	/* Ours, should the callback close the transport; and x->reply is free, should it submit. */
	reply = result > 0 ? secret_alloc(size) : NULL;
	if (reply)
		memcpy(reply, x->reply, size);
	else if (result > 0)
		result = -ENOMEM;
	explicit_bzero(x->reply, IDCARD_REPLY_MAX);
	transport_answer(&x->base, result < 0 ? result : 0, reply, reply ? size : 0);
}

/* What one read brought. As fd_line.received. */
static int fd_take(struct fd_exchange *x, size_t n)
{
	int r = 0;

	if (x->exchange.phase == IDCARD_PHASE_RECEIVE) {
		r = x->line->received(x, x->in, n);
	} else {
		if (x->line->stale)
			r = x->line->stale(x, x->in, n);
		if (r == 0)
			r = idcard_exchange_done(&x->exchange, 0, x->in, n);
	}
	explicit_bzero(x->in, n);
	return r ? r : fd_advance(x);
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct fd_exchange *x = userdata;
	_cleanup_(transport_unrefp) _unused_ struct transport *hold = transport_ref(&x->base);
	ssize_t n = 0;
	int r = 0;

	if (x->running && revents & EPOLLIN) {
		n = fd_read(x);
		if (n > 0)
			r = fd_take(x, n);
	} else if (x->running && revents & EPOLLOUT) {
		r = fd_advance(x);
	}
	if (n < 0)
		r = n;
	else if (n == 0 && revents & (EPOLLHUP | EPOLLERR))
		r = -ENODEV;
	if (r)
		fd_finish(x, r);
	return 0;
}

static bool fd_draining(const struct fd_exchange *x)
{
	return x->exchange.phase < IDCARD_PHASE_SEND_HEAD && now_usec() < x->deadline;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct fd_exchange *x = userdata;
	_cleanup_(transport_unrefp) _unused_ struct transport *hold = transport_ref(&x->base);
	ssize_t n;
	int r;

	if (x->answered) {
		fd_finish(x, 1);
		return 0;
	}
	/* Silence is that nothing came, not that nobody looked. */
	n = fd_draining(x) ? fd_read(x) : 0;
	if (n) {
		r = n > 0 ? fd_take(x, n) : n;
	} else if (x->pausing) {
		x->pausing = false;
		r = fd_wait(x, EPOLLIN, x->deadline);
	} else {
		r = idcard_exchange_done(&x->exchange, -ETIMEDOUT, NULL, 0);
		if (r == 0)
			r = fd_advance(x);
	}
	if (r)
		fd_finish(x, r);
	return 0;
}

int fd_exchange_lock(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK ? -EBUSY : 0;
}

int fd_exchange_open(struct fd_exchange *x, int fd, const struct fd_line *line)
{
	int flags, r;

	x->line = line;
	idcard_exchange_init(&x->exchange);
	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -errno;
	x->out = secret_alloc(FD_OUT_MAX);
	x->in = secret_alloc(IDCARD_REPLY_MAX);
	x->reply = secret_alloc(IDCARD_REPLY_MAX);
	if (!x->out || !x->in || !x->reply)
		return -ENOMEM;
	r = sd_event_add_io(x->base.event, &x->io, fd, 0, on_io, x);
	if (r < 0)
		return r;
	r = sd_event_add_time(x->base.event, &x->timer, CLOCK_MONOTONIC, 0, 1000, on_timer, x);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(x->timer, SD_EVENT_OFF);
}

void fd_exchange_close(struct fd_exchange *x)
{
	x->timer = sd_event_source_disable_unref(x->timer);
	x->io = sd_event_source_disable_unref(x->io);
	x->fd = safe_close(x->fd);
	x->out = secret_free(x->out);
	x->in = secret_free(x->in);
	x->reply = secret_free(x->reply);
}

int fd_exchange_begin(struct fd_exchange *x, unsigned int timeout_ms)
{
	int r;

	x->out_done = 0;
	x->reply_size = 0;
	x->partial = false;
	x->timeout_ms = timeout_ms;
	x->slept = slept_usec();
	x->deadline = now_usec() + IDCARD_DRAIN_TOTAL_MS * 1000ULL;
	idcard_exchange_begin(&x->exchange, x->out, x->out_size);
	x->running = true;
	r = fd_advance(x);
	if (r < 0)
		fd_rest(x);
	return r;
}

int fd_exchange_answer(struct fd_exchange *x)
{
	x->answered = true;
	x->deadline = now_usec();
	return fd_wait(x, 0, x->deadline);
}
