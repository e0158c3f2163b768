/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handle: what one open file of /dev/idcard still has to read. Pure functions; the lines are
 * shared by all handles and lie in secret memory.
 */
#ifndef IDCARD_NODE_HANDLE_H
#define IDCARD_NODE_HANDLE_H

#include <stdbool.h>
#include <stddef.h>

#include "util.h"

enum {
	HANDLE_LINES_MAX = 64,
	HANDLE_BYTES_MAX = 256 * 1024,
};

struct line;

/* A line of @size bytes, the newline added. One reference. NULL when memory is short. */
struct line *line_new(const char *data, size_t size);
struct line *line_unref(struct line *line);	/* returns NULL */
DEFINE_CLEANUP(struct line *, line_unref)

struct handle {
	struct line *lines[HANDLE_LINES_MAX];
	unsigned int first, count;
	size_t bytes;		/* of all lines in the queue */
	size_t position;	/* read of the first of them */
	bool overflow;		/* lines were lost and nobody was told yet */
};

/*
 * Puts @line at the end. If there is no room, everything unread goes, with @line, and the next read
 * says so: a reader must never take a rest for the whole.
 */
void handle_push(struct handle *h, struct line *line);

/* A line was lost before it came here. */
void handle_overflow(struct handle *h);

/* Would handle_peek() give anything, be it an error? */
bool handle_readable(const struct handle *h);

/*
 * At most @size bytes of the first line: a read never goes past the end of a line. 0 and the
 * bytes; -EAGAIN when there are none; -EOVERFLOW. Nothing changes before handle_advance(), because
 * the read may have been given up in the meantime.
 */
int handle_peek(const struct handle *h, size_t size, const char **ret, size_t *ret_size);

/* The @n bytes that handle_peek() gave were taken; 0: its -EOVERFLOW was. */
void handle_advance(struct handle *h, size_t n);

void handle_clear(struct handle *h);

#endif
