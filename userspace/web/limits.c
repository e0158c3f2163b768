// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/limits.h"

#include <stdio.h>
#include <string.h>

static struct limit *find(struct limits *l, const char *key)
{
	for (int i = 0; i < LIMITS_KEYS_MAX; i++)
		if (strcmp(l->list[i].key, key) == 0)
			return &l->list[i];
	return NULL;
}

/*
 * Of those that have nothing open, the one that asked longest ago makes room. Had it used its rate
 * up, it would have a new one; but then 64 others asked since.
 */
static struct limit *find_or_add(struct limits *l, const char *key, uint64_t now)
{
	struct limit *limit = find(l, key);

	if (limit)
		return limit;
	for (int i = 0; i < LIMITS_KEYS_MAX; i++)
		if (l->list[i].open == 0 && (!limit || l->list[i].requests.at < limit->requests.at))
			limit = &l->list[i];
	if (limit) {
		*limit = (struct limit){ .requests.at = now };
		snprintf(limit->key, sizeof(limit->key), "%s", key);
	}
	return limit;
}

bool limits_take(struct limits *l, const char *key, uint64_t now)
{
	struct limit *limit = find_or_add(l, key, now);

	return limit && bucket_take(&limit->requests, LIMITS_RATE, LIMITS_RATE, now);
}

bool limits_enter(struct limits *l, const char *key, uint64_t now)
{
	struct limit *limit = find_or_add(l, key, now);

	if (!limit || limit->open == LIMITS_OPEN_MAX)
		return false;
	limit->open++;
	return true;
}

void limits_leave(struct limits *l, const char *key)
{
	struct limit *limit = find(l, key);

	if (limit && limit->open)
		limit->open--;
}
