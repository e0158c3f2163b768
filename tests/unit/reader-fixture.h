/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one rig of a test program, new for each of its tests. */
#ifndef TEST_READER_FIXTURE_H
#define TEST_READER_FIXTURE_H

#include "reader-rig.h"

extern struct rig rig;

int set_up(void **state);
int tear_down(void **state);

#endif
