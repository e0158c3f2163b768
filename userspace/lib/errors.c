// SPDX-License-Identifier: LGPL-2.1-or-later
#include "errors.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *code;
	const char *en;
	const char *zh;
	int error;
} errors[_IDCARD_ERROR_MAX] = {
#define X(name, code, error, en, zh) [IDCARD_ERROR_##name] = { code, en, zh, error },
	IDCARD_ERRORS(X)
#undef X
};

static bool known(enum idcard_error e)
{
	return e > IDCARD_ERROR_NONE && e < _IDCARD_ERROR_MAX;
}

const char *idcard_error_code(enum idcard_error e)
{
	return known(e) ? errors[e].code : NULL;
}

const char *idcard_error_text(enum idcard_error e, bool chinese)
{
	if (!known(e))
		return NULL;
	return chinese ? errors[e].zh : errors[e].en;
}

int idcard_error_errno(enum idcard_error e)
{
	return known(e) ? errors[e].error : 0;
}

enum idcard_error idcard_error_from_code(const char *code)
{
	for (int e = IDCARD_ERROR_NONE + 1; code && e < _IDCARD_ERROR_MAX; e++)
		if (strcmp(errors[e].code, code) == 0)
			return e;
	return IDCARD_ERROR_NONE;
}
