// SPDX-License-Identifier: GPL-2.0-or-later
/* Cards: what a record becomes. The expected lines are whole, so that order and absence count. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "identity.h"
#include "vectors.h"

static const struct identity_envelope envelope = {
	.seq = 7,
	.time = 1767225600,	/* 2026-01-01 00:00 UTC */
	.reader = "usb-1-2",
	.sam_id = "05.03-20200101-0000012345-0000067890",
	.today = { 2026, 1, 1 },
};

#define HEAD                                                                                       \
	"{\"class\":\"IDENTITY\",\"schema\":1,\"seq\":7,\"time\":\"2026-01-01T08:00:00+08:00\","   \
	"\"source\":\"card\",\"reader\":{\"name\":\"usb-1-2\","                                    \
	"\"sam_id\":\"05.03-20200101-0000012345-0000067890\"},"
#define TAIL "\"warnings\":[],\"portrait\":{\"status\":\"off\"}}"

static struct record record_of(const uint8_t *text)
{
	struct record r = {};

	memcpy(r.text, text, RECORD_TEXT_SIZE);
	vector_portrait(r.portrait);
	return r;
}

static json_t *identity_of(const struct record *record)
{
	json_t *identity = identity_from_record(record, &envelope, &(struct identity_options){});

	assert_non_null(identity);
	return identity;
}

static void check_line(const uint8_t *text, const char *expected)
{
	struct record record = record_of(text);
	json_t *identity = identity_of(&record);
	char *line = json_dumps(identity, JSON_COMPACT);

	assert_string_equal(line, expected);
	free(line);
	json_decref(identity);
}

static void resident(void **state)
{
	check_line(vector_resident, HEAD
		   "\"card_type\":\"resident\",\"name\":\"测试甲\",\"sex\":\"male\","
		   "\"sex_code\":\"1\",\"ethnicity\":\"汉\",\"ethnicity_code\":\"01\",\"nationality\":\"CHN\","
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

/* ASCII at @offset bytes, two bytes a character. */
static void write_text(struct record *record, size_t offset, const char *text)
{
	for (; *text; text++, offset += 2) {
		record->text[offset] = (uint8_t)*text;
		record->text[offset + 1] = 0;
	}
}

static void write_unit(struct record *record, size_t offset, unsigned int unit)
{
	record->text[offset] = (uint8_t)unit;
	record->text[offset + 1] = (uint8_t)(unit >> 8);
}

static const char *string_of(const json_t *identity, const char *key)
{
	return json_string_value(json_object_get(identity, key));
}

static void every_type(void **state)
{
	for (unsigned int unit = 0; unit < 0x10000; unit++) {
		struct record record = record_of(vector_resident);
		json_t *identity;

		/* All of the lowest and, above, those that look like a type in one byte. */
		if (unit >= 0x100 && (unit & 0xff) != 'I' && (unit & 0xff) != 'Y' &&
		    (unit & 0xff) != 'J' && (unit & 0xff) != 0)
			continue;
		write_unit(&record, 248, unit);
		identity = identity_of(&record);
		assert_string_equal(string_of(identity, "card_type"), unit == 'I' ? "foreigner" :
				    unit == 'Y' ? "foreigner_2023" :
				    unit == 'J' ? "hmt_permit" : "resident");
		json_decref(identity);
	}
}

/* The warnings of the card as one string, "checksum birth_mismatch". */
static void check_warnings(const struct record *record, const char *expected)
{
	json_t *identity = identity_of(record), *word;
	char got[512] = "";
	size_t i;

	json_array_foreach(json_object_get(identity, "warnings"), i, word) {
		strcat(got, i ? " " : "");
		strcat(got, json_string_value(word));
	}
	assert_string_equal(got, expected);
	json_decref(identity);
}

/* The persona with @with written at @offset. */
static void check_with(const uint8_t *text, size_t offset, const char *with, const char *expected)
{
	struct record record = record_of(text);

	write_text(&record, offset, with);
	check_warnings(&record, expected);
}

static void warnings_of_the_number(void **state)
{
	check_with(vector_resident, 122, "110101190001010015", "checksum");
	check_with(vector_resident, 122, "11010119000101001 ", "number_form");
	check_with(vector_resident, 122, "1101011900010100l4", "number_form");
	check_with(vector_foreigner_2023, 122, "91199919000101003x", "number_form");
	check_with(vector_resident, 122, "                  ", "number_form");
	/* Good numbers of another kind of card. */
	check_with(vector_resident, 122, "810000190001010026", "number_form");
	check_with(vector_hmt_permit, 122, "110101190001010022", "number_form");
	check_with(vector_foreigner_2023, 122, "110101190001010022", "number_form");
	check_with(vector_resident, 122, "160101190001010013", "unknown_region");
	check_with(vector_hmt_permit, 122, "81010119000101001X", "unknown_region sex_mismatch");
	check_with(vector_resident, 36, "19000102", "birth_mismatch");
	check_with(vector_hmt_permit, 36, "19010101", "birth_mismatch");
	check_with(vector_foreigner_2023, 36, "19000102", "birth_mismatch");
	check_with(vector_resident, 30, "2", "sex_mismatch");
	check_with(vector_hmt_permit, 30, "1", "sex_mismatch");
	/* Nothing is known to contradict; nor is a rule known for foreigners. */
	check_with(vector_resident, 30, "0", "");
	check_with(vector_resident, 30, "9", "");
	check_with(vector_foreigner_2023, 30, "1", "");
	/* One does not hide another. */
	check_with(vector_resident, 122, "160101200002290021",
		   "checksum unknown_region birth_mismatch sex_mismatch");

	check_with(vector_foreigner, 122, "XXX110000010104", "checksum");
	check_with(vector_foreigner, 122, "XXX11000001010 ", "number_form");
	check_with(vector_foreigner, 122, "110101000101001", "number_form");
	check_with(vector_foreigner, 220, "19000102", "birth_mismatch");
	check_with(vector_foreigner, 220, "20000101", "");
}

static void a_number_that_fails_is_reported_as_it_is(void **state)
{
	static const struct {
		const uint8_t *text;
		const char *number;
		bool valid;
	} numbers[] = {
		{ vector_resident, "110101190001010014", true },
		{ vector_resident, "110101190001010015", false },
		{ vector_resident, "160101190001010013", false },
		{ vector_resident, "110101190002290011", false },
		{ vector_resident, "1101011900010100x4", false },
		{ vector_foreigner, "XXX110000010103", true },
		{ vector_foreigner, "XXX110000010104", false },
		{ vector_foreigner, "XXX110000130106", false },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct record record = record_of(numbers[i].text);
		json_t *identity;

		write_text(&record, 122, numbers[i].number);
		identity = identity_of(&record);
		assert_string_equal(string_of(identity, "id_number"), numbers[i].number);
		assert_true(json_is_boolean(json_object_get(identity, "id_number_valid")));
		assert_int_equal(json_is_true(json_object_get(identity, "id_number_valid")),
				 numbers[i].valid);
		json_decref(identity);
	}
}

static void warnings_of_codes_and_names(void **state)
{
	check_with(vector_resident, 30, "3", "bad_sex");
	check_with(vector_resident, 30, " ", "bad_sex");
	check_with(vector_resident, 32, "57", "unknown_ethnicity");
	check_with(vector_resident, 32, "00", "unknown_ethnicity");
	check_with(vector_resident, 32, "  ", "unknown_ethnicity");
	check_with(vector_resident, 32, "97", "");
	check_with(vector_hmt_permit, 32, "57", "");	/* reserved there */
	check_with(vector_foreigner, 152, "UTO", "unknown_nationality");
	check_with(vector_foreigner, 152, "   ", "unknown_nationality");
	check_with(vector_foreigner, 152, "D  ", "");
	check_with(vector_foreigner_2023, 242, "ZZZ", "unknown_nationality");
	check_with(vector_foreigner_2023, 242, "RKS", "");
	check_with(vector_resident, 0, "   ", "empty_name");
	check_with(vector_hmt_permit, 0, "   ", "empty_name");
	check_with(vector_foreigner, 0, "                 ", "empty_name");
	check_with(vector_foreigner_2023, 52, "                 ", "empty_name");
	/* A foreigner may have no Chinese name. */
	check_with(vector_foreigner, 158, "   ", "");
	check_with(vector_foreigner_2023, 0, "   ", "");
	check_with(vector_hmt_permit, 238, "X1", "bad_count");
	check_with(vector_hmt_permit, 238, "1 ", "bad_count");
	check_with(vector_hmt_permit, 238, "  ", "");
	check_with(vector_foreigner_2023, 32, "-1", "bad_count");
}

static void warnings_of_dates(void **state)
{
	check_with(vector_resident, 36, "19000229", "bad_date");
	check_with(vector_resident, 36, "1900010 ", "bad_date");
	check_with(vector_resident, 36, "        ", "bad_date");
	check_with(vector_resident, 188, "20201301", "bad_date");
	check_with(vector_foreigner, 204, "20300230", "bad_date");
	check_with(vector_foreigner, 204, "        ", "bad_date");
	check_with(vector_foreigner, 220, "19001301", "bad_date");
	check_with(vector_resident, 36, "20260102", "birth_mismatch birth_in_future");
	check_with(vector_foreigner, 220, "20300101", "birth_mismatch birth_in_future");
}

static void warnings_of_characters(void **state)
{
	static const struct {
		unsigned int unit;
		const char *name, *warnings;
	} units[] = {
		{ 0xe816, "测试\xee\xa0\x96", "private_use_characters" },
		{ 0xd840, "测试\xef\xbf\xbd", "odd_characters" },
		{ 0x000a, "测试\xef\xbf\xbd", "odd_characters" },
		{ 0xffff, "测试\xef\xbf\xbd", "odd_characters" },
		{ 0x202e, "测试\xe2\x80\xae", "odd_characters" },
		{ 0x9fff, "测试鿿", "" },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct record record = record_of(vector_resident);
		json_t *identity;

		write_unit(&record, 4, units[i].unit);
		check_warnings(&record, units[i].warnings);
		identity = identity_of(&record);
		assert_string_equal(string_of(identity, "name"), units[i].name);
		json_decref(identity);
	}

	/* In any field. */
	{
		struct record record = record_of(vector_resident);

		write_unit(&record, 60, 0xe000);
		write_unit(&record, 160, 0x0000);
		check_warnings(&record, "private_use_characters odd_characters");
	}
}

static void what_is_bad_is_absent(void **state)
{
	struct record record = record_of(vector_hmt_permit);
	json_t *identity;

	write_text(&record, 0, "   ");
	write_text(&record, 30, "x");
	write_text(&record, 36, "19000229");
	write_text(&record, 122, "                  ");
	write_text(&record, 188, "20200132");
	write_text(&record, 204, "2025    ");
	write_text(&record, 220, "         ");
	write_text(&record, 238, "1x");
	identity = identity_of(&record);
	assert_null(json_object_get(identity, "name"));
	assert_string_equal(string_of(identity, "sex"), "unknown");
	assert_string_equal(string_of(identity, "sex_code"), "x");
	assert_null(json_object_get(identity, "birth_date"));
	assert_null(json_object_get(identity, "id_number"));
	assert_null(json_object_get(identity, "id_number_valid"));
	assert_null(json_object_get(identity, "valid_from"));
	assert_null(json_object_get(identity, "valid_until"));
	assert_null(json_object_get(identity, "valid_long_term"));
	assert_null(json_object_get(identity, "expired"));
	assert_null(json_object_get(identity, "permit_number"));
	assert_null(json_object_get(identity, "issue_count"));
	json_decref(identity);
	check_warnings(&record, "number_form bad_date bad_sex bad_count empty_name");
}

static void an_unknown_code_is_passed_on(void **state)
{
	struct record record = record_of(vector_resident);
	json_t *identity;

	write_text(&record, 32, "57");
	identity = identity_of(&record);
	assert_null(json_object_get(identity, "ethnicity"));
	assert_string_equal(string_of(identity, "ethnicity_code"), "57");
	json_decref(identity);

	record = record_of(vector_foreigner);
	write_text(&record, 152, "UTO");
	identity = identity_of(&record);
	assert_string_equal(string_of(identity, "nationality"), "UTO");
	json_decref(identity);
}

static void expiry(void **state)
{
	static const struct {
		const char *until;
		bool expired;
	} dates[] = { { "20251231", true }, { "20260101", false }, { "20260102", false } };

	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		struct record record = record_of(vector_resident);
		json_t *identity;

		write_text(&record, 204, dates[i].until);
		identity = identity_of(&record);
		assert_int_equal(json_is_true(json_object_get(identity, "expired")),
				 dates[i].expired);
		assert_true(json_is_false(json_object_get(identity, "valid_long_term")));
		json_decref(identity);
	}
}

/* The longest English name fills both of its places; a space may lie on the seam. */
static void english_name_in_two_places(void **state)
{
	struct record record = record_of(vector_foreigner_2023);
	json_t *identity;

	write_text(&record, 52, "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHI");
	write_text(&record, 220, "JKLMNOPQRST");
	identity = identity_of(&record);
	assert_string_equal(string_of(identity, "name_latin"),
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRST");
	json_decref(identity);

	write_text(&record, 52, "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGH ");
	write_text(&record, 220, "JKL        ");
	identity = identity_of(&record);
	assert_string_equal(string_of(identity, "name_latin"),
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGH JKL");
	json_decref(identity);
}

static json_t *identity_with(const struct record *record, struct identity_options options)
{
	json_t *identity = identity_from_record(record, &envelope, &options);

	assert_non_null(identity);
	return identity;
}

static void portrait(void **state)
{
	struct identity_options options = { .portrait = IDENTITY_PORTRAIT_WLT };
	struct record record = record_of(vector_resident);
	json_t *identity, *got;

	identity = identity_with(&record, options);
	got = json_object_get(identity, "portrait");
	assert_string_equal(string_of(got, "status"), "no-decoder");
	assert_string_equal(string_of(got, "format"), "wlt");
	assert_int_equal(strlen(string_of(got, "data")), 1368);
	assert_int_equal(strncmp(string_of(got, "data"), "V0xmAH4AMgAA/4VQV15l", 20), 0);
	assert_string_equal(string_of(got, "data") + 1360, "5+71/A==");
	json_decref(identity);

	for (size_t i = 0; i < 6; i++) {
		record.portrait[i] ^= 1;
		identity = identity_with(&record, options);
		got = json_object_get(identity, "portrait");
		assert_string_equal(string_of(got, "status"), "bad-block");
		assert_null(json_object_get(got, "format"));
		assert_int_equal(strlen(string_of(got, "data")), 1368);
		json_decref(identity);
		record.portrait[i] ^= 1;
	}
}

static void fingerprints(void **state)
{
	struct record record = record_of(vector_resident);
	json_t *identity, *list, *first, *second;

	vector_fingerprints(record.fingerprints);
	record.fingerprints_size = 1024;
	identity = identity_of(&record);
	assert_null(json_object_get(identity, "fingerprints"));
	json_decref(identity);

	identity = identity_with(&record, (struct identity_options){ .fingerprint = true });
	list = json_object_get(identity, "fingerprints");
	assert_int_equal(json_array_size(list), 2);
	first = json_array_get(list, 0);
	second = json_array_get(list, 1);
	assert_string_equal(string_of(first, "finger"), "right_thumb");
	assert_int_equal(json_integer_value(json_object_get(first, "finger_code")), 0x0b);
	assert_int_equal(json_integer_value(json_object_get(first, "quality")), 0x46);
	assert_int_equal(strncmp(string_of(first, "data"), "QwECAQELRiQpLjM4", 16), 0);
	assert_int_equal(strlen(string_of(first, "data")), 684);
	assert_string_equal(string_of(second, "finger"), "left_thumb");
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
	struct record record = record_of(vector_resident);
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

	identity = identity_of(&record);
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
	struct identity_envelope e = envelope;
	struct record record = record_of(vector_resident);
	json_t *identity;

	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		setenv("TZ", zones[i].zone, 1);
		tzset();
		identity = identity_of(&record);
		assert_string_equal(string_of(identity, "time"), zones[i].time);
		json_decref(identity);
	}
	setenv("TZ", "CST-8", 1);
	tzset();

	e.sam_id = NULL;
	identity = identity_from_record(&record, &e, &(struct identity_options){});
	assert_string_equal(string_of(json_object_get(identity, "reader"), "name"), "usb-1-2");
	assert_null(json_object_get(json_object_get(identity, "reader"), "sam_id"));
	json_decref(identity);
}

/* Whatever lies on the card comes out as one line of JSON that can be read again. */
static void check_any(const struct record *record)
{
	struct identity_options options = { IDENTITY_PORTRAIT_WLT, true, true };
	json_t *identity = identity_from_record(record, &envelope, &options), *again;
	char *line;

	assert_non_null(identity);
	line = json_dumps(identity, JSON_COMPACT);
	assert_non_null(line);
	for (const char *p = line; *p; p++)
		assert_true((unsigned char)*p >= ' ' && *p != 0x7f);
	again = json_loads(line, 0, NULL);
	assert_non_null(again);
	assert_true(json_equal(identity, again));
	assert_non_null(string_of(identity, "card_type"));
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
		struct record record = record_of(texts[round % 4]);
		unsigned int how = round / 4 % 3;

		/* All at random but for the type; some units out of the ordinary; both in one. */
		for (size_t i = 0; how != 1 && i < 248; i++)
			record.text[i] = (uint8_t)(test_random(&seed) >> 24);
		for (size_t i = 0; how != 0 && i < 20; i++)
			write_unit(&record, test_random(&seed) % 128 * 2,
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
				write_unit(&record, i, units[u]);
			write_unit(&record, 248, (unsigned int)types[t]);
			check_any(&record);
		}
	}
}

/* Allocations until one fails; negative: none does. */
static int left = -1;

static void *scarce(size_t size)
{
	if (left == 0)
		return NULL;
	if (left > 0)
		left--;
	return malloc(size);
}

/* Whichever allocation fails: nothing at all, never an identity with a hole. */
static void memory_short(void **state)
{
	struct identity_options options = { IDENTITY_PORTRAIT_WLT, true, true };
	struct record record = record_of(vector_resident);
	json_t *whole, *identity = NULL;
	int n;

	memcpy(record.addresses, vector_address, RECORD_ADDRESS_SIZE);
	record.addresses_size = RECORD_ADDRESS_SIZE;
	vector_fingerprints(record.fingerprints);
	record.fingerprints_size = 1024;
	write_unit(&record, 0, 0xe000);
	whole = identity_with(&record, options);

	json_set_alloc_funcs(scarce, free);
	for (n = 0; !identity; n++) {
		left = n;
		identity = identity_from_record(&record, &envelope, &options);
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
		cmocka_unit_test(warnings_of_the_number),
		cmocka_unit_test(a_number_that_fails_is_reported_as_it_is),
		cmocka_unit_test(warnings_of_codes_and_names),
		cmocka_unit_test(warnings_of_dates),
		cmocka_unit_test(warnings_of_characters),
		cmocka_unit_test(what_is_bad_is_absent),
		cmocka_unit_test(an_unknown_code_is_passed_on),
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
