// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Text of a card. Input: the bytes of a field, which are also read as UTF-8. What is sound comes
 * out as the C library converts it.
 */
#include <iconv.h>
#include <jansson.h>

#include "fuzz.h"
#include "text.h"

/* Printed or typed, nothing of it may act. */
static unsigned int check_characters(const char *text)
{
	unsigned int seen = 0;
	char again[4];
	uint32_t c;

	for (const char *p = text, *start = p; (c = text_next(&p)); start = p) {
		size_t n = text_put(again, c);

		FUZZ_CHECK(n == (size_t)(p - start) && memcmp(start, again, n) == 0);
		FUZZ_CHECK(c >= 0x20 && (c < 0x7f || c > 0x9f) && (c & 0xfffe) != 0xfffe);
		if ((c >= 0xe000 && c <= 0xf8ff) || (c >= 0xf0000 && c <= 0x10fffd))
			seen |= TEXT_PRIVATE_USE;
		if (c == 0xfffd)
			seen |= TEXT_ODD;
	}
	return seen;
}

static void check_converted(const uint8_t *data, size_t size, const char *text, size_t n)
{
	char *expected = malloc(TEXT_SIZE(size) + 3), *out = expected;
	iconv_t converter = iconv_open("UTF-8", "UTF-16LE");
	char *in = (char *)data;
	size_t in_left = size & ~(size_t)1, out_left = TEXT_SIZE(size);

	FUZZ_CHECK(iconv(converter, &in, &in_left, &out, &out_left) == 0);
	FUZZ_CHECK((size_t)(out - expected) >= n && memcmp(expected, text, n) == 0);
	/* Only padding was cut. */
	*out = '\0';
	for (const char *p = expected + n; p < out;) {
		uint32_t c = *p ? text_next(&p) : (uint32_t)(unsigned char)*p++;

		FUZZ_CHECK(c == ' ' || c == 0 || c == 0x3000);
	}
	iconv_close(converter);
	free(expected);
}

/* Anything at all as UTF-8: it ends, and each step moves. */
static void check_utf8(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	const char *p = text, *end = text + strlen(text), *before = p;
	json_t *sound = json_string(text);
	bool replaced = false;
	uint32_t c;

	while ((c = text_next(&p))) {
		FUZZ_CHECK(p > before && p <= end);
		FUZZ_CHECK(c <= 0x10ffff && (c < 0xd800 || c > 0xdfff));
		replaced |= c == 0xfffd && p - before == 1;
		before = p;
	}
	FUZZ_CHECK(p == end);
	FUZZ_CHECK(replaced == !sound);
	json_decref(sound);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *field = fuzz_copy(data, size);
	char *text = malloc(TEXT_SIZE(size));
	unsigned int flags = 0, seen;
	json_t *sound;
	size_t n;

	n = text_from_utf16le(field, size, text, &flags);
	FUZZ_CHECK(n < TEXT_SIZE(size) && strlen(text) == n);
	sound = json_stringn(text, n);
	FUZZ_CHECK(sound);
	json_decref(sound);
	seen = check_characters(text);
	FUZZ_CHECK((flags & TEXT_PRIVATE_USE) == (seen & TEXT_PRIVATE_USE));
	FUZZ_CHECK((seen & ~flags) == 0);
	if (!(flags & TEXT_ODD))
		check_converted(field, size, text, n);
	check_utf8(data, size);
	free(text);
	free(field);
	return 0;
}
