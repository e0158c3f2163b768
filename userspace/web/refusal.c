// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/refusal.h"

static const struct {
	unsigned int status;
	const char *code, *english, *chinese;
} refusals[] = {
#define X(name, code, status, en, zh) { status, code, en, zh },
	REFUSALS(X)
#undef X
};

unsigned int refusal_status(enum refusal refusal)
{
	return refusals[refusal].status;
}

json_t *refusal_object(enum refusal refusal)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "class", "ERROR", "code", refusals[refusal].code,
			 "message", refusals[refusal].english, "message_zh", refusals[refusal].chinese);
}
