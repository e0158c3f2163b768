// SPDX-License-Identifier: GPL-2.0-or-later
/* From the user's rights to what the daemon says of its readers. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"
#include "util.h"

static void add(struct doctor_steps *steps, enum doctor_finding finding)
{
	doctor_add(steps, finding, NULL, NULL);
}

static bool answers(const struct doctor_facts *f)
{
	return f->socket == 0 && f->daemon == 0;
}

static void decide_access(const struct doctor_facts *f, struct doctor_steps *steps)
{
	if (f->root)
		add(steps, FOUND_ACCESS_ROOT);
	else if (f->member)
		add(steps, FOUND_ACCESS_MEMBER);
	else if (f->at_seat)
		add(steps, FOUND_ACCESS_SEAT);
	else if (answers(f))
		add(steps, FOUND_ACCESS_LET_IN);
	else if (f->member_later)
		add(steps, FOUND_ACCESS_LATER);
	else
		add(steps, f->group ? FOUND_ACCESS_NONE : FOUND_ACCESS_NO_GROUP);
}

const char *const doctor_units[_DOCTOR_UNIT_MAX] = {
	[DOCTOR_SOCKET_UNIT] = "idcardd.socket",
	[DOCTOR_DAEMON_UNIT] = "idcardd.service",
	[DOCTOR_NODE_UNIT] = "idcard-node.service",
	[DOCTOR_WEB_UNIT] = "idcard-web.service",
	[DOCTOR_WEDGE_UNIT] = "idcard-wedge.service",
};

static void take_value(const char *line, const char *key, char *ret, size_t size)
{
	size_t n = strlen(key), end = strcspn(line, "\n");

	if (strncmp(line, key, n) == 0 && end - n < size)
		snprintf(ret, size, "%.*s", (int)(end - n), line + n);
}

/* "Id=…" need not be the first line of a unit, so each is collected up to its empty line. */
void doctor_take_units(const char *text, struct doctor_unit units[_DOCTOR_UNIT_MAX])
{
	while (*text) {
		struct doctor_unit unit = {};
		char id[64] = "";

		for (; *text && *text != '\n'; text += strcspn(text, "\n"), text += *text == '\n') {
			take_value(text, "Id=", id, sizeof(id));
			take_value(text, "LoadState=", unit.load, sizeof(unit.load));
			take_value(text, "ActiveState=", unit.active, sizeof(unit.active));
			take_value(text, "UnitFileState=", unit.enabled, sizeof(unit.enabled));
		}
		for (size_t i = 0; i < _DOCTOR_UNIT_MAX; i++)
			if (strcmp(id, doctor_units[i]) == 0)
				units[i] = unit;
		text += *text == '\n';
	}
}

static bool is(const char *value, const char *word)
{
	return strcmp(value, word) == 0;
}

static bool decide_unit(const struct doctor_unit *u, const char *name, struct doctor_steps *steps)
{
	if (is(u->load, "masked"))
		doctor_add(steps, FOUND_SERVICES_MASKED, name, NULL);
	else if (is(u->load, "not-found"))
		doctor_add(steps, FOUND_SERVICES_NOT_THERE, name, NULL);
	else
		return true;
	return false;
}

static bool decide_socket_unit(const struct doctor_unit *u, const char *name,
			       struct doctor_steps *steps)
{
	if (!is(u->active, "active"))
		doctor_add(steps, FOUND_SERVICES_SOCKET_OFF, name, NULL);
	else if (is(u->enabled, "disabled"))
		doctor_add(steps, FOUND_SERVICES_SOCKET_LATER, name, NULL);
	else
		return true;
	return false;
}

static void decide_services(const struct doctor_facts *f, struct doctor_steps *steps)
{
	const struct doctor_unit *daemon = &f->units[DOCTOR_DAEMON_UNIT];
	const struct doctor_unit *node = &f->units[DOCTOR_NODE_UNIT];
	bool good = true;

	if (!f->systemd || !*f->units[DOCTOR_SOCKET_UNIT].load) {
		add(steps, FOUND_SERVICES_NO_SYSTEMD);
		return;
	}
	for (size_t i = DOCTOR_SOCKET_UNIT; i <= DOCTOR_NODE_UNIT; i++) {
		const struct doctor_unit *u = &f->units[i];
		const char *name = doctor_units[i];
		bool fine = decide_unit(u, name, steps);

		if (fine && i == DOCTOR_SOCKET_UNIT)
			fine = decide_socket_unit(u, name, steps);
		if (fine && is(u->active, "failed")) {
			doctor_add(steps, i == DOCTOR_NODE_UNIT ? FOUND_SERVICES_NODE_FAILED :
				   FOUND_SERVICES_DAEMON_FAILED, name, NULL);
			fine = false;
		}
		good = good && fine;
	}
	if (good)
		doctor_add(steps, FOUND_SERVICES_GOOD, daemon->active, node->active);
}

static void decide_socket(const struct doctor_facts *f, struct doctor_steps *steps)
{
	switch (f->socket) {
	case 0:
		add(steps, f->strange_listener ? FOUND_SOCKET_STRANGE :
		    f->other_socket ? FOUND_SOCKET_OTHER : FOUND_SOCKET_GOOD);
		break;
	case -ENOENT:
	case -ENOTDIR:
		add(steps, FOUND_SOCKET_MISSING);
		break;
	case -ECONNREFUSED:
		add(steps, FOUND_SOCKET_DEAD);
		break;
	case -EACCES:
	case -EPERM:
		add(steps, FOUND_SOCKET_DENIED);
		break;
	default:
		doctor_add(steps, FOUND_SOCKET_FAILED, strerror(-f->socket), NULL);
	}
}

static void decide_daemon(const struct doctor_facts *f, struct doctor_steps *steps)
{
	if (f->socket < 0) {
		add(steps, FOUND_DAEMON_SKIPPED);
		return;
	}
	switch (f->daemon) {
	case 0:
		doctor_add(steps, is(f->release, IDCARD_VERSION) ? FOUND_DAEMON_GOOD :
			   FOUND_DAEMON_RELEASE, f->release, IDCARD_VERSION);
		break;
	case -EACCES:
	case -EPERM:
		add(steps, FOUND_DAEMON_DENIED);
		break;
	case -EUSERS:
		add(steps, FOUND_DAEMON_FULL);
		break;
	case -EPROTO:
		add(steps, FOUND_DAEMON_OTHER);
		break;
	default:
		add(steps, FOUND_DAEMON_SILENT);
	}
}

static bool is_ready(const struct doctor_device *d)
{
	return !*d->error && !is(d->state, "opening") && !is(d->state, "starting") &&
	       !is(d->state, "faulty");
}

static void decide_readers(const struct doctor_facts *f, struct doctor_steps *steps)
{
	if (!f->devices_known) {
		add(steps, FOUND_READER_SKIPPED);
		return;
	}
	if (!f->n_devices)
		add(steps, f->n_readers ? FOUND_READER_NOT_TAKEN : FOUND_READER_NONE);
	for (size_t i = 0; i < f->n_devices; i++) {
		const struct doctor_device *d = &f->devices[i];
		bool faulty = *d->error || is(d->state, "faulty");

		doctor_add(steps, is_ready(d) ? FOUND_READER_GOOD :
			   faulty ? FOUND_READER_FAULTY : FOUND_READER_STARTING, d->name,
			   d->transport);
		snprintf(steps->step[steps->n - 1].error, sizeof(steps->step[0].error), "%s",
			 d->error);
	}
}

static void decide_sam(const struct doctor_facts *f, struct doctor_steps *steps)
{
	bool any = false;

	for (size_t i = 0; i < f->n_devices; i++) {
		const struct doctor_device *d = &f->devices[i];

		if (!is_ready(d))
			continue;
		any = true;
		doctor_add(steps, *d->sam ? FOUND_SAM_KNOWN : FOUND_SAM_UNKNOWN, d->name, d->sam);
	}
	if (!any)
		add(steps, FOUND_SAM_SKIPPED);
}

void doctor_decide_daemon(const struct doctor_facts *f, struct doctor_steps *steps)
{
	decide_access(f, steps);
	decide_services(f, steps);
	decide_socket(f, steps);
	decide_daemon(f, steps);
	decide_readers(f, steps);
	decide_sam(f, steps);
}

bool doctor_ready(const struct doctor_facts *f)
{
	for (size_t i = 0; i < f->n_devices; i++)
		if (is_ready(&f->devices[i]))
			return true;
	return false;
}
