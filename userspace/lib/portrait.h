/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Portrait: the compressed block of a card, the picture in it, and what idcard-portrait, which
 * decodes one with the library of the user's reader, answers to idcardd. docs/portrait.md.
 */
#ifndef IDCARD_PORTRAIT_H
#define IDCARD_PORTRAIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PORTRAIT_BLOCK_SIZE = 1024,
	PORTRAIT_WIDTH = 102,
	PORTRAIT_HEIGHT = 126,
	/* The canonical form: R, G, B, a byte each, rows from the top, without padding. */
	PORTRAIT_RGB_SIZE = PORTRAIT_WIDTH * PORTRAIT_HEIGHT * 3,
	PORTRAIT_DEADLINE_MS = 5000,	/* for one picture */
};

/*
 * How decoding ended. X(name, word, sentence); the words are stable. OK and NO_DECODER are
 * the words of "portrait.status" themselves; with "decoder-error" the word comes as "reason".
 */
#define PORTRAIT_RESULTS(X)                                                                        \
	X(OK, "ok", "The picture was decoded.")                                                    \
	X(NO_DECODER, "no-decoder", "No decoder is configured in /etc/idcard/portrait.conf.")      \
	X(BAD_BLOCK, "bad-block", "The card holds no portrait in a known form.")                   \
	X(CONFIG, "config", "The configuration /etc/idcard/portrait.conf is wrong, or its rights " \
	  "are. Run: idcard-portrait --test")                                                      \
	X(LOAD, "load", "The decoder library cannot be loaded. Run: idcard-portrait --check FILE") \
	X(REFUSED, "refused", "The decoder library reports an error of its own: the vendor code "  \
	  "may be wrong, or a licence file missing.")                                              \
	X(NO_OUTPUT, "no-output", "The decoder library reports success and wrote no picture.")     \
	X(EXITED, "exited", "The decoder library ended its process.")                              \
	X(CRASHED, "crashed", "The decoder library crashed, or wrote over its bounds.")            \
	X(TIMEOUT, "timeout", "The decoder library took longer than five seconds.")                \
	X(FORBIDDEN, "forbidden", "The decoder library tried what it may not: network, other "     \
	  "programs, files of others.")                                                            \
	X(FAULT, "fault", "The process for the decoder library could not be run.")

enum portrait_result {
#define X(name, word, text) PORTRAIT_##name,
	PORTRAIT_RESULTS(X)
#undef X
	_PORTRAIT_RESULT_MAX,
};

/* NULL if @result is none of the table. */
const char *portrait_result_word(enum portrait_result result);
const char *portrait_result_text(enum portrait_result result);

/* Does the block at @block begin as one does? Nothing more is known of it. */
bool portrait_block_valid(const uint8_t block[PORTRAIT_BLOCK_SIZE]);

/*
 * idcard-portrait reads exactly one block from standard input and writes exactly one reply to
 * standard output: this structure, and behind it, with OK, PORTRAIT_RGB_SIZE bytes. Anything else
 * is a fault of the process.
 */
#define PORTRAIT_REPLY_MAGIC 0x49445031u

struct portrait_reply {
	uint32_t magic;
	uint32_t result;	/* enum portrait_result */
};

#endif
