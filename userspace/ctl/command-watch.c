// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "ctl.h"
#include "errors.h"
#include "follow.h"
#include "hook.h"

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

/* watch --exec: what goes on is the command's to say; only what goes wrong is said here. */
struct watch {
	struct follow follow;
	struct hook *hook;
};

static int on_object(void *userdata, const char *line, const json_t *object)
{
	struct watch *w = userdata;
	const char *class = json_text(object, "class");
	int r = 0;

	if (strcmp(class, "IDENTITY") == 0)
		r = hook_run(w->hook, line);
	else if (strcmp(class, "ERROR") == 0)
		complain_error(w->follow.c, object);
	if (r < 0)
		complain(w->follow.c, r == -ENOBUFS ? MSG_EXEC_QUEUE : MSG_FAILED, strerror(-r));
	return 0;
}

/* Who was read already is still handed on. */
static bool on_lost(void *userdata)
{
	struct watch *w = userdata;

	return hook_busy(w->hook);
}

static void on_idle(void *userdata)
{
	struct watch *w = userdata;

	if (w->follow.status != CTL_OK)
		sd_event_exit(w->follow.event, 0);
}

static int watch_exec(struct ctl *c)
{
	_cleanup_(hook_freep) struct hook *hook = NULL;
	struct watch w = { .follow = { .c = c, .take = on_object, .lost = on_lost,
				       .userdata = &w } };
	int r;

	if (c->json) {
		complain(c, MSG_EXEC_AND_JSON);
		return CTL_USAGE;
	}
	r = follow_begin(&w.follow);
	if (r == CTL_OK && hook_new(c, w.follow.event, on_idle, &w, &hook) < 0)
		r = CTL_FAILED;
	w.hook = hook;
	if (r == CTL_OK)
		r = follow_run(&w.follow);
	follow_end(&w.follow);
	return r;
}

int command_watch(struct ctl *c)
{
	json_auto_t *reply = NULL;
	int r;

	if (c->exec.command)
		return watch_exec(c);
	r = ctl_connect(c);
	if (r == CTL_OK)
		r = ctl_send(c, ctl_request(c, "WATCH"));
	if (r == CTL_OK)
		r = ctl_reply(c, ANSWER_MS, &reply);
	if (r == CTL_OK && !c->json) {
		say(c, stderr, MSG_WATCHING);
		r = show_readers(c);
	}
	while (r == CTL_OK) {
		json_auto_t *object = NULL;
		const char *line;

		output_flush(c);
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
