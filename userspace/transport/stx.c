// SPDX-License-Identifier: GPL-2.0-or-later
#include "stx.h"

enum {
	STX = 0x02,
	ETX = 0x03,
	HEAD = STX_HEAD,
	TAIL = 2,		/* XOR and 03 */
	STATUS = 2,
	FIND_DATA = 4,		/* what a SAM says of a card it found or selected: zeros */
	SELECT_DATA = 8,
	READ_DATA = 4 + 256 + 1024,
};

/* SW3 of the SAM, docs/protocol.md, "Status codes". */
enum {
	SW_BAD_CHECKSUM = 0x10,
	SW_BAD_LENGTH = 0x11,
	SW_UNKNOWN_COMMAND = 0x21,
	SW_UNRECOGNISED = 0x24,
	SW_READ_FAILED = 0x41,
	SW_SELECT_FAILED = 0x81,
	SW_OK = 0x90,
	SW_FOUND = 0x9f,
};

static size_t data_size(const struct stx_assembler *a)
{
	return (size_t)a->buf[1] << 8 | a->buf[2];
}

/* One byte of the head; an impossible length was noise, and may hold the true beginning. */
static void take_head(struct stx_assembler *a, u8 byte)
{
	u8 again[HEAD - 1];

	if (a->have == 0 && byte != STX)
		return;
	a->buf[a->have++] = byte;
	if (a->have < HEAD || (data_size(a) >= STATUS && data_size(a) <= STX_DATA_MAX))
		return;
	memcpy(again, a->buf + 1, sizeof(again));
	a->have = 0;
	take_head(a, again[0]);
	take_head(a, again[1]);
}

int stx_assembler_feed(struct stx_assembler *a, const u8 *p, size_t n, size_t *used)
{
	size_t i = 0, take, size;

	while (i < n && a->have < HEAD)
		take_head(a, p[i++]);
	*used = i;
	if (a->have < HEAD)
		return 0;
	size = data_size(a);
	take = HEAD + size + TAIL - a->have;
	if (take > n - i)
		take = n - i;
	memcpy(a->buf + a->have, p + i, take);
	a->have += take;
	*used = i + take;
	if (a->have < HEAD + size + TAIL)
		return 0;
	if (idcard_frame_xor(a->buf + HEAD, size) != a->buf[HEAD + size] ||
	    a->buf[HEAD + size + 1] != ETX)
		return -EBADMSG;
	return 1;
}

const u8 *stx_assembler_data(const struct stx_assembler *a, size_t *size)
{
	*size = data_size(a);
	return a->buf + HEAD;
}

void stx_forget(struct stx *s)
{
	if (s->kept_size)
		s->unread = true;
	explicit_bzero(s->kept, s->kept_size);
	s->kept_size = 0;
}

static size_t wrap(const u8 *data, size_t n, u8 *out)
{
	out[0] = STX;
	out[1] = n >> 8;
	out[2] = n & 0xff;
	memcpy(out + HEAD, data, n);
	out[HEAD + n] = idcard_frame_xor(data, n);
	out[HEAD + n + 1] = ETX;
	return HEAD + n + TAIL;
}

/* The frame with @status and @n bytes of data, zeros when @data is NULL. */
static int answer(u8 status, const u8 *data, size_t n, u8 *reply, size_t *ret)
{
	u8 body[3 + READ_DATA] = { 0x00, 0x00, status };

	if (data)
		memcpy(body + 3, data, n);
	*ret = idcard_frame_build(reply, IDCARD_REPLY_MAX, body, 3 + n);
	explicit_bzero(body, sizeof(body));
	return 1;
}

/* Exactly once: a second read of the same reply could be of a card that is gone. */
static int hand_out(struct stx *s, u8 *reply, size_t *ret)
{
	if (!s->kept_size)
		return answer(SW_READ_FAILED, NULL, 0, reply, ret);
	memcpy(reply, s->kept, s->kept_size);
	*ret = s->kept_size;
	stx_forget(s);
	s->unread = false;
	return 1;
}

int stx_request(struct stx *s, uint64_t now, const u8 *frame, u8 out[STX_REQUEST_MAX], u8 *reply,
		size_t *ret)
{
	static const u8 version[] = { 0x31, 0x11 }, reset[] = { 0x31, 0x12 };
	static const u8 read_all[] = { 0xca, 0x01, 0x00 };
	unsigned int command = frame[IDCARD_FRAME_HEAD] << 8 | frame[IDCARD_FRAME_HEAD + 1];

	if (s->kept_size && now >= s->kept_until)
		stx_forget(s);
	s->command = frame[IDCARD_FRAME_HEAD];
	switch (command) {
	case 0x2002:
		if (!s->kept_size)
			return answer(SW_SELECT_FAILED, NULL, 0, reply, ret);
		return answer(SW_OK, NULL, SELECT_DATA, reply, ret);
	case 0x3001:
		return hand_out(s, reply, ret);
	case 0x3010:
		/* It has no fingerprints. Who asks for them reads without them next: keep that. */
		return answer(SW_UNKNOWN_COMMAND, NULL, 0, reply, ret);
	}
	/* What was found is read now or never. */
	stx_forget(s);
	switch (command) {
	case 0x11ff:
		*ret = wrap(version, sizeof(version), out);
		return 0;
	case 0x10ff:
		*ret = wrap(reset, sizeof(reset), out);
		return 0;
	case 0x2001:
		*ret = wrap(read_all, sizeof(read_all), out);
		return 0;
	default:
		/* No SAM id, no appended address, no presence check. */
		return answer(SW_UNKNOWN_COMMAND, NULL, 0, reply, ret);
	}
}

/* An error of the reader itself, 00 and @code. */
static int reader_error(u8 code, u8 *reply, size_t *ret)
{
	switch (code) {
	case 0xf1:	/* format */
	case 0xf3:	/* checksum */
	case 0xfd:	/* the rest of a command did not come */
		/* It got the command damaged, which is what 10 says: it is sent again. */
		return answer(SW_BAD_CHECKSUM, NULL, 0, reply, ret);
	case 0xf2:	/* length */
		return answer(SW_BAD_LENGTH, NULL, 0, reply, ret);
	case 0xf4:	/* no such command */
		return answer(SW_UNKNOWN_COMMAND, NULL, 0, reply, ret);
	case 0xfe:	/* the SAM inside does not answer */
		/* No time-out: that would be mended by a status, which needs no SAM here. */
		return answer(SW_UNRECOGNISED, NULL, 0, reply, ret);
	default:
		return -EBADMSG;
	}
}

/* A card was found and read: say the one, keep the other. */
static int keep(struct stx *s, uint64_t now, const u8 *data, size_t n, u8 *reply, size_t *ret)
{
	static const u8 sizes[] = { 0x01, 0x00, 0x04, 0x00 };

	if (n != READ_DATA || memcmp(data, sizes, sizeof(sizes)) != 0)
		return -EBADMSG;
	answer(SW_OK, data, n, s->kept, &s->kept_size);
	s->kept_until = now + STX_KEEP_MS * 1000ULL;
	return answer(SW_FOUND, NULL, FIND_DATA, reply, ret);
}

int stx_reply(struct stx *s, uint64_t now, const u8 *data, size_t n, u8 *reply, size_t *ret)
{
	stx_forget(s);
	if (n < STATUS)
		return -EBADMSG;
	if (data[0] == 0x00)
		return reader_error(data[1], reply, ret);
	/* An error of the SAM. Success and "found" are not for a reader to say in this way. */
	if (data[1] != 0x00)
		return -EBADMSG;
	if (data[0] != SW_OK)
		return n == STATUS && data[0] != SW_FOUND ?
			answer(data[0], NULL, 0, reply, ret) : -EBADMSG;
	if (s->command == STX_FIND)
		return keep(s, now, data + STATUS, n - STATUS, reply, ret);
	/* The version, or what else there is, is of no use. But a card's data is no version. */
	return n - STATUS < READ_DATA ? answer(SW_OK, NULL, 0, reply, ret) : -EBADMSG;
}
