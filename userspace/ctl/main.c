// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <string.h>

#include "complete.h"
#include "ctl.h"
#include "options.h"
#include "secret.h"

static int command_none(struct ctl *c)
{
	if (!c->json)
		fputs(message_short_help(c->chinese), stdout);
	return command_status(c);
}

/* The last is what is done without a command. */
const struct command commands[] = {
	{ "list", command_list, 0, { daemon_options, answer_options } },
	{ "watch", command_watch, 0,
	  { daemon_options, answer_options, card_options, exec_options } },
	{ "read", command_read, 0,
	  { daemon_options, answer_options, card_options, file_options, wait_options } },
	{ "enter", command_enter, 1, { daemon_options, answer_options } },
	{ "drop", command_drop, 1, { daemon_options, drop_options }, drop_complete },
	{ "compat", command_compat, ARGUMENTS_MAX, { compat_options }, compat_complete },
	{ "doctor", command_doctor, 0, { daemon_options, wait_options, doctor_options } },
	{ "wedge", command_wedge, 2, { daemon_options, answer_options }, wedge_complete },
	{ "status", command_status, 0, { daemon_options, answer_options } },
	{ "version", command_version, 0, { daemon_options, answer_options } },
	{ "complete", command_complete, INT_MAX, { NULL }, .hidden = true },
	{ NULL, command_none, 0, { daemon_options, answer_options } },
};

const struct command *command_find(const char *name)
{
	const struct command *command = commands;

	while (command->name && (!name || strcmp(command->name, name) != 0))
		command++;
	return command->name || !name ? command : NULL;
}

static int run(struct ctl *c, const struct options *options)
{
	const char *name = options->n_words ? options->words[0] : NULL;
	const struct command *command = command_find(name);
	int r;

	if (!command) {
		complain(c, MSG_UNKNOWN_COMMAND, name);
		return CTL_USAGE;
	}
	r = options_take(options, command, c);
	if (r != CTL_OK)
		return r;
	c->arguments = name ? options->words + 1 : NULL;
	c->n_arguments = name ? options->n_words - 1 : 0;
	if (c->n_arguments > command->arguments_max) {
		/* There are some. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
		complain(c, MSG_TOO_MANY_ARGUMENTS, c->arguments[command->arguments_max]);
		return CTL_USAGE;
	}
	r = command->run(c);
	c->client = idcard_client_close(c->client);
	if (output_flush(c) != 0 || ferror(stdout))
		return r ? r : CTL_FAILED;
	return r;
}

int main(int argc, char **argv)
{
	struct ctl c = { .timeout = 30, .wishes.scale = 1, .exec.timeout = 30, .drop.keep = 60,
			 .drop.formats = DROP_ALL, .chinese = message_chinese() };
	struct options options;
	int r;

	secret_init();
	output_begin(&c);
	r = options_read(argc, argv, &options, &c);
	if (r != CTL_OK || options.help) {
		if (options.help)
			fputs(message_help(c.chinese), stdout);
		return r;
	}
	return run(&c, &options);
}
