// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base64.h"

#include <errno.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(const uint8_t *p, size_t n, char *ret)
{
	for (; n > 0; p += 3, ret += 4) {
		uint32_t v = (uint32_t)p[0] << 16 | (n > 1 ? p[1] << 8 : 0) | (n > 2 ? p[2] : 0);

		ret[0] = alphabet[v >> 18];
		ret[1] = alphabet[v >> 12 & 63];
		ret[2] = n > 1 ? alphabet[v >> 6 & 63] : '=';
		ret[3] = n > 2 ? alphabet[v & 63] : '=';
		n -= n > 3 ? 3 : n;
	}
	*ret = '\0';
}

/* Four characters at @text, the last @padding of them "=". */
static int decode_group(const char *text, unsigned int padding, uint32_t *ret)
{
	uint32_t v = 0;

	for (unsigned int i = 0; i < 4; i++) {
		const char *c = i < 4 - padding ? strchr(alphabet, text[i]) : alphabet;

		if (!c)
			return -EINVAL;
		v = v << 6 | (uint32_t)(c - alphabet);
	}
	/* Bits that no byte holds are 0. */
	if (v & ((UINT32_C(1) << 8 * padding) - 1))
		return -EINVAL;
	*ret = v;
	return 0;
}

ssize_t base64_decode(const char *text, uint8_t *ret, size_t size)
{
	size_t n = strlen(text), padding = 0, bytes;

	while (padding < 2 && padding < n && text[n - 1 - padding] == '=')
		padding++;
	if (n % 4)
		return -EINVAL;
	bytes = n / 4 * 3 - padding;
	if (bytes > size)
		return -ENOBUFS;
	for (size_t i = 0; i < bytes; text += 4) {
		uint32_t v;

		if (decode_group(text, bytes - i < 3 ? padding : 0, &v) < 0)
			return -EINVAL;
		for (int shift = 16; shift >= 0 && i < bytes; shift -= 8)
			ret[i++] = (uint8_t)(v >> shift);
	}
	return (ssize_t)bytes;
}
