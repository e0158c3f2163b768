/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A number that lies between two others, both included. cmocka 2.0 parted its assert_in_range()
 * in two and warns of the old name; cmocka 1.1 has no other.
 */
#ifndef TESTS_RANGE_H
#define TESTS_RANGE_H

#include <stdbool.h>

static inline bool is_within(unsigned long long value, unsigned long long low,
			     unsigned long long high)
{
	return value >= low && value <= high;
}

#define assert_within(value, low, high)							\
	do {										\
		unsigned long long value_ = (value);					\
											\
		if (!is_within(value_, low, high))					\
			fail_msg("%s is %llu, which is not " #low " to " #high, #value, value_); \
	} while (0)

#endif
