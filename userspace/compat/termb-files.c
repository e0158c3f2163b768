// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Files for the caller. It looks for them by their names, so one of the person before must not be
 * where it looks: neither when the reading fails, nor when this one cannot be written.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "termb-internal.h"
#include "util.h"

#define RUNTIME_FOLDER "chinaidcard"
#define PROBE ".idcard-probe"

enum {
	NAME_SIZE = 64,
	CASES = 2,
	/* Names that only programs of this interface use; the other files only if they are ours. */
	ALWAYS_REMOVED = TERMB_WZ | TERMB_ZP | TERMB_XP,
	OF_DEVICE = TERMB_DEVICE_TXT | TERMB_DEVICE_BMP,
	OF_IDENTITY = ALWAYS_REMOVED | OF_DEVICE,
};

static const char *const names[][CASES] = {
	{ "wz.txt", "WZ.TXT" },
	{ "zp.bmp", "ZP.BMP" },
	{ "xp.wlt", "XP.WLT" },
	{ "fp.dat", "FP.DAT" },
	{ "newadd.txt", "NEWADD.TXT" },
	{ "IINSNDN.bin", "IINSNDN.bin" },
	{ ".txt", ".TXT" },
	{ ".bmp", ".BMP" },
};
_Static_assert(ELEMENTSOF(names) == TERMB_FILES_MAX, "a name for each file");

/* In the case of the first flavour's callers or, with @upper, of the second's. */
static void name_of(const struct termb_files *files, size_t i, bool upper, char ret[NAME_SIZE])
{
	bool of_device = OF_DEVICE >> i & 1;

	snprintf(ret, NAME_SIZE, "%s%s", of_device ? files->device : "", names[i][upper]);
}

static bool upper_first(void)
{
	return termb_hisign() || compat_options()->upper_case;
}

static int join(char ret[PATH_MAX], const char *directory, const char *name)
{
	return snprintf(ret, PATH_MAX, "%s/%s", directory, name) < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* Also a link is removed, not what it leads to. 0 if nothing of that name is there any more. */
static int remove_file(const char *directory, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	int r;

	if (join(path, directory, name) < 0)
		return 0;
	if (unlink(path) == 0)
		return 0;
	r = -errno;
	return lstat(path, &st) == 0 ? r : 0;
}

static int remove_files(const struct termb_files *files, const char *directory, unsigned int set)
{
	int r = 0;

	for (size_t i = 0; i < TERMB_FILES_MAX; i++) {
		for (int upper = 0; upper < CASES && (set >> i & 1); upper++) {
			char name[NAME_SIZE];
			int error;

			name_of(files, i, upper, name);
			error = remove_file(directory, name);
			r = r < 0 ? r : error;
		}
	}
	return r;
}

/* Of those that may lie there, what the reading of @set must not leave. */
static unsigned int stale(const struct termb_files *files, const char *directory, unsigned int set)
{
	bool same = strcmp(files->directory, directory) == 0;
	unsigned int old = same ? files->written & ~files->fresh : 0;
	unsigned int keep = same ? files->fresh : 0;

	if (set & OF_IDENTITY)
		old |= ALWAYS_REMOVED;
	return set | (old & ~keep);
}

/* A file can be made and renamed there: rights alone do not tell. */
static bool usable(const char *directory)
{
	if (photo_write_file(directory, PROBE, "", 0) < 0)
		return false;
	return remove_file(directory, PROBE) == 0;
}

static bool own_folder(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
	       (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static int runtime_folder(char ret[PATH_MAX])
{
	const char *runtime = secure_getenv("XDG_RUNTIME_DIR");

	if (!runtime || *runtime != '/')
		return -ENOENT;
	if (join(ret, runtime, RUNTIME_FOLDER) < 0)
		return -ENAMETOOLONG;
	if (mkdir(ret, 0700) < 0 && errno != EEXIST)
		return -errno;
	return own_folder(ret) ? 0 : -EPERM;
}

/* The directories in which a caller may look, by turns. */
static int candidate(unsigned int i, char ret[PATH_MAX])
{
	const char *configured = compat_options()->directory;

	if (i == 0 && !realpath(*configured ? configured : ".", ret))
		return -errno;
	if (i == 0)
		return *ret == '/' ? 0 : -ENOENT;
	return *configured ? -ENOENT : runtime_folder(ret);
}

static void take_directory(struct termb_files *files, const char *directory)
{
	if (strcmp(files->directory, directory) == 0)
		return;
	if (compat_options()->delete_on_close)
		remove_files(files, files->directory, files->written);
	strcpy(files->directory, directory);
	files->written = files->fresh = 0;
}

int termb_files_begin(struct termb *t, unsigned int set)
{
	char directory[PATH_MAX];
	int r;

	if ((set & OF_DEVICE) && termb_device_number(t, t->files.device) < 0)
		return -ENODEV;
	for (unsigned int i = 0; i < 2; i++) {
		r = candidate(i, directory);
		if (r < 0)
			continue;
		r = remove_files(&t->files, directory, stale(&t->files, directory, set));
		if (r < 0)
			return r;
		if (!usable(directory))
			continue;
		take_directory(&t->files, directory);
		t->files.fresh &= ~set;
		return 0;
	}
	return -EACCES;
}

/* The other spelling, which is the same file; a copy where there are no links. */
static int write_other_case(const struct termb_files *files, size_t i, bool upper,
			    const void *data, size_t size)
{
	char first[NAME_SIZE], second[NAME_SIZE], from[PATH_MAX], to[PATH_MAX];

	name_of(files, i, upper, first);
	name_of(files, i, !upper, second);
	if (strcmp(first, second) == 0)
		return 0;
	if (join(from, files->directory, first) < 0 || join(to, files->directory, second) < 0)
		return -ENAMETOOLONG;
	if (link(from, to) == 0)
		return 0;
	return photo_write_file(files->directory, second, data, size);
}

int termb_file_write(struct termb *t, unsigned int file, const void *data, size_t size)
{
	size_t i = (size_t)__builtin_ctz(file);
	bool upper = upper_first();
	char name[NAME_SIZE];
	int r;

	name_of(&t->files, i, upper, name);
	t->files.written |= file;
	r = photo_write_file(t->files.directory, name, data, size);
	if (r == 0 && compat_options()->both_cases)
		r = write_other_case(&t->files, i, upper, data, size);
	if (r == 0)
		t->files.fresh |= file;
	return r;
}

void termb_files_drop(struct termb *t, unsigned int set)
{
	remove_files(&t->files, t->files.directory, set);
	t->files.fresh &= ~set;
}

void termb_files_end(struct termb *t)
{
	t->files.fresh = 0;
	/* What is left there is known: it must not lie beside the files of the next card. */
	if (!compat_options()->delete_on_close)
		return;
	if (t->files.written)
		remove_files(&t->files, t->files.directory, t->files.written);
	t->files = (struct termb_files){};
}
