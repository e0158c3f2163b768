/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Follow: watching cards on an event loop, for the commands that do something with each. SIGINT,
 * SIGTERM and SIGHUP end it in good order, and so does the end of the connection.
 */
#ifndef IDCARD_CTL_FOLLOW_H
#define IDCARD_CTL_FOLLOW_H

#include <systemd/sd-event.h>

#include "ctl.h"

struct follow {
	struct ctl *c;
	/* Each object that comes; @line is its text. An error ends the loop. */
	int (*take)(void *userdata, const char *line, const json_t *object);
	/* The connection is gone: true if the loop has to go on until sd_event_exit(). */
	bool (*lost)(void *userdata);
	void *userdata;
	sd_event *event;
	sd_event_source *source;
	int status;		/* an exit status */
};

/* Makes @f->event. Before follow_run(), so that the caller can add to it. */
int follow_begin(struct follow *f);

/* Connects, watches and runs the loop. An exit status; what is wrong has been said. */
int follow_run(struct follow *f);

void follow_end(struct follow *f);
#define _cleanup_follow_ _cleanup_(follow_end)

#endif
