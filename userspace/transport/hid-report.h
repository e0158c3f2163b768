/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a frame travels in the reports of a HID reader (docs/protocol.md, "HID"). Pure functions
 * on buffers.
 *
 *	raw	the frame cut into reports, the last one padded with zeros
 *	length	the same, but byte 0 of each report counts the bytes of the frame in it
 */
#ifndef IDCARD_HID_REPORT_H
#define IDCARD_HID_REPORT_H

#include "frame.h"

enum hid_wrapping {
	HID_UNKNOWN,
	HID_RAW,
	HID_LENGTH,
};

enum {
	HID_REPORT_DEFAULT = 64,
	HID_REPORT_MIN = 8,	/* a first report must show the preamble, and where it is */
	HID_REPORT_MAX = 1024,
};

/* What a report descriptor says of the reports to the reader. */
struct hid_shape {
	size_t out;		/* bytes, without a report id; 0: it has none */
	bool numbered;		/* reports have ids: no known reader does that */
};

/* The value of an item of a report descriptor, little-endian. */
static inline unsigned long hid_item_value(const u8 *p, size_t n)
{
	unsigned long value = 0;

	while (n--)
		value = value << 8 | p[n];
	return value;
}

static inline void hid_describe(const u8 *p, size_t n, struct hid_shape *ret)
{
	unsigned long size = 0, count = 0, bits = 0;
	size_t data;

	ret->numbered = false;
	for (; n; p += 1 + data, n -= 1 + data) {
		data = (*p & 3) == 3 ? 4 : *p & 3;
		/* A long item tells its size in its first byte; none is in use. */
		if (*p == 0xfe)
			data = n > 1 ? 2 + (size_t)p[1] : n;
		if (data >= n)
			break;
		switch (*p & 0xfc) {
		case 0x74:	/* report size, in bits */
			size = hid_item_value(p + 1, data);
			break;
		case 0x94:	/* report count */
			count = hid_item_value(p + 1, data);
			break;
		case 0x84:	/* report id */
			ret->numbered = true;
			break;
		case 0x90:	/* output */
			if (size <= 32 && count <= HID_REPORT_MAX * 8)
				bits += size * count;
			break;
		}
	}
	ret->out = (bits + 7) / 8;
}

/* The size of the reports to a reader; 0: this is none. A keyboard has a byte, for its lights. */
static inline size_t hid_report_size(const struct hid_shape *shape)
{
	if (shape->numbered || (shape->out && shape->out < HID_REPORT_MIN))
		return 0;
	return !shape->out || shape->out > HID_REPORT_MAX ? HID_REPORT_DEFAULT : shape->out;
}

/* What the first report of a reply, or a stale one that begins a reply, says. */
static inline enum hid_wrapping hid_detect(const u8 *report, size_t n)
{
	if (n >= IDCARD_FRAME_PREAMBLE && !memcmp(report, idcard_preamble, IDCARD_FRAME_PREAMBLE))
		return HID_RAW;
	if (n > IDCARD_FRAME_PREAMBLE && report[0] >= IDCARD_FRAME_PREAMBLE && report[0] < n &&
	    !memcmp(report + 1, idcard_preamble, IDCARD_FRAME_PREAMBLE))
		return HID_LENGTH;
	return HID_UNKNOWN;
}

/*
 * Cut @frame into reports of @report bytes, each with the report id 0 in front that hidraw
 * wants. Returns the bytes written to @out, 0 if they do not fit into @max.
 */
static inline size_t hid_wrap(enum hid_wrapping wrapping, const u8 *frame, size_t n, size_t report,
			      u8 *out, size_t max)
{
	size_t head = wrapping == HID_LENGTH, room = report - head, done = 0, take;

	if (head && room > 255)
		room = 255;
	while (n) {
		take = n < room ? n : room;
		if (max - done < 1 + report)
			return 0;
		memset(out + done, 0, 1 + report);
		if (head)
			out[done + 1] = (u8)take;
		memcpy(out + done + 1 + head, frame, take);
		done += 1 + report;
		frame += take;
		n -= take;
	}
	return done;
}

/* Puts a reply together. Set @wrapping and @frame.buf; idcard_assembler_reset() to start anew. */
struct hid_reassembly {
	enum hid_wrapping wrapping;
	struct idcard_assembler frame;
};

/*
 * Add one report. Returns 1 when a whole, verified reply of r->frame.have bytes is in
 * r->frame.buf; 0 if more reports are needed; negative when this can become no reply.
 */
static inline int hid_reassembly_feed(struct hid_reassembly *r, const u8 *report, size_t n)
{
	bool first = r->frame.have == 0;
	size_t used;
	int done;

	if (r->wrapping == HID_LENGTH) {
		if (!n || report[0] == 0 || report[0] >= n)
			return -EBADMSG;
		n = report[0];
		report++;
	}
	done = idcard_assembler_feed(&r->frame, report, n, &used);
	/* Where the frame ends is counted: what follows belongs to another. */
	if (done == 1 && r->wrapping == HID_LENGTH && used != n)
		return -EBADMSG;
	/* A reply begins with the first report, or this is none. */
	if (done == 0 && first && r->frame.have < IDCARD_FRAME_PREAMBLE)
		return -EBADMSG;
	return done;
}

#endif
