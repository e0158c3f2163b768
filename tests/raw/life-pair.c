// SPDX-License-Identifier: GPL-2.0-or-later
/* Several users of the driver at once: two readers, and several callers of one. */
#include "life.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>

enum { REPLUGS = 30 };

struct talker {
	struct raw w;
	const char *socket, *persona;
	atomic_bool stop;
	unsigned int rounds;
	uint8_t id[27], record[1295];
};

/* The SAM's number and a card. Their bytes are the first round's in every later one, or -1. */
static int talk(struct talker *t)
{
	static const struct {
		unsigned int command;
		ssize_t size;
	} steps[] = { { 0x12ff, 27 }, { 0x2001, 15 }, { 0x2002, 19 }, { 0x3001, 1295 } };

	for (size_t i = 0; i < ELEMENTSOF(steps); i++) {
		uint8_t *kept = i == 0 ? t->id : i == 3 ? t->record : NULL;
		ssize_t n;

		if (raw_write(&t->w, steps[i].command) < 0)
			return -1;
		n = raw_read(&t->w);
		if (n < 0)
			return -1;
		check(n == steps[i].size);
		if (kept && !t->rounds)
			memcpy(kept, t->w.reply, n);
		check(!kept || !memcmp(kept, t->w.reply, n));
	}
	t->rounds++;
	return 0;
}

static void *talk_on(void *arg)
{
	struct talker *t = arg;

	while (!atomic_load(&t->stop))
		check(talk(t) == 0);
	return NULL;
}

static void place(struct talker *t)
{
	char command[64];

	snprintf(command, sizeof(command), "place %s", t->persona);
	sim_at(t->socket, "option repeat-read=on");
	sim_at(t->socket, command);
}

/* The second comes, talks, and goes in the middle of it. */
static void come_and_go(struct talker *t)
{
	sim_at(t->socket, "plug");
	raw_open(&t->w, 0);
	place(t);
	check(talk(t) == 0);
	check(raw_write(&t->w, 0x12ff) > 0);
	poll(NULL, 0, pick(10));
	sim_at(t->socket, "unplug");
	while (talk(t) == 0 || errno != ENODEV)
		;
	raw_close(&t->w);
	check(wait_for(node_gone, t->w.node, 10000));
}

void life_pair(struct raw *w)
{
	struct talker first = { .w = *w, .socket = "/run/idcard-sim/control",
				.persona = "resident" };
	struct talker second = { .w = { .node = "/dev/idcardraw1", .framing = -1 },
				 .socket = LIFE_SECOND, .persona = "foreigner" };
	const char *given = getenv("CYCLES");
	unsigned int i, n = given ? strtoul(given, NULL, 10) : REPLUGS;
	pthread_t thread;

	n = n > REPLUGS ? REPLUGS : n;
	life_sim("split");
	life_sim_second("stream");
	sim("plug");
	raw_open(&first.w, 0);
	place(&first);
	check(talk(&first) == 0);
	check(pthread_create(&thread, NULL, talk_on, &first) == 0);
	for (i = 0; i < n; i++) {
		raw_note("coming and going", i, "second");
		come_and_go(&second);
	}
	atomic_store(&first.stop, true);
	check(pthread_join(thread, NULL) == 0);
	check(memcmp(first.id, second.id, sizeof(first.id)));
	check(memcmp(first.record, second.record, sizeof(first.record)));
	raw_close(&first.w);
	note("%u cards of the one, %u of the other in %u cycles", first.rounds, second.rounds, n);
}

static atomic_bool reading;

static void *read_blocking(void *arg)
{
	struct raw w = *(struct raw *)arg;

	/* It may see the O_NONBLOCK that the other sets for a moment: both have the same file. */
	while (atomic_load(&reading))
		check(raw_read(&w) == 27 || errno == EAGAIN);
	return NULL;
}

/*
 * Threads sit in read() of the file all the time while another asks without waiting; then whoever
 * opens it next sees nothing of what they left.
 */
void life_readers(struct raw *w)
{
	uint64_t start, took, longest = 0, end;
	unsigned int asked = 0, waited = 0, i;
	pthread_t threads[3];

	life_sim("split");
	sim("plug");
	raw_open(w, 0);
	atomic_store(&reading, true);
	for (i = 0; i < ELEMENTSOF(threads); i++)
		check(pthread_create(&threads[i], NULL, read_blocking, w) == 0);
	end = now_ms() + slow(1000);
	while (now_ms() < end) {
		if (raw_write(w, 0x12ff) == IDCARD_REQUEST_MIN)
			asked++;
		/* RWF_NOWAIT is O_NONBLOCK of this one call; the node need not know it. */
		check(fcntl(w->fd, F_SETFL, O_NONBLOCK) == 0);
		start = now_usec();
		if (raw_read(w) < 0) {
			check(errno == EAGAIN);
			waited++;
		}
		took = now_usec() - start;
		longest = took > longest ? took : longest;
		check(fcntl(w->fd, F_SETFL, 0) == 0);
		poll(NULL, 0, 1);
	}
	atomic_store(&reading, false);
	check(asked && waited);
	check(longest < slow(500) * UINT64_C(1000));
	/* One reply for each that still sits there. */
	for (i = 0; i < ELEMENTSOF(threads); i++) {
		end = now_ms() + slow(10000);
		while (pthread_tryjoin_np(threads[i], NULL)) {
			check(now_ms() < end);
			raw_write(w, 0x12ff);
			poll(NULL, 0, 5);
		}
	}
	note("%u requests, %u nonblocking reads without a reply, the longest %.1f ms", asked, waited,
	     longest / 1e3);
	check(raw_write(w, 0x12ff) > 0 || errno == EBUSY);
	raw_close(w);
	raw_open(w, O_NONBLOCK);
	check(raw_poll(w, POLLIN | POLLOUT, 0) == POLLOUT);
	check_errno(raw_read(w), EAGAIN);
	check(raw_write(w, 0x11ff) > 0);
	check(raw_poll(w, POLLIN, 3 * SOON_MS) == POLLIN);
	check(raw_read(w) == 11);
	raw_close(w);
}
