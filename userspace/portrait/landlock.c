// SPDX-License-Identifier: GPL-2.0-or-later
/* Which files the library sees. Linux has Landlock since 5.13; later ones hold back more. */
#include "sandbox.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "util.h"

/* Of version 3; the header may be of an older one. */
#define ACCESS_TRUNCATE (UINT64_C(1) << 14)

#define ACCESS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define ACCESS_WRITE                                                                               \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                           \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |                            \
	 LANDLOCK_ACCESS_FS_MAKE_REG | ACCESS_TRUNCATE)
#define ACCESS_NEVER                                                                               \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |                               \
	 LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |                             \
	 LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)
/* What a rule for one file, not a folder, may hold. */
#define ACCESS_FILE                                                                                \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE)

/* What libraries, and the loader, take from the system. */
static const char *const system_read_only[] = {
	"/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib",
	"/etc/ld.so.cache", "/etc/localtime", "/dev/zero", "/dev/random", "/dev/urandom",
};

static int allow(int ruleset, const char *path, uint64_t access)
{
	_cleanup_close_ int fd = open(path, O_PATH | O_CLOEXEC);
	struct landlock_path_beneath_attr rule = { .parent_fd = fd };
	struct stat st;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	rule.allowed_access = S_ISDIR(st.st_mode) ? access : access & ACCESS_FILE;
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
		return -errno;
	return 0;
}

static int allow_all(int ruleset, const struct sandbox *box, uint64_t handled)
{
	int r = allow(ruleset, "/dev/null", ACCESS_FILE & handled);

	for (size_t i = 0; r == 0 && i < ELEMENTSOF(system_read_only); i++)
		r = allow(ruleset, system_read_only[i], ACCESS_READ);
	for (size_t i = 0; r == 0 && box->read_only[i]; i++)
		r = allow(ruleset, box->read_only[i], ACCESS_READ);
	if (r == 0 && box->read_write)
		r = allow(ruleset, box->read_write, (ACCESS_READ | ACCESS_WRITE) & handled);
	return r;
}

int sandbox_landlock(const struct sandbox *box, int *version)
{
	struct landlock_ruleset_attr attr = {};
	_cleanup_close_ int ruleset = -1;
	int r;

	*version = (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
				LANDLOCK_CREATE_RULESET_VERSION);
	if (*version < 0)
		return *version = -errno;
	attr.handled_access_fs = ACCESS_READ | ACCESS_WRITE | ACCESS_NEVER;
	if (*version >= 2)
		attr.handled_access_fs |= LANDLOCK_ACCESS_FS_REFER;
	if (*version < 3)
		attr.handled_access_fs &= ~ACCESS_TRUNCATE;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (ruleset < 0)
		return *version = -errno;
	r = allow_all(ruleset, box, attr.handled_access_fs);
	if (r == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		r = -errno;
	if (r < 0)
		*version = r;
	return r;
}
