/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The event loop of a service: SIGTERM and SIGINT end it in good order. */
#ifndef IDCARD_LOOP_H
#define IDCARD_LOOP_H

#include <systemd/sd-event.h>

/* Blocks both signals in this process. 0 and *@ret, or a negative errno. */
int loop_new(sd_event **ret);

#endif
