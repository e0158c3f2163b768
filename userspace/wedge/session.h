/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Session: asks systemd-logind who sits at the screen, each time anew. The bus is connected only
 * from the first question to session_rest().
 */
#ifndef IDCARD_WEDGE_SESSION_H
#define IDCARD_WEDGE_SESSION_H

#include <systemd/sd-event.h>

#include "util.h"
#include "wedge/guard.h"

enum { SESSION_ID_SIZE = 64 };

struct session;

struct session_callbacks {
	/*
	 * The answer to session_ask(): WEDGE_TYPED, or why not. @id and @uid are those of the
	 * session at the screen, with WEDGE_TYPED only.
	 */
	void (*answer)(void *userdata, enum wedge_result result, const char *id, uid_t uid);
	/* Something changed about some session: what was answered may not be true any more. */
	void (*changed)(void *userdata);
};

/* @policy and @callbacks stay with the caller. */
int session_new(sd_event *event, const struct guard_policy *policy,
		const struct session_callbacks *callbacks, void *userdata, struct session **ret);
struct session *session_free(struct session *s);
DEFINE_CLEANUP(struct session *, session_free)

/* The session that the screen shows now, "" if none: whose card it is that is placed now. */
void session_at_screen(struct session *s, char ret[SESSION_ID_SIZE]);

/* One question at a time: a new one takes the place of the old. Answered within two seconds. */
void session_ask(struct session *s);

/* No answer is wanted any more. */
void session_cancel(struct session *s);

/* Nothing will be asked for some time. */
void session_rest(struct session *s);

#endif
