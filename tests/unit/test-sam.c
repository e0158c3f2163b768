// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <string.h>

#include "sam.h"

static const uint8_t published[SAM_ID_SIZE] = {
	0x05, 0x00, 0x01, 0x00, 0x09, 0xb8, 0x32, 0x01,
	0x05, 0xbe, 0x12, 0x00, 0xad, 0xc5, 0xb1, 0x11,
};

static void samples(void **state)
{
	static const uint8_t another[SAM_ID_SIZE] = {
		0x05, 0x00, 0x01, 0x00, 0x70, 0xb6, 0x32, 0x01,
		0x12, 0xcf, 0x0f, 0x00, 0xc1, 0x35, 0x34, 0x11,
	};
	static const uint8_t synthetic[SAM_ID_SIZE] = {
		0x05, 0x00, 0x03, 0x00, 0xa5, 0x3a, 0x34, 0x01,
		0x39, 0x30, 0x00, 0x00, 0x32, 0x09, 0x01, 0x00,
	};
	char text[SAM_ID_TEXT_SIZE];

	assert_int_equal(sam_id_format(published, text), 0);
	assert_string_equal(text, "05.01-20101129-0001228293-0296863149");
	assert_int_equal(sam_id_format(another, text), 0);
	assert_string_equal(text, "05.01-20100720-0001036050-0288634305");
	assert_int_equal(sam_id_format(synthetic, text), 0);
	assert_string_equal(text, "05.03-20200101-0000012345-0000067890");
}

static void numbers_are_unsigned(void **state)
{
	uint8_t id[SAM_ID_SIZE];
	char text[SAM_ID_TEXT_SIZE];

	memcpy(id, published, sizeof(id));
	memset(id + 8, 0xff, 8);
	assert_int_equal(sam_id_format(id, text), 0);
	assert_string_equal(text, "05.01-20101129-4294967295-4294967295");
}

static void what_does_not_fit_is_refused(void **state)
{
	static const struct {
		size_t offset;
		uint8_t value;
	} wide[] = { { 0, 100 }, { 1, 1 }, { 2, 100 }, { 3, 0xff }, { 7, 0x06 }, { 7, 0xff } };

	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		char text[SAM_ID_TEXT_SIZE] = "before";
		uint8_t id[SAM_ID_SIZE];

		memcpy(id, published, sizeof(id));
		id[wide[i].offset] = wide[i].value;
		assert_int_equal(sam_id_format(id, text), -EINVAL);
		assert_string_equal(text, "before");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples),
		cmocka_unit_test(numbers_are_unsigned),
		cmocka_unit_test(what_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests_name("sam", tests, NULL, NULL);
}
