// SPDX-License-Identifier: GPL-2.0-or-later
#include "../range.h"
#include "tests/compat/termb.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <iconv.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/compat/rig.h"
#include "util.h"

enum {
	GUARD = 0xa5,
	ROOM = 512,
	LENGTH_BEFORE = 0x5a5a5a5a,	/* a caller need not set it */
};

const char *const termb_names[TERMB_TEXTS_MAX] = {
#define X(name) #name,
	TERMB_TEXTS(X)
#undef X
};

/* The folder that the program was started in is known before a rig changes it. */
static char home[256];

static void __attribute__((constructor)) remember(void)
{
	if (!getcwd(home, sizeof(home)))
		abort();
}

void *termb_open(const char *name)
{
	char path[512];
	void *library;

	snprintf(path, sizeof(path), "%s%s%s/%s", *LIBRARIES == '/' ? "" : home,
		 *LIBRARIES == '/' ? "" : "/", LIBRARIES, name);
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		fail_msg("%s", dlerror());
	return library;
}

static void *symbol(void *library, const char *name)
{
	void *p = dlsym(library, name);

	if (!p)
		fail_msg("no %s", name);
	return p;
}

void termb_load(struct termb *ret, const char *name)
{
	size_t i = 0;

	ret->library = termb_open(name);
#define X(function, arguments)                                                                     \
	ret->function = (int (*) arguments)symbol(ret->library, #function);
	TERMB_FUNCTIONS(X)
#undef X
#define X(function)                                                                                \
	ret->function = (termb_text *)symbol(ret->library, #function);                             \
	ret->function##U = (termb_text *)symbol(ret->library, #function "U");                      \
	ret->texts[i][0] = ret->function;                                                          \
	ret->texts[i++][1] = ret->function##U;
	TERMB_TEXTS(X)
#undef X
}

void termb_unload(struct termb *termb)
{
	assert_int_equal(dlclose(termb->library), 0);
	termb->library = NULL;
}

void termb_take(const struct termb *termb)
{
	uint64_t deadline = now_usec() + 20000000;
	int r;

	while ((r = termb->CVR_Authenticate()) != 1) {
		assert_true(r == 2 || r == 0);
		assert_true(now_usec() < deadline);
		poll(NULL, 0, 5);
	}
}

void termb_place(const struct termb *termb, const char *persona)
{
	rig_sim("place %s", persona);
	termb_take(termb);
}

void termb_lift(const struct termb *termb)
{
	uint64_t deadline = now_usec() + 20000000;

	rig_sim("lift");
	while (termb->CVR_IsRightCard() == 1) {
		assert_true(now_usec() < deadline);
		poll(NULL, 0, 5);
	}
}

static void to_utf8(const char *from_code, const void *text, size_t n, char *ret, size_t size)
{
	iconv_t cd = iconv_open("UTF-8", from_code);
	char *in = (char *)(uintptr_t)text, *out = ret;
	size_t room = size - 1;

	assert_true(cd != (iconv_t)-1);
	assert_int_equal(iconv(cd, &in, &n, &out, &room), 0);
	*out = '\0';
	iconv_close(cd);
}

static bool untouched(const uint8_t *p, size_t from)
{
	for (size_t i = from; i < ROOM; i++)
		if (p[i] != GUARD)
			return false;
	return true;
}

static size_t get_bytes(termb_text *get, size_t end, int expected_result, uint8_t ret[ROOM])
{
	int length = LENGTH_BEFORE;
	int r;

	memset(ret, GUARD, ROOM);
	r = get((char *)ret, &length);
	assert_int_equal(r, expected_result);
	assert_within(length, 0, ROOM - 2);
	assert_memory_equal(ret + length, "\0\0", end);
	assert_true(untouched(ret, (size_t)length + end));
	return (size_t)length;
}

void termb_get(const struct termb *termb, size_t text, int expected_result, char *ret, size_t size)
{
	uint8_t bytes[ROOM];
	char wide[ROOM];
	size_t n;

	n = get_bytes(termb->texts[text][0], 1, expected_result, bytes);
	assert_int_equal(strlen((char *)bytes), n);
	to_utf8("GB18030", bytes, n, ret, size);
	n = get_bytes(termb->texts[text][1], 2, expected_result, bytes);
	to_utf8("UTF-16LE", bytes, n, wide, sizeof(wide));
	assert_string_equal(wide, ret);
}
