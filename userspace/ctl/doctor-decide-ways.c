// SPDX-License-Identifier: GPL-2.0-or-later
/* The ways out of the daemon, and the card that goes through two of them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"

static void add(struct doctor_steps *steps, enum doctor_finding finding)
{
	doctor_add(steps, finding, NULL, NULL);
}

static void decide_device(const struct doctor_facts *f, struct doctor_steps *steps)
{
	switch (f->node) {
	case 0:
		add(steps, f->node_is_device ? FOUND_DEVICE_GOOD : FOUND_DEVICE_ORDINARY);
		break;
	case -ENOENT:
	case -ENODEV:
	case -ENXIO:
		add(steps, f->cuse ? FOUND_DEVICE_MISSING : FOUND_DEVICE_NO_CUSE);
		break;
	case -EACCES:
	case -EPERM:
		add(steps, f->node_is_device ? FOUND_DEVICE_DENIED : FOUND_DEVICE_ORDINARY);
		break;
	default:
		doctor_add(steps, FOUND_DEVICE_FAILED, strerror(-f->node), NULL);
	}
}

static void decide_portrait(const struct doctor_facts *f, struct doctor_steps *steps)
{
	static const enum doctor_finding findings[] = {
		[DOCTOR_PORTRAIT_OFF] = FOUND_PORTRAIT_OFF,
		[DOCTOR_PORTRAIT_SECRET] = FOUND_PORTRAIT_SECRET,
		[DOCTOR_PORTRAIT_WRONG] = FOUND_PORTRAIT_WRONG,
		[DOCTOR_PORTRAIT_UNUSABLE] = FOUND_PORTRAIT_UNUSABLE,
		[DOCTOR_PORTRAIT_GOOD] = FOUND_PORTRAIT_GOOD,
	};

	add(steps, findings[f->portrait]);
}

/* Somebody wants it to run. */
static bool is_wanted(const struct doctor_unit *u)
{
	return strcmp(u->active, "active") == 0 || strcmp(u->active, "failed") == 0 ||
	       strcmp(u->active, "activating") == 0 || strcmp(u->enabled, "enabled") == 0;
}

/* Another program at the port is only in the way when the service is on. */
static void decide_web(const struct doctor_facts *f, struct doctor_steps *steps)
{
	bool wanted = is_wanted(&f->units[DOCTOR_WEB_UNIT]);
	char port[16];

	snprintf(port, sizeof(port), "%u", f->web_port);
	if (f->web == DOCTOR_WEB_GOOD)
		add(steps, FOUND_WEB_GOOD);
	else if (!wanted)
		add(steps, FOUND_WEB_OFF);
	else
		doctor_add(steps, f->web == DOCTOR_WEB_OTHER ? FOUND_WEB_OTHER : FOUND_WEB_FAILED,
			   port, NULL);
}

static void decide_wedge(const struct doctor_facts *f, struct doctor_steps *steps)
{
	const struct doctor_unit *u = &f->units[DOCTOR_WEDGE_UNIT];

	if (!is_wanted(u))
		add(steps, FOUND_WEDGE_OFF);
	else if (!f->uinput)
		add(steps, FOUND_WEDGE_NO_UINPUT);
	else
		add(steps, strcmp(u->active, "active") == 0 ? FOUND_WEDGE_GOOD : FOUND_WEDGE_FAILED);
}

static void decide_libraries(const struct doctor_facts *f, struct doctor_steps *steps)
{
	char number[16];

	snprintf(number, sizeof(number), "%u",
		 f->libraries_missing ? f->libraries_missing : f->libraries);
	if (!f->libraries)
		add(steps, FOUND_COMPAT_ABSENT);
	else
		doctor_add(steps, f->libraries_missing ? FOUND_COMPAT_PARTS : FOUND_COMPAT_GOOD,
			   number, NULL);
}

void doctor_decide_ways(const struct doctor_facts *f, struct doctor_steps *steps)
{
	decide_device(f, steps);
	decide_portrait(f, steps);
	decide_web(f, steps);
	decide_wedge(f, steps);
	decide_libraries(f, steps);
}

static void add_line(struct doctor_steps *steps, enum doctor_finding finding, size_t size,
		     double seconds)
{
	char bytes[32], time[32];

	snprintf(bytes, sizeof(bytes), "%zu", size);
	snprintf(time, sizeof(time), "%.2f", seconds);
	doctor_add(steps, finding, bytes, time);
}

static void decide_line(const struct doctor_trial *t, struct doctor_steps *steps)
{
	char time[32];

	snprintf(time, sizeof(time), "%g", t->seconds);
	if (t->socket > 0) {
		add_line(steps, FOUND_CARD_GOOD, t->size, t->seconds);
	} else if (t->socket == 0) {
		doctor_add(steps, FOUND_CARD_NONE, time, NULL);
	} else {
		add(steps, *t->error ? FOUND_CARD_ERROR : FOUND_CARD_LOST);
		snprintf(steps->step[steps->n - 1].error, sizeof(t->error), "%s", t->error);
	}
}

void doctor_decide_card(const struct doctor_trial *t, struct doctor_steps *steps)
{
	decide_line(t, steps);
	if (t->socket <= 0 || t->node == DOCTOR_NODE_NOT_OPEN)
		add(steps, FOUND_CARD_DEVICE_SKIPPED);
	else if (t->node == DOCTOR_NODE_SAME)
		add_line(steps, FOUND_CARD_DEVICE_GOOD, t->node_size, t->node_seconds);
	else
		add(steps, t->node == DOCTOR_NODE_NO_LINE ? FOUND_CARD_DEVICE_NONE :
		    FOUND_CARD_DEVICE_OTHER);
}
