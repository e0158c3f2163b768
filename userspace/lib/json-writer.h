/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * JSON (RFC 8259) written straight into a buffer of the caller: no objects, no heap. What is
 * written is always well-formed UTF-8, whatever the strings hold.
 */
#ifndef IDCARD_JSON_WRITER_H
#define IDCARD_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct json_writer {
	char *out;
	size_t size, used;
	bool full;		/* something did not fit: nothing is written any more */
	bool map_private_use;	/* in writer_text() */
	bool mapped, private_use; /* such characters were replaced; were met and are left */
};

void writer_init(struct json_writer *w, char *out, size_t size);

/* @key is NULL in an array, and for the outermost object. @bracket is '{' or '[', '}' or ']'. */
void writer_open(struct json_writer *w, const char *key, char bracket);
void writer_close(struct json_writer *w, char bracket);

/* Keys and words of our own: ASCII without anything to escape. */
void writer_word(struct json_writer *w, const char *key, const char *word);

/* A string of others. Bytes that are not UTF-8 become U+FFFD. */
void writer_text(struct json_writer *w, const char *key, const char *text);

void writer_unsigned(struct json_writer *w, const char *key, uint64_t value);
void writer_boolean(struct json_writer *w, const char *key, bool value);
void writer_base64(struct json_writer *w, const char *key, const uint8_t *p, size_t n);

/* A value that is JSON already. */
void writer_raw(struct json_writer *w, const char *key, const char *json);

/*
 * Ends with NUL. Returns the length without it, or -ENOBUFS if @size was too small; the buffer is
 * wiped then.
 */
ssize_t writer_finish(struct json_writer *w);

#endif
