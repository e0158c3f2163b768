// SPDX-License-Identifier: GPL-2.0-or-later
/* What idcard.h does without the daemon: identities from bytes and entries, and numbers. */
#include "test.h"

#include <errno.h>
#include <string.h>

#include "idcard.h"
#include "util.h"
#include "vectors.h"

DEFINE_CLEANUP(idcard_identity *, idcard_identity_free)

/* What a program was built with; the reference of the binary interface does not hold these. */
_Static_assert(IDCARD_PORTRAIT_NONE == 0 && IDCARD_PORTRAIT_WLT == 1 && IDCARD_PORTRAIT_JPEG == 2 &&
	       IDCARD_PORTRAIT_BMP == 3, "enum idcard_portrait");
_Static_assert(IDCARD_NUMBER_RESIDENT == 0 && IDCARD_NUMBER_PERMIT == 1 &&
	       IDCARD_NUMBER_FOREIGNER_2023 == 2 && IDCARD_NUMBER_FOREIGNER == 3,
	       "enum idcard_number_kind");
_Static_assert(IDCARD_MRZ_SUGGEST_SIZE == 93, "what a program has room for");

#define _cleanup_who_ _cleanup_(idcard_identity_freep)

static void test_cards(void **state)
{
	static const struct {
		const uint8_t *text;
		const char *card_type, *name, *name_latin, *id_number;
	} cards[] = {
		{ vector_resident, "resident", "测试甲", NULL, "110101190001010014" },
		{ vector_foreigner, "foreigner", NULL, "SAMPLE, TEST CARD", "XXX110000010103" },
		{ vector_foreigner_2023, "foreigner_2023", NULL, "SAMPLE, TEST CARD",
		  "91199919000101003X" },
		{ vector_hmt_permit, "hmt_permit", "测试乙", NULL, "810000190001010026" },
	};

	for (size_t i = 0; i < ELEMENTSOF(cards); i++) {
		const struct idcard_raw raw = { .size = sizeof(raw), .text = cards[i].text };
		_cleanup_who_ idcard_identity *who = NULL;
		const char *name;

		assert_int_equal(idcard_decode(&raw, &who), 0);
		assert_string_equal(idcard_identity_get(who, "card_type"), cards[i].card_type);
		assert_string_equal(idcard_identity_get(who, "id_number"), cards[i].id_number);
		assert_int_equal(idcard_identity_boolean(who, "id_number_valid"), 1);
		name = idcard_identity_get(who, "name");
		if (cards[i].name)
			assert_string_equal(name, cards[i].name);
		name = idcard_identity_get(who, "name_latin");
		if (cards[i].name_latin)
			assert_string_equal(name, cards[i].name_latin);
		else
			assert_null(name);
		assert_string_equal(idcard_identity_get(who, "portrait.status"), "off");
		assert_string_equal(idcard_identity_get(who, "source"), "card");
		assert_null(idcard_identity_get(who, "reader.name"));
		assert_int_equal(idcard_identity_count(who, "fingerprints"), 0);
		assert_int_equal(idcard_identity_count(who, "new_address"), 0);
	}
}

static void test_everything(void **state)
{
	uint8_t portrait[RECORD_PORTRAIT_SIZE], fingers[2 * RECORD_FINGERPRINT_SIZE];
	const struct idcard_raw raw = {
		.size = sizeof(raw), .text = vector_resident, .portrait = portrait,
		.fingerprints = fingers, .fingerprints_size = sizeof(fingers),
		.addresses = vector_address, .addresses_size = sizeof(vector_address),
	};
	_cleanup_who_ idcard_identity *who = NULL;
	const void *bytes;
	size_t size;
	int64_t n;

	vector_portrait(portrait);
	vector_fingerprints(fingers);
	assert_int_equal(idcard_decode(&raw, &who), 0);
	assert_string_equal(idcard_identity_get(who, "portrait.format"), "wlt");
	bytes = idcard_identity_bytes(who, "portrait.data", &size);
	assert_int_equal(size, sizeof(portrait));
	assert_memory_equal(bytes, portrait, size);
	assert_int_equal(idcard_identity_count(who, "fingerprints"), 2);
	for (size_t i = 0; i < 2; i++) {
		bytes = idcard_identity_bytes(who, i ? "fingerprints.1.data" : "fingerprints.0.data",
					      &size);
		assert_int_equal(size, RECORD_FINGERPRINT_SIZE);
		assert_memory_equal(bytes, fingers + i * RECORD_FINGERPRINT_SIZE, size);
	}
	assert_string_equal(idcard_identity_get(who, "fingerprints.0.finger"), "right_thumb");
	assert_int_equal(idcard_identity_integer(who, "fingerprints.0.quality", &n), 0);
	assert_int_equal(n, 70);
	assert_int_equal(idcard_identity_count(who, "new_address"), 1);
	assert_string_equal(idcard_identity_get(who, "new_address.0"), "示例市新地址路3号");
}

/* A card that does not check is reported, never repaired. */
static void test_doubtful(void **state)
{
	uint8_t text[RECORD_TEXT_SIZE];
	const struct idcard_raw raw = { .size = sizeof(raw), .text = text };
	_cleanup_who_ idcard_identity *who = NULL;

	memcpy(text, vector_resident, sizeof(text));
	text[122 + 2 * 17] = '5';
	assert_int_equal(idcard_decode(&raw, &who), 0);
	assert_string_equal(idcard_identity_get(who, "id_number"), "110101190001010015");
	assert_int_equal(idcard_identity_boolean(who, "id_number_valid"), 0);
	assert_int_equal(idcard_identity_warned(who, "checksum"), 1);

	who = idcard_identity_free(who);
	memset(text, 0, sizeof(text));
	assert_int_equal(idcard_decode(&raw, &who), 0);
	assert_null(idcard_identity_get(who, "name"));
	assert_int_equal(idcard_identity_warned(who, "empty_name"), 1);
}

static void test_mapped(void **state)
{
	uint8_t text[RECORD_TEXT_SIZE];
	struct idcard_raw raw = { .size = sizeof(raw), .text = text };
	_cleanup_who_ idcard_identity *plain = NULL, *mapped = NULL;

	memcpy(text, vector_resident, sizeof(text));
	text[0] = 0x15;		/* U+E815, in GB 18030-2000 what is now U+2E81 */
	text[1] = 0xe8;
	assert_int_equal(idcard_decode(&raw, &plain), 0);
	assert_int_equal(idcard_identity_warned(plain, "private_use_characters"), 1);
	raw.map_private_use = 1;
	assert_int_equal(idcard_decode(&raw, &mapped), 0);
	assert_int_equal(idcard_identity_warned(mapped, "mapped_characters"), 1);
	assert_string_not_equal(idcard_identity_get(plain, "name"),
				idcard_identity_get(mapped, "name"));
}

static void test_wrong_raw(void **state)
{
	const struct idcard_raw good = { .size = sizeof(good), .text = vector_resident };
	struct { struct idcard_raw raw; int tomorrow; } newer = { .raw = good };
	idcard_identity *who = NULL;
	uint8_t bytes[2048] = {};
	struct idcard_raw raw;

	assert_int_equal(idcard_decode(NULL, &who), -EINVAL);
	assert_int_equal(idcard_decode(&good, NULL), -EINVAL);
	raw = good;
	raw.text = NULL;
	assert_int_equal(idcard_decode(&raw, &who), -EINVAL);
	raw = good;
	raw.size = sizeof(size_t);
	assert_int_equal(idcard_decode(&raw, &who), -EINVAL);
	raw.size = 0;
	assert_int_equal(idcard_decode(&raw, &who), -EINVAL);
	for (size_t n = 1; n <= 1600; n++) {
		raw = good;
		raw.fingerprints = bytes;
		raw.fingerprints_size = n;
		if (n != 512 && n != 1024)
			assert_int_equal(idcard_decode(&raw, &who), -EINVAL);
		raw = good;
		raw.addresses = bytes;
		raw.addresses_size = n;
		if (n % 70 || n > 280)
			assert_int_equal(idcard_decode(&raw, &who), -EINVAL);
	}
	raw = good;
	raw.fingerprints_size = 512;
	assert_int_equal(idcard_decode(&raw, &who), -EINVAL);
	raw = good;
	raw.addresses_size = 70;
	assert_int_equal(idcard_decode(&raw, &who), -EINVAL);
	newer.raw.size = sizeof(newer);
	newer.tomorrow = 1;
	assert_int_equal(idcard_decode(&newer.raw, &who), -E2BIG);
	newer.tomorrow = 0;
	newer.raw.reserved = 1;
	assert_int_equal(idcard_decode(&newer.raw, &who), -E2BIG);
	assert_null(who);
	newer.raw.reserved = 0;
	assert_int_equal(idcard_decode(&newer.raw, &who), 0);
	who = idcard_identity_free(who);
	/* a program that was built before there were fingerprints */
	raw = (struct idcard_raw){ .size = offsetof(struct idcard_raw, fingerprints),
				   .text = vector_resident, .fingerprints_size = 7 };
	assert_int_equal(idcard_decode(&raw, &who), 0);
	idcard_identity_free(who);
}

#define ERIKSSON "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"

static void test_entries(void **state)
{
	static const struct { const char *text; int r; const char *path, *value; } entries[] = {
		{ "110101 19000101 0014", 0, "id_number", "110101190001010014" },
		{ "91199919000101003x", 0, "card_type", "foreigner_2023" },
		{ "L898902C3 6", 0, "passport_number", "L898902C3" },
		{ ERIKSSON, 0, "name_latin", "ERIKSSON, ANNA MARIA" },
		{ ERIKSSON, 0, "source", "mrz" },
		{ "110101190001010015", -EBADMSG, NULL, NULL },
		{ "990101190001010014", -EBADMSG, NULL, NULL },
		{ "010101190001010010", -ENXIO, NULL, NULL },
		{ "110101190002300013", -EDOM, NULL, NULL },
		{ "hello", -EINVAL, NULL, NULL },
		{ "", -EINVAL, NULL, NULL },
		{ "\xff\xfe", -EINVAL, NULL, NULL },
	};

	for (size_t i = 0; i < ELEMENTSOF(entries); i++) {
		_cleanup_who_ idcard_identity *who = NULL;

		if (idcard_decode_entry(entries[i].text, &who) != entries[i].r)
			fail_msg("%s", entries[i].text);
		if (entries[i].path)
			assert_string_equal(idcard_identity_get(who, entries[i].path),
					    entries[i].value);
		else
			assert_null(who);
	}
	assert_int_equal(idcard_decode_entry(NULL, &(idcard_identity *){ NULL }), -EINVAL);
	assert_int_equal(idcard_decode_entry("", NULL), -EINVAL);
}

static int number_date(const struct idcard_date *d)
{
	return d->year * 10000 + d->month * 100 + d->day;
}

static void test_numbers(void **state)
{
	static const struct {
		const char *number;
		int r, kind;
		const char *region;
		int birth;
		char sex;
	} numbers[] = {
		{ "110101190001010014", 0, IDCARD_NUMBER_RESIDENT, "110101", 19000101, 'M' },
		{ "810000190001010026", 0, IDCARD_NUMBER_PERMIT, "810000", 19000101, 'F' },
		{ "91199919000101003X", 0, IDCARD_NUMBER_FOREIGNER_2023, "911999", 19000101, 0 },
		{ "XXX110000010103", 0, IDCARD_NUMBER_FOREIGNER, "XXX1100", 0, 0 },
		{ "110101190001010015", -EBADMSG, 0, NULL, 0, 0 },
		{ "XXX110000010104", -EBADMSG, 0, NULL, 0, 0 },
		{ "XXX110000130106", -EDOM, 0, NULL, 0, 0 },
		{ "110101190002300013", -EDOM, 0, NULL, 0, 0 },
		{ "010101190001010010", -ENXIO, 0, NULL, 0, 0 },
		{ "91199919000101003x", -EINVAL, 0, NULL, 0, 0 },
		{ " 110101190001010014", -EINVAL, 0, NULL, 0, 0 },
		{ "110101000101001", -EINVAL, 0, NULL, 0, 0 },
		{ "", -EINVAL, 0, NULL, 0, 0 },
	};
	struct idcard_number n;

	for (size_t i = 0; i < ELEMENTSOF(numbers); i++) {
		memset(&n, 0x55, sizeof(n));
		if (idcard_number_parse(numbers[i].number, &n) != numbers[i].r)
			fail_msg("%s", numbers[i].number);
		if (numbers[i].r < 0) {
			assert_int_equal(n.sex, 0x55);
			continue;
		}
		assert_int_equal(n.kind, numbers[i].kind);
		assert_string_equal(n.region, numbers[i].region);
		assert_int_equal(number_date(&n.birth), numbers[i].birth);
		assert_int_equal(n.sex, numbers[i].sex);
		for (size_t k = 0; k < ELEMENTSOF(n.reserved); k++)
			assert_int_equal(n.reserved[k], 0);
	}
	assert_int_equal(idcard_number_parse(NULL, &n), -EINVAL);
	assert_int_equal(idcard_number_parse("110101190001010014", NULL), -EINVAL);
}

static void test_number_errors(void **state)
{
	assert_string_equal(idcard_number_error(-EINVAL), "entry-unknown");
	assert_string_equal(idcard_number_error(-EBADMSG), "entry-checksum");
	assert_string_equal(idcard_number_error(-EDOM), "entry-date");
	assert_string_equal(idcard_number_error(-ENXIO), "entry-region");
	assert_null(idcard_number_error(0));
	assert_null(idcard_number_error(-ENOMEM));
	assert_string_equal(idcard_message(idcard_number_error(-EBADMSG), 1),
			    "校验位不符:至少有一个字符输入有误。");
}

static void test_check_digits(void **state)
{
	assert_int_equal(idcard_number_check_digit("11010119000101001"), '4');
	assert_int_equal(idcard_number_check_digit("91199919000101003"), 'X');
	assert_int_equal(idcard_number_check_digit("1101011900010100"), 0);
	assert_int_equal(idcard_number_check_digit(""), 0);
	assert_int_equal(idcard_number_check_digit(NULL), 0);
	assert_int_equal(idcard_mrz_check_digit("L898902C3", 9), '6');
	assert_int_equal(idcard_mrz_check_digit("L898902C<", 9), '3');
	assert_int_equal(idcard_mrz_check_digit("", 0), '0');
	assert_int_equal(idcard_mrz_check_digit("l898902c3", 9), 0);
	assert_int_equal(idcard_mrz_check_digit(NULL, 9), 0);
	assert_int_equal(idcard_passport_check("L898902C3", '6'), 0);
	assert_int_equal(idcard_passport_check("L898902C", '3'), 0);
	assert_int_equal(idcard_passport_check("L898902C3", '7'), -EBADMSG);
	assert_int_equal(idcard_passport_check("L8989", '0'), -EINVAL);
	assert_int_equal(idcard_passport_check("L898902C36", '0'), -EINVAL);
	assert_int_equal(idcard_passport_check("PASSPORT", '0'), -EINVAL);
	assert_int_equal(idcard_passport_check("L898902C<", '3'), -EINVAL);
	assert_int_equal(idcard_passport_check("L898902C3", '<'), -EINVAL);
	assert_int_equal(idcard_passport_check(NULL, '0'), -EINVAL);
}

static void test_from_15(void **state)
{
	char out[19] = "x";

	assert_int_equal(idcard_number_from_15("110101000101001", out), 0);
	assert_string_equal(out, "110101190001010014");
	strcpy(out, "x");
	assert_int_equal(idcard_number_from_15("11010100010100", out), -EINVAL);
	assert_int_equal(idcard_number_from_15("110101190001010014", out), -EINVAL);
	assert_int_equal(idcard_number_from_15("110101001301001", out), -EDOM);
	assert_int_equal(idcard_number_from_15("110101000101996", out), -EDOM);
	assert_int_equal(idcard_number_from_15("010101000101001", out), -ENXIO);
	assert_int_equal(idcard_number_from_15(NULL, out), -EINVAL);
	assert_int_equal(idcard_number_from_15("110101000101001", NULL), -EINVAL);
	assert_string_equal(out, "x");
}

static void test_former(void **state)
{
	char out[16] = "x";

	assert_int_equal(idcard_number_rebuild_former("91199919000101003X", "XX", "000", out), -EINVAL);
	assert_int_equal(idcard_number_rebuild_former("911999190001010030", "XXX", "000", out), -EINVAL);
	assert_int_equal(idcard_number_rebuild_former(NULL, "XXX", "000", out), -EINVAL);
	assert_int_equal(idcard_number_rebuild_former("91199919000101003X", NULL, "000", out), -EINVAL);
	assert_int_equal(idcard_number_rebuild_former("91199919000101003X", "XXX", NULL, out), -EINVAL);
	assert_int_equal(idcard_number_rebuild_former("91199919000101003X", "XXX", "000", NULL), -EINVAL);
	assert_string_equal(out, "x");
	assert_int_equal(idcard_number_rebuild_former("91199919000101003X", "XXX", "000", out), 0);
	assert_string_equal(out, "XXX110000010103");
}

static void test_mrz(void **state)
{
	struct idcard_mrz m;

	memset(&m, 0x55, sizeof(m));
	assert_int_equal(idcard_mrz_parse("", &m), -EINVAL);
	assert_int_equal(idcard_mrz_parse("L898902C36UTO7408122F1204159ZE184226B<<<<<11", &m), -EBADMSG);
	assert_int_equal(idcard_mrz_parse(NULL, &m), -EINVAL);
	assert_int_equal(idcard_mrz_parse(ERIKSSON, NULL), -EINVAL);
	assert_int_equal(m.sex, 0x55);
	assert_int_equal(idcard_mrz_parse(ERIKSSON, &m), 0);
	assert_string_equal(m.document, "P");
	assert_string_equal(m.issuer, "UTO");
	assert_string_equal(m.surname, "ERIKSSON");
	assert_string_equal(m.given_names, "ANNA MARIA");
	assert_string_equal(m.number, "L898902C3");
	assert_string_equal(m.nationality, "UTO");
	assert_int_equal(m.sex, 'F');
	assert_int_equal(number_date(&m.birth), 19740812);
	assert_int_equal(number_date(&m.expiry), 20120415);
	for (size_t k = 0; k < ELEMENTSOF(m.reserved); k++)
		assert_int_equal(m.reserved[k], 0);

	/* ICAO 9303 part 5, the example of TD1 */
	assert_int_equal(idcard_mrz_parse("I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\n"
					  "ERIKSSON<<ANNA<MARIA<<<<<<<<<<", &m), 0);
	assert_string_equal(m.document, "I");
	assert_string_equal(m.number, "D23145890");
	/* part 6, of TD2 */
	assert_int_equal(idcard_mrz_parse("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n"
					  "D231458907UTO7408122F1204159<<<<<<<6", &m), 0);
	assert_string_equal(m.surname, "ERIKSSON");
}

static void test_suggestions(void **state)
{
	char out[IDCARD_MRZ_SUGGEST_SIZE] = "x";

	assert_int_equal(idcard_number_suggest("11O1O1190001010014", out), 0);
	assert_string_equal(out, "110101190001010014");
	assert_int_equal(idcard_number_suggest("XXX1IOO00010103", out), 0);
	assert_string_equal(out, "XXX110000010103");
	strcpy(out, "x");
	assert_int_equal(idcard_number_suggest("110101190001010014", out), -ENOENT);
	assert_int_equal(idcard_number_suggest("110101190001010015", out), -ENOENT);
	assert_int_equal(idcard_number_suggest(NULL, out), -EINVAL);
	assert_int_equal(idcard_number_suggest("11O101190001010014", NULL), -EINVAL);
	assert_string_equal(out, "x");

	assert_int_equal(idcard_mrz_suggest(ERIKSSON, out, sizeof(out)), -ENOENT);
	assert_int_equal(idcard_mrz_suggest(NULL, out, sizeof(out)), -EINVAL);
	assert_int_equal(idcard_mrz_suggest("L898902C36UTO74O8122F1204159ZE184226B<<<<<10", NULL, 99),
			 -EINVAL);
	assert_int_equal(idcard_mrz_suggest("L898902C36UTO74O8122F1204159ZE184226B<<<<<10", out,
					    sizeof(out) - 1), -ENOBUFS);
	assert_string_equal(out, "x");
	assert_int_equal(idcard_mrz_suggest("L898902C36UTO74O8122F1204159ZE184226B<<<<<10", out,
					    sizeof(out)), 0);
	assert_string_equal(out, "L898902C36UTO7408122F1204159ZE184226B<<<<<10");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cards),	cmocka_unit_test(test_everything),
		cmocka_unit_test(test_doubtful), cmocka_unit_test(test_mapped),
		cmocka_unit_test(test_wrong_raw), cmocka_unit_test(test_entries),
		cmocka_unit_test(test_numbers),	cmocka_unit_test(test_number_errors),
		cmocka_unit_test(test_check_digits), cmocka_unit_test(test_from_15),
		cmocka_unit_test(test_former),	cmocka_unit_test(test_mrz),
		cmocka_unit_test(test_suggestions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
