// SPDX-License-Identifier: LGPL-2.1-or-later
#include "text.h"

#define REPLACEMENT 0xfffd

size_t text_put(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

uint32_t text_next(const char **s)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)*s;
	unsigned int more;
	uint32_t c;

	if (!*p)
		return 0;
	++*s;
	if (*p < 0x80)
		return *p;
	if (*p < 0xc2 || *p > 0xf4)
		return REPLACEMENT;

	more = *p < 0xe0 ? 1 : *p < 0xf0 ? 2 : 3;
	c = *p & (0x3f >> more);
	for (unsigned int i = 1; i <= more; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return REPLACEMENT;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return REPLACEMENT;
	*s += more;
	return c;
}

static uint32_t unit_at(const uint8_t *p, size_t i)
{
	return p[2 * i] | (uint32_t)p[2 * i + 1] << 8;
}

static bool padding(uint32_t c)
{
	return c == 0x20 || c == 0 || c == 0x3000;
}

bool text_private_use(uint32_t c)
{
	return (c >= 0xe000 && c <= 0xf8ff) || (c >= 0xf0000 && c <= 0xffffd) ||
	       (c >= 0x100000 && c <= 0x10fffd);
}

/* Must not reach a terminal, a form or a parser. */
static bool harmful(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) ||	/* control */
	       (c >= 0xd800 && c <= 0xdfff) ||		/* a lone surrogate */
	       (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe; /* noncharacters */
}

/* Changes how its neighbours look, or is the mark of an earlier loss. */
static bool invisible(uint32_t c)
{
	return c == 0xad || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= REPLACEMENT);
}

size_t text_from_utf16le(const uint8_t *p, size_t size, char *ret, unsigned int *flags)
{
	size_t n = size / 2, length = 0;

	while (n > 0 && padding(unit_at(p, n - 1)))
		n--;

	for (size_t i = 0; i < n; i++) {
		uint32_t c = unit_at(p, i);

		if (c >= 0xd800 && c <= 0xdbff && i + 1 < n) {
			uint32_t low = unit_at(p, i + 1);

			if (low >= 0xdc00 && low <= 0xdfff) {
				c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
				i++;
			}
		}
		if (text_private_use(c))
			*flags |= TEXT_PRIVATE_USE;
		if (harmful(c) || invisible(c))
			*flags |= TEXT_ODD;
		length += text_put(ret + length, harmful(c) ? REPLACEMENT : c);
	}
	ret[length] = '\0';
	return length;
}
