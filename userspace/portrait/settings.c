// SPDX-License-Identifier: GPL-2.0-or-later
#include "settings.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "secret.h"
#include "util.h"

/* As written, before anything is looked at. */
struct written {
	struct settings *s;
	char library[CONFIG_LINE_MAX + 1], side_files[CONFIG_LINE_MAX + 1];
	char preload[SETTINGS_PRELOAD_MAX][CONFIG_LINE_MAX + 1];
	bool has_success, has_output;
};

__attribute__((format(printf, 2, 3))) static int wrong(char *problem, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(problem, SETTINGS_PROBLEM_MAX, format, args);
	va_end(args);
	return -EINVAL;
}

static int take_text(char *out, size_t size, const char *value)
{
	size_t n = strlen(value);

	if (n == 0 || n >= size)
		return -EINVAL;
	memcpy(out, value, n + 1);
	return 0;
}

/* Decimal, or hexadecimal with 0x; with or without a sign, 32 bits. */
static int take_code(int *ret, const char *value)
{
	bool negative = *value == '-', hex;
	unsigned long long n;
	char *end;

	value += negative;
	hex = value[0] == '0' && (value[1] == 'x' || value[1] == 'X');
	if (*value < '0' || *value > '9')
		return -EINVAL;
	n = strtoull(value, &end, hex ? 16 : 10);
	if (*end || n > (negative ? (unsigned long long)INT_MAX + 1 : UINT_MAX))
		return -EINVAL;
	*ret = (int)(unsigned int)(negative ? -n : n);
	return 0;
}

static int take_success(struct written *w, const char *value)
{
	for (int i = 0; i < _SUCCESS_MAX; i++)
		if (strcmp(value, success_name(i)) == 0) {
			w->s->success = i;
			w->has_success = true;
			return 0;
		}
	return -EINVAL;
}

static int take_output(struct written *w, const char *value)
{
	if (strcmp(value, "raw") == 0)
		w->s->output = OUTPUT_RAW;
	else if (strcmp(value, "bmp") == 0)
		w->s->output = OUTPUT_BMP;
	else
		return -EINVAL;
	w->has_output = true;
	return 0;
}

static int take(const char *section, const char *key, const char *value, void *userdata)
{
	struct written *w = userdata;
	struct settings *s = w->s;

	if (*section)
		return -ENOENT;
	if (strcmp(key, "family") == 0) {
		s->family = family_find(value);
		return s->family ? 0 : -EINVAL;
	}
	if (strcmp(key, "library") == 0)
		return take_text(w->library, sizeof(w->library), value);
	if (strcmp(key, "side_files") == 0)
		return take_text(w->side_files, sizeof(w->side_files), value);
	if (strcmp(key, "preload") == 0) {
		if (s->n_preload == SETTINGS_PRELOAD_MAX)
			return -EINVAL;
		return take_text(w->preload[s->n_preload++], sizeof(w->preload[0]), value);
	}
	if (strcmp(key, "symbol") == 0)
		return take_text(s->symbol, sizeof(s->symbol), value);
	if (strcmp(key, "code") == 0)
		return take_code(&s->code, value);
	if (strcmp(key, "key") == 0)
		return take_text(s->key, sizeof(s->key), value);
	if (strcmp(key, "success") == 0)
		return take_success(w, value);
	if (strcmp(key, "output") == 0)
		return take_output(w, value);
	if (strcmp(key, "swap_rb") == 0)
		return config_boolean(value, &s->swap_rb);
	if (strcmp(key, "flip_v") == 0)
		return config_boolean(value, &s->flip_v);
	if (strcmp(key, "mirror_h") == 0)
		return config_boolean(value, &s->mirror_h);
	return -ENOENT;
}

/*
 * Whoever may write a folder may put another file in place of the one there, unless the folder is
 * sticky and the file not his; but not one that belongs to root. So folders, not files, may be a
 * group's of the system, as /usr/local is on Debian.
 */
static int check_writers(const char *path, const struct stat *st, char *problem)
{
	enum { SYSTEM_GROUP_MAX = 999 };
	bool folder = S_ISDIR(st->st_mode), sticky = folder && st->st_mode & S_ISVTX;

	if (st->st_uid != 0 && st->st_uid != geteuid())
		return wrong(problem, "%s belongs neither to root nor to the user of idcardd: "
			     "chown root", path);
	if ((st->st_mode & S_IWOTH && !sticky) ||
	    (st->st_mode & S_IWGRP && !sticky && st->st_gid > (folder ? SYSTEM_GROUP_MAX : 0)))
		return wrong(problem, "%s may be written by others: chmod go-w", path);
	return 0;
}

/* @path, and every folder above it. */
static int check_way(const char *path, char *problem)
{
	char name[PATH_MAX];
	size_t n = strlen(path);
	struct stat st;
	int r;

	memcpy(name, path, n + 1);
	for (;;) {
		if (stat(*name ? name : "/", &st) < 0) {
			r = -errno;
			wrong(problem, "%s: %s", *name ? name : "/", strerror(errno));
			return r;
		}
		r = check_writers(*name ? name : "/", &st, problem);
		if (r < 0 || !*name)
			return r;
		while (n > 0 && name[n - 1] != '/')
			n--;
		while (n > 0 && name[n - 1] == '/')
			n--;
		name[n] = '\0';
	}
}

/* The library may read the folder with all that is below it. */
static int check_folder(const char *real, bool folder, char *problem)
{
	if (folder ? real[1] : strrchr(real, '/') != real)
		return 0;
	return wrong(problem, "%s: all files of the computer would be the library's to read: "
		     "use a folder of its own", real);
}

int settings_trusted(const char *path, bool folder, char ret[PATH_MAX],
		     char problem[SETTINGS_PROBLEM_MAX])
{
	_cleanup_free_ char *real = NULL;
	struct stat st;
	int r;

	if (path[0] != '/')
		return wrong(problem, "%s is not an absolute name, with / at its begin", path);
	real = realpath(path, NULL);
	if (!real || stat(real, &st) < 0) {
		r = -errno;
		wrong(problem, "%s: %s", path, strerror(errno));
		return r;
	}
	if (folder ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode))
		return wrong(problem, "%s is not a %s", path, folder ? "folder" : "regular file");
	r = check_folder(real, folder, problem);
	if (r == 0)
		r = check_way(path, problem);
	if (r == 0)
		r = check_way(real, problem);
	if (r == 0)
		memcpy(ret, real, strlen(real) + 1);
	return r;
}

static int finish(struct written *w, char *problem)
{
	struct settings *s = w->s;
	int r;

	if (!s->family && !*w->library)
		return -ENOENT;
	if (!s->family)
		return wrong(problem, "\"family\" is missing; idcard-portrait --check tells it");
	if (!*w->library)
		return wrong(problem, "\"library\" is missing: the decoder library's absolute name");
	if (s->family->call == CALL_LIBRARY_PATH && s->n_preload == 0)
		return wrong(problem, "family %s needs \"preload\": the library it is to use",
			     s->family->name);
	if (!w->has_success)
		s->success = s->family->success;
	if (!w->has_output)
		s->output = s->family->output;
	r = settings_trusted(w->library, false, s->library, problem);
	for (size_t i = 0; r == 0 && i < s->n_preload; i++)
		r = settings_trusted(w->preload[i], false, s->preload[i], problem);
	if (r == 0 && *w->side_files)
		r = settings_trusted(w->side_files, true, s->side_files, problem);
	/* A file that is missing is wrong settings; no settings are none. */
	return r == -ENOENT ? -ENXIO : r;
}

int settings_read(const char *path, struct settings **ret, char problem[SETTINGS_PROBLEM_MAX])
{
	_cleanup_secret_ struct settings *s = secret_alloc(sizeof(*s));
	struct config_problem p = {};
	struct written w = { .s = s };
	int r;

	if (!s)
		return -ENOMEM;
	problem[0] = '\0';
	r = config_read(path, true, take, &w, &p);
	if (r == -ENOENT && p.line == 0)
		return r;
	if (r < 0) {
		if (p.line)
			return wrong(problem, "%s, line %u: %s", path, p.line, p.text);
		return wrong(problem, "%s: %s", path, p.text);
	}
	r = finish(&w, problem);
	if (r < 0)
		return r;
	*ret = s;
	s = NULL;
	return 0;
}
