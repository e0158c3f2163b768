/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probe: runs in place of a service, in its sandbox, and attempts what a program that was broken
 * into would. Each attempt gives 0 when it works, else the errno that it ended with. Those that
 * would do harm ask for the same as it is, or for something that is refused only after the right
 * was checked.
 */
#ifndef TEST_PROBE_H
#define TEST_PROBE_H

#include <stddef.h>
#include <sys/types.h>

/* Laid down by the suite. */
#define PROBE_HOME	"/home/idcard-probe"
#define PROBE_SECRET	"/secret"
#define PROBE_OUTSIDE	"192.0.2.1"	/* an address of this machine that is not loopback */

enum { PROBE_PORT = 4242 };	/* somebody listens there, on all addresses */

struct probe {
	pid_t victim;		/* a process of another user */
};

struct attempt {
	const char *name;
	int (*run)(const struct probe *p);
};

extern const struct attempt attempts_devices[], attempts_files[], attempts_network[],
	attempts_processes[], attempts_rights[], attempts_code[];

#define END_OF_ATTEMPTS { NULL, NULL }

/* 0 or errno of a call that is negative on failure. */
#define TRY(call) ((call) < 0 ? errno : 0)

/* A folder in which files can be made, or NULL. */
const char *probe_folder(void);

#endif
