// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Transport over a tty (docs/protocol.md, "Serial"): eight bits, no parity, one stop bit, no
 * flow control. Bytes may get lost or come from nowhere: a frame is looked for in what comes,
 * and its checksum decides.
 */
#include <sys/ioctl.h>
#include <termios.h>

#include "fd-exchange.h"
#include "lib/secret.h"
#include "stx.h"

struct serial {
	struct fd_exchange x;
	bool exclusive;
	struct idcard_assembler frame;

	/* TRANSPORT_STX */
	struct stx stx;
	struct stx_assembler message;
	sd_event_source *forget;	/* when the kept reply is too old */
	bool clearing;			/* the reader is reset before the find that waits */
	uint8_t find[IDCARD_REQUEST_MAX];
	unsigned int find_ms;
	size_t drained;			/* before this command */
	size_t taken;			/* bytes of its reply, and of what came with it */
};

enum {
	CLEAR_MS = 2500,
	STX_STATUS_MAX = 16,	/* bytes of a reply that is only a status, and some noise */
};

static struct serial *to_serial(struct transport *t)
{
	return (struct serial *)t;
}

/* What follows a reply belongs to nobody; do not guess which of the two is ours. */
static int alone(int done, size_t used, size_t n)
{
	return done == 1 && used != n ? -EBADMSG : done;
}

static int sam_received(struct fd_exchange *x, const uint8_t *data, size_t n)
{
	struct serial *s = to_serial(&x->base);
	size_t used;
	int r = idcard_assembler_feed(&s->frame, data, n, &used);

	x->partial = s->frame.have > 0;
	x->reply_size = s->frame.have;
	return alone(r, used, n);
}

static const struct fd_line sam_line = { .received = sam_received };

/* Nobody may get the card later than its select and read come. */
static int forget_later(struct serial *s)
{
	int r;

	if (!s->stx.kept_size)
		return 0;
	r = sd_event_source_set_time(s->forget, s->stx.kept_until);
	return r < 0 ? r : sd_event_source_set_enabled(s->forget, SD_EVENT_ONESHOT);
}

static int on_forget(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct serial *s = userdata;

	stx_forget(&s->stx);
	return 0;
}

static int stx_received(struct fd_exchange *x, const uint8_t *data, size_t n)
{
	struct serial *s = to_serial(&x->base);
	const uint8_t *content;
	size_t used, size;
	int r;

	s->taken += n;
	r = stx_assembler_feed(&s->message, data, n, &used);
	r = alone(r, used, n);
	x->partial = s->message.have > 0;
	if (r == 1) {
		content = stx_assembler_data(&s->message, &size);
		r = stx_reply(&s->stx, now_usec(), content, size, x->reply, &x->reply_size);
		if (r == 1 && forget_later(s) < 0)
			r = -EIO;
	}
	return r;
}

static int stx_send(struct serial *s, const uint8_t *request, unsigned int timeout_ms)
{
	struct fd_exchange *x = &s->x;
	uint8_t out[STX_REQUEST_MAX];
	size_t size;

	s->message.have = 0;
	s->drained = 0;
	s->taken = 0;
	if (stx_request(&s->stx, now_usec(), request, out, x->reply, &size)) {
		x->reply_size = size;
		return fd_exchange_answer(x);
	}
	memcpy(x->out, out, size);
	x->out_size = size;
	if (s->stx.command == STX_FIND && timeout_ms < STX_READ_MS)
		timeout_ms = STX_READ_MS;
	return fd_exchange_begin(x, timeout_ms);
}

/*
 * A reply that nobody took, and more than a status, may have been a card, which is hidden from
 * now on: do not look for one as if nothing had happened.
 */
static int stx_stale(struct fd_exchange *x, const uint8_t *data, size_t n)
{
	struct serial *s = to_serial(&x->base);

	s->drained += n;
	if (s->drained <= STX_STATUS_MAX)
		return 0;
	s->stx.unread = true;
	return s->stx.command == STX_FIND ? -EBADMSG : 0;
}

/* Was it a status that was damaged? Of what was cut, its length tells. */
static bool was_status(const struct serial *s)
{
	size_t size;

	if (s->message.have < STX_HEAD || s->taken > STX_STATUS_MAX)
		return false;
	stx_assembler_data(&s->message, &size);
	return size <= STX_STATUS_MAX;
}

/*
 * The reader was asked to forget which card it read: go on with the find. If it says anything but
 * that it did, or never does, that is the answer to the find; but "no card" it cannot be.
 */
static void stx_cleared(struct serial *s, uint8_t sw)
{
	int r;

	if (sw == 0x90 || sw == 0x21)
		r = stx_send(s, s->find, s->find_ms);
	else
		r = sw == 0x10 || sw == 0x11 ? -EBADMSG : -EIO;
	if (r < 0)
		transport_answer_later(&s->x.base, r);
}

/* After any error, what was kept may be of another card. */
static bool stx_ended(struct fd_exchange *x, int result)
{
	struct serial *s = to_serial(&x->base);
	bool clearing = s->clearing, status = was_status(s);
	uint8_t sw = x->reply[9];

	explicit_bzero(s->message.buf, s->message.have);
	s->message.have = 0;
	s->clearing = false;
	if (result < 0) {
		stx_forget(&s->stx);
		/* So few bytes were no card, and one that lies there read must stay hidden. */
		if ((s->stx.command == STX_FIND && !status) || s->stx.command == 0x30)
			s->stx.unread = true;
		return false;
	}
	if (s->stx.command == 0x10 && (sw == 0x90 || sw == 0x21))
		s->stx.unread = false;
	if (clearing)
		stx_cleared(s, sw);
	return clearing;
}

static const struct fd_line stx_line = { .received = stx_received,
					 .stale = stx_stale,
					 .ended = stx_ended };

static const struct {
	unsigned int baud;
	speed_t speed;
} speeds[] = {
	{ 115200, B115200 }, { 57600, B57600 }, { 38400, B38400 }, { 19200, B19200 },
	{ 9600, B9600 },
};

static int set_line(int fd, unsigned int baud)
{
	struct termios t;
	size_t i = 0;

	if (tcgetattr(fd, &t) < 0)
		return errno == ENOTTY ? -EOPNOTSUPP : -ENODEV;
	while (i < ELEMENTSOF(speeds) && speeds[i].baud != (baud ? baud : 115200))
		i++;
	if (i == ELEMENTSOF(speeds))
		return -EINVAL;
	cfmakeraw(&t);
	t.c_iflag &= ~(IXOFF | IXANY);
	t.c_cflag &= ~(CSTOPB | CRTSCTS | HUPCL);
	t.c_cflag |= CREAD | CLOCAL;
	/* Reads never wait: poll does. */
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	if (cfsetspeed(&t, speeds[i].speed) < 0 || tcsetattr(fd, TCSANOW, &t) < 0)
		return errno == EIO ? -ENODEV : -EOPNOTSUPP;
	return 0;
}

/* The lock keeps out those who ask, the flag those who do not. */
static int take_line(struct serial *s)
{
	int taken = 0, r = fd_exchange_lock(s->x.fd);

	if (r < 0)
		return r;
	/* Set by whoever opened it before us, as root may all the same. */
	if (ioctl(s->x.fd, TIOCGEXCL, &taken) == 0 && taken)
		return -EBUSY;
	if (ioctl(s->x.fd, TIOCEXCL) < 0)
		return errno == ENOTTY ? -EOPNOTSUPP : -ENODEV;
	s->exclusive = true;
	return 0;
}

static int open_stx(struct serial *s)
{
	int r;

	s->stx.kept = secret_alloc(IDCARD_REPLY_MAX);
	s->message.buf = secret_alloc(STX_DATA_MAX + 5);
	if (!s->stx.kept || !s->message.buf)
		return -ENOMEM;
	r = sd_event_add_time(s->x.base.event, &s->forget, CLOCK_MONOTONIC, 0, 1000, on_forget, s);
	return r < 0 ? r : sd_event_source_set_enabled(s->forget, SD_EVENT_OFF);
}

static int serial_open(struct transport *t, int fd, const struct transport_options *options)
{
	struct serial *s = to_serial(t);
	bool stx = options->dialect == TRANSPORT_STX;
	int r;

	s->x.fd = fd;
	r = take_line(s);
	if (r < 0)
		return r;
	r = set_line(fd, options->baud);
	if (r >= 0 && stx)
		r = open_stx(s);
	return r < 0 ? r : fd_exchange_open(&s->x, fd, stx ? &stx_line : &sam_line);
}

static void serial_close(struct transport *t)
{
	struct serial *s = to_serial(t);

	/* close() would wait for a line that takes nothing, half a minute. */
	if (s->x.fd >= 0)
		tcflush(s->x.fd, TCOFLUSH);
	if (s->exclusive)
		ioctl(s->x.fd, TIOCNXCL);
	s->forget = sd_event_source_disable_unref(s->forget);
	s->stx.kept = secret_free(s->stx.kept);
	s->stx.kept_size = 0;
	s->message.buf = secret_free(s->message.buf);
	fd_exchange_close(&s->x);
}

static int stx_submit(struct serial *s, const uint8_t *request, size_t size,
		      unsigned int timeout_ms)
{
	static const uint8_t reset[] = {
		0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x03, 0x10, 0xff, 0xec,
	};
	const uint8_t *command = request + IDCARD_FRAME_HEAD;

	s->clearing = (s->stx.unread || s->stx.kept_size) && command[0] == 0x20 &&
		      command[1] == 0x01;
	if (!s->clearing)
		return stx_send(s, request, timeout_ms);
	memcpy(s->find, request, size);
	s->find_ms = timeout_ms;
	return stx_send(s, reset, CLEAR_MS);
}

static int sam_submit(struct serial *s, const uint8_t *request, size_t size,
		      unsigned int timeout_ms)
{
	s->frame.buf = s->x.reply;
	idcard_assembler_reset(&s->frame);
	memcpy(s->x.out, request, size);
	s->x.out_size = size;
	return fd_exchange_begin(&s->x, timeout_ms);
}

static int serial_submit(struct transport *t, const uint8_t *request, size_t size,
			 unsigned int timeout_ms)
{
	struct serial *s = to_serial(t);
	int r = s->x.line == &stx_line ? stx_submit(s, request, size, timeout_ms) :
					 sam_submit(s, request, size, timeout_ms);

	return r < 0 ? transport_answer_later(t, r) : 0;
}

/* Speed and dialect are the administrator's word. */
static int serial_next_framing(struct transport *t)
{
	return -EOPNOTSUPP;
}

static int serial_reset(struct transport *t)
{
	return -EOPNOTSUPP;
}

const struct transport_ops transport_serial_ops = {
	.size = sizeof(struct serial),
	.open = serial_open,
	.close = serial_close,
	.submit = serial_submit,
	.next_framing = serial_next_framing,
	.reset = serial_reset,
};
