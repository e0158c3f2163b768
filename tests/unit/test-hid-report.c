// SPDX-License-Identifier: GPL-2.0-or-later
/* userspace/transport/hid-report.h: frames in reports. */
#include "test.h"

#include <string.h>

#include "transport/hid-report.h"

enum { REPORT = 64, REPORTS_MAX = 64 };

static const u8 small[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x04, 0x00, 0x00, 0x90, 0x94 };

static u8 reports[REPORTS_MAX][1 + REPORT];
static u8 buf[IDCARD_REPLY_MAX];

static size_t make_frame(u8 *out, size_t size)
{
	static u8 body[IDCARD_REPLY_MAX];

	for (size_t i = 0; i < size; i++)
		body[i] = (u8)(i * 7 + 3);
	body[0] = body[1] = 0;
	body[2] = 0x90;
	return idcard_frame_build(out, IDCARD_REPLY_MAX, body, size - IDCARD_FRAME_HEAD - 1);
}

/* How many reports, with their ids, are now in @reports. */
static size_t wrap(enum hid_wrapping wrapping, const u8 *frame, size_t n)
{
	size_t bytes = hid_wrap(wrapping, frame, n, REPORT, reports[0], sizeof(reports));

	assert_int_equal(bytes % (1 + REPORT), 0);
	for (size_t i = 0; i < bytes / (1 + REPORT); i++)
		assert_int_equal(reports[i][0], 0);
	return bytes / (1 + REPORT);
}

/* What the reassembly says to the reports from @first to before @end, the first that is not 0. */
static int feed(struct hid_reassembly *r, size_t first, size_t end)
{
	int done = 0;

	for (size_t i = first; i < end && !done; i++)
		done = hid_reassembly_feed(r, reports[i] + 1, REPORT);
	return done;
}

static struct hid_reassembly fresh(enum hid_wrapping wrapping)
{
	memset(buf, 0, sizeof(buf));
	return (struct hid_reassembly){ wrapping, { .buf = buf } };
}

/* The sizes of docs/protocol.md, "HID". */
static void test_there_and_back(void **state)
{
	static const struct {
		size_t size, raw, counted, last;
	} cases[] = {
		{ 11, 1, 1, 11 },    { 63, 1, 1, 63 },	{ 64, 1, 2, 1 }, { 65, 2, 2, 2 },
		{ 1295, 21, 21, 35 }, { 2321, 37, 37, 53 },
	};
	u8 frame[IDCARD_REPLY_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct hid_reassembly r = fresh(HID_RAW);
		size_t n;

		assert_int_equal(make_frame(frame, cases[i].size), cases[i].size);
		n = wrap(HID_RAW, frame, cases[i].size);
		assert_int_equal(n, cases[i].raw);
		assert_int_equal(feed(&r, 0, n), 1);
		assert_int_equal(r.frame.have, cases[i].size);
		assert_memory_equal(buf, frame, cases[i].size);

		r = fresh(HID_LENGTH);
		n = wrap(HID_LENGTH, frame, cases[i].size);
		assert_int_equal(n, cases[i].counted);
		assert_int_equal(reports[n - 1][1], cases[i].last);
		assert_int_equal(feed(&r, 0, n), 1);
		assert_int_equal(r.frame.have, cases[i].size);
		assert_memory_equal(buf, frame, cases[i].size);
	}
}

static void test_detect(void **state)
{
	u8 report[REPORT] = { 0 };

	memcpy(report, small, sizeof(small));
	assert_int_equal(hid_detect(report, REPORT), HID_RAW);
	assert_int_equal(hid_detect(report, 5), HID_RAW);
	assert_int_equal(hid_detect(report, 4), HID_UNKNOWN);
	memcpy(report + 1, small, sizeof(small));
	for (unsigned int count = 0; count < 256; count++) {
		report[0] = (u8)count;
		assert_int_equal(hid_detect(report, REPORT),
				 count >= 5 && count < 64 ? HID_LENGTH : HID_UNKNOWN);
	}
	assert_int_equal(hid_detect(report, 0), HID_UNKNOWN);
	for (size_t i = 0; i < 5; i++) {
		memcpy(report, small, sizeof(small));
		report[i] ^= 0x10;
		assert_int_equal(hid_detect(report, REPORT), HID_UNKNOWN);
	}
}

/* A report too few is no reply; one of another reply does not make it one. */
static void test_every_report_missing(void **state)
{
	static const enum hid_wrapping wrappings[] = { HID_RAW, HID_LENGTH };
	u8 frame[IDCARD_REPLY_MAX];

	make_frame(frame, 1295);
	for (size_t w = 0; w < 2; w++) {
		size_t n = wrap(wrappings[w], frame, 1295);

		for (size_t cut = 0; cut < n; cut++) {
			struct hid_reassembly r = fresh(wrappings[w]);

			assert_int_equal(feed(&r, 0, cut), 0);
			if (cut)
				assert_true(feed(&r, cut + 1, n) <= 0);
			else
				assert_int_equal(feed(&r, 1, n), -EBADMSG);
		}
	}
}

/* Never a reply that is not what was sent. */
static void test_every_byte_flipped(void **state)
{
	static const enum hid_wrapping wrappings[] = { HID_RAW, HID_LENGTH };
	u8 frame[IDCARD_REPLY_MAX];

	make_frame(frame, 81);
	for (size_t w = 0; w < 2; w++) {
		size_t n = wrap(wrappings[w], frame, 81);

		for (size_t at = 0; at < n * REPORT; at++) {
			for (unsigned int bit = 0; bit < 8; bit++) {
				struct hid_reassembly r = fresh(wrappings[w]);
				u8 *byte = &reports[at / REPORT][1 + at % REPORT];
				int done;

				*byte ^= 1U << bit;
				done = feed(&r, 0, n);
				*byte ^= 1U << bit;
				/* In the padding, or in the first AA, which is not needed. */
				if (done == 1) {
					assert_int_equal(r.frame.have, 81);
					assert_memory_equal(buf, frame, 81);
				}
			}
		}
	}
}

static void test_two_replies(void **state)
{
	struct hid_reassembly r = fresh(HID_LENGTH);
	u8 report[REPORT] = { 2 * sizeof(small) };

	memcpy(report + 1, small, sizeof(small));
	memcpy(report + 1 + sizeof(small), small, sizeof(small));
	assert_int_equal(hid_reassembly_feed(&r, report, REPORT), -EBADMSG);
	/* Raw, it cannot be told from what is left of an older report. */
	r = fresh(HID_RAW);
	assert_int_equal(hid_reassembly_feed(&r, report + 1, REPORT - 1), 1);
	assert_int_equal(r.frame.have, sizeof(small));
}

static void test_odd_counts(void **state)
{
	struct hid_reassembly r = fresh(HID_LENGTH);
	u8 report[REPORT] = { 0 };

	assert_int_equal(hid_reassembly_feed(&r, report, REPORT), -EBADMSG);
	assert_int_equal(hid_reassembly_feed(&r, report, 0), -EBADMSG);
	report[0] = REPORT;
	assert_int_equal(hid_reassembly_feed(&r, report, REPORT), -EBADMSG);
	report[0] = 3;
	assert_int_equal(hid_reassembly_feed(&r, report, 3), -EBADMSG);
	r = fresh(HID_RAW);
	assert_int_equal(hid_reassembly_feed(&r, report, 0), -EBADMSG);
}

static void test_noise(void **state)
{
	uint64_t seed = 1;

	for (unsigned int i = 0; i < 200000; i++) {
		struct hid_reassembly r = fresh(1 + test_random(&seed) % 2);
		u8 report[REPORT];
		int done = 0;

		for (unsigned int k = 0; k < 3 && !done; k++) {
			for (size_t at = 0; at < sizeof(report); at++)
				report[at] = (u8)test_random(&seed);
			if (test_random(&seed) % 2)
				memcpy(report + (r.wrapping == HID_LENGTH), small, 7);
			done = hid_reassembly_feed(&r, report, 1 + test_random(&seed) % REPORT);
		}
		assert_true(r.frame.have <= IDCARD_REPLY_MAX);
		if (done == 1)
			assert_int_equal(idcard_reply_check(buf, r.frame.have), 0);
	}
}

static void test_no_room(void **state)
{
	u8 out[2 * (1 + REPORT)];

	assert_int_equal(hid_wrap(HID_RAW, reports[0], 128, REPORT, out, sizeof(out)), sizeof(out));
	assert_int_equal(hid_wrap(HID_RAW, reports[0], 129, REPORT, out, sizeof(out)), 0);
	assert_int_equal(hid_wrap(HID_LENGTH, reports[0], 126, REPORT, out, sizeof(out)),
			 sizeof(out));
	assert_int_equal(hid_wrap(HID_LENGTH, reports[0], 127, REPORT, out, sizeof(out)), 0);
}

static void test_descriptors(void **state)
{
	static const u8 usual[] = {
		0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08,
		0x95, 0x40, 0x09, 0x02, 0x81, 0x02, 0x09, 0x03, 0x91, 0x02, 0xc0,
	};
	/* 8 bytes in, 2 + 256 out, with an id. */
	static const u8 odd[] = {
		0x85, 0x01, 0x75, 0x08, 0x95, 0x08, 0x81, 0x02, 0x95, 0x02, 0x91, 0x02, 0xfe, 0x02,
		0x10, 0x75, 0x01, 0x96, 0x00, 0x01, 0x91, 0x02,
	};
	struct hid_shape shape;

	hid_describe(usual, sizeof(usual), &shape);
	assert_int_equal(shape.out, 64);
	assert_false(shape.numbered);
	hid_describe(odd, sizeof(odd), &shape);
	assert_int_equal(shape.out, 258);
	assert_true(shape.numbered);
	/* Cut anywhere: no more than what is there. */
	for (size_t n = 0; n < sizeof(usual); n++) {
		hid_describe(usual, n, &shape);
		assert_int_equal(shape.out, n < 24 ? 0 : 64);
	}
}

/* A keyboard, marked by mistake, is not written to. */
static void test_report_size(void **state)
{
	static const u8 keyboard[] = {
		0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02, 0x95, 0x05,
		0x05, 0x08, 0x91, 0x02, 0x95, 0x01, 0x75, 0x03, 0x91, 0x01, 0xc0,
	};
	struct hid_shape shape = {};

	assert_int_equal(hid_report_size(&shape), HID_REPORT_DEFAULT);
	hid_describe(keyboard, sizeof(keyboard), &shape);
	assert_int_equal(shape.out, 1);
	assert_int_equal(hid_report_size(&shape), 0);
	shape.out = 32;
	assert_int_equal(hid_report_size(&shape), 32);
	shape.numbered = true;
	assert_int_equal(hid_report_size(&shape), 0);
}

static void test_odd_descriptors(void **state)
{
	uint64_t seed = 2;
	struct hid_shape shape;
	u8 d[40];

	for (unsigned int i = 0; i < 100000; i++) {
		size_t n = test_random(&seed) % sizeof(d);

		for (size_t at = 0; at < n; at++)
			d[at] = (u8)test_random(&seed);
		hid_describe(d, n, &shape);
		assert_true(shape.out <= 40 * 32 * HID_REPORT_MAX);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_detect),
		cmocka_unit_test(test_every_report_missing),
		cmocka_unit_test(test_every_byte_flipped),
		cmocka_unit_test(test_two_replies),
		cmocka_unit_test(test_odd_counts),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_report_size),
		cmocka_unit_test(test_odd_descriptors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
