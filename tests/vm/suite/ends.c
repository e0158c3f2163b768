// SPDX-License-Identifier: GPL-2.0-or-later
/* Placements, and how each of them ends: in one IDENTITY or one ERROR, of the right person. */
#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "util.h"

enum {
	GOOD_EVERY = 5,
	END_MS = 30000,		/* of a placement: all steps of the recovery ladder */
};

/* The commands of the cycle. */
static const char *const commands[] = { "20.01", "20.02", "30.01" };

static idcard_client *watcher;
static unsigned int identities, errors;

static bool ends_placement(const json_t *object)
{
	return strcmp(get(object, "class"), "IDENTITY") == 0 ||
	       json_is_true(json_object_get(object, "placement"));
}

bool ends_well(const struct persona_number *p, const char *fault)
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

void no_second_end(const char *fault)
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

const struct persona_number *place_any(void)
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

void good_card(const char *fault)
{
	const struct persona_number *p = place_any();

	require(ends_well(p, fault), "after %s: a good card is not read", fault);
	take_away();
	no_second_end(fault);
}

void ends_with(const char *fault, unsigned int rounds)
{
	unsigned int before = identities;
	uint64_t start = now_usec();

	for (unsigned int i = 0; i < rounds; i++) {
		const char *command = strncmp(fault, "lift", 4) ? commands[pick(3)] : "30.01";

		sim("fault %s command=%s", fault, command);
		ends_well(place_any(), fault);
		take_away();
		no_second_end(fault);
		if (i % GOOD_EVERY == GOOD_EVERY - 1 || i == rounds - 1)
			good_card(fault);
	}
	printf("# %s: %u of %u cards read (%.1f s)\n", fault, identities - before,
	       rounds + (rounds + GOOD_EVERY - 1) / GOOD_EVERY, (double)(now_usec() - start) / 1e6);
}

json_t *next_error(void)
{
	return watch_next(watcher, "ERROR", NULL, END_MS);
}

void ends_begin(void)
{
	watcher = watch_open();
	identities = errors = 0;
	good_card("start");
}

void ends_note(void)
{
	suite_note("%u identities, %u errors, none wrong, none lost", identities, errors);
}
