/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must not be forgotten when the daemon is killed: which card of each reader was told of. It
 * lies in memory that systemd holds for the next daemon, and is gone when the service is stopped.
 */
#ifndef IDCARDD_KEEP_H
#define IDCARDD_KEEP_H

#include "reader.h"

struct keep;

/* @fd is what the daemon before left, or -1; taken. Without systemd it is kept for this one. */
int keep_new(int fd, struct keep **ret);
struct keep *keep_free(struct keep *keep);

/* How many clients there are that wait for cards; 0 at first, then what the daemon before said. */
void keep_set_watchers(struct keep *keep, unsigned int n);
unsigned int keep_watchers(const struct keep *keep);

/* What FDNAME= the descriptor has. */
#define KEEP_NAME "memory"

/*
 * The memory of the reader @name that was plugged in at @since; fresh if it is another than before.
 * NULL if there are too many.
 */
struct reader_memory *keep_of(struct keep *keep, const char *name, uint64_t since);

#endif
