// SPDX-License-Identifier: GPL-2.0-or-later
#include "follow.h"

#include <signal.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "loop.h"

enum { ANSWER_MS = 5000 };

int follow_begin(struct follow *f)
{
	sigset_t hangup;
	int r;

	r = loop_new(&f->event);
	/* a terminal that is closed */
	sigemptyset(&hangup);
	sigaddset(&hangup, SIGHUP);
	sigprocmask(SIG_BLOCK, &hangup, NULL);
	if (r >= 0)
		r = sd_event_add_signal(f->event, NULL, SIGHUP, NULL, NULL);
	if (r < 0)
		complain(f->c, MSG_FAILED, strerror(-r));
	return r < 0 ? CTL_FAILED : CTL_OK;
}

static void end_of_lines(struct follow *f, int status)
{
	f->status = status;
	f->source = sd_event_source_unref(f->source);
	if (status != CTL_NO_DAEMON || !f->lost || !f->lost(f->userdata))
		sd_event_exit(f->event, 0);
}

/* All that has come. */
static int take_lines(struct follow *f)
{
	while (f->status == CTL_OK) {
		json_auto_t *object = NULL;
		const char *line;
		int r;

		r = ctl_receive(f->c, 0, &line, &object);
		if (r == CTL_TIMED_OUT)
			return 0;
		if (r != CTL_OK) {
			end_of_lines(f, r);
			return 0;
		}
		if (f->take(f->userdata, line, object) < 0)
			end_of_lines(f, CTL_FAILED);
	}
	return 0;
}

static int on_lines(sd_event_source *s, int fd, uint32_t revents, void *userdata)
{
	return take_lines(userdata);
}

/* What came with the reply, and is in no socket any more. */
static int on_start(sd_event_source *s, void *userdata)
{
	return take_lines(userdata);
}

int follow_run(struct follow *f)
{
	json_auto_t *reply = NULL;
	int r;

	r = ctl_connect(f->c);
	if (r == CTL_OK)
		r = ctl_send(f->c, ctl_request(f->c, "WATCH"));
	if (r == CTL_OK)
		r = ctl_reply(f->c, ANSWER_MS, &reply);
	if (r != CTL_OK)
		return r;
	r = sd_event_add_io(f->event, &f->source, idcard_client_fd(f->c->client), EPOLLIN,
			    on_lines, f);
	if (r >= 0)
		r = sd_event_add_defer(f->event, NULL, on_start, f);
	if (r >= 0) {
		say(f->c, stderr, MSG_WATCHING);
		sd_notify(0, "READY=1");
		r = sd_event_loop(f->event);
	}
	if (r < 0) {
		complain(f->c, MSG_FAILED, strerror(-r));
		return CTL_FAILED;
	}
	return f->status;
}

void follow_end(struct follow *f)
{
	f->source = sd_event_source_unref(f->source);
	f->event = sd_event_unref(f->event);
}
