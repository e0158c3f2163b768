// SPDX-License-Identifier: GPL-2.0-or-later
/* The line: what a client gets because it asked for it, and what does not fit. */
#include "test.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "card.h"

static json_t *identity_with(const struct record *record, struct identity_options options)
{
	return card_render(record, &card_envelope, &options, NULL);
}

/* "checksum birth_mismatch" */
static void check_warnings(const json_t *identity, const char *expected)
{
	const json_t *list = json_object_get(identity, "warnings");
	char got[512] = "";

	for (size_t i = 0; i < json_array_size(list); i++) {
		strcat(got, i ? " " : "");
		strcat(got, json_string_value(json_array_get(list, i)));
	}
	assert_string_equal(got, expected);
}

static void check_is(const json_t *object, const char *key, const char *expected)
{
	if (expected)
		assert_string_equal(card_string(object, key), expected);
	else
		assert_null(json_object_get(object, key));
}

static void check_data(const json_t *portrait, const uint8_t *p, size_t n)
{
	char *text = malloc(BASE64_SIZE(n));

	base64_encode(p, n, text);
	assert_string_equal(card_string(portrait, "data"), text);
	free(text);
}

/* A portrait of the given status: all else in it follows. */
static void check_portrait(const struct record *record, enum identity_portrait wanted,
			   const struct identity_picture *picture, const char *status,
			   const char *reason, const char *format)
{
	struct identity_options options = { .portrait = wanted };
	json_t *identity = card_render(record, &card_envelope, &options, picture);
	json_t *portrait = json_object_get(identity, "portrait");

	check_is(portrait, "status", status);
	check_is(portrait, "reason", reason);
	check_is(portrait, "format", format);
	assert_int_equal(json_object_size(portrait), 2 + !!reason + !!format);
	if (strcmp(status, "ok") == 0)
		check_data(portrait, picture->data, picture->size);
	else
		check_data(portrait, record->portrait, sizeof(record->portrait));
	json_decref(identity);
}

static void portrait_off(void **state)
{
	static const struct identity_picture picture = { .data = (const uint8_t *)"x", .size = 1 };
	struct record record = card_record(vector_resident);
	char *line = card_line(&record, &card_envelope, &(struct identity_options){}, &picture);

	assert_non_null(strstr(line, ",\"portrait\":{\"status\":\"off\"}}"));
	free(line);
}

static void portrait_as_it_is(void **state)
{
	static const struct identity_picture ok = { .data = (const uint8_t *)"x", .size = 1 };
	struct record record = card_record(vector_resident);

	check_portrait(&record, IDENTITY_PORTRAIT_WLT, NULL, "no-decoder", NULL, "wlt");
	check_portrait(&record, IDENTITY_PORTRAIT_WLT, &ok, "no-decoder", NULL, "wlt");
	for (size_t i = 0; i < 6; i++) {
		record.portrait[i] ^= 1;
		check_portrait(&record, IDENTITY_PORTRAIT_WLT, NULL, "bad-block", NULL, NULL);
		record.portrait[i] ^= 1;
	}
}

static void portrait_decoded(void **state)
{
	uint8_t *pixels = calloc(1, 38862);
	struct identity_picture picture = { PORTRAIT_OK, pixels, 38862 };
	struct record record = card_record(vector_resident);

	pixels[0] = 'B';
	pixels[38861] = 0xff;
	check_portrait(&record, IDENTITY_PORTRAIT_BMP, &picture, "ok", NULL, "bmp");
	check_portrait(&record, IDENTITY_PORTRAIT_JPEG, &picture, "ok", NULL, "jpeg");
	for (picture.size = 0; picture.size < 4; picture.size++)
		check_portrait(&record, IDENTITY_PORTRAIT_JPEG, &picture, "ok", NULL, "jpeg");
	free(pixels);
}

static void portrait_not_decoded(void **state)
{
	static const enum identity_portrait wanted[] = { IDENTITY_PORTRAIT_JPEG,
							 IDENTITY_PORTRAIT_BMP };
	struct record record = card_record(vector_resident), bad = record;

	bad.portrait[0] = 0;
	for (size_t i = 0; i < 2; i++) {
		struct identity_picture picture = {};

		check_portrait(&record, wanted[i], NULL, "no-decoder", NULL, "wlt");
		check_portrait(&bad, wanted[i], NULL, "bad-block", NULL, NULL);
		picture.result = PORTRAIT_NO_DECODER;
		check_portrait(&record, wanted[i], &picture, "no-decoder", NULL, "wlt");
		picture.result = PORTRAIT_BAD_BLOCK;
		check_portrait(&record, wanted[i], &picture, "bad-block", NULL, NULL);
		for (unsigned int r = PORTRAIT_CONFIG; r < _PORTRAIT_RESULT_MAX; r++) {
			picture.result = r;
			check_portrait(&record, wanted[i], &picture, "decoder-error",
				       portrait_result_word(r), "wlt");
			check_portrait(&bad, wanted[i], &picture, "bad-block", NULL, NULL);
		}
		/* None of the table. */
		picture.result = _PORTRAIT_RESULT_MAX;
		check_portrait(&record, wanted[i], &picture, "decoder-error", "fault", "wlt");
	}
}

static void check_number(const json_t *object, const char *key, int expected)
{
	assert_true(json_is_integer(json_object_get(object, key)));
	assert_int_equal(json_integer_value(json_object_get(object, key)), expected);
}

static void fingerprints(void **state)
{
	static const struct identity_options asked = { .fingerprint = true };
	struct record record = card_record(vector_resident);
	json_t *identity, *list;

	vector_fingerprints(record.fingerprints);
	record.fingerprints_size = 1024;
	identity = card_identity(&record);
	assert_null(json_object_get(identity, "fingerprints"));
	json_decref(identity);

	identity = identity_with(&record, asked);
	list = json_object_get(identity, "fingerprints");
	assert_int_equal(json_array_size(list), 2);
	for (size_t i = 0; i < 2; i++) {
		const json_t *print = json_array_get(list, i);

		assert_int_equal(json_object_size(print), 8);
		check_number(print, "version", 1);
		check_number(print, "scanner", 2);
		check_number(print, "developer", 1);
		check_is(print, "result", "ok");
		check_is(print, "finger", i ? "left_thumb" : "right_thumb");
		check_number(print, "finger_code", i ? 0x10 : 0x0b);
		check_number(print, "quality", i ? 0x3c : 0x46);
		check_data(print, record.fingerprints + i * 512, 512);
	}
	json_decref(identity);

	record.fingerprints_size = 512;
	identity = identity_with(&record, asked);
	assert_int_equal(json_array_size(json_object_get(identity, "fingerprints")), 1);
	json_decref(identity);

	record.fingerprints_size = 0;
	identity = identity_with(&record, asked);
	assert_null(json_object_get(identity, "fingerprints"));
	json_decref(identity);
}

static void head_of_a_fingerprint(void **state)
{
	static const struct {
		uint8_t code;
		const char *word;
	} results[] = { { 1, "ok" }, { 2, "failed" }, { 3, "not-registered" }, { 9, "unknown" },
			{ 0, "unknown" }, { 0xff, "unknown" } };
	struct record record = card_record(vector_resident);

	record.fingerprints_size = 512;
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		json_t *identity, *print;

		memset(record.fingerprints, 0xff, 512);
		record.fingerprints[4] = results[i].code;
		identity = identity_with(&record, (struct identity_options){ .fingerprint = true });
		print = json_array_get(json_object_get(identity, "fingerprints"), 0);
		check_number(print, "version", 255);
		check_is(print, "result", results[i].word);
		check_is(print, "finger", "unknown");
		json_decref(identity);
	}
}

static void new_address(void **state)
{
	static const struct identity_options asked = { .new_address = true };
	struct record record = card_record(vector_resident);
	json_t *identity, *list;

	identity = identity_with(&record, asked);
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
	identity = identity_with(&record, asked);
	list = json_object_get(identity, "new_address");
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(json_string_value(json_array_get(list, 0)), "示例市新地址路3号");
	assert_string_equal(json_string_value(json_array_get(list, 1)), "3例市新地址路3号");
	check_warnings(identity, "");
	json_decref(identity);

	/* Its warnings too are for those who asked. */
	record.addresses[0] = 0x16;
	record.addresses[1] = 0xe8;
	record.addresses[2] = 0x0a;
	record.addresses[3] = 0;
	identity = identity_with(&record, asked);
	check_warnings(identity, "private_use_characters odd_characters");
	json_decref(identity);

	identity = card_identity(&record);
	assert_null(json_object_get(identity, "new_address"));
	check_warnings(identity, "");
	json_decref(identity);
}

static void check_mapping(const struct record *record, bool map, const char *name,
			  const char *warnings)
{
	struct identity_options options = { .new_address = true, .map_private_use = map };
	json_t *identity = identity_with(record, options);

	check_is(identity, "name", name);
	check_warnings(identity, warnings);
	json_decref(identity);
}

static void private_use(void **state)
{
	static const char e816[] = "测试\xee\xa0\x96", e000[] = "测试\xee\x80\x80";
	struct record record = card_record(vector_resident);

	/* The option changes nothing where there is nothing to map. */
	check_mapping(&record, true, "测试甲", "");
	card_write_unit(&record, 4, 0xe816);
	check_mapping(&record, false, e816, "private_use_characters");
	check_mapping(&record, true, "测试\xf0\xa0\x82\x87", "mapped_characters");
	card_write_unit(&record, 4, 0xe81e);
	check_mapping(&record, true, "测试龴", "mapped_characters");
	/* Of the user's own rows nobody knows what they are. */
	card_write_unit(&record, 4, 0xe000);
	check_mapping(&record, true, e000, "private_use_characters");
	/* One is mapped, one is left. */
	card_write_unit(&record, 60, 0xe864);
	check_mapping(&record, false, e000, "private_use_characters");
	check_mapping(&record, true, e000, "private_use_characters mapped_characters");
	card_write_unit(&record, 4, 0x7532);
	check_mapping(&record, true, "测试甲", "mapped_characters");
	/* In an appended address. */
	record = card_record(vector_resident);
	memcpy(record.addresses, vector_address, RECORD_ADDRESS_SIZE);
	record.addresses[0] = 0x15;
	record.addresses[1] = 0xe8;
	record.addresses_size = RECORD_ADDRESS_SIZE;
	check_mapping(&record, false, "测试甲", "private_use_characters");
	check_mapping(&record, true, "测试甲", "mapped_characters");
}

/* Everything there is, and not a byte beyond the buffer, which the sanitizer sees. */
static void every_size(void **state)
{
	static const struct identity_options options = { IDENTITY_PORTRAIT_JPEG, 0, true, true,
							 true };
	static const struct identity_picture picture = { PORTRAIT_OK, (const uint8_t *)"picture",
							 7 };
	struct record record = card_record(vector_foreigner_2023);
	struct identity_envelope e = card_envelope;
	struct identity identity;
	char *whole;
	size_t n;

	e.id = "\"17\"";
	memcpy(record.addresses, vector_address, RECORD_ADDRESS_SIZE);
	record.addresses_size = RECORD_ADDRESS_SIZE;
	vector_fingerprints(record.fingerprints);
	record.fingerprints_size = 1024;
	card_write_unit(&record, 0, 0xe816);
	card_write_unit(&record, 2, '"');
	card_write(&record, 250, "000");
	identity_from_record(&record, &e.today, &identity);
	whole = card_line(&record, &e, &options, &picture);
	n = strlen(whole);
	assert_true(n > 2000);

	for (size_t size = 0; size <= n + 2; size++) {
		char *out = malloc(size);
		ssize_t r;

		if (size)
			memset(out, 'x', size);
		r = identity_write(&identity, &e, &options, &picture, out, size);
		if (size > n) {
			assert_int_equal(r, n);
			assert_string_equal(out, whole);
		} else {
			assert_int_equal(r, -ENOBUFS);
			for (size_t i = 0; i < size; i++)
				assert_int_equal(out[i], 0);
		}
		free(out);
	}
	free(whole);
}

/* The largest of everything: what is promised to be enough is. */
static void the_promised_size(void **state)
{
	static const enum identity_portrait portraits[] = { IDENTITY_PORTRAIT_WLT,
							    IDENTITY_PORTRAIT_BMP };
	char name[IDENTITY_ENVELOPE_MAX / 3 + 1], id[IDENTITY_ENVELOPE_MAX / 3 + 1];
	struct identity_envelope e = card_envelope;
	uint8_t *pixels = calloc(1, 700000);
	struct record record;

	memset(name, 1, sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	memset(id, '1', sizeof(id) - 1);
	id[0] = id[sizeof(id) - 2] = '"';
	id[sizeof(id) - 1] = '\0';
	e.id = id;
	e.reader = e.sam_id = name;
	e.seq = INT64_MAX;
	memset(&record, 0xff, sizeof(record));
	record.addresses_size = sizeof(record.addresses);
	record.fingerprints_size = sizeof(record.fingerprints);
	for (size_t i = 0; i < 2 * 4; i++) {
		struct identity_options options = { portraits[i % 2], 4, true, true, true };
		struct identity_picture picture = { i % 4 ? PORTRAIT_OK : PORTRAIT_FORBIDDEN,
						    pixels, i % 2 ? 700000 : 0 };

		memset(record.text, i < 4 ? 0xff : '"', sizeof(record.text));
		memcpy(record.portrait, "WL\x66\x00\x7e\x00", 6);
		card_write_unit(&record, 248, i < 2 ? 'I' : ' ');
		json_decref(card_render(&record, &e, &options, &picture));
	}
	free(pixels);
}

static void wiped(void **state)
{
	static const struct identity none;
	struct record record = card_record(vector_resident);
	struct identity identity;

	identity_from_record(&record, &card_envelope.today, &identity);
	assert_memory_not_equal(&identity, &none, sizeof(none));
	identity_wipe(&identity);
	assert_memory_equal(&identity, &none, sizeof(none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(portrait_off),
		cmocka_unit_test(portrait_as_it_is),
		cmocka_unit_test(portrait_decoded),
		cmocka_unit_test(portrait_not_decoded),
		cmocka_unit_test(fingerprints),
		cmocka_unit_test(head_of_a_fingerprint),
		cmocka_unit_test(new_address),
		cmocka_unit_test(private_use),
		cmocka_unit_test(every_size),
		cmocka_unit_test(the_promised_size),
		cmocka_unit_test(wiped),
	};

	return cmocka_run_group_tests_name("identity-write", tests, NULL, NULL);
}
