/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fault script: which of the coming exchanges go wrong, and how.
 *
 *	NAME [count=N] [command=CC.PP] [arg=…]
 *
 * arms a fault for the next N (1) exchanges that match the command (any). The
 * oldest armed fault that matches is used; one fault per exchange. Times given to
 * a fault are real milliseconds, whatever the scale of the SAM's own durations:
 * the limits of the host do not scale either.
 *
 * All of it is pure: random numbers come from the seed, time from the caller.
 */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault_kind {
	FAULT_NONE,
	FAULT_STALE,		/* a leftover sits in the pipe; arg=CC.PP: a reply to what */
	FAULT_CUT,		/* in random pieces, each a short transfer; arg=zlp: and empty */
	FAULT_LOST_AA,		/* the first byte is lost */
	FAULT_NOISE,		/* garbage before the preamble; arg=N bytes */
	FAULT_BAD_CHECKSUM,	/* one byte flipped, never the length */
	FAULT_SHORT,		/* truncated; arg=N bytes left */
	FAULT_OVERSIZE,		/* arg=N bytes more; arg=length|huge: the length lies */
	FAULT_SILENCE,		/* executed, no reply; arg=unheard: not even executed */
	FAULT_STALL,		/* endpoint arg=81|85|02|06 halts, the reply is lost */
	FAULT_LATE,		/* arg=N ms later; default: just past what a host waits */
	FAULT_LIFT,		/* the card is lifted half-way */
	FAULT_STATUS,		/* not executed, answers arg=HH */
	FAULT_DEAD,		/* arg=60 until power-cycled, arg=66 until cleared */
	FAULT_UNPLUG,		/* the reader leaves the bus in the middle of the reply */
	FAULT_INSERT,		/* arg=N bytes come in anywhere, as on a bad serial line */
	FAULT_LOSE,		/* arg=N bytes get lost anywhere */
	FAULT_MANGLE,		/* both: the length may fit again */
	_FAULT_MAX,
};

enum { COMMAND_ANY = -1 };

struct fault {
	enum fault_kind kind;
	unsigned int count;
	int command;		/* CMD << 8 | PARA, or COMMAND_ANY */
	char arg[16];		/* as given, "" for the default */
};

enum { FAULTS_ARMED = 32 };

struct faults {
	struct fault armed[FAULTS_ARMED];
	size_t n;
	uint8_t dead;		/* 0, or the status every command gets */
	uint64_t random;
};

enum {
	DELIVERY_BYTES = 4096,
	DELIVERY_PIECES = 256,
};

/* Bytes that reach the host together; on USB whole packets, the last one short. */
struct piece {
	uint16_t offset, size;
	uint16_t delay_ms;	/* after the piece before */
};

/* How one reply reaches the host. */
struct delivery {
	uint8_t bytes[DELIVERY_BYTES];
	size_t size;
	size_t head;		/* of the frame: on a pipe of its own in split framing */
	struct piece pieces[DELIVERY_PIECES];
	size_t n;

	int command;
	uint8_t status;
	unsigned int placement;
	bool whole;		/* a host can find the true frame in it */
	bool leftover;		/* not the answer to anything */
	uint8_t stall;		/* endpoint to halt, or 0 */
	bool unplug;		/* after the last piece */
};

void faults_init(struct faults *f, uint64_t seed);

/* Parse and arm. 0, or a negative errno with a reason in @error. */
int faults_arm(struct faults *f, char *const *words, size_t n, const char **error);
void faults_clear(struct faults *f);

/* Use up one count of the fault for this exchange. FAULT_NONE in the copy if there is none. */
struct fault faults_take(struct faults *f, int command);

/* The same for a leftover to be put in front of one of these @n commands. */
struct fault faults_take_stale(struct faults *f, const int *commands, size_t n);

/* The same for an OUT endpoint that is to halt. */
bool faults_take_stall(struct faults *f, uint8_t endpoint);

/* Reply times: how much later than normal. */
unsigned int fault_late_ms(const struct fault *fault, int command);

/* One byte given in hexadecimal, or @other. */
uint8_t fault_hex(const struct fault *fault, uint8_t other);

/* Command given as "CC.PP", or COMMAND_ANY, or -EINVAL. */
int fault_parse_command(const char *s);

/*
 * Make @d, which holds one good frame behind a head of d->head bytes whose last two are its
 * length, into what reaches the host; splits it into pieces. What is wrong shows: no damage leaves
 * a frame that passes for a good one and is another.
 */
void fault_shape(struct faults *f, const struct fault *fault, struct delivery *d);

const char *fault_kind_to_string(enum fault_kind kind);

#endif
