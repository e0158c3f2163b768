// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Programs as they exist: what they load, what they insist on, and what they pass without having
 * set it.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/compat/rig.h"
#include "util.h"

static char home[256];

/* As "idcardctl compat link" does beside the application. */
static void link_library(const char *target, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s%s%s/%s", *LIBRARIES == '/' ? "" : home,
		 *LIBRARIES == '/' ? "" : "/", LIBRARIES, target);
	assert_int_equal(symlink(path, name), 0);
}

static int set_up(void **state)
{
	rig_start(&(struct rig_setup){ .decoder = "whole" });
	link_library("libsdtapi.so", "libzysdtapi.so");
	link_library("libwltrs.so", "lib100UD.so");
	return 0;
}

static int tear_down(void **state)
{
	assert_int_equal(rig_stop(), 0);
	return 0;
}

/* ---- Seven symbols, or it does not start --------------------------------------------------- */

enum seven_result { NO_CARD, SAME_CARD, NEW_CARD, NO_PHOTO };

static struct {
	void *sdt, *photo;
	int (*open)(int);
	int (*close)(int);
	int (*find)(int, unsigned char *, int);
	int (*select)(int, unsigned char *, int);
	int (*read)(int, unsigned char *, unsigned int *, unsigned char *, unsigned int *, int);
	int (*read_new)(int, unsigned char *, unsigned int *, int);
	int (*sam_id)(int, char *, int);
	int (*decode)(char *, int, char *, int);
	int port;
	unsigned char text[256], photo_data[1024], address[320];
	char bmp[38862], sam[64];
} seven;

static bool seven_start(void)
{
	seven.sdt = dlopen("./libzysdtapi.so", RTLD_LAZY);
	seven.photo = dlopen("./lib100UD.so", RTLD_LAZY);
	if (!seven.sdt || !seven.photo)
		return false;
	seven.open = (int (*)(int))dlsym(seven.sdt, "SDT_OpenPort");
	seven.close = (int (*)(int))dlsym(seven.sdt, "SDT_ClosePort");
	seven.find = (int (*)(int, unsigned char *, int))dlsym(seven.sdt, "SDT_StartFindIDCard");
	seven.select = (int (*)(int, unsigned char *, int))dlsym(seven.sdt, "SDT_SelectIDCard");
	seven.read = (int (*)(int, unsigned char *, unsigned int *, unsigned char *, unsigned int *,
			      int))dlsym(seven.sdt, "SDT_ReadBaseMsg");
	seven.read_new = (int (*)(int, unsigned char *, unsigned int *, int))
		dlsym(seven.sdt, "SDT_ReadNewAppMsg");
	seven.sam_id = (int (*)(int, char *, int))dlsym(seven.sdt, "SDT_GetSAMIDToStr");
	seven.decode = (int (*)(char *, int, char *, int))dlsym(seven.photo, "DecodingPhotos");
	if (!seven.open || !seven.close || !seven.find || !seven.select || !seven.read ||
	    !seven.read_new || !seven.sam_id || !seven.decode)
		return false;
	for (seven.port = 1001; seven.port <= 1016; seven.port++)
		if (seven.open(seven.port) == 0x90)
			return seven.sam_id(seven.port, seven.sam, 0) == 0x90;
	return false;
}

/* One round of its timer. Lengths are what the stack happens to hold. */
static enum seven_result seven_round(void)
{
	unsigned int text_size, photo_size, address_size;
	unsigned char iin[4], sn[8];
	int r;

	memset(&text_size, 0xcd, sizeof(text_size));
	memset(&photo_size, 0, sizeof(photo_size));
	memset(&address_size, 0xcd, sizeof(address_size));
	r = seven.read_new(seven.port, seven.address, &address_size, 0);
	if (r == 0x90 || r == 0x91)
		return SAME_CARD;
	if (seven.find(seven.port, iin, 0) != 0x9f || seven.select(seven.port, sn, 0) != 0x90)
		return NO_CARD;
	r = seven.read(seven.port, seven.text, &text_size, seven.photo_data, &photo_size, 0);
	if (r != 0x90)
		return NO_CARD;
	assert_int_equal(text_size, 256);
	assert_int_equal(photo_size, 1024);
	r = seven.decode((char *)seven.photo_data, 1024, seven.bmp, sizeof(seven.bmp));
	return r == 38862 ? NEW_CARD : NO_PHOTO;
}

/* The first card that comes in some rounds, none of which may say that it is the same. */
static enum seven_result seven_new(void)
{
	uint64_t deadline = now_usec() + 20000000;
	enum seven_result result;

	while ((result = seven_round()) == NO_CARD)
		assert_true(now_usec() < deadline);
	return result;
}

static void seven_end(void)
{
	assert_int_equal(seven.close(seven.port), 0x90);
	dlclose(seven.sdt);
	dlclose(seven.photo);
}

static void test_seven_symbols(void **state)
{
	static const char *const personas[] = { "resident", "resident_moved", "foreigner_2023" };

	assert_true(seven_start());
	assert_int_equal(seven.port, 1001);
	assert_int_equal(strlen(seven.sam), 36);
	for (size_t i = 0; i < ELEMENTSOF(personas); i++) {
		assert_int_equal(seven_round(), NO_CARD);
		rig_sim("place %s", personas[i]);
		assert_int_equal(seven_new(), NEW_CARD);
		assert_memory_equal(seven.bmp, "BM", 2);
		for (int k = 0; k < 5; k++)
			assert_int_equal(seven_round(), SAME_CARD);
		rig_sim("lift");
		rig_sim("wait-polled 2");
	}
	assert_int_equal(seven.text[248], 'Y');
	assert_int_equal(seven_round(), NO_CARD);
	seven_end();
}

static int set_up_without_decoder(void **state)
{
	rig_start(&(struct rig_setup){});
	link_library("libsdtapi.so", "libzysdtapi.so");
	link_library("libwltrs.so", "lib100UD.so");
	return 0;
}

/* No decoder: no picture, and not somebody else's. */
static void test_seven_symbols_without_decoder(void **state)
{
	assert_true(seven_start());
	memset(seven.bmp, 0x5a, sizeof(seven.bmp));
	rig_sim("place resident");
	assert_int_equal(seven_new(), NO_PHOTO);
	for (size_t i = 0; i < sizeof(seven.bmp); i++)
		assert_int_equal(seven.bmp[i], 0x5a);
	seven_end();
}

/* ---- Five symbols, as others have in their own replacement ---------------------------------- */

struct five {
	int (*open)(int);
	int (*close)(int);
	int (*find)(int, unsigned char *, int);
	int (*select)(int, unsigned char *, int);
	int (*read)(int, unsigned char *, unsigned int *, unsigned char *, unsigned int *, int);
};

static void five_load(void *library, struct five *ret)
{
	ret->open = (int (*)(int))dlsym(library, "SDT_OpenPort");
	ret->close = (int (*)(int))dlsym(library, "SDT_ClosePort");
	ret->find = (int (*)(int, unsigned char *, int))dlsym(library, "SDT_StartFindIDCard");
	ret->select = (int (*)(int, unsigned char *, int))dlsym(library, "SDT_SelectIDCard");
	ret->read = (int (*)(int, unsigned char *, unsigned int *, unsigned char *, unsigned int *,
			     int))dlsym(library, "SDT_ReadBaseMsg");
	assert_true(ret->open && ret->close && ret->find && ret->select && ret->read);
}

/* Opens and closes for every try, and has every call open for itself on top of it. */
static bool five_try(const struct five *f, int if_open, unsigned char text[256])
{
	unsigned char photo[1024];
	unsigned int n = 0, m = 0;
	bool found;

	assert_int_equal(f->open(1001), 0x90);
	found = f->find(1001, NULL, if_open) == 0x9f && f->select(1001, NULL, if_open) == 0x90 &&
		f->read(1001, text, &n, photo, &m, if_open) == 0x90;
	assert_int_equal(f->close(1001), 0x90);
	return found;
}

static void test_five_symbols(void **state)
{
	void *library = dlopen("./libzysdtapi.so", RTLD_NOW);
	unsigned char text[256];
	struct five f;

	assert_non_null(library);
	five_load(library, &f);
	for (int if_open = 0; if_open < 2; if_open++) {
		uint64_t deadline = now_usec() + 20000000;

		rig_sim("place %s", if_open ? "hmt_permit" : "resident");
		while (!five_try(&f, if_open, text))
			assert_true(now_usec() < deadline);
		assert_int_equal(text[248], if_open ? 'J' : ' ');
		/* Once, though the port was closed in between. */
		for (int i = 0; i < 3; i++)
			assert_false(five_try(&f, if_open, text));
		rig_sim("lift");
		rig_sim("wait-polled 2");
	}
	dlclose(library);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_seven_symbols, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_seven_symbols_without_decoder,
						set_up_without_decoder, tear_down),
		cmocka_unit_test_setup_teardown(test_five_symbols, set_up, tear_down),
	};

	if (!getcwd(home, sizeof(home)))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
