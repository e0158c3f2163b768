/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory for what a card says about a person: wiped when freed, and after secret_init() not dumped
 * and not swapped. It is the heap, with the whole process protected once: jansson asks for many
 * small pieces, and a pool of locked pages for them would be a second heap to get wrong.
 */
#ifndef IDCARD_SECRET_H
#define IDCARD_SECRET_H

#include <stddef.h>

/* Zeroed memory, wiped by secret_free(). NULL if there is none. */
void *secret_alloc(size_t size);

/* Wipes and frees. Returns NULL, so that a pointer can be cleared in the same line. */
void *secret_free(void *p);

static inline void secret_freep(void *p)
{
	*(void **)p = secret_free(*(void **)p);
}
#define _cleanup_secret_ __attribute__((cleanup(secret_freep)))

/*
 * Once, at the start of a program that handles identities: no core dumps, not
 * dumpable, all memory locked, jansson on secret memory. From then on what json_dumps()
 * gives is freed by secret_free().
 *
 * Memory is locked only where RLIMIT_MEMLOCK is infinity (LimitMEMLOCK=infinity in the unit):
 * below any other limit, a later malloc() would fail at a moment nobody can foresee.
 */
void secret_init(void);

#endif
