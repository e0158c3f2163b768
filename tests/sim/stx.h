/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The controller of a multi-in-one reader, between the host and the SAM: commands of its own
 * between STX and ETX (docs/protocol.md, "Multi-in-one readers"). As the SAM it is a
 * state machine without I/O; time and bytes go in, replies come out.
 *
 * Faults are those of the SAM's commands and of the controller's own (31.11, 32.25 ...). What
 * they do to bytes they do to the reply the host gets. A SAM that is silent to the controller
 * (silence arg=unheard) and one that still starts are reported as its time-out.
 */
#ifndef SIM_STX_H
#define SIM_STX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sam.h"

enum {
	STX_REQUEST = 64,	/* of DATA; longer ones have a wrong length */
	STX_INPUT = 1024,
};

/* Second byte of the status of the controller itself, behind 00. */
enum stx_error {
	STX_FORMAT = 0xf1,
	STX_LENGTH = 0xf2,
	STX_CHECKSUM = 0xf3,
	STX_COMMAND = 0xf4,
	STX_HOST_TIMEOUT = 0xfd,
	STX_MODULE_TIMEOUT = 0xfe,
};

struct stx {
	uint8_t input[STX_INPUT];
	size_t have;
	uint64_t since;		/* the last byte of what is in the input came */

	bool busy;
	int command;
	uint8_t param;
	const int *sam;		/* its commands that are still to do, or NULL */
	uint16_t answer;	/* without the SAM: this status, at... */
	uint64_t due;
	struct fault fault;
};

/* As after power-up. */
void stx_reset(struct stx *x);

/* As sam_feed(), sam_due(), sam_run() and sam_leftover(). */
void stx_feed(struct stx *x, struct sam *sam, const uint8_t *bytes, size_t n, uint64_t now);
uint64_t stx_due(const struct stx *x, const struct sam *sam);
bool stx_run(struct stx *x, struct sam *sam, uint64_t now, struct delivery *ret);
bool stx_leftover(struct stx *x, struct sam *sam, struct delivery *ret);

/* Write the frame around @status and @data. Returns its size. */
size_t stx_build(uint8_t *out, uint16_t status, const void *data, size_t n);

#endif
