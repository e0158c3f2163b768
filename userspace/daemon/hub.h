/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hub: clients, what they watch, and delivery. It does not know how an identity is made.
 */
#ifndef IDCARDD_HUB_H
#define IDCARDD_HUB_H

#include <jansson.h>
#include <systemd/sd-event.h>

#include "errors.h"
#include "identity.h"
#include "reader.h"

struct hub;

/* The identity that is being published, as @options want it; a new reference. */
typedef json_t *(*hub_render_t)(const struct identity_options *options, void *context);

/* What the hub asks of the side that has the readers. */
struct hub_backend {
	/* The sum of what is wanted changed. */
	void (*want)(const struct reader_want *want, void *userdata);
	/* The array of devices; a new reference. */
	json_t *(*devices)(void *userdata);
	/* An identity was entered by hand: its IDENTITY object, or what is wrong with it. */
	enum idcard_error (*enter)(const char *text, json_t **ret, void *userdata);
	void *userdata;
};

int hub_new(sd_event *event, const struct hub_backend *backend, struct hub **ret);
struct hub *hub_free(struct hub *hub);

/* Accept connections on @fd, a listening AF_UNIX stream socket; owned by the hub from here. */
int hub_listen(struct hub *hub, int fd);

/* To everyone who watches; keeps no reference. */
void hub_publish(struct hub *hub, json_t *object);

/* An ERROR; one that ends a placement (@placement) also answers those who wait for one card. */
void hub_publish_error(struct hub *hub, json_t *object, bool placement);

/* An IDENTITY. @again: the same placement once more, only for those who want repeats. */
void hub_publish_identity(struct hub *hub, hub_render_t render, void *context, bool again);

/* Is anything wanted? */
bool hub_watched(const struct hub *hub);

#endif
