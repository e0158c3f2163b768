/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capture programs that were written against a vendor's library: each is a process that loads it,
 * polls for cards and gives a line for each, "NUMBER DIGEST", the digest of all that it was told.
 */
#ifndef TEST_VENDOR_H
#define TEST_VENDOR_H

#include <stddef.h>

/* To be run by lines_run(); the argument is the port. */
void vendor_sdt(int out, size_t port);
void vendor_cvr(int out, size_t port);

#endif
