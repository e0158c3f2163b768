/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Batch: many sockets behind one source of the event loop. The loop asks the kernel anew before
 * each source that it runs, and is told of all that are ready: of a thousand, a thousand times a
 * thousand. Here they are asked for some at a time, in turn.
 */
#ifndef IDCARDD_BATCH_H
#define IDCARDD_BATCH_H

#include <stdint.h>
#include <systemd/sd-event.h>

struct batch;

/* May remove any socket; those that were removed are called once more at most, in the same turn. */
typedef void (*batch_handler_t)(void *userdata, uint32_t events);

int batch_new(sd_event *event, int64_t priority, batch_handler_t handler, struct batch **ret);
struct batch *batch_free(struct batch *b);

int batch_add(struct batch *b, int fd, uint32_t events, void *userdata);
int batch_change(struct batch *b, int fd, uint32_t events, void *userdata);
void batch_remove(struct batch *b, int fd);

#endif
