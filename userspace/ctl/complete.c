// SPDX-License-Identifier: GPL-2.0-or-later
#include "complete.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "options.h"

static const char separators[] = " ,";

enum { PATIENCE_S = 1 };	/* of the person at the prompt, whatever hangs */

int word_place(const char *words, const char *text, size_t size)
{
	for (int place = 0;; place++) {
		size_t n = strcspn(words, separators);

		if (n == size && memcmp(words, text, n) == 0)
			return place;
		if (!words[n])
			return -1;
		words += n + 1;
	}
}

static void offer(const struct completion *out, const char *word, size_t size)
{
	size_t typed = strlen(out->typed);

	if (size >= typed && memcmp(word, out->typed, typed) == 0)
		printf("%.*s%.*s\n", (int)out->head_size, out->head, (int)size, word);
}

void complete_word(const struct completion *out, const char *word)
{
	offer(out, word, strlen(word));
}

void complete_words(const struct completion *out, const char *words)
{
	struct completion part = *out;
	const char *comma = strrchr(out->typed, ',');

	if (words[0] == ':') {
		puts(words);
		return;
	}
	/* What was named before the last comma stays. */
	if (strchr(words, ',') && comma) {
		part.head_size = comma + 1 - part.head;
		part.typed = comma + 1;
	}
	for (;;) {
		size_t n = strcspn(words, separators);

		offer(&part, words, n);
		if (!words[n])
			break;
		words += n + 1;
	}
}

/* What was typed before the word in question. */
struct typed {
	const struct command *command;
	char **arguments;
	int n_arguments;
	const struct option_row *wants_value;	/* the option that the word is the value of */
};

static const struct option_row *find_option(const char *word)
{
	const struct option_row *rows[OPTIONS_MAX];
	size_t n = options_all(rows);

	for (size_t i = 0; strncmp(word, "--", 2) == 0 && i < n; i++)
		if (strcmp(rows[i]->name, word + 2) == 0)
			return rows[i];
	return NULL;
}

/* Bash parts "--scale=2" into three words, others do not. Values other than the socket do not matter. */
static int read_typed(struct ctl *c, char **words, int n, struct typed *ret)
{
	*ret = (struct typed){ .arguments = words };
	for (int i = 0; i < n; i++) {
		const struct option_row *wants = ret->wants_value;

		if (wants && strcmp(words[i], "=") == 0)
			continue;
		ret->wants_value = NULL;
		if (wants) {
			if (strcmp(wants->name, "socket") == 0)
				c->socket = words[i];
		} else if (words[i][0] == '-' && words[i][1]) {
			const struct option_row *row = find_option(words[i]);

			ret->wants_value = row && row->has_value ? row : NULL;
		} else if (!ret->command) {
			ret->command = command_find(words[i]);
			if (!ret->command)
				return -EINVAL;
		} else {
			/* At or before the place where it is read from. */
			ret->arguments[ret->n_arguments++] = words[i];
		}
	}
	return 0;
}

static void complete_commands(const struct completion *out)
{
	for (const struct command *c = commands; c->name; c++)
		if (!c->hidden)
			complete_word(out, c->name);
}

static void complete_option(const struct completion *out, const char *name)
{
	char word[64];

	snprintf(word, sizeof(word), "--%s", name);
	complete_word(out, word);
}

/* Those that the command takes; all as long as there is none. */
static void complete_options(const struct completion *out, const struct command *command)
{
	const struct option_row *rows[OPTIONS_MAX];
	size_t n = options_all(rows);

	for (size_t i = 0; i < n; i++)
		if (!command || command_has_option(command, rows[i]->name))
			complete_option(out, rows[i]->name);
	complete_option(out, "help");
}

static void complete_value(const struct completion *out, const struct option_row *row)
{
	if (row && row->values)
		complete_words(out, row->values);
}

/* "--portrait=j" */
static void complete_joined_value(char *word, char *equals)
{
	const struct completion out = { word, equals + 1 - word, equals + 1 };

	const struct option_row *row;

	*equals = '\0';
	row = find_option(word);
	*equals = '=';
	complete_value(&out, row);
}

int command_complete(struct ctl *c)
{
	struct completion out = {};
	struct typed typed;
	char *word, *equals;

	if (!c->n_arguments)
		return CTL_USAGE;
	alarm(PATIENCE_S);
	word = c->arguments[c->n_arguments - 1];
	equals = strchr(word, '=');
	out.head = out.typed = word;
	if (read_typed(c, c->arguments, c->n_arguments - 1, &typed) < 0)
		return CTL_OK;
	if (typed.wants_value)
		complete_value(&out, typed.wants_value);
	else if (word[0] == '-' && equals)
		complete_joined_value(word, equals);
	else if (word[0] == '-')
		complete_options(&out, typed.command);
	else if (!typed.command)
		complete_commands(&out);
	else if (typed.command->complete)
		typed.command->complete(c, &out, typed.arguments, typed.n_arguments);
	return CTL_OK;
}
