/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Target: what a request line asks for, taken apart. Pure. */
#ifndef IDCARD_WEB_TARGET_H
#define IDCARD_WEB_TARGET_H

#include <stdbool.h>

enum { TARGET_PATH_SIZE = 512 };

/*
 * @path is what is before the first of the characters @ends, decoded; *@ret_query what is behind
 * it, as it was sent. false: it is none.
 */
bool target_split(const char *target, const char *ends, char path[TARGET_PATH_SIZE],
		  const char **ret_query);

#endif
