// SPDX-License-Identifier: GPL-2.0-or-later
#include "suite.h"

#include <string.h>

#include "util.h"

enum { PLACEMENTS = 200 };

static void start(void)
{
	sim_start("split");
	sim("plug");
	ready();
}

/* Every program gets each placement exactly once, in order, byte for byte the same line. */
void test_placements(void)
{
	static const size_t buffers[] = { 1, 64, 65536 };
	struct lines *readers[ELEMENTSOF(buffers)];
	unsigned int placements = rounds(PLACEMENTS);
	json_int_t last = 0;

	start();
	for (size_t i = 0; i < ELEMENTSOF(buffers); i++)
		readers[i] = lines_open(buffers[i]);
	for (unsigned int n = 0; n < placements; n++) {
		const struct persona_number *p = &personas[pick(ELEMENTSOF(personas))];
		const char *line;
		json_t *identity;
		json_int_t seq;

		sim("place %s", p->persona);
		line = lines_next(readers[0], 5000);
		for (size_t i = 1; i < ELEMENTSOF(buffers); i++) {
			const char *other = lines_next(readers[i], 5000);

			require(strcmp(line, other) == 0, "reader %zu got another line", i);
		}
		identity = json_loads(line, 0, NULL);
		require(identity, "placement %u: not JSON", n);
		require(strcmp(get(identity, "id_number"), p->number) == 0,
			"placement %u: the wrong person", n);
		require(json_is_true(json_object_get(identity, "id_number_valid")), "not valid");
		seq = json_integer_value(json_object_get(identity, "seq"));
		require(n == 0 || seq == last + 1, "seq %lld after %lld", (long long)seq,
			(long long)last);
		last = seq;
		json_decref(identity);
		lift();
	}
	for (size_t i = 0; i < ELEMENTSOF(buffers); i++)
		require(lines_silent(readers[i], 500), "reader %zu got more than was placed", i);
}

static void rest(const char *repeat_read)
{
	struct lines *l = lines_open(4096);

	sim("option repeat-read=%s", repeat_read);
	sim("place resident");
	lines_next(l, 5000);
	require(lines_silent(l, 10000), "repeat-read=%s: a second line for the same placement",
		repeat_read);
	lift();
	sim("place resident");
	lines_next(l, 5000);
	require(lines_silent(l, 1000), "two lines for the second placement");
	lift();
	lines_close(l);
}

/* With a SAM that hides a card it has read, and with one that finds it again and again. */
void test_resting_card(void)
{
	start();
	rest("off");
	rest("on");
}

void test_two_readers(void)
{
	struct lines *l;
	char name[64];
	json_t *identity;

	start();
	sim_start_second();
	sim_second("plug");
	ready();
	l = lines_open(4096);
	sim("place resident");
	identity = json_loads(lines_next(l, 5000), 0, NULL);
	strcpy(name, get(json_object_get(identity, "reader"), "name"));
	require(*name, "the line names no reader");
	json_decref(identity);
	sim_second("place foreigner");
	identity = json_loads(lines_next(l, 5000), 0, NULL);
	require(strcmp(get(identity, "id_number"), personas[1].number) == 0, "the wrong person");
	require(strcmp(name, get(json_object_get(identity, "reader"), "name")) != 0,
		"both readers have the name %s", name);
	json_decref(identity);
}
