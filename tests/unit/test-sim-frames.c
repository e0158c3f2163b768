// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The simulated reader gives, byte for byte, the frames and text blocks written down in
 * docs/protocol.md, "Test data". The bytes here are copied from there, not computed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "drive.h"
#include "encode.h"
#include "util.h"

static const char text_resident[] =
	"4B 6D D5 8B 32 75 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 20 00 31 00 "
	"30 00 31 00 31 00 39 00 30 00 30 00 30 00 31 00 "
	"30 00 31 00 17 53 AC 4E 02 5E 1C 4E CE 57 3A 53 "
	"3A 79 8B 4F EF 8D 31 00 F7 53 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 31 00 31 00 30 00 "
	"31 00 30 00 31 00 31 00 39 00 30 00 30 00 30 00 "
	"31 00 30 00 31 00 30 00 30 00 31 00 34 00 3A 79 "
	"8B 4F 02 5E 6C 51 89 5B 40 5C 3A 79 8B 4F 06 52 "
	"40 5C 20 00 20 00 20 00 20 00 20 00 32 00 30 00 "
	"32 00 30 00 30 00 31 00 30 00 31 00 7F 95 1F 67 "
	"20 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00";

static const char text_foreigner[] =
	"53 00 41 00 4D 00 50 00 4C 00 45 00 2C 00 20 00 "
	"54 00 45 00 53 00 54 00 20 00 43 00 41 00 52 00 "
	"44 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 31 00 58 00 58 00 58 00 "
	"31 00 31 00 30 00 30 00 30 00 30 00 30 00 31 00 "
	"30 00 31 00 30 00 33 00 58 00 58 00 58 00 4B 6D "
	"D5 8B 19 4E 20 00 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 32 00 30 00 "
	"32 00 30 00 30 00 31 00 30 00 31 00 32 00 30 00 "
	"33 00 30 00 30 00 31 00 30 00 31 00 31 00 39 00 "
	"30 00 30 00 30 00 31 00 30 00 31 00 30 00 31 00 "
	"31 00 31 00 30 00 30 00 49 00 20 00 20 00 20 00";

static const char text_foreigner_2023[] =
	"4B 6D D5 8B 01 4E 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 20 00 32 00 "
	"30 00 30 00 31 00 39 00 30 00 30 00 30 00 31 00 "
	"30 00 31 00 53 00 41 00 4D 00 50 00 4C 00 45 00 "
	"2C 00 20 00 54 00 45 00 53 00 54 00 20 00 43 00 "
	"41 00 52 00 44 00 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 39 00 31 00 31 00 "
	"39 00 39 00 39 00 31 00 39 00 30 00 30 00 30 00 "
	"31 00 30 00 31 00 30 00 30 00 33 00 58 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 32 00 30 00 "
	"32 00 34 00 30 00 31 00 30 00 31 00 32 00 30 00 "
	"33 00 34 00 30 00 31 00 30 00 31 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00 "
	"20 00 58 00 58 00 58 00 59 00 20 00 20 00 20 00";

static const char text_hmt_permit[] =
	"4B 6D D5 8B 59 4E 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 20 00 32 00 "
	"20 00 20 00 31 00 39 00 30 00 30 00 30 00 31 00 "
	"30 00 31 00 3A 79 8B 4F 01 77 3A 79 8B 4F 02 5E "
	"3A 79 8B 4F 57 88 32 00 F7 53 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 38 00 31 00 30 00 "
	"30 00 30 00 30 00 31 00 39 00 30 00 30 00 30 00 "
	"31 00 30 00 31 00 30 00 30 00 32 00 36 00 3A 79 "
	"8B 4F 02 5E 6C 51 89 5B 40 5C 20 00 20 00 20 00 "
	"20 00 20 00 20 00 20 00 20 00 20 00 32 00 30 00 "
	"32 00 30 00 30 00 31 00 30 00 31 00 32 00 30 00 "
	"32 00 35 00 30 00 31 00 30 00 31 00 48 00 30 00 "
	"30 00 30 00 30 00 30 00 30 00 30 00 30 00 30 00 "
	"31 00 20 00 20 00 20 00 4A 00 20 00 20 00 20 00";

static void assert_reply(const struct drive *d, const char *hex)
{
	uint8_t expected[256];
	size_t n = drive_bytes(hex, expected, sizeof(expected));

	assert_true(d->replied);
	assert_int_equal(d->reply.size, n);
	assert_memory_equal(d->reply.bytes, expected, n);
	assert_int_equal(d->reply.n, 1);
	assert_int_equal(d->reply.pieces[0].size, n);
}

static void exchange(struct drive *d, const char *request, const char *reply)
{
	drive_send(d, request);
	assert_reply(d, reply);
}

static void test_control_dialogue(void **state)
{
	struct drive d;

	drive_init(&d);
	exchange(&d, "AA AA AA 96 69 00 03 11 FF ED", "AA AA AA 96 69 00 04 00 00 90 94");
	exchange(&d, "AA AA AA 96 69 00 03 12 FF EE",
		 "AA AA AA 96 69 00 14 00 00 90 05 00 03 00 A5 3A 34 01 39 30 00 00 32 09 01 00 "
		 "1B");
	exchange(&d, "AA AA AA 96 69 00 04 61 FF 50 CA", "AA AA AA 96 69 00 04 00 00 90 94");
	exchange(&d, "AA AA AA 96 69 00 03 20 01 22", "AA AA AA 96 69 00 04 00 00 80 84");
	assert_int_equal(drive_place(&d, "resident", NULL, NULL), 1);
	exchange(&d, "AA AA AA 96 69 00 03 20 01 22",
		 "AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97");
	exchange(&d, "AA AA AA 96 69 00 03 20 02 21",
		 "AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C");
	drive_send(&d, "AA AA AA 96 69 00 03 30 01 32");
	assert_int_equal(d.reply.size, 1295);
	exchange(&d, "AA AA AA 96 69 00 03 30 03 30", "AA AA AA 96 69 00 04 00 00 91 95");
	exchange(&d, "AA AA AA 96 69 00 03 20 01 22", "AA AA AA 96 69 00 04 00 00 80 84");
	exchange(&d, "AA AA AA 96 69 00 03 10 FF EC", "AA AA AA 96 69 00 04 00 00 90 94");
}

/* Numbers of the SAM seen in the field: the same frame around another id. */
static void test_other_sam_numbers(void **state)
{
	static const struct {
		const char *id, *reply;
	} known[] = {
		{ "05 00 01 00 09 B8 32 01 05 BE 12 00 AD C5 B1 11",
		  "AA AA AA 96 69 00 14 00 00 90 "
		  "05 00 01 00 09 B8 32 01 05 BE 12 00 AD C5 B1 11 63" },
		{ "05 00 01 00 70 B6 32 01 12 CF 0F 00 C1 35 34 11",
		  "AA AA AA 96 69 00 14 00 00 90 "
		  "05 00 01 00 70 B6 32 01 12 CF 0F 00 C1 35 34 11 76" },
	};
	struct drive d;

	drive_init(&d);
	for (size_t i = 0; i < ELEMENTSOF(known); i++) {
		drive_bytes(known[i].id, d.sam.options.id, SAM_ID);
		exchange(&d, "AA AA AA 96 69 00 03 12 FF EE", known[i].reply);
	}
}

static void test_errors(void **state)
{
	static const struct {
		const char *arg, *reply;
	} known[] = {
		{ "arg=81", "AA AA AA 96 69 00 04 00 00 81 85" },
		{ "arg=41", "AA AA AA 96 69 00 04 00 00 41 45" },
		{ "arg=31", "AA AA AA 96 69 00 04 00 00 31 35" },
		{ "arg=10", "AA AA AA 96 69 00 04 00 00 10 14" },
		{ "arg=11", "AA AA AA 96 69 00 04 00 00 11 15" },
		{ "arg=21", "AA AA AA 96 69 00 04 00 00 21 25" },
		{ "arg=23", "AA AA AA 96 69 00 04 00 00 23 27" },
		{ "arg=24", "AA AA AA 96 69 00 04 00 00 24 20" },
		{ "arg=32", "AA AA AA 96 69 00 04 00 00 32 36" },
		{ "arg=33", "AA AA AA 96 69 00 04 00 00 33 37" },
		{ "arg=40", "AA AA AA 96 69 00 04 00 00 40 44" },
		{ "arg=47", "AA AA AA 96 69 00 04 00 00 47 43" },
		{ "arg=60", "AA AA AA 96 69 00 04 00 00 60 64" },
		{ "arg=66", "AA AA AA 96 69 00 04 00 00 66 62" },
		{ "arg=80", "AA AA AA 96 69 00 04 00 00 80 84" },
		{ "arg=91", "AA AA AA 96 69 00 04 00 00 91 95" },
	};
	struct drive d;
	const char *error;

	drive_init(&d);
	for (size_t i = 0; i < ELEMENTSOF(known); i++) {
		char *words[] = { (char *)"status", (char *)known[i].arg };

		assert_int_equal(faults_arm(&d.sam.faults, words, 2, &error), 0);
		exchange(&d, "AA AA AA 96 69 00 03 20 01 22", known[i].reply);
	}
}

static uint8_t xor(const uint8_t *p, size_t n)
{
	uint8_t x = 0;

	while (n--)
		x ^= *p++;
	return x;
}

static void test_fillers(void **state)
{
	static const uint8_t portrait_begin[] = {
		0x57, 0x4c, 0x66, 0x00, 0x7e, 0x00, 0x32, 0x00, 0x00, 0xff, 0x85,
		0x50, 0x57, 0x5e, 0x65, 0x6c,
	};
	static const uint8_t portrait_end[] = { 0xe7, 0xee, 0xf5, 0xfc };
	static const uint8_t finger_begin[] = {
		0x43, 0x01, 0x02, 0x01, 0x01, 0x0b, 0x46, 0x24, 0x29,
	};
	uint8_t portrait[CARD_PORTRAIT], finger[CARD_FINGERPRINT];

	encode_portrait_filler(portrait);
	assert_memory_equal(portrait, portrait_begin, sizeof(portrait_begin));
	assert_memory_equal(portrait + 1020, portrait_end, sizeof(portrait_end));
	assert_int_equal(xor(portrait, sizeof(portrait)), 0x5b);
	encode_fingerprint_filler(finger, 0x0b, 0x46);
	assert_memory_equal(finger, finger_begin, sizeof(finger_begin));
	assert_int_equal(finger[511], (5 * 511 + 1) % 256);
}

struct read {
	const char *persona;
	int command;
	const char *head;	/* of the frame */
	size_t total;
	uint8_t checksum;
	const char *text;
	uint8_t text_xor;
};

static const struct read reads[] = {
	{ "resident", 0x3001, "AA AA AA 96 69 05 08 00 00 90 01 00 04 00", 1295, 0xb4,
	  text_resident, 0x77 },
	{ "resident", 0x3010, "AA AA AA 96 69 05 0A 00 00 90 01 00 04 00 00 00", 1297, 0xb6,
	  text_resident, 0x77 },
	{ "resident_1_finger", 0x3010, "AA AA AA 96 69 07 0A 00 00 90 01 00 04 00 02 00", 1809,
	  0xb7, text_resident, 0x77 },
	{ "resident_2_fingers", 0x3010, "AA AA AA 96 69 09 0A 00 00 90 01 00 04 00 04 00", 2321,
	  0xdf, text_resident, 0x77 },
	{ "foreigner", 0x3001, "AA AA AA 96 69 05 08 00 00 90 01 00 04 00", 1295, 0xb7,
	  text_foreigner, 0x74 },
	{ "foreigner_2023", 0x3001, "AA AA AA 96 69 05 08 00 00 90 01 00 04 00", 1295, 0xa5,
	  text_foreigner_2023, 0x66 },
	{ "hmt_permit", 0x3001, "AA AA AA 96 69 05 08 00 00 90 01 00 04 00", 1295, 0x79,
	  text_hmt_permit, 0xba },
};

static void check_read(struct drive *d, const struct read *r)
{
	uint8_t head[16], text[CARD_TEXT], portrait[CARD_PORTRAIT];
	size_t n = drive_bytes(r->head, head, sizeof(head));

	assert_int_not_equal(drive_place(d, r->persona, NULL, NULL), 0);
	assert_int_equal(drive_command(d, 0x2001), 0x9f);
	assert_int_equal(drive_command(d, 0x2002), 0x90);
	assert_int_equal(drive_command(d, r->command), 0x90);

	assert_int_equal(d->reply.size, r->total);
	assert_memory_equal(d->reply.bytes, head, n);
	assert_int_equal(drive_bytes(r->text, text, sizeof(text)), CARD_TEXT);
	assert_int_equal(xor(text, sizeof(text)), r->text_xor);
	assert_memory_equal(d->reply.bytes + n, text, sizeof(text));
	encode_portrait_filler(portrait);
	assert_memory_equal(d->reply.bytes + n + CARD_TEXT, portrait, sizeof(portrait));
	assert_int_equal(d->reply.bytes[r->total - 1], r->checksum);
}

static void test_reads(void **state)
{
	struct drive d;

	drive_init(&d);
	for (size_t i = 0; i < ELEMENTSOF(reads); i++)
		check_read(&d, &reads[i]);
}

static void test_fingerprints(void **state)
{
	uint8_t expected[CARD_FINGERPRINTS];
	struct drive d;

	drive_init(&d);
	check_read(&d, &reads[3]);
	encode_fingerprint_filler(expected, 0x0b, 0x46);
	encode_fingerprint_filler(expected + CARD_FINGERPRINT, 0x10, 0x3c);
	assert_memory_equal(d.reply.bytes + 1296, expected, sizeof(expected));
}

static void test_appended_address(void **state)
{
	uint8_t expected[81];
	struct drive d;

	drive_init(&d);
	assert_int_not_equal(drive_place(&d, "resident_moved", NULL, NULL), 0);
	assert_int_equal(drive_read(&d), 0x90);
	drive_send(&d, "AA AA AA 96 69 00 03 30 03 30");
	encode_spaces(expected + 10, 70);
	drive_bytes("AA AA AA 96 69 00 4A 00 00 90 3A 79 8B 4F 02 5E B0 65 30 57 40 57 EF 8D 33 00 "
		    "F7 53", expected, 28);
	expected[80] = 0x51;
	assert_int_equal(d.reply.size, sizeof(expected));
	assert_memory_equal(d.reply.bytes, expected, sizeof(expected));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_control_dialogue),
		cmocka_unit_test(test_other_sam_numbers),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_fillers),
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_fingerprints),
		cmocka_unit_test(test_appended_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
