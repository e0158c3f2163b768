/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What reading an MRZ and suggesting one share. */
#ifndef IDCARD_MRZ_INTERNAL_H
#define IDCARD_MRZ_INTERNAL_H

#include <stddef.h>
#include <string.h>

enum {
	MRZ_LINES_MAX = 3,
	MRZ_TEXT_MAX = 90,	/* the longest: TD1, three lines of 30 */
};

/* The text as lines: upper case, only the alphabet of an MRZ. */
struct mrz_lines {
	char text[MRZ_TEXT_MAX + 1];
	const char *line[MRZ_LINES_MAX];
	size_t length[MRZ_LINES_MAX];
	size_t n;
};

static inline void mrz_lines_wipe(struct mrz_lines *l)
{
	explicit_bzero(l, sizeof(*l));
}

/*
 * Lines that came run together are cut where a document of that size has them. @ret is zeroed. 0,
 * or -EINVAL if this cannot be an MRZ.
 */
int mrz_split(const char *text, struct mrz_lines *ret);

#endif
