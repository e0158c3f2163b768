// SPDX-License-Identifier: GPL-2.0-or-later
/* The decision table: what each kind of caller is, for each kind of thing. */
#include "test.h"

#include <string.h>

#include "util.h"
#include "web/guard.h"

#define PORT 17825
#define OWN "http://127.0.0.1:17825"
#define PAGE "https://desk.example"

static enum guard_answer ask(struct guard_question q, const char *origin)
{
	char got[ORIGIN_SIZE];
	enum guard_answer answer;

	q.user = true;
	q.port = PORT;
	if (!q.host)
		q.host = "127.0.0.1:17825";
	answer = guard_decide(&q, got);
	assert_string_equal(got, origin);
	return answer;
}

#define ASK(origin_, ...) ask((struct guard_question){ __VA_ARGS__ }, origin_)

static void test_user(void **state)
{
	struct guard_question q = { .host = "127.0.0.1:17825", .port = PORT };
	char origin[ORIGIN_SIZE];

	/* Not even what is for anybody. */
	for (int i = GUARD_FOR_ANYBODY; i <= GUARD_FOR_OPERATOR; i++) {
		q.for_whom = i;
		q.user = false;
		assert_int_equal(guard_decide(&q, origin), GUARD_USER);
		q.user = true;
		assert_int_equal(guard_decide(&q, origin), GUARD_PROGRAM);
	}
}

static void test_host(void **state)
{
	static const char *const good[] = {
		"127.0.0.1:17825", "localhost:17825", "LocalHost:17825", "[::1]:17825",
	};
	static const char *const bad[] = {
		"", "127.0.0.1", "localhost", "127.0.0.1:17826", "127.0.0.1:178250", "127.0.0.1:017825",
		"evil.example:17825", "localhost.:17825", "localhost.evil.example:17825",
		"evil.example@127.0.0.1:17825", "127.0.0.2:17825", "0.0.0.0:17825", "127.1:17825",
		"2130706433:17825", "::1:17825", "[::1%lo]:17825", "[0:0:0:0:0:0:0:1]:17825",
		"127.0.0.1:17825 ", " 127.0.0.1:17825", "127.0.0.1:17825,evil.example",
	};
	struct guard_question q = { .user = true, .port = PORT };
	char origin[ORIGIN_SIZE];

	for (size_t i = 0; i < ELEMENTSOF(good); i++)
		assert_int_equal(ASK("", .host = good[i], .for_whom = GUARD_FOR_CONSENT),
				 GUARD_PROGRAM);
	for (size_t i = 0; i < ELEMENTSOF(bad); i++)
		assert_int_equal(ASK("", .host = bad[i]), GUARD_HOST);
	/* HTTP/1.0 without it */
	assert_int_equal(guard_decide(&q, origin), GUARD_HOST);
	/* The port of http is not sent along. */
	q.port = 80;
	q.host = "localhost";
	assert_int_equal(guard_decide(&q, origin), GUARD_PROGRAM);
}

static void test_programs(void **state)
{
	static const enum guard_for all[] = { GUARD_FOR_ANYBODY, GUARD_FOR_CONSENT,
					      GUARD_FOR_OPERATOR };

	for (size_t i = 0; i < ELEMENTSOF(all); i++) {
		assert_int_equal(ASK("", .for_whom = all[i]), GUARD_PROGRAM);
		/* typed into the address bar */
		assert_int_equal(ASK("", .for_whom = all[i], .fetch_site = "none"), GUARD_PROGRAM);
	}
}

static void test_operator_page(void **state)
{
	static const enum guard_for all[] = { GUARD_FOR_CONSENT, GUARD_FOR_OPERATOR };

	for (size_t i = 0; i < ELEMENTSOF(all); i++) {
		assert_int_equal(ASK(OWN, .for_whom = all[i], .origin = OWN), GUARD_OPERATOR);
		assert_int_equal(ASK(OWN, .for_whom = all[i], .origin = OWN, .fetch_site = "same-origin"),
				 GUARD_OPERATOR);
		assert_int_equal(ASK("", .for_whom = all[i], .fetch_site = "same-origin"), GUARD_OPERATOR);
		/* a browser that does not say where it comes from */
		assert_int_equal(ASK(OWN, .for_whom = all[i], .referer = OWN "/"), GUARD_OPERATOR);
		assert_int_equal(ASK("http://localhost:17825", .for_whom = all[i], .host = "localhost:17825",
				     .origin = "http://localhost:17825"), GUARD_OPERATOR);
	}
	/* Another server of this computer, or the same by another name. */
	assert_int_equal(ASK("http://127.0.0.1:8080", .for_whom = GUARD_FOR_OPERATOR,
			     .origin = "http://127.0.0.1:8080"), GUARD_SITE);
	assert_int_equal(ASK("http://127.0.0.1:8080", .for_whom = GUARD_FOR_CONSENT,
			     .origin = "http://127.0.0.1:8080"), GUARD_ORIGIN);
	assert_int_equal(ASK("http://localhost:17825", .for_whom = GUARD_FOR_OPERATOR,
			     .origin = "http://localhost:17825"), GUARD_SITE);
	assert_int_equal(ASK("https://127.0.0.1:17825", .for_whom = GUARD_FOR_OPERATOR,
			     .origin = "https://127.0.0.1:17825"), GUARD_SITE);
	/* Its own name, and a browser that knows better. */
	assert_int_equal(ASK(OWN, .for_whom = GUARD_FOR_OPERATOR, .origin = OWN, .fetch_site = "cross-site"),
			 GUARD_SITE);
}

static void test_origins(void **state)
{
	assert_int_equal(ASK(PAGE, .for_whom = GUARD_FOR_CONSENT, .origin = PAGE), GUARD_ORIGIN);
	assert_int_equal(ASK(PAGE, .for_whom = GUARD_FOR_CONSENT, .origin = PAGE, .fetch_site = "cross-site"),
			 GUARD_ORIGIN);
	assert_int_equal(ASK(PAGE, .for_whom = GUARD_FOR_OPERATOR, .origin = PAGE), GUARD_SITE);
	assert_int_equal(ASK(PAGE, .for_whom = GUARD_FOR_ANYBODY, .origin = PAGE), GUARD_STRANGER);
	/* The header counts, not what the page claims to be reached from. */
	assert_int_equal(
		ASK(PAGE, .for_whom = GUARD_FOR_CONSENT, .origin = PAGE, .referer = OWN "/"),
		GUARD_ORIGIN);
	/* Of an old browser, which sends no Origin with GET. */
	assert_int_equal(ASK(PAGE, .for_whom = GUARD_FOR_CONSENT, .referer = PAGE "/a?b=http://127.0.0.1:17825/"),
			 GUARD_ORIGIN);
	assert_int_equal(ASK(PAGE, .for_whom = GUARD_FOR_OPERATOR, .referer = PAGE "/"), GUARD_SITE);
}

static void test_no_origin(void **state)
{
	static const char *const none[] = {
		"null", "NULL", "", "file://", "http://", "//desk.example", "desk.example", "data:",
		"http://a http://b", "https://desk.example/", "https://u@desk.example",
	};

	for (size_t i = 0; i < ELEMENTSOF(none); i++) {
		assert_int_equal(ASK("", .for_whom = GUARD_FOR_CONSENT, .origin = none[i]),
				 GUARD_NO_ORIGIN);
		assert_int_equal(ASK("", .for_whom = GUARD_FOR_OPERATOR, .origin = none[i]),
				 GUARD_NO_ORIGIN);
		assert_int_equal(ASK("", .for_whom = GUARD_FOR_ANYBODY, .origin = none[i]),
				 GUARD_STRANGER);
	}
	assert_int_equal(ASK("", .for_whom = GUARD_FOR_CONSENT, .referer = "about:blank"), GUARD_NO_ORIGIN);
	/* "null" with the referer of a site that is allowed */
	assert_int_equal(ASK("", .for_whom = GUARD_FOR_CONSENT, .origin = "null", .referer = PAGE "/"),
			 GUARD_NO_ORIGIN);
}

/* <img>, <script>, <form method=get>, a link: no Origin, but the browser says where from. */
static void test_other_sites(void **state)
{
	static const char *const sites[] = { "cross-site", "same-site", "something-new", "" };

	for (size_t i = 0; i < ELEMENTSOF(sites); i++) {
		assert_int_equal(ASK("", .for_whom = GUARD_FOR_CONSENT, .fetch_site = sites[i]),
				 GUARD_SITE);
		assert_int_equal(ASK(PAGE, .for_whom = GUARD_FOR_CONSENT, .fetch_site = sites[i],
				     .referer = PAGE "/"), GUARD_SITE);
		assert_int_equal(ASK("", .for_whom = GUARD_FOR_OPERATOR, .fetch_site = sites[i]),
				 GUARD_SITE);
		/* A link to the page itself may be anywhere. */
		assert_int_equal(ASK("", .for_whom = GUARD_FOR_ANYBODY, .fetch_site = sites[i]),
				 GUARD_PROGRAM);
	}
}

static void test_scripts(void **state)
{
	/* JSONP, where the administrator allows it: by the referer, and only as a script. */
	assert_int_equal(ASK(PAGE, .for_whom = GUARD_FOR_CONSENT, .script = true, .fetch_site = "cross-site",
			     .fetch_dest = "script", .referer = PAGE "/"), GUARD_ORIGIN);
	assert_int_equal(ASK(PAGE, .for_whom = GUARD_FOR_CONSENT, .script = true, .fetch_site = "cross-site",
			     .fetch_dest = "image", .referer = PAGE "/"), GUARD_SITE);
	assert_int_equal(ASK(PAGE, .for_whom = GUARD_FOR_CONSENT, .script = true, .fetch_site = "cross-site",
			     .referer = PAGE "/"), GUARD_SITE);
	assert_int_equal(ASK("", .for_whom = GUARD_FOR_CONSENT, .script = true, .fetch_site = "cross-site",
			     .fetch_dest = "script"), GUARD_SITE);
	assert_int_equal(ASK(PAGE, .for_whom = GUARD_FOR_OPERATOR, .script = true, .fetch_site = "cross-site",
			     .fetch_dest = "script", .referer = PAGE "/"), GUARD_SITE);
	/* A page cannot pass for the operator page by a referer. */
	assert_int_equal(ASK(OWN, .for_whom = GUARD_FOR_CONSENT, .script = true, .fetch_site = "cross-site",
			     .fetch_dest = "script", .referer = OWN "/"), GUARD_ORIGIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_user),
		cmocka_unit_test(test_host),
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_operator_page),
		cmocka_unit_test(test_origins),
		cmocka_unit_test(test_no_origin),
		cmocka_unit_test(test_other_sites),
		cmocka_unit_test(test_scripts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
