/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines: the keys of a scanner become entries. No entry is ever made of two scans, or of a scan of
 * which something is missing: what is in doubt is thrown away, with all that follows it without a
 * pause. Times are microseconds of CLOCK_MONOTONIC, given by the caller.
 */
#ifndef IDCARD_SCAN_LINES_H
#define IDCARD_SCAN_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scan/keys.h"

enum {
	LINES_TEXT_MAX = 255,			/* more than any MRZ with its line ends */
	LINES_PAUSE_USEC = 300 * 1000,		/* between two scans, never within one */
	LINES_STALE_USEC = 2 * 1000 * 1000,	/* after it, what has no end gets none any more */
};

/* What ends an entry. With TAB and PAUSE the Enter key parts the lines of an MRZ. */
enum lines_end {
	LINES_ENTER,
	LINES_TAB,
	LINES_PAUSE,
};

enum lines_result {
	LINES_NOTHING,
	LINES_ENTRY,		/* lines->text; to be taken, then lines_wipe() */
	/* Thrown away: */
	LINES_KEY,		/* a key that no entry has */
	LINES_LONG,		/* more than any entry */
	LINES_MIXED,		/* lines that do not belong together */
	LINES_UNFINISHED,	/* the end did not come */
	LINES_DROPPED,		/* keys were lost */
};

struct lines {
	enum lines_end end;
	bool discarding;	/* until a pause */
	uint64_t last_usec;	/* the last key */
	char text[LINES_TEXT_MAX + 1];
	size_t size;
	size_t line;		/* where the line under way begins */
	size_t n_lines;		/* of an MRZ, complete, before it */
};

/* The scanner may be in the middle of a scan: nothing counts before the first pause. */
void lines_begin(struct lines *lines, enum lines_end end, uint64_t usec);

/* The time is @usec: before each key, and at the deadline. NOTHING, ENTRY or UNFINISHED. */
enum lines_result lines_time(struct lines *lines, uint64_t usec);

/* When lines_time() has something to do even if no key comes; UINT64_MAX: never. */
uint64_t lines_deadline(const struct lines *lines);

/* What keys_feed() gave. NOTHING, ENTRY, or the reason why the scan is thrown away. */
enum lines_result lines_key(struct lines *lines, enum key key, char c, uint64_t usec);

/* Keys were lost. DROPPED. */
enum lines_result lines_dropped(struct lines *lines, uint64_t usec);

void lines_wipe(struct lines *lines);

#endif
