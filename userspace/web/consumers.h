/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Consumers: which placement who had last, of which profile. Pure. */
#ifndef IDCARD_WEB_CONSUMERS_H
#define IDCARD_WEB_CONSUMERS_H

#include <stdbool.h>
#include <stdint.h>

#include "web/limits.h"

enum { CONSUMERS_MAX = 64 };	/* then the one that had its card longest ago is forgotten */

struct consumer {
	char who[LIMITS_KEY_SIZE];
	int profile;
	uint64_t placement;	/* 0: none */
};

/* All zero at first. */
struct consumers {
	struct consumer list[CONSUMERS_MAX];
};

bool consumers_had(const struct consumers *c, const char *who, int profile, uint64_t placement);

/* It has it now. true: for the first time. */
bool consumers_give(struct consumers *c, const char *who, int profile, uint64_t placement);

#endif
