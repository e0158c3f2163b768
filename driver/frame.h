/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * The SAM frame: preamble, length, checksum, resynchronisation.
 *
 * The one codec of the project. It is compiled into the kernel module and into
 * every program, so it holds pure functions on buffers and nothing else: no
 * allocation, no I/O, no time.
 *
 * Layout (docs/protocol.md, "The frame"):
 *
 *	AA AA AA 96 69 | length, BE16 | body | checksum
 *
 * The length counts body and checksum. The checksum is the XOR of both length
 * bytes and the body. A request body is CMD PARA data..., a reply body is
 * SW1 SW2 SW3 data....
 */
#ifndef IDCARD_FRAME_H
#define IDCARD_FRAME_H

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
typedef uint8_t u8;
#endif

enum {
	IDCARD_FRAME_PREAMBLE = 5,	/* AA AA AA 96 69 */
	IDCARD_FRAME_HEAD = 7,		/* preamble and length */
	IDCARD_REQUEST_MIN = 10,	/* head, CMD, PARA, checksum */
	IDCARD_REQUEST_MAX = 256,	/* the largest in use is 11 */
	IDCARD_REPLY_MIN = 11,		/* head, SW1, SW2, SW3, checksum */
	IDCARD_REPLY_MAX = 4096,	/* the largest in use is 2321 */
};

static const u8 idcard_preamble[IDCARD_FRAME_PREAMBLE] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69 };

/* Whole size of the frame whose first IDCARD_FRAME_HEAD bytes are at @head. */
static inline size_t idcard_frame_size(const u8 *head)
{
	return IDCARD_FRAME_HEAD + ((size_t)head[5] << 8 | head[6]);
}

static inline u8 idcard_frame_xor(const u8 *p, size_t n)
{
	u8 x = 0;

	while (n--)
		x ^= *p++;
	return x;
}

/*
 * Is @buf, @n exactly one whole frame of at least @min and at most @max bytes?
 * 0, or -EMSGSIZE (length field or size out of bounds, or they disagree), or
 * -EBADMSG (preamble or checksum wrong).
 */
static inline int idcard_frame_check(const u8 *buf, size_t n, size_t min, size_t max)
{
	if (n < min || n > max)
		return -EMSGSIZE;
	if (memcmp(buf, idcard_preamble, IDCARD_FRAME_PREAMBLE))
		return -EBADMSG;
	if (idcard_frame_size(buf) != n)
		return -EMSGSIZE;
	if (idcard_frame_xor(buf + IDCARD_FRAME_PREAMBLE, n - IDCARD_FRAME_PREAMBLE))
		return -EBADMSG;
	return 0;
}

static inline int idcard_request_check(const u8 *buf, size_t n)
{
	return idcard_frame_check(buf, n, IDCARD_REQUEST_MIN, IDCARD_REQUEST_MAX);
}

static inline int idcard_reply_check(const u8 *buf, size_t n)
{
	return idcard_frame_check(buf, n, IDCARD_REPLY_MIN, IDCARD_REPLY_MAX);
}

/*
 * Write the frame around @body into @out. Returns its size, or 0 if @size is
 * too small or the body too long for the length field.
 */
static inline size_t idcard_frame_build(u8 *out, size_t size, const u8 *body, size_t n)
{
	size_t whole = IDCARD_FRAME_HEAD + n + 1;

	if (n > 0xfffe || whole > size)
		return 0;
	memmove(out + IDCARD_FRAME_HEAD, body, n);
	memcpy(out, idcard_preamble, IDCARD_FRAME_PREAMBLE);
	out[5] = (n + 1) >> 8;
	out[6] = (n + 1) & 0xff;
	out[whole - 1] = idcard_frame_xor(out + IDCARD_FRAME_PREAMBLE, n + 2);
	return whole;
}

/*
 * Puts a reply together from pieces of any size. Leading noise is skipped, and
 * a preamble that lost its first AA (or gained more) is accepted and restored:
 * the checksum, not the first byte, decides whether the frame is good.
 *
 * Feed it until it answers something other than 0. After an error, or to start
 * anew, call idcard_assembler_reset(); what arrived before is forgotten, so two
 * replies can never be mixed into one.
 */
struct idcard_assembler {
	u8 *buf;	/* caller's, at least IDCARD_REPLY_MAX bytes */
	size_t have;	/* bytes of the frame in @buf, preamble restored; hunting: of AA AA 96 69 */
};

static inline void idcard_assembler_reset(struct idcard_assembler *a)
{
	a->have = 0;
}

/* Bytes that are certainly still missing; at least 1 while incomplete. */
static inline size_t idcard_assembler_missing(const struct idcard_assembler *a)
{
	/* Hunting for AA AA 96 69, which two bytes of length follow. */
	if (a->have < IDCARD_FRAME_PREAMBLE)
		return 4 + 2 - a->have;
	if (a->have < IDCARD_FRAME_HEAD)
		return IDCARD_FRAME_HEAD - a->have;
	return idcard_frame_size(a->buf) - a->have;
}

/*
 * One byte while hunting for the preamble. @have counts how much of
 * "AA AA 96 69" was seen; the match sets it to a whole, restored preamble.
 */
static inline void idcard_assembler_hunt(struct idcard_assembler *a, u8 byte)
{
	static const u8 mark[4] = { 0xaa, 0xaa, 0x96, 0x69 };

	if (byte == mark[a->have]) {
		a->have++;
	} else if (byte == 0xaa) {
		/* AA AA AA...: the last two may still be the beginning. */
		a->have = a->have == 2 ? 2 : 1;
	} else {
		a->have = 0;
	}
	if (a->have == sizeof(mark)) {
		memcpy(a->buf, idcard_preamble, IDCARD_FRAME_PREAMBLE);
		a->have = IDCARD_FRAME_PREAMBLE;
	}
}

/*
 * Add @n bytes. Returns 1 when one whole, verified reply of a->have bytes is in
 * a->buf; 0 if more is needed; -EMSGSIZE if the length field is out of bounds;
 * -EBADMSG if the checksum is wrong. *@used says how many bytes were taken: what
 * follows the end of a frame is left to the caller.
 */
static inline int idcard_assembler_feed(struct idcard_assembler *a, const u8 *p, size_t n,
					size_t *used)
{
	size_t i = 0, take;

	while (i < n && a->have < IDCARD_FRAME_PREAMBLE)
		idcard_assembler_hunt(a, p[i++]);

	while (i < n) {
		take = idcard_assembler_missing(a);
		if (take > n - i)
			take = n - i;
		memcpy(a->buf + a->have, p + i, take);
		a->have += take;
		i += take;

		if (a->have < IDCARD_FRAME_HEAD)
			continue;
		if (idcard_frame_size(a->buf) < IDCARD_REPLY_MIN ||
		    idcard_frame_size(a->buf) > IDCARD_REPLY_MAX) {
			*used = i;
			return -EMSGSIZE;
		}
		if (a->have == idcard_frame_size(a->buf)) {
			*used = i;
			return idcard_reply_check(a->buf, a->have) ? -EBADMSG : 1;
		}
	}
	*used = i;
	return 0;
}

#endif
