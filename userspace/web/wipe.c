// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every piece of the heap is wiped when it is freed: identities pass through buffers of the HTTP
 * library, which has no allocator that could be replaced. The heap stays that of the C library;
 * only these two of its functions do more here.
 */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

void __libc_free(void *p);

void free(void *p)
{
	if (p)
		explicit_bzero(p, malloc_usable_size(p));
	__libc_free(p);
}

/* The C library's own would move what is in it and leave a copy behind. */
void *realloc(void *p, size_t size)
{
	size_t old = p ? malloc_usable_size(p) : 0;
	void *copy;

	if (p && size == 0) {
		free(p);
		return NULL;
	}
	if (p && size <= old && size >= old / 2)
		return p;
	copy = malloc(size);
	if (copy && p) {
		memcpy(copy, p, old < size ? old : size);
		free(p);
	}
	return copy;
}
