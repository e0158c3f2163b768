// SPDX-License-Identifier: LGPL-2.1-or-later
#include "secret.h"

#include <errno.h>
#include <jansson.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* The sanitizers watch the heap, and nothing else. */
#if defined(__SANITIZE_ADDRESS__)
#define HEAP_ONLY true
#elif defined(__has_feature)
#define HEAP_ONLY __has_feature(address_sanitizer)
#else
#define HEAP_ONLY false
#endif

enum {
	SMALL_MIN = 64,		/* with its header; each class has pieces of twice the size */
	SMALL_CLASSES = 6,
	SMALL_BLOCK = 64 * 1024,
};

enum place { HEAP, SMALL, PAGES };

struct header {
	alignas(max_align_t) size_t size;
	enum place place;
};

struct piece {
	struct piece *next;
};

/* Of the whole program, as its heap is; a library never changes them. */
static bool all_locked;
static struct piece *small_free[SMALL_CLASSES];

static size_t in_pages(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (size + page - 1) / page * page;
}

static void *map(size_t size)
{
	void *p = mmap(NULL, in_pages(size), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	int saved = errno;

	if (p == MAP_FAILED)
		return NULL;
	/* As far as the limit lets. */
	mlock2(p, in_pages(size), MLOCK_ONFAULT);
	madvise(p, in_pages(size), MADV_DONTDUMP);
	errno = saved;
	return p;
}

static unsigned int class_of(size_t size)
{
	unsigned int class = 0;

	while ((size_t)SMALL_MIN << class < size)
		class++;
	return class;
}

static void *small_alloc(unsigned int class)
{
	size_t size = (size_t)SMALL_MIN << class;
	struct piece *piece = small_free[class];
	char *block;

	if (!piece) {
		block = map(SMALL_BLOCK);
		for (size_t at = 0; block && at < SMALL_BLOCK; at += size) {
			struct piece *next = (struct piece *)(block + at);

			next->next = piece;
			piece = next;
		}
	}
	if (piece)
		small_free[class] = piece->next;
	return piece;
}

static void *alloc(size_t size, enum place place)
{
	struct header *h;

	if (size > PTRDIFF_MAX - sizeof(*h))
		return NULL;
	size += sizeof(*h);
	if (place == SMALL && class_of(size) >= SMALL_CLASSES)
		place = PAGES;
	if (HEAP_ONLY || all_locked)
		place = HEAP;
	h = place == HEAP ? malloc(size) : place == SMALL ? small_alloc(class_of(size)) : map(size);
	if (!h)
		return NULL;
	h->size = size - sizeof(*h);
	h->place = place;
	return h + 1;
}

void *secret_alloc(size_t size)
{
	void *p = alloc(size, PAGES);

	return p ? memset(p, 0, size) : NULL;
}

void *secret_free(void *p)
{
	struct header *h = p;
	struct piece *piece;
	unsigned int class;

	if (!p)
		return NULL;
	h--;
	explicit_bzero(p, h->size);
	switch (h->place) {
	case HEAP:
		free(h);
		break;
	case SMALL:
		class = class_of(sizeof(*h) + h->size);
		piece = (struct piece *)h;
		piece->next = small_free[class];
		small_free[class] = piece;
		break;
	case PAGES:
		munmap(h, in_pages(sizeof(*h) + h->size));
		break;
	}
	return NULL;
}

/* Many and small. */
static void *alloc_for_jansson(size_t size)
{
	return alloc(size, SMALL);
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
		all_locked = mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
	json_set_alloc_funcs(alloc_for_jansson, free_for_jansson);
}
