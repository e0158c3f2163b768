// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gbk.h"

#include <iconv.h>
#include <stdint.h>
#include <string.h>

#include "private-use.h"
#include "text.h"

enum {
	REPLACEMENT = 0xfffd,
	FORM_MAX = 4,		/* bytes of one character */
};

/*
 * Private-use characters of GBK's own places take two bytes too: those of the character that
 * GB 18030 has there today. An old program finds the character of the card, a new one today's.
 */
static size_t form(iconv_t to, uint32_t c, char ret[FORM_MAX])
{
	uint32_t today = private_use_map(c);
	wchar_t wide = (wchar_t)(today ? today : c);
	char *in = (char *)&wide, *out = ret;
	size_t n = sizeof(wide), room = FORM_MAX;
	bool good = false;

	if (c < 0x80) {
		*ret = (char)c;
		return 1;
	}
	/* The mark of a loss, which has a form of its own, is no character of the card either. */
	if (to != (iconv_t)-1 && c != REPLACEMENT)
		good = iconv(to, &in, &n, &out, &room) != (size_t)-1;
	explicit_bzero(&wide, sizeof(wide));
	return good ? FORM_MAX - room : 0;
}

size_t gbk_from_utf8(const char *utf8, char *ret, size_t size, bool *lossy)
{
	/* From wide characters it is one step: iconv then keeps no text in memory of its own. */
	iconv_t to = iconv_open("GB18030", "WCHAR_T");
	char bytes[FORM_MAX];
	size_t length = 0;
	uint32_t c;

	while (size > 0 && (c = text_next(&utf8))) {
		size_t n = form(to, c, bytes);

		bool lost = n == 0;

		if (lost) {
			*bytes = '?';
			n = 1;
		}
		if (n >= size - length)
			break;
		if (lost && lossy)
			*lossy = true;
		memcpy(ret + length, bytes, n);
		length += n;
	}
	if (size > 0)
		ret[length] = '\0';
	explicit_bzero(bytes, sizeof(bytes));
	if (to != (iconv_t)-1)
		iconv_close(to);
	return length;
}
