/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Complete: the command "complete -- WORD...", which the shells' files in completion/ run with
 * what was typed after the name of the program. The last word is the one that is being typed. Each
 * line that it prints is a word that may be there, or says what the shell shall offer itself: files
 * or folders.
 */
#ifndef IDCARD_CTL_COMPLETE_H
#define IDCARD_CTL_COMPLETE_H

#include <stddef.h>

struct ctl;

#define COMPLETE_FILES ":file"
#define COMPLETE_FOLDERS ":folder"

/* The word that is being typed. */
struct completion {
	const char *head;	/* of it; stays as it is: "--portrait=", "wz," */
	size_t head_size;
	const char *typed;	/* with this an offer begins */
};

void complete_word(const struct completion *out, const char *word);
/* Of @words, parted by spaces; or by commas, then the person may name several. */
void complete_words(const struct completion *out, const char *words);

/* Which of @words, parted like that, is the text of @size bytes; -1: none. */
int word_place(const char *words, const char *text, size_t size);

/* Of a command, see options.h; in its command-*.c. */
void compat_complete(struct ctl *c, const struct completion *out, char **arguments, int n);
void drop_complete(struct ctl *c, const struct completion *out, char **arguments, int n);
void wedge_complete(struct ctl *c, const struct completion *out, char **arguments, int n);

#endif
