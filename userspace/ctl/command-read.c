// SPDX-License-Identifier: GPL-2.0-or-later
/* read, enter: one identity */
#include <string.h>

#include "ctl.h"
#include "secret.h"

enum {
	ANSWER_MS = 5000,
	ENTRY_SIZE_MAX = 512,
};

static int show_reply(struct ctl *c, int timeout_ms)
{
	json_auto_t *reply = NULL;
	int r;

	r = ctl_reply(c, timeout_ms, &reply);
	if (r == CTL_OK && !c->json)
		print_identity(c, reply);
	return r;
}

int command_read(struct ctl *c)
{
	int r;

	r = ctl_connect(c);
	if (r == CTL_OK)
		r = ctl_send(c, json_pack("{s:s, s:f}", "class", "READ", "timeout", c->timeout));
	if (r != CTL_OK)
		return r;
	if (!c->json)
		say(c, stderr, MSG_PLACE_CARD);
	/* the daemon keeps the time; this is for a daemon that says nothing any more */
	return show_reply(c, (int)(c->timeout * 1000) + ANSWER_MS);
}

/* How many lines an entry has whose first is @line: those of an MRZ have a fixed length. */
static int lines_expected(const char *line)
{
	size_t n = strcspn(line, "\r\n");

	if (n == 30)
		return 3;
	return n == 36 || n == 44 ? 2 : 1;
}

/* Lines as a person types them: a number is one, an empty line ends the rest. */
static bool typed_enough(const char *text)
{
	int lines = 0;
	const char *last = text;

	for (const char *p = text; *p; p++) {
		if (*p != '\n')
			continue;
		lines++;
		if (p == last)
			return true;
		last = p + 1;
	}
	return lines >= lines_expected(text);
}

/* All of standard input, or at a terminal what was typed. Room for ENTRY_SIZE_MAX + 2 at @text. */
static int read_entry(struct ctl *c, char *text)
{
	bool typed = isatty(STDIN_FILENO);
	size_t size = 0;
	ssize_t n;

	if (typed)
		fputs(message(MSG_ENTRY_PROMPT, c->chinese), stderr);
	while (size <= ENTRY_SIZE_MAX) {
		n = read(STDIN_FILENO, text + size, ENTRY_SIZE_MAX + 1 - size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		size += n;
		text[size] = '\0';
		if (typed && typed_enough(text))
			break;
	}
	while (size && strchr("\r\n \t", text[size - 1]))
		text[--size] = '\0';
	if (size > ENTRY_SIZE_MAX) {
		complain(c, MSG_ENTRY_TOO_LONG);
		return CTL_USAGE;
	}
	return CTL_OK;
}

int command_enter(struct ctl *c)
{
	_cleanup_secret_ char *typed = secret_alloc(ENTRY_SIZE_MAX + 2);
	const char *text = c->text;
	json_t *request;
	int r;

	if (!typed)
		return CTL_FAILED;
	if (!text) {
		r = read_entry(c, typed);
		if (r != CTL_OK)
			return r;
		text = typed;
	}
	if (!*text) {
		complain(c, MSG_ENTRY_EMPTY);
		return CTL_USAGE;
	}
	request = json_pack("{s:s, s:s}", "class", "ENTER", "text", text);
	if (!request) {
		/* not UTF-8: neither a number nor an MRZ */
		complain(c, MSG_ENTRY_NOT_TEXT);
		return CTL_USAGE;
	}
	r = ctl_connect(c);
	if (r != CTL_OK) {
		json_decref(request);
		return r;
	}
	r = ctl_send(c, request);
	return r == CTL_OK ? show_reply(c, ANSWER_MS) : r;
}
