// SPDX-License-Identifier: GPL-2.0-or-later
/* idcard-scan: keyboard-type scanners become entries of idcardd. */
#include <getopt.h>
#include <stdio.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "idcard.h"
#include "log.h"
#include "loop.h"
#include "scan/devices.h"
#include "scan/settings.h"
#include "secret.h"
#include "stream.h"
#include "util.h"

static const char help[] =
	"Usage: idcard-scan [OPTION]...\n"
	"Holds the keyboard-type scanners that scanner.conf(5) names, and hands what they scan to idcardd.\n\n"
	"  -c, --config PATH      read this instead of " SETTINGS_PATH "\n"
	"  -s, --socket PATH      the socket of idcardd; default " IDCARD_SOCKET "\n"
	"  -l, --log-level LEVEL  error, warning, notice, info (default) or debug\n"
	"      --list             check the file, print the keyboards that are there as sections of it\n"
	"      --udev SYSPATH     for the udev rule: say whether this device is named\n"
	"  -h, --help\n"
	"  -V, --version\n\n"
	"See idcard-scan(8).\n";

struct options {
	const char *config, *socket, *udev;
	bool list;
};

/* 1: go on; 0: done; negative: not understood. */
static int parse_options(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "socket", required_argument, NULL, 's' },
		{ "log-level", required_argument, NULL, 'l' },
		{ "list", no_argument, NULL, 'L' },
		{ "udev", required_argument, NULL, 'u' },
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
			o->socket = optarg;
			break;
		case 'l':
			level = log_level_from_string(optarg);
			if (level < 0)
				return level;
			log_set_level(level);
			break;
		case 'L':
			o->list = true;
			break;
		case 'u':
			o->udev = optarg;
			break;
		case 'h':
			fputs(help, stdout);
			return 0;
		case 'V':
			puts("idcard-scan " IDCARD_VERSION);
			return 0;
		default:
			return -EINVAL;
		}
	}
	return optind == argc ? 1 : -EINVAL;
}

static int serve(const struct options *o)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	_cleanup_(delivery_freep) struct delivery *delivery = NULL;
	_cleanup_(devices_freep) struct devices *devices = NULL;
	int r;

	secret_init();
	r = loop_new(&event);
	if (r >= 0)
		r = delivery_new(event, stream_path(o->socket), &delivery);
	if (r >= 0)
		r = devices_new(event, o->config, delivery, &devices);
	if (r >= 0) {
		sd_notify(0, "READY=1");
		r = sd_event_loop(event);
		sd_notify(0, "STOPPING=1");
	}
	if (r < 0)
		log_errno(LOG_ERR, r, "idcard-scan ends");
	return r;
}

int main(int argc, char **argv)
{
	struct options o = { .config = SETTINGS_PATH };
	int r;

	r = parse_options(argc, argv, &o);
	if (r <= 0) {
		if (r < 0)
			fputs(help, stderr);
		return r < 0 ? 2 : EXIT_SUCCESS;
	}
	if (o.udev)
		r = devices_mark(o.config, o.udev);
	else if (o.list)
		r = devices_list(o.config);
	else
		r = serve(&o);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
