// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/ramp.h"

#include <stdlib.h>
#include <turbojpeg.h>

#include "tests/unit/test.h"

enum {
	/* JPEG is not exact; a wrong corner differs by 255, a mirrored ramp by some 100. */
	TOLERANCE = 12,
};

static void assert_pixel(const uint8_t *rgb, unsigned int scale, unsigned int x, unsigned int y)
{
	size_t middle = scale / 2, row = (size_t)PORTRAIT_WIDTH * scale;
	const uint8_t *found = rgb + ((y * scale + middle) * row + x * scale + middle) * 3;
	uint8_t expected[3];

	ramp_pixel(x, y, expected);
	for (int i = 0; i < 3; i++)
		if (abs(found[i] - expected[i]) > TOLERANCE)
			fail_msg("pixel %u, %u: %u %u %u, not %u %u %u", x, y, found[0], found[1],
				 found[2], expected[0], expected[1], expected[2]);
}

void ramp_assert_jpeg(const uint8_t *jpeg, size_t size, unsigned int scale)
{
	tjhandle handle = tjInitDecompress();
	int width, height, subsampling, space;
	uint8_t *rgb;

	assert_non_null(handle);
	assert_int_equal(tjDecompressHeader3(handle, jpeg, size, &width, &height, &subsampling,
					     &space), 0);
	assert_int_equal(width, PORTRAIT_WIDTH * scale);
	assert_int_equal(height, PORTRAIT_HEIGHT * scale);
	assert_int_equal(subsampling, TJSAMP_444);
	rgb = malloc((size_t)width * (size_t)height * 3);
	assert_non_null(rgb);
	assert_int_equal(tjDecompress2(handle, jpeg, size, rgb, width, 0, height, TJPF_RGB, 0), 0);
	for (unsigned int side = 0; side < 2; side++) {
		assert_pixel(rgb, scale, side ? PORTRAIT_WIDTH - 4 : 3, 3);
		assert_pixel(rgb, scale, side ? PORTRAIT_WIDTH - 4 : 3, PORTRAIT_HEIGHT - 4);
		assert_pixel(rgb, scale, side ? 80 : 20, 40);
		assert_pixel(rgb, scale, side ? 80 : 20, 90);
	}
	free(rgb);
	tjDestroy(handle);
}
