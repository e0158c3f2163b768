/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One connection of the hub: lines in, lines out, neither without bound.
 */
#ifndef IDCARDD_CLIENT_H
#define IDCARDD_CLIENT_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "errors.h"
#include "peer.h"
#include "quota.h"
#include "sighting.h"

struct client;

enum {
	/* Of what clients send: readers come first, however many clients there are. */
	CLIENT_PRIORITY = SD_EVENT_PRIORITY_NORMAL + 10,
};

struct client_callbacks {
	/* One request, an object. */
	void (*request)(struct client *c, json_t *request, void *userdata);
	/* The time limit of its READ has come. */
	void (*read_timeout)(struct client *c, void *userdata);
	/* What waited can go: client_release(), if it may still have it. */
	void (*room)(struct client *c, void *userdata);
	/* The connection is over; free it. */
	void (*gone)(struct client *c, void *userdata);
	void *userdata;
};

/* What a client watches, or waits for with READ. */
struct client_watch {
	bool enabled;
	bool repeat;
	struct identity_options options;
};

/* What the hub keeps for a client; the owner ends it before the client is freed. */
struct client_work {
	struct claim *claim;
	struct decode *decode;
};

/*
 * Takes @fd; @quota is of its user and outlives it. Negative errno on failure, @fd closed.
 */
int client_new(sd_event *event, int fd, struct quota *quota, enum access access,
	       const struct client_callbacks *callbacks, struct client **ret);
struct client *client_free(struct client *c);

uid_t client_uid(const struct client *c);
struct quota *client_quota(const struct client *c);
enum access client_access(const struct client *c);
struct client_watch *client_watch(struct client *c);
struct client_work *client_work(struct client *c);

/*
 * Queue one object. A client that does not read is dropped, never waited for. The client may
 * be marked as gone by this; ->gone runs later, from the loop.
 */
void client_send(struct client *c, json_t *object);

/* The same for a line as it is, without its newline. */
void client_send_line(struct client *c, const char *line, size_t size);

/*
 * An IDENTITY as @options want it, as the reply to the request with @id, or with NULL on its own.
 * If its picture is not ready yet, it keeps its place: everything sent later waits behind it, until
 * client_release(). When too much waits, it goes without the picture.
 */
void client_send_sighting(struct client *c, struct sighting *s,
			  const struct identity_options *options, const json_t *id);

/*
 * Has something that waited become ready, and is there room for it? Whether it may still have it,
 * the owner knows.
 */
bool client_releasable(const struct client *c);
void client_release(struct client *c);
void client_drop(struct client *c);

/* An ERROR, as the reply to the request with @id, or with NULL on its own. */
void client_send_error(struct client *c, enum idcard_error error, json_t *id);

/* Send what is queued, then end; who does not take it in time has had it. */
void client_finish(struct client *c);

/* A READ under way: its id (may be NULL) and options. */
int client_read_begin(struct client *c, uint64_t timeout_usec, json_t *id,
		      const struct identity_options *options);
bool client_reading(const struct client *c, const struct identity_options **ret_options);
/* Ends the READ; returns the reference to its id, or NULL. */
json_t *client_read_end(struct client *c);

#endif
