// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Readers that are not vendor-class USB: from the plug to the lines of /dev/idcard, and through
 * damage, with what the administrator has to say in each case and not more.
 */
#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "util.h"

enum {
	CARDS = 5,
	ROUNDS = 2,
	QUIET_MS = 300,
};

#define ACM_RULE(more)                                                                             \
	"SUBSYSTEM==\"tty\", ATTRS{idVendor}==\"1209\", ATTRS{idProduct}==\"0001\", "                  \
	"ENV{ID_IDCARD_SERIAL}=\"1\"" more "\n"
#define HID_RULE                                                                                   \
	"SUBSYSTEM==\"hidraw\", ATTRS{idVendor}==\"0483\", ATTRS{idProduct}==\"572b\", "               \
	"ENV{ID_IDCARD}=\"1\"\n"
#define CONFIGURATION(dialect)                                                                     \
	"[serial]\ndevice = " SIM_TTY "\nbaud = 115200\ndialect = " dialect "\n"

static const char *const hid_damage[] = {
	"stale", "cut", "lost-aa", "noise", "mangle", "bad-checksum", "short", "oversize",
	"silence", "stall", "late arg=300", "lift", NULL,
};

static const char *const serial_damage[] = {
	"stale", "cut", "lost-aa", "noise", "insert", "lose", "mangle", "bad-checksum", "short",
	"oversize", "silence", "late arg=300", "lift", NULL,
};

/* The same code in the daemon behind the other dialect. */
static const char *const line_damage[] = { "cut", "noise", "insert", "lose", "mangle", NULL };

/* A reader that is configured stays in the list. */
static bool no_reader(void *context)
{
	json_t *devices = ask("{\"class\":\"DEVICES\"}", "DEVICES"), *device;
	bool none = true;
	size_t i;

	json_array_foreach(json_object_get(devices, "devices"), i, device) {
		const char *state = get(device, "state");

		none = none && (strcmp(state, "opening") == 0 || strcmp(state, "faulty") == 0);
	}
	json_decref(devices);
	return none;
}

static void card(struct lines *l, unsigned int i)
{
	const struct persona_number *p = &personas[i % ELEMENTSOF(personas)];
	json_t *identity;

	sim("place %s", p->persona);
	identity = json_loads(lines_next(l, 10000), 0, NULL);
	require(strcmp(get(identity, "id_number"), p->number) == 0, "card %u: the wrong person", i);
	require(json_is_true(json_object_get(identity, "id_number_valid")), "card %u: not valid", i);
	json_decref(identity);
	lift();
	require(lines_silent(l, QUIET_MS), "card %u: a second line", i);
}

/* The reader is plugged in, pulled, plugged in again; nobody does anything else. */
static void whole_path(const char *const *damage)
{
	bool plug_and_play = !exists("/dev/idcard");
	struct lines *l;
	uint64_t node;

	sim("plug");
	node = wait_for_file("/dev/idcard", 30000);
	if (plug_and_play)
		suite_note("/dev/idcard after %.0f ms", (double)node / 1e3);
	l = lines_open(4096);
	ready();
	for (unsigned int i = 0; i < CARDS; i++)
		card(l, i);
	sim("unplug");
	wait_until(no_reader, NULL, 5000, "the reader to go");
	sim("plug");
	ready();
	card(l, pick(CARDS));
	ends_begin();
	for (; *damage; damage++)
		ends_with(*damage, ROUNDS);
	ends_note();
}

static void begin(const char *transport)
{
	services_stop();
	require(!exists("/dev/idcard"), "/dev/idcard is there without its service");
	expect_transport(transport);
}

void test_hid_raw(void)
{
	begin("hid");
	sim_start("hid-raw");
	whole_path(hid_damage);
}

void test_hid_length(void)
{
	begin("hid");
	set_udev_rule(HID_RULE);
	sim_start("hid-length");
	whole_path(hid_damage);
}

void test_acm(void)
{
	begin("serial");
	set_udev_rule(ACM_RULE(""));
	sim_start_serial("acm", "sam");
	whole_path(serial_damage);
}

void test_acm_stx(void)
{
	begin("serial");
	set_udev_rule(ACM_RULE(", ENV{ID_IDCARD_DIALECT}=\"stx\""));
	sim_start_serial("acm", "stx");
	whole_path(line_damage);
}

/* No plug-in to be seen: the services run, as an administrator enables them who has such a line. */
static void configured(const char *text, const char *dialect, const char *const *damage)
{
	begin("serial");
	set_daemon_configuration(text);
	sim_start_serial("pty", dialect);
	require(shell("systemctl start idcardd.service idcard-node.service") == 0,
		"the services do not start");
	whole_path(damage);
}

void test_pty(void)
{
	configured(CONFIGURATION("sam"), "sam", line_damage);
}

void test_pty_stx(void)
{
	configured(CONFIGURATION("stx"), "stx", serial_damage);
}

/* The daemon runs and somebody waits for cards: has it a device of this name open? */
static bool has_open(const char *name)
{
	return shell("ls -l /proc/%d/fd | grep -q %s", service_pid("idcardd.service"), name) == 0;
}

static void stranger(const char *framing, const char *path, const char *name, const char *rule,
		     const char *transport)
{
	json_t *devices;

	expect_transport(transport);
	sim_start(framing);
	sim("plug");
	wait_for_file(path, 30000);
	shell("udevadm settle");
	json_decref(ask("{\"class\":\"DEVICES\"}", "DEVICES"));
	watch_open();
	devices = ask("{\"class\":\"DEVICES\"}", "DEVICES");
	require(json_array_size(json_object_get(devices, "devices")) == 0, "%s is a reader", path);
	json_decref(devices);
	require(!has_open(name), "the daemon has %s open", path);
	require(sim_stat("exchanges") == 0, "%s was asked something", path);
	require(strcmp(framing, "acm") || strstr(sim("status"), " opened=0 "), "%s was opened",
		path);

	/* The same device, once the administrator has named it. */
	set_udev_rule(rule);
	sim("unplug");
	sim("plug");
	ready();
	require(has_open(name), "this test does not see an open %s", path);
	require(sim_stat("exchanges") > 0, "this test does not see bytes");
	require(strcmp(framing, "acm") || strstr(sim("status"), " baud=115200 opened=1 "),
		"the line is not as it should be: %s", sim("status"));
	settings_clear();
	sim_stop();
	watch_close_all();
}

/* A serial line of USB, a gadget with a HID id that many have: no business of the daemon. */
void test_strangers(void)
{
	begin(NULL);
	stranger("acm", "/dev/ttyACM0", "ttyACM", ACM_RULE(""), "serial");
	stranger("hid-length", "/dev/hidraw0", "hidraw", HID_RULE, "hid");
	suite_note("neither opened nor written to, until they were named");
}
