/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings: web.conf(5). */
#ifndef IDCARD_WEB_SETTINGS_H
#define IDCARD_WEB_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "config.h"
#include "web/profile.h"

#define SETTINGS_PATH "/etc/idcard/web.conf"

enum {
	SETTINGS_PORT = 17825,
	SETTINGS_PROFILES_MAX = 32,
};

struct settings {
	uint16_t port;
	struct profile_settings profile[SETTINGS_PROFILES_MAX];	/* in the order of profiles[] */
};

/* The place of the profile of that name in profiles[], or -1. */
int settings_profile(const char *name);

/*
 * As config_parse() and config_read(); a file that is not there says nothing. *@ret is set only on
 * success.
 */
int settings_parse(const char *text, size_t size, struct settings *ret,
		   struct config_problem *problem);
int settings_read(const char *path, struct settings *ret, struct config_problem *problem);

#endif
