/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside of the hub: hub.c has the clients and delivers, request.c answers. */
#ifndef IDCARDD_HUB_INTERNAL_H
#define IDCARDD_HUB_INTERNAL_H

#include "client.h"
#include "hub.h"

enum {
	CLIENTS_MAX = 1024,
	CLIENTS_PER_UID = 256,	/* root excepted: it is not kept out */
};

struct hub {
	sd_event *event;
	struct hub_backend backend;
	sd_event_source *listener;
	int listen_fd;
	gid_t group;
	uint64_t started;
	uint64_t placements;
	struct reader_want want;
	struct client *clients[CLIENTS_MAX];
	size_t n_clients;
};

/* The sum of what the clients want, told to the backend if it changed. */
void hub_update_want(struct hub *hub);

/* May it still have anything? If not, it is told so and ended. */
bool hub_may_have(struct client *c);

/* The VERSION object; a new reference. */
json_t *hub_version(void);

/* request.c */
void hub_request(struct client *c, json_t *request, void *userdata);

#endif
