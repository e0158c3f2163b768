// SPDX-License-Identifier: GPL-2.0-or-later
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "picture.h"
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

/* Those without a letter. */
enum {
	OPTION_PORTRAIT = 256,
	OPTION_OUTPUT,
	OPTION_FORCE,
	OPTION_SCALE,
	OPTION_FINGERPRINT,
	OPTION_NEW_ADDRESS,
	OPTION_MAP,
};

static const struct option long_options[] = {
	{ "fingerprint", no_argument, NULL, OPTION_FINGERPRINT },
	{ "force", no_argument, NULL, OPTION_FORCE },
	{ "help", no_argument, NULL, 'h' },
	{ "json", no_argument, NULL, 'j' },
	{ "map-private-use", no_argument, NULL, OPTION_MAP },
	{ "new-address", no_argument, NULL, OPTION_NEW_ADDRESS },
	{ "output", required_argument, NULL, OPTION_OUTPUT },
	{ "portrait", required_argument, NULL, OPTION_PORTRAIT },
	{ "scale", required_argument, NULL, OPTION_SCALE },
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

static int set_portrait(struct ctl *c, const char *s)
{
	if (strcmp(s, "jpeg") != 0 && strcmp(s, "bmp") != 0 && strcmp(s, "wlt") != 0) {
		complain(c, MSG_BAD_PORTRAIT, s);
		return CTL_USAGE;
	}
	c->portrait = s;
	return CTL_OK;
}

static int set_scale(struct ctl *c, const char *s)
{
	if (s[0] < '1' || s[0] > '0' + PICTURE_SCALE_MAX || s[1]) {
		complain(c, MSG_BAD_SCALE, s);
		return CTL_USAGE;
	}
	c->scale = s[0] - '0';
	return CTL_OK;
}

/* One of those that say what read asks for. */
static int set_wish(struct ctl *c, int option, const char *value)
{
	switch (option) {
	case OPTION_PORTRAIT:
		return set_portrait(c, value);
	case OPTION_SCALE:
		return set_scale(c, value);
	case OPTION_OUTPUT:
		c->output = value;
		break;
	case OPTION_FORCE:
		c->force = true;
		break;
	case OPTION_FINGERPRINT:
		c->fingerprint = true;
		break;
	case OPTION_NEW_ADDRESS:
		c->new_address = true;
		break;
	case OPTION_MAP:
		c->map_private_use = true;
		break;
	}
	return CTL_OK;
}

/* CTL_OK, CTL_USAGE, or -1 when the help was wanted. */
static int parse_options(struct ctl *c, int argc, char **argv)
{
	int o, r = CTL_OK;

	opterr = 0;
	while (r == CTL_OK && (o = getopt_long(argc, argv, ":h", long_options, NULL)) >= 0) {
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
			r = set_timeout(c, optarg);
			break;
		case '?':
		case ':':
			complain(c, o == ':' ? MSG_NO_VALUE : MSG_BAD_OPTION, argv[optind - 1]);
			return CTL_USAGE;
		default:
			r = set_wish(c, o, optarg);
		}
	}
	if (r == CTL_OK && !c->portrait != !c->output) {
		complain(c, MSG_PORTRAIT_AND_OUTPUT);
		return CTL_USAGE;
	}
	return r;
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
	struct ctl c = { .timeout = 30, .scale = 1, .chinese = message_chinese() };
	int r;

	secret_init();
	setvbuf(stdout, NULL, _IOLBF, 0);
	r = parse_options(&c, argc, argv);
	if (r != CTL_OK)
		return r < 0 ? CTL_OK : r;
	return run(&c, argc - optind, argv + optind);
}
