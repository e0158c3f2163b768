/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The roles of privacy-desk, and what they share. Each returns the status of the program. */
#ifndef TEST_DESK_H
#define TEST_DESK_H

#include <stddef.h>
#include <stdint.h>

enum { DESK_BUFFER = 256 * 1024 };

/* The only place that a card's bytes are put into: locked, in no core file. */
extern uint8_t *desk_buffer;

void desk_say(const char *word);
/* Says "read" if @what is in the data, which lie in the buffer; wipes that. */
void desk_took(const void *data, size_t size, const char *what);

/* desk-ways.c */
/* What @key is in the persona, in the buffer, with its newline; NULL if there is none. */
const char *desk_find(const char *needles, const char *persona, const char *key);
int desk_node(char **arguments);
int desk_sink(char **arguments);
int desk_keyboard(char **arguments);
int desk_screen(char **arguments);
int desk_field(char **arguments);

/* desk-web.c */
int desk_http(char **arguments);
int desk_stream(char **arguments);
int desk_enter(char **arguments);
int desk_socket(char **arguments);

/* desk-libraries.c */
int desk_libidcard(char **arguments);
int desk_sdt(char **arguments);
int desk_termb(char **arguments);

/* desk-others.c */
int desk_peek(char **arguments);
int desk_hold(char **arguments);

#endif
