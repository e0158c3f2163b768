// SPDX-License-Identifier: GPL-2.0-or-later
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "secret.h"

static int command_none(struct ctl *c)
{
	if (!c->json)
		fputs(message_short_help(c->chinese), stdout);
	return command_status(c);
}

static const struct command {
	const char *name;
	int (*run)(struct ctl *c);
	bool takes_text;
} commands[] = {
	{ "list", command_list },	{ "watch", command_watch },
	{ "read", command_read },	{ "enter", command_enter, true },
	{ "status", command_status },	{ "version", command_version },
	{ NULL, command_none },
};

static const struct option long_options[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "json", no_argument, NULL, 'j' },
	{ "show", no_argument, NULL, 's' },
	{ "socket", required_argument, NULL, 'p' },
	{ "timeout", required_argument, NULL, 't' },
	{ NULL },
};

static const struct command *find_command(const char *name)
{
	const struct command *command = commands;

	while (command->name && (!name || strcmp(command->name, name) != 0))
		command++;
	return command->name || !name ? command : NULL;
}

static int set_timeout(struct ctl *c, const char *s)
{
	char *end;

	c->timeout = strtod(s, &end);
	/* written so that "nan" is refused too */
	if (end == s || *end || !(c->timeout >= 0.1 && c->timeout <= 3600)) {
		complain(c, MSG_BAD_TIMEOUT, s);
		return CTL_USAGE;
	}
	return CTL_OK;
}

/* CTL_OK, CTL_USAGE, or -1 when the help was wanted. */
static int parse_options(struct ctl *c, int argc, char **argv)
{
	int o;

	opterr = 0;
	while ((o = getopt_long(argc, argv, ":h", long_options, NULL)) >= 0) {
		switch (o) {
		case 'h':
			fputs(message_help(c->chinese), stdout);
			return -1;
		case 'j':
			c->json = true;
			break;
		case 's':
			c->show = true;
			break;
		case 'p':
			c->socket = optarg;
			break;
		case 't':
			if (set_timeout(c, optarg) != CTL_OK)
				return CTL_USAGE;
			break;
		default:
			complain(c, o == ':' ? MSG_NO_VALUE : MSG_BAD_OPTION, argv[optind - 1]);
			return CTL_USAGE;
		}
	}
	return CTL_OK;
}

static int run(struct ctl *c, int argc, char **argv)
{
	const struct command *command = find_command(argc ? argv[0] : NULL);
	int r;

	if (!command) {
		complain(c, MSG_UNKNOWN_COMMAND, argv[0]);
		return CTL_USAGE;
	}
	if (command->takes_text && argc == 2 && strcmp(argv[1], "-") != 0)
		c->text = argv[1];
	if (argc > 1 + command->takes_text) {
		complain(c, MSG_TOO_MANY_ARGUMENTS, argv[1 + command->takes_text]);
		return CTL_USAGE;
	}
	r = command->run(c);
	c->client = idcard_client_close(c->client);
	if (fflush(stdout) != 0 || ferror(stdout))
		return r ? r : CTL_FAILED;
	return r;
}

int main(int argc, char **argv)
{
	struct ctl c = { .timeout = 30, .chinese = message_chinese() };
	int r;

	secret_init();
	setvbuf(stdout, NULL, _IOLBF, 0);
	r = parse_options(&c, argc, argv);
	if (r != CTL_OK)
		return r < 0 ? CTL_OK : r;
	return run(&c, argc - optind, argv + optind);
}
