// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/settings.h"

#include <errno.h>
#include <string.h>

#include "util.h"

/* Which profile knows what; NULL: each does. */
static const struct {
	const char *key, *profile;
	size_t offset;
} keys[] = {
	{ "enabled", NULL, offsetof(struct profile_settings, enabled) },
	{ "jsonp", "synjones", offsetof(struct profile_settings, jsonp) },
	{ "photo_required", "synjones", offsetof(struct profile_settings, photo_required) },
	{ "strict_json", "zkteco", offsetof(struct profile_settings, strict_json) },
	{ "dotted_dates", "zkteco", offsetof(struct profile_settings, dotted_dates) },
};

int settings_profile(const char *name)
{
	for (int i = 0; profiles[i]; i++)
		if (strcmp(profiles[i]->name, name) == 0)
			return i;
	return -1;
}

static int take_server(struct settings *s, const char *key, const char *value)
{
	long port;
	int r;

	if (strcmp(key, "port") != 0)
		return -ENOENT;
	r = config_number(value, 1024, UINT16_MAX, &port);
	if (r >= 0)
		s->port = (uint16_t)port;
	return r;
}

static int take_profile(struct profile_settings *s, const char *name, const char *key,
			const char *value)
{
	for (size_t i = 0; i < ELEMENTSOF(keys); i++) {
		if (strcmp(key, keys[i].key) != 0)
			continue;
		if (keys[i].profile && strcmp(keys[i].profile, name) != 0)
			return -ENOENT;
		return config_boolean(value, (bool *)((char *)s + keys[i].offset));
	}
	return -ENOENT;
}

static int take(const char *section, const char *key, const char *value, void *userdata)
{
	struct settings *s = userdata;
	int i;

	if (strcmp(section, "server") == 0)
		return take_server(s, key, value);
	if (strncmp(section, "profile ", 8) != 0)
		return -ENOENT;
	i = settings_profile(section + 8);
	if (i < 0 || i >= SETTINGS_PROFILES_MAX)
		return -ENOENT;
	return take_profile(&s->profile[i], section + 8, key, value);
}

int settings_parse(const char *text, size_t size, struct settings *ret,
		   struct config_problem *problem)
{
	struct settings s = { .port = SETTINGS_PORT };
	int r;

	*problem = (struct config_problem){};
	r = config_parse(text, size, take, &s, problem);
	if (r >= 0)
		*ret = s;
	return r;
}

int settings_read(const char *path, struct settings *ret, struct config_problem *problem)
{
	struct settings s = { .port = SETTINGS_PORT };
	int r;

	r = config_read(path, false, take, &s, problem);
	if (r == -ENOENT && problem->line == 0) {
		r = 0;
		s = (struct settings){ .port = SETTINGS_PORT };
	}
	if (r >= 0)
		*ret = s;
	return r;
}
