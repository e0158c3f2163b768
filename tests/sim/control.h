/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: one command a line, one reply a line, "ok …" or "error …".
 *
 * Words are separated by one space; a backslash takes the next character as it is
 * ("\n" is a newline). Commands: control.c, usage in sim-ctl.c.
 */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include <systemd/sd-event.h>

#include "reader.h"

struct control;

/* Listens at @path and drives @reader. 0 or a negative errno. */
int control_new(sd_event *event, struct reader *reader, const char *path, const char *personas,
		struct control **ret);
struct control *control_free(struct control *c);

#endif
