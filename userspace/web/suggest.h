/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Suggest: what somebody may have meant by an entry that was refused. Only said, never entered. */
#ifndef IDCARD_WEB_SUGGEST_H
#define IDCARD_WEB_SUGGEST_H

#include <jansson.h>

/* Adds "suggestion" to @error, if a usual misreading explains it in one way. */
void suggest(json_t *error, const char *text);

#endif
