// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each fault of the script, many times, with good cards in between: every placement ends in
 * exactly one IDENTITY or one ERROR, never in the wrong person, and nothing has to be restarted.
 */
#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "util.h"

enum { ROUNDS = 20 };

static const char *const damage[] = {
	"stale", "cut", "cut arg=zlp", "lost-aa", "noise", "bad-checksum", "short", "oversize",
	"silence", "stall", "late", "late arg=300", "lift",
};

static const char *const statuses[] = {
	"10", "11", "21", "23", "24", "31", "32", "33", "40", "41", "47", "50", "80", "81", "91",
};

/* The reader leaves the bus in the middle of a reply, and comes back. */
static void unplugged(void)
{
	for (unsigned int i = 0; i < ROUNDS; i++) {
		const struct persona_number *p;

		sim("fault unplug command=30.01");
		p = place_any();
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
			error = next_error();
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
	ends_begin();
}

void test_faults(void)
{
	start();
	for (size_t i = 0; i < ELEMENTSOF(damage); i++)
		ends_with(damage[i], ROUNDS);
	ends_note();
}

void test_statuses(void)
{
	start();
	for (size_t i = 0; i < ELEMENTSOF(statuses); i++) {
		char fault[32];

		snprintf(fault, sizeof(fault), "status arg=%s", statuses[i]);
		ends_with(fault, ROUNDS);
	}
	ends_note();
}

void test_lost_readers(void)
{
	start();
	unplugged();
	dead("60");
	dead("66");
	ends_note();
}
