// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/target.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The byte that %XX stands for; -1: it is no such thing, or NUL. */
static int decode(const char *s)
{
	char hex[3] = { s[1], s[1] ? s[2] : '\0', '\0' };

	if (!isxdigit((unsigned char)hex[0]) || !isxdigit((unsigned char)hex[1]))
		return -1;
	return (int)strtoul(hex, NULL, 16) ?: -1;
}

bool target_split(const char *target, const char *ends, char path[TARGET_PATH_SIZE],
		  const char **ret_query)
{
	size_t size = strcspn(target, ends), used = 0;

	if (*target != '/')
		return false;
	for (size_t i = 0; i < size; i++) {
		int c = (unsigned char)target[i];

		if (used == TARGET_PATH_SIZE - 1)
			return false;
		if (c == '%') {
			c = decode(target + i);
			i += 2;
		}
		if (c < 0)
			return false;
		path[used++] = (char)c;
	}
	path[used] = '\0';
	*ret_query = target[size] ? target + size + 1 : target + size;
	return true;
}
