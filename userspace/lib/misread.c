// SPDX-License-Identifier: LGPL-2.1-or-later
#include "misread.h"

#include <string.h>

char misread_digit(char c)
{
	static const char letters[] = "OQDILZASGTB", digits[] = "00011245678";
	const char *p = c ? strchr(letters, c) : NULL;

	return p ? digits[p - letters] : 0;
}

const char *misread_letters(char c)
{
	static const char *const letters[] = { "O", "IL", "Z", "", "A", "S", "G", "T", "B", "" };

	return c >= '0' && c <= '9' ? letters[c - '0'] : "";
}
