// SPDX-License-Identifier: GPL-2.0-or-later
/* Vendor libraries and /dev/idcard at once on one reader: all have everyone, nobody a mixture. */
#include "suite.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "vendor.h"

enum {
	PLACEMENTS = 1000,
	SWAPS = 100,
	FIRST_USB_PORT = 1001,
	PATIENCE_MS = 10000,
	SDT = 0,
	CVR,
	PROGRAMS,
};

static const char *const names[PROGRAMS] = { "libsdtapi", "libtermb" };

/* What a program says of a person must be the same each time: a mixture would differ. */
static char known[PROGRAMS][ELEMENTSOF(personas)][20];

static size_t persona_of(const char *number, const char *line)
{
	size_t n = strcspn(number, " ");

	for (size_t i = 0; i < ELEMENTSOF(personas); i++)
		if (strlen(personas[i].number) == n && strncmp(personas[i].number, number, n) == 0)
			return i;
	fail("of no person: %s", line);
}

/* The line of a vendor's program: whose is it? Wholly that person's, or the test fails. */
static size_t person(size_t program, const char *line)
{
	size_t p = persona_of(line, line);
	const char *digest = line + strcspn(line, " ");
	char *before = known[program][p];

	if (!*before)
		snprintf(before, sizeof(known[0][0]), "%s", digest);
	require(strcmp(before, digest) == 0, "%s: a mixed identity of %s", names[program],
		personas[p].persona);
	return p;
}

static size_t person_of_node(const char *line)
{
	json_t *identity = json_loads(line, 0, NULL);
	size_t p;

	require(identity, "not JSON");
	p = persona_of(get(identity, "id_number"), "the node's");
	json_decref(identity);
	return p;
}

static const char *next(struct lines *l, unsigned int placement, const char *who)
{
	require(!lines_silent(l, slow(PATIENCE_MS)), "placement %u: %s got nothing", placement, who);
	return lines_next(l, PATIENCE_MS);
}

static void each_once(struct lines *const programs[PROGRAMS], struct lines *node)
{
	unsigned int placements = rounds(PLACEMENTS);
	uint64_t begun = now_usec();

	for (unsigned int n = 0; n < placements; n++) {
		size_t p = pick(ELEMENTSOF(personas));

		sim("place %s", personas[p].persona);
		require(person_of_node(next(node, n, "the node")) == p, "placement %u: the node", n);
		for (size_t i = 0; i < PROGRAMS; i++)
			require(person(i, next(programs[i], n, names[i])) == p,
				"placement %u: %s has another person", n, names[i]);
		lift();
	}
	for (size_t i = 0; i < PROGRAMS; i++)
		require(lines_silent(programs[i], 500), "%s got more than was placed", names[i]);
	suite_note("%u placements, each once to each of three programs, %.0f ms each", placements,
		   (double)(now_usec() - begun) / 1e3 / placements);
}

static unsigned int drain(struct lines *l, size_t program)
{
	unsigned int n = 0;

	for (; !lines_silent(l, 500); n++) {
		if (program == PROGRAMS)
			person_of_node(lines_next(l, 1000));
		else
			person(program, lines_next(l, 1000));
	}
	return n;
}

/* One card for another, with or without a gap: not all are read, but none is mixed. */
static void swapped(struct lines *const programs[PROGRAMS], struct lines *node)
{
	unsigned int node_lines, lines[PROGRAMS], swaps = rounds(SWAPS);

	for (unsigned int n = 0; n < swaps; n++) {
		if (n && pick(2))
			sim("lift");
		poll(NULL, 0, pick(slow(150)));
		sim("place %s", personas[pick(ELEMENTSOF(personas))].persona);
		poll(NULL, 0, pick(slow(1200)));
	}
	lift();
	node_lines = drain(node, PROGRAMS);
	for (size_t i = 0; i < PROGRAMS; i++)
		lines[i] = drain(programs[i], i);
	require(node_lines && lines[SDT] && lines[CVR], "nothing was read between the swaps");
	suite_note("%u swaps: %u, %u and %u identities, none mixed", swaps, node_lines, lines[SDT],
		   lines[CVR]);
}

void test_neighbours(void)
{
	struct lines *programs[PROGRAMS], *node;

	memset(known, 0, sizeof(known));
	sim_start("split");
	sim("plug");
	ready();
	node = lines_open(4096);
	programs[SDT] = lines_run(vendor_sdt, FIRST_USB_PORT);
	programs[CVR] = lines_run(vendor_cvr, FIRST_USB_PORT);
	each_once(programs, node);
	swapped(programs, node);
	lines_close_all();
	require(shell("rm -rf /tmp/cvr-*") == 0, "rm");
}
