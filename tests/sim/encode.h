/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From text to the bytes a card holds, and the fillers of docs/protocol.md, "Test data". */
#ifndef SIM_ENCODE_H
#define SIM_ENCODE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Fill with U+0020, UTF-16LE. */
void encode_spaces(uint8_t *out, size_t size);

/* Bytes written, -EINVAL if @s is not UTF-8, -E2BIG if @size is too small. */
ssize_t encode_utf16le(const char *s, uint8_t *out, size_t size);

/* The same for pairs of hexadecimal digits, spaces between them allowed. */
ssize_t encode_hex(const char *s, uint8_t *out, size_t size);

/* 1024 and 512 bytes; they decode to nothing. */
void encode_portrait_filler(uint8_t *out);
void encode_fingerprint_filler(uint8_t *out, uint8_t finger, uint8_t quality);

#endif
