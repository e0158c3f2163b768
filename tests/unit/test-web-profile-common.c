// SPDX-License-Identifier: GPL-2.0-or-later
#include "profile-rig.h"

#include <string.h>

#include "web/profile-countries.h"

static void is_json(const char *text, const char *wanted)
{
	struct profile_text t = {};

	text_add_json(&t, text);
	assert_int_equal(t.error, 0);
	assert_string_equal(t.data, wanted);
	assert_int_equal(t.size, strlen(wanted));
	text_wipe(&t);
	assert_null(t.data);
}

static void test_strings(void **state)
{
	is_json(NULL, "\"\"");
	is_json("", "\"\"");
	is_json("北京市/1号", "\"北京市/1号\"");
	is_json("a\"b\\c", "\"a\\\"b\\\\c\"");
	is_json("\b\f\n\r\t\x01\x1f\x7f", "\"\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\"");
	is_json("</script>", "\"\\u003c/script>\"");
	is_json("a\xe2\x80\xa8" "b\xe2\x80\xa9", "\"a\\u2028b\\u2029\"");
	/* Private-use and the highest characters are passed on. */
	is_json("\xee\xa0\x9e\xf4\x8f\xbf\xbf", "\"\xee\xa0\x9e\xf4\x8f\xbf\xbf\"");
	is_json("\xef\xbf\xbd", "\"\xef\xbf\xbd\"");
	/* What is no UTF-8 becomes U+FFFD, a byte each. */
	is_json("a\xff" "b\xe6\xb1", "\"a\xef\xbf\xbd" "b\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void test_growth(void **state)
{
	struct profile_text t = {};
	char wanted[16];

	for (int i = 0; i < 30000; i++) {
		text_addf(&t, "%05d", i);
		assert_int_equal(strlen(t.data), t.size);
	}
	assert_int_equal(t.size, 150000);
	for (int i = 0; i < 30000; i++) {
		snprintf(wanted, sizeof(wanted), "%05d", i);
		assert_memory_equal(t.data + 5 * (size_t)i, wanted, 5);
	}
	text_wipe(&t);
	assert_int_equal(t.size, 0);
}

/* Nothing follows what was lost. */
static void test_error_sticks(void **state)
{
	struct profile_text t = {};

	text_add(&t, "a");
	t.error = -ENOMEM;
	text_add(&t, "b");
	text_addf(&t, "%d", 1);
	text_string(&t, "k", "v");
	assert_string_equal(t.data, "a");
	assert_int_equal(t.error, -ENOMEM);
	text_wipe(&t);
}

static void test_members(void **state)
{
	struct profile_text t = {};

	text_add(&t, "{");
	text_string(&t, "a", "{");
	text_object(&t, "b");
	text_number(&t, "c", -11);
	text_literal(&t, "d", "null");
	text_add(&t, "}}");
	assert_string_equal(t.data, "{\"a\":\"{\",\"b\":{\"c\":-11,\"d\":null}}");
	text_wipe(&t);
}

static void value_is(const char *query, const char *key, const char *wanted)
{
	char room[8] = "before";

	assert_int_equal(query_value(query, key, room, sizeof(room)), wanted != NULL);
	assert_string_equal(room, wanted ? wanted : "before");
}

static void test_query(void **state)
{
	value_is("", "a", NULL);
	value_is("a", "a", NULL);
	value_is("a=", "a", "");
	value_is("a=1", "a", "1");
	value_is("a=1&b=2", "b", "2");
	value_is("&&a=1&a=2", "a", "1");
	value_is("aa=1", "a", NULL);
	value_is("b=1", "bb", NULL);
	value_is("A=1", "a", NULL);
	value_is("x=a=1&a=2", "a", "2");
	value_is("a=%E7%94%B2+1", "a", "甲 1");
	value_is("a=1234567", "a", "1234567");
	value_is("a=12345678", "a", NULL);
	value_is("a=%00", "a", NULL);
	value_is("a=%", "a", NULL);
	value_is("a=%4", "a", NULL);
	value_is("a=%4&b", "a", NULL);
	value_is("a=%zz", "a", NULL);
	value_is("a=%41%42", "a", "AB");
}

static void test_fields(void **state)
{
	char date[16], nation[PROFILE_NATION_SIZE];
	const json_t *resident = person(RESIDENT), *foreigner = person(FOREIGNER);

	assert_string_equal(field(NULL, "name"), "");
	assert_string_equal(field(resident, "valid_until"), "");
	assert_string_equal(field(resident, "valid_long_term"), "");
	assert_string_equal(field_date(resident, "birth_date", false, date), "19000101");
	assert_string_equal(field_date(resident, "birth_date", true, date), "1900.01.01");
	assert_string_equal(field_date(resident, "valid_until", false, date), "长期");
	assert_string_equal(field_date(resident, "valid_until", true, date), "长期");
	assert_string_equal(field_date(resident, "none", true, date), "");
	assert_string_equal(field_date(person(PASSPORT), "valid_until", false, date), "");
	assert_string_equal(field_sex(resident), "男");
	assert_string_equal(field_sex(person(FOREIGNER_2023)), "女");
	assert_string_equal(field_sex(person(TAIWAN)), "");
	assert_string_equal(field_jpeg(resident), "/9j/2w==");
	/* A block that was not decoded is no picture. */
	assert_string_equal(field_jpeg(person(RESIDENT_NO_PICTURE)), "");
	assert_string_equal(field_jpeg(NULL), "");
	assert_string_equal(field_number(resident), "110101190001010014");
	assert_string_equal(field_number(person(PASSPORT)), "");
	assert_string_equal(field_name(resident), "测试甲");
	assert_string_equal(field_name(foreigner), "SAMPLE, TEST CARD");
	assert_string_equal(field_nation(resident, nation), "汉");
	assert_string_equal(field_nation_code(resident), "01");
	assert_string_equal(field_nation(person(TAIWAN), nation), "");
	assert_string_equal(field_nation(foreigner, nation), "加拿大");
	assert_string_equal(field_nation_code(foreigner), "CAN");
	assert_string_equal(field_nation(person(FOREIGNER_2023), nation), "XXX");
}

static void test_kinds(void **state)
{
	assert_int_equal(field_kind(NULL), KIND_OTHER);
	assert_int_equal(field_kind(person(RESIDENT)), KIND_RESIDENT);
	assert_int_equal(field_kind(person(TYPED)), KIND_RESIDENT);
	assert_int_equal(field_kind(person(HONG_KONG_MACAO)), KIND_HONG_KONG_MACAO);
	assert_int_equal(field_kind(person(TAIWAN)), KIND_TAIWAN);
	assert_int_equal(field_kind(person(FOREIGNER)), KIND_FOREIGNER);
	assert_int_equal(field_kind(person(FOREIGNER_2023)), KIND_FOREIGNER_2023);
	assert_int_equal(field_kind(person(PASSPORT)), KIND_OTHER);
}

static void test_missing(void **state)
{
	struct profile_outcome o = with(RESIDENT);

	assert_int_equal(card_missing(&o), IDCARD_ERROR_NONE);
	o = with(PASSPORT);
	assert_int_equal(card_missing(&o), IDCARD_ERROR_CARD_NOT_ID);
	o = without(IDCARD_ERROR_NONE);
	assert_int_equal(card_missing(&o), IDCARD_ERROR_TIMED_OUT);
	o = without(IDCARD_ERROR_CARD_REMOVED);
	assert_int_equal(card_missing(&o), IDCARD_ERROR_CARD_REMOVED);
	assert_int_equal(reader_missing(&o), IDCARD_ERROR_NONE);
	o = without(IDCARD_ERROR_NO_DAEMON);
	assert_int_equal(reader_missing(&o), IDCARD_ERROR_NO_DAEMON);
	o = (struct profile_outcome){};
	assert_int_equal(reader_missing(&o), IDCARD_ERROR_NO_READER);
}

static void test_countries(void **state)
{
	char room[PROFILE_NATION_SIZE];

	assert_true(country_name("ABW", room, sizeof(room)));
	assert_string_equal(room, "阿鲁巴");
	assert_true(country_name("ZWE", room, sizeof(room)));
	assert_string_equal(room, "津巴布韦");
	assert_true(country_name("COD", room, sizeof(room)));
	assert_string_equal(room, "刚果(金)");
	assert_true(country_name("TWN", room, sizeof(room)));
	assert_string_equal(room, "中国台湾");
	assert_false(country_name("XXX", room, sizeof(room)));
	assert_false(country_name("", room, sizeof(room)));
	assert_false(country_name("AB", room, sizeof(room)));
	assert_false(country_name("CANA", room, sizeof(room)));
	assert_false(country_name("CAN", room, 9));
	assert_true(country_name("CAN", room, 10));
}

/* Names and ports are settings: nobody may have two, and the table must end. */
static void test_table(void **state)
{
	static const struct {
		const char *name;
		uint16_t port;
		bool websocket;
	} wanted[] = {
		{ "huashi", 19196, false },   { "routon-http", 18889, false },
		{ "routon-ws", 18890, true }, { "synjones", 8989, false },
		{ "zkteco", 24010, false },   { "donsee-ws", 33666, true },
		{ "camera", 38088, false },
	};
	size_t n = 0;

	for (; profiles[n]; n++) {
		assert_string_equal(profiles[n]->name, wanted[n].name);
		assert_int_equal(profiles[n]->port, wanted[n].port);
		assert_int_equal(profiles[n]->websocket, wanted[n].websocket);
		assert_true(profiles[n]->websocket == !profiles[n]->request);
		assert_true(profiles[n]->websocket == !!profiles[n]->message);
		assert_non_null(profiles[n]->render);
		assert_non_null(profiles[n]->title);
	}
	assert_int_equal(n, sizeof(wanted) / sizeof(wanted[0]));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_error_sticks),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_countries),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
