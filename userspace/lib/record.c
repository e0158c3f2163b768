// SPDX-License-Identifier: LGPL-2.1-or-later
#include "record.h"

#include <errno.h>
#include <string.h>

#include "frame.h"

enum {
	DATA = IDCARD_FRAME_HEAD + 3,	/* behind the three status bytes */
};

/* The data of a reply with status 90, *@ret and its size; the checksum is not part of it. */
static int reply_data(const uint8_t *frame, size_t size, const uint8_t **ret, size_t *ret_size)
{
	static const uint8_t success[3] = { 0x00, 0x00, 0x90 };

	if (idcard_reply_check(frame, size) < 0)
		return -EBADMSG;
	if (memcmp(frame + IDCARD_FRAME_HEAD, success, sizeof(success)) != 0)
		return -EBADMSG;
	*ret = frame + DATA;
	*ret_size = size - DATA - 1;
	return 0;
}

static size_t be16(const uint8_t *p)
{
	return (size_t)p[0] << 8 | p[1];
}

int record_parse(const uint8_t *frame, size_t size, bool fingerprints, struct record *ret)
{
	size_t n, prints = 0, head = fingerprints ? 6 : 4;
	const uint8_t *p;
	int r;

	r = reply_data(frame, size, &p, &n);
	if (r < 0)
		return r;
	if (n < head)
		return -EBADMSG;
	if (be16(p) != RECORD_TEXT_SIZE || be16(p + 2) != RECORD_PORTRAIT_SIZE)
		return -EBADMSG;
	if (fingerprints)
		prints = be16(p + 4);
	if (prints % RECORD_FINGERPRINT_SIZE != 0 || prints > sizeof(ret->fingerprints))
		return -EBADMSG;
	if (n != head + RECORD_TEXT_SIZE + RECORD_PORTRAIT_SIZE + prints)
		return -EBADMSG;

	p += head;
	memset(ret, 0, sizeof(*ret));
	memcpy(ret->text, p, RECORD_TEXT_SIZE);
	p += RECORD_TEXT_SIZE;
	memcpy(ret->portrait, p, RECORD_PORTRAIT_SIZE);
	p += RECORD_PORTRAIT_SIZE;
	memcpy(ret->fingerprints, p, prints);
	ret->fingerprints_size = prints;
	ret->fingerprints_part = fingerprints ? RECORD_READ : RECORD_NOT_ASKED;
	return 0;
}

int record_parse_address(const uint8_t *frame, size_t size, struct record *record)
{
	const uint8_t *p;
	size_t n;
	int r;

	r = reply_data(frame, size, &p, &n);
	if (r < 0)
		return r;
	/* No data at all is the answer to another command: "none" has a status of its own. */
	if (n == 0 || n % RECORD_ADDRESS_SIZE != 0 || n > sizeof(record->addresses))
		return -EBADMSG;

	memset(record->addresses, 0, sizeof(record->addresses));
	memcpy(record->addresses, p, n);
	record->addresses_size = n;
	record->addresses_part = RECORD_READ;
	return 0;
}

static uint8_t *put_be16(uint8_t *p, size_t value)
{
	*p++ = (uint8_t)(value >> 8);
	*p++ = value & 0xff;
	return p;
}

static uint8_t *put(uint8_t *p, const void *data, size_t n)
{
	memcpy(p, data, n);
	return p + n;
}

size_t record_data(const struct record *record, bool fingerprints, uint8_t *ret)
{
	uint8_t *p = ret;

	p = put_be16(p, RECORD_TEXT_SIZE);
	p = put_be16(p, RECORD_PORTRAIT_SIZE);
	if (fingerprints)
		p = put_be16(p, record->fingerprints_size);
	p = put(p, record->text, RECORD_TEXT_SIZE);
	p = put(p, record->portrait, RECORD_PORTRAIT_SIZE);
	if (fingerprints)
		p = put(p, record->fingerprints, record->fingerprints_size);
	return (size_t)(p - ret);
}
