/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Profiles of vendors' services: persons, and a request or a message with its reply. */
#ifndef PROFILE_RIG_H
#define PROFILE_RIG_H

#include "test.h"
#include "web/profile-internal.h"

enum person {
	RESIDENT,
	RESIDENT_NO_PICTURE,
	HONG_KONG_MACAO,
	TAIWAN,
	FOREIGNER,
	FOREIGNER_2023,
	PASSPORT,
	TYPED,		/* a resident's number by hand: no name */
	ODD,		/* a name and an address that are no names */
	PERSONS,
};

/* Borrowed; the same each time. */
const json_t *person(enum person p);

struct profile_outcome with(enum person p);
struct profile_outcome without(enum idcard_error error);

extern const struct profile_settings plain_settings;
extern const struct profile_outcome reader_works;	/* with a SAM id */

struct profile_call ask(const struct profile *p, const struct profile_settings *s, bool post,
			const char *path, const char *query);
struct profile_call say(const struct profile *p, const char *message);

/* The reply, to be freed by text_wipe(); the type of its content. */
struct profile_text reply(const struct profile *p, const struct profile_settings *s,
			  const struct profile_call *call, struct profile_outcome outcome,
			  const char **ret_type);

/* @wanted with ' for each ". */
void expect(const struct profile *p, const struct profile_settings *s,
	    const struct profile_call *call, struct profile_outcome outcome, const char *type,
	    const char *wanted);

/* Is the reply JSON (RFC 8259)? It, to be released; else NULL. */
json_t *reply_json(const struct profile *p, const struct profile_settings *s,
		   const struct profile_call *call, struct profile_outcome outcome);

#endif
