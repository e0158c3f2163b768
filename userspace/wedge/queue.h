/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Queue: cards are typed one after the other, never into each other. Keyboard, guard and clipboard
 * are its own.
 */
#ifndef IDCARD_WEDGE_QUEUE_H
#define IDCARD_WEDGE_QUEUE_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "util.h"
#include "wedge/clip.h"
#include "wedge/control.h"
#include "wedge/person.h"
#include "wedge/results.h"
#include "wedge/settings.h"

struct queue;

/* How it went, for "status". No personal data. */
struct queue_status {
	bool ready;			/* the keyboard */
	unsigned int waiting;		/* cards, with the one that is typed */
	uint64_t typed, refused;
	enum wedge_result last;		/* of the last card; _WEDGE_RESULT_MAX: none yet */
	uint64_t last_usec;		/* when, by CLOCK_BOOTTIME */
	unsigned int helpers;		/* of the clipboard */
};

/* The keyboard is ready, or never will be. */
typedef void (*queue_ready_t)(void *userdata, int error);

/* @settings stays with the caller. */
int queue_new(sd_event *event, const struct settings *settings, queue_ready_t ready, void *userdata,
	      struct queue **ret);
struct queue *queue_free(struct queue *q);
DEFINE_CLEANUP(struct queue *, queue_free)

/*
 * Types @person by @profile when it is its turn. With @asker it is told the result, as the reply to
 * @id, and the profile's wishes about kinds and doubts do not count. @received: CLOCK_BOOTTIME.
 */
void queue_add(struct queue *q, const struct profile *profile, const struct person *person,
	       uint64_t received, struct control_client *asker, const json_t *id);

/* Something that could not even be understood. */
void queue_refuse(struct queue *q, enum wedge_result result);

/* All that waits, and what is being typed, ends with @result; logind is let be. */
void queue_stop(struct queue *q, enum wedge_result result);

/* A client of the control socket is gone. */
void queue_forget(struct queue *q, struct control_client *c);

struct clip *queue_clip(struct queue *q);
void queue_status(const struct queue *q, struct queue_status *ret);

/* Microseconds of CLOCK_BOOTTIME: what waited through a sleep of the machine is old. */
uint64_t queue_now(void);

#endif
