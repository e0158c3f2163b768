// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The payload of a read. Input: a byte of choices, then a reply: whole, or, for the choice FRAMED,
 * only its data, around which the frame is put here.
 */
#include "frame.h"
#include "fuzz.h"
#include "record.h"

enum {
	FINGERPRINTS = 1 << 0,
	ADDRESS = 1 << 1,
	FRAMED = 1 << 2,
};

static const uint8_t success[] = { 0x00, 0x00, 0x90 };

static size_t put(uint8_t *to, size_t at, const void *data, size_t size)
{
	memcpy(to + at, data, size);
	return at + size;
}

/* The frame that this record must have come in. */
static size_t encode(const struct record *r, unsigned int choices, uint8_t *out, size_t size)
{
	uint8_t body[IDCARD_REPLY_MAX];
	size_t n = put(body, 0, success, sizeof(success));

	if (choices & ADDRESS)
		n = put(body, n, r->addresses, r->addresses_size);
	else
		n += record_data(r, choices & FINGERPRINTS, body + n);
	return idcard_frame_build(out, size, body, n);
}

static int parse(unsigned int choices, const uint8_t *frame, size_t size, struct record *r)
{
	return choices & ADDRESS ? record_parse_address(frame, size, r) :
				   record_parse(frame, size, choices & FINGERPRINTS, r);
}

static void check(unsigned int choices, const uint8_t *frame, size_t size)
{
	struct record r, untouched;
	uint8_t again[IDCARD_REPLY_MAX];
	int result;

	memset(&r, 0x5a, sizeof(r));
	untouched = r;
	result = parse(choices, frame, size, &r);
	FUZZ_CHECK(result == 0 || result == -EBADMSG);
	if (result < 0) {
		FUZZ_CHECK(memcmp(&r, &untouched, sizeof(r)) == 0);
		return;
	}
	if (choices & ADDRESS) {
		FUZZ_CHECK(r.addresses_size && r.addresses_size % RECORD_ADDRESS_SIZE == 0);
		FUZZ_CHECK(memcmp(r.text, untouched.text, sizeof(r.text)) == 0);
	} else {
		FUZZ_CHECK(r.addresses_size == 0);
		FUZZ_CHECK((r.fingerprints_part == RECORD_READ) == !!(choices & FINGERPRINTS));
		FUZZ_CHECK(r.fingerprints_size <= sizeof(r.fingerprints));
	}
	FUZZ_CHECK(encode(&r, choices, again, sizeof(again)) == size);
	FUZZ_CHECK(memcmp(again, frame, size) == 0);
	FUZZ_CHECK(parse(choices, frame, size - 1, &r) == -EBADMSG);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	unsigned int choices = fuzz_byte(&in);
	uint8_t *frame;

	if (!(choices & FRAMED)) {
		frame = fuzz_copy(in.data, in.size);
		check(choices, frame, in.size);
	} else if (in.size <= IDCARD_REPLY_MAX) {
		uint8_t *body = malloc(sizeof(success) + in.size);
		size_t n = sizeof(success) + in.size;

		memcpy(body, success, sizeof(success));
		if (in.size)
			memcpy(body + sizeof(success), in.data, in.size);
		frame = malloc(n + 8);
		check(choices, frame, idcard_frame_build(frame, n + 8, body, n));
		free(body);
	} else {
		return -1;
	}
	free(frame);
	return 0;
}
