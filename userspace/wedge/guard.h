/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guard: may keys go to the session at the screen? Pure; what it judges is asked of systemd-logind
 * in session.c. Whatever is not known to be good is refused.
 */
#ifndef IDCARD_WEDGE_GUARD_H
#define IDCARD_WEDGE_GUARD_H

#include <stdbool.h>
#include <sys/types.h>

#include "wedge/results.h"

enum { GUARD_WORD_SIZE = 32 };

/* Properties of a session as logind gives them; "" and the flags false: it did not say. */
struct guard_facts {
	bool present;			/* the seat has an active session */
	bool answered;			/* logind told of it, and it still was that one */
	char class[GUARD_WORD_SIZE];	/* user, greeter, lock-screen, background */
	char type[GUARD_WORD_SIZE];	/* x11, wayland, mir, tty, unspecified */
	char state[GUARD_WORD_SIZE];	/* active, online, closing */
	char seat[GUARD_WORD_SIZE];
	bool has_locked, locked;
	bool has_active, active;
	bool has_remote, remote;
	bool has_user;
	uid_t uid;
};

struct guard_policy {
	const char *seat;
	bool console;			/* also into text consoles */
};

/* WEDGE_TYPED: it may. */
enum wedge_result guard_judge(const struct guard_facts *f, const struct guard_policy *policy);

#endif
