// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util.h"
#include "web/consent.h"
#include "web/origins.h"

static struct origins *origins;

static int set_up(void **state)
{
	origins = calloc(1, sizeof(*origins));
	return origins ? 0 : -1;
}

static int tear_down(void **state)
{
	free(origins);
	return 0;
}

static void test_parse(void **state)
{
	static const char *const good[][2] = {
		{ "http://a.example", "http://a.example" },
		{ "HTTPS://A.Example", "https://a.example" },
		{ "http://a.example:80", "http://a.example" },
		{ "https://a.example:443", "https://a.example" },
		{ "https://a.example:80", "https://a.example:80" },
		{ "http://10.1.2.3:8080", "http://10.1.2.3:8080" },
		{ "http://[2001:DB8::1]:8080", "http://[2001:db8::1]:8080" },
		{ "http://intranet_host", "http://intranet_host" },
		{ "chrome-extension://abcdefghijklmnop", "chrome-extension://abcdefghijklmnop" },
	};
	static const char *const bad[] = {
		"", "null", "file://", "file://a", "http://", "http:", "http://a.example/", "http://a.example?x",
		"http://u@a.example", "http://a.example:", "http://a.example:0", "http://a.example:65536",
		"http://a.example:80x", "http://a.example:+80", "http://a.example:000080", "ftp://a.example", "a.example",
		"http://a.example http://b.example", "http://[::1", "http://[]", "http://a\nb", "http://\xe4\xb8\xad",
		"chrome-extension://abc:80", "javascript://a",
	};
	char got[ORIGIN_SIZE], longest[ORIGIN_SIZE + 8] = "http://";

	for (size_t i = 0; i < ELEMENTSOF(good); i++) {
		assert_true(origin_parse(good[i][0], got));
		assert_string_equal(got, good[i][1]);
	}
	for (size_t i = 0; i < ELEMENTSOF(bad); i++)
		if (origin_parse(bad[i], got))
			fail_msg("%s", bad[i]);
	/* with room for any port */
	memset(longest + 7, 'a', ORIGIN_SIZE - 14);
	strcpy(longest + ORIGIN_SIZE - 7, ":65535");
	assert_true(origin_parse(longest, got));
	assert_string_equal(got, longest);
	memset(longest + 7, 'a', ORIGIN_SIZE - 13);
	longest[ORIGIN_SIZE - 6] = '\0';
	assert_false(origin_parse(longest, got));
}

static void test_of_url(void **state)
{
	char got[ORIGIN_SIZE], url[1024];

	assert_true(origin_of_url("https://A.example:443/b/c?d=http://e#f", got));
	assert_string_equal(got, "https://a.example");
	assert_true(origin_of_url("http://a.example", got));
	assert_true(origin_of_url("http://a.example:81?x", got));
	assert_string_equal(got, "http://a.example:81");
	assert_false(origin_of_url("about:blank", got));
	assert_false(origin_of_url("http://good.example@evil.example/", got));
	assert_false(origin_of_url("/x://y", got));
	memset(url, 'a', sizeof(url));
	memcpy(url, "http://", 7);
	url[sizeof(url) - 1] = '\0';
	assert_false(origin_of_url(url, got));
	strcpy(url + 7, "a.example/");
	memset(url + 17, 'b', 900);
	assert_true(origin_of_url(url, got));
	assert_string_equal(got, "http://a.example");
}

static void test_consent(void **state)
{
	bool new;

	assert_int_equal(origins_ask(origins, "http://a", 2, &new), ORIGIN_PENDING);
	assert_true(new);
	assert_int_equal(origins_ask(origins, "http://a", -1, &new), ORIGIN_PENDING);
	assert_false(new);
	assert_int_equal(origins_find(origins, "http://a")->profiles, 1U << 2);
	assert_int_equal(origins_pending(origins), 1);
	assert_int_equal(origins_set(origins, "http://a", ORIGIN_ALLOWED, false), 0);
	assert_int_equal(origins_ask(origins, "http://a", 0, &new), ORIGIN_ALLOWED);
	assert_int_equal(origins_find(origins, "http://a")->profiles, 5);
	assert_int_equal(origins_pending(origins), 0);
	assert_int_equal(origins_set(origins, "http://a", ORIGIN_DENIED, false), 0);
	assert_int_equal(origins_ask(origins, "http://a", 0, &new), ORIGIN_DENIED);
	assert_int_equal(origins_set(origins, "http://a", ORIGIN_UNKNOWN, false), 0);
	assert_null(origins_find(origins, "http://a"));
	assert_int_equal(origins_set(origins, "http://a", ORIGIN_UNKNOWN, false), -ENOENT);
	/* one allowed before it asked */
	assert_int_equal(origins_set(origins, "http://b", ORIGIN_ALLOWED, false), 0);
	assert_int_equal(origins_ask(origins, "http://b", -1, &new), ORIGIN_ALLOWED);
	assert_false(new);
	/* names are whole */
	assert_int_equal(origins_ask(origins, "http://b.example", -1, &new), ORIGIN_PENDING);
}

static void test_administrator(void **state)
{
	assert_int_equal(origins_set(origins, "http://a", ORIGIN_DENIED, true), 0);
	assert_int_equal(origins_set(origins, "http://a", ORIGIN_ALLOWED, false), -EPERM);
	assert_int_equal(origins_set(origins, "http://a", ORIGIN_UNKNOWN, false), -EPERM);
	assert_int_equal(origins_find(origins, "http://a")->state, ORIGIN_DENIED);
	assert_int_equal(origins_set(origins, "http://a", ORIGIN_ALLOWED, true), 0);
	/* not remembered as if the operator had said so */
	assert_int_equal(origins_set(origins, "http://b", ORIGIN_ALLOWED, false), 0);
	char *text = origins_write(origins);
	assert_string_equal(text, "allowed http://b\n");
	free(text);
}

/* Any page may ask: what was decided stays, and memory does not grow. */
static void test_flood(void **state)
{
	char name[64];
	bool new;

	assert_int_equal(origins_set(origins, "http://mine", ORIGIN_ALLOWED, false), 0);
	for (int i = 0; i < 2 * ORIGINS_MAX; i++) {
		snprintf(name, sizeof(name), "http://x%d", i);
		assert_int_equal(origins_ask(origins, name, 0, &new), ORIGIN_PENDING);
		assert_true(origins_pending(origins) <= ORIGINS_PENDING_MAX);
	}
	assert_int_equal(origins_find(origins, "http://mine")->state, ORIGIN_ALLOWED);
	assert_non_null(origins_find(origins, name));
	assert_null(origins_find(origins, "http://x0"));
	/* Full of decisions: one that asks is told to wait, and a decision fails. */
	for (int i = 0; i < ORIGINS_MAX; i++) {
		snprintf(name, sizeof(name), "http://y%d", i);
		if (origins_set(origins, name, ORIGIN_DENIED, false) < 0)
			break;
	}
	assert_int_equal(origins->n, ORIGINS_MAX);
	assert_int_equal(origins_set(origins, "http://z", ORIGIN_ALLOWED, false), -ENOSPC);
	assert_int_equal(origins_ask(origins, "http://z", 0, &new), ORIGIN_PENDING);
	assert_int_equal(origins_find(origins, "http://mine")->state, ORIGIN_ALLOWED);
}

static void test_site(void **state)
{
	static const char *const sites[][2] = {
		{ "https://a.example", "a.example" },
		{ "https://x.y.a.example:8443", "a.example" },
		{ "http://localhost:81", "localhost" },
		{ "http://10.1.2.3:8080", "10.1.2.3" },
		{ "http://[2001:db8::1]:8080", "[2001:db8::1]" },
		{ "https://www.uni.edu.cn", "uni.edu.cn" },
		{ "https://uni.edu.cn", "uni.edu.cn" },
		{ "https://edu.cn", "edu.cn" },
		{ "https://a.b.example.cn", "example.cn" },
		{ "https://a.", "a." },
		{ "https://...", "..." },
		{ "chrome-extension://abc", "abc" },
	};

	char got[ORIGIN_SIZE];

	for (size_t i = 0; i < ELEMENTSOF(sites); i++) {
		origin_site(sites[i][0], got);
		assert_string_equal(got, sites[i][1]);
	}
}

/* One site asks by as many names as it likes: those of others still wait to be decided. */
static void test_names_of_one_site_push_out_nobody(void **state)
{
	char name[64];
	bool new;

	origins_ask(origins, "http://desk.hospital.example", 0, &new);
	origins_ask(origins, "http://10.0.0.1", 0, &new);
	for (int i = 0; i < 10 * ORIGINS_MAX; i++) {
		snprintf(name, sizeof(name), "http://x%d.evil.example", i);
		assert_int_equal(origins_ask(origins, name, 0, &new), ORIGIN_PENDING);
		assert_true(new);
		assert_true(origins_pending(origins) <= 2 + ORIGINS_PENDING_PER_SITE);
	}
	assert_non_null(origins_find(origins, name));
	assert_non_null(origins_find(origins, "http://desk.hospital.example"));
	assert_non_null(origins_find(origins, "http://10.0.0.1"));
	/* With many sites: those that have most make room. */
	for (int i = 0; i < 2 * ORIGINS_PENDING_MAX; i++) {
		snprintf(name, sizeof(name), "http://%s.evil%d.example", i % 2 ? "a" : "b", i / 2);
		origins_ask(origins, name, 0, &new);
	}
	assert_int_equal(origins_pending(origins), ORIGINS_PENDING_MAX);
	assert_non_null(origins_find(origins, name));
}

static void test_remembered(void **state)
{
	static const char text[] =
		"allowed http://a.example\ndenied https://b.example\n\nallowed http://a.example\n"
		"pending http://c\nallowed null\nallowed\nallowed \nrubbish http://d\nallowed http://e";
	char *written;

	assert_int_equal(origins_set(origins, "https://b.example", ORIGIN_ALLOWED, true), 0);
	assert_int_equal(origins_read(origins, text), 5);
	/* The administrator's word holds. */
	assert_int_equal(origins_find(origins, "https://b.example")->state, ORIGIN_ALLOWED);
	assert_int_equal(origins_find(origins, "http://a.example")->state, ORIGIN_ALLOWED);
	written = origins_write(origins);
	assert_string_equal(written, "allowed http://a.example\nallowed http://e\n");
	free(written);
}

static int parse(const char *text, struct config_problem *problem)
{
	return consent_parse(text, strlen(text), origins, problem);
}

static void test_files(void **state)
{
	struct config_problem problem;

	assert_int_equal(parse("# our desk\n[origins]\nallow = https://desk.example\nallow=http://10.0.0.1:8080\n"
			       "deny = http://old.example\n", &problem), 0);
	assert_int_equal(origins->n, 3);
	assert_true(origins_find(origins, "http://10.0.0.1:8080")->administrator);
	assert_int_equal(origins_find(origins, "http://old.example")->state, ORIGIN_DENIED);
	/* A file with a mistake allows nothing at all. */
	assert_int_equal(parse("[origins]\nallow = http://c.example\nallow = null\n", &problem), -EINVAL);
	assert_int_equal(problem.line, 3);
	assert_null(origins_find(origins, "http://c.example"));
	assert_int_equal(parse("[origins]\nallow = *\n", &problem), -EINVAL);
	assert_int_equal(parse("[origins]\npermit = http://c\n", &problem), -ENOENT);
	assert_int_equal(parse("[other]\nallow = http://c\n", &problem), -ENOENT);
	assert_int_equal(parse("allow = http://c\n", &problem), -ENOENT);
	assert_int_equal(origins->n, 3);
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	chmod(path, 0644);
}

static void test_folders(void **state)
{
	struct consent *c = calloc(1, sizeof(*c));
	char dir[] = "/tmp/idcard-test-XXXXXX", path[128], other[128];
	struct stat st;

	assert_non_null(c);
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/one.conf", dir);
	write_file(path, "[origins]\nallow = http://one.example\n");
	snprintf(other, sizeof(other), "%s/two.txt", dir);
	write_file(other, "[origins]\nallow = http://two.example\n");
	consent_load(c, dir, dir);
	assert_int_equal(c->origins.n, 1);
	assert_int_equal(consent_set(c, "http://three.example", ORIGIN_ALLOWED), 0);
	assert_int_equal(consent_set(c, "http://four.example", ORIGIN_DENIED), 0);
	unlink(path);
	snprintf(path, sizeof(path), "%s/origins", dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);

	/* The next start. */
	memset(c, 0, sizeof(*c));
	consent_load(c, dir, dir);
	assert_int_equal(c->origins.n, 2);
	assert_int_equal(origins_find(&c->origins, "http://three.example")->state, ORIGIN_ALLOWED);
	assert_int_equal(origins_find(&c->origins, "http://four.example")->state, ORIGIN_DENIED);
	unlink(path);
	/* A link is not followed. */
	assert_int_equal(symlink(other, path), 0);
	write_file(other, "allowed http://five.example\n");
	memset(c, 0, sizeof(*c));
	consent_load(c, dir, dir);
	assert_int_equal(c->origins.n, 0);
	unlink(path);
	unlink(other);
	rmdir(dir);
	/* Nowhere to write: the decision holds all the same. */
	assert_int_equal(consent_set(c, "http://six.example", ORIGIN_ALLOWED), -ENOENT);
	assert_int_equal(origins_find(&c->origins, "http://six.example")->state, ORIGIN_ALLOWED);
	free(c);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_parse),
		T(test_of_url),
		T(test_consent),
		T(test_administrator),
		T(test_flood),
		T(test_site),
		T(test_names_of_one_site_push_out_nobody),
		T(test_remembered),
		T(test_files),
		T(test_folders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
