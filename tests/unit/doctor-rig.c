// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "doctor-rig.h"

void set_unit(struct doctor_unit *u, const char *load, const char *active, const char *enabled)
{
	snprintf(u->load, sizeof(u->load), "%s", load);
	snprintf(u->active, sizeof(u->active), "%s", active);
	snprintf(u->enabled, sizeof(u->enabled), "%s", enabled);
}

void make_well(struct doctor_facts *f)
{
	memset(f, 0, sizeof(*f));
	f->udev_runs = f->rules = true;
	f->n_readers = 1;
	f->readers[0] = (struct doctor_reader){ .id = "0400:c35a", .name = "a reader", .fits = true,
		.marked = true, .driver = "idcard", .path = "/dev/idcardraw0",
		.node = DOCTOR_NODE_GOOD };
	f->module_loaded = f->module_there = true;
	f->group = f->at_seat = true;
	f->systemd = true;
	for (size_t i = 0; i < _DOCTOR_UNIT_MAX; i++)
		set_unit(&f->units[i], "loaded", "active", "enabled");
	strcpy(f->release, IDCARD_VERSION);
	f->devices_known = true;
	f->n_devices = 1;
	f->devices[0] = (struct doctor_device){ .name = "usb-1-2", .transport = "node",
		.state = "idle", .sam = "05.03" };
	f->node_is_device = f->cuse = true;
	f->portrait = DOCTOR_PORTRAIT_GOOD;
	f->web = DOCTOR_WEB_GOOD;
	f->uinput = true;
	f->libraries = 8;
}

static bool has(const struct doctor_steps *steps, enum doctor_finding finding)
{
	for (size_t i = 0; i < steps->n; i++)
		if (steps->step[i].finding == finding)
			return true;
	return false;
}

size_t count_steps(const struct doctor_steps *steps, enum doctor_which which)
{
	size_t n = 0;

	for (size_t i = 0; i < steps->n; i++)
		n += doctor_which(steps->step[i].finding) == which;
	return n;
}

void check_machines(const struct machine *machines, size_t n)
{
	struct doctor_facts *f = test_malloc(sizeof(*f));
	struct doctor_steps *steps = test_malloc(sizeof(*steps));

	for (size_t i = 0; i < n; i++) {
		const struct doctor_step *first;

		make_well(f);
		machines[i].make(f);
		steps->n = 0;
		doctor_decide(f, steps);
		if (!has(steps, machines[i].finding))
			fail_msg("%zu: %s is not found", i, doctor_word(machines[i].finding));
		assert_int_equal(doctor_verdict(steps, &first), machines[i].verdict);
		if (machines[i].verdict != DOCTOR_OK && first->finding != machines[i].first)
			fail_msg("%zu: %s comes before %s", i, doctor_word(first->finding),
				 doctor_word(machines[i].first));
		/* every step says something, whatever is wrong */
		for (int w = 0; w < DOCTOR_STEP_CARD; w++)
			assert_true(count_steps(steps, w) > 0);
	}
	test_free(f);
	test_free(steps);
}
