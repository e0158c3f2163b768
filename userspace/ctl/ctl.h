/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * idcardctl: one file per group of commands.
 *
 *	main.c		the table of commands
 *	options.c	their options, and the tables of them
 *	connect.c	the daemon: connecting, asking, and what goes wrong with it
 *	output.c	lines of the daemon, for people
 *	messages.c	the words, in both languages; help.c: --help
 *	complete.c	what may come next on a command line; completion/ are the shells that ask
 *	save.c		the file of a portrait
 *	follow.c	watching on an event loop; hook.c, drop.c: what is done with each identity
 *	compat.c	what is decided about links to the vendor libraries
 *	doctor-*.c	what is found on this computer, and what follows from it
 *	command-*.c	the commands
 */
#ifndef IDCARD_CTL_H
#define IDCARD_CTL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "idcard.h"
#include "messages.h"
#include "util.h"

/* Exit statuses, also in --help. */
enum {
	CTL_OK,
	CTL_FAILED,
	CTL_USAGE,
	CTL_NO_DAEMON,
	CTL_DENIED,
	CTL_NO_READER,
	CTL_TIMED_OUT,
};

/* Files that drop leaves. */
enum {
	DROP_WZ = 1 << 0,
	DROP_BMP = 1 << 1,
	DROP_JSON = 1 << 2,
	DROP_ALL = DROP_WZ | DROP_BMP | DROP_JSON,
};

struct ctl {
	bool json, show, chinese;
	const char *socket;	/* NULL: the usual one */
	char **arguments;	/* of the command */
	int n_arguments;
	double timeout;		/* of read and doctor, seconds */
	/* What is asked of a card beyond its text. */
	struct {
		const char *portrait;	/* jpeg, bmp, wlt; NULL: none */
		unsigned int scale;
		bool fingerprint, new_address, map_private_use;
	} wishes;
	const char *output;	/* of read: the file for the portrait */
	bool force;
	struct {
		const char *command;	/* of watch; NULL: none */
		double timeout;
	} exec;
	struct {
		unsigned int formats;
		double keep;
		bool until_lifted;
	} drop;
	struct {
		bool dry_run;
		const char *from;	/* NULL: the usual folder */
	} compat;
	bool no_card;		/* of doctor */
	idcard_client *client;
	char *printed;		/* the buffer of standard output; NULL: it has its own */
};

/* The string @name of @object, or "". */
static inline const char *json_text(const json_t *object, const char *name)
{
	const char *s = json_string_value(json_object_get(object, name));

	return s ? s : "";
}

/* connect.c: each returns an exit status, and has said what is wrong if it is not CTL_OK. */
int ctl_connect(struct ctl *c);
/* READ or WATCH, with what is asked of a card. */
json_t *ctl_request(const struct ctl *c, const char *class);
/* Adds the id 1 to @request, which it takes, and sends it. */
int ctl_send(struct ctl *c, json_t *request);
/* The next line. @timeout_ms as with idcard_client_receive(); CTL_TIMED_OUT without a word. */
int ctl_receive(struct ctl *c, int timeout_ms, const char **ret_line, json_t **ret);
/*
 * The reply to what ctl_send() sent; events before it are left out. With --json the reply is
 * printed, but not a portrait that goes to a file. An ERROR is said, and gives its exit status.
 */
int ctl_reply(struct ctl *c, int timeout_ms, json_t **ret);
bool ctl_is_reply(const json_t *object);
int ctl_error_status(const json_t *error);

/* output.c */
void output_begin(struct ctl *c);	/* what is printed passes through secret memory */
int output_flush(const struct ctl *c);	/* as fflush(); nothing of it stays */
void say(const struct ctl *c, FILE *f, enum message m, ...);	/* with a newline */
void complain(const struct ctl *c, enum message m, ...);	/* "idcardctl: …" on standard error */
void complain_error(const struct ctl *c, const json_t *error);
const char *error_sentence(const struct ctl *c, const json_t *error);
void print_clean(FILE *f, const char *s);	/* without what would act on a terminal */
void print_event(const struct ctl *c, const json_t *object);
void print_identity(const struct ctl *c, const json_t *object);
void print_devices(const struct ctl *c, const json_t *devices);

/* save.c: exit statuses, as above. */
int save_check(const struct ctl *c);	/* before anybody places a card */
int save_portrait(const struct ctl *c, const json_t *identity);

/* installed.c: @below the folder that everything is installed in: "lib/idcard-compat". */
int ctl_installed(const char *below, char *ret, size_t size);

/* command-*.c */
int command_list(struct ctl *c);
int command_status(struct ctl *c);
int command_version(struct ctl *c);
int command_watch(struct ctl *c);
int command_read(struct ctl *c);
int command_enter(struct ctl *c);
int command_drop(struct ctl *c);
int command_compat(struct ctl *c);
int command_doctor(struct ctl *c);
int command_wedge(struct ctl *c);
int command_complete(struct ctl *c);

#endif
