// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The file that a portrait goes to. It is a person's face: for the user alone, and never over
 * another file.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base64.h"
#include "ctl.h"
#include "secret.h"

static int fail(const struct ctl *c, int error)
{
	if (error == -EEXIST)
		complain(c, MSG_FILE_EXISTS, c->output);
	else
		complain(c, MSG_FILE_FAILED, c->output, strerror(-error));
	return CTL_FAILED;
}

/* The folder of @path, in @ret. */
static int folder_of(const char *path, char *ret, size_t size)
{
	const char *slash = strrchr(path, '/');
	size_t n = !slash ? 1 : slash == path ? 1 : (size_t)(slash - path);

	if (n >= size)
		return -ENAMETOOLONG;
	memcpy(ret, slash ? path : ".", n);
	ret[n] = '\0';
	return 0;
}

int save_check(const struct ctl *c)
{
	char folder[4096];
	struct stat st;
	int r;

	r = folder_of(c->output, folder, sizeof(folder));
	if (r < 0)
		return fail(c, r);
	if (lstat(c->output, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return fail(c, -EISDIR);
		if (!c->force)
			return fail(c, -EEXIST);
	}
	return access(folder, W_OK | X_OK) < 0 ? fail(c, -errno) : CTL_OK;
}

/* Whole or not at all, for the user alone. */
static int write_new(const char *path, const uint8_t *data, size_t size)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int r;

	if (fd < 0)
		return -errno;
	r = write_fully(fd, data, size);
	if (r < 0)
		unlink(path);
	return r;
}

/* In the place of what is there: whoever opens it finds the one or the other, whole. */
static int replace(const char *path, const uint8_t *data, size_t size)
{
	char other[4096 + 8];
	int fd, r;

	if (strlen(path) >= 4096)
		return -ENAMETOOLONG;
	snprintf(other, sizeof(other), "%s.XXXXXX", path);
	fd = mkostemp(other, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = write_fully(fd, data, size);
	safe_close(fd);
	if (r == 0 && rename(other, path) < 0)
		r = -errno;
	if (r < 0)
		unlink(other);
	return r;
}

/* The word for why there is no picture, or NULL. */
static const char *missing(const struct ctl *c, const json_t *portrait)
{
	const char *status = json_text(portrait, "status"), *reason = json_text(portrait, "reason");

	if (strcmp(json_text(portrait, "format"), c->wishes.portrait) == 0 && *json_text(portrait, "data"))
		return NULL;
	if (*reason)
		return reason;
	return status;
}

int save_portrait(const struct ctl *c, const json_t *identity)
{
	const json_t *portrait = json_object_get(identity, "portrait");
	const char *text = json_text(portrait, "data"), *why = missing(c, portrait);
	_cleanup_secret_ uint8_t *data = NULL;
	ssize_t size;
	int r;

	if (why) {
		complain(c, MSG_NO_PORTRAIT, c->output, message_portrait(why, c->chinese));
		return CTL_FAILED;
	}
	data = secret_alloc(strlen(text));
	if (!data)
		return fail(c, -ENOMEM);
	size = base64_decode(text, data, strlen(text));
	if (size < 0)
		return fail(c, -EBADMSG);
	r = c->force ? replace(c->output, data, size) : write_new(c->output, data, size);
	if (r < 0)
		return fail(c, r);
	if (!c->json)
		say(c, stderr, MSG_PORTRAIT_SAVED, c->output);
	return CTL_OK;
}
