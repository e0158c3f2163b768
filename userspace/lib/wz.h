/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Wz: the text file wz.txt that capture software reads beside zp.bmp. Pure function.
 *
 * Eight lines, each with CRLF, the last one too: name, sex, ethnicity, birth date YYYYMMDD, address,
 * number, authority, "begin-end" of validity (YYYYMMDD, or 长期 for the end). Sex is 男 or 女. What a
 * kind of card does not have is an empty line. Optionally a ninth, the newest appended address;
 * never more, as readers of the file have no room for them.
 */
#ifndef IDCARD_WZ_H
#define IDCARD_WZ_H

#include <stdbool.h>
#include <stddef.h>

#include "identity.h"

enum { WZ_SIZE_MAX = 1024 };

/* In GB 18030, without NUL. Returns the bytes; @ret has room for WZ_SIZE_MAX. */
size_t wz_write(const struct identity *identity, bool ninth_line, char ret[WZ_SIZE_MAX]);

#endif
