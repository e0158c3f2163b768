// SPDX-License-Identifier: GPL-2.0-or-later
/* What takes its time: conditions that are waited for, and commands. In the guest and outside. */
#include "suite.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "util.h"

unsigned int slow(unsigned int ms)
{
	const char *factor = getenv("IDCARD_SLOW");

	return factor ? ms * strtoul(factor, NULL, 10) : ms;
}

bool comes_true(bool (*condition)(void *context), void *context, unsigned int ms)
{
	uint64_t start = now_usec();

	while (!condition(context)) {
		if (now_usec() - start >= slow(ms) * UINT64_C(1000))
			return false;
		poll(NULL, 0, 2);
	}
	return true;
}

uint64_t wait_until(bool (*condition)(void *context), void *context, unsigned int ms,
		    const char *what)
{
	uint64_t start = now_usec();

	require(comes_true(condition, context, ms), "waited %u ms for %s", ms, what);
	return now_usec() - start;
}

int shell(const char *format, ...)
{
	char command[1024];
	va_list ap;
	int status;

	va_start(ap, format);
	vsnprintf(command, sizeof(command), format, ap);
	va_end(ap);
	status = system(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
