/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits: how much one origin, or one user of local programs, may ask for at once. Pure. */
#ifndef IDCARD_WEB_LIMITS_H
#define IDCARD_WEB_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "bucket.h"
#include "web/origins.h"

enum {
	LIMITS_RATE = 20,		/* requests a second, and at once */
	LIMITS_OPEN_MAX = 16,		/* requests that wait, streams and WebSockets */
	LIMITS_KEYS_MAX = 64,		/* who is remembered */
	LIMITS_KEY_SIZE = ORIGIN_SIZE + 24,	/* an origin, and who looks at it */
};

struct limit {
	char key[LIMITS_KEY_SIZE];
	struct bucket requests;
	unsigned int open;
};

/* All zero at first. */
struct limits {
	struct limit list[LIMITS_KEYS_MAX];
};

/* One request of @key, now. false: too many. */
bool limits_take(struct limits *l, const char *key, uint64_t now);

/* Something of @key that lasts begins; false: too many. Ends with limits_leave(). */
bool limits_enter(struct limits *l, const char *key, uint64_t now);
void limits_leave(struct limits *l, const char *key);

#endif
