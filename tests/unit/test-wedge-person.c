// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "util.h"
#include "wedge/person.h"

#define HEAD "{\"class\":\"IDENTITY\",\"schema\":1,\"source\":\"card\",\"card_type\":\"resident\""
#define NUMBER ",\"id_number\":\"110101190001010014\",\"id_number_valid\":true"

static struct person p;

static int take(const char *line)
{
	return person_from_line(line, strlen(line), &p);
}

static void test_a_card(void **state)
{
	assert_int_equal(take(HEAD NUMBER ",\"seq\":7,\"name\":\"测试甲\",\"sex\":\"male\",\"sex_code\":\"1\","
			      "\"birth_date\":\"1900-01-01\",\"valid_until\":null,\"valid_long_term\":true,"
			      "\"issue_count\":2,\"warnings\":[],\"portrait\":{\"status\":\"off\"}}"), 0);
	assert_string_equal(p.text[FIELD_id], "110101190001010014");
	assert_string_equal(p.text[FIELD_name], "测试甲");
	assert_string_equal(p.text[FIELD_sex_zh], "男");
	assert_string_equal(p.text[FIELD_birth], "1900-01-01");
	assert_string_equal(p.text[FIELD_valid_until], "");
	assert_string_equal(p.text[FIELD_passport], "");
	assert_true(p.long_term);
	assert_false(p.doubtful);
	assert_int_equal(p.source, SOURCE_CARD);
	assert_int_equal(p.type, TYPE_RESIDENT);
}

static bool doubtful(const char *rest)
{
	char line[512];

	snprintf(line, sizeof(line), HEAD "%s}", rest);
	assert_int_equal(take(line), 0);
	return p.doubtful;
}

static void test_doubts(void **state)
{
	assert_false(doubtful(NUMBER));
	assert_false(doubtful(NUMBER ",\"warnings\":[]"));
	assert_false(doubtful(NUMBER ",\"warnings\":[\"private_use_characters\",\"empty_name\"]"));
	assert_false(doubtful(",\"passport_number\":\"L898902C3\""));
	assert_true(doubtful(",\"id_number\":\"110101190001010015\",\"id_number_valid\":false"));
	assert_true(doubtful(",\"id_number\":\"110101190001010015\""));
	assert_true(doubtful(",\"id_number\":\"110101190001010015\",\"id_number_valid\":\"true\""));
	assert_true(doubtful(NUMBER ",\"warnings\":[\"checksum\"]"));
	assert_true(doubtful(NUMBER ",\"warnings\":[\"empty_name\",\"birth_mismatch\"]"));
	assert_true(doubtful(NUMBER ",\"warnings\":[\"odd_characters\"]"));
	/* what is not known is a doubt */
	assert_true(doubtful(NUMBER ",\"warnings\":[\"word_of_tomorrow\"]"));
	assert_true(doubtful(NUMBER ",\"warnings\":[7]"));
	assert_true(doubtful(NUMBER ",\"warnings\":{}"));
}

static void test_no_identity(void **state)
{
	static const char *const bad[] = {
		"", "{}", "[]", "nothing", "{\"class\":\"IDENTITY\"}",
		"{\"class\":\"IDENTITY\",\"schema\":2}", "{\"class\":\"ERROR\",\"schema\":1}",
		HEAD ",\"name\":7}", HEAD ",\"name\":[\"a\"]}", HEAD ",\"name\":\"a\\u0000b\"}",
		HEAD ",\"name\":\"\xff\"}", HEAD NUMBER,
	};
	static const struct person none;
	char line[1024];

	for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
		assert_int_equal(take(bad[i]), -EBADMSG);
		assert_memory_equal(&p, &none, sizeof(p));
	}
	snprintf(line, sizeof(line), HEAD NUMBER ",\"name\":\"%0*d\"}", PERSON_TEXT_SIZE - 1, 0);
	assert_int_equal(take(line), 0);
	snprintf(line, sizeof(line), HEAD NUMBER ",\"name\":\"%0*d\"}", PERSON_TEXT_SIZE, 0);
	assert_int_equal(take(line), -EBADMSG);
	assert_memory_equal(&p, &none, sizeof(p));
}

static void test_words(void **state)
{
	enum field f;

	assert_int_equal(person_source("manual"), SOURCE_MANUAL);
	assert_int_equal(person_source("qr"), SOURCE_QR);
	assert_int_equal(person_source("else"), 0);
	assert_int_equal(person_source(NULL), 0);
	assert_int_equal(person_type("foreigner_2023"), TYPE_FOREIGNER_2023);
	assert_int_equal(person_type("passport"), TYPE_PASSPORT);
	assert_int_equal(person_field("name_latin", 10, &f), 0);
	assert_int_equal(f, FIELD_name_latin);
	assert_int_equal(person_field("name_latin", 4, &f), 0);
	assert_int_equal(f, FIELD_name);
	assert_int_equal(person_field("", 0, &f), -ENOENT);
	assert_int_equal(person_field("names", 5, &f), -ENOENT);
}

static void test_sample_has_every_field(void **state)
{
	person_sample(&p);
	for (enum field f = 0; f < _FIELD_MAX; f++)
		assert_true(p.text[f][0]);
	assert_string_equal(p.text[FIELD_id], "110101190001010014");
	assert_false(p.doubtful);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_card),
		cmocka_unit_test(test_doubts),
		cmocka_unit_test(test_no_identity),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_sample_has_every_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
