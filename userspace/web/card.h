/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Card: the identity that may be served now. Pure: it is told what the hub sends and what time it
 * is.
 *
 * Only the one card that lies on a reader, for a short time: cleared when it is lifted, when its
 * reader goes, when another is placed, and when its time is over. So a page never gets the person
 * before.
 */
#ifndef IDCARD_WEB_CARD_H
#define IDCARD_WEB_CARD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { CARD_SERVED_S = 30 };

struct card {
	json_t *identity;	/* NULL: none */
	uint64_t placement;	/* counts; 0: none yet. A caller that had this one had this card */
	uint64_t until;		/* microseconds, CLOCK_MONOTONIC */
	char reader[64];	/* "": an entry by hand, which nothing lifts */
};

/* One object of the hub: IDENTITY, CARD, DEVICE, ERROR. @identity is taken by reference. */
void card_take(struct card *c, json_t *object, uint64_t now);

/* The identity, if it may still be served; else NULL, and it is forgotten. */
json_t *card_now(struct card *c, uint64_t now);

void card_forget(struct card *c);

#endif
