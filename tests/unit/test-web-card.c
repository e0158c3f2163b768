// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <string.h>

#include "util.h"
#include "web/card.h"

#define S UINT64_C(1000000)

static struct card card;

static int set_up(void **state)
{
	card = (struct card){};
	return 0;
}

/* What a test leaves behind, valgrind and ASan tell of. */
static int tear_down(void **state)
{
	card_forget(&card);
	return 0;
}

static void take(const char *text, uint64_t now)
{
	json_auto_t *object = json_loads(text, 0, NULL);

	assert_non_null(object);
	card_take(&card, object, now);
}

static const char *name(uint64_t now)
{
	return json_string_value(json_object_get(card_now(&card, now), "name"));
}

#define IDENTITY(reader, name) \
	"{\"class\":\"IDENTITY\",\"reader\":{\"name\":\"" reader "\"},\"name\":\"" name "\"}"
#define CARD(event, reader) \
	"{\"class\":\"CARD\",\"event\":\"" event "\",\"reader\":{\"name\":\"" reader "\"}}"
#define DEVICE(event, state, reader) \
	"{\"class\":\"DEVICE\",\"event\":\"" event "\",\"device\":{\"name\":\"" reader "\",\"state\":\"" state "\"}}"

static void test_lies_there(void **state)
{
	assert_null(card_now(&card, 0));
	assert_int_equal(card.placement, 0);
	take(CARD("placed", "one"), S);
	take(IDENTITY("one", "甲"), S);
	assert_int_equal(card.placement, 1);
	assert_string_equal(name(S), "甲");
	/* as often as it is asked for, while it lies there */
	assert_string_equal(name(5 * S), "甲");
	take(DEVICE("changed", "holding", "one"), 6 * S);
	take("{\"class\":\"WATCH\"}", 6 * S);
	take("{}", 6 * S);
	assert_string_equal(name(6 * S), "甲");
}

static void test_time(void **state)
{
	take(IDENTITY("one", "甲"), 100 * S);
	assert_non_null(card_now(&card, 100 * S + CARD_SERVED_S * S - 1));
	assert_null(card_now(&card, 100 * S + CARD_SERVED_S * S));
	/* and forgotten, not only hidden */
	assert_null(card.identity);
	assert_null(card_now(&card, 100 * S));
	assert_int_equal(card.placement, 1);
}

static void test_lift(void **state)
{
	take(IDENTITY("one", "甲"), S);
	take(CARD("lifted", "two"), S);
	assert_string_equal(name(S), "甲");
	take(CARD("lifted", "one"), S);
	assert_null(card_now(&card, S));
	/* The same person again is another placement. */
	take(IDENTITY("one", "甲"), 2 * S);
	assert_int_equal(card.placement, 2);
	take(CARD("failed", "one"), 2 * S);
	assert_null(card_now(&card, 2 * S));
}

/* Nobody gets the person before: from the moment on that another card is there. */
static void test_next_card(void **state)
{
	take(IDENTITY("one", "甲"), S);
	take(CARD("placed", "one"), 2 * S);
	assert_null(card_now(&card, 2 * S));
	take("{\"class\":\"ERROR\",\"code\":\"card-unreadable\",\"placement\":true,\"reader\":{\"name\":\"one\"}}", 3 * S);
	assert_null(card_now(&card, 3 * S));
	assert_int_equal(card.placement, 1);
	take(IDENTITY("one", "甲"), 4 * S);
	/* even on the reader beside it */
	take(CARD("placed", "two"), 5 * S);
	assert_null(card_now(&card, 5 * S));
	take(IDENTITY("two", "乙"), 5 * S);
	assert_string_equal(name(5 * S), "乙");
	take(IDENTITY("one", "丙"), 6 * S);
	assert_string_equal(name(6 * S), "丙");
	take(CARD("lifted", "two"), 6 * S);
	assert_string_equal(name(6 * S), "丙");
	assert_int_equal(card.placement, 4);
}

static void test_error(void **state)
{
	take(IDENTITY("one", "甲"), S);
	take("{\"class\":\"ERROR\",\"code\":\"reader-silent\",\"reader\":{\"name\":\"two\"}}", S);
	assert_non_null(card_now(&card, S));
	take("{\"class\":\"ERROR\",\"code\":\"card-removed\",\"placement\":true,\"reader\":{\"name\":\"two\"}}", S);
	assert_null(card_now(&card, S));
}

static void test_reader_gone(void **state)
{
	static const char *const ends[] = {
		DEVICE("removed", "holding", "one"), DEVICE("added", "opening", "one"),
		DEVICE("changed", "faulty", "one"), DEVICE("changed", "starting", "one"),
		DEVICE("changed", "opening", "one"),
	};

	for (size_t i = 0; i < ELEMENTSOF(ends); i++) {
		take(IDENTITY("one", "甲"), S);
		take(DEVICE("removed", "idle", "two"), S);
		assert_non_null(card_now(&card, S));
		take(ends[i], S);
		assert_null(card_now(&card, S));
	}
}

static void test_entry(void **state)
{
	take("{\"class\":\"IDENTITY\",\"source\":\"manual\",\"name\":\"typed\"}", S);
	assert_string_equal(name(S), "typed");
	/* No reader lifts it. */
	take(CARD("lifted", "one"), S);
	take(DEVICE("removed", "idle", "one"), S);
	assert_non_null(card_now(&card, S));
	take(CARD("placed", "one"), S);
	assert_null(card_now(&card, S));
	take("{\"class\":\"IDENTITY\",\"source\":\"manual\"}", S);
	assert_null(card_now(&card, S + CARD_SERVED_S * S));
}

/* A name that would be cut, and then be the name of another reader. */
static void test_long_name(void **state)
{
	json_auto_t *object = json_loads(IDENTITY("one", "甲"), 0, NULL);
	char reader[128] = "";

	memset(reader, 'x', sizeof(reader) - 1);
	json_object_set_new(json_object_get(object, "reader"), "name", json_string(reader));
	take(IDENTITY("one", "乙"), S);
	card_take(&card, object, S);
	assert_null(card_now(&card, S));
	reader[sizeof(card.reader) - 1] = '\0';
	json_object_set_new(json_object_get(object, "reader"), "name", json_string(reader));
	card_take(&card, object, S);
	assert_non_null(card_now(&card, S));
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_lies_there),
		T(test_time),
		T(test_lift),
		T(test_next_card),
		T(test_error),
		T(test_reader_gone),
		T(test_entry),
		T(test_long_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
