// SPDX-License-Identifier: LGPL-2.1-or-later
#include "secret.h"

#include <jansson.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

struct header {
	alignas(max_align_t) size_t size;
};

static void *alloc(size_t size)
{
	struct header *h;

	if (size > SIZE_MAX - sizeof(*h))
		return NULL;
	h = malloc(sizeof(*h) + size);
	if (!h)
		return NULL;
	h->size = size;
	return h + 1;
}

void *secret_alloc(size_t size)
{
	void *p = alloc(size);

	return p ? memset(p, 0, size) : NULL;
}

void *secret_free(void *p)
{
	struct header *h = p;

	if (p) {
		h--;
		explicit_bzero(p, h->size);
		free(h);
	}
	return NULL;
}

static void free_for_jansson(void *p)
{
	secret_free(p);
}

void secret_init(void)
{
	struct rlimit limit;

	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY)
		mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
	json_set_alloc_funcs(alloc, free_for_jansson);
}
