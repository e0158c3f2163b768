/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Code tables of the cards. docs/protocol.md, "The text block". */
#ifndef IDCARD_CODES_H
#define IDCARD_CODES_H

#include <stdbool.h>
#include <stdint.h>

/* GB/T 3304: "01" is "汉". NULL for what the table does not have. */
const char *code_ethnicity(const char *code);

/* GB/T 2261.1: "1" male, "2" female, "0" and "9" unknown. NULL for anything else. */
const char *code_sex(const char *code);

/*
 * Is @code, of one to three letters, known as a nationality? ISO 3166-1 alpha-3 (GB/T 2659), and
 * the codes of ICAO 9303 part 3 for persons who have none there.
 */
bool code_nationality_known(const char *code);

/* "right_thumb" ... "unsure"; "unknown" for a code that the table does not have. */
const char *code_finger(uint8_t code);

/* The result of registering a fingerprint: "ok", "failed", "not-registered", "unknown". */
const char *code_fingerprint_result(uint8_t code);

#endif
