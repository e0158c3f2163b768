// SPDX-License-Identifier: GPL-2.0-or-later
/* Machines each broken in one way, from the user's rights to the ways out: what is found first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>

#include "tests/unit/doctor-rig.h"
#include "util.h"

static void nobody(struct doctor_facts *f)
{
	f->at_seat = false;
	f->daemon = -EACCES;
	f->devices_known = false;
	f->n_devices = 0;
	f->node = -EACCES;
}

static void member(struct doctor_facts *f)
{
	f->at_seat = false;
	f->member = true;
}

static void root(struct doctor_facts *f)
{
	f->at_seat = false;
	f->root = true;
}

static void let_in(struct doctor_facts *f)
{
	f->at_seat = false;
}

static void old_session(struct doctor_facts *f)
{
	nobody(f);
	f->member_later = true;
}

static void no_group(struct doctor_facts *f)
{
	nobody(f);
	f->group = false;
}

static void no_systemd(struct doctor_facts *f)
{
	f->systemd = false;
	memset(f->units, 0, sizeof(f->units));
}

static void mute_systemd(struct doctor_facts *f)
{
	memset(f->units, 0, sizeof(f->units));
}

static void no_daemon(struct doctor_facts *f, int error)
{
	f->socket = error;
	f->devices_known = false;
	f->n_devices = 0;
}

static void stopped(struct doctor_facts *f)
{
	no_daemon(f, -ENOENT);
	set_unit(&f->units[DOCTOR_SOCKET_UNIT], "loaded", "inactive", "enabled");
	set_unit(&f->units[DOCTOR_DAEMON_UNIT], "loaded", "inactive", "static");
}

static void stopped_without_systemd(struct doctor_facts *f)
{
	no_systemd(f);
	no_daemon(f, -ENOENT);
}

static void not_installed(struct doctor_facts *f)
{
	no_daemon(f, -ENOENT);
	for (size_t i = 0; i < _DOCTOR_UNIT_MAX; i++)
		set_unit(&f->units[i], "not-found", "inactive", "");
}

static void masked(struct doctor_facts *f)
{
	no_daemon(f, -ENOENT);
	set_unit(&f->units[DOCTOR_SOCKET_UNIT], "masked", "inactive", "masked");
}

static void disabled(struct doctor_facts *f)
{
	set_unit(&f->units[DOCTOR_SOCKET_UNIT], "loaded", "active", "disabled");
}

static void daemon_failed(struct doctor_facts *f)
{
	no_daemon(f, -ECONNREFUSED);
	set_unit(&f->units[DOCTOR_DAEMON_UNIT], "loaded", "failed", "static");
}

static void node_failed(struct doctor_facts *f)
{
	set_unit(&f->units[DOCTOR_NODE_UNIT], "loaded", "failed", "static");
	f->node = -ENOENT;
	f->node_is_device = false;
}

static void nobody_listens(struct doctor_facts *f)
{
	no_daemon(f, -ECONNREFUSED);
}

static void socket_rights(struct doctor_facts *f)
{
	no_daemon(f, -EACCES);
}

static void socket_odd(struct doctor_facts *f)
{
	no_daemon(f, -EPROTOTYPE);
}

static void strange_listener(struct doctor_facts *f)
{
	f->strange_listener = true;
}

static void other_socket(struct doctor_facts *f)
{
	f->other_socket = true;
}

static void silent(struct doctor_facts *f)
{
	no_daemon(f, 0);
	f->daemon = -ETIMEDOUT;
}

static void other_version(struct doctor_facts *f)
{
	no_daemon(f, 0);
	f->daemon = -EPROTO;
}

static void full(struct doctor_facts *f)
{
	no_daemon(f, 0);
	f->daemon = -EUSERS;
}

static void old_daemon(struct doctor_facts *f)
{
	strcpy(f->release, "0.0.1");
}

static void not_taken(struct doctor_facts *f)
{
	f->n_devices = 0;
}

static void starting(struct doctor_facts *f)
{
	strcpy(f->devices[0].state, "starting");
	f->devices[0].sam[0] = '\0';
}

static void dead_sam(struct doctor_facts *f)
{
	strcpy(f->devices[0].state, "faulty");
	strcpy(f->devices[0].error, "reader-dead");
	f->devices[0].sam[0] = '\0';
}

static void no_number(struct doctor_facts *f)
{
	f->devices[0].sam[0] = '\0';
}

static void no_device(struct doctor_facts *f)
{
	f->node = -ENOENT;
	f->node_is_device = false;
}

static void no_cuse(struct doctor_facts *f)
{
	no_device(f);
	f->cuse = false;
}

static void ordinary_file(struct doctor_facts *f)
{
	f->node_is_device = false;
}

static void device_rights(struct doctor_facts *f)
{
	f->node = -EACCES;
}

static void device_odd(struct doctor_facts *f)
{
	f->node = -EIO;
}

static void portrait_off(struct doctor_facts *f)
{
	f->portrait = DOCTOR_PORTRAIT_OFF;
}

static void portrait_secret(struct doctor_facts *f)
{
	f->portrait = DOCTOR_PORTRAIT_SECRET;
}

static void portrait_wrong(struct doctor_facts *f)
{
	f->portrait = DOCTOR_PORTRAIT_WRONG;
}

static void portrait_unusable(struct doctor_facts *f)
{
	f->portrait = DOCTOR_PORTRAIT_UNUSABLE;
}

static void web_off(struct doctor_facts *f)
{
	set_unit(&f->units[DOCTOR_WEB_UNIT], "loaded", "inactive", "disabled");
	f->web = DOCTOR_WEB_OTHER;
}

static void web_silent(struct doctor_facts *f)
{
	f->web = DOCTOR_WEB_SILENT;
}

static void web_other(struct doctor_facts *f)
{
	set_unit(&f->units[DOCTOR_WEB_UNIT], "loaded", "failed", "enabled");
	f->web = DOCTOR_WEB_OTHER;
}

static void wedge_off(struct doctor_facts *f)
{
	set_unit(&f->units[DOCTOR_WEDGE_UNIT], "loaded", "inactive", "disabled");
	f->uinput = false;
}

static void wedge_failed(struct doctor_facts *f)
{
	set_unit(&f->units[DOCTOR_WEDGE_UNIT], "loaded", "failed", "enabled");
}

static void no_uinput(struct doctor_facts *f)
{
	f->uinput = false;
}

static void no_libraries(struct doctor_facts *f)
{
	f->libraries = 0;
	f->libraries_missing = 8;
}

static void some_libraries(struct doctor_facts *f)
{
	f->libraries = 6;
	f->libraries_missing = 2;
}

static const struct machine machines[] = {
	{ nobody, FOUND_ACCESS_NONE, DOCTOR_FAIL, FOUND_ACCESS_NONE },
	{ nobody, FOUND_DAEMON_DENIED, DOCTOR_FAIL, FOUND_ACCESS_NONE },
	{ nobody, FOUND_DEVICE_DENIED, DOCTOR_FAIL, FOUND_ACCESS_NONE },
	{ member, FOUND_ACCESS_MEMBER, DOCTOR_OK },
	{ root, FOUND_ACCESS_ROOT, DOCTOR_OK },
	{ let_in, FOUND_ACCESS_LET_IN, DOCTOR_OK },
	{ old_session, FOUND_ACCESS_LATER, DOCTOR_FAIL, FOUND_ACCESS_LATER },
	{ no_group, FOUND_ACCESS_NO_GROUP, DOCTOR_FAIL, FOUND_ACCESS_NO_GROUP },
	{ no_systemd, FOUND_SERVICES_NO_SYSTEMD, DOCTOR_OK },
	{ mute_systemd, FOUND_SERVICES_NO_SYSTEMD, DOCTOR_OK },
	{ stopped, FOUND_SERVICES_SOCKET_OFF, DOCTOR_FAIL, FOUND_SERVICES_SOCKET_OFF },
	{ stopped, FOUND_SOCKET_MISSING, DOCTOR_FAIL, FOUND_SERVICES_SOCKET_OFF },
	{ stopped, FOUND_DAEMON_SKIPPED, DOCTOR_FAIL, FOUND_SERVICES_SOCKET_OFF },
	{ stopped, FOUND_READER_SKIPPED, DOCTOR_FAIL, FOUND_SERVICES_SOCKET_OFF },
	{ stopped_without_systemd, FOUND_SOCKET_MISSING, DOCTOR_FAIL, FOUND_SOCKET_MISSING },
	{ not_installed, FOUND_SERVICES_NOT_THERE, DOCTOR_FAIL, FOUND_SERVICES_NOT_THERE },
	{ masked, FOUND_SERVICES_MASKED, DOCTOR_FAIL, FOUND_SERVICES_MASKED },
	{ disabled, FOUND_SERVICES_SOCKET_LATER, DOCTOR_WARN, FOUND_SERVICES_SOCKET_LATER },
	{ daemon_failed, FOUND_SERVICES_DAEMON_FAILED, DOCTOR_FAIL, FOUND_SERVICES_DAEMON_FAILED },
	{ node_failed, FOUND_SERVICES_NODE_FAILED, DOCTOR_FAIL, FOUND_SERVICES_NODE_FAILED },
	{ nobody_listens, FOUND_SOCKET_DEAD, DOCTOR_FAIL, FOUND_SOCKET_DEAD },
	{ socket_rights, FOUND_SOCKET_DENIED, DOCTOR_FAIL, FOUND_SOCKET_DENIED },
	{ socket_odd, FOUND_SOCKET_FAILED, DOCTOR_FAIL, FOUND_SOCKET_FAILED },
	{ strange_listener, FOUND_SOCKET_STRANGE, DOCTOR_FAIL, FOUND_SOCKET_STRANGE },
	{ other_socket, FOUND_SOCKET_OTHER, DOCTOR_WARN, FOUND_SOCKET_OTHER },
	{ silent, FOUND_DAEMON_SILENT, DOCTOR_FAIL, FOUND_DAEMON_SILENT },
	{ other_version, FOUND_DAEMON_OTHER, DOCTOR_FAIL, FOUND_DAEMON_OTHER },
	{ full, FOUND_DAEMON_FULL, DOCTOR_FAIL, FOUND_DAEMON_FULL },
	{ old_daemon, FOUND_DAEMON_RELEASE, DOCTOR_WARN, FOUND_DAEMON_RELEASE },
	{ not_taken, FOUND_READER_NOT_TAKEN, DOCTOR_FAIL, FOUND_READER_NOT_TAKEN },
	{ starting, FOUND_READER_STARTING, DOCTOR_WARN, FOUND_READER_STARTING },
	{ dead_sam, FOUND_READER_FAULTY, DOCTOR_FAIL, FOUND_READER_FAULTY },
	{ dead_sam, FOUND_SAM_SKIPPED, DOCTOR_FAIL, FOUND_READER_FAULTY },
	{ no_number, FOUND_SAM_UNKNOWN, DOCTOR_WARN, FOUND_SAM_UNKNOWN },
	{ no_device, FOUND_DEVICE_MISSING, DOCTOR_FAIL, FOUND_DEVICE_MISSING },
	{ no_cuse, FOUND_DEVICE_NO_CUSE, DOCTOR_FAIL, FOUND_DEVICE_NO_CUSE },
	{ ordinary_file, FOUND_DEVICE_ORDINARY, DOCTOR_FAIL, FOUND_DEVICE_ORDINARY },
	{ device_rights, FOUND_DEVICE_DENIED, DOCTOR_FAIL, FOUND_DEVICE_DENIED },
	{ device_odd, FOUND_DEVICE_FAILED, DOCTOR_FAIL, FOUND_DEVICE_FAILED },
	{ portrait_off, FOUND_PORTRAIT_OFF, DOCTOR_OK },
	{ portrait_secret, FOUND_PORTRAIT_SECRET, DOCTOR_OK },
	{ portrait_wrong, FOUND_PORTRAIT_WRONG, DOCTOR_FAIL, FOUND_PORTRAIT_WRONG },
	{ portrait_unusable, FOUND_PORTRAIT_UNUSABLE, DOCTOR_FAIL, FOUND_PORTRAIT_UNUSABLE },
	{ web_off, FOUND_WEB_OFF, DOCTOR_OK },
	{ web_silent, FOUND_WEB_FAILED, DOCTOR_FAIL, FOUND_WEB_FAILED },
	{ web_other, FOUND_WEB_OTHER, DOCTOR_FAIL, FOUND_WEB_OTHER },
	{ wedge_off, FOUND_WEDGE_OFF, DOCTOR_OK },
	{ wedge_failed, FOUND_WEDGE_FAILED, DOCTOR_FAIL, FOUND_WEDGE_FAILED },
	{ no_uinput, FOUND_WEDGE_NO_UINPUT, DOCTOR_FAIL, FOUND_WEDGE_NO_UINPUT },
	{ no_libraries, FOUND_COMPAT_ABSENT, DOCTOR_OK },
	{ some_libraries, FOUND_COMPAT_PARTS, DOCTOR_WARN, FOUND_COMPAT_PARTS },
};

static void test_machines(void **state)
{
	check_machines(machines, ELEMENTSOF(machines));
}

/* Beside the fault itself, nothing is called a fault that is none. */
static void test_one_fault(void **state)
{
	struct doctor_facts *f = test_malloc(sizeof(*f));
	struct doctor_steps *steps = test_malloc(sizeof(*steps));

	make_well(f);
	no_libraries(f);
	portrait_off(f);
	web_off(f);
	wedge_off(f);
	f->readers[0].marked = false;
	f->n_devices = 0;
	steps->n = 0;
	doctor_decide(f, steps);
	for (size_t i = 0; i < steps->n; i++) {
		enum doctor_finding found = steps->step[i].finding;

		assert_true(doctor_result(found) != DOCTOR_FAIL ||
			    found == FOUND_RULES_NOT_APPLIED || found == FOUND_READER_NOT_TAKEN);
	}
	assert_false(doctor_ready(f));
	make_well(f);
	assert_true(doctor_ready(f));
	test_free(f);
	test_free(steps);
}

static void test_many(void **state)
{
	struct doctor_facts *f = test_malloc(sizeof(*f));
	struct doctor_steps *steps = test_malloc(sizeof(*steps));

	make_well(f);
	f->n_readers = DOCTOR_READERS_MAX;
	f->n_strangers = DOCTOR_STRANGERS_MAX;
	f->n_devices = DOCTOR_DEVICES_MAX;
	for (size_t i = 1; i < f->n_readers; i++)
		f->readers[i] = f->readers[0];
	for (size_t i = 1; i < f->n_devices; i++)
		f->devices[i] = f->devices[0];
	steps->n = 0;
	doctor_decide(f, steps);
	assert_int_equal(count_steps(steps, DOCTOR_STEP_READER), DOCTOR_DEVICES_MAX);
	/* all of them, and the card, have room */
	assert_true(steps->n + 2 < DOCTOR_STEPS_MAX);
	while (steps->n < DOCTOR_STEPS_MAX)
		doctor_add(steps, FOUND_BUS_NOTHING, NULL, NULL);
	doctor_add(steps, FOUND_BUS_NOTHING, NULL, NULL);
	assert_int_equal(steps->n, DOCTOR_STEPS_MAX);
	test_free(f);
	test_free(steps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_one_fault),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
