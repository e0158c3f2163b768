// SPDX-License-Identifier: GPL-2.0-or-later
#include "place.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util.h"

static int set_path(struct place *p, const char *path, size_t size)
{
	if (size >= sizeof(p->path) || path[0] != '/')
		return -EINVAL;
	memcpy(p->path, path, size);
	p->path[size] = '\0';
	return 0;
}

/* ",baud=9600,dialect=stx" */
static int parse_options(const char *words, struct transport_options *ret)
{
	char pair[64], *value;
	size_t size;

	while (*words) {
		words++;
		size = strcspn(words, ",");
		if (size >= sizeof(pair))
			return -EINVAL;
		memcpy(pair, words, size);
		pair[size] = '\0';
		value = strchr(pair, '=');
		if (!value)
			return -EINVAL;
		*value++ = '\0';
		if (transport_option(ret, pair, value) < 0)
			return -EINVAL;
		words += size;
	}
	return 0;
}

static int parse_kind(const char *word, size_t size)
{
	for (int kind = 0; kind < _TRANSPORT_KIND_MAX; kind++) {
		const char *name = transport_kind_to_string(kind);

		if (strlen(name) == size && strncmp(name, word, size) == 0)
			return kind;
	}
	return -EINVAL;
}

int place_parse(const char *spec, struct place *ret)
{
	const char *path = strchr(spec, ':');
	struct place p = {};
	size_t size;
	int kind, r;

	if (!path)
		return -EINVAL;
	kind = parse_kind(spec, path - spec);
	if (kind < 0)
		return kind;
	p.kind = kind;
	path++;
	/* Only a serial line has something to say; in other paths a comma is one. */
	size = kind == TRANSPORT_SERIAL ? strcspn(path, ",") : strlen(path);
	r = set_path(&p, path, size);
	if (r >= 0)
		r = parse_options(path + size, &p.options);
	if (r < 0)
		return r;
	*ret = p;
	return 0;
}

static int begin_serial(struct places *all, const char *path)
{
	struct place *p;

	if (all->n == PLACES_MAX)
		return -E2BIG;
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->place[i].path, path) == 0)
			return -EEXIST;
	p = &all->place[all->n];
	*p = (struct place){ .kind = TRANSPORT_SERIAL };
	if (set_path(p, path, strlen(path)) < 0)
		return -EINVAL;
	all->n++;
	return 0;
}

static int on_setting(const char *section, const char *key, const char *value, void *userdata)
{
	struct places *all = userdata;
	struct transport_options unused = {};
	int r;

	if (strcmp(section, "serial") != 0)
		return -ENOENT;
	if (strcmp(key, "device") == 0)
		return begin_serial(all, value);
	/* What there is no such thing as is told first. */
	r = transport_option(all->n ? &all->place[all->n - 1].options : &unused, key, value);
	return r < 0 || all->n ? r : -EDESTADDRREQ;
}

static int judge(int r, const struct places *all, struct places *ret,
		 struct config_problem *problem)
{
	static const struct {
		int error;
		const char *text;
	} texts[] = {
		{ -E2BIG, "more than 16 serial readers" },
		{ -EEXIST, "this device is named twice" },
		{ -EDESTADDRREQ, "\"device\" must come before what is said of it" },
	};

	for (size_t i = 0; i < ELEMENTSOF(texts); i++)
		if (r == texts[i].error)
			snprintf(problem->text, sizeof(problem->text), "%s", texts[i].text);
	if (r < 0)
		return r;
	*ret = *all;
	return 0;
}

int places_parse(const char *text, size_t size, struct places *ret, struct config_problem *problem)
{
	struct places all = {};

	*problem = (struct config_problem){};
	return judge(config_parse(text, size, on_setting, &all, problem), &all, ret, problem);
}

int places_read(const char *path, struct places *ret, struct config_problem *problem)
{
	struct places all = {};

	return judge(config_read(path, false, on_setting, &all, problem), &all, ret, problem);
}
