// SPDX-License-Identifier: GPL-2.0-or-later
#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <termios.h>

#include "util.h"

struct pty {
	struct front front;
	sd_event *event;
	sd_event_source *io;
	int master;
	int slave;	/* held open: otherwise the line hangs up when the host closes it */
	char path[64];
	char *link;
	uid_t owner;	/* or -1 */
};

static struct pty *from_front(const struct front *front)
{
	return (struct pty *)front;
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct pty *p = userdata;
	uint8_t bytes[256];
	ssize_t n;

	/* Without flow control nothing can be refused: a SAM that starts loses it. */
	n = read(fd, bytes, sizeof(bytes));
	if (n > 0)
		reader_received(p->front.reader, false, bytes, (size_t)n);
	return 0;
}

static int open_pair(struct pty *p)
{
	struct termios t;

	p->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (p->master < 0 || grantpt(p->master) < 0 || unlockpt(p->master) < 0 ||
	    ptsname_r(p->master, p->path, sizeof(p->path)))
		return -errno;
	p->slave = open(p->path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (p->owner != (uid_t)-1 && fchown(p->slave, p->owner, (gid_t)-1) < 0)
		return -errno;
	if (p->slave < 0 || tcgetattr(p->slave, &t) < 0)
		return -errno;
	cfmakeraw(&t);
	cfsetspeed(&t, B115200);
	return tcsetattr(p->slave, TCSANOW, &t) < 0 ? -errno : 0;
}

/* Replaced in one step: a program that opens it finds the old or the new one. */
static int make_link(const struct pty *p)
{
	char new[4096];

	if (!p->link)
		return 0;
	if (snprintf(new, sizeof(new), "%s.new", p->link) >= (int)sizeof(new))
		return -ENAMETOOLONG;
	unlink(new);
	if (symlink(p->path, new) < 0 || rename(new, p->link) < 0)
		return -errno;
	return 0;
}

static void pty_unplug(struct front *front)
{
	struct pty *p = from_front(front);

	if (p->link && p->master >= 0)
		unlink(p->link);
	p->io = sd_event_source_disable_unref(p->io);
	p->slave = safe_close(p->slave);
	p->master = safe_close(p->master);
}

static int pty_plug(struct front *front)
{
	struct pty *p = from_front(front);
	int r;

	r = open_pair(p);
	if (r >= 0)
		r = sd_event_add_io(p->event, &p->io, p->master, EPOLLIN, on_io, p);
	if (r >= 0)
		r = make_link(p);
	if (r < 0)
		pty_unplug(front);
	return r;
}

static void pty_deliver(struct front *front, const struct delivery *d, const struct piece *piece)
{
	struct pty *p = from_front(front);

	/* What a full line does not take is lost, as on a wire without flow control. */
	front->reader->handed_usec = now_usec();
	if (write(p->master, d->bytes + piece->offset, piece->size) < 0)
		return;
}

static bool pty_taken(const struct front *front)
{
	return true;
}

static void pty_stall(struct front *front, uint8_t endpoint)
{
	/* A serial line has nothing to halt; the lost reply remains. */
}

static void pty_ready(struct front *front)
{
}

static void pty_describe(const struct front *front, char *out, size_t size)
{
	snprintf(out, size, "tty=%s", front->plugged ? from_front(front)->path : "none");
}

static void pty_free(struct front *front)
{
	struct pty *p = from_front(front);

	pty_unplug(front);
	free(p->link);
	free(p);
}

static const struct front_ops pty_ops = {
	.name = "pty",
	.plug = pty_plug,
	.unplug = pty_unplug,
	.deliver = pty_deliver,
	.taken = pty_taken,
	.stall = pty_stall,
	.ready = pty_ready,
	.describe = pty_describe,
	.free = pty_free,
};

static int find_owner(const char *name, uid_t *ret)
{
	const struct passwd *user = name ? getpwnam(name) : NULL;

	if (name && !user)
		return -ENOENT;
	*ret = user ? user->pw_uid : (uid_t)-1;
	return 0;
}

int pty_new(sd_event *event, struct reader *reader, const char *link, const char *owner)
{
	struct pty *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return -ENOMEM;
	p->front = (struct front){ .ops = &pty_ops, .reader = reader };
	p->event = event;
	p->master = p->slave = -1;
	r = find_owner(owner, &p->owner);
	if (!r && link) {
		p->link = strdup(link);
		if (!p->link)
			r = -ENOMEM;
	}
	if (r < 0) {
		free(p);
		return r;
	}
	reader->front = &p->front;
	return 0;
}
