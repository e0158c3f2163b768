// SPDX-License-Identifier: LGPL-2.1-or-later
#include "trace.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>

#include "util.h"

enum { LINE_SIZE = 320 };

static const char *trace_path(void)
{
	const char *path = secure_getenv("IDCARD_TRACE");

	return path && *path ? path : NULL;
}

struct trace trace_begin(const char *function, const char *format, ...)
{
	struct trace trace = { .function = function };
	va_list ap;

	if (!trace_path())
		return trace;
	va_start(ap, format);
	vsnprintf(trace.arguments, sizeof(trace.arguments), format, ap);
	va_end(ap);
	trace.begun = now_usec();
	return trace;
}

/* "2026-11-22T20:54:11.123+0800" */
static void print_time(char *ret, size_t size)
{
	struct timespec now;
	char zone[8], seconds[32];
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	snprintf(ret, size, "%s.%03ld%s", seconds, now.tv_nsec / 1000000, zone);
}

/* The file is opened for each line: the program may fork, and the file be taken away. */
static void write_line(const struct trace *trace, int result)
{
	const char *path = trace_path();
	_cleanup_close_ int fd = -1;
	char line[LINE_SIZE], when[64];
	int n;

	if (!path)
		return;
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
		  O_NONBLOCK | O_NOCTTY, 0600);
	if (fd < 0)
		return;
	print_time(when, sizeof(when));
	n = snprintf(line, sizeof(line), "%s %ld/%ld %s(%s) = %d (0x%02x) %.1f ms\n", when,
		     (long)getpid(), (long)syscall(SYS_gettid), trace->function, trace->arguments,
		     result, (unsigned int)result, (double)(now_usec() - trace->begun) / 1e3);
	if (n >= LINE_SIZE)
		n = LINE_SIZE - 1;
	if (write(fd, line, (size_t)n) < 0)
		return;
}

int trace_end(const struct trace *trace, int result)
{
	int saved = errno;

	if (trace->begun && trace_path())
		write_line(trace, result);
	errno = saved;
	return result;
}
