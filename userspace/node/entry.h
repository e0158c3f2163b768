/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entry: what may be written to /dev/idcard. Pure. */
#ifndef IDCARD_NODE_ENTRY_H
#define IDCARD_NODE_ENTRY_H

#include <stddef.h>

enum { ENTRY_SIZE_MAX = 512 };

/*
 * One write is one entry: UTF-8 without control characters except CR, LF and TAB, not blank, at
 * most ENTRY_SIZE_MAX bytes. 0, and in *@ret a copy in secret memory, NUL-terminated and without
 * newlines at its end; -EINVAL; -ENOMEM.
 */
int entry_new(const char *data, size_t size, char **ret);

#endif
