// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * transport-test node|usb PATH stay|gone-idle|gone-busy: userspace/transport on a simulated
 * reader (sim) that is plugged in; PATH is its node. The latter two unplug it. One "ok - …"
 * line per case; the first failure ends the run.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "frame.h"
#include "transport/transport.h"
#include "util.h"

struct try {
	enum transport_kind kind;
	const char *path;
	sd_event *event;
	struct transport *transport;
	unsigned int replies, gones;
	int error;
	uint8_t reply[IDCARD_REPLY_MAX];
	size_t size;
};

static const char *current;

#define check(expression)                                                                          \
	do {                                                                                       \
		if (!(expression))                                                                 \
			fail(t, __LINE__, #expression);                                            \
	} while (0)

static void fail(const struct try *t, int line, const char *what)
{
	printf("not ok - transport: %s\n    line %d: %s (last error %d, %u replies, %u gone)\n",
	       current, line, what, t->error, t->replies, t->gones);
	fflush(stdout);
	_exit(1);
}

static void on_reply(int error, const uint8_t *reply, size_t size, void *userdata)
{
	struct try *t = userdata;

	t->replies++;
	t->error = error;
	t->size = size;
	if (reply)
		memcpy(t->reply, reply, size);
}

static void on_gone(int error, void *userdata)
{
	struct try *t = userdata;

	t->gones++;
	t->error = error;
}

static void sim(const struct try *t, const char *command)
{
	char line[256];

	snprintf(line, sizeof(line), "sim %s >/dev/null", command);
	check(system(line) == 0);
}

static void open_it(struct try *t)
{
	const struct transport_callbacks callbacks = { on_reply, on_gone, t };
	int fd = open(t->path, O_RDWR | O_CLOEXEC);

	check(fd >= 0);
	check(sd_event_new(&t->event) == 0);
	check(transport_open(t->kind, fd, NULL, t->event, &callbacks, &t->transport) == 0);
}

static void close_it(struct try *t)
{
	t->transport = transport_close(t->transport);
	t->event = sd_event_unref(t->event);
}

/* Until a callback came, or @ms are over. Returns the turns of the loop. */
static unsigned int run(struct try *t, unsigned int ms)
{
	uint64_t end = now_usec() + ms * 1000ULL, now;
	unsigned int before = t->replies + t->gones, turns = 0;

	while (t->replies + t->gones == before && (now = now_usec()) < end)
		turns += sd_event_run(t->event, end - now) > 0;
	return turns;
}

static void submit(struct try *t, unsigned int command, unsigned int timeout_ms)
{
	const uint8_t body[] = { command >> 8, command & 0xff };
	uint8_t request[IDCARD_REQUEST_MIN];

	idcard_frame_build(request, sizeof(request), body, 2);
	check(transport_submit(t->transport, request, sizeof(request), timeout_ms) == 0);
}

static void expect(struct try *t, unsigned int command, unsigned int timeout_ms, int error)
{
	unsigned int before = t->replies;

	submit(t, command, timeout_ms);
	run(t, timeout_ms + 8000);
	check(t->replies == before + 1);
	check(t->error == error);
}

static void dialogue(struct try *t)
{
	unsigned int i;

	open_it(t);
	expect(t, 0x11ff, 3000, 0);
	for (i = 0; i < 3; i++) {
		sim(t, "place resident_2_fingers");
		expect(t, 0x2001, 3000, 0);
		check(t->reply[9] == 0x9f);
		expect(t, 0x2002, 3000, 0);
		expect(t, 0x3010, 6000, 0);
		check(t->size == 2321);
		sim(t, "lift");
	}
	close_it(t);
}

static void faults(struct try *t)
{
	static const struct {
		const char *fault;
		unsigned int timeout_ms;
		int error;
	} cases[] = {
		{ "fault silence count=1", 300, -ETIMEDOUT },
		{ "fault late count=1 arg=500", 200, -ETIMEDOUT },
		{ "fault short count=1", 3000, -ETIMEDOUT },
		{ "fault bad-checksum count=1", 3000, -EBADMSG },
		{ "fault stall count=1", 3000, -EPIPE },
		{ "fault stale count=1", 3000, 0 },
		{ "fault cut count=1", 3000, 0 },
		{ "fault cut count=1 arg=zlp", 3000, 0 },
		{ "fault lost-aa count=1", 3000, 0 },
		{ "fault noise count=1", 3000, 0 },
	};
	unsigned int i;

	open_it(t);
	for (i = 0; i < ELEMENTSOF(cases); i++) {
		printf("#   %s\n", cases[i].fault);
		sim(t, cases[i].fault);
		expect(t, 0x12ff, cases[i].timeout_ms, cases[i].error);
		expect(t, 0x11ff, 3000, 0);
		check(t->size == 11 && t->reply[9] == 0x90);
		expect(t, 0x12ff, 3000, 0);
		check(t->size == 27);
	}
	close_it(t);
}

/* Nobody asks anything: the loop does not turn, and the processor is not used. */
static void idle(struct try *t)
{
	struct rusage before, after;

	open_it(t);
	expect(t, 0x11ff, 3000, 0);
	while (sd_event_run(t->event, 0) > 0)
		;
	getrusage(RUSAGE_SELF, &before);
	check(run(t, 3000) == 0);
	getrusage(RUSAGE_SELF, &after);
	check(after.ru_nvcsw - before.ru_nvcsw <= 2);
	close_it(t);
}

static void closed_in_use(struct try *t)
{
	unsigned int i, before = t->replies;

	for (i = 0; i < 5; i++) {
		open_it(t);
		sim(t, "fault silence count=1");
		submit(t, 0x11ff, 5000);
		if (i)
			run(t, 10 * i);
		close_it(t);
		check(t->replies == before);
		sim(t, "fault clear");
	}
	open_it(t);
	expect(t, 0x11ff, 3000, 0);
	close_it(t);
}

static void second_owner(struct try *t)
{
	const struct transport_callbacks callbacks = { on_reply, on_gone, t };
	struct transport *other = NULL;
	int fd;

	open_it(t);
	fd = open(t->path, O_RDWR | O_CLOEXEC);
	if (t->kind == TRANSPORT_NODE)
		check(fd < 0 && errno == EBUSY);
	else
		check(transport_open(t->kind, fd, NULL, t->event, &callbacks, &other) == -EBUSY);
	check(!other);
	expect(t, 0x11ff, 3000, 0);
	close_it(t);
}

static void reset(struct try *t)
{
	unsigned int before;

	open_it(t);
	check(transport_reset(t->transport) == 0);
	before = t->replies;
	run(t, 50);
	check(t->replies == before);
	sim(t, "wait-idle");
	expect(t, 0x11ff, 3000, 0);

	sim(t, "fault silence count=1");
	submit(t, 0x11ff, 5000);
	run(t, 100);
	check(transport_reset(t->transport) == 0);
	run(t, 3000);
	check(t->replies == before + 2);
	check(t->error == -ESTALE);
	sim(t, "fault clear");
	sim(t, "wait-idle");
	expect(t, 0x11ff, 3000, 0);
	close_it(t);
}

static void gone_idle(struct try *t)
{
	unsigned int before = t->gones;

	open_it(t);
	sim(t, "unplug");
	run(t, 3000);
	check(t->gones == before + 1 && t->error == -ENODEV);
	run(t, 100);
	check(t->gones == before + 1);
	close_it(t);
}

static void gone_busy(struct try *t)
{
	unsigned int before = t->replies, gones = t->gones;

	open_it(t);
	sim(t, "fault silence count=1");
	submit(t, 0x11ff, 10000);
	run(t, 100);
	sim(t, "unplug");
	run(t, 3000);
	check(t->replies == before + 1);
	/* The bus may notice the loss as a broken transfer first. */
	if (t->error != -ENODEV) {
		run(t, 3000);
		check(t->gones == gones + 1);
	}
	check(t->error == -ENODEV);
	close_it(t);
	sim(t, "fault clear");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(struct try *t);
	} cases[] = {
		{ "a whole dialogue", dialogue },  { "faults", faults },
		{ "idle", idle },		   { "closed in use", closed_in_use },
		{ "second owner", second_owner },  { "reset", reset },
	};
	struct try t = { 0 };
	unsigned int i;

	if (argc != 4)
		return 2;
	t.kind = !strcmp(argv[1], "usb") ? TRANSPORT_USB : TRANSPORT_NODE;
	t.path = argv[2];
	for (i = 0; !strcmp(argv[3], "stay") && i < ELEMENTSOF(cases); i++) {
		current = cases[i].name;
		cases[i].run(&t);
		printf("ok - transport %s: %s\n", argv[1], current);
		fflush(stdout);
	}
	current = argv[3];
	if (!strcmp(argv[3], "gone-idle"))
		gone_idle(&t);
	else if (!strcmp(argv[3], "gone-busy"))
		gone_busy(&t);
	else
		return 0;
	printf("ok - transport %s: %s\n", argv[1], current);
	return 0;
}
