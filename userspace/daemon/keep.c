// SPDX-License-Identifier: GPL-2.0-or-later
#include "keep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

#include "log.h"
#include "util.h"

enum { SLOTS = 64, NAME = 64 };

/* Changes with the layout: a daemon of another release then begins afresh. */
#define MAGIC UINT64_C(0x32206d656d206469)

struct slot {
	char name[NAME];	/* "": free */
	uint64_t since;
	struct reader_memory memory;
};

struct shared {
	uint64_t magic, size, watchers;
	struct slot slots[SLOTS];
};

struct keep {
	struct shared *shared;
	bool used[SLOTS];	/* by this daemon */
};

static int make(void)
{
	int fd = memfd_create("idcardd", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, sizeof(struct shared)) < 0) {
		int r = -errno;

		close(fd);
		return r;
	}
	sd_pid_notify_with_fds(0, 0, "FDSTORE=1\nFDNAME=" KEEP_NAME, &fd, 1);
	return fd;
}

int keep_new(int fd, struct keep **ret)
{
	_cleanup_close_ int memory = fd;
	struct keep *keep;
	struct stat st;

	if (memory >= 0 && (fstat(memory, &st) < 0 || st.st_size != sizeof(struct shared)))
		memory = safe_close(memory);
	if (memory < 0)
		memory = make();
	if (memory < 0)
		return memory;
	keep = calloc(1, sizeof(*keep));
	if (!keep)
		return -ENOMEM;
	keep->shared = mmap(NULL, sizeof(*keep->shared), PROT_READ | PROT_WRITE, MAP_SHARED,
			    memory, 0);
	if (keep->shared == MAP_FAILED) {
		int r = -errno;

		free(keep);
		return r;
	}
	madvise(keep->shared, sizeof(*keep->shared), MADV_DONTDUMP);
	if (keep->shared->magic != MAGIC || keep->shared->size != sizeof(*keep->shared)) {
		memset(keep->shared, 0, sizeof(*keep->shared));
		keep->shared->magic = MAGIC;
		keep->shared->size = sizeof(*keep->shared);
	}
	*ret = keep;
	return 0;
}

struct keep *keep_free(struct keep *keep)
{
	if (!keep)
		return NULL;
	munmap(keep->shared, sizeof(*keep->shared));
	free(keep);
	return NULL;
}

void keep_set_watchers(struct keep *keep, unsigned int n)
{
	keep->shared->watchers = n;
}

unsigned int keep_watchers(const struct keep *keep)
{
	return (unsigned int)keep->shared->watchers;
}

/* Its own, or a free one, or that of a reader that is not there any more. */
static size_t find(const struct keep *keep, const char *name)
{
	size_t unused = SLOTS;

	for (size_t i = 0; i < SLOTS; i++) {
		const struct slot *s = &keep->shared->slots[i];

		if (strncmp(s->name, name, NAME) == 0)
			return i;
		if (!keep->used[i] && (unused == SLOTS || !*s->name))
			unused = i;
	}
	return unused;
}

struct reader_memory *keep_of(struct keep *keep, const char *name, uint64_t since)
{
	size_t i;
	struct slot *s;

	if (!*name || strlen(name) >= NAME)
		return NULL;
	i = find(keep, name);
	if (i == SLOTS)
		return NULL;
	s = &keep->shared->slots[i];
	if (strcmp(s->name, name) != 0 || s->since != since) {
		memset(s, 0, sizeof(*s));
		s->since = since;
		strcpy(s->name, name);
	}
	keep->used[i] = true;
	return &s->memory;
}
