/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Feed: what idcardd says, for as long as somebody here wants it: the readers, the card that lies
 * there, each event. With nobody for FEED_IDLE_S it lets go: no connection, no timer, no card.
 */
#ifndef IDCARD_WEB_FEED_H
#define IDCARD_WEB_FEED_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <systemd/sd-event.h>

#include "errors.h"
#include "util.h"

/* The tests wait for its end. */
#ifdef IDCARD_TESTING
enum { FEED_IDLE_S = 4 };
#else
enum { FEED_IDLE_S = 60 };
#endif

enum {
	FEED_SETTLE_MS = 1000,	/* to know the readers, or that the daemon does not answer */
	FEED_LOOK_MS = 1500,	/* until a reader that begins to search has seen what lies there */
};

struct feed;

struct feed_callbacks {
	/* An event of idcardd: IDENTITY, CARD, DEVICE, ERROR. */
	void (*event)(void *userdata, const char *class, json_t *object);
	/* The daemon came or went. */
	void (*changed)(void *userdata);
	/* Somebody wants it, or nobody any more. */
	void (*busy)(void *userdata, bool busy);
};

enum feed_result {
	FEED_KNOWN,	/* the readers are known, or that there is no daemon */
	FEED_CARD,	/* @object is an IDENTITY, or the ERROR that is the end of a placement */
	FEED_ANSWER,	/* @object is the reply */
	FEED_TIME,	/* it took too long */
};

/* One who waits. In memory of the caller, who sets ->done; it may go again in there. */
struct feed_wait {
	TAILQ_ENTRY(feed_wait) link;
	struct feed *feed;		/* NULL: does not wait */
	sd_event_source *timer;
	enum feed_result what;
	uint64_t id;			/* ANSWER; 0: not sent yet */
	json_t *request;
	void (*done)(struct feed_wait *w, enum feed_result result, json_t *object);
};

/* @socket stays with the caller. */
int feed_new(sd_event *event, const char *socket, const struct feed_callbacks *callbacks,
	     void *userdata, struct feed **ret);
struct feed *feed_free(struct feed *f);
DEFINE_CLEANUP(struct feed *, feed_free)

/* Somebody asked: the connection is wanted for a while; with @watch also cards. */
void feed_touch(struct feed *f, bool watch);

/* Somebody stays: cards are wanted until feed_release(). */
void feed_hold(struct feed *f);
void feed_release(struct feed *f);

/*
 * For KNOWN (at once, when it is known already), or for the next CARD, at most @ms. One wait at a
 * time. Waiting for a card is a hold.
 */
void feed_wait(struct feed *f, struct feed_wait *w, enum feed_result what, unsigned int ms);
/* For the reply to @request, whose reference is taken over. */
void feed_ask(struct feed *f, struct feed_wait *w, json_t *request, unsigned int ms);
void feed_cancel(struct feed_wait *w);

/* NONE: the daemon answers and lets us in. */
enum idcard_error feed_daemon_error(const struct feed *f);
/* NONE: a reader is there and works; else also what is wrong with the daemon. */
enum idcard_error feed_reader_error(const struct feed *f);
/* That of the reader, or NULL; valid until the next event. */
const char *feed_sam_id(const struct feed *f);
/* As in docs/socket.md, borrowed. */
json_t *feed_devices(const struct feed *f);

/* The card that may be served now, or NULL; and which placement it is. */
json_t *feed_card(struct feed *f, uint64_t *ret_placement);
/* So long it may take until what lies there already has been looked at; 0: it has been. */
unsigned int feed_look_ms(const struct feed *f);

#endif
