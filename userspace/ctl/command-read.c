// SPDX-License-Identifier: GPL-2.0-or-later
/* read, enter: one identity */
#include <string.h>

#include "ctl.h"
#include "mrz.h"
#include "number.h"
#include "portrait.h"
#include "secret.h"

enum {
	ANSWER_MS = 5000,
	/* other cards may have to be decoded first */
	PICTURE_MS = 6 * (PORTRAIT_DEADLINE_MS + 1000),
	ENTRY_SIZE_MAX = 512,
};

static json_t *read_request(const struct ctl *c)
{
	json_t *request = ctl_request(c, "READ");

	json_object_set_new(request, "timeout", json_real(c->timeout));
	return request;
}

int command_read(struct ctl *c)
{
	json_auto_t *reply = NULL;
	int r;

	if (!c->wishes.portrait != !c->output) {
		complain(c, MSG_PORTRAIT_AND_OUTPUT);
		return CTL_USAGE;
	}
	r = c->output ? save_check(c) : CTL_OK;
	if (r == CTL_OK)
		r = ctl_connect(c);
	if (r == CTL_OK)
		r = ctl_send(c, read_request(c));
	if (r != CTL_OK)
		return r;
	if (!c->json)
		say(c, stderr, MSG_PLACE_CARD);
	/* the daemon keeps the time; this is for a daemon that says nothing any more */
	r = ctl_reply(c, (int)(c->timeout * 1000) + ANSWER_MS +
		      (c->wishes.portrait ? PICTURE_MS : 0), &reply);
	if (r != CTL_OK)
		return r;
	if (!c->json)
		print_identity(c, reply);
	return c->output ? save_portrait(c, reply) : CTL_OK;
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

/* What was typed may be what a person misread. Only said, never entered. */
static void suggest(const struct ctl *c, const char *text)
{
	_cleanup_secret_ char *reading = secret_alloc(MRZ_SUGGEST_SIZE);
	_cleanup_secret_ char *number = secret_alloc(strlen(text) + 1);
	struct date today = date_today();
	size_t n = 0;

	if (!reading || !number)
		return;
	for (const char *p = text; *p; p++)
		if (!strchr(" -", *p))
			number[n++] = *p;
	if (number_suggest(number, &today, reading) < 0 &&
	    mrz_suggest(text, &today, reading, MRZ_SUGGEST_SIZE) < 0)
		return;
	say(c, stderr, strchr(reading, '\n') ? MSG_SUGGEST_LINES : MSG_SUGGEST, reading);
}

static int show_entry(struct ctl *c, const char *text)
{
	json_auto_t *reply = NULL;
	int r;

	r = ctl_reply(c, ANSWER_MS, &reply);
	if (c->json)
		return r;
	if (r == CTL_OK)
		print_identity(c, reply);
	else if (r == CTL_FAILED)
		suggest(c, text);
	return r;
}

int command_enter(struct ctl *c)
{
	_cleanup_secret_ char *typed = secret_alloc(ENTRY_SIZE_MAX + 2);
	const char *text = c->n_arguments ? c->arguments[0] : "-";
	json_t *request;
	int r;

	if (!typed)
		return CTL_FAILED;
	if (strcmp(text, "-") == 0) {
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
	return r == CTL_OK ? show_entry(c, text) : r;
}
