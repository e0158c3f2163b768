// SPDX-License-Identifier: GPL-2.0-or-later
#include "handle.h"

#include <string.h>

#include "secret.h"

struct line {
	unsigned int references;
	size_t size;
	char data[];
};

struct line *line_new(const char *data, size_t size)
{
	struct line *line = secret_alloc(sizeof(*line) + size + 1);

	if (!line)
		return NULL;
	line->references = 1;
	line->size = size + 1;
	memcpy(line->data, data, size);
	line->data[size] = '\n';
	return line;
}

struct line *line_unref(struct line *line)
{
	if (line && --line->references == 0)
		secret_free(line);
	return NULL;
}

static void drop_first(struct handle *h)
{
	struct line *line = h->lines[h->first];

	h->bytes -= line->size;
	h->lines[h->first] = line_unref(line);
	h->first = (h->first + 1) % HANDLE_LINES_MAX;
	h->count--;
	h->position = 0;
}

void handle_clear(struct handle *h)
{
	while (h->count)
		drop_first(h);
	h->overflow = false;
}

void handle_overflow(struct handle *h)
{
	handle_clear(h);
	h->overflow = true;
}

void handle_push(struct handle *h, struct line *line)
{
	if (h->count == HANDLE_LINES_MAX || line->size > HANDLE_BYTES_MAX - h->bytes) {
		handle_overflow(h);
		return;
	}
	line->references++;
	h->lines[(h->first + h->count) % HANDLE_LINES_MAX] = line;
	h->count++;
	h->bytes += line->size;
}

bool handle_readable(const struct handle *h)
{
	return h->overflow || h->count > 0;
}

int handle_peek(const struct handle *h, size_t size, const char **ret, size_t *ret_size)
{
	const struct line *line;
	size_t left;

	if (h->overflow)
		return -EOVERFLOW;
	if (h->count == 0)
		return -EAGAIN;
	line = h->lines[h->first];
	left = line->size - h->position;
	*ret = line->data + h->position;
	*ret_size = size < left ? size : left;
	return 0;
}

void handle_advance(struct handle *h, size_t n)
{
	if (h->overflow) {
		h->overflow = false;
		return;
	}
	if (h->count == 0)
		return;
	h->position += n;
	if (h->position >= h->lines[h->first]->size)
		drop_first(h);
}
