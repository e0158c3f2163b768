// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many readers at once, a person of his own at each placement, and everything goes wrong that
 * can: faults of the line and of the SAM, several at once; cards lifted and exchanged, readers
 * unplugged, at any moment; idcardd killed and stopped; programs that read, claim, do not
 * read, and are killed.
 *
 * What is promised (docs/socket.md, idcard(4)), and counted here:
 *
 * A client that stays connected gets, for each placement, exactly one IDENTITY or one ERROR
 * with "placement". A placement begins when a card is placed, and anew when the reader comes
 * back to the bus with the card on it; unplugging ends it. A card that lies there until its
 * end has come is not lost. One that was lifted, or whose reader was unplugged, may never have
 * been found: then there is no end, but no CARD "placed" without an end either, and none is
 * "lifted" that lies there. The reader may lie ("no card", stale replies): what it finds after
 * that is a new placement, once for each lie that was drawn.
 *
 * A client whose daemon was killed connects anew. What it was told before the kill does not
 * come again while the card lies there; what it was not told comes. So the sum over both
 * daemons is one. Two exceptions. Only a kill in the very moment when a line is handed on may
 * part the clients: some have the identity, the others do not; it does not come again, and an
 * ERROR card-unreadable ends it for those ("split"). And a card that could not be read may be
 * tried by the next daemon once more.
 *
 * A reader of /dev/idcard has the same identities as the client, each once and in every field
 * the same; it never opens anew, and neither unplugging nor kills end or wake it with anything
 * else.
 *
 * An IDENTITY is of a card that lay on that reader in this placement, in each field: every
 * person's are unique, so that what is mixed, stale, or of a neighbour shows.
 *
 * SEED and PLACEMENTS are taken from the environment. What is done to placement N, and to
 * which reader, follows from SEED and N alone; what it meets there is a matter of time, as in
 * life.
 */
#include "chaos.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "errors.h"
#include "util.h"

enum {
	PLACEMENTS = 100,
	PROGRESS_EVERY = 500,
	KILL_EVERY_MS = 1000,	/* systemd gives up on what fails twenty times in ten seconds */
	CROWD_EVERY_MS = 1000,
};

static struct chaos *chaos;

void chaos_kill(struct chaos *c)
{
	uint64_t now = now_usec();
	pid_t pid = ground_daemon();

	if (pid <= 0 || c->expect_end || now - c->killed_at < KILL_EVERY_MS * UINT64_C(1000))
		return;
	if (kill(pid, SIGKILL) < 0)
		return;
	c->expect_end = true;
	c->killed_at = now;
	c->figures.kills++;
	c->frozen = 0;
	ground_killed(c);
}

void chaos_freeze(struct chaos *c, unsigned int ms)
{
	pid_t pid = ground_daemon();

	if (pid <= 0 || c->frozen || kill(pid, SIGSTOP) < 0)
		return;
	c->frozen = pid;
	c->thaw_at = now_usec() + ms * UINT64_C(1000);
	c->figures.freezes++;
}

static void thaw(struct chaos *c)
{
	if (c->frozen)
		kill(c->frozen, SIGCONT);
	c->frozen = 0;
}

/* ---- the run ---- */

static void progress(const struct chaos *c, bool last)
{
	const struct figures *f = &c->figures;

	printf("# %u placements, %.0f s: %u identities, %u errors, %u never found, %u split by a kill; "
	       "%u kills, %u freezes, %u unplugs, %u lifts, %u exchanges, %u programs killed, %u read "
	       "by claims\n", f->placements, (double)(now_usec() - c->started) / 1e6, f->identities,
	       f->errors, f->unseen, f->split, f->kills, f->freezes, f->unplugs, f->lifts,
	       f->exchanges, f->crowd_kills, f->crowd_claims);
	if (!last)
		return;
	printf("# faults:");
	for (unsigned int i = 0; i < CHAOS_KINDS; i++)
		printf(" %s %u", chaos_fault_name(i), f->faults[i]);
	printf("\n# errors:");
	for (unsigned int i = 0; i < ELEMENTSOF(f->codes); i++)
		if (f->codes[i])
			printf(" %s %u", idcard_error_code((enum idcard_error)i), f->codes[i]);
	printf("\n");
}

/* Of eight readers, reader N has the placements N, N + 8, N + 16 ... */
static bool next_placements(struct chaos *c)
{
	bool busy = false;

	for (unsigned int i = 0; i < c->n_lanes; i++) {
		struct lane *l = &c->lanes[i];

		if (l->state == LANE_NEXT && !l->asked && l->next < c->wanted) {
			l->placement = l->next;
			l->next += c->n_lanes;
			lane_begin(l);
		}
		busy |= l->state != LANE_NEXT;
	}
	return busy;
}

static int patience(const struct chaos *c)
{
	uint64_t now = now_usec(), due = now + 200000;

	for (unsigned int i = 0; i < c->n_lanes; i++)
		if (!c->lanes[i].asked && c->lanes[i].due < due)
			due = c->lanes[i].due;
	if (c->frozen && c->thaw_at < due)
		due = c->thaw_at;
	return due <= now ? 0 : (int)((due - now) / 1000) + 1;
}

static void listen_once(struct chaos *c)
{
	struct pollfd p[CHAOS_LANES + 2];

	for (unsigned int i = 0; i < c->n_lanes; i++)
		p[i] = (struct pollfd){ .fd = c->lanes[i].fd, .events = POLLIN };
	p[c->n_lanes] = (struct pollfd){ .fd = idcard_client_fd(c->client), .events = POLLIN };
	p[c->n_lanes + 1] = (struct pollfd){ .fd = c->node, .events = POLLIN };
	poll(p, c->n_lanes + 2, patience(c));
	judge_client(c);
	if (p[c->n_lanes + 1].revents)
		judge_node(c);
	for (unsigned int i = 0; i < c->n_lanes; i++)
		if (p[i].revents)
			lane_readable(&c->lanes[i]);
}

static void run(struct chaos *c)
{
	unsigned int shown = 0;

	while (next_placements(c)) {
		uint64_t now;

		listen_once(c);
		now = now_usec();
		if (c->frozen && now >= c->thaw_at)
			thaw(c);
		for (unsigned int i = 0; i < c->n_lanes; i++)
			lane_run(&c->lanes[i], now);
		if (now >= c->crowd_at) {
			crowd_check(c);
			kernel_log_check();
			c->crowd_at = now + CROWD_EVERY_MS * 1000;
		}
		if (c->figures.placements / PROGRESS_EVERY > shown) {
			shown = c->figures.placements / PROGRESS_EVERY;
			progress(c, false);
		}
	}
}

void chaos_clear(void)
{
	if (!chaos)
		return;
	thaw(chaos);
	crowd_stop(chaos);
	judge_close(chaos);
	for (unsigned int i = 0; i < chaos->n_lanes; i++)
		lane_stop(&chaos->lanes[i]);
	munmap(chaos->shared, sizeof(*chaos->shared));
	ground_end();
	free(chaos);
	chaos = NULL;
}

static struct chaos *chaos_new(void)
{
	const char *seed = getenv("SEED"), *placements = getenv("PLACEMENTS");
	struct chaos *c = calloc(1, sizeof(*c));

	require(c, "no memory");
	c->node = -1;
	c->seed = seed ? strtoull(seed, NULL, 0) : now_usec() % 1000000000;
	c->wanted = placements ? strtoul(placements, NULL, 0) : PLACEMENTS;
	c->n_lanes = ground_lanes();
	c->started = now_usec();
	c->shared = mmap(NULL, sizeof(*c->shared), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	require(c->shared != MAP_FAILED, "no memory");
	return c;
}

void test_chaos(void)
{
	struct chaos *c = chaos = chaos_new();

	printf("# chaos: SEED=%llu PLACEMENTS=%u\n", (unsigned long long)c->seed, c->wanted);
	ground_begin(c);
	judge_open(c);
	crowd_start(c);
	c->started = now_usec();
	run(c);
	crowd_check(c);
	progress(c, true);
	suite_note("%u placements, %u identities, %u errors, %u never found; wrong 0, lost 0, mixed 0, "
		   "duplicated 0; seed %llu", c->figures.placements, c->figures.identities,
		   c->figures.errors, c->figures.unseen, (unsigned long long)c->seed);
}
