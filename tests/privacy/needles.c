// SPDX-License-Identifier: GPL-2.0-or-later
#include "needles.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 2 * PERSONA_SIZE + 128 };

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The size, or -1 if it is no hex or does not fit. */
static int from_hex(const char *text, uint8_t *ret, size_t room)
{
	size_t n;

	for (n = 0; digit(text[0]) >= 0 && digit(text[1]) >= 0; n++, text += 2) {
		if (n == room)
			return -1;
		ret[n] = (uint8_t)(digit(text[0]) << 4 | digit(text[1]));
	}
	return *text == '\n' ? (int)n : -1;
}

/* The next line of @f, parted: its name, and where its hex begins. NULL at the end. */
static char *next_line(FILE *f, char line[LINE])
{
	char *space;

	if (!fgets(line, LINE, f))
		return NULL;
	space = strchr(line, ' ');
	if (!space)
		return NULL;
	*space = '\0';
	return space + 1;
}

static FILE *open_list(const char *path)
{
	FILE *f = fopen(path, "re");

	if (!f)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	return f;
}

static int add(struct needles *needles, const char *name, const char *hex)
{
	struct needle *n = &needles->needle[needles->n];
	size_t key;
	int size;

	if (needles->n == NEEDLES_MAX)
		return -1;
	size = from_hex(hex, n->bytes, sizeof(n->bytes));
	if (size < 6)
		return -1;
	snprintf(n->name, sizeof(n->name), "%.60s", name);
	n->size = (uint16_t)size;
	key = (size_t)((n->bytes[0] ^ NEEDLE_MASK) << 8 | (n->bytes[1] ^ NEEDLE_MASK));
	n->next = needles->first[key];
	needles->first[key] = (int16_t)needles->n++;
	return 0;
}

int needles_load(struct needles *needles, const char *path)
{
	static char line[LINE];
	FILE *f = open_list(path);
	int r = f ? 0 : -1;
	char *hex;

	needles->n = 0;
	memset(needles->first, 0xff, sizeof(needles->first));
	while (r == 0 && (hex = next_line(f, line)))
		if (*line != '@')
			r = add(needles, line, hex);
	if (f)
		fclose(f);
	if (r == 0 && needles->n == 0)
		r = -1;
	if (r < 0)
		fprintf(stderr, "%s: not a list of needles\n", path);
	return r;
}

int needles_persona(const char *path, const char *name, uint8_t ret[PERSONA_SIZE])
{
	static char line[LINE];
	FILE *f = open_list(path);
	int size = -1;
	char *hex;

	while (f && size < 0 && (hex = next_line(f, line)))
		if (*line == '@' && strcmp(line + 1, name) == 0)
			size = from_hex(hex, ret, PERSONA_SIZE);
	if (f)
		fclose(f);
	if (size < 0)
		fprintf(stderr, "%s: no persona %s\n", path, name);
	for (int i = 0; i < size; i++)
		ret[i] ^= NEEDLE_MASK;
	return size;
}

static int is_at(const struct needle *n, const uint8_t *data, size_t size)
{
	if (n->size > size)
		return 0;
	for (size_t i = 0; i < n->size; i++)
		if ((data[i] ^ NEEDLE_MASK) != n->bytes[i])
			return 0;
	return 1;
}

const struct needle *needles_next(const struct needles *needles, const uint8_t *data, size_t size,
				  size_t *at)
{
	for (size_t i = *at; i + 2 <= size; i++)
		for (int k = needles->first[data[i] << 8 | data[i + 1]]; k >= 0;
		     k = needles->needle[k].next)
			if (is_at(&needles->needle[k], data + i, size - i)) {
				*at = i;
				return &needles->needle[k];
			}
	return NULL;
}
