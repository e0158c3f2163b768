// SPDX-License-Identifier: LGPL-2.1-or-later
#include "loop.h"

#include <signal.h>

#include "util.h"

int loop_new(sd_event **ret)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	static const int stops[] = { SIGTERM, SIGINT };
	sigset_t mask;
	int r;

	sigemptyset(&mask);
	for (size_t i = 0; i < ELEMENTSOF(stops); i++)
		sigaddset(&mask, stops[i]);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return -errno;
	r = sd_event_new(&event);
	for (size_t i = 0; r >= 0 && i < ELEMENTSOF(stops); i++)
		r = sd_event_add_signal(event, NULL, stops[i], NULL, NULL);
	if (r < 0)
		return r;
	*ret = event;
	event = NULL;
	return 0;
}
