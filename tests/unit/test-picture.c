// SPDX-License-Identifier: GPL-2.0-or-later
/* Pictures in the formats that programs want; and base64, in which they travel. */
#include <errno.h>
#include <stdlib.h>

#include "base64.h"
#include "picture.h"
#include "secret.h"
#include "tests/unit/ramp.h"
#include "tests/unit/test.h"

enum { BMP_HEAD = 54 };

static uint8_t rgb[PORTRAIT_RGB_SIZE];

static int set_up(void **state)
{
	ramp_make(rgb);
	return 0;
}

static uint32_t le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Byte for byte what vendor software writes: 102 x 126, 24 bits, biSizeImage 0. */
static void test_bmp_head(void **state)
{
	static const uint8_t head[BMP_HEAD] = {
		'B', 'M', 0xce, 0x97, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0,
		40, 0, 0, 0, 102, 0, 0, 0, 126, 0, 0, 0, 1, 0, 24, 0,
	};
	uint8_t bmp[PICTURE_BMP_SIZE + 1];

	bmp[PICTURE_BMP_SIZE] = 0xaa;
	assert_int_equal(picture_bmp_size(1), PICTURE_BMP_SIZE);
	picture_write_bmp(rgb, 1, bmp);
	assert_memory_equal(bmp, head, sizeof(head));
	assert_int_equal(bmp[PICTURE_BMP_SIZE], 0xaa);
}

/* Every pixel and every byte of padding. */
static void test_bmp_rows(void **state)
{
	for (unsigned int scale = 1; scale <= PICTURE_SCALE_MAX; scale++) {
		size_t size = picture_bmp_size(scale), width = (size_t)PORTRAIT_WIDTH * scale;
		size_t height = (size_t)PORTRAIT_HEIGHT * scale, row = (width * 3 + 3) / 4 * 4;
		uint8_t *bmp = malloc(size);

		assert_non_null(bmp);
		memset(bmp, 0xaa, size);
		assert_int_equal(size, BMP_HEAD + row * height);
		picture_write_bmp(rgb, scale, bmp);
		assert_int_equal(le32(bmp + 2), size);
		assert_int_equal(le32(bmp + 18), width);
		assert_int_equal(le32(bmp + 22), height);
		for (size_t y = 0; y < height; y++) {
			const uint8_t *p = bmp + BMP_HEAD + (height - 1 - y) * row;
			uint8_t pixel[3];

			for (size_t x = 0; x < width; x++) {
				ramp_pixel(x / scale, y / scale, pixel);
				assert_int_equal(p[x * 3], pixel[2]);
				assert_int_equal(p[x * 3 + 1], pixel[1]);
				assert_int_equal(p[x * 3 + 2], pixel[0]);
			}
			for (size_t x = width * 3; x < row; x++)
				assert_int_equal(p[x], 0);
		}
		free(bmp);
	}
}

static void test_jpeg(void **state)
{
	for (unsigned int scale = 1; scale <= PICTURE_SCALE_MAX; scale++) {
		uint8_t *jpeg;
		size_t size;

		assert_int_equal(picture_write_jpeg(rgb, scale, &jpeg, &size), 0);
		ramp_assert_jpeg(jpeg, size, scale);
		secret_free(jpeg);
	}
}

static void test_base64(void **state)
{
	static const char *const bad[] = {
		"A", "AA", "AAA", "AAAAA", "AA=A", "A===", "====", "A A=", "AAA-", "AB==", "AAB=", "AAAA=",
		"AA==AAAA", "AAA=====", "AAA\n",
	};
	uint8_t bytes[64] = {}, back[64];
	char text[BASE64_SIZE(sizeof(bytes))];
	uint64_t random = 7;

	for (size_t n = 0; n <= sizeof(bytes); n++) {
		for (size_t i = 0; i < n; i++)
			bytes[i] = (uint8_t)test_random(&random);
		base64_encode(bytes, n, text);
		assert_int_equal(base64_decode(text, back, n), n);
		assert_memory_equal(back, bytes, n);
		if (n)
			assert_int_equal(base64_decode(text, back, n - 1), -ENOBUFS);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (base64_decode(bad[i], back, sizeof(back)) != -EINVAL)
			fail_msg("%s is taken", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bmp_head),
		cmocka_unit_test(test_bmp_rows),
		cmocka_unit_test(test_jpeg),
		cmocka_unit_test(test_base64),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
