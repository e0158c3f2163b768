/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tests of the guest expect around them (suite.h there), for one that runs without it. */
#ifndef TEST_SUITE_HOST_H
#define TEST_SUITE_HOST_H

/* Of this test; @sweep leaves nothing behind, at its end and after a failure. */
void host_begin(const char *test, void (*sweep)(void));

#endif
