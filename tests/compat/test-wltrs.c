// SPDX-License-Identifier: GPL-2.0-or-later
/* Each function of libwltrs.so, with a decoder that gives a known picture, and ones that fail. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compat/wltrs.h"
#include "tests/compat/rig.h"
#include "tests/unit/ramp.h"

enum {
	BMP = 38862,
	HEAD = 54,
	BMP_ROW = 308,
	RAW = 38556,
	RAW_ROW = 306,
};

static char home[256];

#define WLTRS_FUNCTIONS(X)                                                                         \
	X(GetBmp, (char *, int))                                                                   \
	X(dewlt, (char *))                                                                         \
	X(unpack, (char *, char *, int))                                                           \
	X(DecodingPhotos, (char *, int, char *, int))

#define X(name, arguments)                                                                         \
	_Static_assert(__builtin_types_compatible_p(__typeof__(name), int arguments), #name);
WLTRS_FUNCTIONS(X)
#undef X

static struct {
	void *library;
#define X(name, arguments) int (*name) arguments;
	WLTRS_FUNCTIONS(X)
#undef X
} w;

static char block[1024];

static void load(const struct rig_setup *setup)
{
	char path[512];

	rig_start(setup);
	snprintf(path, sizeof(path), "%s%s%s/libwltrs.so", *LIBRARIES == '/' ? "" : home,
		 *LIBRARIES == '/' ? "" : "/", LIBRARIES);
	w.library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	assert_non_null(w.library);
#define X(name, arguments)                                                                         \
	w.name = (int (*) arguments)dlsym(w.library, #name);                                       \
	assert_non_null(w.name);
	WLTRS_FUNCTIONS(X)
#undef X
	memset(block, 0x33, sizeof(block));
	memcpy(block, "WL\x66\0\x7e\0", 6);
}

static int set_up(void **state)
{
	load(&(struct rig_setup){ .decoder = "whole" });
	return 0;
}

static int tear_down(void **state)
{
	dlclose(w.library);
	assert_int_equal(rig_stop(), 0);
	return 0;
}

static void *buffer(size_t size)
{
	void *p = malloc(size);

	assert_non_null(p);
	return memset(p, 0xa5, size);
}

/* Row 0 is the lowest. The middle shows that it is of this block. */
static const uint8_t *expected(unsigned int x, unsigned int y)
{
	static uint8_t rgb[PORTRAIT_RGB_SIZE];

	ramp_make(rgb);
	memset(rgb + (63 * PORTRAIT_WIDTH + 51) * 3, block[100], 3);
	return rgb + ((PORTRAIT_HEIGHT - 1 - y) * PORTRAIT_WIDTH + x) * 3;
}

/* Some pixels that tell every turn from the others. */
static const unsigned int places[][2] = {
	{ 0, 0 }, { 101, 0 }, { 0, 125 }, { 101, 125 }, { 30, 20 }, { 51, 62 },
};

static void assert_bmp(const uint8_t *bmp)
{
	assert_memory_equal(bmp, "BM\xce\x97\0\0", 6);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		unsigned int x = places[i][0], y = places[i][1];
		const uint8_t *bgr = bmp + HEAD + y * BMP_ROW + x * 3, *rgb = expected(x, y);

		assert_int_equal(bgr[0], rgb[2]);
		assert_int_equal(bgr[1], rgb[1]);
		assert_int_equal(bgr[2], rgb[0]);
	}
}

static void assert_bmp_file(const char *name)
{
	uint8_t *bmp = buffer(BMP + 1);
	FILE *f = fopen(name, "rb");
	struct stat st;

	assert_non_null(f);
	assert_int_equal(fread(bmp, 1, BMP + 1, f), BMP);
	assert_int_equal(fstat(fileno(f), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	fclose(f);
	assert_bmp(bmp);
	free(bmp);
}

static char *put_file(const char *name, const void *data, size_t size)
{
	static char path[256];
	FILE *f = fopen(name, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, size, f), size);
	fclose(f);
	return strcpy(path, name);
}

static void test_decoding_photos(void **state)
{
	char *in = buffer(1024), *out = buffer(BMP);

	memcpy(in, block, 1024);
	assert_int_equal(w.DecodingPhotos(in, 1024, out, BMP), BMP);
	assert_bmp((uint8_t *)out);
	memset(out, 0xa5, BMP);
	assert_int_equal(w.DecodingPhotos(in, 1024, out, BMP - 1), -1);
	assert_int_equal(w.DecodingPhotos(in, 1023, out, BMP), -4);
	assert_int_equal(w.DecodingPhotos(in, INT_MIN, out, INT_MIN), -4);
	assert_int_equal(w.DecodingPhotos(NULL, 1024, out, BMP), -4);
	in[0] = 'X';
	assert_int_equal(w.DecodingPhotos(in, 1024, out, BMP), -4);
	assert_int_equal((uint8_t)out[0], 0xa5);
	assert_int_equal(w.DecodingPhotos(block, 1024, NULL, BMP), BMP);
	free(in);
	free(out);
}

static void test_get_bmp(void **state)
{
	char wrong[] = "photo.bmp", missing[] = "none.wlt", none[] = "", nowhere[] = "nowhere/a.wlt";

	assert_int_equal(w.GetBmp(put_file("zp.wlt", block, 1024), 2), 1);
	assert_bmp_file("zp.bmp");
	assert_int_equal(w.GetBmp(put_file("XP.WLT", block, 1024), 0), 1);
	assert_bmp_file("XP.BMP");
	assert_int_equal(w.GetBmp(wrong, 1), -2);
	assert_int_equal(w.GetBmp(none, 1), -2);
	assert_int_equal(w.GetBmp(missing, 1), -3);
	assert_int_equal(w.GetBmp(nowhere, 1), -3);
	assert_int_equal(w.GetBmp(NULL, 1), -3);
	assert_int_equal(w.GetBmp(put_file("short.wlt", block, 1023), 1), -4);
	block[0] = 'X';
	assert_int_equal(w.GetBmp(put_file("odd.wlt", block, 1024), 1), -4);
	block[0] = 'W';
	/* The picture cannot be put where a folder is. */
	assert_int_equal(mkdir("busy.bmp", 0700), 0);
	assert_int_equal(w.GetBmp(put_file("busy.wlt", block, 1024), 1), -3);
}

static void test_dewlt(void **state)
{
	char missing[] = "none.wlt";

	assert_int_equal(w.dewlt(put_file("photo.wlt", block, 1024)), 1);
	assert_bmp_file("photo.bmp");
	assert_int_equal(w.dewlt(missing), -3);
	assert_int_equal(w.dewlt(NULL), -3);
}

static void assert_raw(const uint8_t *raw, int swap, int flip, int mirror)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		unsigned int x = places[i][0], y = places[i][1];
		const uint8_t *is = raw + y * RAW_ROW + x * 3;
		const uint8_t *rgb = expected(mirror ? 101 - x : x, flip ? 125 - y : y);

		assert_int_equal(is[0], rgb[swap ? 2 : 0]);
		assert_int_equal(is[1], rgb[1]);
		assert_int_equal(is[2], rgb[swap ? 0 : 2]);
	}
}

static void test_unpack(void **state)
{
	char *out = buffer(RAW);

	assert_int_equal(w.unpack(block, out, 0), 1);
	assert_raw((uint8_t *)out, 0, 0, 0);
	assert_int_equal(access("zp.bmp", F_OK), -1);
	assert_int_equal(w.unpack(block, NULL, 1), 1);
	assert_bmp_file("zp.bmp");
	assert_int_equal(w.unpack(NULL, out, 1), -4);
	free(out);
}

static int set_up_turned(void **state)
{
	load(&(struct rig_setup){ .decoder = "whole",
				  .options = "[photo]\nswap_red_blue = yes\nflip = yes\n" });
	return 0;
}

static void test_unpack_turned(void **state)
{
	char *out = buffer(RAW);

	assert_int_equal(w.unpack(block, out, 0), 1);
	assert_raw((uint8_t *)out, 1, 1, 0);
	free(out);
}

static int set_up_mirrored(void **state)
{
	load(&(struct rig_setup){ .decoder = "whole", .options = "[photo]\nmirror = yes\n" });
	return 0;
}

static void test_unpack_mirrored(void **state)
{
	char *out = buffer(RAW);

	assert_int_equal(w.unpack(block, out, 0), 1);
	assert_raw((uint8_t *)out, 0, 0, 1);
	free(out);
}

/* Not decoded: the same code everywhere, nothing written, no file. */
static void assert_fails(int code)
{
	char *out = buffer(BMP);

	assert_int_equal(w.DecodingPhotos(block, 1024, out, BMP), code);
	assert_int_equal(w.unpack(block, out, 1), code);
	assert_int_equal(w.GetBmp(put_file("a.wlt", block, 1024), 2), code);
	assert_int_equal(w.dewlt(put_file("a.wlt", block, 1024)), code);
	for (size_t i = 0; i < BMP; i++)
		assert_int_equal((uint8_t)out[i], 0xa5);
	assert_int_equal(access("a.bmp", F_OK), -1);
	assert_int_equal(access("zp.bmp", F_OK), -1);
	free(out);
}

static int set_up_without(void **state)
{
	load(&(struct rig_setup){});
	return 0;
}

static void test_without_decoder(void **state)
{
	assert_fails(-5);
}

static int set_up_refused(void **state)
{
	load(&(struct rig_setup){ .decoder = "refused" });
	return 0;
}

static void test_refused(void **state)
{
	assert_fails(-5);
}

static int set_up_crash(void **state)
{
	load(&(struct rig_setup){ .decoder = "crash" });
	return 0;
}

static void assert_absent(const char *name)
{
	assert_int_equal(access(name, F_OK), -1);
}

/* The picture of the person before is not left beside the block of this one. */
static void test_picture_before(void **state)
{
	put_file("zp.bmp", "before", 6);
	assert_int_equal(w.GetBmp(put_file("zp.wlt", block, 1024), 2), -1);
	assert_absent("zp.bmp");
	put_file("photo.bmp", "before", 6);
	assert_int_equal(w.dewlt(put_file("photo.wlt", block, 1023)), -4);
	assert_absent("photo.bmp");
	put_file("zp.bmp", "before", 6);
	assert_int_equal(w.unpack(block, NULL, 0), -1);
	assert_int_equal(access("zp.bmp", F_OK), 0);
	assert_int_equal(w.unpack(block, NULL, 1), -1);
	assert_absent("zp.bmp");
}

static void test_crash(void **state)
{
	assert_fails(-1);
}

static void test_without_daemon(void **state)
{
	rig_daemon_end(SIGTERM);
	assert_fails(-1);
}

int main(void)
{
#define T(f, up) cmocka_unit_test_setup_teardown(f, up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_decoding_photos, set_up),
		T(test_get_bmp, set_up),
		T(test_dewlt, set_up),
		T(test_unpack, set_up),
		T(test_unpack_turned, set_up_turned),
		T(test_unpack_mirrored, set_up_mirrored),
		T(test_without_decoder, set_up_without),
		T(test_refused, set_up_refused),
		T(test_crash, set_up_crash),
		T(test_picture_before, set_up_crash),
		T(test_without_daemon, set_up),
	};

	if (!getcwd(home, sizeof(home)))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
