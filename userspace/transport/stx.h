/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The multi-in-one readers (docs/protocol.md, "Multi-in-one readers"): they have commands of
 * their own, and one of them reads a whole card. Here the frames of a SAM are translated to
 * these and back, so that the rest knows one kind of reader. Without I/O; time is an argument.
 *
 *	SAM			reader
 *	11 FF status		31 11 version
 *	10 FF reset		31 12 reset
 *	20 01 find		CA 01 00 read everything; a good reply is kept
 *	20 02 select		nothing: answered here while a reply is kept
 *	30 01 read		nothing: the kept reply
 *	all others		nothing: 21, unknown command
 */
#ifndef IDCARD_STX_H
#define IDCARD_STX_H

#include "frame.h"

enum {
	STX_FIND = 0x20,	/* the SAM's command */
	STX_REQUEST_MAX = 16,
	STX_HEAD = 3,		/* 02 and the length */
	STX_DATA_MAX = 4096,
	/* A kept reply is of the card that lies there: select and read follow at once, or never. */
	STX_KEEP_MS = 2000,
	/* Reading everything is what finds a card, and takes as long as any read. */
	STX_READ_MS = 4000,
};

/*
 * Puts a reply together from pieces of any size: 02, length, DATA, XOR of DATA, 03. What comes
 * before an 02 with a possible length is noise.
 */
struct stx_assembler {
	u8 *buf;	/* caller's, STX_DATA_MAX + 5 bytes */
	size_t have;
};

/*
 * As idcard_assembler_feed(): 1 when a whole, verified reply is here, 0 if more is needed,
 * -EBADMSG if it is damaged.
 */
int stx_assembler_feed(struct stx_assembler *a, const u8 *p, size_t n, size_t *used);

/* The DATA of a whole reply; of one that has STX_HEAD bytes, how long it is to be. */
const u8 *stx_assembler_data(const struct stx_assembler *a, size_t *size);

struct stx {
	u8 *kept;		/* caller's secret memory, IDCARD_REPLY_MAX: the reply to 30 01 */
	size_t kept_size;	/* 0: none */
	uint64_t kept_until;
	u8 command;		/* of the SAM that was asked for last */
	/*
	 * The reader may have read a card and nobody got it. Its SAM finds no card twice: it is
	 * to be reset before the next find, or this card is never seen.
	 */
	bool unread;
};

/* Forget the kept reply: it has been handed out, is too old, or something went wrong. */
void stx_forget(struct stx *s);

/*
 * Translate @frame, a whole request frame. Returns 0 when *@ret bytes in @out are to be sent,
 * 1 when the answer is known, a frame of *@ret bytes in @reply.
 */
int stx_request(struct stx *s, uint64_t now, const u8 *frame, u8 out[STX_REQUEST_MAX], u8 *reply,
		size_t *ret);

/*
 * Translate DATA of the reader's reply to the frame of *@ret bytes in @reply. Returns 1, or
 * -EBADMSG if it is none. That the SAM inside the reader was silent is status 24.
 */
int stx_reply(struct stx *s, uint64_t now, const u8 *data, size_t n, u8 *reply, size_t *ret);

#endif
