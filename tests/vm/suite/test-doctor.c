// SPDX-License-Identifier: GPL-2.0-or-later
/* idcardctl doctor on a machine with everything, and on one that lacks something. */
#include "suite.h"

#include <string.h>

#include "util.h"

#define REPORT "/run/doctor.json"
#define PROMPT "/run/doctor.err"
/* A user who has no right, and whose name is in no sentence. */
#define STRANGER "wanderer"
#define NO_RULES "/etc/udev/rules.d/70-idcard.rules"

static json_t *report_of(int status)
{
	json_t *report = json_load_file(REPORT, 0, NULL);

	require(report && status <= 1, "doctor: status %d, no report", status);
	require((status == 1) == (strcmp(get(report, "result"), "fail") == 0), "status %d with %s",
		status, get(report, "result"));
	require(shell("! grep -qE '110101|测试|示例|00000000|" STRANGER "|idcard-vm|root@' " REPORT
		      " " PROMPT) == 0, "the report says too much");
	return report;
}

static json_t *examine(const char *as)
{
	return report_of(shell("%s idcardctl doctor --json --no-card >" REPORT " 2>" PROMPT, as));
}

/* What was found at @step: @words, one of them for each line of it. */
static bool found(const json_t *report, const char *step, const char *word)
{
	const json_t *s;
	size_t i;

	json_array_foreach(json_object_get(report, "steps"), i, s)
		if (strcmp(get(s, "step"), step) == 0 && strcmp(get(s, "finding"), word) == 0)
			return true;
	return false;
}

static void check(const json_t *report, const char *step, const char *word)
{
	if (!found(report, step, word)) {
		shell("tr '{' '\\n' <" REPORT " | sed 's/^/# /'");
		fail("%s: %s was not found", step, word);
	}
}

static void check_first(json_t *report, const char *step, const char *word)
{
	check(report, step, word);
	require(strcmp(get(report, "first"), step) == 0, "begins with %s, not %s",
		get(report, "first"), step);
	json_decref(report);
}

static bool is_asking(void *context)
{
	return shell("grep -q 'Place any card' " PROMPT) == 0;
}

static bool is_done(void *context)
{
	return exists("/run/doctor.status");
}

/* A person who sees the prompt and places a card. */
static json_t *examine_with_card(void)
{
	shell("rm -f /run/doctor.status " PROMPT "; touch " PROMPT);
	shell("(idcardctl doctor --json --timeout 30 >" REPORT " 2>" PROMPT
	      "; echo $? >/run/doctor.status) &");
	wait_until(is_asking, NULL, 20000, "doctor to ask for a card");
	sim("place resident");
	wait_until(is_done, NULL, 30000, "doctor to end");
	return report_of(shell("exit $(cat /run/doctor.status)"));
}

static void check_well(void)
{
	static const char *const words[][2] = {
		{ "bus", "bus-found" },		{ "others", "others-none" },
		{ "rules", "rules-good" },	{ "file", "file-good" },
		{ "access", "access-root" },	{ "services", "services-good" },
		{ "socket", "socket-good" },	{ "daemon", "daemon-good" },
		{ "reader", "reader-good" },	{ "sam", "sam-known" },
		{ "device", "device-good" },	{ "portrait", "portrait-off" },
		{ "card", "card-good" },	{ "card-device", "card-device-good" },
	};
	json_t *report = examine_with_card();

	for (size_t i = 0; i < ELEMENTSOF(words); i++)
		check(report, words[i][0], words[i][1]);
	check(report, "driver", suite_module() ? "driver-module" : "driver-libusb");
	check(report, "module", suite_module() ? "module-loaded" : "module-not-loaded");
	require(strcmp(get(report, "result"), suite_module() ? "ok" : "warn") == 0, "it is %s",
		get(report, "result"));
	json_decref(report);
	sim("lift");
}

static bool no_reader(void *context)
{
	json_t *devices = ask("{\"class\":\"DEVICES\"}", "DEVICES");
	bool none = json_array_size(json_object_get(devices, "devices")) == 0;

	json_decref(devices);
	return none;
}

static void check_unplugged(void)
{
	sim("unplug");
	wait_until(no_reader, NULL, 10000, "the reader to be gone");
	check_first(examine(""), "bus", "bus-nothing");
}

static bool is_on_bus(void *context)
{
	return shell("grep -qs 0400 /sys/bus/usb/devices/*/idVendor") == 0;
}

/* The reader comes while udev does not know it. */
static void check_rules(void)
{
	shell("ln -s /dev/null " NO_RULES " && udevadm control --reload");
	sim("plug");
	wait_until(is_on_bus, NULL, 10000, "the reader on the bus");
	require(shell("udevadm settle --timeout=10") == 0, "udev does not settle");
	check_first(examine(""), "rules", "rules-not-applied");
	sim("unplug");
	unlink(NO_RULES);
	shell("udevadm control --reload");
	sim("plug");
	ready();
}

static void check_stopped(void)
{
	json_t *report;

	shell("systemctl stop idcardd.socket idcardd.service");
	report = examine("");
	check(report, "bus", "bus-found");
	check(report, "socket", "socket-missing");
	check(report, "daemon", "daemon-skipped");
	check_first(report, "services", "services-socket-off");
	shell("systemctl start idcardd.socket");
	/* connecting starts it; its readers are waited for */
	report = examine("");
	check(report, "reader", "reader-good");
	json_decref(report);
}

static void check_stranger(void)
{
	json_t *report;

	shell("id " STRANGER " >/dev/null 2>&1 || useradd -M " STRANGER);
	report = examine("runuser -u " STRANGER " --");
	check(report, "daemon", "daemon-denied");
	check(report, "device", "device-denied");
	check_first(report, "access", "access-none");
}

void test_doctor(void)
{
	sim_start("split");
	sim("plug");
	ready();
	check_well();
	check_stranger();
	check_stopped();
	check_unplugged();
	check_rules();
	suite_note("well, refused, stopped, unplugged, unknown to udev");
}
