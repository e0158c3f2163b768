/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside of idcard-web: the server, and one call to it. */
#ifndef IDCARD_WEB_WEB_H
#define IDCARD_WEB_WEB_H

#include <stdbool.h>
#include <sys/queue.h>
#include <systemd/sd-event.h>

#include "errors.h"
#include "watchdog.h"
#include "web/consent.h"
#include "web/consumers.h"
#include "web/feed.h"
#include "web/guard.h"
#include "web/http.h"
#include "web/limits.h"
#include "web/refusal.h"
#include "web/settings.h"
#include "web/target.h"

#define CONTAINER(pointer, type, member) ((type *)((char *)(pointer) - offsetof(type, member)))

struct port {
	struct web *web;
	int profile;		/* the place in profiles[]; -1: the server's own */
	uint16_t number;
	bool served;
	const char *error;	/* "port-taken", or NULL */
};

struct web {
	sd_event *event;
	struct settings settings;
	struct consent consent;
	struct limits limits;
	struct bucket told;		/* of origins that ask, in the journal */
	unsigned int untold;
	struct consumers consumers;
	struct http *http;
	struct feed *feed;
	struct watchdog *watchdog;
	bool http_busy, feed_busy;
	struct port own;
	struct port profile[SETTINGS_PROFILES_MAX];	/* in the order of profiles[] */
	LIST_HEAD(, stream) streams;		/* readers of events: events.c */
	LIST_HEAD(, talk) talks;		/* WebSockets of profiles: talk.c */
};

/* One request and what becomes of it, until the client is gone. */
struct call {
	struct web *web;
	struct http_request *request;
	const struct port *port;
	char path[TARGET_PATH_SIZE];
	const char *query;
	char origin[ORIGIN_SIZE];	/* of the page that asks; "": none is known */
	bool cors;			/* it may read the reply */
	enum guard_answer caller;
	char who[LIMITS_KEY_SIZE];	/* user and origin: who is limited, and gets a card once */
	bool stays;			/* counted as open */
	struct feed_wait wait;
	bool no_picture;		/* of /v1/read */
	uint64_t until;			/* of /v1/read */
	void *state;			/* what the handler keeps, in secret memory */
	void (*gone)(struct call *c);	/* the handler's, or NULL */
};

/* call.c */
void call_begin(struct http_request *request);
void call_end(struct http_request *request);
/* Counts it as open; false: too many, and it is answered. */
bool call_stay(struct call *c);
/* A page of another origin, which needs consent. */
bool call_is_foreign(const struct call *c);
/* May it have identities still? The seat, and the operator's mind, may have changed meanwhile. */
bool call_may_have(const struct call *c);

/* answer.c: replies. Only the first counts. */
void call_refuse(struct call *c, enum refusal refusal);
/* Takes over the reference. */
void call_reply_json(struct call *c, unsigned int status, json_t *object);
/* @body is secret and taken over. @type is constant. */
void call_reply(struct call *c, unsigned int status, const char *type, char *body, size_t size);
void call_reply_error(struct call *c, enum idcard_error error);
/* An ERROR of the daemon, with what people read in Chinese; the status that goes with it. */
unsigned int call_error_status(json_t *object);
void call_reply_preflight(struct call *c);
/* A file of the page or of the description: what it may do is said with it. */
void call_reply_page(struct call *c, const char *type, const void *data, size_t size);
struct http_stream *call_stream(struct call *c);
/* False: it is no WebSocket handshake, and was answered. */
bool call_hand_over(struct call *c, http_taken_t taken);

/* api.c */
enum guard_for api_for(const struct call *c);
void api_call(struct call *c);
json_t *api_status(struct web *web);

/* events.c */
void events_sse(struct call *c);
void events_websocket(struct call *c);
void events_publish(struct web *web, const char *class, json_t *object);
/* What it is like here has changed. */
void events_status(struct web *web);
/* Consent was taken back. */
void events_revoke(struct web *web, const char *origin);
void events_close(struct web *web);

/* serve.c: what a call of a profile needs, gotten. */
struct serve {
	struct call *call;
	struct profile_call what;
	struct feed_wait wait;
	/* Once, maybe before serve_begin() returns. */
	void (*done)(struct serve *s, const struct profile_outcome *outcome);
};
void serve_begin(struct serve *s);
/* @outcome of a card that comes or lies there; the caller has it from now on. */
void serve_identity(struct serve *s, json_t *identity);
/* The rest of an outcome, for @error. */
struct profile_outcome serve_outcome(const struct call *c, enum idcard_error error);
/* What is said to that; to be wiped. */
void serve_render(const struct call *c, const struct profile_call *what,
		  const struct profile_outcome *outcome, struct profile_text *ret,
		  const char **ret_type);
const struct profile *call_profile(const struct call *c);
const struct profile_settings *call_settings(const struct call *c);

/* vendor.c: profiles over HTTP; talk.c: over WebSocket */
void vendor_call(struct call *c);
void talk_call(struct call *c);
void talk_publish(struct web *web, const char *class, json_t *object);
void talk_revoke(struct web *web, const char *origin);
void talk_close(struct web *web);

/* audit.c: one line for each identity that is given away. */
void audit(const struct call *c, const json_t *identity, const char *by);

/* assets.c: the page; false: there is no such file. */
bool assets_find(const char *path, const char **ret_type, const void **ret_data, size_t *ret_size);

#endif
