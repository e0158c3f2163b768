/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Wz: the text file wz.txt that capture software reads beside zp.bmp. Pure function.
 *
 * Eight lines, each with CRLF, the last one too: name, sex, ethnicity, birth date YYYYMMDD,
 * address, number, authority, "begin-end" of validity (YYYYMMDD, or 长期 for the end). Sex is 男 or
 * 女. What a kind of card does not have is an empty line. Optionally a ninth, the newest appended
 * address; never more, as readers of the file have no room for them.
 *
 * The name is the Latin one of cards that have one, as on their face. A sex that the card does not
 * tell, and a date that does not exist, are empty too. No line is cut: a program whose slot is
 * shorter than an address gets the same long line from its vendor, and half an address is a wrong
 * one for all others.
 */
#ifndef IDCARD_WZ_H
#define IDCARD_WZ_H

#include <stdbool.h>
#include <stddef.h>

#include "identity.h"

enum {
	WZ_SIZE_MAX = 1024,
	WZ_DATE_SIZE = 9,
};

/* In GB 18030, without NUL. Returns the bytes; @ret has room for WZ_SIZE_MAX. */
size_t wz_write(const struct identity *identity, bool ninth_line, char ret[WZ_SIZE_MAX]);

/* What the lines consist of, in UTF-8, for who hands them on one by one; "" where there is none. */
const char *wz_name(const struct identity *identity);
const char *wz_sex(const struct identity *identity);
const char *wz_newest_address(const struct identity *identity);
void wz_date(const struct date *date, char ret[WZ_DATE_SIZE]);	/* YYYYMMDD */
void wz_valid_until(const struct identity *identity, char ret[WZ_DATE_SIZE]);

#endif
