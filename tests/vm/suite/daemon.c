// SPDX-License-Identifier: GPL-2.0-or-later
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

/* Stands for a hang. */
enum { ANSWER_MS = 30000 };

static idcard_client *watchers[16];
static const char *transport;

const char *get(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

static bool connected(void *context)
{
	return idcard_client_open(NULL, context) == 0;
}

static idcard_client *open_client(void)
{
	idcard_client *c = NULL;

	wait_until(connected, &c, 20000, "idcardd");
	return c;
}

json_t *watch_next(idcard_client *c, const char *class, const char *other, unsigned int ms)
{
	uint64_t deadline = now_usec() + slow(ms) * UINT64_C(1000);
	const char *line;

	for (;;) {
		uint64_t now = now_usec();
		int left = now < deadline ? (deadline - now) / 1000 : 0;
		int r = idcard_client_receive(c, left, &line);
		json_t *object;

		require(r >= 0, "socket: %s", strerror(-r));
		require(r > 0, "no %s within %u ms", class, ms);
		object = json_loads(line, 0, NULL);
		require(object, "not JSON: %.60s", line);
		if (strcmp(get(object, "class"), class) == 0 ||
		    (other && strcmp(get(object, "class"), other) == 0))
			return object;
		json_decref(object);
	}
}

json_t *ask(const char *request, const char *class)
{
	idcard_client *c = open_client();
	json_t *reply;

	require(idcard_client_send(c, request) == 0, "cannot send");
	reply = watch_next(c, class, NULL, ANSWER_MS);
	idcard_client_close(c);
	return reply;
}

idcard_client *watch_open(void)
{
	return watch_with(NULL);
}

idcard_client *watch_with(const char *options)
{
	idcard_client *c = open_client();
	char request[256];
	size_t i;

	for (i = 0; i < ELEMENTSOF(watchers) && watchers[i]; i++)
		;
	require(i < ELEMENTSOF(watchers), "too many watchers");
	watchers[i] = c;
	snprintf(request, sizeof(request), "{\"class\":\"WATCH\",\"id\":1%s%s}", options ? "," : "",
		 options ? options : "");
	require(idcard_client_send(c, request) == 0, "cannot send");
	json_decref(watch_next(c, "WATCH", NULL, ANSWER_MS));
	return c;
}

void watch_close_all(void)
{
	for (size_t i = 0; i < ELEMENTSOF(watchers); i++)
		watchers[i] = idcard_client_close(watchers[i]);
}

void expect_transport(const char *name)
{
	transport = name;
}

static bool is_ready(void *context)
{
	const char *expected = transport ? transport : suite_module() ? "node" : "usb";
	json_t *devices = ask("{\"class\":\"DEVICES\"}", "DEVICES");
	json_t *device;
	size_t i;
	bool good = json_array_size(json_object_get(devices, "devices")) > 0;

	json_array_foreach(json_object_get(devices, "devices"), i, device) {
		const char *state = get(device, "state");

		if (strcmp(state, "idle") && strcmp(state, "searching") && strcmp(state, "holding"))
			good = false;
		require(strcmp(get(device, "transport"), expected) == 0, "transport is %s, not %s",
			get(device, "transport"), expected);
	}
	json_decref(devices);
	return good;
}

void ready(void)
{
	wait_for_file("/dev/idcard", 30000);
	wait_until(is_ready, NULL, 30000, "a reader that is ready");
}

void services_stop(void)
{
	shell("systemctl stop idcard-node.service idcardd.service 2>/dev/null");
	shell("systemctl reset-failed idcard-node.service idcardd.service 2>/dev/null");
}

pid_t service_pid(const char *unit)
{
	char command[128], line[32] = "";
	FILE *f;

	snprintf(command, sizeof(command), "systemctl show -P MainPID %s", unit);
	f = popen(command, "r");
	if (!f || !fgets(line, sizeof(line), f))
		line[0] = '\0';
	if (f)
		pclose(f);
	return atoi(line);
}
