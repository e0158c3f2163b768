// SPDX-License-Identifier: GPL-2.0-or-later
/* idcard-wedge: types what a card says. */
#include <getopt.h>
#include <stdio.h>
#include <systemd/sd-daemon.h>

#include "idcard.h"
#include "log.h"
#include "loop.h"
#include "secret.h"
#include "stream.h"
#include "wedge/helper.h"
#include "wedge/wedge.h"

static const char help[] =
	"Usage: idcard-wedge [OPTION]...\n"
	"Types what an ID card says into the window in front, as a keyboard. See wedge.conf(5).\n\n"
	"  -c, --config PATH      read this instead of " WEDGE_SETTINGS_PATH "\n"
	"  -s, --socket PATH      the socket of idcardd; default " IDCARD_SOCKET "\n"
	"      --control PATH     the socket for idcardctl; default " CONTROL_SOCKET "\n"
	"  -l, --log-level LEVEL  error, warning, notice, info (default) or debug\n"
	"      --check            check the file, and end\n"
	"      --clipboard        be the helper of the clipboard in a user's session\n"
	"  -h, --help\n"
	"  -V, --version\n\n"
	"See idcard-wedge(8).\n";

struct options {
	const char *config;
	struct wedge_options wedge;
	bool check, clipboard;
};

/* 1: go on; 0: done; negative: not understood. */
static int parse_options(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "socket", required_argument, NULL, 's' },
		{ "control", required_argument, NULL, 'C' },
		{ "log-level", required_argument, NULL, 'l' },
		{ "check", no_argument, NULL, 'K' },
		{ "clipboard", no_argument, NULL, 'B' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{},
	};
	int c, level;

	while ((c = getopt_long(argc, argv, "c:s:l:hV", longs, NULL)) >= 0) {
		switch (c) {
		case 'c':
			o->config = optarg;
			break;
		case 's':
			o->wedge.socket = optarg;
			break;
		case 'C':
			o->wedge.control = optarg;
			break;
		case 'l':
			level = log_level_from_string(optarg);
			if (level < 0)
				return level;
			log_set_level(level);
			break;
		case 'K':
			o->check = true;
			break;
		case 'B':
			o->clipboard = true;
			break;
		case 'h':
			fputs(help, stdout);
			return 0;
		case 'V':
			puts("idcard-wedge " IDCARD_VERSION);
			return 0;
		default:
			return -EINVAL;
		}
	}
	return optind == argc ? 1 : -EINVAL;
}

static int read_settings(const char *path, struct settings *ret)
{
	struct config_problem problem;
	int r = wedge_settings_read(path, ret, &problem);

	if (r >= 0)
		return 0;
	if (!*problem.text)
		log_errno(LOG_ERR, r, "%s", path);
	else if (problem.line)
		log_line(LOG_ERR, "%s, line %u: %s", path, problem.line, problem.text);
	else
		log_line(LOG_ERR, "%s: %s", path, problem.text);
	return r;
}

static int check(const struct settings *s)
{
	const struct profile *first = wedge_settings_first(s);

	printf("enabled: %s\n", s->enabled ? "yes" : "no");
	for (unsigned int i = 0; i < s->n; i++) {
		const struct profile *p = &s->profile[i];

		printf("%s%s: %s%s%s%s\n", p->label, p == first ? " (chosen)" : "", p->prefix,
		       p->body, p->suffix, p->terminator);
	}
	return 0;
}

static int serve(const struct settings *settings, const struct options *o)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	_cleanup_(wedge_freep) struct wedge *wedge = NULL;
	int r;

	r = loop_new(&event);
	if (r >= 0)
		r = wedge_new(event, settings, &o->wedge, &wedge);
	if (r >= 0) {
		r = sd_event_loop(event);
		sd_notify(0, "STOPPING=1");
	}
	return r;
}

static int help_clipboard(const struct options *o)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	_cleanup_(helper_freep) struct helper *helper = NULL;
	int r;

	r = loop_new(&event);
	if (r >= 0)
		r = helper_new(event, o->wedge.control, &helper);
	return r < 0 ? r : sd_event_loop(event);
}

static int run(const struct options *o)
{
	_cleanup_free_ struct settings *settings = NULL;
	int r;

	if (!o->check)
		secret_init();
	if (o->clipboard) {
		r = help_clipboard(o);
	} else {
		settings = calloc(1, sizeof(*settings));
		r = settings ? read_settings(o->config, settings) : -ENOMEM;
		if (r < 0)
			return r;
		r = o->check ? check(settings) : serve(settings, o);
	}
	if (r < 0)
		log_errno(LOG_ERR, r, "idcard-wedge ends");
	return r;
}

int main(int argc, char **argv)
{
	struct options o = { .config = WEDGE_SETTINGS_PATH, .wedge.control = CONTROL_SOCKET };
	int r;

	r = parse_options(argc, argv, &o);
	if (r <= 0) {
		if (r < 0)
			fputs(help, stderr);
		return r < 0 ? 2 : EXIT_SUCCESS;
	}
	o.wedge.socket = stream_path(o.wedge.socket);
	return run(&o) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
