// SPDX-License-Identifier: GPL-2.0-or-later
/* Who may ask how often, who had which card, and what is asked for. */
#include "../range.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "web/consumers.h"
#include "web/limits.h"
#include "web/refusal.h"
#include "web/target.h"

#define S UINT64_C(1000000)

static void test_rate(void **state)
{
	struct limits *l = calloc(1, sizeof(*l));
	unsigned int given = 0;

	/* So many at once, and then at that rate. */
	for (int i = 0; i < 100; i++)
		given += limits_take(l, "http://a", 100 * S);
	assert_int_equal(given, LIMITS_RATE);
	assert_true(limits_take(l, "http://b", 100 * S));
	given = 0;
	for (int ms = 0; ms < 10000; ms++)
		given += limits_take(l, "http://a", 100 * S + ms * 1000);
	assert_within(given, 10 * LIMITS_RATE - 2, 10 * LIMITS_RATE);
	/* Long silence saves nothing up. */
	given = 0;
	for (int i = 0; i < 100; i++)
		given += limits_take(l, "http://a", 10000 * S);
	assert_int_equal(given, LIMITS_RATE);
	free(l);
}

static void test_open(void **state)
{
	struct limits *l = calloc(1, sizeof(*l));

	for (int i = 0; i < LIMITS_OPEN_MAX; i++)
		assert_true(limits_enter(l, "http://a", S));
	assert_false(limits_enter(l, "http://a", S));
	assert_true(limits_enter(l, "user 1000", S));
	limits_leave(l, "http://a");
	assert_true(limits_enter(l, "http://a", S));
	/* of one that is not known */
	limits_leave(l, "http://c");
	free(l);
}

/* Many names do not push out who has something open, and so forget how much. */
static void test_many(void **state)
{
	struct limits *l = calloc(1, sizeof(*l));
	char key[32];

	for (int i = 0; i < LIMITS_OPEN_MAX; i++)
		assert_true(limits_enter(l, "http://a", S));
	for (int i = 0; i < 10 * LIMITS_KEYS_MAX; i++) {
		snprintf(key, sizeof(key), "http://x%d", i);
		assert_true(limits_take(l, key, (2 + i) * S));
	}
	assert_false(limits_enter(l, "http://a", 1000 * S));
	/* All have something open: no more. */
	for (int i = 0; i < LIMITS_KEYS_MAX - 1; i++) {
		snprintf(key, sizeof(key), "http://y%d", i);
		assert_true(limits_enter(l, key, 1000 * S));
	}
	assert_false(limits_take(l, "http://z", 1000 * S));
	assert_false(limits_enter(l, "http://z", 1000 * S));
	assert_true(limits_take(l, "http://y0", 1000 * S));
	free(l);
}

static void test_consumers(void **state)
{
	struct consumers *c = calloc(1, sizeof(*c));
	char who[32];

	assert_false(consumers_had(c, "http://a", 0, 1));
	assert_true(consumers_give(c, "http://a", 0, 1));
	assert_false(consumers_give(c, "http://a", 0, 1));
	assert_true(consumers_had(c, "http://a", 0, 1));
	/* each by itself: another profile, another origin */
	assert_false(consumers_had(c, "http://a", 1, 1));
	assert_false(consumers_had(c, "http://b", 0, 1));
	assert_true(consumers_give(c, "http://a", 1, 1));
	assert_true(consumers_give(c, "http://b", 0, 1));
	/* the next card */
	assert_false(consumers_had(c, "http://a", 0, 2));
	assert_true(consumers_give(c, "http://a", 0, 2));
	assert_false(consumers_had(c, "http://a", 0, 1));
	for (int i = 0; i < 2 * CONSUMERS_MAX; i++) {
		snprintf(who, sizeof(who), "http://x%d", i);
		assert_true(consumers_give(c, who, 0, 3));
	}
	assert_false(consumers_had(c, "http://a", 0, 2));
	assert_true(consumers_had(c, who, 0, 3));
	free(c);
}

static void expect(const char *target, const char *ends, const char *path, const char *query)
{
	char got[TARGET_PATH_SIZE];
	const char *rest;

	assert_true(target_split(target, ends, got, &rest));
	assert_string_equal(got, path);
	assert_string_equal(rest, query);
}

static void test_target(void **state)
{
	static const char *const bad[] = {
		"", "x", "?", "*", "http://127.0.0.1/", "/%", "/%4", "/%zz", "/%00", "/a%00b", "/%-1", "/%+1", "/% 1",
	};
	char long_path[TARGET_PATH_SIZE + 2], got[TARGET_PATH_SIZE];
	const char *rest;

	expect("/v1/read?a=b&c=d?e", "?", "/v1/read", "a=b&c=d?e");
	expect("/", "?", "/", "");
	expect("/a?", "?", "/a", "");
	/* What pages of vendors send. */
	expect("/OpenDevice&t=0.12", "?&", "/OpenDevice", "t=0.12");
	expect("/readcard&picpath=\"D:\\1\\123.bmp\"&t=1", "?&", "/readcard", "picpath=\"D:\\1\\123.bmp\"&t=1");
	expect("/readcard&picpath=%22D:%5C1%22&t=1", "?&", "/readcard", "picpath=%22D:%5C1%22&t=1");
	expect("/ScanReadIdCardInfo?OP-DEV=1&REPEAT=1?0.1", "?&", "/ScanReadIdCardInfo", "OP-DEV=1&REPEAT=1?0.1");
	expect("/card=idcard", "?&", "/card=idcard", "");
	/* Decoded once, and after it was parted; a plus is a plus. */
	expect("/a%3Fb%26c%2525+d?e", "?&", "/a?b&c%25+d", "e");
	expect("/../%2e%2e/x", "?", "/../../x", "");
	for (size_t i = 0; i < ELEMENTSOF(bad); i++)
		if (target_split(bad[i], "?", got, &rest))
			fail_msg("%s", bad[i]);
	memset(long_path, 'a', sizeof(long_path));
	long_path[0] = '/';
	long_path[TARGET_PATH_SIZE] = '\0';
	assert_false(target_split(long_path, "?", got, &rest));
	long_path[TARGET_PATH_SIZE - 1] = '\0';
	assert_true(target_split(long_path, "?", got, &rest));
	assert_int_equal(strlen(got), TARGET_PATH_SIZE - 1);
}

static void test_refusals(void **state)
{
	json_auto_t *object = refusal_object(REFUSAL_PENDING);

	assert_int_equal(refusal_status(REFUSAL_PENDING), 403);
	assert_int_equal(refusal_status(REFUSAL_TOO_MANY), 429);
	assert_string_equal(json_string_value(json_object_get(object, "class")), "ERROR");
	assert_string_equal(json_string_value(json_object_get(object, "code")), "origin-pending");
	assert_non_null(json_string_value(json_object_get(object, "message")));
	assert_non_null(json_string_value(json_object_get(object, "message_zh")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_consumers),
		cmocka_unit_test(test_target),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
