/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory for what a card says about a person: locked, in no core file, wiped when it is freed.
 *
 * Each piece has pages of its own: no state, no lock, and nothing is changed of a person's own
 * program that has loaded one of our libraries. Locking is as good as RLIMIT_MEMLOCK lets it be;
 * the rest always holds. jansson's many small pieces come from a pool of such pages, or from the
 * heap where all memory of the program is locked.
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
 * Once, at the start of a program that handles identities and has one thread: no core dumps, not
 * dumpable, all memory locked, jansson on secret memory. From then on what json_dumps() gives is
 * freed by secret_free().
 *
 * All memory is locked only where RLIMIT_MEMLOCK is infinity (LimitMEMLOCK=infinity in the unit):
 * below any other limit, a later malloc() would fail at a moment nobody can foresee. There, secret
 * memory alone is locked.
 */
void secret_init(void);

#endif
