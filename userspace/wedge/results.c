// SPDX-License-Identifier: GPL-2.0-or-later
#include "wedge/results.h"

#include <string.h>

static const struct {
	const char *word, *en, *zh;
} results[_WEDGE_RESULT_MAX] = {
#define X(name, word, en, zh) [WEDGE_##name] = { word, en, zh },
	WEDGE_RESULTS(X)
#undef X
};

const char *wedge_result_word(enum wedge_result r)
{
	return results[r].word;
}

const char *wedge_result_text(enum wedge_result r, bool chinese)
{
	return chinese ? results[r].zh : results[r].en;
}

enum wedge_result wedge_result_from_word(const char *word)
{
	enum wedge_result r = 0;

	while (r < _WEDGE_RESULT_MAX && strcmp(results[r].word, word) != 0)
		r++;
	return r;
}
