/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One line of the daemon, taken apart in place. A JSON library is not used for these: it leaves
 * pieces of names in memory that it frees, and can be told to wipe them only for the whole process,
 * which belongs to another program.
 */
#ifndef IDCARD_LIBIDCARD_JSON_H
#define IDCARD_LIBIDCARD_JSON_H

#include <stddef.h>
#include <stdint.h>

enum json_kind {
	JSON_KIND_OBJECT,
	JSON_KIND_ARRAY,
	JSON_KIND_STRING,
	JSON_KIND_INTEGER,
	JSON_KIND_FRACTION,
	JSON_KIND_TRUE,
	JSON_KIND_FALSE,
	JSON_KIND_NULL,
	JSON_KIND_BYTES,	/* was a string of base64: json_bytes() */
};

enum {
	JSON_NODES_MAX = 4096,
	JSON_DEPTH_MAX = 16,
};

/* In the order of the text; what is inside a value follows it. */
struct json_node {
	enum json_kind kind;
	uint32_t behind;	/* the index of the first node that is not inside this one */
	uint32_t count;		/* of what an object or an array holds */
	const char *key;	/* NULL in an array */
	char *value;		/* of strings, with NUL; of numbers, without */
	size_t size;		/* of strings and bytes */
};

/* Pointers into text, which is secret memory. The nodes hold nothing else. */
struct json_text {
	char *text;
	struct json_node *nodes;
	uint32_t n, allocated;
};

/*
 * Takes a copy of @line apart: one object of RFC 8259, UTF-8 without NUL, no key twice in an
 * object. 0, -EBADMSG, -ENOMEM. @ret is to be given to json_text_wipe() in every case.
 */
int json_take(const char *line, struct json_text *ret);

void json_text_wipe(struct json_text *t);

/* "portrait.status", "fingerprints.0.finger": keys and indexes from 0. NULL if there is none. */
const struct json_node *json_find(const struct json_text *t, const char *path);

/* The string at @path, or NULL. */
const char *json_string_at(const struct json_text *t, const char *path);

/* Makes the string of base64 at @path bytes. 0, -ENOENT, or -EBADMSG if it is none. */
int json_bytes(struct json_text *t, const char *path);

#endif
