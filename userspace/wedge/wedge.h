/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wedge: cards of idcardd become keys for the session at the screen.
 *
 *	person.c template.c render.c	what is typed for whom (pure)
 *	keys.c typist.c			by which keys, and when (pure)
 *	guard.c session.c		who sits there
 *	device.c			the keyboard
 *	queue.c				cards that wait, and the one that is typed
 *	control.c commands.c		what idcardctl asks
 *	clip.c helper.c tool.c		the clipboard
 */
#ifndef IDCARD_WEDGE_WEDGE_H
#define IDCARD_WEDGE_WEDGE_H

#include <systemd/sd-event.h>

#include "hubclient.h"
#include "util.h"
#include "wedge/clip.h"
#include "wedge/control.h"
#include "wedge/queue.h"
#include "wedge/settings.h"

struct wedge {
	sd_event *event;
	struct settings settings;
	const struct profile *profile;
	bool on;
	struct hubclient *hub;
	bool hub_denied;
	uint64_t last_id;		/* of a request to the hub */
	struct queue *queue;
	struct control *control;
};

struct wedge_options {
	const char *socket, *control;
};

/* @settings is copied. */
int wedge_new(sd_event *event, const struct settings *settings,
	      const struct wedge_options *options, struct wedge **ret);
struct wedge *wedge_free(struct wedge *w);
DEFINE_CLEANUP(struct wedge *, wedge_free)

/* Watch for cards, or let them be. */
void wedge_switch(struct wedge *w, bool on);

/* commands.c: a request of docs/man/idcard-wedge.8. */
void wedge_request(struct wedge *w, struct control_client *c, const json_t *request);

#endif
