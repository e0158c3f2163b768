/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Typist: a script becomes key events, at a pace. A state machine without I/O: it is given the time
 * and says what to write now and what it waits for.
 *
 * A key goes down and up in one burst, because a key that stays down while a busy machine pauses
 * would be repeated, and a repeated digit is another number. Modifiers are bursts of their own.
 *
 * If the clipboard is needed, its first text goes there before the first key, so that without a
 * clipboard nothing is typed at all; and once more when it is its turn.
 */
#ifndef IDCARD_WEDGE_TYPIST_H
#define IDCARD_WEDGE_TYPIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wedge/script.h"

enum {
	TYPIST_STROKES = 8,			/* of one permission */
	TYPIST_PERMISSION_USEC = 250 * 1000,
	TYPIST_LATE_USEC = 3 * 1000 * 1000,	/* behind its time: nobody knows what happened */
	BURST_MAX = 4,
};

struct burst {
	struct {
		uint16_t code;
		bool down;
	} key[BURST_MAX];
	unsigned int n;
};

enum typist {
	TYPIST_WAITS,		/* until due */
	TYPIST_ASKS,		/* whether it may go on: typist_permit() */
	TYPIST_CLIPS,		/* for the text on the clipboard: typist_clipped() */
	TYPIST_DONE,
	TYPIST_LATE,		/* to be aborted */
	TYPIST_CAPS,		/* to be aborted: Caps Lock is on, and what it does is unsure */
};

struct typist_state {
	const struct script *script;
	size_t at;
	unsigned int phase;		/* within a stroke */
	unsigned int mods;		/* of it */
	uint64_t pace_usec, due, permitted_until;
	unsigned int permitted;		/* strokes */
	bool clipped, paused;		/* this step was done */
	size_t trial;			/* the step whose text goes to the clipboard first of all */
	unsigned int held;		/* modifiers that are down */
};

void typist_begin(struct typist_state *t, const struct script *script, uint64_t pace_usec,
		  uint64_t now);

/* @ret has what is to be written now, in any case, before what the return value says. */
enum typist typist_run(struct typist_state *t, uint64_t now, bool caps_lock, struct burst *ret);

void typist_permit(struct typist_state *t, uint64_t now);

/* Something changed: it asks before the next stroke. */
void typist_doubt(struct typist_state *t);

void typist_clipped(struct typist_state *t, uint64_t now);

/* The text that TYPIST_CLIPS is about. */
const char *typist_text(const struct typist_state *t);

/* It ends here: what is held goes up. */
void typist_abort(struct typist_state *t, struct burst *ret);

#endif
