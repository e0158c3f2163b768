// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/consent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "log.h"
#include "secret.h"
#include "util.h"

enum { FILE_MAX = 256 * 1024 };

static int take(const char *section, const char *key, const char *value, void *userdata)
{
	enum origin_state state;
	char name[ORIGIN_SIZE];

	if (strcmp(section, "origins") != 0)
		return -ENOENT;
	if (strcmp(key, "allow") == 0)
		state = ORIGIN_ALLOWED;
	else if (strcmp(key, "deny") == 0)
		state = ORIGIN_DENIED;
	else
		return -ENOENT;
	if (!origin_parse(value, name))
		return -EINVAL;
	return origins_set(userdata, name, state, true);
}

static int finish(int r, const struct origins *read, struct origins *ret)
{
	for (size_t i = 0; r >= 0 && i < read->n; i++)
		r = origins_set(ret, read->list[i].name, read->list[i].state, true);
	return r;
}

int consent_parse(const char *text, size_t size, struct origins *origins,
		  struct config_problem *problem)
{
	_cleanup_free_ struct origins *read = calloc(1, sizeof(*read));

	*problem = (struct config_problem){};
	if (!read)
		return -ENOMEM;
	return finish(config_parse(text, size, take, read, problem), read, origins);
}

static void load_file(struct origins *origins, const char *path)
{
	_cleanup_free_ struct origins *read = calloc(1, sizeof(*read));
	struct config_problem problem = {};
	int r;

	if (!read)
		return;
	r = finish(config_read(path, false, take, read, &problem), read, origins);
	if (r < 0)
		log_line(LOG_ERR, "%s, line %u: %s; no origin of this file is allowed", path, problem.line,
			 *problem.text ? problem.text : strerror(-r));
}

static int is_conf(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && dot && strcmp(dot, ".conf") == 0;
}

static void load_folder(struct origins *origins, const char *path)
{
	struct dirent **entries;
	int n = scandir(path, &entries, is_conf, alphasort);

	for (int i = 0; i < n; i++) {
		char file[4096];

		if (snprintf(file, sizeof(file), "%s/%s", path, entries[i]->d_name) < (int)sizeof(file))
			load_file(origins, file);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

static int read_state(struct consent *c)
{
	_cleanup_secret_ char *text = secret_alloc(FILE_MAX + 1);
	_cleanup_close_ int folder = -1, fd = -1;
	size_t size = 0;
	ssize_t n;

	if (!text)
		return -ENOMEM;
	folder = open(c->state, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return -errno;
	fd = openat(folder, "origins", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	while ((n = read(fd, text + size, FILE_MAX - size)) > 0)
		size += n;
	if (n < 0)
		return -errno;
	if (origins_read(&c->origins, text))
		log_line(LOG_WARNING, "%s/origins: lines that are none are left out", c->state);
	return 0;
}

void consent_load(struct consent *c, const char *path, const char *state)
{
	int r;

	c->state = state;
	load_folder(&c->origins, path);
	r = read_state(c);
	if (r < 0)
		log_errno(LOG_WARNING, r, "%s: what is allowed on the operator page is not remembered",
			  state);
}

static int write_state(const struct consent *c)
{
	_cleanup_free_ char *text = origins_write(&c->origins);
	_cleanup_close_ int folder = -1, fd = -1;
	int r;

	if (!text)
		return -ENOMEM;
	folder = open(c->state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return -errno;
	if (unlinkat(folder, "origins.new", 0) < 0 && errno != ENOENT)
		return -errno;
	fd = openat(folder, "origins.new", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	r = write_fully(fd, text, strlen(text));
	if (r >= 0 && (fsync(fd) < 0 || renameat(folder, "origins.new", folder, "origins") < 0 ||
		       fsync(folder) < 0))
		r = -errno;
	return r;
}

static void drop_state(const struct consent *c)
{
	_cleanup_close_ int folder = open(c->state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (folder >= 0 && unlinkat(folder, "origins", 0) == 0)
		(void)fsync(folder);
}

int consent_set(struct consent *c, const char *name, enum origin_state state)
{
	int r = origins_set(&c->origins, name, state, false);

	if (r < 0)
		return r;
	r = write_state(c);
	/* What was taken back must not be there again after the next start: rather nothing is. */
	if (r < 0 && state != ORIGIN_ALLOWED)
		drop_state(c);
	return r;
}
