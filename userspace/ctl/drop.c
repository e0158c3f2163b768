// SPDX-License-Identifier: GPL-2.0-or-later
#include "drop.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

enum {
	TRIES = 5,		/* against another that starts or ends at the same moment */
	WIPE_MAX = 16 << 20,	/* of a file, whoever made it longer */
};

#define MARKER ".idcard-drop"

/* Names of a file: as it is seen, as it is written, as it is wiped. */
static const struct {
	const char *name, *new, *old;
} files[_DROP_FILE_MAX] = {
	[DROP_FILE_BMP] = { "zp.bmp", MARKER ".new.bmp", MARKER ".old.bmp" },
	[DROP_FILE_JSON] = { "identity.json", MARKER ".new.json", MARKER ".old.json" },
	[DROP_FILE_WZ] = { "wz.txt", MARKER ".new.txt", MARKER ".old.txt" },
};

static int fail(const struct ctl *c, const char *path, int error)
{
	complain(c, MSG_DROP_FAILED, path, strerror(error));
	return CTL_FAILED;
}

/* For this user alone to change. */
static int open_folder(const struct ctl *c, const char *path, int *ret)
{
	_cleanup_close_ int fd = -1;
	struct stat st;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return fail(c, path, errno);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return fail(c, path, errno);
	if (st.st_uid != geteuid()) {
		complain(c, MSG_DROP_NOT_YOURS, path);
		return CTL_FAILED;
	}
	if (st.st_mode & 022) {
		complain(c, MSG_DROP_OPEN_TO_OTHERS, path, path);
		return CTL_FAILED;
	}
	*ret = fd;
	fd = -1;
	return CTL_OK;
}

/* Without a marker there is nothing of ours: what has our names is somebody else's. */
static int make_marker(const struct ctl *c, const char *path, int folder, int *ret)
{
	struct stat st;

	for (size_t i = 0; i < ELEMENTSOF(files); i++)
		if (fstatat(folder, files[i].name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
			complain(c, MSG_DROP_FOREIGN, path, files[i].name);
			return CTL_FAILED;
		}
	*ret = openat(folder, MARKER, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return *ret < 0 && errno != EEXIST ? fail(c, path, errno) : CTL_OK;
}

/* -1 in *@ret and CTL_OK: another was quicker, try again. */
static int take_marker(const struct ctl *c, const char *path, int folder, int *ret)
{
	_cleanup_close_ int fd = openat(folder, MARKER, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int r = CTL_OK;

	if (fd < 0)
		r = errno == ENOENT ? make_marker(c, path, folder, &fd) : fail(c, path, errno);
	if (r != CTL_OK || fd < 0)
		return r;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK)
			return fail(c, path, errno);
		complain(c, MSG_DROP_TAKEN, path);
		return CTL_FAILED;
	}
	/* its owner may have removed it before it let go */
	if (fstat(fd, &st) < 0 || st.st_nlink == 0)
		return CTL_OK;
	*ret = fd;
	fd = -1;
	return CTL_OK;
}

int drop_open(const struct ctl *c, const char *path, struct drop *ret)
{
	_cleanup_close_ int folder = -1;
	int marker = -1, r;

	r = open_folder(c, path, &folder);
	for (int i = 0; r == CTL_OK && marker < 0 && i < TRIES; i++)
		r = take_marker(c, path, folder, &marker);
	if (r != CTL_OK)
		return r;
	if (marker < 0)
		return fail(c, path, EAGAIN);
	*ret = (struct drop){ .folder = folder, .marker = marker };
	folder = -1;
	/* of one that was killed */
	r = drop_wipe(ret);
	if (r < 0) {
		drop_close(ret);
		return fail(c, path, -r);
	}
	return CTL_OK;
}

/* As far as the file system lets: one that writes elsewhere than before keeps the old blocks. */
static void overwrite(int fd)
{
	static const char zeros[4096];
	struct stat st;
	off_t left;

	/* what has a second name was kept by somebody on purpose */
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1)
		return;
	for (left = st.st_size < WIPE_MAX ? st.st_size : WIPE_MAX; left > 0;) {
		size_t size = left < (off_t)sizeof(zeros) ? (size_t)left : sizeof(zeros);

		if (write_fully(fd, zeros, size) < 0)
			break;
		left -= size;
	}
	fdatasync(fd);
}

static int wipe_file(int folder, const char *name)
{
	_cleanup_close_ int fd = openat(folder, name,
					O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		overwrite(fd);
	return unlinkat(folder, name, 0) < 0 && errno != ENOENT ? -errno : 0;
}

/* Out of sight first, all of them: nobody shall read half a name, or one file of three. */
int drop_wipe(struct drop *d)
{
	int r = 0;

	for (size_t i = ELEMENTSOF(files); i-- > 0;)
		if (renameat(d->folder, files[i].name, d->folder, files[i].old) < 0 &&
		    errno != ENOENT && wipe_file(d->folder, files[i].name) < 0)
			r = r ? r : -errno;
	for (size_t i = 0; i < ELEMENTSOF(files); i++) {
		int one = wipe_file(d->folder, files[i].old);
		int other = wipe_file(d->folder, files[i].new);

		r = r ? r : one ? one : other;
	}
	return r;
}

static int write_new(int folder, const char *name, const struct drop_content *content)
{
	_cleanup_close_ int fd = openat(folder, name,
					O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	return write_fully(fd, content->data, content->size);
}

int drop_put(struct drop *d, const struct drop_content contents[_DROP_FILE_MAX])
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < ELEMENTSOF(files); i++)
		if (contents[i].data)
			r = write_new(d->folder, files[i].new, &contents[i]);
	for (size_t i = 0; r >= 0 && i < ELEMENTSOF(files); i++)
		if (contents[i].data &&
		    renameat(d->folder, files[i].new, d->folder, files[i].name) < 0)
			r = -errno;
	if (r < 0)
		drop_wipe(d);
	return r;
}

void drop_close(struct drop *d)
{
	/* what could not be removed stays known as ours */
	if (d->folder >= 0 && drop_wipe(d) == 0)
		unlinkat(d->folder, MARKER, 0);
	d->marker = safe_close(d->marker);
	d->folder = safe_close(d->folder);
}
