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

#endif
