/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be asked on the control socket. */
#ifndef SIM_COMMANDS_H
#define SIM_COMMANDS_H

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "reader.h"

enum {
	COMMAND_LINE = 16384,
	COMMAND_REPLY = 1024,
	COMMAND_WORDS = 64,
};

struct commands {
	sd_event *event;
	struct reader *reader;
	const char *personas;
};

enum wait_kind {
	WAIT_NONE,
	WAIT_IDLE,
	WAIT_POLLED,
	WAIT_READ,
};

struct wait {
	enum wait_kind kind;
	unsigned int timeout_ms;
	unsigned int finds;	/* WAIT_POLLED: until so many were answered */
};

/* Runs @line, which it cuts to words. If *@wait asks to wait, there is no reply yet. */
void commands_run(struct commands *c, char *line, char reply[static COMMAND_REPLY],
		  struct wait *wait);

/* Is what @wait waits for true? Then @reply is the answer. */
bool commands_wait_over(const struct commands *c, const struct wait *wait,
			char reply[static COMMAND_REPLY]);

#endif
