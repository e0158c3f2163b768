/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Profile: how one vendor's local web service speaks, so that pages written for it work. Pure
 * functions: a request becomes a call, and the call with its outcome becomes text. What a call
 * needs (a card, the state of the reader) the server gets; who may have it the server decides
 * before.
 *
 * One file for each vendor, profile-*.c, and one entry in profiles.c.
 */
#ifndef IDCARD_WEB_PROFILE_H
#define IDCARD_WEB_PROFILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "errors.h"

/* Settings of web.conf, section [profile NAME]; those that a profile does not know are refused. */
struct profile_settings {
	bool enabled;
	bool jsonp;		/* synjones: the callback parameter is honoured */
	bool photo_required;	/* synjones: without a picture the reply is a failure */
	bool strict_json;	/* zkteco: valid JSON, for clean callers */
	bool dotted_dates;	/* zkteco: YYYY.MM.DD */
};

/* One HTTP request. Strings are NUL-terminated and belong to the server. */
struct profile_request {
	bool post;
	const char *path;	/* decoded; ends before the first '?' or '&' */
	const char *query;	/* as it was sent, behind that character; "" */
	const char *body;	/* "" */
};

enum profile_need {
	PROFILE_NOT_FOUND,	/* no such path or command: 404, or nothing on a WebSocket */
	PROFILE_NOTHING,	/* render at once */
	PROFILE_STATUS,		/* render with the state of the reader */
	PROFILE_CARD,		/* render with a card, or with why there is none */
	PROFILE_PUSH,		/* WebSocket: from now on render each card as it comes */
	PROFILE_PUSH_END,	/* no more; render the reply, if there is one */
};

enum { PROFILE_CALLBACK_SIZE = 64 };

struct profile_call {
	enum profile_need need;
	unsigned int what;	/* which request: the profile's own business */
	unsigned int wait_ms;	/* CARD: how long for one, at most; 0: only one that lies there */
	bool once;		/* CARD: not one that this caller was given before */
	bool no_picture;
	char callback[PROFILE_CALLBACK_SIZE];	/* JSONP, checked to be a name; "" */
};

struct profile_outcome {
	/* IDENTITY of docs/socket.md, with the picture as JPEG if one could be had; or NULL. */
	const json_t *identity;
	enum idcard_error error;	/* why there is none; NONE: it is there, or not needed */
	bool stopped;			/* PUSH: it was ended */
	bool reader;			/* one is connected and works */
	const char *sam_id;		/* of docs/socket.md; NULL: unknown */
};

/* Where text is put: grows in secret memory. An error sticks. */
struct profile_text {
	char *data;
	size_t size, allocated;
	int error;
};

void text_add(struct profile_text *t, const char *s);
void text_addf(struct profile_text *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/*
 * @s as a JSON string with its quotes; NULL is "". Escaped are, besides '"' and '\\', control
 * characters, the line ends of Unicode (for eval) and '<' (for text/html); "/" and others are not.
 */
void text_add_json(struct profile_text *t, const char *s);
void text_wipe(struct profile_text *t);

struct profile {
	const char *name;		/* in web.conf and on the operator page: "huashi" */
	const char *title;		/* for people: "华视 Huashi, port 19196" */
	uint16_t port;
	bool websocket;			/* else HTTP */

	/* HTTP. */
	void (*request)(const struct profile_settings *settings,
			const struct profile_request *request, struct profile_call *ret);
	/* WebSocket: one text message. */
	void (*message)(const struct profile_settings *settings, const char *text, size_t size,
			struct profile_call *ret);
	/* The reply. Empty: none is sent. @content_type is set by default to application/json. */
	void (*render)(const struct profile_settings *settings, const struct profile_call *call,
		       const struct profile_outcome *outcome, struct profile_text *ret,
		       const char **content_type);
};

/* All of them; ends with NULL. */
extern const struct profile *const profiles[];

/* ---- For the files of the profiles: what several vendors want of an identity ---------------- */

/* The string at @key of the identity, or "". */
const char *field(const json_t *identity, const char *key);
/* An ISO date of the identity as YYYYMMDD, or with dots; "长期" for a valid_until without end; "". */
const char *field_date(const json_t *identity, const char *key, bool dotted, char room[16]);
/* "男", "女", "". */
const char *field_sex(const json_t *identity);
/* The portrait as a bare base64 JPEG, or "". */
const char *field_jpeg(const json_t *identity);
/* The number of the card: id_number. */
const char *field_number(const json_t *identity);

/* The value of @key in "a=b&c=d", decoded, into @ret; false if there is none or it is too long. */
bool query_value(const char *query, const char *key, char *ret, size_t size);

#endif
