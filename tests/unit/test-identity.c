// SPDX-License-Identifier: GPL-2.0-or-later
/* Cards: what a record becomes. The expected lines are whole, so that order and absence count. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "card.h"

#define HEAD                                                                                       \
	"{\"class\":\"IDENTITY\",\"schema\":1,\"seq\":7,\"time\":\"2026-01-01T08:00:00+08:00\","   \
	"\"source\":\"card\",\"reader\":{\"name\":\"usb-1-2\","                                    \
	"\"sam_id\":\"05.03-20200101-0000012345-0000067890\"},"
#define TAIL "\"warnings\":[],\"portrait\":{\"status\":\"off\"}}"

static void check_line(const uint8_t *text, const char *expected)
{
	struct record record = card_record(text);
	char *line = card_line(&record, &card_envelope, &(struct identity_options){}, NULL);

	assert_string_equal(line, expected);
	free(line);
}

static void resident(void **state)
{
	check_line(vector_resident, HEAD
		   "\"card_type\":\"resident\",\"name\":\"测试甲\",\"sex\":\"male\","
		   "\"sex_code\":\"1\",\"ethnicity\":\"汉\",\"ethnicity_code\":\"01\","
		   "\"nationality\":\"CHN\","
		   "\"birth_date\":\"1900-01-01\",\"address\":\"北京市东城区示例路1号\","
		   "\"id_number\":\"110101190001010014\",\"id_number_valid\":true,"
		   "\"authority\":\"示例市公安局示例分局\",\"valid_from\":\"2020-01-01\","
		   "\"valid_until\":null,\"valid_long_term\":true,\"expired\":false," TAIL);
}

static void foreigner(void **state)
{
	check_line(vector_foreigner, HEAD
		   "\"card_type\":\"foreigner\",\"name\":\"测试丙\","
		   "\"name_latin\":\"SAMPLE, TEST CARD\",\"sex\":\"male\",\"sex_code\":\"1\","
		   "\"nationality\":\"XXX\",\"birth_date\":\"1900-01-01\","
		   "\"id_number\":\"XXX110000010103\",\"id_number_valid\":true,"
		   "\"authority\":\"1100\",\"valid_from\":\"2020-01-01\","
		   "\"valid_until\":\"2030-01-01\",\"valid_long_term\":false,\"expired\":false,"
		   TAIL);
}

static void foreigner_2023(void **state)
{
	check_line(vector_foreigner_2023, HEAD
		   "\"card_type\":\"foreigner_2023\",\"name\":\"测试丁\","
		   "\"name_latin\":\"SAMPLE, TEST CARD\",\"sex\":\"female\",\"sex_code\":\"2\","
		   "\"nationality\":\"XXX\",\"birth_date\":\"1900-01-01\","
		   "\"id_number\":\"91199919000101003X\",\"id_number_valid\":true,"
		   "\"issue_count\":0,\"valid_from\":\"2024-01-01\","
		   "\"valid_until\":\"2034-01-01\",\"valid_long_term\":false,\"expired\":false,"
		   TAIL);
}

static void hmt_permit(void **state)
{
	check_line(vector_hmt_permit, HEAD
		   "\"card_type\":\"hmt_permit\",\"name\":\"测试乙\",\"sex\":\"female\","
		   "\"sex_code\":\"2\",\"birth_date\":\"1900-01-01\","
		   "\"address\":\"示例省示例市示例街2号\",\"id_number\":\"810000190001010026\","
		   "\"id_number_valid\":true,\"permit_number\":\"H00000000\",\"issue_count\":1,"
		   "\"authority\":\"示例市公安局\",\"valid_from\":\"2020-01-01\","
		   "\"valid_until\":\"2025-01-01\",\"valid_long_term\":false,\"expired\":true,"
		   TAIL);
}

static void every_type(void **state)
{
	for (unsigned int unit = 0; unit < 0x10000; unit++) {
		struct record record = card_record(vector_resident);
		json_t *identity;

		/* All of the lowest and, above, those that look like a type in one byte. */
		if (unit >= 0x100 && (unit & 0xff) != 'I' && (unit & 0xff) != 'Y' &&
		    (unit & 0xff) != 'J' && (unit & 0xff) != 0)
			continue;
		card_write_unit(&record, 248, unit);
		identity = card_identity(&record);
		assert_string_equal(card_string(identity, "card_type"), unit == 'I' ? "foreigner" :
				    unit == 'Y' ? "foreigner_2023" :
				    unit == 'J' ? "hmt_permit" : "resident");
		json_decref(identity);
	}
}

static void expiry(void **state)
{
	static const struct {
		const char *until;
		bool expired;
	} dates[] = { { "20251231", true }, { "20260101", false }, { "20260102", false } };

	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		struct record record = card_record(vector_resident);
		json_t *identity;

		card_write(&record, 204, dates[i].until);
		identity = card_identity(&record);
		assert_int_equal(json_is_true(json_object_get(identity, "expired")),
				 dates[i].expired);
		assert_true(json_is_false(json_object_get(identity, "valid_long_term")));
		json_decref(identity);
	}
}

/* The longest English name fills both of its places; a space may lie on the seam. */
static void english_name_in_two_places(void **state)
{
	struct record record = card_record(vector_foreigner_2023);
	json_t *identity;

	card_write(&record, 52, "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHI");
	card_write(&record, 220, "JKLMNOPQRST");
	identity = card_identity(&record);
	assert_string_equal(card_string(identity, "name_latin"),
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRST");
	json_decref(identity);

	card_write(&record, 52, "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGH ");
	card_write(&record, 220, "JKL        ");
	identity = card_identity(&record);
	assert_string_equal(card_string(identity, "name_latin"),
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGH JKL");
	json_decref(identity);
}

/* The card of 2023, with what links it to the one before. */
static void former(const char *association, const char *nationality, const char *number,
		   const char *expected, bool warned)
{
	struct record record = card_record(vector_foreigner_2023);
	const json_t *words;
	json_t *identity;
	bool found = false;
	size_t i;

	card_write(&record, 250, association);
	card_write(&record, 242, nationality);
	card_write(&record, 122, number);
	identity = card_identity(&record);
	if (expected)
		assert_string_equal(card_string(identity, "former_number"), expected);
	else
		assert_null(json_object_get(identity, "former_number"));
	words = json_object_get(identity, "warnings");
	for (i = 0; i < json_array_size(words); i++)
		found |= strcmp(json_string_value(json_array_get(words, i)), "number_form") == 0;
	assert_int_equal(found, warned);
	json_decref(identity);
}

static void former_number(void **state)
{
	static const char number[] = "91199919000101003X";

	former("000", "XXX", number, "XXX110000010103", false);
	former("123", "XXX", number, "XXX111200010137", false);
	former("000", "DEU", number, "DEU110000010103", false);
	/* No card before this one. */
	former("   ", "XXX", number, NULL, false);
	/* Not three digits; a country that is none. */
	former("00 ", "XXX", number, NULL, true);
	former(" 00", "XXX", number, NULL, true);
	former("00A", "XXX", number, NULL, true);
	former("\xff\xff\xff", "XXX", number, NULL, true);
	former("000", "X1X", number, NULL, true);
	former("000", "XX ", number, NULL, true);
	/* Nothing is made of a number that does not check. */
	former("000", "XXX", "911999190001010031", NULL, false);
	former("000", "XXX", "91199919000101003x", NULL, true);
	former("   ", "XXX", "91199919000101003x", NULL, true);
	/* No such day. */
	former("000", "XXX", "911999190013010037", NULL, true);
}

/* In the other cards that place is reserved. */
static void association_of_other_cards(void **state)
{
	static const uint8_t *const texts[] = { vector_resident, vector_foreigner,
						vector_hmt_permit };

	for (size_t i = 0; i < 3; i++) {
		struct record record = card_record(texts[i]);
		json_t *identity;

		card_write(&record, 250, "000");
		identity = card_identity(&record);
		assert_null(json_object_get(identity, "former_number"));
		assert_int_equal(json_array_size(json_object_get(identity, "warnings")), 0);
		json_decref(identity);
	}
}

static void envelopes(void **state)
{
	static const struct {
		const char *zone, *time;
	} zones[] = {
		{ "UTC0", "2026-01-01T00:00:00+00:00" },
		{ "CST-8", "2026-01-01T08:00:00+08:00" },
		{ "NPT-5:45", "2026-01-01T05:45:00+05:45" },
		{ "NST3:30", "2025-12-31T20:30:00-03:30" },
	};
	struct identity_envelope e = card_envelope;
	struct record record = card_record(vector_resident);
	json_t *identity;

	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		setenv("TZ", zones[i].zone, 1);
		tzset();
		identity = card_identity(&record);
		assert_string_equal(card_string(identity, "time"), zones[i].time);
		json_decref(identity);
	}
	setenv("TZ", "CST-8", 1);
	tzset();

	e.sam_id = NULL;
	identity = card_render(&record, &e, &(struct identity_options){}, NULL);
	assert_string_equal(card_string(json_object_get(identity, "reader"), "name"), "usb-1-2");
	assert_null(json_object_get(json_object_get(identity, "reader"), "sam_id"));
	json_decref(identity);
}

static void answer_to_a_request(void **state)
{
	static const char *const ids[] = { "17", "-3", "\"a b\"", "\"\\u0041\\\"\"" };
	struct identity_envelope e = card_envelope;
	struct record record = card_record(vector_resident);

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		char expected[64], *line;

		e.id = ids[i];
		line = card_line(&record, &e, &(struct identity_options){}, NULL);
		snprintf(expected, sizeof(expected), "{\"class\":\"IDENTITY\",\"id\":%s,\"schema\":1,",
			 ids[i]);
		assert_int_equal(strncmp(line, expected, strlen(expected)), 0);
		json_decref(card_render(&record, &e, &(struct identity_options){}, NULL));
		free(line);
	}
}

/* Whatever lies on the card comes out as one line of JSON that can be read. */
static void check_any(const struct record *record)
{
	static const struct identity_options options = { .portrait = IDENTITY_PORTRAIT_WLT,
							 .fingerprint = true, .new_address = true };
	struct identity_options mapped = options;
	char *line = card_line(record, &card_envelope, &options, NULL);
	json_t *identity = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(identity);
	for (const char *p = line; *p; p++)
		assert_true((unsigned char)*p >= ' ' && *p != 0x7f);
	assert_non_null(card_string(identity, "card_type"));
	assert_true(json_is_array(json_object_get(identity, "warnings")));
	json_decref(identity);
	free(line);

	mapped.map_private_use = true;
	json_decref(card_render(record, &card_envelope, &mapped, NULL));
}

static void random_cards(void **state)
{
	static const uint8_t *const texts[] = { vector_resident, vector_foreigner,
						vector_foreigner_2023, vector_hmt_permit };
	static const unsigned int units[] = {
		0,	' ',	0x3000, 'X',	'0',	'9',  0xd800, 0xdbff, 0xdc00,
		0xdfff, 0xe000, 0xffff, 0xfffe, 0x7f,	0x9f, '"',    '\\',
	};
	uint64_t seed = 20260101;

	for (int round = 0; round < 6000; round++) {
		struct record record = card_record(texts[round % 4]);
		unsigned int how = round / 4 % 3;

		/* All at random but for the type; some units out of the ordinary; both in one. */
		for (size_t i = 0; how != 1 && i < 248; i++)
			record.text[i] = (uint8_t)(test_random(&seed) >> 24);
		for (size_t i = 0; how != 0 && i < 20; i++)
			card_write_unit(&record, test_random(&seed) % 128 * 2,
				   units[test_random(&seed) % (sizeof(units) / sizeof(units[0]))]);
		for (size_t i = 0; i < sizeof(record.addresses); i++)
			record.addresses[i] = (uint8_t)(test_random(&seed) >> 24);
		record.addresses_size = test_random(&seed) % 5 * RECORD_ADDRESS_SIZE;
		record.fingerprints_size = test_random(&seed) % 3 * RECORD_FINGERPRINT_SIZE;
		check_any(&record);
	}
}

static void full_fields(void **state)
{
	static const char types[] = { 'I', 'Y', 'J', ' ' };
	static const unsigned int units[] = { 0xffff, 0x9fff, 0xdbff, 0x0000, 0x0020, 'A', 0xe000 };

	for (size_t t = 0; t < sizeof(types); t++) {
		for (size_t u = 0; u < sizeof(units) / sizeof(units[0]); u++) {
			struct record record = {};

			for (size_t i = 0; i < RECORD_TEXT_SIZE; i += 2)
				card_write_unit(&record, i, units[u]);
			card_write_unit(&record, 248, (unsigned int)types[t]);
			check_any(&record);
		}
	}
}

static void masked_numbers(void **state)
{
	static const struct {
		const char *number, *masked;
	} numbers[] = {
		{ "110101190001010014", "110101**********14" },
		{ "XXX110000010103", "XXX110*******03" },
		{ "123456789012", "123456****12" },
		{ "L898902C3", "L8*****C3" },
		{ "12345678", "12****78" },
		{ "1234567", "*******" },
		{ "1", "*" },
		{ "", "" },
		{ "测试甲000000000乙丙", "测试甲000******乙丙" },
	};
	char small[8];

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		char text[64];

		identity_mask_number(numbers[i].number, text, sizeof(text));
		assert_string_equal(text, numbers[i].masked);
	}
	identity_mask_number("110101190001010014", small, sizeof(small));
	assert_string_equal(small, "110101*");
	identity_mask_number("测试甲000000000乙丙", small, sizeof(small));
	assert_string_equal(small, "测试");
	identity_mask_number("110101190001010014", small, 1);
	assert_string_equal(small, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(resident),
		cmocka_unit_test(foreigner),
		cmocka_unit_test(foreigner_2023),
		cmocka_unit_test(hmt_permit),
		cmocka_unit_test(every_type),
		cmocka_unit_test(expiry),
		cmocka_unit_test(english_name_in_two_places),
		cmocka_unit_test(former_number),
		cmocka_unit_test(association_of_other_cards),
		cmocka_unit_test(envelopes),
		cmocka_unit_test(answer_to_a_request),
		cmocka_unit_test(random_cards),
		cmocka_unit_test(full_fields),
		cmocka_unit_test(masked_numbers),
	};

	setenv("TZ", "CST-8", 1);
	tzset();
	return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
