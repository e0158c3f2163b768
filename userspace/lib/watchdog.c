// SPDX-License-Identifier: LGPL-2.1-or-later
#include "watchdog.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include "util.h"

struct watchdog {
	sd_event_source *timer;
	uint64_t usec;
	bool on;
};

static int arm(struct watchdog *w)
{
	int r = sd_event_source_set_time_relative(w->timer, w->usec / 3);

	return r < 0 ? r : sd_event_source_set_enabled(w->timer, SD_EVENT_ONESHOT);
}

static int on_timer(sd_event_source *s, uint64_t usec, void *userdata)
{
	sd_notify(0, "WATCHDOG=1");
	return arm(userdata);
}

void watchdog_set(struct watchdog *w, bool on)
{
	if (!w || w->on == on)
		return;
	w->on = on;
	/* A limit of 0 is none. */
	sd_notifyf(0, "WATCHDOG_USEC=%" PRIu64, on ? w->usec : UINT64_C(0));
	if (on)
		arm(w);
	else
		sd_event_source_set_enabled(w->timer, SD_EVENT_OFF);
}

int watchdog_new(sd_event *event, struct watchdog **ret)
{
	struct watchdog *w;
	uint64_t usec;
	int r = sd_watchdog_enabled(0, &usec);

	*ret = NULL;
	if (r <= 0)
		return r;
	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->usec = usec;
	w->on = true;
	r = sd_event_add_time_relative(event, &w->timer, CLOCK_MONOTONIC, usec / 3, 0, on_timer, w);
	if (r < 0) {
		watchdog_free(w);
		return r;
	}
	*ret = w;
	return 0;
}

struct watchdog *watchdog_free(struct watchdog *w)
{
	if (w)
		sd_event_source_disable_unref(w->timer);
	free(w);
	return NULL;
}
