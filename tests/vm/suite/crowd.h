/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A crowd: processes of several users that do their worst to the socket, /dev/idcard and the web
 * service, all at once, and tell in shared memory what they saw.
 */
#ifndef TEST_CROWD_H
#define TEST_CROWD_H

#include "suite.h"

enum {
	CROWD_USERS = 4,
	CROWD_UID = 5000,	/* of the first; members of group idcard */
	CROWD_STRANGER = 65534,
	CROWD_PER_UID = 256,	/* of idcardd and of idcard-node */
	CROWD_SERVICES = 3,
	CROWD_WAYS = 2,
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

/* A process of user @uid that misbehaves; ended by crowd_clear(). */
void crowd_start_one(uid_t uid, bool member,
		     void (*run)(struct crowd_report *r, unsigned int n), unsigned int n);

/* This process becomes user @uid, in group idcard or in none. */
bool crowd_become(uid_t uid, bool member);

/* crowd-guest.c, or tests/daemon/crowd-host.c: where it runs */
struct crowd_service {
	const char *name;
	pid_t pid;
};

/* What is honest beside the two clients of the socket. */
struct crowd_way {
	const char *name;
	struct lines *lines;
};

/* A reader is plugged in, the services run, the users are there. */
void crowd_ground_begin(void);
void crowd_ground_end(void);
size_t crowd_ground_services(struct crowd_service ret[CROWD_SERVICES]);
size_t crowd_ground_ways(struct crowd_way ret[CROWD_WAYS]);
/* Starts who misbehaves elsewhere than at the socket. */
void crowd_ground_rude(unsigned int clients);
/* What they tell; @reports is that of the first. */
void crowd_ground_say(const struct crowd_report *reports);

#endif
