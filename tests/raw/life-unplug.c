// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plugged in and out, CYCLES times (500), while callers sit in every call of the node. What the
 * reader was doing, who calls, how it leaves and when is drawn. Each caller returns within a
 * second, with an error that the node's header knows; nothing is left behind.
 */
#include "life.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>

enum { CYCLES = 500, CALLERS_MAX = 8, RETURN_MS = 1000, OPEN_MS = 10000, WAITS_MAX = 10000 };

struct caller {
	const char *name;
	/* One call; false when there is no reader any more. */
	bool (*call)(struct caller *c);
	struct raw w;
	unsigned int random;
	unsigned int calls;
	uint64_t ended;		/* us */
	atomic_bool over;
	pthread_t thread;
};

/* @n of a call: fine, or one of the errors that @allowed, ending with 0, holds. */
static bool expect(struct caller *c, long n, const int *allowed)
{
	int error = errno;

	if (n >= 0)
		return true;
	while (*allowed && *allowed != error)
		allowed++;
	if (!*allowed) {
		raw_note("undocumented error of", error, c->name);
		errno = error;
		check(!"a documented error");
	}
	return error != ENODEV && error != ENXIO && error != ENOENT;
}

static bool call_read(struct caller *c)
{
	static const int errors[] = { ETIMEDOUT, EBADMSG, EPIPE, EIO, EPROTO, ESTALE, ENODEV, 0 };

	return expect(c, raw_read(&c->w), errors);
}

static bool call_write(struct caller *c)
{
	static const int errors[] = { EBUSY, ENODEV, 0 };

	return expect(c, raw_write(&c->w, rand_r(&c->random) & 1 ? 0x11ff : 0x12ff), errors);
}

static bool call_poll(struct caller *c)
{
	short seen = raw_poll(&c->w, rand_r(&c->random) & 1 ? POLLIN : 0, -1);

	if (seen & POLLHUP) {
		check(seen & POLLERR);
		return false;
	}
	/* What it is told of is for the one who reads. */
	poll(NULL, 0, 1);
	return true;
}

static bool call_ioctl(struct caller *c)
{
	static const int errors[] = { EBUSY, EOPNOTSUPP, ENODEV, 0 };
	uint32_t value = 1 + rand_r(&c->random) % 3000, framing = rand_r(&c->random) % 3;
	struct idcard_raw_info info;

	return expect(c, ioctl(c->w.fd, IDCARD_IOC_GET_INFO, &info), errors) &&
	       expect(c, ioctl(c->w.fd, IDCARD_IOC_SET_TIMEOUT, &value), errors) &&
	       expect(c, ioctl(c->w.fd, IDCARD_IOC_SET_FRAMING, &framing), errors);
}

static bool call_reset(struct caller *c)
{
	static const int errors[] = { EBUSY, EIO, ENODEV, 0 };

	return expect(c, ioctl(c->w.fd, IDCARD_IOC_RESET), errors);
}

/*
 * While another holds the node, or against others that open it: then the one waits for the other.
 */
static bool call_open(struct caller *c)
{
	static const int errors[] = { EBUSY, ENODEV, ENXIO, ENOENT, 0 };
	struct raw other = c->w;
	bool goes_on;

	other.fd = open(c->w.node, O_RDWR | O_CLOEXEC);
	goes_on = expect(c, other.fd, errors);
	if (other.fd < 0)
		return goes_on;
	if (rand_r(&c->random) & 1)
		call_write(&(struct caller){ .name = c->name, .w = other });
	close(other.fd);
	return true;
}

static void *caller_main(void *arg)
{
	struct caller *c = arg;

	do
		c->calls++;
	while (c->call(c));
	c->ended = now_usec();
	atomic_store(&c->over, true);
	return NULL;
}

static const struct {
	const char *name;
	bool (*call)(struct caller *c);
} calls[] = {
	{ "read", call_read },	 { "write", call_write }, { "poll", call_poll },
	{ "ioctl", call_ioctl }, { "open", call_open },	  { "reset", call_reset },
};

/* How long each of them waited, in microseconds. */
static struct {
	uint32_t us[WAITS_MAX];
	unsigned int n;
} waits[ELEMENTSOF(calls)];

static void start_caller(struct caller *c, unsigned int kind, int fd)
{
	*c = (struct caller){ .name = calls[kind].name, .call = calls[kind].call,
			      .w = { .node = LIFE_NODE, .framing = -1, .fd = fd },
			      .random = pick(1u << 30) };
	check(pthread_create(&c->thread, NULL, caller_main, c) == 0);
}

static bool caller_over(const void *context)
{
	return atomic_load(&((const struct caller *)context)->over);
}

static void join_caller(struct caller *c, uint64_t left, unsigned int limit)
{
	unsigned int kind = 0;
	uint64_t took;

	while (strcmp(calls[kind].name, c->name))
		kind++;
	if (!wait_for(caller_over, c, limit)) {
		raw_note("does not return, call", c->calls, c->name);
		check(system("for t in /proc/[0-9]*/task/[0-9]*; do case $(cat $t/comm) in "
			     "raw-life|kworker*) grep -q idcard $t/stack && cat $t/comm $t/stack;;"
			     " esac; done >&2") == 0);
		check(!"returned after the reader had left");
	}
	check(pthread_join(c->thread, NULL) == 0);
	took = c->ended > left ? c->ended - left : 0;
	if (waits[kind].n < WAITS_MAX)
		waits[kind].us[waits[kind].n++] = took;
	raw_note("waited ms", took / 1000, c->name);
	check(took <= slow(limit) * UINT64_C(1000));
}

/* What the reader does to whoever talks to it. */
static const char *const behaviours[] = {
	NULL, "fault silence count=3", "fault late count=3 arg=30", "fault stall count=2",
	"fault stall count=1 arg=02", "fault short count=2 arg=10", "fault cut count=9 arg=zlp",
	"fault stale count=3", "fault bad-checksum count=2", "scale 0.05",
};

enum leaving { UNPLUGGED, UNBOUND, NOT_AUTHORIZED };

static void leave(enum leaving how)
{
	char interface[64], path[128];

	if (how == UNPLUGGED) {
		sim("unplug");
		return;
	}
	interface_of(LIFE_NODE, interface, sizeof(interface));
	if (how == UNBOUND) {
		check(put("/sys/bus/usb/drivers/idcard/unbind", interface) == 0);
		return;
	}
	*strchr(interface, ':') = 0;
	snprintf(path, sizeof(path), "/sys/bus/usb/devices/%s/authorized", interface);
	check(put(path, "0") == 0);
}

static void cycle(unsigned int limit)
{
	struct caller callers[CALLERS_MAX];
	const char *behaviour = behaviours[pick(ELEMENTSOF(behaviours))];
	/* One in three: nobody holds the node, all open it. */
	bool all_open = pick(3) == 0;
	unsigned int i, n = 1 + pick(CALLERS_MAX);
	enum leaving how = pick(8) < 6 ? UNPLUGGED : pick(2) ? UNBOUND : NOT_AUTHORIZED;
	struct raw w = { .node = LIFE_NODE, .framing = -1, .fd = -1 };
	uint64_t left;

	sim("scale 0");
	sim("plug");
	check(wait_for(node_there, LIFE_NODE, OPEN_MS));
	if (behaviour)
		sim(behaviour);
	if (!all_open)
		raw_open(&w, 0);
	for (i = 0; i < n; i++)
		start_caller(&callers[i],
			     all_open                ? 4 :
			     limit > RETURN_MS && !i ? 5 :
						       pick(5),
			     w.fd);
	poll(NULL, 0, pick(40));
	left = now_usec();
	leave(how);
	for (i = 0; i < n; i++)
		join_caller(&callers[i], left, limit);
	if (w.fd >= 0)
		raw_close(&w);
	if (strstr(sim("status"), "plugged=yes"))
		sim("unplug");
	sim("fault clear");
	check(wait_for(node_gone, LIFE_NODE, OPEN_MS));
}

static void cycles(unsigned int n, unsigned int limit)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		raw_note("cycle", i, "unplug");
		cycle(limit);
		check(module_users() == 0);
	}
	raw_note(NULL, 0, NULL);
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void note_waits(const char *what, unsigned int n_cycles)
{
	note("%u cycles%s; waited ms, median, 99 %% and longest (of)", n_cycles, what);
	for (size_t i = 0; i < ELEMENTSOF(waits); i++) {
		unsigned int n = waits[i].n, middle = n / 2, late = n - 1 - n / 100;
		uint32_t *us = waits[i].us;

		if (!n)
			continue;
		qsort(us, n, sizeof(*us), compare);
		note("%s %.1f, %.0f, %.0f (%u)", calls[i].name, us[middle] / 1e3,
		     us[late] / 1e3, us[n - 1] / 1e3, n);
		waits[i].n = 0;
	}
}

void life_unplug(struct raw *w)
{
	const char *given = getenv("CYCLES");
	unsigned int n = given ? strtoul(given, NULL, 10) : CYCLES;

	life_sim("split");
	cycles(n, RETURN_MS);
	note_waits("", n);
	/*
	 * While the USB core resets the reader, it tries to bring it back before it lets go of
	 * it.
	 */
	n = 1 + n / 25;
	cycles(n, 10 * RETURN_MS);
	note_waits(" in a reset", n);
}
