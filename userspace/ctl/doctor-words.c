// SPDX-License-Identifier: GPL-2.0-or-later
#include "doctor-words.h"

#include <stddef.h>

static const struct {
	const char *word, *title[2];
} steps[] = {
#define X(name, word, en, zh) { word, { en, zh } },
	DOCTOR_STEPS(X)
#undef X
};

static const struct {
	enum doctor_which step;
	enum doctor_result result;
	const char *word, *sentence[2], *next;
} findings[] = {
#define X(name, step, result, word, en, zh, next)                                                  \
	{ DOCTOR_STEP_##step, DOCTOR_##result, word, { en, zh }, next },
	DOCTOR_FINDINGS(X)
#undef X
};

static const struct {
	const char *word, *title[2];
} results[] = {
	[DOCTOR_OK] = { "ok", { "ok", "正常" } },
	[DOCTOR_SKIPPED] = { "skipped", { "skipped", "跳过" } },
	[DOCTOR_WARN] = { "warn", { "warning", "注意" } },
	[DOCTOR_FAIL] = { "fail", { "FAILED", "故障" } },
};

enum doctor_which doctor_which(enum doctor_finding f)
{
	return findings[f].step;
}

enum doctor_result doctor_result(enum doctor_finding f)
{
	return findings[f].result;
}

const char *doctor_word(enum doctor_finding f)
{
	return findings[f].word;
}

const char *doctor_sentence(enum doctor_finding f, bool chinese)
{
	return findings[f].sentence[chinese];
}

const char *doctor_next(enum doctor_finding f)
{
	return findings[f].next;
}

const char *doctor_step_word(enum doctor_which w)
{
	return steps[w].word;
}

const char *doctor_step_title(enum doctor_which w, bool chinese)
{
	return steps[w].title[chinese];
}

const char *doctor_result_word(enum doctor_result r)
{
	return results[r].word;
}

const char *doctor_result_title(enum doctor_result r, bool chinese)
{
	return results[r].title[chinese];
}
