/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the targets share: taking an input apart, failing, and counting what is allocated. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "number.h"
#include "util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* For the sanitizer: less memory kept back, which would always be fresh and slow. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=8";
}

/* A promise of the code under test; the fuzzer keeps the input that breaks it. */
#define FUZZ_CHECK(condition)                                                                      \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);    \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* The day on which all dates are judged, so that an input means the same tomorrow. */
static const struct date fuzz_today = { 2026, 1, 1 };

/* What is left of an input. Choices come from its beginning, and are 0 when it has ended. */
struct fuzz_input {
	const uint8_t *data;
	size_t size;
};

static inline unsigned int fuzz_byte(struct fuzz_input *in)
{
	if (in->size == 0)
		return 0;
	in->size--;
	return *in->data++;
}

/* 0 to @max. */
static inline size_t fuzz_pick(struct fuzz_input *in, size_t max)
{
	size_t n = fuzz_byte(in);

	n |= (size_t)fuzz_byte(in) << 8;
	return n % (max + 1);
}

/* The next @size bytes, fewer at the end. */
static inline struct fuzz_input fuzz_take(struct fuzz_input *in, size_t size)
{
	struct fuzz_input part = { in->data, size < in->size ? size : in->size };

	in->data += part.size;
	in->size -= part.size;
	return part;
}

/* Memory of exactly @size bytes, so that the sanitizer sees a step beyond either end. */
static inline void *fuzz_copy(const void *data, size_t size)
{
	void *copy = malloc(size ? size : 1);

	if (size)
		memcpy(copy, data, size);
	return copy;
}

/* As a string; a NUL inside ends it. */
static inline char *fuzz_string(const void *data, size_t size)
{
	const void *nul = size ? memchr(data, '\0', size) : NULL;
	size_t n = nul ? (size_t)((const char *)nul - (const char *)data) : size;
	char *copy = malloc(n + 1);

	if (n)
		memcpy(copy, data, n);
	copy[n] = '\0';
	return copy;
}

/* Repeatable choices where an input has none to spare. */
static inline uint32_t fuzz_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

#endif
