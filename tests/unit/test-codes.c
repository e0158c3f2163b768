// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base64.h"
#include "codes.h"

static void ethnicities(void **state)
{
	int n = 0;

	for (int i = 0; i < 100; i++) {
		char code[4];

		snprintf(code, sizeof(code), "%02d", i);
		n += code_ethnicity(code) != NULL;
		assert_int_equal(code_ethnicity(code) != NULL,
				 (i >= 1 && i <= 56) || i == 97 || i == 98);
	}
	assert_int_equal(n, 58);
	assert_string_equal(code_ethnicity("01"), "汉");
	assert_string_equal(code_ethnicity("05"), "维吾尔");
	assert_string_equal(code_ethnicity("28"), "景颇");
	assert_string_equal(code_ethnicity("46"), "德昂");
	assert_string_equal(code_ethnicity("56"), "基诺");
	assert_string_equal(code_ethnicity("98"), "外国血统中国籍人士");
	assert_null(code_ethnicity(""));
	assert_null(code_ethnicity("1"));
	assert_null(code_ethnicity("001"));
	assert_null(code_ethnicity("0A"));
	assert_null(code_ethnicity(" 1"));
}

static void sexes(void **state)
{
	assert_string_equal(code_sex("1"), "male");
	assert_string_equal(code_sex("2"), "female");
	assert_string_equal(code_sex("0"), "unknown");
	assert_string_equal(code_sex("9"), "unknown");
	assert_null(code_sex(""));
	assert_null(code_sex("3"));
	assert_null(code_sex("11"));
	assert_null(code_sex("男"));
}

static void nationalities(void **state)
{
	static const char *const known[] = {
		"ABW", "CHN", "DEU", "ZWE", "D",   "GBD", "GBN", "GBO",
		"GBP", "GBS", "RKS", "UNO", "XXA", "XXB", "XXC", "XXX",
	};
	static const char *const unknown[] = {
		"",	"C",	"CH",  "CHNX", "chn", "UTO", "XXD",
		"ABW ", " ABW", "HN ", "E",    "测",  "AAA", "ZZZ",
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_true(code_nationality_known(known[i]));
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		assert_false(code_nationality_known(unknown[i]));

	/* 249 of ISO 3166-1, 11 of ICAO with three letters. */
	for (int i = 0; i < 26 * 26 * 26; i++) {
		const char code[] = { (char)('A' + i / 676), (char)('A' + i / 26 % 26),
				      (char)('A' + i % 26), '\0' };

		n += code_nationality_known(code);
	}
	assert_int_equal(n, 249 + 11);
}

static void fingers(void **state)
{
	assert_string_equal(code_finger(0x0b), "right_thumb");
	assert_string_equal(code_finger(0x0f), "right_little");
	assert_string_equal(code_finger(0x10), "left_thumb");
	assert_string_equal(code_finger(0x14), "left_little");
	assert_string_equal(code_finger(0x61), "right_unsure");
	assert_string_equal(code_finger(0x62), "left_unsure");
	assert_string_equal(code_finger(0x63), "unsure");
	assert_string_equal(code_finger(0x0a), "unknown");
	assert_string_equal(code_finger(0x15), "unknown");
	assert_string_equal(code_finger(0xff), "unknown");
}

static void fingerprint_results(void **state)
{
	for (int i = 0; i < 0x100; i++)
		assert_string_equal(code_fingerprint_result((uint8_t)i),
				    i == 1 ? "ok" : i == 2 ? "failed" :
				    i == 3 ? "not-registered" : "unknown");
}

static void base64(void **state)
{
	/* RFC 4648, section 10; and every character of the alphabet. */
	static const struct {
		const char *plain, *coded;
	} samples[] = {
		{ "", "" },	       { "f", "Zg==" },	       { "fo", "Zm8=" },
		{ "foo", "Zm9v" },     { "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
	};
	static const uint8_t all[48] = {
		0x00, 0x10, 0x83, 0x10, 0x51, 0x87, 0x20, 0x92, 0x8b, 0x30, 0xd3, 0x8f,
		0x41, 0x14, 0x93, 0x51, 0x55, 0x97, 0x61, 0x96, 0x9b, 0x71, 0xd7, 0x9f,
		0x82, 0x18, 0xa3, 0x92, 0x59, 0xa7, 0xa2, 0x9a, 0xab, 0xb2, 0xdb, 0xaf,
		0xc3, 0x1c, 0xb3, 0xd3, 0x5d, 0xb7, 0xe3, 0x9e, 0xbb, 0xf3, 0xdf, 0xbf,
	};
	char text[BASE64_SIZE(48)];

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		size_t n = strlen(samples[i].plain);

		memset(text, 'x', sizeof(text));
		base64_encode((const uint8_t *)samples[i].plain, n, text);
		assert_string_equal(text, samples[i].coded);
		assert_int_equal(strlen(text) + 1, BASE64_SIZE(n));
	}
	base64_encode(all, sizeof(all), text);
	assert_string_equal(text,
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ethnicities),
		cmocka_unit_test(sexes),
		cmocka_unit_test(nationalities),
		cmocka_unit_test(fingers),
		cmocka_unit_test(fingerprint_results),
		cmocka_unit_test(base64),
	};

	return cmocka_run_group_tests_name("codes", tests, NULL, NULL);
}
