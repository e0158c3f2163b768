// SPDX-License-Identifier: GPL-2.0-or-later
/* Entries by hand: what a typed or scanned text becomes. */
#include "test.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "identity.h"

static const struct identity_envelope envelope = {
	.seq = 3,
	.time = 1767225600,	/* 2026-01-01 00:00 UTC */
	.today = { 2026, 1, 1 },
};

#define HEAD(source)                                                                               \
	"{\"class\":\"IDENTITY\",\"schema\":1,\"seq\":3,\"time\":\"2026-01-01T08:00:00+08:00\","   \
	"\"source\":\"" source "\","

#define NAMES "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
#define SECOND "L898902C36UTO7408122F1204159ZE184226B<<<<<10"

static void gives_from(const char *text, enum identity_source source, const char *expected)
{
	struct identity identity;
	enum idcard_error e;
	char line[1024];

	memset(&identity, 0x5a, sizeof(identity));
	e = identity_from_entry(text, source, &envelope.today, &identity);
	if (e != IDCARD_ERROR_NONE)
		fail_msg("%s: %s", text, idcard_error_code(e));
	assert_true(identity_write(&identity, &envelope, &(struct identity_options){}, NULL, line,
				   sizeof(line)) > 0);
	assert_string_equal(line, expected);
}

static void gives(const char *text, const char *expected)
{
	gives_from(text, IDENTITY_MANUAL, expected);
}

static void fails(const char *text, enum idcard_error expected)
{
	struct identity identity, before;
	enum idcard_error e;

	memset(&identity, 0x5a, sizeof(identity));
	before = identity;
	e = identity_from_entry(text, IDENTITY_MANUAL, &envelope.today, &identity);
	if (e != expected)
		fail_msg("%s: %s", text, idcard_error_code(e));
	assert_memory_equal(&identity, &before, sizeof(before));
}

static void numbers(void **state)
{
	gives("110101190001010014", HEAD("manual")
	      "\"card_type\":\"resident\",\"sex\":\"male\",\"birth_date\":\"1900-01-01\","
	      "\"id_number\":\"110101190001010014\",\"id_number_valid\":true,\"warnings\":[]}");
	gives("810000190001010026", HEAD("manual")
	      "\"card_type\":\"hmt_permit\",\"sex\":\"female\",\"birth_date\":\"1900-01-01\","
	      "\"id_number\":\"810000190001010026\",\"id_number_valid\":true,\"warnings\":[]}");
	gives("91199919000101003X", HEAD("manual")
	      "\"card_type\":\"foreigner_2023\",\"birth_date\":\"1900-01-01\","
	      "\"id_number\":\"91199919000101003X\",\"id_number_valid\":true,\"warnings\":[]}");
	gives("XXX110000010103", HEAD("manual")
	      "\"card_type\":\"foreigner\",\"id_number\":\"XXX110000010103\","
	      "\"id_number_valid\":true,\"warnings\":[]}");
}

static void sources(void **state)
{
	gives_from("110101190001010014", IDENTITY_QR, HEAD("qr")
		   "\"card_type\":\"resident\",\"sex\":\"male\",\"birth_date\":\"1900-01-01\","
		   "\"id_number\":\"110101190001010014\",\"id_number_valid\":true,"
		   "\"warnings\":[]}");
	gives_from("L898902C36", IDENTITY_QR, HEAD("qr") "\"card_type\":\"passport\","
		   "\"passport_number\":\"L898902C3\",\"warnings\":[]}");
	/* An MRZ is one wherever it comes from. */
	gives_from("C01X00T478D<<0002299M3001019<<<<<<<<<<<<<<08", IDENTITY_QR, HEAD("mrz")
		   "\"card_type\":\"passport\",\"sex\":\"male\",\"nationality\":\"D\","
		   "\"birth_date\":\"2000-02-29\",\"passport_number\":\"C01X00T47\","
		   "\"valid_until\":\"2030-01-01\",\"valid_long_term\":false,\"expired\":false,"
		   "\"warnings\":[]}");
}

/* The same number as people and scanners write it. */
static void forms_of_a_number(void **state)
{
	static const char *const forms[] = {
		"91199919000101003X",
		"91199919000101003x",
		"  911999 19000101 003X\r\n",
		"911999-19000101-003x",
		"９１１９９９１９０００１０１００３Ｘ",
		"911999　19000101　003ｘ",
		"911999－19000101－003X",
		"\t91199919000101003X\t",
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		gives(forms[i], HEAD("manual")
		      "\"card_type\":\"foreigner_2023\",\"birth_date\":\"1900-01-01\","
		      "\"id_number\":\"91199919000101003X\",\"id_number_valid\":true,"
		      "\"warnings\":[]}");
	gives("xxx 1100 000101 03", HEAD("manual")
	      "\"card_type\":\"foreigner\",\"id_number\":\"XXX110000010103\","
	      "\"id_number_valid\":true,\"warnings\":[]}");
}

static void wrong_numbers(void **state)
{
	fails("110101190001010015", IDCARD_ERROR_ENTRY_CHECKSUM);
	fails("91199919000101003 1", IDCARD_ERROR_ENTRY_CHECKSUM);
	fails("110101190002290011", IDCARD_ERROR_ENTRY_DATE);
	fails("110101202601020019", IDCARD_ERROR_ENTRY_DATE);
	fails("160101190001010013", IDCARD_ERROR_ENTRY_REGION);
	fails("XXX110000010104", IDCARD_ERROR_ENTRY_CHECKSUM);
	fails("XXX110000130106", IDCARD_ERROR_ENTRY_DATE);
	fails("1101011900010100", IDCARD_ERROR_ENTRY_UNKNOWN);
	fails("1101011900010100144", IDCARD_ERROR_ENTRY_UNKNOWN);
	fails("11010119000101OO14", IDCARD_ERROR_ENTRY_UNKNOWN);
	/* Of fifteen digits none is a check digit. */
	fails("110101000101001", IDCARD_ERROR_ENTRY_UNKNOWN);
}

static void passports(void **state)
{
	static const char *const forms[] = {
		"L898902C36", "L898902C3 6", "l898902c3-6", "L898902C3  6\n", "L8 98902C3 6",
		"Ｌ８９８９０２Ｃ３６",
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		gives(forms[i], HEAD("manual") "\"card_type\":\"passport\","
		      "\"passport_number\":\"L898902C3\",\"warnings\":[]}");
	gives("AB12345 6", HEAD("manual") "\"card_type\":\"passport\","
	      "\"passport_number\":\"AB12345\",\"warnings\":[]}");
	gives("AB12345<<6", HEAD("manual") "\"card_type\":\"passport\","
	      "\"passport_number\":\"AB12345\",\"warnings\":[]}");
	gives("AB12345<6", HEAD("manual") "\"card_type\":\"passport\","
	      "\"passport_number\":\"AB12345\",\"warnings\":[]}");
	gives("1234567897", HEAD("manual") "\"card_type\":\"passport\","
	      "\"passport_number\":\"123456789\",\"warnings\":[]}");
}

static void wrong_passports(void **state)
{
	for (char c = '0'; c <= '9'; c++) {
		char text[] = "L898902C3 6";

		text[10] = c;
		if (c != '6')
			fails(text, IDCARD_ERROR_ENTRY_CHECKSUM);
	}
	fails("L898902C3O", IDCARD_ERROR_ENTRY_UNKNOWN);
	/* Without its check digit, although the last one happens to fit what is before it. */
	fails("L898902C3", IDCARD_ERROR_ENTRY_UNKNOWN);
	fails("AB123456", IDCARD_ERROR_ENTRY_UNKNOWN);
	/* Too short, no digit, fillers inside. */
	fails("AB123 6", IDCARD_ERROR_ENTRY_UNKNOWN);
	fails("AB123<<<<6", IDCARD_ERROR_ENTRY_UNKNOWN);
	fails("ABCDEFG 1", IDCARD_ERROR_ENTRY_UNKNOWN);
	fails("L8<8902C36", IDCARD_ERROR_ENTRY_UNKNOWN);
	fails("<<<<<<<<<0", IDCARD_ERROR_ENTRY_UNKNOWN);
	fails("00000", IDCARD_ERROR_ENTRY_UNKNOWN);
	fails("L898902C3X 6", IDCARD_ERROR_ENTRY_UNKNOWN);
	fails("L898902C3\t6", IDCARD_ERROR_ENTRY_UNKNOWN);
}

static void machine_readable_lines(void **state)
{
	gives(NAMES "\n" SECOND, HEAD("mrz")
	      "\"card_type\":\"passport\",\"name_latin\":\"ERIKSSON, ANNA MARIA\","
	      "\"sex\":\"female\",\"nationality\":\"UTO\",\"birth_date\":\"1974-08-12\","
	      "\"passport_number\":\"L898902C3\",\"valid_until\":\"2012-04-15\","
	      "\"valid_long_term\":false,\"expired\":true,\"warnings\":[\"unknown_nationality\"]}");
	gives("C01X00T478D<<0002299M3001019<<<<<<<<<<<<<<08", HEAD("mrz")
	      "\"card_type\":\"passport\",\"sex\":\"male\",\"nationality\":\"D\","
	      "\"birth_date\":\"2000-02-29\",\"passport_number\":\"C01X00T47\","
	      "\"valid_until\":\"2030-01-01\",\"valid_long_term\":false,\"expired\":false,"
	      "\"warnings\":[]}");
	gives("XX00000000XXX0001018X3001019<<<<<<<<<<<<<<00", HEAD("mrz")
	      "\"card_type\":\"passport\",\"sex\":\"unknown\",\"nationality\":\"XXX\","
	      "\"birth_date\":\"2000-01-01\",\"passport_number\":\"XX0000000\","
	      "\"valid_until\":\"2030-01-01\",\"valid_long_term\":false,\"expired\":false,"
	      "\"warnings\":[]}");
	/* A surname only, a birth date that nobody knows. */
	gives("P<XXXSAMPLE<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"
	      " L898902C36UTO<<<<<<0<3001019<<<<<<<<<<<<<<04", HEAD("mrz")
	      "\"card_type\":\"passport\",\"name_latin\":\"SAMPLE\",\"sex\":\"unknown\","
	      "\"nationality\":\"UTO\",\"passport_number\":\"L898902C3\","
	      "\"valid_until\":\"2030-01-01\",\"valid_long_term\":false,\"expired\":false,"
	      "\"warnings\":[\"unknown_nationality\"]}");
	gives("P<XXX<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"
	      "XX00000000XXX0001018X3001019<<<<<<<<<<<<<<00", HEAD("mrz")
	      "\"card_type\":\"passport\",\"sex\":\"unknown\",\"nationality\":\"XXX\","
	      "\"birth_date\":\"2000-01-01\",\"passport_number\":\"XX0000000\","
	      "\"valid_until\":\"2030-01-01\",\"valid_long_term\":false,\"expired\":false,"
	      "\"warnings\":[\"empty_name\"]}");
}

static void wrong_lines(void **state)
{
	fails("C987654320GBR7505205F2905202CC0000000<<<<<05", IDCARD_ERROR_ENTRY_CHECKSUM);
	fails("L898902C36UTO7408328F3001019<<<<<<<<<<<<<<04", IDCARD_ERROR_ENTRY_DATE);
	fails(NAMES, IDCARD_ERROR_ENTRY_UNKNOWN);
	/* Of a card, not of a passport. */
	fails("I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6"
	      "ERIKSSON<<ANNA<MARIA<<<<<<<<<<", IDCARD_ERROR_ENTRY_UNKNOWN);
	fails("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6",
	      IDCARD_ERROR_ENTRY_UNKNOWN);
}

static void anything_else(void **state)
{
	static const char *const texts[] = {
		"", " ", "-", "<", "\n", "测试甲", "hello", "110101190001010014\n110101190001010014",
		"\xff\xfe\x80", "110101190001010014\x01", "110101190001010\x7f\x31\x34", "é",
	};
	char large[5000];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		fails(texts[i], IDCARD_ERROR_ENTRY_UNKNOWN);
	for (size_t n = 250; n < 260; n++) {
		memset(large, '1', n);
		large[n] = '\0';
		fails(large, IDCARD_ERROR_ENTRY_UNKNOWN);
	}
	memset(large, ' ', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	fails(large, IDCARD_ERROR_ENTRY_UNKNOWN);
}

static void random_entries(void **state)
{
	static const char *const pieces[] = {
		"1",  "0", "X", "<",  " ",    "-",   "\n",   "9",	 "11010119",
		"００", "L", "P", "<<", "\xe9", NAMES, SECOND, "L898902C3",
	};
	uint64_t seed = 20260101;

	for (int round = 0; round < 20000; round++) {
		size_t n = test_random(&seed) % 20;
		char text[20 * 44 + 1] = "", *copy;
		struct identity identity;
		char line[1024];

		for (size_t i = 0; i < n; i++)
			strcat(text, pieces[test_random(&seed) %
					    (sizeof(pieces) / sizeof(pieces[0]))]);
		/* On the heap, where the sanitizer sees a read beyond the end. */
		copy = strdup(text);
		if (identity_from_entry(copy, IDENTITY_QR, &envelope.today, &identity) ==
		    IDCARD_ERROR_NONE) {
			json_t *read;

			assert_true(identity_write(&identity, &envelope,
						   &(struct identity_options){}, NULL, line,
						   sizeof(line)) > 0);
			read = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
			assert_non_null(read);
			json_decref(read);
		}
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(sources),
		cmocka_unit_test(forms_of_a_number),
		cmocka_unit_test(wrong_numbers),
		cmocka_unit_test(passports),
		cmocka_unit_test(wrong_passports),
		cmocka_unit_test(machine_readable_lines),
		cmocka_unit_test(wrong_lines),
		cmocka_unit_test(anything_else),
		cmocka_unit_test(random_entries),
	};

	setenv("TZ", "CST-8", 1);
	tzset();
	return cmocka_run_group_tests_name("entry", tests, NULL, NULL);
}
