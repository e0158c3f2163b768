/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Delivery: entries on their way to idcardd. There is a connection only while there is an entry.
 * One that is not taken in time is dropped, never kept: who scanned has gone on to something else.
 */
#ifndef IDCARD_SCAN_DELIVERY_H
#define IDCARD_SCAN_DELIVERY_H

#include <systemd/sd-event.h>

#include "util.h"

struct delivery;

/* @socket stays with the caller. */
int delivery_new(sd_event *event, const char *socket, struct delivery **ret);
struct delivery *delivery_free(struct delivery *d);
DEFINE_CLEANUP(struct delivery *, delivery_free)

/* Copies @text. @label is the scanner, for the messages; @source is a constant. */
void delivery_add(struct delivery *d, const char *label, const char *source, const char *text);

#endif
