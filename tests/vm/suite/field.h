/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A text field: a program of the user "desk" that reads lines from a virtual console, in a session
 * of logind at the screen of the machine.
 */
#ifndef TEST_FIELD_H
#define TEST_FIELD_H

#include <stdbool.h>
#include <stddef.h>

enum { FIELD_VT = 8 };

/* @type is the session's: "tty", "x11". The screen shows it. */
void field_open(const char *type);
void field_close(void);

/* The next whole line, without newline; fails after @ms. Until the next call. */
const char *field_next(unsigned int ms);
/* Is there no whole line for @ms? */
bool field_silent(unsigned int ms);
/* What is typed and has no end yet is thrown away. */
void field_flush(void);

/* What the screen shows from here on. */
void screen_show(int vt);
/* Is @text on the virtual console? */
bool screen_has(int vt, const char *text);
void screen_lock(bool locked);
/* Caps Lock of the field's console, as if somebody had pressed it. */
void screen_caps_lock(bool on);

#endif
