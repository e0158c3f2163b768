// SPDX-License-Identifier: LGPL-2.1-or-later
#include "json-writer.h"

#include <errno.h>
#include <string.h>

#include "base64.h"
#include "private-use.h"
#include "text.h"

void writer_init(struct json_writer *w, char *out, size_t size)
{
	*w = (struct json_writer){ .out = out, .size = size };
}

/* Room for @n bytes and the NUL at the end; NULL when there is none. */
static char *room(struct json_writer *w, size_t n)
{
	char *p = w->out + w->used;

	if (w->full || w->size - w->used <= n) {
		w->full = true;
		return NULL;
	}
	w->used += n;
	return p;
}

static void put(struct json_writer *w, const char *s, size_t n)
{
	char *p = room(w, n);

	if (p)
		memcpy(p, s, n);
}

static void put_char(struct json_writer *w, char c)
{
	put(w, &c, 1);
}

/* The comma before all but the first, and the key. */
static void begin(struct json_writer *w, const char *key)
{
	if (w->used > 0 && !w->full && w->out[w->used - 1] != '{' && w->out[w->used - 1] != '[')
		put_char(w, ',');
	if (!key)
		return;
	put_char(w, '"');
	put(w, key, strlen(key));
	put(w, "\":", 2);
}

void writer_open(struct json_writer *w, const char *key, char bracket)
{
	begin(w, key);
	put_char(w, bracket);
}

void writer_close(struct json_writer *w, char bracket)
{
	put_char(w, bracket);
}

void writer_raw(struct json_writer *w, const char *key, const char *json)
{
	begin(w, key);
	put(w, json, strlen(json));
}

void writer_word(struct json_writer *w, const char *key, const char *word)
{
	begin(w, key);
	put_char(w, '"');
	put(w, word, strlen(word));
	put_char(w, '"');
}

static bool plain(unsigned char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

/* @c is ASCII and not plain. */
static void put_escaped(struct json_writer *w, char c)
{
	static const char digits[] = "0123456789abcdef", from[] = "\"\\\b\f\n\r\t",
			  to[] = "\"\\bfnrt";
	char code[] = { '\\', 'u', '0', '0', digits[c >> 4 & 0xf], digits[c & 0xf] };
	const char *known = strchr(from, c);

	if (known)
		code[1] = to[known - from];
	put(w, code, known ? 2 : sizeof(code));
}

static void put_unicode(struct json_writer *w, uint32_t c)
{
	char utf8[4];

	if (w->map_private_use && text_private_use(c)) {
		uint32_t today = private_use_map(c);

		w->mapped |= today != 0;
		w->private_use |= today == 0;
		c = today ? today : c;
	}
	put(w, utf8, text_put(utf8, c));
}

void writer_text(struct json_writer *w, const char *key, const char *text)
{
	begin(w, key);
	put_char(w, '"');
	while (*text) {
		size_t n = 0;
		uint32_t c;

		while (plain((unsigned char)text[n]))
			n++;
		put(w, text, n);
		text += n;
		c = text_next(&text);
		if (c >= 0x80)
			put_unicode(w, c);
		else if (c)
			put_escaped(w, (char)c);
	}
	put_char(w, '"');
}

void writer_unsigned(struct json_writer *w, const char *key, uint64_t value)
{
	char text[20];
	size_t n = sizeof(text);

	do
		text[--n] = (char)('0' + value % 10);
	while (value /= 10);
	begin(w, key);
	put(w, text + n, sizeof(text) - n);
}

void writer_boolean(struct json_writer *w, const char *key, bool value)
{
	writer_raw(w, key, value ? "true" : "false");
}

void writer_base64(struct json_writer *w, const char *key, const uint8_t *p, size_t n)
{
	char *to;

	begin(w, key);
	put_char(w, '"');
	/* Its NUL lies where the quotation mark comes; room() left a place for one. */
	to = room(w, BASE64_SIZE(n) - 1);
	if (to)
		base64_encode(p, n, to);
	put_char(w, '"');
}

ssize_t writer_finish(struct json_writer *w)
{
	if (w->full || w->size == 0) {
		explicit_bzero(w->out, w->size);
		return -ENOBUFS;
	}
	w->out[w->used] = '\0';
	return (ssize_t)w->used;
}
