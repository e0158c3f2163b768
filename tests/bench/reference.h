/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The same line as identity_write() gives, made as programs usually make one: iconv for each field,
 * an object of jansson, json_dumps(). The yardstick of bench-decode.
 */
#ifndef BENCH_REFERENCE_H
#define BENCH_REFERENCE_H

#include <iconv.h>

#include "identity.h"

/* @from_card converts UTF-16LE to UTF-8. The line is for free(). */
char *reference_line(iconv_t from_card, const struct record *record,
		     const struct identity_envelope *envelope,
		     const struct identity_options *options);

#endif
