/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GBK: what Chinese programs of the vendors' age expect of a text. Written as GB 18030, which has
 * the rare characters of names too: two bytes where GBK has them, else four. Through iconv.
 */
#ifndef IDCARD_GBK_H
#define IDCARD_GBK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * @utf8 into @ret, at most @size bytes with NUL; a character that does not fit whole is left out
 * with all behind it. Returns the bytes without NUL. What has no form is "?", and *@lossy set,
 * which may be NULL. Nothing is written if @size is 0.
 */
size_t gbk_from_utf8(const char *utf8, char *ret, size_t size, bool *lossy);

#endif
