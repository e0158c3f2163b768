// SPDX-License-Identifier: LGPL-2.1-or-later
#include "portrait.h"

#include <string.h>

static const struct {
	const char *word, *text;
} results[_PORTRAIT_RESULT_MAX] = {
#define X(name, word, text) [PORTRAIT_##name] = { word, text },
	PORTRAIT_RESULTS(X)
#undef X
};

const char *portrait_result_word(enum portrait_result result)
{
	return (unsigned int)result < _PORTRAIT_RESULT_MAX ? results[result].word : NULL;
}

const char *portrait_result_text(enum portrait_result result)
{
	return (unsigned int)result < _PORTRAIT_RESULT_MAX ? results[result].text : NULL;
}

/* "WL", then width and height, 16 bits each with the low byte first. */
bool portrait_block_valid(const uint8_t block[PORTRAIT_BLOCK_SIZE])
{
	static const uint8_t head[] = { 'W', 'L', PORTRAIT_WIDTH, 0, PORTRAIT_HEIGHT, 0 };

	return memcmp(block, head, sizeof(head)) == 0;
}
