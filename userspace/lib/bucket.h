/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bucket: so many at once, and then at a rate. Pure. */
#ifndef IDCARD_BUCKET_H
#define IDCARD_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

/* All zero at first: nothing was taken. */
struct bucket {
	double taken;
	uint64_t at;	/* microseconds, when it was counted */
};

static inline void bucket_refill(struct bucket *b, double rate, uint64_t now)
{
	b->taken -= (double)(now - b->at) * rate / 1e6;
	b->at = now;
	if (b->taken < 0)
		b->taken = 0;
}

/* One of @size, of which @rate come back each second. False: there is none. */
static inline bool bucket_take(struct bucket *b, double rate, double size, uint64_t now)
{
	bucket_refill(b, rate, now);
	if (b->taken > size - 1)
		return false;
	b->taken += 1;
	return true;
}

#endif
