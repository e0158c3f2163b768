// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan/lines.h"

#include <string.h>

void lines_wipe(struct lines *lines)
{
	explicit_bzero(lines->text, sizeof(lines->text));
	lines->size = lines->line = lines->n_lines = 0;
}

void lines_begin(struct lines *lines, enum lines_end end, uint64_t usec)
{
	lines_wipe(lines);
	lines->end = end;
	lines->discarding = true;
	lines->last_usec = usec;
}

static enum lines_result lose(struct lines *lines, enum lines_result reason)
{
	lines_wipe(lines);
	lines->discarding = true;
	return reason;
}

static enum lines_result finish(struct lines *lines)
{
	while (lines->size && strchr(" \n", lines->text[lines->size - 1]))
		lines->text[--lines->size] = '\0';
	if (!lines->size) {
		lines_wipe(lines);
		return LINES_NOTHING;
	}
	return LINES_ENTRY;
}

static enum lines_result add(struct lines *lines, char c)
{
	if (lines->size == 0 && (c == ' ' || c == '\n'))
		return LINES_NOTHING;
	if (lines->size == LINES_TEXT_MAX)
		return lose(lines, LINES_LONG);
	lines->text[lines->size++] = c;
	return LINES_NOTHING;
}

/* How many lines has an MRZ of which this is one? 1: it is none. */
static size_t mrz_lines(const char *line, size_t size)
{
	if (strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789<") != size)
		return 1;
	return size == 30 ? 3 : size == 36 || size == 44 ? 2 : 1;
}

/* Enter, where it ends both a line and, unless more lines belong to it, the entry. */
static enum lines_result end_line(struct lines *lines)
{
	size_t size = lines->size - lines->line;
	size_t n = mrz_lines(lines->text + lines->line, size);

	/* CR and LF, or the end of a block of lines. */
	if (size == 0)
		return LINES_NOTHING;
	/* The lines of an MRZ are of one length; those before this one have a line feed each. */
	if (lines->n_lines && (n == 1 || lines->line != lines->n_lines * (size + 1)))
		return lose(lines, LINES_MIXED);
	if (++lines->n_lines >= n)
		return finish(lines);
	lines->text[lines->size++] = '\n';
	lines->line = lines->size;
	return LINES_NOTHING;
}

/* Complete lines wait for the next, or a pause is the end: what follows it is another scan. */
static bool ends_by_pause(const struct lines *lines)
{
	return lines->end == LINES_PAUSE || lines->line == lines->size;
}

enum lines_result lines_time(struct lines *lines, uint64_t usec)
{
	uint64_t quiet = usec > lines->last_usec ? usec - lines->last_usec : 0;

	if (quiet >= LINES_PAUSE_USEC)
		lines->discarding = false;
	if (lines->size == 0)
		return LINES_NOTHING;
	if (ends_by_pause(lines))
		return quiet >= LINES_PAUSE_USEC ? finish(lines) : LINES_NOTHING;
	if (quiet < LINES_STALE_USEC)
		return LINES_NOTHING;
	lines_wipe(lines);
	return LINES_UNFINISHED;
}

uint64_t lines_deadline(const struct lines *lines)
{
	if (lines->size == 0)
		return UINT64_MAX;
	return lines->last_usec + (ends_by_pause(lines) ? LINES_PAUSE_USEC : LINES_STALE_USEC);
}

enum lines_result lines_key(struct lines *lines, enum key key, char c, uint64_t usec)
{
	if (key == KEY_IS_NOTHING)
		return LINES_NOTHING;
	lines->last_usec = usec;
	if (lines->discarding)
		return LINES_NOTHING;
	switch (key) {
	case KEY_IS_CHARACTER:
		return add(lines, c);
	case KEY_IS_ENTER:
		return lines->end == LINES_ENTER ? end_line(lines) : add(lines, '\n');
	case KEY_IS_TAB:
		return lines->end == LINES_TAB ? finish(lines) : lose(lines, LINES_KEY);
	default:
		return lose(lines, LINES_KEY);
	}
}

enum lines_result lines_dropped(struct lines *lines, uint64_t usec)
{
	lines->last_usec = usec;
	return lose(lines, LINES_DROPPED);
}
