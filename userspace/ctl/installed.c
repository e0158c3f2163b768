// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <string.h>

#include "ctl.h"

/* This program lies in one folder below it: /usr/bin. */
int ctl_installed(const char *below, char *ret, size_t size)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash = NULL;

	for (int up = 0; n > 0 && up < 2; up++) {
		self[n] = '\0';
		slash = strrchr(self, '/');
		n = slash ? slash - self : 0;
	}
	n = snprintf(ret, size, "%.*s/%s", slash ? (int)n : 4, slash ? self : "/usr", below);
	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}
