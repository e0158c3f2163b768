/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Text of a card: a fixed field of UTF-16LE into UTF-8. docs/protocol.md, "The text block".
 */
#ifndef IDCARD_TEXT_H
#define IDCARD_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a field of @bytes needs at most, with NUL: three bytes a unit. */
#define TEXT_SIZE(bytes) ((bytes) / 2 * 3 + 1)

enum {
	/* Characters of a private-use area, passed on unchanged: their meaning is the font's. */
	TEXT_PRIVATE_USE = 1 << 0,
	/*
	 * What no field may hold. Lone surrogates, control characters, noncharacters and NUL before
	 * the end come out as U+FFFD, because a program that types or prints the text would act on
	 * them; invisible format characters pass unchanged.
	 */
	TEXT_ODD = 1 << 1,
};

/*
 * Padding (U+0020, U+0000, U+3000) is cut at the end and nowhere else. @ret has room for
 * TEXT_SIZE(@size) and is always valid UTF-8; an odd last byte is ignored. Returns the length;
 * *@flags gets what was met, besides what it had.
 */
size_t text_from_utf16le(const uint8_t *p, size_t size, char *ret, unsigned int *flags);

/* Is @c of one of the three private-use areas? */
bool text_private_use(uint32_t c);

/*
 * The next character of @s, *@s moved behind it. 0 at the end. Bytes that are not UTF-8 give
 * U+FFFD, one each.
 */
uint32_t text_next(const char **s);

/* Writes @c, which must be a character of Unicode, without NUL. Returns 1 to 4. */
size_t text_put(char *out, uint32_t c);

#endif
