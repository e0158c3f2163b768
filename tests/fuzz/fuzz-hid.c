// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reports of a HID reader. Input: a byte that chooses the size of a report, one that chooses
 * the wrapping; the rest is the reader's reports, and, read once more, its report descriptor and
 * the body of a frame.
 */
#include "fuzz.h"
#include "hid-report.h"

static const size_t sizes[] = { 64, 8, 9, 32, 128, 300 };

static void check_descriptor(const uint8_t *data, size_t size)
{
	struct hid_shape shape = { .out = 12345 };
	uint8_t *descriptor = fuzz_copy(data, size);
	size_t report;

	hid_describe(descriptor, size, &shape);
	FUZZ_CHECK(shape.out <= (size_t)-1 / 2);
	report = hid_report_size(&shape);
	FUZZ_CHECK(!report || (report >= HID_REPORT_MIN && report <= HID_REPORT_MAX));
	FUZZ_CHECK(!shape.numbered || !report);
	free(descriptor);
}

/* What is sent in either way comes back from a reader that answers in the same way. */
static void check_round(enum hid_wrapping wrapping, size_t report, const uint8_t *body, size_t n)
{
	struct hid_reassembly r = { .wrapping = wrapping };
	size_t whole = n + 8, room = report - 1 < 255 ? report - 1 : 255;
	size_t max = (whole / room + 2) * (report + 1);
	uint8_t *frame = malloc(whole), *out = malloc(max);
	size_t size;
	int done = 0;

	FUZZ_CHECK(idcard_frame_build(frame, whole, body, n) == whole);
	size = hid_wrap(wrapping, frame, whole, report, out, max);
	FUZZ_CHECK(size > 0 && size % (report + 1) == 0);
	FUZZ_CHECK(hid_wrap(wrapping, frame, whole, report, out, size - 1) == 0);
	FUZZ_CHECK(hid_wrap(wrapping, frame, whole, report, out, size) == size);
	if (whole >= IDCARD_REPLY_MIN && whole <= IDCARD_REPLY_MAX) {
		r.frame.buf = malloc(IDCARD_REPLY_MAX);
		FUZZ_CHECK(hid_detect(out + 1, report) == wrapping);
		for (size_t at = 0; at < size; at += report + 1) {
			FUZZ_CHECK(out[at] == 0 && done == 0);
			done = hid_reassembly_feed(&r, out + at + 1, report);
		}
		FUZZ_CHECK(done == 1 && r.frame.have == whole);
		FUZZ_CHECK(memcmp(r.frame.buf, frame, whole) == 0);
		free(r.frame.buf);
	}
	free(frame);
	free(out);
}

/* The payload of one report, as the wrapping has it; what is counted, or all of it. */
static void add_payload(enum hid_wrapping wrapping, const uint8_t *report, size_t n, uint8_t *to,
			size_t *size)
{
	if (wrapping == HID_LENGTH) {
		if (!n || report[0] >= n)
			return;
		n = report[0];
		report++;
	}
	memcpy(to + *size, report, n);
	*size += n;
}

/* Every frame that is given out lies in the reports since the last one ended, side by side. */
static void check_reports(enum hid_wrapping wrapping, size_t report, const uint8_t *data,
			  size_t size)
{
	struct hid_reassembly r = { .wrapping = wrapping, .frame.buf = malloc(IDCARD_REPLY_MAX) };
	uint8_t *payload = malloc(size + 1);
	size_t have = 0, reports = 0;

	for (size_t at = 0; at < size; at += report) {
		size_t n = size - at < report ? size - at : report;
		uint8_t *one = fuzz_copy(data + at, n);
		int done;

		if (r.wrapping == HID_UNKNOWN)
			r.wrapping = hid_detect(one, n);
		if (r.wrapping == HID_UNKNOWN) {
			free(one);
			continue;
		}
		add_payload(r.wrapping, one, n, payload, &have);
		done = hid_reassembly_feed(&r, one, n);
		reports++;
		FUZZ_CHECK(done <= 1);
		if (done == 1) {
			FUZZ_CHECK(idcard_reply_check(r.frame.buf, r.frame.have) == 0);
			FUZZ_CHECK(have >= r.frame.have - 1);
			FUZZ_CHECK(memmem(payload, have, r.frame.buf + 1, r.frame.have - 1));
			/* No report was taken in vain. */
			FUZZ_CHECK(r.frame.have + IDCARD_FRAME_PREAMBLE + report * 2 > reports * 4);
		}
		if (done != 0) {
			idcard_assembler_reset(&r.frame);
			have = reports = 0;
			r.wrapping = wrapping;
		}
		free(one);
	}
	free(payload);
	free(r.frame.buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	size_t report = sizes[fuzz_byte(&in) % ELEMENTSOF(sizes)];
	enum hid_wrapping wrapping = fuzz_byte(&in) % 3;

	check_descriptor(in.data, in.size);
	check_reports(wrapping, report, in.data, in.size);
	if (wrapping != HID_UNKNOWN && in.size <= IDCARD_REPLY_MAX)
		check_round(wrapping, report, in.data, in.size);
	return 0;
}
