/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The classic misreadings of print by eye and by OCR: letters that look like digits and the
 * reverse. Only ever for a suggestion: numbers themselves are never repaired.
 */
#ifndef IDCARD_MISREAD_H
#define IDCARD_MISREAD_H

/* The digit that the letter @c may be, 0 if it looks like none. */
char misread_digit(char c);

/* The letters that the digit @c may be, "" if it looks like none. */
const char *misread_letters(char c);

#endif
