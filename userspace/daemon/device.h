/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device: one reader that is plugged in. Runs the reader's state machine over its transport.
 */
#ifndef IDCARDD_DEVICE_H
#define IDCARDD_DEVICE_H

#include <jansson.h>
#include <stdbool.h>
#include <systemd/sd-event.h>

#include "place.h"
#include "reader.h"

struct device;

struct device_callbacks {
	/* State or error changed. */
	void (*changed)(struct device *d, void *userdata);
	void (*card)(struct device *d, const struct reader_event *event, void *userdata);
	/* It is gone: free it. Runs from the loop, not from inside a device function. */
	void (*gone)(struct device *d, void *userdata);
	void *userdata;
};

/*
 * @name is for people and stays the same for the same socket; @place says what to open.
 * Opening goes on by itself: rights may come a little after the node, another program may
 * close, what broke may come back. What goes wrong is told by ->changed.
 */
int device_new(sd_event *event, const char *name, const struct place *place,
	       const struct device_callbacks *callbacks, struct device **ret);
struct device *device_free(struct device *d);

/* Where the reader remembers; see reader_set_memory(). Right after device_new(). */
int device_set_memory(struct device *d, struct reader_memory *memory);

/* Do nothing before @usec. Right after device_new(). */
void device_wait(struct device *d, uint64_t usec);

/* udev says that it is gone. Ends an open placement now; ->gone follows from the loop. */
void device_unplugged(struct device *d);

const char *device_name(const struct device *d);

/* "05.03-20200101-...", or NULL until it is known. */
const char *device_sam_id(const struct device *d);

/* Something to do now or soon: a card is looked for, or the reader is being mended. */
bool device_busy(const struct device *d);

void device_set_want(struct device *d, const struct reader_want *want);

/* The 16 bytes of it, or NULL. */
const uint8_t *device_sam_id_bytes(const struct device *d);

/* What it would answer to 11 FF, as far as is known; 0: it has not come so far. */
uint8_t device_sam_status(const struct device *d);

/* Does it look for cards, or at one? */
bool device_looking(const struct device *d);

/* reader_read_again() */
void device_read_again(struct device *d);

/* The device of docs/socket.md; a new reference. */
json_t *device_to_json(const struct device *d);

/* {"name", "sam_id"} */
json_t *device_to_json_brief(const struct device *d);

#endif
