// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/consumers.h"

#include <stdio.h>
#include <string.h>

static bool is(const struct consumer *c, const char *who, int profile)
{
	return c->profile == profile && strcmp(c->who, who) == 0;
}

bool consumers_had(const struct consumers *c, const char *who, int profile, uint64_t placement)
{
	for (int i = 0; i < CONSUMERS_MAX; i++)
		if (is(&c->list[i], who, profile))
			return c->list[i].placement == placement;
	return false;
}

bool consumers_give(struct consumers *c, const char *who, int profile, uint64_t placement)
{
	struct consumer *consumer = &c->list[0];

	for (int i = 0; i < CONSUMERS_MAX; i++) {
		if (is(&c->list[i], who, profile)) {
			consumer = &c->list[i];
			break;
		}
		if (c->list[i].placement < consumer->placement)
			consumer = &c->list[i];
	}
	if (is(consumer, who, profile) && consumer->placement == placement)
		return false;
	snprintf(consumer->who, sizeof(consumer->who), "%s", who);
	consumer->profile = profile;
	consumer->placement = placement;
	return true;
}
