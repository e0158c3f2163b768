/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Consent: the origins that the administrator decided about in files, and those that a person did
 * on the operator page, which are remembered.
 */
#ifndef IDCARD_WEB_CONSENT_H
#define IDCARD_WEB_CONSENT_H

#include "config.h"
#include "web/origins.h"

#define CONSENT_PATH "/etc/idcard/origins.d"
#define CONSENT_STATE "/var/lib/idcard-web"

struct consent {
	struct origins origins;
	const char *state;	/* the folder of the file "origins" */
};

/* One file of the folder. 0, or as config_parse(). */
int consent_parse(const char *text, size_t size, struct origins *origins,
		  struct config_problem *problem);

/*
 * Reads all files *.conf of the folder @path, and what is remembered in the folder @state, which
 * stays with the caller. What is wrong is logged; a file that is wrong allows nothing.
 */
void consent_load(struct consent *c, const char *path, const char *state);

/*
 * A decision of the operator, remembered. As origins_set(), or why it could not be written: it
 * counts all the same, until this process ends.
 */
int consent_set(struct consent *c, const char *name, enum origin_state state);

#endif
