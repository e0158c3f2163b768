/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Check: what a library is, read from its file; it is never loaded. */
#ifndef IDCARD_PORTRAIT_CHECK_H
#define IDCARD_PORTRAIT_CHECK_H

#include <stdio.h>

/*
 * Writes what is found in the file at @path and a configuration for it. The exit status: 0 if
 * the library can be used here.
 */
int check_library(const char *path, FILE *out);

#endif
