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
	json_t *identity = card_identity(&record);
	char *line = json_dumps(identity, JSON_COMPACT);

	assert_string_equal(line, expected);
	free(line);
	json_decref(identity);
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

static json_t *identity_with(const struct record *record, struct identity_options options)
{
	json_t *identity = identity_from_record(record, &card_envelope, &options);

	assert_non_null(identity);
	return identity;
}

static void portrait(void **state)
{
	struct identity_options options = { .portrait = IDENTITY_PORTRAIT_WLT };
	struct record record = card_record(vector_resident);
	json_t *identity, *got;

	identity = identity_with(&record, options);
	got = json_object_get(identity, "portrait");
	assert_string_equal(card_string(got, "status"), "no-decoder");
	assert_string_equal(card_string(got, "format"), "wlt");
	assert_int_equal(strlen(card_string(got, "data")), 1368);
	assert_int_equal(strncmp(card_string(got, "data"), "V0xmAH4AMgAA/4VQV15l", 20), 0);
	assert_string_equal(card_string(got, "data") + 1360, "5+71/A==");
	json_decref(identity);

	for (size_t i = 0; i < 6; i++) {
		record.portrait[i] ^= 1;
		identity = identity_with(&record, options);
		got = json_object_get(identity, "portrait");
		assert_string_equal(card_string(got, "status"), "bad-block");
		assert_null(json_object_get(got, "format"));
		assert_int_equal(strlen(card_string(got, "data")), 1368);
		json_decref(identity);
		record.portrait[i] ^= 1;
	}
}

static void fingerprints(void **state)
{
	struct record record = card_record(vector_resident);
	json_t *identity, *list, *first, *second;

	vector_fingerprints(record.fingerprints);
	record.fingerprints_size = 1024;
	identity = card_identity(&record);
	assert_null(json_object_get(identity, "fingerprints"));
	json_decref(identity);

	identity = identity_with(&record, (struct identity_options){ .fingerprint = true });
	list = json_object_get(identity, "fingerprints");
	assert_int_equal(json_array_size(list), 2);
	first = json_array_get(list, 0);
	second = json_array_get(list, 1);
	assert_string_equal(card_string(first, "finger"), "right_thumb");
	assert_int_equal(json_integer_value(json_object_get(first, "finger_code")), 0x0b);
	assert_int_equal(json_integer_value(json_object_get(first, "quality")), 0x46);
	assert_int_equal(strncmp(card_string(first, "data"), "QwECAQELRiQpLjM4", 16), 0);
	assert_int_equal(strlen(card_string(first, "data")), 684);
	assert_string_equal(card_string(second, "finger"), "left_thumb");
	assert_int_equal(json_integer_value(json_object_get(second, "quality")), 0x3c);
	json_decref(identity);

	record.fingerprints_size = 512;
	identity = identity_with(&record, (struct identity_options){ .fingerprint = true });
	assert_int_equal(json_array_size(json_object_get(identity, "fingerprints")), 1);
	json_decref(identity);

	record.fingerprints_size = 0;
	identity = identity_with(&record, (struct identity_options){ .fingerprint = true });
	assert_null(json_object_get(identity, "fingerprints"));
	json_decref(identity);
}

static void new_address(void **state)
{
	struct record record = card_record(vector_resident);
	json_t *identity, *list;

	identity = identity_with(&record, (struct identity_options){ .new_address = true });
	assert_null(json_object_get(identity, "new_address"));
	json_decref(identity);

	/* The second field is blank. */
	for (size_t i = 0; i < RECORD_ADDRESS_SIZE; i += 2)
		record.addresses[RECORD_ADDRESS_SIZE + i] = ' ';
	memcpy(record.addresses, vector_address, RECORD_ADDRESS_SIZE);
	memcpy(record.addresses + 140, vector_address, RECORD_ADDRESS_SIZE);
	record.addresses[140] = '3';
	record.addresses[141] = 0;
	record.addresses_size = 210;
	identity = identity_with(&record, (struct identity_options){ .new_address = true });
	list = json_object_get(identity, "new_address");
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(json_string_value(json_array_get(list, 0)), "示例市新地址路3号");
	assert_string_equal(json_string_value(json_array_get(list, 1)), "3例市新地址路3号");
	json_decref(identity);

	identity = card_identity(&record);
	assert_null(json_object_get(identity, "new_address"));
	json_decref(identity);
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
	identity = identity_from_record(&record, &e, &(struct identity_options){});
	assert_string_equal(card_string(json_object_get(identity, "reader"), "name"), "usb-1-2");
	assert_null(json_object_get(json_object_get(identity, "reader"), "sam_id"));
	json_decref(identity);
}

/* Whatever lies on the card comes out as one line of JSON that can be read again. */
static void check_any(const struct record *record)
{
	struct identity_options options = { IDENTITY_PORTRAIT_WLT, true, true };
	json_t *identity = identity_from_record(record, &card_envelope, &options), *again;
	char *line;

	assert_non_null(identity);
	line = json_dumps(identity, JSON_COMPACT);
	assert_non_null(line);
	for (const char *p = line; *p; p++)
		assert_true((unsigned char)*p >= ' ' && *p != 0x7f);
	again = json_loads(line, 0, NULL);
	assert_non_null(again);
	assert_true(json_equal(identity, again));
	assert_non_null(card_string(identity, "card_type"));
	assert_true(json_is_array(json_object_get(identity, "warnings")));
	json_decref(again);
	json_decref(identity);
	free(line);
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

/* Allocations until the one that fails; negative: none does. */
static int left = -1;

static void *scarce(size_t size)
{
	return left >= 0 && left-- == 0 ? NULL : malloc(size);
}

/* Whichever allocation fails: nothing at all, never an identity with a hole. */
static void memory_short(void **state)
{
	struct identity_options options = { IDENTITY_PORTRAIT_WLT, true, true };
	struct record record = card_record(vector_resident);
	json_t *whole, *identity = NULL;
	int n;

	memcpy(record.addresses, vector_address, RECORD_ADDRESS_SIZE);
	record.addresses_size = RECORD_ADDRESS_SIZE;
	vector_fingerprints(record.fingerprints);
	record.fingerprints_size = 1024;
	card_write_unit(&record, 0, 0xe000);
	whole = identity_with(&record, options);

	json_set_alloc_funcs(scarce, free);
	for (n = 0; !identity; n++) {
		left = n;
		identity = identity_from_record(&record, &card_envelope, &options);
	}
	left = -1;
	json_set_alloc_funcs(malloc, free);
	assert_true(n > 100);
	assert_true(json_equal(identity, whole));
	json_decref(identity);
	json_decref(whole);
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
		cmocka_unit_test(portrait),
		cmocka_unit_test(fingerprints),
		cmocka_unit_test(new_address),
		cmocka_unit_test(envelopes),
		cmocka_unit_test(random_cards),
		cmocka_unit_test(full_fields),
		cmocka_unit_test(memory_short),
		cmocka_unit_test(masked_numbers),
	};

	setenv("TZ", "CST-8", 1);
	tzset();
	return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
