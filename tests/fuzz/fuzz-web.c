// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a page or a program sends to idcard-web, and what was remembered of it. Input: a byte of
 * choices, then lines: target, Host, Origin, Referer, Sec-Fetch-Site, Sec-Fetch-Dest ("-" is none).
 * All of it is also a list of origins that was remembered, and a file of the administrator.
 */
#include <ctype.h>

#include "fuzz.h"
#include "web/consent.h"
#include "web/guard.h"
#include "web/target.h"

enum { LINES = 6, PORT = 17825 };

enum choice { USER = 1, SCRIPT = 2, PORT_80 = 4, FOR = 8 };

static void check_target(const char *target)
{
	char path[TARGET_PATH_SIZE + 1];
	const char *query = NULL;

	path[TARGET_PATH_SIZE] = 0x55;
	if (!target_split(target, "?&", path, &query))
		return;
	FUZZ_CHECK(path[TARGET_PATH_SIZE] == 0x55);
	FUZZ_CHECK(path[0] == '/' && strlen(path) <= strcspn(target, "?&"));
	FUZZ_CHECK(query >= target && query <= target + strlen(target));
	FUZZ_CHECK(strchr(target, '%') || strncmp(target, path, strlen(path)) == 0);
}

/* What is taken for an origin is one of a page on a server, and stays itself. */
static void check_origin(const char *text)
{
	char origin[ORIGIN_SIZE], again[ORIGIN_SIZE], url[ORIGIN_SIZE + 8];

	if (origin_of_url(text, origin))
		FUZZ_CHECK(origin_parse(origin, again) && strcmp(origin, again) == 0);
	if (!origin_parse(text, origin))
		return;
	FUZZ_CHECK(strlen(origin) < ORIGIN_SIZE && strstr(origin, "://"));
	FUZZ_CHECK(origin_parse(origin, again) && strcmp(origin, again) == 0);
	for (const char *p = origin; *p; p++)
		FUZZ_CHECK(!isupper((unsigned char)*p) && isgraph((unsigned char)*p) && *p != '@' &&
			   *p != '?');
	snprintf(url, sizeof(url), "%s/a?b", origin);
	FUZZ_CHECK(origin_of_url(url, again) && strcmp(origin, again) == 0);
}

static bool is_here(const struct guard_question *q)
{
	static const char *const hosts[] = { "127.0.0.1", "localhost", "[::1]" };
	char host[32];

	for (size_t i = 0; q->host && i < ELEMENTSOF(hosts); i++) {
		snprintf(host, sizeof(host), "%s:%u", hosts[i], q->port);
		if (strcasecmp(q->host, host) == 0 ||
		    (q->port == 80 && strcasecmp(q->host, hosts[i]) == 0))
			return true;
	}
	return false;
}

/* The promises, one by one, not the table again. */
static void check_guard(const struct guard_question *q)
{
	char origin[ORIGIN_SIZE], parsed[ORIGIN_SIZE];
	enum guard_answer answer = guard_decide(q, origin);
	bool let_in = answer <= GUARD_STRANGER;
	bool has_origin = q->origin && origin_parse(q->origin, parsed);

	FUZZ_CHECK(q->user || answer == GUARD_USER);
	FUZZ_CHECK(!let_in || (q->user && is_here(q)));
	FUZZ_CHECK(!*origin || (origin_parse(origin, parsed) && strcmp(origin, parsed) == 0));
	if (answer == GUARD_ORIGIN)
		FUZZ_CHECK(*origin && q->for_whom == GUARD_FOR_CONSENT);
	if (answer == GUARD_STRANGER)
		FUZZ_CHECK(q->for_whom == GUARD_FOR_ANYBODY);
	/* A page that says so is never taken for a program. */
	if (q->origin)
		FUZZ_CHECK(answer != GUARD_PROGRAM);
	if (q->origin && !has_origin)
		FUZZ_CHECK(answer != GUARD_ORIGIN && answer != GUARD_OPERATOR);
	if (answer == GUARD_OPERATOR && q->origin)
		FUZZ_CHECK(strncmp(origin, "http://", 7) == 0);
	/* What the browser says comes from another site is never the operator's. */
	if (q->fetch_site && (strcmp(q->fetch_site, "cross-site") == 0 || strcmp(q->fetch_site, "same-site") == 0))
		FUZZ_CHECK(answer != GUARD_OPERATOR &&
			   (answer != GUARD_PROGRAM || q->for_whom == GUARD_FOR_ANYBODY));
}

/* Any page may ask, and as many as like: what was decided stays. */
static void check_asking(struct origins *o)
{
	size_t decided = o->n;
	char name[32];
	bool new;

	FUZZ_CHECK(decided <= ORIGINS_MAX && origins_pending(o) == 0);
	for (int i = 0; i < ORIGINS_PENDING_MAX + 3; i++) {
		snprintf(name, sizeof(name), "http://never%d.example", i);
		/* A fuzzer learns names from comparisons, and decides about them beforehand. */
		if (origins_find(o, name))
			continue;
		FUZZ_CHECK(origins_ask(o, name, i % 33 - 1, &new) == ORIGIN_PENDING && new);
		FUZZ_CHECK(origins_pending(o) <= ORIGINS_PENDING_MAX);
	}
	FUZZ_CHECK(o->n - origins_pending(o) == decided);
	if (!decided)
		return;
	snprintf(name, sizeof(name), "%s", origin_state_word(o->list[0].state));
	FUZZ_CHECK(origin_state_from_word(name) == o->list[0].state);
	FUZZ_CHECK(origins_find(o, o->list[0].name) == &o->list[0]);
	FUZZ_CHECK(origins_set(o, o->list[0].name, ORIGIN_UNKNOWN, false) ==
		   (o->list[0].administrator ? -EPERM : 0));
	FUZZ_CHECK(origins_find(o, "http://other.example") ||
		   origins_set(o, "http://other.example", ORIGIN_UNKNOWN, false) == -ENOENT);
}

static void check_remembered(const char *text, const uint8_t *data, size_t size)
{
	struct origins *o = calloc(1, sizeof(*o)), *again = calloc(1, sizeof(*again));
	struct config_problem problem;
	char *written, *twice, *file = malloc(size + 1);

	if (size)
		memcpy(file, data, size);
	file[size] = '\0';
	if (consent_parse(file, size, o, &problem) == 0)
		for (size_t i = 0; i < o->n; i++)
			FUZZ_CHECK(o->list[i].administrator && o->list[i].state >= ORIGIN_ALLOWED);
	origins_read(o, text);
	written = origins_write(o);
	FUZZ_CHECK(origins_read(again, written) == 0);
	twice = origins_write(again);
	FUZZ_CHECK(strcmp(written, twice) == 0);
	check_asking(o);
	free(file);
	free(written);
	free(twice);
	free(again);
	free(o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	unsigned int choices = fuzz_byte(&in);
	char *line[LINES] = {}, *all = fuzz_string(data, size);
	struct guard_question q = {
		.user = choices & USER,
		.script = choices & SCRIPT,
		.port = choices & PORT_80 ? 80 : PORT,
		.for_whom = choices / FOR % 3,
	};

	for (int i = 0; i < LINES; i++) {
		const uint8_t *end = in.size ? memchr(in.data, '\n', in.size) : NULL;
		struct fuzz_input part = fuzz_take(&in, end ? (size_t)(end - in.data) : in.size);

		fuzz_byte(&in);
		line[i] = fuzz_string(part.data, part.size);
		check_origin(line[i]);
	}
	check_target(line[0]);
#define FIELD(i) (strcmp(line[i], "-") == 0 ? NULL : line[i])
	q.host = FIELD(1);
	q.origin = FIELD(2);
	q.referer = FIELD(3);
	q.fetch_site = FIELD(4);
	q.fetch_dest = FIELD(5);
	check_guard(&q);
	check_remembered(all, data, size);
	for (int i = 0; i < LINES; i++)
		free(line[i]);
	free(all);
	return 0;
}
