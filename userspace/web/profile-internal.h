/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the profiles share beyond profile.h. Nothing else includes it. */
#ifndef IDCARD_WEB_PROFILE_INTERNAL_H
#define IDCARD_WEB_PROFILE_INTERNAL_H

#include "profile.h"

/*
 * For those whose pages work on the text itself: jQuery leaves it a string, and no browser shows it
 * as a page.
 */
#define PROFILE_PLAIN "text/plain;charset=utf-8"

/* What a page is told of a request that is known and not served. */
#define PROFILE_UNSUPPORTED "本机服务不支持此功能"

enum {
	/*
	 * How long a request looks for a card: long enough for one that lies there when the reader
	 * was at rest, less than any page waits for its reply.
	 */
	PROFILE_WAIT_MS = 2000,
	PROFILE_NATION_SIZE = 64,
};

/* Documents as the vendors tell them apart. */
enum profile_kind {
	KIND_OTHER,		/* none of theirs, as a passport typed in; or no identity */
	KIND_RESIDENT,
	KIND_FOREIGNER,
	KIND_FOREIGNER_2023,
	KIND_HONG_KONG_MACAO,
	KIND_TAIWAN,
};

enum profile_kind field_kind(const json_t *identity);

/* The name; that in Latin letters where a foreigner's card has no other. */
const char *field_name(const json_t *identity);

/* The people, without "族"; a foreigner's country in words, or its code if that has none; "". */
const char *field_nation(const json_t *identity, char room[PROFILE_NATION_SIZE]);

/* Its code: two digits, or three letters. */
const char *field_nation_code(const json_t *identity);

/* Why a call for a card has none to show; NONE: it has one. */
enum idcard_error card_missing(const struct profile_outcome *outcome);

/* Why a call for the state of the reader has none that works; NONE: it has one. */
enum idcard_error reader_missing(const struct profile_outcome *outcome);

/* Is it the reader or the service that fails, not the card? */
bool error_of_reader(enum idcard_error e);

/*
 * Members of a JSON object, with the comma before all but the first. Keys need no escaping. The
 * object begins with text_add("{") or text_object() and ends with text_add("}").
 */
void text_object(struct profile_text *t, const char *key);
void text_string(struct profile_text *t, const char *key, const char *value);
void text_number(struct profile_text *t, const char *key, int value);
void text_literal(struct profile_text *t, const char *key, const char *json);

extern const struct profile profile_huashi, profile_routon_http, profile_routon_ws,
	profile_synjones, profile_zkteco, profile_donsee, profile_camera;

#endif
