/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One simulated reader: a SAM behind a front end, on an sd-event loop. It brings
 * replies to the front end when they are due and keeps the figures of `sim stats`.
 */
#ifndef SIM_READER_H
#define SIM_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "sam.h"
#include "stx.h"

struct front;
struct reader;

/* What carries the bytes between host and SAM. */
struct front_ops {
	const char *name;
	int (*plug)(struct front *front);
	void (*unplug)(struct front *front);

	/* Bytes of @d on their way to the host; @d says which pipe they belong to. */
	void (*deliver)(struct front *front, const struct delivery *d, const struct piece *piece);

	/* The host took everything delivered. */
	bool (*taken)(const struct front *front);

	void (*stall)(struct front *front, uint8_t endpoint);

	/* The SAM left BOOT: what waited may come in. */
	void (*ready)(struct front *front);

	/* "port=0 …" for people and scripts. */
	void (*describe)(const struct front *front, char *out, size_t size);

	void (*free)(struct front *front);
};

struct front {
	const struct front_ops *ops;
	struct reader *reader;
	bool plugged;
};

struct reader_stats {
	unsigned int finds;		/* find commands answered */
	unsigned int finds_since_place;
	unsigned int records;		/* records the host took whole */
	unsigned int record_placement;	/* of the last of them */
	uint64_t record_usec;		/* its last byte was handed to the host */
	unsigned int unplugs;
};

struct reader {
	sd_event *event;
	sd_event_source *timer;
	struct front *front;
	struct sam sam;
	struct stx stx;
	bool speaks_stx;		/* the controller of a multi-in-one reader is in between */
	bool boot_nak;			/* refuse bytes while the SAM starts, do not lose them */
	bool mute;			/* on USB: nothing is answered, control requests neither */

	struct delivery out;		/* on its way, and then waiting to be taken */
	bool sending, untaken;
	uint64_t handed_usec;		/* set by the front end before it hands bytes over */
	size_t piece;			/* next of out.pieces */
	uint64_t piece_at;
	uint64_t unplug_at;

	struct reader_stats stats;
	void (*changed)(void *userdata);/* something a control client may wait for */
	void *userdata;
};

int reader_init(struct reader *r, sd_event *event, uint64_t seed, uint32_t which);
void reader_done(struct reader *r);

int reader_plug(struct reader *r);
void reader_unplug(struct reader *r);
unsigned int reader_place(struct reader *r, const struct card *card);
int reader_fault(struct reader *r, char *const *words, size_t n, const char **error);

/* Nothing under way, nothing waiting to be taken, the SAM ready. */
bool reader_idle(const struct reader *r);

/* The host took the record of the card that lies there. */
bool reader_card_read(const struct reader *r);

/* For front ends. */
bool reader_accepts(const struct reader *r);
void reader_received(struct reader *r, bool begins_frame, const uint8_t *bytes, size_t n);
void reader_taken(struct reader *r);
void reader_flushed(struct reader *r);
void reader_bus_reset(struct reader *r);
void reader_gone(struct reader *r);

#endif
