/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words: what idcard-portrait says to people, in English or Chinese, by the locale. */
#ifndef IDCARD_PORTRAIT_WORDS_H
#define IDCARD_PORTRAIT_WORDS_H

#include "portrait.h"

const char *in_words(const char *en, const char *zh) __attribute__((format_arg(1)));
const char *result_in_words(enum portrait_result result);

#endif
