/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hook: a command that is run for each identity, which it gets on standard input and nowhere else:
 * arguments and environment can be seen by others. One at a time, in the order they came.
 */
#ifndef IDCARD_CTL_HOOK_H
#define IDCARD_CTL_HOOK_H

#include <stddef.h>
#include <systemd/sd-event.h>

#include "ctl.h"

enum { HOOK_QUEUE_MAX = 64 };

struct hook;

/* Runs the command of @c on @event. @idle is called whenever nothing runs and nothing waits. */
int hook_new(const struct ctl *c, sd_event *event, void (*idle)(void *userdata), void *userdata,
	     struct hook **ret);

/* Ends what runs, with all that it started in its process group, and forgets who waits. */
struct hook *hook_free(struct hook *h);
DEFINE_CLEANUP(struct hook *, hook_free)

/* Hands on a copy of @line. -ENOBUFS if too many wait already. */
int hook_run(struct hook *h, const char *line);

bool hook_busy(const struct hook *h);

#endif
