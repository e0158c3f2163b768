/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Publish: turns what happens at the readers into the objects of docs/socket.md and gives them
 * to the hub; and entries by hand into identities.
 */
#ifndef IDCARDD_PUBLISH_H
#define IDCARDD_PUBLISH_H

#include "hub.h"
#include "manager.h"

struct placement;

struct publisher {
	struct hub *hub;
	struct decoder *decoder;
	uint64_t seq;			/* of the last IDENTITY */
	struct placement *placements;	/* cards that are read again and again */
};

/* Forgets every card. */
void publish_end(struct publisher *p);

void publish_device(struct publisher *p, struct device *d, enum device_change change);
void publish_card(struct publisher *p, struct device *d, const struct reader_event *event);

/* *@ret is a new reference, not published. */
int publish_portrait(struct publisher *p, const uint8_t block[PORTRAIT_BLOCK_SIZE],
		     struct sighting **ret);

/* *@ret is a new reference, not published yet. */
enum idcard_error publish_entry(struct publisher *p, const char *text, enum identity_source source,
				struct sighting **ret);

#endif
