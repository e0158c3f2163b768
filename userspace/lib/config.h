/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Config: files of "key = value" lines below [sections], written by the administrator. Lines that
 * begin with # or ; are comments.
 */
#ifndef IDCARD_CONFIG_H
#define IDCARD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

enum {
	CONFIG_SIZE_MAX = 64 * 1024,
	CONFIG_LINE_MAX = 180,		/* longer ones are refused, never cut */
};

/*
 * One setting; @section is "" before the first one. 0, -ENOENT (no such section or key), -EINVAL
 * (no such value) or another negative errno. Not called any more after it failed. A repeated
 * section goes on with the earlier one.
 */
typedef int (*config_take_t)(const char *section, const char *key, const char *value,
			     void *userdata);

/* What is wrong, for people. Never holds a value: it may be a secret. */
struct config_problem {
	unsigned int line;		/* 0: the whole file */
	char text[160];
};

/* @text, @size bytes. 0, or a negative errno and *@problem. */
int config_parse(const char *text, size_t size, config_take_t take, void *userdata,
		 struct config_problem *problem);

/*
 * The file at @path: a regular file that belongs to root or to this user and that nobody else may
 * write; with @secret, not readable by others either. -ENOENT if there is none, -EPERM if its
 * owner or rights are wrong, otherwise as above. What was read is wiped.
 */
int config_read(const char *path, bool secret, config_take_t take, void *userdata,
		struct config_problem *problem);

/* Values. 0 and *@ret, or -EINVAL. yes, no, true, false, on, off, 1, 0; decimal, @min to @max. */
int config_boolean(const char *value, bool *ret);
int config_number(const char *value, long min, long max, long *ret);

#endif
