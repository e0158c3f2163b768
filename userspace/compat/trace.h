/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Trace: with $IDCARD_TRACE, one line for each call of a vendor function, appended to that file
 * (0600): time, process, thread, name, arguments that are no text of a card, result, milliseconds.
 * Never what a card holds: numbers of ports, flags, sizes and codes only.
 */
#ifndef IDCARD_COMPAT_TRACE_H
#define IDCARD_COMPAT_TRACE_H

#include <stdint.h>

/*
 * At the beginning of a function:
 *	struct trace trace = trace_begin("SDT_OpenPort", "%d", port);
 *	return trace_end(&trace, result);
 * The text is cut at 120 characters. Nothing happens without the variable.
 */
struct trace {
	const char *function;
	char arguments[120];
	uint64_t begun;		/* 0: no trace is wanted */
};

struct trace trace_begin(const char *function, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Returns @result. */
int trace_end(const struct trace *trace, int result);

#endif
