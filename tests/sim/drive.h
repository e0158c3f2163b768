/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A SAM in test time: nothing sleeps, the clock is a variable. */
#ifndef SIM_DRIVE_H
#define SIM_DRIVE_H

#include "sam.h"

struct drive {
	struct sam sam;
	uint64_t now;
	uint64_t began;		/* of the last exchange */
	struct delivery reply;
	bool replied;
};

/* Powered and started. */
void drive_init(struct drive *d);

/* Bytes as "AA AA 96", at most @size. Returns how many. */
size_t drive_bytes(const char *hex, uint8_t *out, size_t size);

/* Feed bytes and let time pass until there is a reply, or nothing more can come. */
void drive_send(struct drive *d, const char *hex);

/* The request CMD << 8 | PARA. Returns SW3 of the reply, or -1 if there was none. */
int drive_command(struct drive *d, int command);

/* Find, select and read. Returns SW3 of the first that was not good, or of the read. */
int drive_read(struct drive *d);

/* Load, override one field if @key is not NULL, and place. Returns the placement. */
unsigned int drive_place(struct drive *d, const char *persona, const char *key, const char *value);

#endif
