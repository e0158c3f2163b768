// SPDX-License-Identifier: GPL-2.0-or-later
/* The second flavour: in a library of its own, and libtermb.so when it is told to be it. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compat/termb-hisign.h"
#include "picture.h"
#include "tests/compat/rig.h"
#include "tests/compat/termb.h"

enum {
	P = 1001,
	GUARD = 0xa5,
	PORTRAIT_ROOM = 126 * 102 * 3 + 1024,
};

typedef int init_fn(int port, char *device);
typedef int read_fn(unsigned char *text, unsigned int *text_size, unsigned char *portrait,
		    unsigned int *portrait_size, unsigned char *fingers, int *fingers_size,
		    int mode);

_Static_assert(__builtin_types_compatible_p(__typeof__(CVR_InitComm), init_fn), "CVR_InitComm");
_Static_assert(__builtin_types_compatible_p(__typeof__(CVR_ReadBaseMsg), read_fn),
	       "CVR_ReadBaseMsg");

#define NAME "\xb2\xe2\xca\xd4\xbc\xd7"

static struct termb termb;
static init_fn *init_comm;
static read_fn *read_base_msg;
static int (*auto_check_device)(char *device);

/* Which library, and how it knows. */
struct flavour {
	const char *library, *environment, *options, *decoder;
};

static void load(const struct flavour *f)
{
	rig_start(&(struct rig_setup){ .options = f->options, .decoder = f->decoder });
	if (f->environment)
		setenv("IDCARD_TERMB_ABI", f->environment, 1);
	termb_load(&termb, f->library);
	init_comm = (init_fn *)dlsym(termb.library, "CVR_InitComm");
	read_base_msg = (read_fn *)dlsym(termb.library, "CVR_ReadBaseMsg");
	auto_check_device = (int (*)(char *))dlsym(termb.library, "AutoCheckDevice");
	assert_true(init_comm && read_base_msg && auto_check_device);
}

static void unload(void)
{
	termb_unload(&termb);
	unsetenv("IDCARD_TERMB_ABI");
	assert_int_equal(rig_stop(), 0);
}

static const struct flavour flavours[] = {
	{ "libtermb-hisign.so", NULL, NULL, NULL },
	{ "libtermb.so", "hisign", NULL, NULL },
	{ "libtermb.so", NULL, "[termb]\nhisign = yes\n", NULL },
};

static int set_up(void **state)
{
	load(*state);
	return 0;
}

static int tear_down(void **state)
{
	unload();
	return 0;
}

static void open_port(void)
{
	char device[] = "/dev/ttyS0";

	assert_int_equal(init_comm(P, device), 1);
	assert_string_equal(device, "/dev/ttyS0");
}

static void check_fingers(const unsigned char *fingers, int size, int expected)
{
	assert_int_equal(size, expected);
	assert_int_equal(fingers[0], expected ? 'C' : 0);
	assert_int_equal(fingers[512], expected > 512 ? 'C' : 0);
	assert_int_equal(fingers[1024], GUARD);
}

static void read_all(int mode, int expected_fingers)
{
	unsigned char text[257], fingers[1025], *portrait = malloc(PORTRAIT_ROOM + 1);
	unsigned int n = 1, m = 1;
	int k = 1;

	assert_non_null(portrait);
	memset(text, GUARD, sizeof(text));
	memset(fingers, GUARD, sizeof(fingers));
	memset(portrait, GUARD, PORTRAIT_ROOM + 1);
	assert_int_equal(read_base_msg(text, &n, portrait, &m, fingers, &k, mode), 1);
	if (mode % 2) {
		assert_int_equal(n, 256);
		assert_memory_equal(text, "\x4b\x6d\xd5\x8b\x32\x75", 6);
	} else {
		assert_memory_equal(text, NAME "\r\n\xc4\xd0\r\n", 12);
		assert_int_equal(text[n], 0);
	}
	assert_int_equal(text[256], GUARD);
	assert_int_equal(m, 1024);
	assert_memory_equal(portrait, "WLf", 3);
	assert_int_equal(portrait[1024], GUARD);
	check_fingers(fingers, k, expected_fingers);
	free(portrait);
}

static void test_arguments(void **state)
{
	open_port();
	termb_place(&termb, "resident_2_fingers");
	for (int mode = 1; mode <= 4; mode++)
		read_all(mode, 1024);
	termb_lift(&termb);
	termb_place(&termb, "resident_1_finger");
	read_all(2, 512);
	termb_lift(&termb);
	termb_place(&termb, "resident");
	read_all(2, 0);
	assert_int_equal(read_base_msg(NULL, NULL, NULL, NULL, NULL, NULL, 1), 1);
	assert_int_equal(read_base_msg((unsigned char *)1, (unsigned int *)2, (unsigned char *)3,
				       (unsigned int *)4, (unsigned char *)5, (int *)6, 2), 1);
	assert_int_equal(read_base_msg(NULL, NULL, NULL, NULL, NULL, NULL, 0), 0);
	assert_int_equal(read_base_msg(NULL, NULL, NULL, NULL, NULL, NULL, 7), 0);
}

/* Nothing but 1 and 0 where the other flavour has more to say. */
static void test_codes(void **state)
{
	char name[16];
	int n;

	assert_int_equal(termb.CVR_Authenticate(), 0);
	assert_int_equal(init_comm(1002, NULL), 0);
	assert_int_equal(init_comm(0, NULL), 0);
	open_port();
	assert_int_equal(termb.CVR_Authenticate(), 0);
	assert_int_equal(termb.CVR_SelectCard(), 0);
	termb_place(&termb, "resident");
	assert_int_equal(mkdir("WZ.TXT", 0700), 0);
	assert_int_equal(termb.CVR_Read_Content(4), 0);
	assert_int_equal(rmdir("WZ.TXT"), 0);
	assert_int_equal(termb.CVR_AuthenticateForNoJudge(), 1);
	assert_int_equal(termb.CVR_Read_Content(4), 1);
	assert_int_equal(access("WZ.TXT", R_OK), 0);
	assert_int_equal(access("wz.txt", R_OK), -1);
	assert_int_equal(termb.GetPeopleName(name, &n), 1);
	assert_string_equal(name, NAME);
	assert_int_equal(termb.CVR_CloseComm(), 1);
}

static void test_auto_check(void **state)
{
	char device[64] = "/dev/ttyS9";

	assert_int_equal(auto_check_device(device), 1);
	assert_string_equal(device, "/dev/ttyS9");
	assert_int_equal(auto_check_device(NULL), 1);
	/* It leaves nothing open, and what is open as it is. */
	assert_int_equal(termb.CVR_CloseComm(), 0);
	open_port();
	assert_int_equal(auto_check_device(NULL), 1);
	assert_int_equal(termb.CVR_Ant(1), 1);
	assert_int_equal(termb.CVR_CloseComm(), 1);
	rig_daemon_end(SIGTERM);
	assert_int_equal(auto_check_device(device), 0);
}

/* The picture itself, for which callers have room. */
static void test_picture(void **state)
{
	unsigned char *portrait = malloc(PORTRAIT_ROOM + 1);
	unsigned int m;

	assert_non_null(portrait);
	open_port();
	termb_place(&termb, "resident");
	for (int mode = 1; mode <= 4; mode++) {
		memset(portrait, GUARD, PORTRAIT_ROOM + 1);
		assert_int_equal(read_base_msg(NULL, NULL, portrait, &m, NULL, NULL, mode), 1);
		assert_int_equal(m, mode > 2 ? PICTURE_BMP_SIZE : 1024);
		assert_memory_equal(portrait, mode > 2 ? "BM" : "WL", 2);
		assert_int_equal(portrait[m], GUARD);
		assert_int_equal(access("ZP.BMP", R_OK), mode > 2 ? 0 : -1);
	}
	free(portrait);
}

static void test_picture_required(void **state)
{
	char name[16];
	int n;

	open_port();
	termb_place(&termb, "resident");
	assert_int_equal(termb.CVR_Read_Content(4), 2);
	assert_int_equal(access("WZ.TXT", R_OK), -1);
	assert_int_equal(termb.GetPeopleName(name, &n), 0);
	assert_int_equal(termb.CVR_AuthenticateForNoJudge(), 1);
	assert_int_equal(read_base_msg(NULL, NULL, NULL, NULL, NULL, NULL, 3), 2);
}

/* The environment wins over the file: libtermb.so is the first flavour again. */
static void test_first_flavour(void **state)
{
	unsigned int n, m;

	assert_int_equal(termb.CVR_InitComm(1002), 2);
	assert_int_equal(termb.CVR_InitComm(P), 1);
	termb_place(&termb, "resident");
	assert_int_equal(termb.CVR_ReadBaseMsg(NULL, &n, NULL, &m, 2), 1);
	assert_int_equal(termb.CVR_Read_Content(4), 1);
	assert_int_equal(access("wz.txt", R_OK), 0);
}

#define TEST(function, flavour)                                                                    \
	cmocka_unit_test_prestate_setup_teardown(function, set_up, tear_down,                      \
						 (void *)(uintptr_t)(flavour))

int main(void)
{
	static const struct flavour with_picture = { "libtermb-hisign.so", NULL, NULL, "whole" };
	static const struct flavour required = { "libtermb-hisign.so", NULL,
						 "[termb]\nphoto_required = yes\n", NULL };
	static const struct flavour first = { "libtermb.so", "cvr", "[termb]\nhisign = yes\n", NULL };
	const struct CMUnitTest tests[] = {
		TEST(test_arguments, &flavours[0]),
		TEST(test_arguments, &flavours[1]),
		TEST(test_arguments, &flavours[2]),
		TEST(test_codes, &flavours[0]),
		TEST(test_codes, &flavours[1]),
		TEST(test_auto_check, &flavours[0]),
		TEST(test_picture, &with_picture),
		TEST(test_picture_required, &required),
		TEST(test_first_flavour, &first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
