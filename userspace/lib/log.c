// SPDX-License-Identifier: LGPL-2.1-or-later
#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util.h"

static int max_level = LOG_INFO;

void log_set_level(int level)
{
	max_level = level;
}

int log_level_from_string(const char *word)
{
	static const char *const words[] = {
		[LOG_ERR] = "error",
		[LOG_WARNING] = "warning",
		[LOG_NOTICE] = "notice",
		[LOG_INFO] = "info",
		[LOG_DEBUG] = "debug",
	};

	for (size_t i = 0; i < ELEMENTSOF(words); i++)
		if (words[i] && strcmp(words[i], word) == 0)
			return i;
	return -EINVAL;
}

static void put(int level, int error, const char *format, va_list ap)
{
	char line[512];

	if (level > max_level)
		return;
	vsnprintf(line, sizeof(line), format, ap);
	/* Devices choose their names themselves: none may begin a line of its own. */
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	if (error)
		fprintf(stderr, "<%d>%s: %s\n", level, line, strerror(-error));
	else
		fprintf(stderr, "<%d>%s\n", level, line);
}

void log_line(int level, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	put(level, 0, format, ap);
	va_end(ap);
}

int log_errno(int level, int error, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	put(level, error, format, ap);
	va_end(ap);
	return error;
}
