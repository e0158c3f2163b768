/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options: small tables, one for each thing that commands have in common or for themselves. A
 * command names the tables that it has; an option of any other is refused, not ignored.
 */
#ifndef IDCARD_CTL_OPTIONS_H
#define IDCARD_CTL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct completion;
struct ctl;

/* Tables end with one without a name. What several have does the same in each. */
struct option_row {
	const char *name;
	bool has_value;
	/* @value: NULL if it has none. An exit status; what is wrong has been said. */
	int (*set)(struct ctl *c, const char *value);
	/* What complete offers for it; NULL if nobody can know. See complete.h. */
	const char *values;
};

extern const struct option_row daemon_options[];	/* where the daemon is */
extern const struct option_row answer_options[];	/* how its answers are shown */
extern const struct option_row card_options[];		/* what is asked of a card but its text */
extern const struct option_row file_options[];		/* where a portrait goes */
extern const struct option_row wait_options[];		/* how long a card is waited for */
extern const struct option_row exec_options[];
extern const struct option_row drop_options[];
extern const struct option_row compat_options[];
extern const struct option_row doctor_options[];

enum {
	OPTIONS_TABLES_MAX = 5,
	OPTIONS_MAX = 64,		/* rows of all tables; given in one call */
	ARGUMENTS_MAX = 64,
};

struct command {
	const char *name;
	int (*run)(struct ctl *c);
	int arguments_max;
	const struct option_row *tables[OPTIONS_TABLES_MAX + 1];
	/* What complete offers after @n arguments; NULL: nothing. */
	void (*complete)(struct ctl *c, const struct completion *out, char **arguments, int n);
	bool hidden;		/* no person types it */
};

/* main.c: the last has no name. */
extern const struct command commands[];
/* NULL if there is none of that name; @name NULL: the last. */
const struct command *command_find(const char *name);

/* The command line, taken apart: options may stand anywhere. */
struct options {
	bool help;
	char **words;		/* the command and its arguments */
	int n_words;
	int n_given;
	struct {
		const struct option_row *row;
		const char *value;
	} given[OPTIONS_MAX];
};

/* Exit statuses; what is wrong has been said. */
int options_read(int argc, char **argv, struct options *ret, const struct ctl *c);
/* The rows of all tables, each name once. */
size_t options_all(const struct option_row *ret[OPTIONS_MAX]);
bool command_has_option(const struct command *command, const char *name);
/* Sets what was given, all of which must be in a table of @command. */
int options_take(const struct options *o, const struct command *command, struct ctl *c);

#endif
