// SPDX-License-Identifier: GPL-2.0-or-later
/* wz.txt: whole, for each kind of card, and as those who read it do. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "card.h"
#include "gbk.h"
#include "wz.h"

static const struct date today = { 2026, 1, 1 };

static void check(const struct identity *identity, bool ninth_line, const char *expected)
{
	char *wz = malloc(WZ_SIZE_MAX), gbk[WZ_SIZE_MAX];
	size_t n = gbk_from_utf8(expected, gbk, sizeof(gbk), NULL);

	assert_non_null(wz);
	assert_int_equal(wz_write(identity, ninth_line, wz), n);
	assert_memory_equal(wz, gbk, n);
	free(wz);
}

static void check_card(const uint8_t *text, const char *expected)
{
	struct record record = card_record(text);
	struct identity identity;

	identity_from_record(&record, &today, &identity);
	check(&identity, false, expected);
	/* No address was appended: nothing more to say. */
	check(&identity, true, expected);
}

static void kinds_of_cards(void **state)
{
	check_card(vector_resident,
		   "测试甲\r\n男\r\n汉\r\n19000101\r\n北京市东城区示例路1号\r\n"
		   "110101190001010014\r\n示例市公安局示例分局\r\n20200101-长期\r\n");
	check_card(vector_foreigner, "SAMPLE, TEST CARD\r\n男\r\n\r\n19000101\r\n\r\n"
				     "XXX110000010103\r\n1100\r\n20200101-20300101\r\n");
	check_card(vector_foreigner_2023, "SAMPLE, TEST CARD\r\n女\r\n\r\n19000101\r\n\r\n"
					  "91199919000101003X\r\n\r\n20240101-20340101\r\n");
	check_card(vector_hmt_permit,
		   "测试乙\r\n女\r\n\r\n19000101\r\n示例省示例市示例街2号\r\n"
		   "810000190001010026\r\n示例市公安局\r\n20200101-20250101\r\n");
}

static void bytes(void **state)
{
	static const char name_and_sex[] = "\xb2\xe2\xca\xd4\xbc\xd7\r\n\xc4\xd0\r\n";
	struct record record = card_record(vector_resident);
	struct identity identity;
	char wz[WZ_SIZE_MAX];

	identity_from_record(&record, &today, &identity);
	wz_write(&identity, false, wz);
	assert_memory_equal(wz, name_and_sex, sizeof(name_and_sex) - 1);
}

static void address(struct record *record, size_t i, const char *ascii)
{
	for (size_t at = 0; at < RECORD_ADDRESS_SIZE; at += 2) {
		record->addresses[i * RECORD_ADDRESS_SIZE + at] = (uint8_t)(*ascii ?: ' ');
		record->addresses[i * RECORD_ADDRESS_SIZE + at + 1] = 0;
		ascii += *ascii != 0;
	}
	record->addresses_size = (i + 1) * RECORD_ADDRESS_SIZE;
}

#define RESIDENT                                                                                   \
	"测试甲\r\n男\r\n汉\r\n19000101\r\n北京市东城区示例路1号\r\n110101190001010014\r\n"        \
	"示例市公安局示例分局\r\n20200101-长期\r\n"

static void appended_address(void **state)
{
	struct record record = card_record(vector_resident);
	struct identity identity;

	address(&record, 0, "FIRST 1");
	identity_from_record(&record, &today, &identity);
	check(&identity, false, RESIDENT);
	check(&identity, true, RESIDENT "FIRST 1\r\n");
	address(&record, 1, "SECOND 2");
	identity_from_record(&record, &today, &identity);
	check(&identity, true, RESIDENT "SECOND 2\r\n");
	/* The place behind it is there, and empty. */
	address(&record, 2, "");
	identity_from_record(&record, &today, &identity);
	check(&identity, true, RESIDENT "SECOND 2\r\n");
}

/* What does not check is absent, never made. */
static void faults(void **state)
{
	struct record record = card_record(vector_resident);
	struct identity identity;

	card_write(&record, 30, "3");
	card_write(&record, 32, "77");
	card_write(&record, 36, "19001301");
	card_write(&record, 188, "00000000");
	identity_from_record(&record, &today, &identity);
	check(&identity, false,
	      "测试甲\r\n\r\n\r\n\r\n北京市东城区示例路1号\r\n110101190001010014\r\n"
	      "示例市公安局示例分局\r\n-长期\r\n");
	card_write(&record, 204, "20301332");
	identity_from_record(&record, &today, &identity);
	check(&identity, false,
	      "测试甲\r\n\r\n\r\n\r\n北京市东城区示例路1号\r\n110101190001010014\r\n"
	      "示例市公安局示例分局\r\n\r\n");
	card_write(&record, 204, "20300101");
	identity_from_record(&record, &today, &identity);
	check(&identity, false,
	      "测试甲\r\n\r\n\r\n\r\n北京市东城区示例路1号\r\n110101190001010014\r\n"
	      "示例市公安局示例分局\r\n-20300101\r\n");
}

/* A field must not begin a line of its own, or the next person's fields move. */
static void line_breaks(void **state)
{
	struct record record = card_record(vector_resident);
	struct identity identity;

	card_write(&record, 52, "\r\nA");
	identity_from_record(&record, &today, &identity);
	check(&identity, false,
	      "测试甲\r\n男\r\n汉\r\n19000101\r\n??A东城区示例路1号\r\n110101190001010014\r\n"
	      "示例市公安局示例分局\r\n20200101-长期\r\n");
	strcpy(identity.address, "A\r\nB\tC\x01");
	strcpy(identity.name, "\n");
	check(&identity, false,
	      "?\r\n男\r\n汉\r\n19000101\r\nA??B?C?\r\n110101190001010014\r\n"
	      "示例市公安局示例分局\r\n20200101-长期\r\n");
}

static void fill(char *text, const char *character, size_t n)
{
	*text = '\0';
	while (n-- > 0)
		strcat(text, character);
}

/* Every field full of characters that take most bytes. */
static void longest(void **state)
{
	struct record record = card_record(vector_resident);
	struct identity identity;
	char wz[WZ_SIZE_MAX + 1];
	size_t n;

	identity_from_record(&record, &today, &identity);
	fill(identity.name_latin, "\u3400", 60);
	fill(identity.address, "\u3400", 35);
	fill(identity.id_number, "\u3400", 18);
	fill(identity.authority, "\u3400", 15);
	fill(identity.new_address[3], "\u3400", 35);
	identity.ethnicity = "外国血统中国籍人士";
	n = wz_write(&identity, true, wz);
	assert_true(n > 700 && n < WZ_SIZE_MAX);
	assert_memory_equal(wz + n - 6, "\x81\x39\xee\x39\r\n", 6);
}

static void nothing(void **state)
{
	struct identity identity = {};

	check(&identity, true, "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n");
}

/*
 * A program that is in use: nine slots of fifty bytes, blanks dropped, a line is taken over when
 * its LF comes. It has no room for a longer line, ours or its vendor's.
 */
struct slots {
	char text[9][50];
	int n;
};

static void read_slots(const char *wz, size_t size, struct slots *ret)
{
	char line[50] = "";
	size_t n = 0;

	for (size_t i = 0; i < size; i++) {
		if (wz[i] == '\n') {
			assert_true(ret->n < 9);
			memcpy(ret->text[ret->n++], line, sizeof(line));
			memset(line, 0, sizeof(line));
			n = 0;
		} else if (wz[i] != ' ' && wz[i] != '\r') {
			assert_true(n < sizeof(line) - 1);
			line[n++] = wz[i];
		}
	}
	/* What has no LF behind it is lost. */
	assert_int_equal(n, 0);
}

static void reader_of_slots(void **state)
{
	static const uint8_t *const cards[] = {
		vector_resident, vector_foreigner, vector_foreigner_2023, vector_hmt_permit,
	};

	for (size_t i = 0; i < sizeof(cards) / sizeof(*cards); i++) {
		struct record record = card_record(cards[i]);
		struct identity identity;
		struct slots slots = {};
		char wz[WZ_SIZE_MAX];

		address(&record, 0, "NEW 1");
		identity_from_record(&record, &today, &identity);
		read_slots(wz, wz_write(&identity, false, wz), &slots);
		assert_int_equal(slots.n, 8);
		assert_string_equal(slots.text[5], identity.id_number);
		assert_string_equal(slots.text[3], "19000101");
		assert_memory_equal(slots.text[7], "202", 3);
		memset(&slots, 0, sizeof(slots));
		read_slots(wz, wz_write(&identity, true, wz), &slots);
		assert_int_equal(slots.n, 9);
		assert_string_equal(slots.text[8], "NEW1");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_of_cards),
		cmocka_unit_test(bytes),
		cmocka_unit_test(appended_address),
		cmocka_unit_test(faults),
		cmocka_unit_test(line_breaks),
		cmocka_unit_test(longest),
		cmocka_unit_test(nothing),
		cmocka_unit_test(reader_of_slots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
