/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The machine-readable zone of a passport, ICAO 9303 TD3, and of TD1 and TD2 cards.
 */
#ifndef IDCARD_MRZ_H
#define IDCARD_MRZ_H

#include <stddef.h>

#include "number.h"

struct mrz {
	char document[3];	/* "P", "PD", "I"; empty when only the second line was given */
	char issuer[4];		/* as printed, fillers removed: "D", "CHN" */
	char surname[41];	/* empty when only the second line was given */
	char given_names[41];
	char number[24];	/* TD1 and TD2: a long one goes on in the optional field */
	char nationality[4];
	struct date birth;	/* the latest century that is not after today; none if unknown */
	struct date expiry;	/* the latest century that is at most 50 years from today */
	char sex;		/* 'M', 'F', or 0 */
};

/*
 * @text: the lines as typed or scanned. TD3: both lines in either order, run together or
 * split by white space, or the second alone; TD1: three lines; TD2: two. Lower case is accepted;
 * nothing else is repaired. Returns NONE and *@ret; CHECKSUM if any check digit is wrong, or sex or
 * nationality hold what cannot stand there; DATE; UNKNOWN if it is no MRZ at all.
 */
enum idcard_error mrz_parse(const char *text, const struct date *today, struct mrz *ret);

enum {
	MRZ_SUGGEST_SIZE = 93,	/* the longest lines with their newlines and NUL */
};

/*
 * For a person to compare with the document, when mrz_parse() refuses @text: the one reading that
 * mrz_parse() takes and that the classic misreadings explain (O and 0, I and 1, Z and 2, A and 4,
 * S and 5, G and 6, T and 7, B and 8; K for a filler). Letters where only digits can stand, and the
 * reverse, are replaced wherever they are. If that is not enough: in a number, which has both, one
 * letter wherever it stands, or else one character; never more, for a check digit would fit too
 * many. At most 160 readings are tried. It can be wrong: a check digit fits by chance once in ten
 * times; and a letter for another in a name, or G for 6 in a number, has none that tells.
 * 0 and the lines in *@ret, split by newlines, upper case, as they were ordered; -ENOENT if @text
 * is right or no reading is; -ENOTUNIQ if several are; -ENOBUFS (@size below MRZ_SUGGEST_SIZE).
 */
int mrz_suggest(const char *text, const struct date *today, char *ret, size_t size);

#endif
