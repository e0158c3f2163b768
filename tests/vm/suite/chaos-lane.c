// SPDX-License-Identifier: GPL-2.0-or-later
/* One simulated reader: does what was drawn, and goes on when the placement is over. */
#include "chaos.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "util.h"

enum {
	END_MS = 400000,	/* the recovery ladder for each fault drawn, and rests */
	LOOK_MS = 250,
	POLLED_MS = 4000,
	PLUG_MS = 60000,
	SETTLE_MS = 20000,
};

void lane_log(struct lane *l, const char *format, ...)
{
	size_t room = sizeof(l->log) - l->logged;
	va_list ap;
	int n;

	n = snprintf(l->log + l->logged, room, "# %9.3f ",
		     (double)(now_usec() - l->chaos->started) / 1e6);
	if (n < 0 || (size_t)n >= room)
		return;
	va_start(ap, format);
	n += vsnprintf(l->log + l->logged + n, room - n, format, ap);
	va_end(ap);
	if ((size_t)n + 1 >= room)
		return;
	l->logged += n;
	l->log[l->logged++] = '\n';
	l->log[l->logged] = '\0';
}

void lane_violated(struct lane *l, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	printf("# placement %u, seed %llu, reader %s (%u): %s\n", l->placement,
	       (unsigned long long)l->chaos->seed, l->name, l->index, text);
	printf("# what was done and seen:\n%s", l->log);
	fail("placement %u, seed %llu: %s", l->placement, (unsigned long long)l->chaos->seed, text);
}

/* ---- the simulated reader ---- */

static void socket_path(const struct lane *l, struct sockaddr_un *ret)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(ret->sun_path, sizeof(ret->sun_path), "%s/chaos-%u", ground_directory(), l->index);
}

static bool connected(void *context)
{
	struct lane *l = context;
	struct sockaddr_un address;

	socket_path(l, &address);
	l->fd = safe_close(l->fd);
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return connect(l->fd, (struct sockaddr *)&address, sizeof(address)) == 0;
}

void lane_start(struct chaos *c, unsigned int index)
{
	struct lane *l = &c->lanes[index];
	struct sockaddr_un address;
	char number[16], seed[24];
	const char *const common[] = { "--socket", address.sun_path, "--scale", "0.05",
				       "--sam-number", number, "--seed", seed, NULL };
	const char *argv[32];
	size_t n;

	*l = (struct lane){ .chaos = c, .index = index, .fd = -1, .lies = -1, .state = LANE_NEXT,
			    .next = index };
	socket_path(l, &address);
	unlink(address.sun_path);
	snprintf(number, sizeof(number), "%u", index);
	n = ground_simulator(l, number, argv);
	snprintf(seed, sizeof(seed), "%u", (unsigned int)(c->seed % 1000000) * 8 + index);
	for (size_t i = 0; i < ELEMENTSOF(common); i++)
		argv[n++] = common[i];
	l->pid = fork();
	if (l->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	require(l->pid > 0, "fork: %s", strerror(errno));
	wait_until(connected, l, 5000, "a simulated reader");
}

void lanes_plug(struct chaos *c)
{
	for (unsigned int i = 0; i < c->n_lanes; i++) {
		struct pollfd p = { .events = POLLIN };

		lane_start(c, i);
		lane_say(&c->lanes[i], "plug");
		p.fd = c->lanes[i].fd;
		while (c->lanes[i].asked) {
			require(poll(&p, 1, slow(20000)) == 1, "reader %u is not plugged in", i);
			lane_readable(&c->lanes[i]);
		}
	}
}

void lane_stop(struct lane *l)
{
	l->fd = safe_close(l->fd);
	if (l->pid <= 0)
		return;
	kill(l->pid, SIGTERM);
	waitpid(l->pid, NULL, 0);
	l->pid = 0;
}

void lane_say(struct lane *l, const char *format, ...)
{
	char command[1024];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(command, sizeof(command) - 1, format, ap);
	va_end(ap);
	require(!l->asked && n < (int)sizeof(command) - 1, "lane %u: cannot say that", l->index);
	snprintf(l->asking, sizeof(l->asking), "%.60s", command);
	command[n] = '\n';
	require(write(l->fd, command, n + 1) == n + 1, "simulated reader %u: %s", l->index,
		strerror(errno));
	l->asked = true;
	l->have = 0;
}

static bool says(const struct lane *l, const char *word)
{
	return strstr(l->reply, word) != NULL;
}

/* What the simulated reader says of itself: a fault may have lifted the card, or unplugged it. */
static void take_status(struct lane *l)
{
	if (l->plugged && says(l, " plugged=no")) {
		lane_log(l, "it left the bus");
		l->plugged = false;
	}
	if (l->lies >= 0 && says(l, " card=no")) {
		lane_log(l, "the card was lifted");
		l->lies = -1;
		l->lifted = true;
	}
}

static void replied(struct lane *l)
{
	bool good = strncmp(l->reply, "ok", 2) == 0;

	if (strcmp(l->asking, "status") == 0)
		return take_status(l);
	if (!good && strncmp(l->asking, "wait-polled", 11) != 0)
		lane_log(l, "  %s: %s", l->asking, l->reply);
	if (strcmp(l->asking, "plug") == 0 && says(l, "busy")) {
		/* The kernel still has the one that was there. */
		l->plug_again = true;
		return;
	}
	if (strcmp(l->asking, "plug") == 0) {
		l->plug_until = 0;
		/* It was in already, when a fault that should pull the plug did not come to it. */
		require(good || says(l, "already"), "simulated reader %u: plug: %s", l->index, l->reply);
		l->plugged = true;
		l->replugged = true;
		if (good && l->lies >= 0) {
			l->budget++;
			l->ends_since = 0;
		}
	}
	if (strncmp(l->asking, "place", 5) == 0)
		require(good, "simulated reader %u: %s: %s", l->index, l->asking, l->reply);
	if (l->state == LANE_POLLED && strncmp(l->asking, "wait-polled", 11) == 0)
		l->state = good ? LANE_BARRIER : LANE_CLEAR;
}

void lane_readable(struct lane *l)
{
	ssize_t n = recv(l->fd, l->reply + l->have, sizeof(l->reply) - 1 - l->have, MSG_DONTWAIT);

	require(n > 0, "simulated reader %u ended", l->index);
	l->have += n;
	if (l->reply[l->have - 1] != '\n')
		return;
	l->reply[l->have - 1] = '\0';
	l->asked = false;
	replied(l);
}

/* ---- the placement ---- */

void lane_begin(struct lane *l)
{
	struct chaos *c = l->chaos;
	unsigned int n = l->placement;

	chaos_draw(c->seed, n, &l->drawn);
	for (unsigned int i = 0; i < CHAOS_CARDS; i++) {
		person_make(c->seed, n * CHAOS_CARDS + i, &l->person[i]);
		l->was_there[i] = false;
		l->of_client[i] = l->of_node[i] = 0;
	}
	l->lies = -1;
	l->lifted = l->killed = l->open = l->cleared = l->looked = false;
	l->missed = l->replugged = l->doubt = l->phantom = l->found = false;
	l->denials = l->drawn.lies;
	l->budget = l->ends = l->errors = l->ends_since = 0;
	l->barrier = 0;
	l->barrier_passed = false;
	l->step = 0;
	l->logged = 0;
	l->began = now_usec();
	l->state = LANE_STEPS;
	c->shared->placement[l->index] = n;
}

static void do_place(struct lane *l, unsigned int card)
{
	char command[900];

	person_command(&l->person[card], command, sizeof(command));
	lane_log(l, "> place card %u: %s", card, l->person[card].type);
	if (card)
		l->chaos->figures.exchanges++;
	l->lifted |= l->lies >= 0;
	l->lies = (int)card;
	l->was_there[card] = true;
	l->budget++;
	l->ends_since = 0;
	lane_say(l, "%s", command);
}

static void do_lift(struct lane *l)
{
	l->lifted = true;
	l->lies = -1;
	l->chaos->figures.lifts++;
	lane_say(l, "lift");
}

static void do_step(struct lane *l, const struct step *s)
{
	struct figures *f = &l->chaos->figures;

	switch (s->kind) {
	case STEP_FAULT:
		f->faults[s->fault]++;
		/* fall through */
	case STEP_SIM:
		lane_log(l, "> %s", s->text);
		return lane_say(l, "%s", s->text);
	case STEP_PLACE:
		return do_place(l, s->argument);
	case STEP_LIFT:
		lane_log(l, "> lift");
		return do_lift(l);
	case STEP_UNPLUG:
		lane_log(l, "> unplug");
		f->unplugs++;
		l->plugged = false;
		return lane_say(l, "unplug");
	case STEP_PLUG:
		lane_log(l, "> plug");
		return lane_say(l, "plug");
	case STEP_KILL:
		lane_log(l, "> kill idcardd");
		return chaos_kill(l->chaos);
	case STEP_FREEZE:
		lane_log(l, "> freeze idcardd for %u ms", s->argument);
		return chaos_freeze(l->chaos, s->argument);
	case STEP_CROWD:
		return crowd_change(l->chaos, s->argument & 0xff, s->argument >> 8);
	}
}

static void run_steps(struct lane *l, uint64_t now)
{
	const struct step *s = &l->drawn.steps[l->step];

	if (l->step == l->drawn.n) {
		l->state = LANE_END;
		l->deadline = now + slow(END_MS) * UINT64_C(1000);
		l->due = now;
		return;
	}
	l->due = l->began + s->at_ms * UINT64_C(1000);
	if (l->due > now)
		return;
	l->step++;
	do_step(l, s);
}

/* The card lies there until its end has come; if it was taken, the reader is to see that. */
static void await_end(struct lane *l, uint64_t now)
{
	if (!l->plugged) {
		lane_log(l, "> plug");
		return lane_say(l, "plug");
	}
	if (l->lies < 0 || judge_ended(l)) {
		l->state = LANE_HOLD;
		l->deadline = now + (l->lies < 0 ? 0 : l->drawn.hold_ms * UINT64_C(1000));
		return;
	}
	if (now > l->deadline) {
		lane_log(l, "the simulated reader: %s", l->reply);
		lane_violated(l, "lost: a card lies there and neither IDENTITY nor ERROR comes");
	}
	l->due = l->look_at;
	if (now < l->look_at)
		return;
	l->look_at = now + LOOK_MS * UINT64_C(1000);
	lane_say(l, "status");
}

static void hold(struct lane *l, uint64_t now)
{
	l->due = l->deadline;
	if (!l->cleared) {
		l->cleared = true;
		return lane_say(l, "fault clear");
	}
	if (*l->drawn.hold_fault && l->lies >= 0) {
		lane_log(l, "> %s", l->drawn.hold_fault);
		lane_say(l, "%s", l->drawn.hold_fault);
		*l->drawn.hold_fault = '\0';
		return;
	}
	if (now < l->deadline)
		return;
	l->state = LANE_CLEAR;
	l->cleared = l->looked = false;
	l->deadline = now + slow(END_MS) * UINT64_C(1000);
}

/* The reader must come to see that nothing lies there. */
static void clear(struct lane *l, uint64_t now)
{
	if (now > l->deadline)
		lane_violated(l, "the reader is not asked for cards any more");
	if (!l->looked) {
		l->looked = true;
		return lane_say(l, "status");
	}
	if (!l->plugged) {
		lane_log(l, "> plug (card away)");
		return lane_say(l, "plug");
	}
	if (l->lies >= 0) {
		lane_log(l, "> lift");
		return do_lift(l);
	}
	if (!l->cleared) {
		l->cleared = true;
		return lane_say(l, "fault clear");
	}
	l->cleared = l->looked = false;
	l->state = LANE_POLLED;
	lane_say(l, "wait-polled 2 timeout=%u", POLLED_MS);
}

static void settle(struct lane *l, uint64_t now)
{
	bool last_chance = now > l->deadline;

	l->due = now + 50000;
	if (judge_closed(l, last_chance))
		l->state = LANE_NEXT;
}

static void plug_again(struct lane *l, uint64_t now)
{
	if (!l->plug_until)
		l->plug_until = now + slow(PLUG_MS) * UINT64_C(1000);
	if (now > l->plug_until)
		lane_violated(l, "the port does not become free");
	l->plug_again = false;
	lane_say(l, "plug");
}

void lane_run(struct lane *l, uint64_t now)
{
	l->due = UINT64_MAX;
	if (l->asked)
		return;
	if (l->plug_again)
		return plug_again(l, now);
	switch (l->state) {
	case LANE_STEPS:
		return run_steps(l, now);
	case LANE_END:
		return await_end(l, now);
	case LANE_HOLD:
		return hold(l, now);
	case LANE_CLEAR:
		return clear(l, now);
	case LANE_POLLED:
		return;
	case LANE_BARRIER:
		if (now > l->deadline)
			lane_violated(l, "the daemon does not see that the card is gone");
		l->due = l->barrier ? UINT64_MAX : l->barrier_at;
		if (l->barrier_passed) {
			l->state = LANE_SETTLE;
			l->deadline = now + slow(SETTLE_MS) * UINT64_C(1000);
			l->due = now;
		}
		return;
	case LANE_SETTLE:
		return settle(l, now);
	case LANE_NEXT:
		return;
	}
}
