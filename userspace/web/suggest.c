// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/suggest.h"

#include <string.h>

#include "mrz.h"
#include "number.h"
#include "secret.h"
#include "util.h"

void suggest(json_t *error, const char *text)
{
	_cleanup_secret_ char *reading = secret_alloc(MRZ_SUGGEST_SIZE);
	_cleanup_secret_ char *number = secret_alloc(strlen(text) + 1);
	struct date today = date_today();
	size_t n = 0;

	if (!reading || !number)
		return;
	for (const char *p = text; *p; p++)
		if (!strchr(" -", *p))
			number[n++] = *p;
	number[n] = '\0';
	if (number_suggest(number, &today, reading) == 0 ||
	    mrz_suggest(text, &today, reading, MRZ_SUGGEST_SIZE) == 0)
		json_object_set_new(error, "suggestion", json_string(reading));
}
