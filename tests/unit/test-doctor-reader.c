// SPDX-License-Identifier: GPL-2.0-or-later
/* Machines each broken in one way, from the USB bus to the reader's file: what is found first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/doctor-rig.h"
#include "util.h"

static void unplugged(struct doctor_facts *f)
{
	f->n_readers = f->n_devices = 0;
}

static void serial_reader(struct doctor_facts *f)
{
	f->n_readers = 0;
	strcpy(f->devices[0].transport, "serial");
}

static void stranger(struct doctor_facts *f, const char *id, enum doctor_kind kind, bool named)
{
	unplugged(f);
	f->strangers[f->n_strangers] = (struct doctor_stranger){ .kind = kind, .named = named };
	strcpy(f->strangers[f->n_strangers++].id, id);
}

static void bridge(struct doctor_facts *f)
{
	stranger(f, "1a86:7523", DOCTOR_BRIDGE, false);
}

static void bridge_named(struct doctor_facts *f)
{
	stranger(f, "1a86:7523", DOCTOR_BRIDGE, true);
	f->n_devices = 1;
}

static void bridge_beside(struct doctor_facts *f)
{
	bridge(f);
	f->n_readers = f->n_devices = 1;
}

static void shared_id(struct doctor_facts *f)
{
	stranger(f, "0483:572b", DOCTOR_SHARED, false);
}

static void loader(struct doctor_facts *f)
{
	stranger(f, "0483:df11", DOCTOR_LOADER, false);
}

static void unsupported(struct doctor_facts *f)
{
	stranger(f, "0483:5652", DOCTOR_UNSUPPORTED, false);
}

static void keyboard(struct doctor_facts *f)
{
	stranger(f, "1483:0001", DOCTOR_KEYBOARD, false);
}

static void other_interface(struct doctor_facts *f)
{
	f->readers[0].fits = f->readers[0].marked = false;
	f->n_devices = 0;
}

static void no_udev(struct doctor_facts *f)
{
	f->udev_runs = f->readers[0].marked = false;
	f->n_devices = 0;
}

static void no_rules(struct doctor_facts *f)
{
	f->rules = f->readers[0].marked = false;
	f->n_devices = 0;
}

static void rules_later(struct doctor_facts *f)
{
	f->readers[0].marked = false;
	f->n_devices = 0;
}

static void other_driver(struct doctor_facts *f)
{
	strcpy(f->readers[0].driver, "vendor_reader");
	strcpy(f->devices[0].state, "faulty");
	strcpy(f->devices[0].error, "reader-busy");
}

static void libusb(struct doctor_facts *f)
{
	f->module_loaded = f->module_there = false;
	f->readers[0].driver[0] = '\0';
}

static void libusb_claimed(struct doctor_facts *f)
{
	libusb(f);
	strcpy(f->readers[0].driver, "usbfs");
}

static void hid(struct doctor_facts *f)
{
	f->readers[0].hid = true;
	strcpy(f->readers[0].driver, "usbhid");
	f->module_loaded = false;
}

static void refused_module(struct doctor_facts *f)
{
	libusb(f);
	f->module_there = f->secure_boot = true;
}

static void sleeping_module(struct doctor_facts *f)
{
	libusb(f);
	f->module_there = true;
}

static void file_missing(struct doctor_facts *f)
{
	f->readers[0].node = DOCTOR_NODE_MISSING;
}

static void file_rights(struct doctor_facts *f)
{
	f->readers[0].node = DOCTOR_NODE_WRONG;
}

static void as_it_is(struct doctor_facts *f)
{
}

static const struct machine machines[] = {
	{ as_it_is, FOUND_BUS_FOUND, DOCTOR_OK },
	{ unplugged, FOUND_BUS_NOTHING, DOCTOR_FAIL, FOUND_BUS_NOTHING },
	{ unplugged, FOUND_READER_NONE, DOCTOR_FAIL, FOUND_BUS_NOTHING },
	{ serial_reader, FOUND_BUS_NAMED, DOCTOR_OK },
	{ bridge, FOUND_OTHERS_BRIDGE, DOCTOR_FAIL, FOUND_BUS_OTHERS },
	{ bridge_named, FOUND_OTHERS_NAMED, DOCTOR_OK },
	{ bridge_beside, FOUND_OTHERS_NONE, DOCTOR_OK },
	{ shared_id, FOUND_OTHERS_SHARED, DOCTOR_FAIL, FOUND_BUS_OTHERS },
	{ loader, FOUND_OTHERS_LOADER, DOCTOR_FAIL, FOUND_BUS_OTHERS },
	{ unsupported, FOUND_OTHERS_UNSUPPORTED, DOCTOR_FAIL, FOUND_BUS_OTHERS },
	{ keyboard, FOUND_OTHERS_KEYBOARD, DOCTOR_FAIL, FOUND_BUS_OTHERS },
	{ other_interface, FOUND_BUS_INTERFACE, DOCTOR_FAIL, FOUND_BUS_INTERFACE },
	{ other_interface, FOUND_DRIVER_SKIPPED, DOCTOR_FAIL, FOUND_BUS_INTERFACE },
	{ no_udev, FOUND_RULES_NO_UDEV, DOCTOR_FAIL, FOUND_RULES_NO_UDEV },
	{ no_rules, FOUND_RULES_MISSING, DOCTOR_FAIL, FOUND_RULES_MISSING },
	{ rules_later, FOUND_RULES_NOT_APPLIED, DOCTOR_FAIL, FOUND_RULES_NOT_APPLIED },
	{ rules_later, FOUND_FILE_SKIPPED, DOCTOR_FAIL, FOUND_RULES_NOT_APPLIED },
	{ other_driver, FOUND_DRIVER_FOREIGN, DOCTOR_FAIL, FOUND_DRIVER_FOREIGN },
	{ other_driver, FOUND_READER_FAULTY, DOCTOR_FAIL, FOUND_DRIVER_FOREIGN },
	{ libusb, FOUND_DRIVER_LIBUSB, DOCTOR_OK },
	{ libusb, FOUND_MODULE_ABSENT, DOCTOR_OK },
	{ libusb_claimed, FOUND_DRIVER_LIBUSB, DOCTOR_OK },
	{ hid, FOUND_DRIVER_HID, DOCTOR_OK },
	{ hid, FOUND_MODULE_UNUSED, DOCTOR_OK },
	{ refused_module, FOUND_MODULE_REFUSED, DOCTOR_WARN, FOUND_MODULE_REFUSED },
	{ sleeping_module, FOUND_MODULE_NOT_LOADED, DOCTOR_WARN, FOUND_MODULE_NOT_LOADED },
	{ file_missing, FOUND_FILE_MISSING, DOCTOR_FAIL, FOUND_FILE_MISSING },
	{ file_rights, FOUND_FILE_RIGHTS, DOCTOR_FAIL, FOUND_FILE_RIGHTS },
};

static void test_machines(void **state)
{
	check_machines(machines, ELEMENTSOF(machines));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_machines) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
