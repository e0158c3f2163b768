// SPDX-License-Identifier: GPL-2.0-or-later
#include "suite-host.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/vm/suite/suite.h"

static const char *name;
static void (*clean)(void);

static void say(const char *result, const char *format, va_list ap)
{
	printf("%s %s: ", result, name);
	vprintf(format, ap);
	printf("\n");
	fflush(stdout);
}

void suite_fail(const char *file, int line, const char *format, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%d\n", file, line);
	va_start(ap, format);
	say("not ok", format, ap);
	va_end(ap);
	clean();
	exit(1);
}

void suite_note(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say("ok", format, ap);
	va_end(ap);
}

bool suite_module(void)
{
	return false;
}

uint64_t wait_for_file(const char *path, unsigned int ms)
{
	return 0;
}

void kernel_log_check(void)
{
}

void host_begin(const char *test, void (*sweep)(void))
{
	name = test;
	clean = sweep;
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
}
