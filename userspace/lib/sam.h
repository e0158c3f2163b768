/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The id of a reader's security module. docs/protocol.md, "The SAM id". */
#ifndef IDCARD_SAM_H
#define IDCARD_SAM_H

#include <stdint.h>

enum {
	SAM_ID_SIZE = 16,	/* as the reader sends it */
	SAM_ID_TEXT_SIZE = 37,	/* as it is printed, with NUL */
};

/*
 * "05.01-20101129-0001228293-0296863149". -EINVAL and *@ret untouched if a number is wider than
 * its place: a reader that has just got power may answer with noise.
 */
int sam_id_format(const uint8_t id[SAM_ID_SIZE], char ret[SAM_ID_TEXT_SIZE]);

#endif
