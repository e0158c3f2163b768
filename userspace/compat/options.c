// SPDX-License-Identifier: LGPL-2.1-or-later
#include "options.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "record.h"
#include "trace.h"
#include "util.h"

static struct compat_options options;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int take_path(const char *value, char ret[COMPAT_PATH_SIZE])
{
	if (strlen(value) >= COMPAT_PATH_SIZE)
		return -EINVAL;
	strcpy(ret, value);
	return 0;
}

/* "com3 = /dev/ttyUSB0" */
static int take_port(const char *key, const char *value, struct compat_options *o)
{
	long n;

	if (strncmp(key, "com", 3) != 0 || config_number(key + 3, 1, COMPAT_COM_MAX, &n) < 0)
		return -ENOENT;
	return take_path(value, o->com[n - 1]);
}

static int take_newaddr_max(const char *value, struct compat_options *o)
{
	long n;
	int r;

	r = config_number(value, RECORD_ADDRESS_SIZE,
			  (long)RECORD_ADDRESSES_MAX * RECORD_ADDRESS_SIZE, &n);
	if (r == 0)
		o->newaddr_max = (unsigned int)n;
	return r;
}

static int take(const char *section, const char *key, const char *value, void *userdata)
{
	struct compat_options *o = userdata;
	const struct {
		const char *section, *key;
		bool *flag;
	} flags[] = {
		{ "card", "repeat", &o->repeat },
		{ "photo", "swap_red_blue", &o->swap_red_blue },
		{ "photo", "flip", &o->flip },
		{ "photo", "mirror", &o->mirror },
		{ "termb", "upper_case", &o->upper_case },
		{ "termb", "both_cases", &o->both_cases },
		{ "termb", "ninth_line", &o->ninth_line },
		{ "termb", "delete_on_close", &o->delete_on_close },
		{ "termb", "photo_required", &o->photo_required },
		{ "termb", "hisign", &o->hisign },
	};

	for (size_t i = 0; i < ELEMENTSOF(flags); i++)
		if (strcmp(section, flags[i].section) == 0 && strcmp(key, flags[i].key) == 0)
			return config_boolean(value, flags[i].flag);
	if (strcmp(section, "ports") == 0)
		return take_port(key, value, o);
	if (strcmp(section, "sdt") == 0 && strcmp(key, "newaddr_max") == 0)
		return take_newaddr_max(value, o);
	if (strcmp(section, "termb") == 0 && strcmp(key, "directory") == 0)
		return take_path(value, o->directory);
	return -ENOENT;
}

static void say(const char *section, const char *key, int error)
{
	struct trace trace = trace_begin("compat.conf", "[%s] %s", section, key);

	trace_end(&trace, error);
}

/* What is wrong is left out, and the rest of the file counts. */
static int take_if_right(const char *section, const char *key, const char *value, void *userdata)
{
	int r = take(section, key, value, userdata);

	if (r < 0)
		say(section, key, r);
	return 0;
}

static void read_file(const char *path)
{
	struct config_problem problem;
	int r;

	r = config_read(path, false, take_if_right, &options, &problem);
	if (r < 0 && r != -ENOENT)
		say(path, problem.text, r);
}

static void read_all(void)
{
	const char *path = secure_getenv("IDCARD_COMPAT_CONF");
	const char *abi = secure_getenv("IDCARD_TERMB_ABI");

	options.newaddr_max = RECORD_ADDRESSES_MAX * RECORD_ADDRESS_SIZE;
	read_file(COMPAT_CONFIG);
	if (path && *path)
		read_file(path);
	if (abi)
		options.hisign = strcmp(abi, "hisign") == 0;
}

const struct compat_options *compat_options(void)
{
	pthread_once(&once, read_all);
	return &options;
}
