// SPDX-License-Identifier: GPL-2.0-or-later
#include "encode.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "persona.h"

void encode_spaces(uint8_t *out, size_t size)
{
	for (size_t i = 0; i < size; i++)
		out[i] = i % 2 ? 0x00 : 0x20;
}

/* One character of UTF-8; 0 at the end, -EINVAL when it is none. Advances *@s. */
static int32_t decode_utf8(const char **s)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const uint8_t *p = (const uint8_t *)*s;
	uint32_t c;
	int more;

	if (p[0] < 0x80) {
		*s += p[0] != 0;
		return p[0];
	}
	more = p[0] >= 0xf0 ? 3 : p[0] >= 0xe0 ? 2 : 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return -EINVAL;
	c = p[0] & (0x3f >> more);
	for (int i = 1; i <= more; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return -EINVAL;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return -EINVAL;
	*s += 1 + more;
	return (int32_t)c;
}

ssize_t encode_utf16le(const char *s, uint8_t *out, size_t size)
{
	size_t n = 0;
	int32_t c;

	while ((c = decode_utf8(&s)) > 0) {
		uint16_t units[2] = { (uint16_t)c };
		size_t count = 1;

		if (c > 0xffff) {
			units[0] = (uint16_t)(0xd800 + ((c - 0x10000) >> 10));
			units[1] = (uint16_t)(0xdc00 + ((c - 0x10000) & 0x3ff));
			count = 2;
		}
		if (n + 2 * count > size)
			return -E2BIG;
		for (size_t i = 0; i < count; i++) {
			out[n++] = units[i] & 0xff;
			out[n++] = (uint8_t)(units[i] >> 8);
		}
	}
	return c < 0 ? c : (ssize_t)n;
}

static int nibble(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return p ? (int)(p - digits) : -1;
}

ssize_t encode_hex(const char *s, uint8_t *out, size_t size)
{
	size_t n = 0;

	while (*s) {
		int high, low;

		if (*s == ' ') {
			s++;
			continue;
		}
		high = nibble(s[0]);
		low = nibble(s[1]);
		if (high < 0 || low < 0)
			return -EINVAL;
		if (n == size)
			return -E2BIG;
		out[n++] = (uint8_t)(high << 4 | low);
		s += 2;
	}
	return (ssize_t)n;
}

void encode_portrait_filler(uint8_t *out)
{
	static const uint8_t head[] = {
		0x57, 0x4c, 0x66, 0x00, 0x7e, 0x00, 0x32, 0x00, 0x00, 0xff, 0x85,
	};

	memcpy(out, head, sizeof(head));
	for (size_t i = sizeof(head); i < CARD_PORTRAIT; i++)
		out[i] = (uint8_t)(7 * i + 3);
}

void encode_fingerprint_filler(uint8_t *out, uint8_t finger, uint8_t quality)
{
	const uint8_t head[] = { 0x43, 0x01, 0x02, 0x01, 0x01, finger, quality };

	memcpy(out, head, sizeof(head));
	for (size_t i = sizeof(head); i < CARD_FINGERPRINT; i++)
		out[i] = (uint8_t)(5 * i + 1);
}
