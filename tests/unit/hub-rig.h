/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hub and clients of it, with readers and a decoder that are played: a picture comes when the
 * test says so. Who may be let in is played, too, and the clock.
 */
#ifndef TEST_HUB_RIG_H
#define TEST_HUB_RIG_H

#include "test.h"

#include "hub.h"
#include "peer.h"

struct decoding {
	unsigned int refs;
	bool started, done;
	uint8_t rgb[PORTRAIT_RGB_SIZE];
};

extern sd_event *event;
extern struct hub *hub;
extern bool at_seat;
extern uid_t next_uid;	/* of the clients that connect from now on */
/* Entries, decodings that live, that were started, and cards that the hub wants read again. */
extern unsigned int entries, decodings, starts, calls, looked_at;
extern const void *called;	/* the reader of the last of them */
extern struct decoding *newest;
extern struct reader_want wanted;
extern unsigned int watchers;
extern int64_t clock_offset;	/* microseconds that the hub's clock is ahead */
extern int64_t clock_stopped;	/* not 0: it stands there */
extern int64_t looking_takes;	/* but goes on by this when the hub looks who has come */

int set_up(void **state);
int tear_down(void **state);

/* Until the hub has nothing more to do. */
void run(void);

/* Connects, and the hub has not looked yet. */
int knock(enum access access);
int client(enum access access);

/* What came since; NULL when the hub closed before anything else. */
const char *received(int fd);
const char *ask(int fd, const char *request);

/* @text has these parts, in this order. */
void assert_parts(const char *text, ...);

void watch(int fd, const char *portrait);

/* A card is read; its decoding is returned, and lives as long as somebody waits for it. */
struct decoding *place(bool again);
void picture_comes(struct decoding *g);

#endif
