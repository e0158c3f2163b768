// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of the daemon, taken apart in place. */
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libidcard-json.h"

static int result_of(const char *line)
{
	struct json_text t;
	int r = json_take(line, &t);

	json_text_wipe(&t);
	assert_null(t.text);
	return r;
}

static void test_valid(void **state)
{
	static const char *const lines[] = {
		"{}", " { } ", "{\"a\":1}", "\t{\r\"a\"\n: -0.5e+10 , \"b\" : [ ] }",
		"{\"a\":[1,2,[3,{\"b\":{}}]],\"c\":null}", "{\"\":0}", "{\"a\":\"\"}",
		"{\"a\":{\"a\":{\"a\":true}}}", "{\"a\":1E5,\"b\":-1.25,\"c\":0}",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (result_of(lines[i]) != 0)
			fail_msg("%s", lines[i]);
}

static void test_invalid(void **state)
{
	static const char *const lines[] = {
		"", " ", "[]", "1", "\"a\"", "null", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
		"{,\"a\":1}", "{\"a\":1 \"b\":2}", "{\"a\":1}}", "{\"a\":1}x", "{a:1}", "{1:1}",
		"{\"a\":[1,]}", "{\"a\":[,1]}", "{\"a\":[1 2]}", "{\"a\":[1}", "{\"a\":01}",
		"{\"a\":-}", "{\"a\":+1}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":1e}", "{\"a\":1e+}",
		"{\"a\":0x1}", "{\"a\":nul}", "{\"a\":True}", "{\"a\":\"b}", "{\"a", "{\"a\":\"\\",
		"{\"a\":\"\\\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\u12g4\"}",
		"{\"a\":\"\\u0000\"}", "{\"a\":\"\\ud83d\"}", "{\"a\":\"\\ud83dx\"}",
		"{\"a\":\"\\ud83d\\u0041\"}", "{\"a\":\"\\ude00\"}", "{\"a\":\"\\u",
		"{\"a\":\"\\ud83d\\u", "{\"a\":\"\x01\"}", "{\"a\":\"\t\"}", "{\"a\":\"\xff\"}",
		"{\"a\":\"\xe6\xb5\"}", "{\"a\":\"\xe6", "{\"a\":\"\xc0\xaf\"}",
		"{\"a\":\"\xed\xa0\x80\"}", "{\"a\":1,\"a\":1}", "{\"b\":{\"a\":1,\"c\":[],\"a\":2}}",
		"{\"a\":1,\"\\u0061\":2}",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (result_of(lines[i]) != -EBADMSG)
			fail_msg("%s", lines[i]);
}

/* Every beginning of a good line is a bad one, and none is read beyond its end. */
static void test_cut(void **state)
{
	static const char line[] = "{\"a\":\"\\ud83d\\ude00\xe6\xb5\x8b\",\"b\":[-1.5e3,true,null]}";

	for (size_t n = 0; n < sizeof(line) - 1; n++) {
		char *cut = strndup(line, n);

		assert_int_equal(result_of(cut), -EBADMSG);
		free(cut);
	}
	assert_int_equal(result_of(line), 0);
}

static void test_strings(void **state)
{
	struct json_text t;

	assert_int_equal(json_take("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u6d4B\\ud83d\\ude00测\",\"k\\u0065y\":"
				   "\"\xef\xbf\xbd\",\"empty\":\"\"}", &t), 0);
	assert_string_equal(json_string_at(&t, "a"), "\"\\/\b\f\n\r\t测😀测");
	assert_string_equal(json_string_at(&t, "key"), "\xef\xbf\xbd");
	assert_string_equal(json_string_at(&t, "empty"), "");
	json_text_wipe(&t);
}

static void test_paths(void **state)
{
	struct json_text t;

	assert_int_equal(json_take("{\"a\":{\"b\":[\"x\",{\"c\":\"y\"},[\"z\"]],\"n\":7},\"a2\":\"w\",\"0\":\"k\"}",
				   &t), 0);
	assert_string_equal(json_string_at(&t, "a.b.0"), "x");
	assert_string_equal(json_string_at(&t, "a.b.1.c"), "y");
	assert_string_equal(json_string_at(&t, "a.b.2.0"), "z");
	assert_string_equal(json_string_at(&t, "a2"), "w");
	assert_string_equal(json_string_at(&t, "0"), "k");
	assert_int_equal(json_find(&t, "a.b")->count, 3);
	assert_int_equal(json_find(&t, "a")->count, 2);
	assert_int_equal(json_find(&t, "a.n")->kind, JSON_KIND_INTEGER);
	assert_null(json_string_at(&t, "a.n"));
	assert_null(json_find(&t, "a.b.3"));
	assert_null(json_find(&t, "a.b.x"));
	assert_null(json_find(&t, "a.b."));
	assert_null(json_find(&t, "a.b.99999999999999999999"));
	assert_null(json_find(&t, "a2.b"));
	assert_null(json_find(&t, "b"));
	assert_null(json_find(&t, "a3"));
	assert_null(json_find(&t, ""));
	json_text_wipe(&t);
}

static char *repeated(const char *before, const char *piece, size_t n, const char *after)
{
	size_t size = strlen(before) + n * strlen(piece) + strlen(after) + 1;
	char *text = malloc(size), *to = stpcpy(text, before);

	while (n-- > 0)
		to = stpcpy(to, piece);
	strcpy(to, after);
	return text;
}

static void test_bounds(void **state)
{
	char *deep = repeated("{\"a\":", "[", 100000, "");
	char *fits = repeated("{\"a\":[[[[[[[[[[[[[[[", "", 0, "]]]]]]]]]]]]]]]}");
	char *beyond = repeated("{\"a\":[[[[[[[[[[[[[[[[", "", 0, "]]]]]]]]]]]]]]]]}");
	char *wide = repeated("{\"a\":[0", ",0", JSON_NODES_MAX - 3, "]}");
	char *wider = repeated("{\"a\":[0", ",0", JSON_NODES_MAX - 2, "]}");

	assert_int_equal(result_of(deep), -EBADMSG);
	assert_int_equal(result_of(fits), 0);
	assert_int_equal(result_of(beyond), -EBADMSG);
	assert_int_equal(result_of(wide), 0);
	assert_int_equal(result_of(wider), -EBADMSG);
	free(deep);
	free(fits);
	free(beyond);
	free(wide);
	free(wider);
}

static void test_base64(void **state)
{
	/* RFC 4648, section 10. */
	static const struct { const char *in, *out; } good[] = {
		{ "", "" }, { "Zg==", "f" }, { "Zm8=", "fo" }, { "Zm9v", "foo" },
		{ "Zm9vYg==", "foob" }, { "Zm9vYmE=", "fooba" }, { "Zm9vYmFy", "foobar" },
		{ "+/+/", "\xfb\xff\xbf" },
	};
	static const char *const bad[] = { "Z", "Zg", "Zg=", "Zg===", "====", "=Zg=", "Zm9v\\n",
					   "Zm-_", "Zm9vZ===", "Z===", "Zm 9" };
	struct json_text t;
	char line[64];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const struct json_node *node;

		snprintf(line, sizeof(line), "{\"a\":{\"d\":\"%s\"}}", good[i].in);
		assert_int_equal(json_take(line, &t), 0);
		assert_int_equal(json_bytes(&t, "a.d"), 0);
		node = json_find(&t, "a.d");
		assert_int_equal(node->kind, JSON_KIND_BYTES);
		assert_int_equal(node->size, strlen(good[i].out));
		assert_memory_equal(node->value, good[i].out, node->size);
		assert_null(json_string_at(&t, "a.d"));
		json_text_wipe(&t);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(line, sizeof(line), "{\"a\":\"%s\"}", bad[i]);
		assert_int_equal(json_take(line, &t), 0);
		if (json_bytes(&t, "a") != -EBADMSG)
			fail_msg("%s", bad[i]);
		json_text_wipe(&t);
	}
	assert_int_equal(json_take("{\"a\":1}", &t), 0);
	assert_int_equal(json_bytes(&t, "a"), -EBADMSG);
	assert_int_equal(json_bytes(&t, "b"), -ENOENT);
	json_text_wipe(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),	cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_cut),	cmocka_unit_test(test_strings),
		cmocka_unit_test(test_paths),	cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_base64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
