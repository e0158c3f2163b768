// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each fault of the script, many times, with good cards in between: every placement ends in
 * exactly one IDENTITY or one ERROR, never in the wrong person, and nothing has to be restarted.
 */
#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "util.h"

enum {
	ROUNDS = 20,
	GOOD_EVERY = 5,
	END_MS = 30000,		/* of a placement: all steps of the recovery ladder */
};

/* The commands of the cycle. */
static const char *const commands[] = { "20.01", "20.02", "30.01" };

static const char *const damage[] = {
	"stale", "cut", "cut arg=zlp", "lost-aa", "noise", "bad-checksum", "short", "oversize",
	"silence", "stall", "late", "late arg=300", "lift",
};

static const char *const statuses[] = {
	"10", "11", "21", "23", "24", "31", "32", "33", "40", "41", "47", "50", "80", "81", "91",
};

static idcard_client *watcher;
static unsigned int identities, errors;

static bool ends_placement(const json_t *object)
{
	return strcmp(get(object, "class"), "IDENTITY") == 0 ||
	       json_is_true(json_object_get(object, "placement"));
}

/* The one end of a placement; its class. */
static bool ends_well(const struct persona_number *p, const char *fault)
{
	json_t *end = watch_next(watcher, "IDENTITY", "ERROR", END_MS);
	bool good;

	while (!ends_placement(end)) {
		json_decref(end);
		end = watch_next(watcher, "IDENTITY", "ERROR", END_MS);
	}
	good = strcmp(get(end, "class"), "IDENTITY") == 0;
	require(!good || strcmp(get(end, "id_number"), p->number) == 0, "%s: the wrong person", fault);
	identities += good;
	errors += !good;
	json_decref(end);
	return good;
}

/* Nothing more came of the placement than its one end. */
static void no_second_end(const char *fault)
{
	json_t *object;
	const char *line;

	while (idcard_client_receive(watcher, 0, &line) > 0) {
		object = json_loads(line, 0, NULL);
		require(!ends_placement(object), "%s: a second end: %s %s", fault,
			get(object, "class"), get(object, "code"));
		json_decref(object);
	}
}

static const struct persona_number *place(void)
{
	const struct persona_number *p = &personas[pick(ELEMENTSOF(personas))];

	sim("place %s", p->persona);
	return p;
}

static bool is_lifted(void *context)
{
	return strstr(sim("status"), " card=no") != NULL;
}

static void take_away(void)
{
	/* The fault may have taken it already. */
	if (!is_lifted(NULL))
		sim("lift");
	sim("fault clear");
	sim("wait-polled 1 timeout=30000");
}

static void good_card(const char *fault)
{
	const struct persona_number *p = place();

	require(ends_well(p, fault), "after %s: a good card is not read", fault);
	take_away();
	no_second_end(fault);
}

static void one_fault(const char *fault)
{
	unsigned int before = identities;
	uint64_t start = now_usec();

	for (unsigned int i = 0; i < ROUNDS; i++) {
		const char *command = strncmp(fault, "lift", 4) ? commands[pick(3)] : "30.01";

		sim("fault %s command=%s", fault, command);
		ends_well(place(), fault);
		take_away();
		no_second_end(fault);
		if (i % GOOD_EVERY == GOOD_EVERY - 1)
			good_card(fault);
	}
	printf("# %s: %u of %u cards read (%.1f s)\n", fault, identities - before,
	       ROUNDS + ROUNDS / GOOD_EVERY, (double)(now_usec() - start) / 1e6);
}

/* The reader leaves the bus in the middle of a reply, and comes back. */
static void unplugged(void)
{
	for (unsigned int i = 0; i < ROUNDS; i++) {
		const struct persona_number *p;

		sim("fault unplug command=30.01");
		p = place();
		require(!ends_well(p, "unplug"), "an identity from a reader that is gone");
		sim("lift");
		sim("plug");
		ready();
		no_second_end("unplug");
		good_card("unplug");
	}
}

/* A SAM whose self-test failed is power-cycled; one without authorisation is told of. */
static void dead(const char *status)
{
	for (unsigned int i = 0; i < ROUNDS; i++) {
		json_t *error;

		sim("fault dead arg=%s", status);
		if (strcmp(status, "66") == 0) {
			error = watch_next(watcher, "ERROR", NULL, END_MS);
			require(strcmp(get(error, "code"), "reader-unauthorised") == 0, "%s",
				get(error, "code"));
			json_decref(error);
			sim("fault clear");
			sim("unplug");
			sim("plug");
		}
		sim("wait-polled 1 timeout=30000");
		good_card("dead");
	}
}

static void start(void)
{
	sim_start("split");
	sim("plug");
	ready();
	watcher = watch_open();
	identities = errors = 0;
	good_card("start");
}

static void note_sums(void)
{
	suite_note("%u identities, %u errors, none wrong, none lost", identities, errors);
}

void test_faults(void)
{
	start();
	for (size_t i = 0; i < ELEMENTSOF(damage); i++)
		one_fault(damage[i]);
	note_sums();
}

void test_statuses(void)
{
	start();
	for (size_t i = 0; i < ELEMENTSOF(statuses); i++) {
		char fault[32];

		snprintf(fault, sizeof(fault), "status arg=%s", statuses[i]);
		one_fault(fault);
	}
	note_sums();
}

void test_lost_readers(void)
{
	start();
	unplugged();
	dead("60");
	dead("66");
	note_sums();
}
