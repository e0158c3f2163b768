// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "photo.h"
#include "util.h"

#define TEMPORARY ".idcard-XXXXXX"

/* @path and, beside it, a name that does not exist yet. */
static int make_paths(const char *directory, const char *name, char path[PATH_MAX],
		      char temporary[PATH_MAX])
{
	bool below = directory && *directory && *name != '/';
	int n = snprintf(path, PATH_MAX, "%s%s%s", below ? directory : "", below ? "/" : "", name);
	const char *slash;
	size_t folder;

	if (!*name)
		return -ENOENT;
	if (n >= PATH_MAX)
		return -ENAMETOOLONG;
	slash = strrchr(path, '/');
	folder = slash ? (size_t)(slash - path) + 1 : 0;
	if (folder + sizeof(TEMPORARY) > PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(temporary, path, folder);
	strcpy(temporary + folder, TEMPORARY);
	return 0;
}

int photo_write_file(const char *directory, const char *name, const void *data, size_t size)
{
	char path[PATH_MAX], temporary[PATH_MAX];
	_cleanup_close_ int fd = -1;
	int r;

	r = make_paths(directory, name, path, temporary);
	if (r < 0)
		return r;
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* whatever the program's umask takes away: it has to read and delete the file */
	r = fchmod(fd, 0600) < 0 ? -errno : write_fully(fd, data, size);
	if (r == 0 && rename(temporary, path) < 0)
		r = -errno;
	if (r < 0)
		unlink(temporary);
	return r;
}
