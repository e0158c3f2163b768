// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config.h"

#include <ctype.h>
#include <fcntl.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "secret.h"
#include "util.h"

struct parse {
	config_take_t take;
	void *userdata;
	int error;
	struct config_problem *problem;
};

static int fail(struct config_problem *problem, unsigned int line, int error, const char *text)
{
	problem->line = line;
	snprintf(problem->text, sizeof(problem->text), "%s", text);
	return error;
}

/* The library calls on after an error, and gives the line of the first. */
static int on_setting(void *user, const char *section, const char *name, const char *value)
{
	struct parse *p = user;

	if (p->error)
		return 0;
	p->error = p->take(section, name, value, p->userdata);
	if (p->error)
		snprintf(p->problem->text, sizeof(p->problem->text),
			 *section ? "%s \"%s\" in section [%s]" : "%s \"%s\"",
			 p->error == -ENOENT ? "unknown setting" : "wrong value for", name, section);
	return p->error == 0;
}

/* Would the library take the end of this line, which is no comment, for one? */
static bool has_inline_comment(const char *line, const char *end)
{
	const char *semicolon = line;

	if (line < end && (*line == '#' || *line == ';'))
		return false;
	while ((semicolon = memchr(semicolon, ';', end - semicolon))) {
		if (semicolon > line && isspace((unsigned char)semicolon[-1]))
			return true;
		semicolon++;
	}
	return false;
}

/* What the library would cut or misread without a word. */
static int check_lines(const char *text, size_t size, struct config_problem *problem)
{
	static const char white[] = " \t\r\v\f";
	const char *end = text + size, *newline;
	unsigned int line = 1;

	if (memchr(text, '\0', size))
		return fail(problem, 0, -EINVAL, "not a text file");
	for (; text < end; text = newline + 1, line++) {
		newline = memchr(text, '\n', end - text);
		if (!newline)
			newline = end;
		if (newline - text > CONFIG_LINE_MAX)
			return fail(problem, line, -EINVAL, "the line is too long");
		/* An indented line, by any white space, would go on with the value before it. */
		if (newline > text && strchr(white, *text) &&
		    strspn(text, white) < (size_t)(newline - text))
			return fail(problem, line, -EINVAL, "the line is indented");
		if (has_inline_comment(text, newline))
			return fail(problem, line, -EINVAL,
				    "a comment must have a line of its own, and a value holds no \" ;\"");
	}
	return 0;
}

int config_parse(const char *text, size_t size, config_take_t take, void *userdata,
		 struct config_problem *problem)
{
	struct parse p = { .take = take, .userdata = userdata, .problem = problem };
	_cleanup_secret_ char *copy = NULL;
	int r;

	if (size > CONFIG_SIZE_MAX)
		return fail(problem, 0, -EFBIG, "the file is too large");
	r = check_lines(text, size, problem);
	if (r < 0)
		return r;
	copy = secret_alloc(size + 1);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, text, size);
	r = ini_parse_string(copy, on_setting, &p);
	if (r == 0)
		return 0;
	problem->line = r > 0 ? r : 0;
	if (p.error)
		return p.error;
	return fail(problem, problem->line, -EINVAL, "neither a [section] nor \"key = value\"");
}

static int check_rights(int fd, bool secret, struct config_problem *problem)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return fail(problem, 0, -EPERM, "not a regular file");
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return fail(problem, 0, -EPERM, "the file must belong to root");
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return fail(problem, 0, -EPERM, "others may write the file: chmod go-w");
	if (secret && st.st_mode & S_IRWXO)
		return fail(problem, 0, -EPERM, "the file holds a secret: chmod o-rwx");
	return 0;
}

int config_read(const char *path, bool secret, config_take_t take, void *userdata,
		struct config_problem *problem)
{
	_cleanup_close_ int fd = -1;
	_cleanup_secret_ char *text = NULL;
	size_t size = 0;
	ssize_t n;
	int r;

	*problem = (struct config_problem){};
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return fail(problem, 0, -errno, strerror(errno));
	r = check_rights(fd, secret, problem);
	if (r < 0)
		return r;
	text = secret_alloc(CONFIG_SIZE_MAX + 1);
	if (!text)
		return -ENOMEM;
	while ((n = read(fd, text + size, CONFIG_SIZE_MAX + 1 - size)) > 0)
		size += n;
	if (n < 0)
		return fail(problem, 0, -errno, strerror(errno));
	return config_parse(text, size, take, userdata, problem);
}

int config_boolean(const char *value, bool *ret)
{
	static const char *const words[][2] = {
		{ "no", "yes" }, { "false", "true" }, { "off", "on" }, { "0", "1" },
	};

	for (size_t i = 0; i < ELEMENTSOF(words); i++)
		for (int truth = 0; truth < 2; truth++)
			if (strcasecmp(value, words[i][truth]) == 0) {
				*ret = truth;
				return 0;
			}
	return -EINVAL;
}

int config_number(const char *value, long min, long max, long *ret)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(value, &end, 10);
	if (errno || end == value || *end || n < min || n > max)
		return -EINVAL;
	*ret = n;
	return 0;
}
