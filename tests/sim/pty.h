/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Front end on a pseudo-terminal: frames as on a serial line. */
#ifndef SIM_PTY_H
#define SIM_PTY_H

#include <systemd/sd-event.h>

#include "reader.h"

/*
 * While plugged in, @link (or NULL) is a symbolic link to the terminal, which belongs to @owner (or
 * NULL) from the beginning.
 */
int pty_new(sd_event *event, struct reader *reader, const char *link, const char *owner);

#endif
