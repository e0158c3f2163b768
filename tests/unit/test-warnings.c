// SPDX-License-Identifier: GPL-2.0-or-later
/* Cards that fail a check: reported with warnings, never refused, never repaired. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "card.h"

/* The warnings of the card as one string, "checksum birth_mismatch". */
static void check_warnings(const struct record *record, const char *expected)
{
	json_t *identity = card_identity(record), *word;
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
	struct record record = card_record(text);

	card_write(&record, offset, with);
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
		struct record record = card_record(vector_resident);
		json_t *identity;

		card_write_unit(&record, 4, units[i].unit);
		check_warnings(&record, units[i].warnings);
		identity = card_identity(&record);
		assert_string_equal(card_string(identity, "name"), units[i].name);
		json_decref(identity);
	}

	/* In any field. */
	{
		struct record record = card_record(vector_resident);

		card_write_unit(&record, 60, 0xe000);
		card_write_unit(&record, 160, 0x0000);
		check_warnings(&record, "private_use_characters odd_characters");
	}
}

static void what_is_bad_is_absent(void **state)
{
	struct record record = card_record(vector_hmt_permit);
	json_t *identity;

	card_write(&record, 0, "   ");
	card_write(&record, 30, "x");
	card_write(&record, 36, "19000229");
	card_write(&record, 122, "                  ");
	card_write(&record, 188, "20200132");
	card_write(&record, 204, "2025    ");
	card_write(&record, 220, "         ");
	card_write(&record, 238, "1x");
	identity = card_identity(&record);
	assert_null(json_object_get(identity, "name"));
	assert_string_equal(card_string(identity, "sex"), "unknown");
	assert_string_equal(card_string(identity, "sex_code"), "x");
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
		struct record record = card_record(numbers[i].text);
		json_t *identity;

		card_write(&record, 122, numbers[i].number);
		identity = card_identity(&record);
		assert_string_equal(card_string(identity, "id_number"), numbers[i].number);
		assert_true(json_is_boolean(json_object_get(identity, "id_number_valid")));
		assert_int_equal(json_is_true(json_object_get(identity, "id_number_valid")),
				 numbers[i].valid);
		json_decref(identity);
	}
}

static void an_unknown_code_is_passed_on(void **state)
{
	struct record record = card_record(vector_resident);
	json_t *identity;

	card_write(&record, 32, "57");
	identity = card_identity(&record);
	assert_null(json_object_get(identity, "ethnicity"));
	assert_string_equal(card_string(identity, "ethnicity_code"), "57");
	json_decref(identity);

	record = card_record(vector_foreigner);
	card_write(&record, 152, "UTO");
	identity = card_identity(&record);
	assert_string_equal(card_string(identity, "nationality"), "UTO");
	json_decref(identity);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(warnings_of_the_number),
		cmocka_unit_test(warnings_of_codes_and_names),
		cmocka_unit_test(warnings_of_dates),
		cmocka_unit_test(warnings_of_characters),
		cmocka_unit_test(what_is_bad_is_absent),
		cmocka_unit_test(a_number_that_fails_is_reported_as_it_is),
		cmocka_unit_test(an_unknown_code_is_passed_on),
	};

	return cmocka_run_group_tests_name("warnings", tests, NULL, NULL);
}
