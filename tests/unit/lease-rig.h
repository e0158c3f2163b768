/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lease and a spot to try it on. Time is a variable, cards are events with a number in them. */
#ifndef TEST_LEASE_RIG_H
#define TEST_LEASE_RIG_H

#include "test.h"

#include "lease.h"
#include "sam-commands.h"

#define MS UINT64_C(1000)

enum {
	LATER = -1,
};

extern struct spot spot;
extern struct lease lease;
extern uint64_t now;
extern uint8_t reply[LEASE_REPLY_MAX];
extern size_t reply_size;
extern unsigned int cards;	/* so far */

int set_up(void **state);
int tear_down(void **state);

size_t frame_of(int command, uint8_t *out, size_t size);

/* The status that comes now, or LATER. */
int answer(void);
int ask(int command);

/* What comes when nothing else happens, and after how many milliseconds. */
int in_time(unsigned int *ret_ms);
void assert_in_time(int command, int status, unsigned int ms);

void happens(enum reader_event_kind kind);
void record_of(unsigned int card, struct record *ret);
void is_read(unsigned int card, bool again);
void place(void);
void lift(void);
void fail_card(uint8_t sam_status);

/* Somebody asks, or nothing would be kept for it. */
void begin(void);

unsigned int card_in_reply(void);

#endif
