/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The watchdog of the service manager, on only while there is work: an idle daemon wakes up
 * for nothing, and one that sleeps in its loop cannot hang.
 */
#ifndef IDCARD_WATCHDOG_H
#define IDCARD_WATCHDOG_H

#include <stdbool.h>
#include <systemd/sd-event.h>

struct watchdog;

/* *@ret is NULL, which the functions below accept, where no watchdog is asked for. */
int watchdog_new(sd_event *event, struct watchdog **ret);
struct watchdog *watchdog_free(struct watchdog *w);

void watchdog_set(struct watchdog *w, bool on);

#endif
