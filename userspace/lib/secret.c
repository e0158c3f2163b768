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

/* Who gave it takes it back: what has no pool, as a library, needs to know of none. */
struct header {
	alignas(max_align_t) size_t size;
	void (*release)(struct header *h);
};

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

static void unmap(struct header *h)
{
	munmap(h, in_pages(sizeof(*h) + h->size));
}

static void heap_free(struct header *h)
{
	free(h);
}

static void *with_header(struct header *h, size_t size, void (*release)(struct header *h))
{
	if (!h)
		return NULL;
	h->size = size;
	h->release = release;
	return h + 1;
}

void *secret_alloc(size_t size)
{
	size_t whole = sizeof(struct header) + size;
	void *p;

	if (size > PTRDIFF_MAX - sizeof(struct header))
		return NULL;
	p = HEAP_ONLY ? with_header(malloc(whole), size, heap_free) :
			with_header(map(whole), size, unmap);
	return p ? memset(p, 0, size) : NULL;
}

void *secret_free(void *p)
{
	struct header *h = p;

	if (!p)
		return NULL;
	h--;
	explicit_bzero(p, h->size);
	h->release(h);
	return NULL;
}

/* The pool of a program, for jansson: its pieces are many and small. */
struct piece {
	struct piece *next;
};

static bool all_locked;
static struct piece *small_free[SMALL_CLASSES];

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

static void small_release(struct header *h)
{
	unsigned int class = class_of(sizeof(*h) + h->size);
	struct piece *piece = (struct piece *)h;

	piece->next = small_free[class];
	small_free[class] = piece;
}

static void *alloc_for_jansson(size_t size)
{
	size_t whole = sizeof(struct header) + size;

	if (size > PTRDIFF_MAX - sizeof(struct header))
		return NULL;
	if (HEAP_ONLY || all_locked)
		return with_header(malloc(whole), size, heap_free);
	if (class_of(whole) < SMALL_CLASSES)
		return with_header(small_alloc(class_of(whole)), size, small_release);
	return with_header(map(whole), size, unmap);
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
