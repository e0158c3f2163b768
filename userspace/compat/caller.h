/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Caller: memory of the program that called us, where its pointers may be none: numbers passed by
 * value, leftovers in a register, arguments that were forgotten. Nothing here ever faults.
 */
#ifndef IDCARD_COMPAT_CALLER_H
#define IDCARD_COMPAT_CALLER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes @size bytes at @to. False if it is not memory that the program may write; then some of the
 * bytes may have been written, if only its end is not.
 */
bool caller_write(void *to, const void *data, size_t size);

/* Reads in the same way. *@ret only with success. */
bool caller_read_int(const int *from, int *ret);

/* Where a length goes, and the code that called with it: of a function that programs call. */
struct caller_length {
	int *to;
	const void *code;
};
#define CALLER_LENGTH(pointer)                                                                     \
	((struct caller_length){ (int *)(pointer), __builtin_return_address(0) })

/*
 * Stores a length that belongs to @written bytes at @buffer, unless it can be no int of the caller,
 * but the leftover of another call: not aligned, inside these bytes, or static data of a module
 * that is not the caller's own.
 */
void caller_write_length(const struct caller_length *length, const void *buffer, size_t written,
			 size_t value);

#endif
