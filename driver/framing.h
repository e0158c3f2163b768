/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * Which endpoints carry which framing (docs/protocol.md, "USB"). Pure functions on
 * the endpoints of one interface, in the order of their descriptors; shared by the
 * kernel module and the libusb transport.
 */
#ifndef IDCARD_FRAMING_H
#define IDCARD_FRAMING_H

#include "exchange.h"
#include "uapi/idcard.h"

enum {
	IDCARD_FRAMINGS = IDCARD_FRAMING_STREAM_LAST + 1,
	IDCARD_ENDPOINTS_MAX = 16,	/* of one interface; what comes after is ignored */
};

/* Out of an endpoint descriptor. */
struct idcard_endpoint {
	u8 address;	/* bit 7: IN */
	u8 attributes;	/* bits 0 and 1: 2 bulk, 3 interrupt */
	u8 interval;
	unsigned int packet;	/* bytes in one packet */
};

/* The endpoints in use. Streaming, only IDCARD_PIPE_HEAD is. */
struct idcard_line {
	bool split;
	struct idcard_endpoint out[IDCARD_PIPES];
	struct idcard_endpoint in[IDCARD_PIPES];
};

static inline bool idcard_endpoint_in(const struct idcard_endpoint *e)
{
	return e->address & 0x80;
}

static inline bool idcard_endpoint_interrupt(const struct idcard_endpoint *e)
{
	return (e->attributes & 3) == 3;
}

static inline bool idcard_endpoint_usable(const struct idcard_endpoint *e)
{
	return (e->attributes & 2) && e->packet;
}

/*
 * May an interface of this class and number be a reader's? Vendor class, or the one
 * that leaves its class open; everything else belongs to another driver.
 */
static inline bool idcard_interface_fits(u8 class, u8 number)
{
	return class == 0xff || (class == 0x00 && number == 0);
}

static inline const struct idcard_endpoint *
idcard_endpoint_find(const struct idcard_endpoint *e, unsigned int n, u8 address)
{
	for (; n; n--, e++) {
		if (e->address == address && (e->attributes & 3) == 2 && e->packet)
			return e;
	}
	return NULL;
}

static inline int idcard_framing_split(const struct idcard_endpoint *e, unsigned int n,
				       struct idcard_line *line)
{
	const struct idcard_endpoint *out_head = idcard_endpoint_find(e, n, 0x02);
	const struct idcard_endpoint *out_body = idcard_endpoint_find(e, n, 0x06);
	const struct idcard_endpoint *in_head = idcard_endpoint_find(e, n, 0x81);
	const struct idcard_endpoint *in_body = idcard_endpoint_find(e, n, 0x85);

	if (!out_head || !out_body || !in_head || !in_body)
		return -EOPNOTSUPP;
	line->split = true;
	line->out[IDCARD_PIPE_HEAD] = *out_head;
	line->out[IDCARD_PIPE_BODY] = *out_body;
	line->in[IDCARD_PIPE_HEAD] = *in_head;
	line->in[IDCARD_PIPE_BODY] = *in_body;
	return 0;
}

static inline int idcard_framing_stream(const struct idcard_endpoint *e, unsigned int n, bool last,
					struct idcard_line *line)
{
	const struct idcard_endpoint *pair[2] = { NULL, NULL };
	unsigned int pairs[2] = { 0, 0 };

	for (; n; n--, e++) {
		bool in = idcard_endpoint_in(e);

		if (!idcard_endpoint_usable(e))
			continue;
		pairs[in]++;
		if (!pair[in] || last)
			pair[in] = e;
	}
	/* With one pair only, the last is the first. */
	if (!pair[0] || !pair[1] || (last && (pairs[0] < 2 || pairs[1] < 2)))
		return -EOPNOTSUPP;
	line->split = false;
	line->out[IDCARD_PIPE_HEAD] = *pair[0];
	line->in[IDCARD_PIPE_HEAD] = *pair[1];
	return 0;
}

/* The endpoints for @framing. -EINVAL if there is no such, -EOPNOTSUPP if they lack. */
static inline int idcard_framing_select(unsigned int framing, const struct idcard_endpoint *e,
					unsigned int n, struct idcard_line *line)
{
	switch (framing) {
	case IDCARD_FRAMING_SPLIT:
		return idcard_framing_split(e, n, line);
	case IDCARD_FRAMING_STREAM:
		return idcard_framing_stream(e, n, false, line);
	case IDCARD_FRAMING_STREAM_LAST:
		return idcard_framing_stream(e, n, true, line);
	default:
		return -EINVAL;
	}
}

/* The first framing the endpoints allow, or -EOPNOTSUPP. */
static inline int idcard_framing_detect(const struct idcard_endpoint *e, unsigned int n,
					struct idcard_line *line)
{
	unsigned int framing;

	for (framing = 0; framing < IDCARD_FRAMINGS; framing++) {
		if (!idcard_framing_select(framing, e, n, line))
			return framing;
	}
	return -EOPNOTSUPP;
}

#endif
