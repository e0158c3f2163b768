// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * CVR_ReadBaseMsg(), one function with the two argument lists of termb.h and termb-hisign.h.
 *
 * On x86-64 the seventh argument is on the stack. A function that declared it would own that place,
 * and might write there, while a caller with five has something of its own in it. So the arguments
 * are taken one by one, and only those that the flavour has. On x86-64, arm64, LoongArch, RISC-V
 * and MIPS they are where a caller puts them that knows no "...".
 */
#include <stdarg.h>
#include <string.h>

#include "caller.h"
#include "termb-internal.h"
#include "wz.h"

enum {
	TEXT_SIZE_MAX = RECORD_TEXT_SIZE,
	FINGERPRINTS_SIZE = RECORD_FINGERPRINTS_MAX * RECORD_FINGERPRINT_SIZE,
};

#pragma GCC visibility push(default)
int CVR_ReadBaseMsg(unsigned char *text, unsigned int *text_size, unsigned char *portrait,
		    unsigned int *portrait_size, ...);
#pragma GCC visibility pop

/* What the caller wants to have in its memory; any of these may be no pointer. */
struct wish {
	unsigned char *text, *portrait, *fingers;
	struct caller_length text_size, portrait_size, fingers_size;
	int mode;
};

static bool mode_decoded(int mode)
{
	return mode == 2 || mode == 4;
}

static bool mode_picture(int mode)
{
	return mode == 3 || mode == 4;
}

/* @n bytes and @end more that do not count. */
static void give(void *to, const struct caller_length *size, const void *data, size_t n, size_t end)
{
	bool written = caller_write(to, data, n + end);

	caller_write_length(size, to, n + end, written ? n : 0);
}

/* Whole lines: half a date would be another one. */
static size_t cut_lines(const char *wz, size_t n)
{
	while (n > TEXT_SIZE_MAX) {
		n--;
		while (n > 0 && wz[n - 1] != '\n')
			n--;
	}
	return n;
}

static void give_text(const struct termb *t, const struct wish *wish)
{
	char wz[WZ_SIZE_MAX + 1];
	size_t n;

	if (!mode_decoded(wish->mode)) {
		give(wish->text, &wish->text_size, t->record.text, sizeof(t->record.text), 0);
		return;
	}
	n = cut_lines(wz, wz_write(&t->identity, false, wz));
	wz[n] = '\0';
	/* With an end for those who take it for a string, if there is room. */
	give(wish->text, &wish->text_size, wz, n, n < TEXT_SIZE_MAX);
	explicit_bzero(wz, sizeof(wz));
}

static void give_card(const struct termb *t, const struct wish *wish)
{
	if (wish->mode == 5) {
		caller_write_length(&wish->text_size, NULL, 0, 0);
		caller_write_length(&wish->portrait_size, NULL, 0, 0);
		return;
	}
	give_text(t, wish);
	if (termb_hisign() && mode_picture(wish->mode) && t->bmp_made)
		give(wish->portrait, &wish->portrait_size, t->bmp, sizeof(t->bmp), 0);
	else
		give(wish->portrait, &wish->portrait_size, t->record.portrait,
		     sizeof(t->record.portrait), 0);
}

static void give_fingers(const struct termb *t, const struct wish *wish)
{
	caller_write(wish->fingers, t->record.fingerprints, FINGERPRINTS_SIZE);
	caller_write_length(&wish->fingers_size, wish->fingers, FINGERPRINTS_SIZE,
			    t->record.fingerprints_size);
}

static int read_to_memory(struct termb *t, const struct wish *wish)
{
	int r;

	if (!t->port || wish->mode < 1 || wish->mode > 5)
		return TERMB_FAILED;
	r = termb_read_to_files(t, mode_picture(wish->mode) ? TERMB_ZP : 0, false, termb_hisign());
	if (r != TERMB_OK)
		return r;
	give_card(t, wish);
	if (termb_hisign() && wish->mode != 5)
		give_fingers(t, wish);
	return TERMB_OK;
}

/* A length that is left as it was would belong to the person before. */
static void give_nothing(const struct wish *wish)
{
	caller_write_length(&wish->text_size, NULL, 0, 0);
	caller_write_length(&wish->portrait_size, NULL, 0, 0);
	if (termb_hisign())
		caller_write_length(&wish->fingers_size, NULL, 0, 0);
}

int CVR_ReadBaseMsg(unsigned char *text, unsigned int *text_size, unsigned char *portrait,
		    unsigned int *portrait_size, ...)
{
	struct wish wish = {
		.text = text,
		.text_size = CALLER_LENGTH(text_size),
		.portrait = portrait,
		.portrait_size = CALLER_LENGTH(portrait_size),
	};
	struct trace trace;
	va_list ap;
	int r;
	TERMB_LOCKED;

	va_start(ap, portrait_size);
	if (termb_hisign()) {
		wish.fingers = va_arg(ap, unsigned char *);
		wish.fingers_size = CALLER_LENGTH(va_arg(ap, int *));
	}
	wish.mode = va_arg(ap, int);
	va_end(ap);
	trace = trace_begin("CVR_ReadBaseMsg", "%d", wish.mode);
	r = termb_result(read_to_memory(termb_state(), &wish));
	if (r != TERMB_OK)
		give_nothing(&wish);
	return trace_end(&trace, r);
}
