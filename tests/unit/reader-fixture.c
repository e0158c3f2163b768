// SPDX-License-Identifier: GPL-2.0-or-later
#include "reader-fixture.h"

struct rig rig;

int set_up(void **state)
{
	rig_init(&rig, 1);
	return 0;
}

int tear_down(void **state)
{
	rig_free(&rig);
	return 0;
}
