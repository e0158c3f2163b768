// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The keys of a scanner. Input: a byte that says what ends an entry, then three for each event: the
 * code of the key; in the second what happens to it; the time since the one before.
 */
#include "fuzz.h"
#include "scan/lines.h"

enum {
	TYPED_MAX = 4096,
	LOST = 1 << 2,	/* bits of the second byte: not a key, but that keys were lost */
	HIGH = 1 << 3,	/* a code of more than one byte */
};

/* What was typed since the last doubt, after which nothing counts before a pause. */
struct typed {
	bool doubt;
	uint64_t last_usec;
	char text[TYPED_MAX + 1];
	size_t n;
};

static const uint64_t pauses[] = {
	0, 1000, 20 * 1000, LINES_PAUSE_USEC - 1, LINES_PAUSE_USEC, LINES_STALE_USEC - 1,
	LINES_STALE_USEC, 60 * 1000 * 1000,
};

static void type(struct typed *typed, char c)
{
	if (typed->n < TYPED_MAX)
		typed->text[typed->n++] = c;
	typed->text[typed->n] = '\0';
}

/* One scan, whole: it stands at the end of what was typed without a break. */
static void check_entry(struct lines *lines, struct typed *typed)
{
	size_t n = strlen(lines->text);

	FUZZ_CHECK(n == lines->size && n > 0 && n <= LINES_TEXT_MAX);
	for (const char *p = lines->text; *p; p++)
		FUZZ_CHECK(*p == '\n' || (*p >= ' ' && *p < 0x7f));
	FUZZ_CHECK(!strchr(" \n", lines->text[0]) && !strchr(" \n", lines->text[n - 1]));
	while (typed->n && strchr(" \n", typed->text[typed->n - 1]))
		typed->n--;
	FUZZ_CHECK(typed->n >= n);
	FUZZ_CHECK(memcmp(typed->text + typed->n - n, lines->text, n) == 0);
	/* And it is all of it. */
	for (size_t i = 0; i < typed->n - n; i++)
		FUZZ_CHECK(strchr(" \n", typed->text[i]));
}

static void take_result(struct lines *lines, enum lines_result result, struct typed *typed)
{
	if (result == LINES_NOTHING)
		return;
	if (result == LINES_ENTRY) {
		check_entry(lines, typed);
		lines_wipe(lines);
	}
	FUZZ_CHECK(lines->size == 0 && lines_deadline(lines) == UINT64_MAX);
	for (size_t i = 0; i < sizeof(lines->text); i++)
		FUZZ_CHECK(lines->text[i] == '\0');
	typed->n = 0;
	typed->doubt |= result != LINES_ENTRY && result != LINES_UNFINISHED;
}

/* The time passes, first to where the scan asked to be woken. */
static uint64_t pass(struct lines *lines, uint64_t now, uint64_t pause, struct typed *typed)
{
	uint64_t deadline = lines_deadline(lines);

	FUZZ_CHECK((deadline == UINT64_MAX) == (lines->size == 0));
	if (deadline <= now + pause) {
		take_result(lines, lines_time(lines, deadline), typed);
		FUZZ_CHECK(lines_deadline(lines) > now + pause || lines->size == 0);
	}
	take_result(lines, lines_time(lines, now + pause), typed);
	if (now + pause - typed->last_usec >= LINES_PAUSE_USEC)
		typed->doubt = false;
	if (pause >= LINES_STALE_USEC || (pause >= LINES_PAUSE_USEC && lines->size == 0))
		typed->n = 0;
	return now + pause;
}

static void press(struct lines *lines, struct keys *keys, unsigned int code, int value,
		  uint64_t now, struct typed *typed)
{
	bool doubled;
	char c = '\0';
	enum key key = keys_feed(keys, code, value, &c);
	enum lines_result result;

	FUZZ_CHECK((key == KEY_IS_CHARACTER) == (c >= ' ' && c < 0x7f));
	/* CR and LF, where Enter parts lines, are one. */
	doubled = lines->end == LINES_ENTER && typed->n && typed->text[typed->n - 1] == '\n';
	if (key != KEY_IS_NOTHING)
		typed->last_usec = now;
	if (!typed->doubt && key == KEY_IS_CHARACTER)
		type(typed, c);
	if (!typed->doubt && key == KEY_IS_ENTER && !doubled)
		type(typed, '\n');
	result = lines_key(lines, key, c, now);
	FUZZ_CHECK(!typed->doubt || (result == LINES_NOTHING && lines->size == 0));
	take_result(lines, result, typed);
	if (lines->size == 0)
		typed->n = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	uint64_t now = 1000 * 1000;
	struct lines lines = {};
	struct keys keys = {};
	struct typed typed = { .doubt = true, .last_usec = now };

	lines_begin(&lines, fuzz_byte(&in) % 3, now);
	while (in.size) {
		unsigned int code = fuzz_byte(&in), what = fuzz_byte(&in);

		now = pass(&lines, now, pauses[fuzz_byte(&in) % ELEMENTSOF(pauses)], &typed);
		if (what & LOST) {
			typed.last_usec = now;
			take_result(&lines, lines_dropped(&lines, now), &typed);
		} else {
			press(&lines, &keys, code | (what & HIGH ? 0x100 : 0), (int)(what & 3), now,
			      &typed);
		}
	}
	pass(&lines, now, LINES_STALE_USEC, &typed);
	FUZZ_CHECK(lines.size == 0);
	return 0;
}
