/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoder: portraits are decoded by idcard-portrait, one process for each, one at a time and only
 * when somebody wants the picture. What a vendor's library does there cannot reach the daemon.
 */
#ifndef IDCARDD_DECODER_H
#define IDCARDD_DECODER_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "portrait.h"

#ifndef IDCARD_PORTRAIT_PROGRAM
#define IDCARD_PORTRAIT_PROGRAM "/usr/sbin/idcard-portrait"
#endif
#define IDCARD_PORTRAIT_CONFIG "/etc/idcard/portrait.conf"

enum {
	/* Beyond it there is no picture, rather than one that comes when the person has left. */
	DECODER_QUEUE_MAX = 4,
	/* The process keeps the time itself; this is for one that does not. */
	DECODER_DEADLINE_MS = PORTRAIT_DEADLINE_MS + 1000,
};

struct decoder;

struct decoder_options {
	const char *program;
	const char *config;		/* without this file there is no decoder, and no process */
	unsigned int deadline_ms;
	/* Something is decoded; not called from inside the functions below. */
	void (*done)(void *userdata);
	void *userdata;
};

/* Before any thread is made: it blocks SIGCHLD. Copies @options, not the strings in it. */
int decoder_new(sd_event *event, const struct decoder_options *options, struct decoder **ret);
/* When there are no decodings any more. */
struct decoder *decoder_free(struct decoder *d);

/* A process is running. */
bool decoder_busy(const struct decoder *d);

/*
 * The block of one card and the picture that came of it. Each has buffers and a process of its own,
 * so that a picture cannot get to another card. The last unref asks the process to end, and gives
 * it a second for that.
 */
struct decoding;

int decoding_new(struct decoder *d, const uint8_t block[PORTRAIT_BLOCK_SIZE],
		 struct decoding **ret);
struct decoding *decoding_ref(struct decoding *g);
struct decoding *decoding_unref(struct decoding *g);

bool decoding_is_of(const struct decoding *g, const uint8_t block[PORTRAIT_BLOCK_SIZE]);

/* Nothing if it was started before: a block is decoded once. It may be done at once. */
void decoding_start(struct decoding *g);
bool decoding_done(const struct decoding *g);

/* FAULT as long as it is not done. */
enum portrait_result decoding_result(const struct decoding *g);

/* PORTRAIT_RGB_SIZE bytes; with OK only. */
const uint8_t *decoding_rgb(const struct decoding *g);

#endif
