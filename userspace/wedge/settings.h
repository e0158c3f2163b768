/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings: /etc/idcard/wedge.conf, which says what is typed, and whether at all. */
#ifndef IDCARD_WEDGE_SETTINGS_H
#define IDCARD_WEDGE_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "wedge/template.h"

#define WEDGE_SETTINGS_PATH "/etc/idcard/wedge.conf"

enum {
	SETTINGS_PROFILES_MAX = 16,
	SETTINGS_LABEL_SIZE = 32,
	SETTINGS_VALUE_SIZE = CONFIG_LINE_MAX + 1,
};

/* One section [profile NAME]. */
struct profile {
	char label[SETTINGS_LABEL_SIZE];
	/* As written, for the list; together they are the template below. */
	char prefix[SETTINGS_VALUE_SIZE], body[SETTINGS_VALUE_SIZE], suffix[SETTINGS_VALUE_SIZE];
	const char *terminator;		/* "", "{ENTER}", "{TAB}" */
	char long_term[SETTINGS_VALUE_SIZE];
	struct template template;
	enum layout layout;
	struct stroke paste;
	long pace_ms, paste_wait_ms;
	unsigned int sources, types;	/* bits of person.h; 0: all */
	bool doubtful;			/* type also who does not check */
	unsigned int given;
};

struct settings {
	bool enabled, console;
	long max_age_s;			/* of a card, until its first key */
	long clear_s;			/* the clipboard, after a paste */
	char first[SETTINGS_LABEL_SIZE];	/* the profile at the start; "": the first */
	struct profile profile[SETTINGS_PROFILES_MAX];
	unsigned int n;			/* at least 1: without any, "default" types {id}{ENTER} */
};

/*
 * As config_parse() and config_read(); a file that is not there is an empty one. The struct is too
 * large for a stack.
 */
int wedge_settings_parse(const char *text, size_t size, struct settings *ret,
			 struct config_problem *problem);
int wedge_settings_read(const char *path, struct settings *ret, struct config_problem *problem);

/* By its name; NULL if there is none. */
const struct profile *wedge_settings_find(const struct settings *settings, const char *label);

/* The one at the start. */
const struct profile *wedge_settings_first(const struct settings *settings);

#endif
