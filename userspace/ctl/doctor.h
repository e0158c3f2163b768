/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Doctor: from "is a reader on the bus" to "does a line come out". First facts are gathered, then
 * steps are decided from them by pure functions, then the steps are told. The report is made to be
 * shown to others: nothing in it is of a card, a person, this computer or its users.
 *
 *	doctor-bus.c		what is plugged in
 *	doctor-system.c		module, rights, services, files
 *	doctor-daemon.c		the socket, and what the daemon says
 *	doctor-extras.c		portraits, idcard-web, idcard-wedge, vendor libraries
 *	doctor-card.c		a card, through the socket and through /dev/idcard
 *	doctor-decide.c		what follows from all that
 */
#ifndef IDCARD_CTL_DOCTOR_H
#define IDCARD_CTL_DOCTOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "doctor-words.h"

struct ctl;

enum {
	DOCTOR_READERS_MAX = 8,
	DOCTOR_STRANGERS_MAX = 8,
	DOCTOR_DEVICES_MAX = 16,
	DOCTOR_STEPS_MAX = 96,
	DOCTOR_DETAIL_SIZE = 160,
};

enum doctor_node {
	DOCTOR_NODE_MISSING,
	DOCTOR_NODE_WRONG,	/* not the daemon's alone */
	DOCTOR_NODE_GOOD,
};

/* A USB device whose id is in the table of readers. */
struct doctor_reader {
	char id[10];		/* "0400:c35a" */
	char name[96];		/* of the table */
	bool hid;
	bool fits;		/* has an interface as the table says */
	bool marked;		/* by our udev rules */
	char driver[32];	/* of that interface; "": none */
	char path[64];		/* the file by which the daemon has it */
	enum doctor_node node;
};

/* Something else that may be what the person takes for the reader. */
struct doctor_stranger {
	enum doctor_kind {
		DOCTOR_BRIDGE,
		DOCTOR_SHARED,		/* an id that other things have too */
		DOCTOR_LOADER,
		DOCTOR_UNSUPPORTED,
		DOCTOR_KEYBOARD,	/* that types what it reads */
	} kind;
	char id[10];
	bool named;		/* by the administrator */
};

enum doctor_unit_name {
	DOCTOR_SOCKET_UNIT,
	DOCTOR_DAEMON_UNIT,
	DOCTOR_NODE_UNIT,
	DOCTOR_WEB_UNIT,
	DOCTOR_WEDGE_UNIT,
	_DOCTOR_UNIT_MAX,
};

/* As systemd says it; "" if it said nothing. */
struct doctor_unit {
	char load[16], active[16], enabled[24];
};

/* A reader as the daemon has it. */
struct doctor_device {
	char name[64], transport[8], state[16], error[32];
	char sam[8];		/* the first group of its number; "": not known */
};

struct doctor_facts {
	bool udev_runs, rules;
	struct doctor_reader readers[DOCTOR_READERS_MAX];
	size_t n_readers;
	struct doctor_stranger strangers[DOCTOR_STRANGERS_MAX];
	size_t n_strangers;

	bool module_loaded, module_there, secure_boot;
	bool root, group, member, member_later, at_seat;
	bool systemd;
	struct doctor_unit units[_DOCTOR_UNIT_MAX];

	bool other_socket;		/* the environment names another than the usual one */
	int socket;			/* 0, or a negative errno: connecting */
	bool strange_listener;
	int daemon;			/* 0, or a negative errno: the greeting */
	char release[32];
	bool devices_known;
	struct doctor_device devices[DOCTOR_DEVICES_MAX];
	size_t n_devices;

	int node;			/* 0, or a negative errno: opening /dev/idcard */
	bool node_is_device, cuse;

	enum {
		DOCTOR_PORTRAIT_OFF,
		DOCTOR_PORTRAIT_SECRET,		/* this user may not look */
		DOCTOR_PORTRAIT_WRONG,		/* the configuration */
		DOCTOR_PORTRAIT_UNUSABLE,	/* the library */
		DOCTOR_PORTRAIT_GOOD,
	} portrait;
	enum {
		DOCTOR_WEB_SILENT,
		DOCTOR_WEB_GOOD,
		DOCTOR_WEB_OTHER,		/* something else answers there */
	} web;
	unsigned int web_port;
	bool uinput;
	unsigned int libraries, libraries_missing;
};

/* What came of a card. */
struct doctor_trial {
	int socket;			/* 1: a line; 0: none in time; -1: an error */
	char error[32];			/* its code; "": the connection ended */
	size_t size;
	double seconds;			/* after the card was placed */
	enum {
		DOCTOR_NODE_NOT_OPEN,
		DOCTOR_NODE_NO_LINE,
		DOCTOR_NODE_OTHER_LINE,
		DOCTOR_NODE_SAME,
	} node;
	size_t node_size;
	double node_seconds;
};

struct doctor_step {
	enum doctor_finding finding;
	/* What the sentence names, and an error of errors.h that it tells of. */
	char first[DOCTOR_DETAIL_SIZE], second[DOCTOR_DETAIL_SIZE];
	char error[32];
};

struct doctor_steps {
	struct doctor_step step[DOCTOR_STEPS_MAX];
	size_t n;
};

/* doctor-decide.c and doctor-decide-ways.c: pure. Steps are added to @steps. */
void doctor_add(struct doctor_steps *steps, enum doctor_finding finding, const char *first,
		const char *second);
void doctor_decide(const struct doctor_facts *f, struct doctor_steps *steps);
void doctor_decide_reader(const struct doctor_facts *f, struct doctor_steps *steps);
void doctor_decide_daemon(const struct doctor_facts *f, struct doctor_steps *steps);
void doctor_decide_ways(const struct doctor_facts *f, struct doctor_steps *steps);
/* Can a card be asked for at all? */
bool doctor_ready(const struct doctor_facts *f);
void doctor_decide_card(const struct doctor_trial *t, struct doctor_steps *steps);
/* What "systemctl show" printed. */
void doctor_take_units(const char *text, struct doctor_unit units[_DOCTOR_UNIT_MAX]);
extern const char *const doctor_units[_DOCTOR_UNIT_MAX];
/* The worst of them, and which it is first; SKIPPED counts as OK. */
enum doctor_result doctor_verdict(const struct doctor_steps *steps, const struct doctor_step **ret);

/* Gathering: what cannot be found out stays as it is with all bytes 0. */
void doctor_look_at_bus(struct doctor_facts *f);
void doctor_look_at_system(struct doctor_facts *f);
void doctor_look_at_daemon(struct ctl *c, struct doctor_facts *f);
void doctor_look_at_extras(struct doctor_facts *f);
/* Asks for a card and waits for it, c->timeout at most. */
void doctor_try_card(struct ctl *c, struct doctor_trial *ret);

/* The reply of the daemon, or NULL: nothing is said. */
json_t *doctor_ask(struct ctl *c, const char *class);

/* Runs a program of the system. Its status, and what it said in @ret, or a negative errno. */
int doctor_run(const char *const *argv, char *ret, size_t size);

#endif
