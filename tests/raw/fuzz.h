/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the processes of raw-fuzz share. */
#ifndef IDCARD_RAW_FUZZ_H
#define IDCARD_RAW_FUZZ_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FUZZ_DEVICES = 2,	/* processes that are devices, one after the other */
	FUZZ_CALLERS = 3,	/* processes that call, each with a second thread */
	FUZZ_NODES = 4,
	FUZZ_PROCESSES = FUZZ_DEVICES + FUZZ_CALLERS,
};

/* One process, as the one that watches sees it. */
struct fuzz_process {
	atomic_uint_fast64_t since;	/* microseconds: when it began what it does */
	const char *_Atomic doing;	/* the same image, so the same addresses */
};

/* Shared memory. */
struct fuzz_shared {
	atomic_bool stop;
	atomic_uint violations;
	atomic_uint_fast64_t calls, opened, replies, errors;
	atomic_uint_fast64_t plugged, configured, transfers, damaged;
	struct fuzz_process processes[FUZZ_PROCESSES];
};

struct fuzz_random {
	uint64_t state;
};

/* splitmix64: the same numbers for the same seed, everywhere. */
static inline uint64_t fuzz_number(struct fuzz_random *r)
{
	uint64_t z = (r->state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static inline unsigned int fuzz_pick(struct fuzz_random *r, unsigned int below)
{
	return (unsigned int)(fuzz_number(r) % below);
}

static inline bool fuzz_chance(struct fuzz_random *r, unsigned int percent)
{
	return fuzz_pick(r, 100) < percent;
}

static inline void fuzz_bytes(struct fuzz_random *r, uint8_t *out, size_t n)
{
	while (n--)
		*out++ = (uint8_t)fuzz_number(r);
}

/* What the process number @index begins to do; @what is a string constant. */
void fuzz_doing(struct fuzz_shared *s, unsigned int index, const char *what);

/* The driver broke a promise. */
void fuzz_violation(struct fuzz_shared *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* fuzz-device.c, fuzz-calls.c: until shared->stop. */
void fuzz_device_run(struct fuzz_shared *s, unsigned int index, struct fuzz_random random);
void fuzz_calls_run(struct fuzz_shared *s, unsigned int index, struct fuzz_random random);

/* fuzz-descriptors.c: damage the configuration of @n bytes at @bytes; returns its new size. */
size_t fuzz_configuration(struct fuzz_random *r, uint8_t *bytes, size_t n, size_t size);

#endif
