/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Working directory: a private folder on a memory file system, for libraries that work on files,
 * and for what others leave behind.
 */
#ifndef IDCARD_PORTRAIT_WORKDIR_H
#define IDCARD_PORTRAIT_WORKDIR_H

#include <stddef.h>

#define WORKDIR_PREFIX "idcard-portrait."

struct workdir {
	char path[64];			/* "" if there is none */
	int fd;
};

#define WORKDIR_NONE { .fd = -1 }

/*
 * Makes one, and removes those that a process that was killed left behind. -ENOENT if no memory
 * file system can be written.
 */
int workdir_make(struct workdir *dir);

/* Copies the files, not the folders, of the folder @from into it. */
int workdir_copy(const struct workdir *dir, const char *from);

/* Removes it with all that is in it, never what a link points to. */
void workdir_remove(struct workdir *dir);

#endif
