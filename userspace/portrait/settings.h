/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings: /etc/idcard/portrait.conf. portrait.conf(5). */
#ifndef IDCARD_PORTRAIT_SETTINGS_H
#define IDCARD_PORTRAIT_SETTINGS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "families.h"

#define SETTINGS_PATH "/etc/idcard/portrait.conf"

enum {
	SETTINGS_PRELOAD_MAX = 8,
	SETTINGS_KEY_MAX = 64,
	SETTINGS_SYMBOL_MAX = 128,
	SETTINGS_PROBLEM_MAX = 512,
};

struct settings {
	const struct family *family;
	char library[PATH_MAX];			/* without symbolic links, as the next ones */
	char preload[SETTINGS_PRELOAD_MAX][PATH_MAX];
	size_t n_preload;
	char side_files[PATH_MAX];		/* "" if there are none */
	char symbol[SETTINGS_SYMBOL_MAX];	/* "": those of the family */
	enum success success;
	enum output output;
	int code;				/* secret, as is the key */
	char key[SETTINGS_KEY_MAX + 1];
	bool swap_rb, flip_v, mirror_h;
};

/*
 * Reads the file at @path and looks at what it names. 0 and *@ret (secret_free()); -ENOENT if
 * there is no file, or nothing in it; otherwise what is wrong is in @problem, which never holds a
 * secret.
 */
int settings_read(const char *path, struct settings **ret, char problem[SETTINGS_PROBLEM_MAX]);

/*
 * The file (or folder) at @path, an absolute name, is one that only root, or this user, can put
 * there or change: 0 and its name without symbolic links.
 */
int settings_trusted(const char *path, bool folder, char ret[PATH_MAX],
		     char problem[SETTINGS_PROBLEM_MAX]);

#endif
