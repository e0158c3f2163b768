/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Has the heap been touched? Counted by the sanitizer that each target is built with. */
#ifndef FUZZ_HEAP_H
#define FUZZ_HEAP_H

#include <sanitizer/allocator_interface.h>

#include "fuzz.h"

/* Of this thread: the fuzzer has another one, which looks after its memory. */
static _Thread_local size_t heap_calls;

static inline void heap_on_malloc(const volatile void *p, size_t size)
{
	heap_calls++;
}

static inline void heap_on_free(const volatile void *p)
{
	heap_calls++;
}

/* Once, and a proof that counting works. */
static inline void heap_watch(void)
{
	void *volatile p;

	FUZZ_CHECK(__sanitizer_install_malloc_and_free_hooks(heap_on_malloc, heap_on_free));
	p = malloc(1);
	free(p);
	FUZZ_CHECK(heap_calls == 2);
}

#endif
