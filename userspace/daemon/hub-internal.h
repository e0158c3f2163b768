/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside of the hub: hub.c has the clients and delivers, request.c answers. */
#ifndef IDCARDD_HUB_INTERNAL_H
#define IDCARDD_HUB_INTERNAL_H

#include "client.h"
#include "hub.h"

enum {
	CLIENTS_MAX = 2048,
	CLIENTS_PER_UID = 256,	/* root excepted: it is not kept out */
	CLIENTS_KEPT = 8,	/* places for root, who may have to look what is going on */
	/*
	 * Who knocks comes before what clients send, and has a quarter of the daemon's time: to let
	 * in takes longer on one machine than on another.
	 */
	ACCEPT_PRIORITY = CLIENT_PRIORITY - 1,
	ACCEPTS_AT_ONCE = 16,	/* and then readers, if they have something */
	ACCEPT_BURST_USEC = 200 * 1000,
	ACCEPT_USEC_PER_S = 250 * 1000,
	ACCEPT_PAUSE_MS = 20,
};

struct hub {
	sd_event *event;
	struct hub_backend backend;
	sd_event_source *listener;
	sd_event_source *listen_again;	/* a timer; the listener is off until then */
	struct bucket knocks;		/* microseconds */
	int listen_fd;
	gid_t group;
	uint64_t started;
	uint64_t placements;
	struct reader_want want;
	unsigned int watchers;
	struct client *clients[CLIENTS_MAX];
	size_t n_clients;
	struct quota *quotas;		/* of users who have connections, or had */
	sd_event_source *ended;		/* somebody lost the seat: what he held is free */
	struct claimable *claimables;	/* the readers */
	sd_event_source *claims_timer;	/* NULL: nobody claims, or nothing is due */
	uint64_t decodes;		/* requests so far */
	uint64_t decode_turns;		/* those that were begun */
};

/* The sum of what the clients want, told to the backend if it changed. */
void hub_update_want(struct hub *hub);

/*
 * May it still have anything? If not, it is told so and ended; the others hear of that from the
 * loop, so that a list can be walked meanwhile.
 */
bool hub_may_have(struct hub *hub, struct client *c);

/* The VERSION object; a new reference. */
json_t *hub_version(void);

/* request.c */
void hub_request(struct client *c, json_t *request, void *userdata);

/* Takes the reference to @object, not that to @id. */
void request_reply(struct client *c, json_t *object, json_t *id);

/* An optional boolean, word of @words, scale; false if there is something else. */
bool request_flag(const json_t *request, const char *key, bool *value);
bool request_word(const json_t *request, const char *key, const char *const *words, size_t n,
		  unsigned int *value);
bool request_scale(const json_t *request, unsigned int *value);

/* The bytes of a string in base64, or a negative errno. */
ssize_t request_bytes(const json_t *request, const char *key, uint8_t *ret, size_t size);

/* claims.c */
typedef enum idcard_error (*request_handler_t)(struct hub *hub, struct client *c, json_t *request,
					       json_t *id);
enum idcard_error do_claim(struct hub *hub, struct client *c, json_t *request, json_t *id);
enum idcard_error do_exchange(struct hub *hub, struct client *c, json_t *request, json_t *id);
enum idcard_error do_release(struct hub *hub, struct client *c, json_t *request, json_t *id);
void claims_add_want(const struct hub *hub, struct reader_want *want);
size_t claims_count(const struct hub *hub);
/* The client has none any more; claims_changed() is for the caller. */
void claim_end(struct client *c);
/* Nothing is kept and wanted for claims that are over. */
void claims_changed(struct hub *hub);
void claims_free(struct hub *hub);

/* decode.c */
enum idcard_error do_decode(struct hub *hub, struct client *c, json_t *request, json_t *id);
/* Answers whose picture is there, and has the next decoded. */
void decodes_go_on(struct hub *hub);
void decode_end(struct client *c);

#endif
