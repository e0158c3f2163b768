// SPDX-License-Identifier: GPL-2.0-or-later
#include "workdir.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>

#include "util.h"

enum {
	STALE_S = 60,			/* no process lives as long */
	COPY_MAX = 32 * 1024 * 1024,
};

DEFINE_CLEANUP(DIR *, closedir)

static const char *const places[] = { "/tmp", "/dev/shm", "/run/idcard", "/run" };

static bool is_memory(const char *place)
{
	struct statfs fs;

	return statfs(place, &fs) == 0 && fs.f_type == TMPFS_MAGIC && access(place, W_OK) == 0;
}

/* Opens the folder @name, not one that a link points to. */
static DIR *open_folder(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d;

	if (fd < 0)
		return NULL;
	d = fdopendir(fd);
	if (!d)
		close(fd);
	return d;
}

static bool is_entry(const struct dirent *e)
{
	return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

/* Under a name that nothing there has. */
static void move_up(int from, const char *name, int top, unsigned int *next)
{
	char free_name[16];

	do
		snprintf(free_name, sizeof(free_name), "%u", (*next)++);
	while (renameat(from, name, top, free_name) < 0 &&
	       (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR));
}

/* That could not be removed as a file is. No link comes this far. */
static bool is_folder(void)
{
	return errno == EISDIR || errno == EPERM;
}

/* A library may have made it such that nobody may look in. */
static bool open_up(int at, const char *name)
{
	return fchmodat(at, name, 0700, 0) == 0;
}

/* Removes the folder @name in @top; the folders in it come up into @top. */
static bool flatten(int top, const char *name, unsigned int *next)
{
	_cleanup_(closedirp) DIR *d = open_up(top, name) ? open_folder(top, name) : NULL;
	const struct dirent *e;

	while (d && (e = readdir(d)))
		if (is_entry(e) && unlinkat(dirfd(d), e->d_name, 0) < 0 && is_folder() &&
		    open_up(dirfd(d), e->d_name))
			move_up(dirfd(d), e->d_name, top, next);
	return unlinkat(top, name, AT_REMOVEDIR) == 0;
}

/* However deep it is: a path of it, or a descriptor for each level, would have an end. */
static void remove_folder(int at, const char *name)
{
	_cleanup_(closedirp) DIR *d = open_up(at, name) ? open_folder(at, name) : NULL;
	const struct dirent *e;
	unsigned int next = 0;
	bool more = d;

	while (more) {
		more = false;
		rewinddir(d);
		while ((e = readdir(d)))
			if (is_entry(e))
				more |= unlinkat(dirfd(d), e->d_name, 0) == 0 ||
					(is_folder() && flatten(dirfd(d), e->d_name, &next));
	}
	unlinkat(at, name, AT_REMOVEDIR);
}

static void remove_stale(const char *place)
{
	_cleanup_(closedirp) DIR *d = opendir(place);
	const struct dirent *e;
	struct stat st;

	while (d && (e = readdir(d)))
		if (strncmp(e->d_name, WORKDIR_PREFIX, strlen(WORKDIR_PREFIX)) == 0 &&
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
		    st.st_mtim.tv_sec + STALE_S < time(NULL))
			remove_folder(dirfd(d), e->d_name);
}

int workdir_make(struct workdir *dir)
{
	struct workdir made;

	for (size_t i = 0; i < ELEMENTSOF(places); i++) {
		if (!is_memory(places[i]))
			continue;
		remove_stale(places[i]);
		snprintf(made.path, sizeof(made.path), "%s/" WORKDIR_PREFIX "XXXXXX", places[i]);
		if (!mkdtemp(made.path))
			continue;
		made.fd = open(made.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (made.fd < 0) {
			rmdir(made.path);
			continue;
		}
		*dir = made;
		return 0;
	}
	return -ENOENT;
}

static int copy_file(int from, int at, const char *name, size_t *total)
{
	_cleanup_close_ int out = openat(at, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	char buffer[16384];
	ssize_t n;

	if (out < 0)
		return -errno;
	while ((n = read(from, buffer, sizeof(buffer))) > 0) {
		*total += n;
		if (*total > COPY_MAX)
			return -EFBIG;
		if (write(out, buffer, n) != n)
			return -ENOSPC;
	}
	return n < 0 ? -errno : 0;
}

int workdir_copy(const struct workdir *dir, const char *from)
{
	_cleanup_(closedirp) DIR *d = opendir(from);
	const struct dirent *e;
	size_t total = 0;
	struct stat st;
	int r;

	if (!d)
		return -errno;
	while ((e = readdir(d))) {
		_cleanup_close_ int in = -1;

		if (fstatat(dirfd(d), e->d_name, &st, 0) < 0 || !S_ISREG(st.st_mode))
			continue;
		in = openat(dirfd(d), e->d_name, O_RDONLY | O_CLOEXEC);
		if (in < 0)
			return -errno;
		r = copy_file(in, dir->fd, e->d_name, &total);
		if (r < 0)
			return r;
	}
	return 0;
}

void workdir_remove(struct workdir *dir)
{
	if (dir->fd >= 0) {
		dir->fd = safe_close(dir->fd);
		remove_folder(AT_FDCWD, dir->path);
		dir->path[0] = '\0';
	}
}
