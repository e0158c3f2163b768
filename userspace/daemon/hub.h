/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hub: clients, what they watch, and delivery. It does not know how an identity is made.
 */
#ifndef IDCARDD_HUB_H
#define IDCARDD_HUB_H

#include <jansson.h>
#include <systemd/sd-event.h>

#include "errors.h"
#include "reader.h"
#include "sighting.h"

struct hub;

/* What the hub asks of the side that has the readers. */
struct hub_backend {
	/* The sum of what is wanted changed. */
	void (*want)(const struct reader_want *want, void *userdata);
	/* How many watch or wait for a card: it changed. May be NULL. */
	void (*watchers)(unsigned int n, void *userdata);
	/* The array of devices; a new reference. */
	json_t *(*devices)(void *userdata);
	/* An identity was entered: a new reference, or what is wrong with it. */
	enum idcard_error (*enter)(const char *text, enum identity_source source,
				   struct sighting **ret, void *userdata);
	/* A portrait alone: a new reference to a card of which nothing else is known. */
	int (*portrait)(const uint8_t block[PORTRAIT_BLOCK_SIZE], struct sighting **ret,
			void *userdata);
	/* reader_read_again(), for the reader that hub_reader_changed() told of. */
	void (*read_again)(const void *reader, void *userdata);
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

/*
 * An IDENTITY. @again: the same placement once more, only for those who want repeats. Keeps a
 * reference only for clients who wait for its picture.
 */
void hub_publish_identity(struct hub *hub, struct sighting *s, bool again);

/*
 * The readers as claims see them: what each is, told when it came and at each change, what happens
 * there, and its end. @reader tells them apart; names may be equal.
 */
struct hub_reader {
	const char *name;
	const uint8_t *sam_id;		/* 16 bytes; NULL: not known */
	uint8_t sam_status;		/* as the reply to 11 FF; 0: not known yet */
	bool looking;			/* for cards, or at the one that lies there */
};

void hub_reader_changed(struct hub *hub, const void *reader, const struct hub_reader *is);
void hub_reader_event(struct hub *hub, const void *reader, const struct reader_event *event);
void hub_reader_gone(struct hub *hub, const void *reader);

/* A picture is there that somebody may be waiting for. */
void hub_pictures_ready(struct hub *hub);

/* Is anything wanted? And by somebody who takes the same card again and again? */
bool hub_watched(const struct hub *hub);
bool hub_repeats(const struct hub *hub);

#endif
