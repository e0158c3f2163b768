// SPDX-License-Identifier: GPL-2.0-or-later
#include "drive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PERSONAS "tests/personas"

size_t drive_bytes(const char *hex, uint8_t *out, size_t size)
{
	unsigned int byte;
	size_t n = 0;
	int used;

	for (; n < size && sscanf(hex, " %2x%n", &byte, &used) == 1; hex += used)
		out[n++] = (uint8_t)byte;
	return n;
}

void drive_init(struct drive *d)
{
	memset(d, 0, sizeof(*d));
	sam_init(&d->sam, 1, 0);
	d->now = 1000000;
	sam_power(&d->sam, true, d->now);
	d->now = sam_due(&d->sam);
	sam_run(&d->sam, d->now, &d->reply);
}

static void pass_time(struct drive *d)
{
	d->replied = false;
	while (!d->replied && sam_due(&d->sam) != SAM_NEVER) {
		d->now = sam_due(&d->sam);
		d->replied = sam_run(&d->sam, d->now, &d->reply);
	}
}

void drive_send(struct drive *d, const char *hex)
{
	uint8_t bytes[256];
	size_t n = drive_bytes(hex, bytes, sizeof(bytes));

	d->began = d->now;
	sam_feed(&d->sam, bytes, n, d->now);
	pass_time(d);
}

int drive_command(struct drive *d, int command)
{
	int cmd = command >> 8, para = command & 0xff;
	char hex[64];

	snprintf(hex, sizeof(hex), "AA AA AA 96 69 00 03 %02X %02X %02X", cmd, para,
		 3 ^ cmd ^ para);
	drive_send(d, hex);
	return d->replied && d->reply.size > 9 ? d->reply.bytes[9] : -1;
}

int drive_read(struct drive *d)
{
	int status = drive_command(d, 0x2001);

	if (status == SAM_CARD_FOUND)
		status = drive_command(d, 0x2002);
	if (status == SAM_OK)
		status = drive_command(d, 0x3001);
	return status;
}

unsigned int drive_place(struct drive *d, const char *persona, const char *key, const char *value)
{
	struct persona *p = calloc(1, sizeof(*p));
	struct card card;
	int r;

	if (!p)
		abort();
	r = persona_load(p, PERSONAS, persona);
	if (r >= 0 && key)
		r = persona_set(p, key, value);
	if (r >= 0)
		r = persona_encode(p, &card);
	if (r < 0) {
		fprintf(stderr, "%s: %s\n", persona, p->error);
		free(p);
		return 0;
	}
	free(p);
	return sam_place(&d->sam, &card);
}
