// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/compat/sdt.h"
#include "util.h"

/* The folder that the program was started in is known before a rig changes it. */
static char home[256];

static void __attribute__((constructor)) remember(void)
{
	if (!getcwd(home, sizeof(home)))
		abort();
}

static void *load(const char *name)
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

void sdt_load(struct sdt *ret, const char *name)
{
	ret->library = load(name);
#define X(function, arguments)                                                                     \
	ret->function = (int (*) arguments)dlsym(ret->library, #function);                         \
	if (!ret->function)                                                                        \
		fail_msg("no %s", #function);
	SDT_FUNCTIONS(X)
#undef X
}

void sdt_unload(struct sdt *sdt)
{
	assert_int_equal(dlclose(sdt->library), 0);
	sdt->library = NULL;
}

void sdt_find(const struct sdt *sdt, int port, int if_open)
{
	uint64_t deadline = now_usec() + 20000000;
	int r;

	while ((r = sdt->SDT_StartFindIDCard(port, NULL, if_open)) != 0x9f) {
		assert_int_equal(r, 0x80);
		assert_true(now_usec() < deadline);
	}
}

void sdt_take(const struct sdt *sdt, int port, int if_open)
{
	sdt_find(sdt, port, if_open);
	assert_int_equal(sdt->SDT_SelectIDCard(port, NULL, if_open), 0x90);
}

void sdt_number(const byte text[256], char ret[19])
{
	for (int i = 0; i < 18; i++)
		ret[i] = (char)text[122 + 2 * i];
	ret[18] = '\0';
}
