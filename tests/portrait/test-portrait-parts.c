// SPDX-License-Identifier: GPL-2.0-or-later
/* Pixels, and the reading of library files, with the sanitizers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "families.h"
#include "library.h"
#include "picture.h"
#include "pixels.h"

static void assert_picture(const uint8_t *rgb)
{
	uint8_t wanted[3];

	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++, rgb += 3) {
			picture_pixel(x, y, wanted);
			assert_memory_equal(rgb, wanted, 3);
		}
}

static void test_bmp(void **state)
{
	static uint8_t rgb[PORTRAIT_RGB_SIZE];
	struct pixels p;

	for (int bottom_up = 0; bottom_up < 2; bottom_up++) {
		/* Exactly as large as it is, so that a byte too many is found. */
		uint8_t *bmp = malloc(BMP_SIZE);

		picture_bmp(bmp, bottom_up);
		assert_int_equal(pixels_of_bmp(bmp, BMP_SIZE, &p), 0);
		pixels_canonical(&p, rgb);
		assert_picture(rgb);
		free(bmp);
	}
}

/* Every length, and every byte of the head with some values: a picture or an error. */
static void test_bmp_broken(void **state)
{
	static const uint8_t values[] = { 0, 1, 0x28, 0x36, 0x7f, 0x80, 0xff };
	static uint8_t rgb[PORTRAIT_RGB_SIZE];
	struct pixels p;
	uint8_t whole[BMP_SIZE];

	picture_bmp(whole, 1);
	for (size_t size = 0; size < BMP_SIZE; size += size < 64 ? 1 : 997) {
		uint8_t *bmp = malloc(size ?: 1);

		memcpy(bmp, whole, size);
		assert_int_equal(pixels_of_bmp(bmp, size, &p), -EBADMSG);
		free(bmp);
	}
	for (size_t i = 0; i < 54; i++)
		for (size_t k = 0; k < sizeof(values); k++) {
			uint8_t *bmp = malloc(BMP_SIZE);

			memcpy(bmp, whole, BMP_SIZE);
			bmp[i] = values[k];
			if (pixels_of_bmp(bmp, BMP_SIZE, &p) == 0)
				pixels_canonical(&p, rgb);
			free(bmp);
		}
}

static void test_pattern(void **state)
{
	enum { SIZE = 1000, SEED = 12345 };
	uint8_t out[SIZE], other[SIZE];

	pattern_fill(out, SIZE, SEED);
	assert_true(pattern_any(out, 0, SIZE, SEED));
	assert_true(pattern_all(out, 0, SIZE, SEED));
	pattern_fill(other, SIZE, SEED + 1);
	assert_false(pattern_any(other, 0, SIZE, SEED));
	/* Another fill must not look unwritten because it is a plain one. */
	for (int value = 0; value < 256; value++) {
		memset(other, value, SIZE);
		assert_false(pattern_any(other, 0, SIZE, SEED));
	}
	memset(out, 0, SIZE - 8);
	assert_true(pattern_any(out, 0, SIZE, SEED));
	assert_false(pattern_any(out, 0, SIZE - 1, SEED));
	assert_true(pattern_all(out, SIZE - 8, 8, SEED));
	out[SIZE - 1]++;
	assert_false(pattern_any(out, 0, SIZE, SEED));
	assert_false(pattern_all(out, SIZE - 8, 8, SEED));
}

static void test_success(void **state)
{
	assert_true(success_is(SUCCESS_EQ_1, 1));
	assert_false(success_is(SUCCESS_EQ_1, 0));
	assert_false(success_is(SUCCESS_EQ_1, 2));
	assert_true(success_is(SUCCESS_EQ_0, 0));
	assert_false(success_is(SUCCESS_EQ_0, 1));
	assert_false(success_is(SUCCESS_EQ_0, -1));
	assert_true(success_is(SUCCESS_GT_0, 38862));
	assert_false(success_is(SUCCESS_GT_0, 0));
	assert_false(success_is(SUCCESS_GT_0, -1));
}

static uint8_t *read_library(size_t *size)
{
	char self[PATH_MAX - 64] = "", path[PATH_MAX];
	uint8_t *data;
	FILE *f;

	assert_true(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	snprintf(path, sizeof(path), "%s/portrait/fake-raw3_cxx.so", dirname(self));
	f = fopen(path, "rb");
	assert_non_null(f);
	data = malloc(1 << 20);
	*size = fread(data, 1, 1 << 20, f);
	fclose(f);
	return data;
}

static enum library_kind kind_of(int fd, const char *path, const uint8_t *data, size_t size)
{
	struct library l;

	assert_return_code(ftruncate(fd, 0), errno);
	assert_int_equal(pwrite(fd, data, size, 0), size);
	assert_int_equal(library_read(path, &l), 0);
	return l.kind;
}

/* Cut off anywhere it is damaged or no library; with wrong bytes it is anything, but read. */
static void test_library_broken(void **state)
{
	int fd = memfd_create("library", MFD_CLOEXEC);
	char path[64];
	size_t size;
	uint8_t *data = read_library(&size);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(kind_of(fd, path, data, size), LIBRARY_SHARED);
	for (size_t n = 0; n < size; n += n < 1200 ? 7 : 211) {
		enum library_kind kind = kind_of(fd, path, data, n);

		assert_true(kind == LIBRARY_BROKEN || kind == LIBRARY_NO_ELF);
	}
	srand(1);
	for (int i = 0; i < 3000; i++) {
		/* Heads, tables, and the sections that are read lie all over the file. */
		size_t at = i % 2 ? (size_t)rand() % size : (size_t)rand() % 1200;
		uint8_t was = data[at];

		data[at] = (uint8_t)rand();
		kind_of(fd, path, data, size);
		data[at] = was;
	}
	free(data);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bmp),
		cmocka_unit_test(test_bmp_broken),
		cmocka_unit_test(test_pattern),
		cmocka_unit_test(test_success),
		cmocka_unit_test(test_library_broken),
	};

	return cmocka_run_group_tests_name("portrait-parts", tests, NULL, NULL);
}
