// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base64.h"

void base64_encode(const uint8_t *p, size_t n, char *ret)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

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
