/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Spawn: a program with a pipe at one end, in a process group of its own. */
#ifndef IDCARD_WEDGE_SPAWN_H
#define IDCARD_WEDGE_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

enum { SPAWN_NO_HIDING = 125 };	/* the exit status of what was not run, see below */

/* Does $PATH have it? */
bool spawn_exists(const char *program);

/*
 * Runs @argv with @in as its standard input and @out as its output, -1: nothing. What it says of
 * errors goes nowhere: it might hold the text. With @hide_files its /tmp is memory of its own, as
 * wl-copy writes the text into a file and leaves it there when it is ended; where user namespaces
 * are forbidden, it is not run. The pid, or a negative errno.
 */
pid_t spawn(const char *const argv[], int in, int out, bool hide_files);

#endif
