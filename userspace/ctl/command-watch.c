// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "ctl.h"
#include "errors.h"

enum { ANSWER_MS = 5000 };

/* The readers that are there already; whether there is one at all. */
static int show_readers(struct ctl *c)
{
	json_auto_t *reply = NULL;
	const json_t *devices;
	int r;

	r = ctl_send(c, json_pack("{s:s}", "class", "DEVICES"));
	if (r != CTL_OK)
		return r;
	/* cards may be placed before the answer: they are shown too */
	while (!reply) {
		json_auto_t *object = NULL;
		const char *line;

		r = ctl_receive(c, ANSWER_MS, &line, &object);
		if (r != CTL_OK)
			return r;
		if (ctl_is_reply(object))
			reply = json_incref(object);
		else
			print_event(c, object);
	}
	devices = json_object_get(reply, "devices");
	if (json_array_size(devices) == 0)
		puts(idcard_error_text(IDCARD_ERROR_NO_READER, c->chinese));
	print_devices(c, devices);
	return CTL_OK;
}

int command_watch(struct ctl *c)
{
	json_auto_t *reply = NULL;
	int r;

	r = ctl_connect(c);
	if (r == CTL_OK)
		r = ctl_send(c, json_pack("{s:s}", "class", "WATCH"));
	if (r == CTL_OK)
		r = ctl_reply(c, ANSWER_MS, &reply);
	if (r == CTL_OK && !c->json) {
		say(c, stderr, MSG_WATCHING);
		r = show_readers(c);
	}
	while (r == CTL_OK) {
		json_auto_t *object = NULL;
		const char *line;

		fflush(stdout);
		r = ctl_receive(c, -1, &line, &object);
		if (r != CTL_OK)
			break;
		if (c->json)
			puts(line);
		else
			print_event(c, object);
		if (ferror(stdout))
			return CTL_FAILED;
	}
	return r;
}
