// SPDX-License-Identifier: GPL-2.0-or-later
#include "suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* How often the machine slept. */
static uint64_t sleeps(void)
{
	uint64_t n = 0;
	FILE *f = fopen("/sys/power/suspend_stats/success", "r");

	require(f, "the kernel keeps no figures of sleep");
	require(fscanf(f, "%" SCNu64, &n) == 1, "the kernel keeps no figures of sleep");
	fclose(f);
	return n;
}

static bool slept_again(void *context)
{
	return sleeps() > *(uint64_t *)context;
}

/*
 * The lid is closed while a program waits in a read of /dev/idcard. The virtual USB bus refuses to
 * sleep with a device on it, so the kernel goes as far as freezing all processes, and back.
 */
void test_suspend(void)
{
	uint64_t before = sleeps();
	struct lines *l;
	json_t *identity;

	sim_start("split");
	sim("plug");
	ready();
	l = lines_open(64);
	require(shell("echo freezer >/sys/power/pm_test && systemctl suspend") == 0,
		"the machine cannot sleep");
	wait_until(slept_again, &before, 60000, "the machine to sleep and wake up");
	sim("place resident");
	identity = json_loads(lines_next(l, 10000), 0, NULL);
	require(strcmp(get(identity, "id_number"), personas[0].number) == 0, "the wrong person");
	json_decref(identity);
	lift();
	shell("echo none >/sys/power/pm_test");
}
