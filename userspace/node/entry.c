// SPDX-License-Identifier: GPL-2.0-or-later
#include "entry.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "secret.h"
#include "text.h"

enum { REPLACEMENT = 0xfffd };

static bool is_control(uint32_t c)
{
	if (c == '\r' || c == '\n' || c == '\t')
		return false;
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

static bool is_blank(uint32_t c)
{
	return c == ' ' || c == '\r' || c == '\n' || c == '\t';
}

int entry_new(const char *data, size_t size, char **ret)
{
	_cleanup_secret_ char *copy = NULL;
	bool blank = true;
	const char *s;
	uint32_t c;

	if (size > ENTRY_SIZE_MAX || memchr(data, '\0', size))
		return -EINVAL;
	copy = secret_alloc(size + 1);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, data, size);
	s = copy;
	while ((c = text_next(&s))) {
		if (is_control(c) || c == REPLACEMENT)
			return -EINVAL;
		blank = blank && is_blank(c);
	}
	if (blank)
		return -EINVAL;
	while (size && (copy[size - 1] == '\n' || copy[size - 1] == '\r'))
		copy[--size] = '\0';
	*ret = copy;
	copy = NULL;
	return 0;
}
