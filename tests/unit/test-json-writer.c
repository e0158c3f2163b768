// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "json-writer.h"

static void nesting(void **state)
{
	struct json_writer w;
	char out[256];

	writer_init(&w, out, sizeof(out));
	writer_open(&w, NULL, '{');
	writer_word(&w, "word", "a");
	writer_open(&w, "empty", '{');
	writer_close(&w, '}');
	writer_open(&w, "list", '[');
	writer_text(&w, NULL, "");
	writer_text(&w, NULL, "[");
	writer_open(&w, NULL, '[');
	writer_close(&w, ']');
	writer_unsigned(&w, NULL, 0);
	writer_unsigned(&w, NULL, UINT64_MAX);
	writer_close(&w, ']');
	writer_boolean(&w, "yes", true);
	writer_boolean(&w, "no", false);
	writer_raw(&w, "raw", "null");
	writer_base64(&w, "none", (const uint8_t *)"", 0);
	writer_base64(&w, "data", (const uint8_t *)"foob", 4);
	writer_close(&w, '}');
	assert_int_equal(writer_finish(&w), strlen(out));
	assert_string_equal(out,
			    "{\"word\":\"a\",\"empty\":{},\"list\":[\"\",\"[\",[],0,"
			    "18446744073709551615],\"yes\":true,\"no\":false,\"raw\":null,"
			    "\"none\":\"\",\"data\":\"Zm9vYg==\"}");
}

static void writes(const char *text, const char *expected)
{
	struct json_writer w;
	char out[256];
	json_t *value;

	writer_init(&w, out, sizeof(out));
	writer_text(&w, NULL, text);
	assert_true(writer_finish(&w) > 0);
	assert_string_equal(out, expected);
	value = json_loads(out, JSON_DECODE_ANY, NULL);
	assert_non_null(value);
	json_decref(value);
}

static void escapes(void **state)
{
	writes("\"\\/\b\f\n\r\t", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"");
	writes("\x01\x1f\x7f a", "\"\\u0001\\u001f\\u007f a\"");
	writes("é测\xf0\xa0\x80\x80", "\"é测\xf0\xa0\x80\x80\"");
	/* What is no UTF-8 becomes U+FFFD, a byte each. */
	writes("a\xff" "b", "\"a\xef\xbf\xbd" "b\"");
	writes("\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
	writes("\xe6\xb5", "\"\xef\xbf\xbd\xef\xbf\xbd\"");
	writes("\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"");
}

/* Bytes of any kind: jansson, which takes no bad UTF-8, reads what the writer wrote. */
static void any_bytes(void **state)
{
	uint64_t seed = 20260101;

	for (int round = 0; round < 20000; round++) {
		char text[24] = "", out[24 * 6 + 3];
		struct json_writer w;
		json_t *value;

		for (size_t i = 0; i + 1 < sizeof(text); i++)
			text[i] = (char)(test_random(&seed) >> 24);
		writer_init(&w, out, sizeof(out));
		w.map_private_use = round % 2;
		writer_text(&w, NULL, text);
		assert_true(writer_finish(&w) > 0);
		value = json_loads(out, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		assert_non_null(value);
		json_decref(value);
	}
}

static void private_use(void **state)
{
	struct json_writer w;
	char out[64];

	writer_init(&w, out, sizeof(out));
	writer_text(&w, NULL, "\xee\xa0\x96");		/* U+E816 */
	assert_true(writer_finish(&w) > 0);
	assert_string_equal(out, "\"\xee\xa0\x96\"");
	assert_false(w.mapped || w.private_use);

	writer_init(&w, out, sizeof(out));
	w.map_private_use = true;
	writer_text(&w, NULL, "\xee\xa0\x96测");
	assert_true(w.mapped && !w.private_use);
	writer_text(&w, NULL, "\xee\x80\x80");		/* U+E000 */
	assert_true(w.mapped && w.private_use);
	assert_true(writer_finish(&w) > 0);
	assert_string_equal(out, "\"\xf0\xa0\x82\x87测\",\"\xee\x80\x80\"");
}

static ssize_t write_all(char *out, size_t size)
{
	struct json_writer w;

	writer_init(&w, out, size);
	writer_open(&w, NULL, '{');
	writer_text(&w, "text", "a\"测\n");
	writer_base64(&w, "data", (const uint8_t *)"foobar", 6);
	writer_unsigned(&w, "number", 1234);
	writer_close(&w, '}');
	return writer_finish(&w);
}

/* Not one byte beyond any size, which the sanitizer sees; and nothing left behind. */
static void every_size(void **state)
{
	static const char whole[] =
		"{\"text\":\"a\\\"测\\n\",\"data\":\"Zm9vYmFy\",\"number\":1234}";

	for (size_t size = 0; size <= sizeof(whole) + 2; size++) {
		char *out = malloc(size);

		if (size)
			memset(out, 'x', size);
		if (size >= sizeof(whole)) {
			assert_int_equal(write_all(out, size), sizeof(whole) - 1);
			assert_string_equal(out, whole);
		} else {
			assert_int_equal(write_all(out, size), -ENOBUFS);
			for (size_t i = 0; i < size; i++)
				assert_int_equal(out[i], 0);
		}
		free(out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nesting),
		cmocka_unit_test(escapes),
		cmocka_unit_test(any_bytes),
		cmocka_unit_test(private_use),
		cmocka_unit_test(every_size),
	};

	return cmocka_run_group_tests_name("json-writer", tests, NULL, NULL);
}
