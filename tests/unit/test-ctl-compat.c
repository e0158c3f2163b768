// SPDX-License-Identifier: GPL-2.0-or-later
/* Where links may be made, which of them are ours, and which programs could not load them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <elf.h>

#include "compat.h"
#include "util.h"

static void test_names(void **state)
{
	size_t n = 0;

	for (const struct compat_name *a = compat_names; a->name; a++, n++) {
		assert_ptr_equal(compat_find(a->name), a);
		/* without being asked for, no two would have the same place */
		for (const struct compat_name *b = compat_names; b < a; b++)
			assert_true(strcmp(a->link, b->link) != 0 || a->on_request ||
				    b->on_request);
	}
	assert_true(n < COMPAT_NAMES_MAX);
	assert_null(compat_find("libc.so"));
	assert_null(compat_find(""));
	assert_string_equal(compat_find("libtermb-hisign.so")->link, "libtermb.so");
}

static void test_ours(void **state)
{
	static const char *const ours[] = {
		"/usr/lib/idcard-compat/libsdtapi.so",
		"/usr/local/lib/idcard-compat/libtermb-hisign.so",
		"/idcard-compat/libWltRS.so",
	};
	static const char *const foreign[] = {
		"", "/", "libsdtapi.so", "idcard-compat/libsdtapi.so", "/libsdtapi.so",
		"/usr/lib/libsdtapi.so", "/usr/lib/my-idcard-compat/libsdtapi.so",
		"/usr/lib/idcard-compat", "/usr/lib/idcard-compat/", "/usr/lib/idcard-compat/other.so",
		"/usr/lib/idcard-compat/old/libsdtapi.so", "/usr/lib/idcard-compat/libsdtapi.so.1",
		"/usr/lib/Idcard-compat/libsdtapi.so",
	};

	for (size_t i = 0; i < ELEMENTSOF(ours); i++)
		assert_true(compat_is_ours(ours[i]));
	for (size_t i = 0; i < ELEMENTSOF(foreign); i++)
		assert_false(compat_is_ours(foreign[i]));
}

static void test_system(void **state)
{
	static const char *const system_folders[] = {
		"/", "/lib", "/lib64", "/usr", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local",
		"/usr/local/lib", "/usr/bin", "/usr/local/bin", "/bin", "/sbin", "/etc",
		"/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib/arm-linux-gnueabihf",
		"/usr/local/lib/loongarch64-linux-gnu",
		"/usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v3", "/opt/vendor/lib",
	};
	static const char *const others[] = {
		"/opt", "/opt/desk", "/opt/vendor", "/opt/vendor/lib/x", "/usr/lib/desk",
		"/usr/lib/x86_64-linux-gnu/desk", "/usr/share/desk", "/usr/local/desk",
		"/usr/local/lib/desk", "/library", "/var/lib/desk", "/usr/libx", "/srv/lib",
	};
	char one[] = "/opt/other/lib", two[] = "/opt/vendor/lib";
	char *searched[] = { one, two };

	for (size_t i = 0; i < ELEMENTSOF(system_folders); i++)
		if (!compat_is_system(system_folders[i], searched, 2))
			fail_msg("%s", system_folders[i]);
	for (size_t i = 0; i < ELEMENTSOF(others); i++)
		if (compat_is_system(others[i], searched, 2))
			fail_msg("%s", others[i]);
	assert_false(compat_is_system("/opt/vendor/lib", searched, 1));
}

static enum compat_program on_x86_64(const uint8_t *head, size_t size)
{
	return compat_program_on(head, size, ELFCLASS64, ELFDATA2LSB, EM_X86_64);
}

static void test_programs(void **state)
{
	uint8_t head[COMPAT_HEAD_SIZE] = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB };

	head[16] = ET_DYN;
	head[18] = EM_X86_64;
	assert_int_equal(on_x86_64(head, sizeof(head)), COMPAT_FITS);
	head[16] = ET_EXEC;
	assert_int_equal(on_x86_64(head, sizeof(head)), COMPAT_FITS);
	/* no program: an object file, a core */
	head[16] = ET_REL;
	assert_int_equal(on_x86_64(head, sizeof(head)), COMPAT_NO_PROGRAM);
	head[16] = ET_CORE;
	assert_int_equal(on_x86_64(head, sizeof(head)), COMPAT_NO_PROGRAM);
	head[16] = ET_DYN;
	head[18] = EM_AARCH64;
	assert_int_equal(on_x86_64(head, sizeof(head)), COMPAT_OTHER_MACHINE);
	head[4] = ELFCLASS32;
	head[18] = EM_386;
	assert_int_equal(on_x86_64(head, sizeof(head)), COMPAT_OTHER_BITS);
	/* the other order of bytes */
	memcpy(head + 4, (uint8_t[]){ ELFCLASS64, ELFDATA2MSB }, 2);
	memcpy(head + 16, (uint8_t[]){ 0, ET_DYN, 0, EM_X86_64 }, 4);
	assert_int_equal(on_x86_64(head, sizeof(head)), COMPAT_OTHER_MACHINE);
	assert_int_equal(on_x86_64((const uint8_t *)"MZ\x90", 3), COMPAT_WINDOWS);
}

static void test_short_heads(void **state)
{
	uint8_t head[20] = { 0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, 1,
			     [16] = ET_EXEC, [18] = EM_386 };

	assert_int_equal(on_x86_64(head, sizeof(head)), COMPAT_OTHER_BITS);
	for (size_t size = 0; size < sizeof(head); size++) {
		uint8_t *piece = test_malloc(size ? size : 1);

		memcpy(piece, head, size);
		assert_int_equal(on_x86_64(piece, size), COMPAT_NO_PROGRAM);
		test_free(piece);
	}
	assert_int_equal(on_x86_64((const uint8_t *)"M", 1), COMPAT_NO_PROGRAM);
	assert_int_equal(on_x86_64((const uint8_t *)"#!/bin/sh\nexit 0\n....", 21),
			 COMPAT_NO_PROGRAM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),	 cmocka_unit_test(test_ours),
		cmocka_unit_test(test_system),	 cmocka_unit_test(test_programs),
		cmocka_unit_test(test_short_heads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
