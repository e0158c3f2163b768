// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vectors.h"

/* Exactly as large as the frame, so that the sanitizer sees a read beyond it. */
static int parse(const uint8_t *frame, size_t size, bool fingerprints, struct record *ret)
{
	uint8_t *exact = malloc(size ? size : 1);
	int r;

	assert_non_null(exact);
	memcpy(exact, frame, size);
	r = record_parse(exact, size, fingerprints, ret);
	free(exact);
	return r;
}

static void refused(const uint8_t *frame, size_t size, bool fingerprints)
{
	struct record record, before;

	memset(&record, 0x5a, sizeof(record));
	before = record;
	assert_int_equal(parse(frame, size, fingerprints, &record), -EBADMSG);
	assert_memory_equal(&record, &before, sizeof(record));
}

/* What the document says of each reply: its size and its checksum. */
static void documented_replies(void **state)
{
	static const struct {
		const uint8_t *text;
		int fingers;
		size_t size;
		uint8_t checksum;
	} replies[] = {
		{ vector_resident, -1, 1295, 0xb4 },	{ vector_resident, 0, 1297, 0xb6 },
		{ vector_resident, 1, 1809, 0xb7 },	{ vector_resident, 2, 2321, 0xdf },
		{ vector_foreigner, -1, 1295, 0xb7 },	{ vector_foreigner_2023, -1, 1295, 0xa5 },
		{ vector_hmt_permit, -1, 1295, 0x79 },
	};

	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		uint8_t frame[IDCARD_REPLY_MAX], portrait[RECORD_PORTRAIT_SIZE];
		uint8_t prints[RECORD_FINGERPRINTS_MAX * RECORD_FINGERPRINT_SIZE];
		size_t expected = replies[i].fingers > 0 ? (size_t)replies[i].fingers * 512 : 0;
		struct record record;
		size_t n;

		n = vector_read_reply(frame, sizeof(frame), replies[i].text, replies[i].fingers);
		assert_int_equal(n, replies[i].size);
		assert_int_equal(frame[n - 1], replies[i].checksum);

		memset(&record, 0x5a, sizeof(record));
		assert_int_equal(parse(frame, n, replies[i].fingers >= 0, &record), 0);
		vector_portrait(portrait);
		vector_fingerprints(prints);
		assert_memory_equal(record.text, replies[i].text, sizeof(record.text));
		assert_memory_equal(record.portrait, portrait, sizeof(portrait));
		assert_int_equal(record.fingerprints_size, expected);
		assert_memory_equal(record.fingerprints, prints, expected);
		assert_int_equal(record.addresses_size, 0);
		assert_int_equal(record.fingerprints_part,
				 replies[i].fingers < 0 ? RECORD_NOT_ASKED : RECORD_READ);
		assert_int_equal(record.addresses_part, RECORD_NOT_ASKED);
		for (size_t k = expected; k < sizeof(record.fingerprints); k++)
			assert_int_equal(record.fingerprints[k], 0);
	}
}

static void the_other_command_is_refused(void **state)
{
	uint8_t frame[IDCARD_REPLY_MAX];
	size_t n;

	n = vector_read_reply(frame, sizeof(frame), vector_resident, -1);
	refused(frame, n, true);
	n = vector_read_reply(frame, sizeof(frame), vector_resident, 0);
	refused(frame, n, false);
	n = vector_read_reply(frame, sizeof(frame), vector_resident, 2);
	refused(frame, n, false);
}

static void damage_is_refused(void **state)
{
	uint8_t frame[IDCARD_REPLY_MAX];
	size_t n = vector_read_reply(frame, sizeof(frame), vector_resident, 1);

	for (size_t i = 0; i < n; i++) {
		frame[i] ^= 0x10;
		refused(frame, n, true);
		frame[i] ^= 0x10;
	}
	for (size_t size = 0; size < n; size++)
		refused(frame, size, true);
	refused(frame, n + 1, true);
}

/* The frame with @value at @offset, and a checksum that fits. */
static void refused_with(int fingers, size_t offset, uint8_t value)
{
	uint8_t frame[IDCARD_REPLY_MAX];
	size_t n = vector_read_reply(frame, sizeof(frame), vector_resident, fingers);

	assert_int_not_equal(frame[offset], value);
	frame[n - 1] ^= frame[offset] ^ value;
	frame[offset] = value;
	assert_int_equal(idcard_reply_check(frame, n), 0);
	refused(frame, n, fingers >= 0);
}

static void lengths_that_do_not_fit_are_refused(void **state)
{
	refused_with(-1, 10, 0x00);	/* text */
	refused_with(-1, 10, 0x02);
	refused_with(-1, 11, 0x01);
	refused_with(-1, 12, 0x03);	/* portrait */
	refused_with(-1, 12, 0x05);
	refused_with(-1, 12, 0xff);
	refused_with(-1, 13, 0x01);
	refused_with(0, 14, 0x02);	/* fingerprints that are not there */
	refused_with(1, 14, 0x00);	/* fingerprints that are there */
	refused_with(1, 14, 0x04);
	refused_with(2, 14, 0x02);
	refused_with(2, 14, 0x06);
	refused_with(1, 15, 0x01);
}

static void other_statuses_are_refused(void **state)
{
	refused_with(-1, 7, 0x01);
	refused_with(-1, 8, 0x01);
	refused_with(-1, 9, 0x41);
	refused_with(-1, 9, 0x9f);
}

/* Parts that add up, and are not the card's. */
static void other_sizes_are_refused(void **state)
{
	static const uint16_t sizes[][3] = {
		{ 256, 1023, 0 }, { 256, 0, 0 },     { 254, 1024, 0 },	  { 258, 1024, 0 },
		{ 0, 1024, 0 },	  { 1024, 256, 0 },  { 256, 1024, 511 },  { 256, 1024, 256 },
		{ 256, 1024, 1 }, { 256, 1024, 1025 }, { 256, 1024, 1536 }, { 0, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint8_t data[IDCARD_REPLY_MAX - 16] = {}, frame[IDCARD_REPLY_MAX];
		size_t n = 6;

		for (size_t k = 0; k < 3; k++) {
			data[2 * k] = (uint8_t)(sizes[i][k] >> 8);
			data[2 * k + 1] = (uint8_t)sizes[i][k];
			n += sizes[i][k];
		}
		n = vector_reply(frame, sizeof(frame), data, n);
		assert_true(n > 0);
		refused(frame, n, true);
	}
	for (size_t n = 0; n < 6; n++) {
		uint8_t data[8] = { 0x01, 0x00, 0x04, 0x00 }, frame[32];

		refused(frame, vector_reply(frame, sizeof(frame), data, n), true);
		refused(frame, vector_reply(frame, sizeof(frame), data, n), false);
	}
}

static void appended_addresses(void **state)
{
	uint8_t data[5 * RECORD_ADDRESS_SIZE], frame[IDCARD_REPLY_MAX];
	struct record record = {};

	for (size_t i = 0; i < 5; i++)
		memcpy(data + i * RECORD_ADDRESS_SIZE, vector_address, RECORD_ADDRESS_SIZE);

	for (size_t count = 1; count <= RECORD_ADDRESSES_MAX; count++) {
		size_t n = vector_reply(frame, sizeof(frame), data, count * RECORD_ADDRESS_SIZE);

		if (count == 1) {
			assert_int_equal(n, 81);
			assert_int_equal(frame[n - 1], 0x51);
		}
		assert_int_equal(record_parse_address(frame, n, &record), 0);
		assert_int_equal(record.addresses_size, count * RECORD_ADDRESS_SIZE);
		assert_memory_equal(record.addresses, data, count * RECORD_ADDRESS_SIZE);
		assert_int_equal(record.addresses_part, RECORD_READ);
	}
}

/* What is given on is what came, byte by byte; without fingerprints to who did not ask. */
static void data_of_a_reply(void **state)
{
	for (int fingers = -1; fingers <= 2; fingers++) {
		uint8_t frame[IDCARD_REPLY_MAX], plain[IDCARD_REPLY_MAX];
		size_t n = vector_read_reply(frame, sizeof(frame), vector_resident, fingers);
		size_t n_plain = vector_read_reply(plain, sizeof(plain), vector_resident, -1);
		uint8_t *data = malloc(RECORD_DATA_MAX);
		struct record record;

		assert_non_null(data);
		assert_int_equal(record_parse(frame, n, fingers >= 0, &record), 0);
		if (fingers >= 0) {
			assert_int_equal(record_data(&record, true, data), n - 11);
			assert_memory_equal(data, frame + 10, n - 11);
		}
		assert_int_equal(record_data(&record, false, data), n_plain - 11);
		assert_memory_equal(data, plain + 10, n_plain - 11);
		free(data);
	}
}

static void other_addresses_are_refused(void **state)
{
	static const size_t sizes[] = { 0, 1, 69, 71, 139, 141, 279, 281, 350 };
	uint8_t data[5 * RECORD_ADDRESS_SIZE] = {}, frame[IDCARD_REPLY_MAX];
	struct record record, before;

	memset(&record, 0x5a, sizeof(record));
	before = record;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t n = vector_reply(frame, sizeof(frame), data, sizes[i]);

		assert_int_equal(record_parse_address(frame, n, &record), -EBADMSG);
	}

	/* None, by its own status; and a damaged one. */
	idcard_frame_build(frame, sizeof(frame), (const uint8_t[]){ 0x00, 0x00, 0x91 }, 3);
	assert_int_equal(record_parse_address(frame, 11, &record), -EBADMSG);
	vector_reply(frame, sizeof(frame), vector_address, RECORD_ADDRESS_SIZE);
	frame[20] ^= 1;
	assert_int_equal(record_parse_address(frame, 81, &record), -EBADMSG);
	assert_memory_equal(&record, &before, sizeof(record));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documented_replies),
		cmocka_unit_test(the_other_command_is_refused),
		cmocka_unit_test(damage_is_refused),
		cmocka_unit_test(lengths_that_do_not_fit_are_refused),
		cmocka_unit_test(other_statuses_are_refused),
		cmocka_unit_test(other_sizes_are_refused),
		cmocka_unit_test(appended_addresses),
		cmocka_unit_test(other_addresses_are_refused),
		cmocka_unit_test(data_of_a_reply),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
