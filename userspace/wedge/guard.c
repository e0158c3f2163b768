// SPDX-License-Identifier: GPL-2.0-or-later
#include "wedge/guard.h"

#include <string.h>

#include "util.h"

static bool is_desktop(const char *type)
{
	static const char *const types[] = { "x11", "wayland", "mir" };

	for (size_t i = 0; i < ELEMENTSOF(types); i++)
		if (strcmp(types[i], type) == 0)
			return true;
	return false;
}

enum wedge_result guard_judge(const struct guard_facts *f, const struct guard_policy *policy)
{
	if (!f->present)
		return WEDGE_NO_SESSION;
	if (!f->answered || !f->has_locked || !f->has_active || !f->has_remote || !f->has_user ||
	    !*f->class || !*f->type || !*f->state)
		return WEDGE_UNKNOWN_SESSION;
	if (strcmp(f->class, "user") != 0)
		return WEDGE_NOT_USER;
	if (f->remote)
		return WEDGE_REMOTE;
	if (strcmp(f->seat, policy->seat) != 0)
		return WEDGE_UNKNOWN_SESSION;
	if (f->locked)
		return WEDGE_LOCKED;
	if (!f->active || strcmp(f->state, "active") != 0)
		return WEDGE_NOT_ACTIVE;
	if (is_desktop(f->type))
		return WEDGE_TYPED;
	if (strcmp(f->type, "tty") != 0)
		return WEDGE_UNKNOWN_SESSION;
	return policy->console ? WEDGE_TYPED : WEDGE_CONSOLE;
}
