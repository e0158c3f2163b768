// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <string.h>

#include "errors.h"

static void every_error_is_complete(void **state)
{
	for (int e = IDCARD_ERROR_NONE + 1; e < _IDCARD_ERROR_MAX; e++) {
		const char *code = idcard_error_code(e);

		assert_non_null(code);
		assert_int_equal(strspn(code, "abcdefghijklmnopqrstuvwxyz-"), strlen(code));
		assert_int_equal(idcard_error_from_code(code), e);
		assert_true(idcard_error_errno(e) > 0);
		assert_true(strlen(idcard_error_text(e, false)) > 20);
		assert_true(strlen(idcard_error_text(e, true)) > 12);
		assert_string_not_equal(idcard_error_text(e, false), idcard_error_text(e, true));
	}
}

static void nothing_else_is_an_error(void **state)
{
	assert_null(idcard_error_code(IDCARD_ERROR_NONE));
	assert_null(idcard_error_code(_IDCARD_ERROR_MAX));
	assert_null(idcard_error_code(-1));
	assert_null(idcard_error_text(IDCARD_ERROR_NONE, false));
	assert_null(idcard_error_text(_IDCARD_ERROR_MAX, true));
	assert_int_equal(idcard_error_errno(IDCARD_ERROR_NONE), 0);
	assert_int_equal(idcard_error_errno(_IDCARD_ERROR_MAX), 0);
	assert_int_equal(idcard_error_from_code("of-a-newer-daemon"), IDCARD_ERROR_NONE);
	assert_int_equal(idcard_error_from_code(""), IDCARD_ERROR_NONE);
	assert_int_equal(idcard_error_from_code(NULL), IDCARD_ERROR_NONE);
}

static void some_are_what_programs_rely_on(void **state)
{
	assert_string_equal(idcard_error_code(IDCARD_ERROR_CARD_REMOVED), "card-removed");
	assert_string_equal(idcard_error_code(IDCARD_ERROR_ENTRY_CHECKSUM), "entry-checksum");
	assert_int_equal(idcard_error_errno(IDCARD_ERROR_ENTRY_CHECKSUM), EINVAL);
	assert_int_equal(idcard_error_errno(IDCARD_ERROR_READER_GONE), ENODEV);
	assert_int_equal(idcard_error_errno(IDCARD_ERROR_PERMISSION_DENIED), EACCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_is_complete),
		cmocka_unit_test(nothing_else_is_an_error),
		cmocka_unit_test(some_are_what_programs_rely_on),
	};

	return cmocka_run_group_tests_name("errors", tests, NULL, NULL);
}
