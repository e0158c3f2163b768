/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A crowd: processes of several users that do their worst to the socket, /dev/idcard and the web
 * service, all at once, and tell in shared memory what they saw.
 */
#ifndef TEST_CROWD_H
#define TEST_CROWD_H

#include <stdbool.h>
#include <sys/types.h>

enum {
	CROWD_USERS = 4,
	CROWD_UID = 5000,	/* of the first; members of group idcard */
	CROWD_STRANGER = 65534,
};

/* Counted by the crowd; each process has its own. */
struct crowd_report {
	unsigned int ready;		/* it has begun */
	unsigned int let_in, refused;	/* connections at first; refused with a word of the table */
	unsigned int unsaid;		/* ended without a word */
	unsigned int reconnected;	/* later on */
	unsigned int too_many;		/* requests that were refused with that word */
	unsigned int bytes;		/* MiB sent */
};

/* @clients connections of user @user, each misbehaving in its own way. Does not return. */
void crowd_socket(struct crowd_report *r, unsigned int clients);
/* Nothing but to connect and go, at full speed. */
void crowd_knock(struct crowd_report *r);
/* /dev/idcard, opened as often as it may be, and never read; entries that are none. */
void crowd_node(struct crowd_report *r, unsigned int opens);
/* Pages, streams, WebSockets and origins without end. */
void crowd_web(struct crowd_report *r, unsigned int connections);

/* This process becomes user @uid, in group idcard or in none. */
bool crowd_become(uid_t uid, bool member);

#endif
