/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Base64 of RFC 4648, with padding. None of the libraries that are linked anyway has it. */
#ifndef IDCARD_BASE64_H
#define IDCARD_BASE64_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* With NUL. */
#define BASE64_SIZE(n) (((n) + 2) / 3 * 4 + 1)

/* @ret has room for BASE64_SIZE(@n). */
void base64_encode(const uint8_t *p, size_t n, char *ret);

/*
 * What base64_encode() gave, and nothing else: padded, without white space. The number of bytes, at
 * most @size, or -EINVAL, -ENOBUFS. @ret may be where @text is.
 */
ssize_t base64_decode(const char *text, uint8_t *ret, size_t size);

#endif
