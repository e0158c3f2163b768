// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/web.h"

#include <inttypes.h>

#include "identity.h"
#include "log.h"

static const char *caller(const struct call *c)
{
	if (call_is_foreign(c))
		return c->origin;
	return c->caller == GUARD_OPERATOR ? "the operator page" : "a program";
}

void audit(const struct call *c, const json_t *identity, const char *by)
{
	static const char *const keys[] = { "id_number", "passport_number", "permit_number" };
	const char *number = "", *source = json_string_value(json_object_get(identity, "source"));
	char masked[64];

	for (size_t i = 0; !*number && i < ELEMENTSOF(keys); i++)
		number = json_string_value(json_object_get(identity, keys[i])) ?: "";
	identity_mask_number(number, masked, sizeof(masked));
	log_line(LOG_INFO, "identity %s (%s) to %s of user %" PRIu32 " by %s", masked, source ?: "?",
		 caller(c), (uint32_t)c->request->user.uid, by);
}
