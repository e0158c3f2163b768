// SPDX-License-Identifier: GPL-2.0-or-later
/* idcard-sim: a simulated ID-card reader for tests. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "control.h"
#include "pty.h"
#include "usbip.h"
#include "util.h"
#include "vhci.h"

static const char usage[] =
	"Usage: idcard-sim [OPTION...]\n"
	"A simulated ID-card reader for tests; drive it with sim.\n"
	"\n"
	"  --front vhci|pty     USB through vhci_hcd (default), or a pseudo-terminal\n"
	"  --framing split|stream|stream-first|stream-last|hid-raw|hid-length|acm\n"
	"                       how frames travel on USB: head and body apart on four\n"
	"                       endpoints (default); whole on two; whole on the first or\n"
	"                       the last pair of four; in HID reports, without or with a\n"
	"                       byte that counts; on a serial line\n"
	"  --dialect sam|stx    on a serial line: the frames of the SAM (default), or those of\n"
	"                       a multi-in-one reader\n"
	"  --socket PATH        control socket (default $IDCARD_SIM, else\n"
	"                       /run/idcard-sim/control)\n"
	"  --personas DIR       where the persons are (default tests/personas)\n"
	"  --pty-link PATH      symbolic link to the terminal\n"
	"  --pty-owner USER     to whom the terminal belongs\n"
	"  --scale X            all durations of the SAM times X (default 1)\n"
	"  --port N             always the same port of the virtual USB controller\n"
	"  --sam-number N       added to the last part of the reserved SAM number\n"
	"  --seed N             of the random faults (default 1)\n"
	"  --plug               plug in at the start\n"
	"  --help               this text\n";

struct settings {
	const char *front, *socket, *personas, *pty_link, *pty_owner;
	int framing;
	int port;
	bool stx;
	double scale;
	uint32_t sam_number;
	uint64_t seed;
	bool plug;
};

static int wrong(const char *option)
{
	fprintf(stderr, "idcard-sim: wrong value for %s; see --help\n", option);
	return -EINVAL;
}

static int parse_number(const char *option, const char *s, double most, double *ret)
{
	char *end;

	*ret = strtod(s, &end);
	return *end || end == s || !(*ret >= 0 && *ret <= most) ? wrong(option) : 0;
}

static int set_option(struct settings *s, int option, const char *value)
{
	double number = 0;
	int r = 0;

	switch (option) {
	case 'f':
		s->front = value;
		return strcmp(value, "vhci") && strcmp(value, "pty") ? wrong("--front") : 0;
	case 'm':
		s->framing = usb_framing_from_string(value);
		return s->framing < 0 ? wrong("--framing") : 0;
	case 'd':
		s->stx = !strcmp(value, "stx");
		return s->stx || !strcmp(value, "sam") ? 0 : wrong("--dialect");
	case 's':
		s->socket = value;
		return 0;
	case 'p':
		s->personas = value;
		return 0;
	case 'l':
		s->pty_link = value;
		return 0;
	case 'o':
		s->pty_owner = value;
		return 0;
	case 'x':
		return parse_number("--scale", value, 1000, &s->scale);
	case 'n':
		r = parse_number("--sam-number", value, 1000000, &number);
		s->sam_number = (uint32_t)number;
		return r;
	case 'b':
		r = parse_number("--port", value, 127, &number);
		s->port = (int)number;
		return r;
	case 'r':
		r = parse_number("--seed", value, 1e15, &number);
		s->seed = (uint64_t)number;
		return r;
	case 'P':
		s->plug = true;
		return 0;
	case 'h':
		fputs(usage, stdout);
		return 1;
	default:
		return -EINVAL;
	}
}

/* 0 to go on, 1 when everything is said, negative when an option is wrong. */
static int parse(int argc, char **argv, struct settings *s)
{
	static const struct option options[] = {
		{ "front", required_argument, NULL, 'f' },
		{ "framing", required_argument, NULL, 'm' },
		{ "dialect", required_argument, NULL, 'd' },
		{ "socket", required_argument, NULL, 's' },
		{ "personas", required_argument, NULL, 'p' },
		{ "pty-link", required_argument, NULL, 'l' },
		{ "pty-owner", required_argument, NULL, 'o' },
		{ "scale", required_argument, NULL, 'x' },
		{ "port", required_argument, NULL, 'b' },
		{ "sam-number", required_argument, NULL, 'n' },
		{ "seed", required_argument, NULL, 'r' },
		{ "plug", no_argument, NULL, 'P' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	int option, r;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		r = set_option(s, option, optarg);
		if (r)
			return r;
	}
	if (s->stx && strcmp(s->front, "pty") && s->framing != USB_ACM)
		return wrong("--dialect (stx needs --front pty or --framing acm)");
	return optind < argc ? wrong(argv[optind]) : 0;
}

static int make_front(sd_event *event, struct reader *reader, const struct settings *s)
{
	if (!strcmp(s->front, "pty"))
		return pty_new(event, reader, s->pty_link, s->pty_owner);
	return usbip_new(event, reader, (enum usb_framing)s->framing, s->port);
}

/* The directory of the default socket does not exist on a fresh system. */
static void make_directory(const char *socket)
{
	char path[108];
	char *slash;

	if (snprintf(path, sizeof(path), "%s", socket) >= (int)sizeof(path))
		return;
	slash = strrchr(path, '/');
	if (slash && slash != path) {
		*slash = 0;
		mkdir(path, 0755);
	}
}

static int serve(sd_event *event, struct reader *reader, const struct settings *s)
{
	struct control *control = NULL;
	int r;

	make_directory(s->socket);
	r = control_new(event, reader, s->socket, s->personas, &control);
	if (r < 0) {
		fprintf(stderr, "idcard-sim: cannot listen at %s: %s\n", s->socket, strerror(-r));
		return r;
	}
	if (s->plug)
		r = reader_plug(reader);
	if (r < 0) {
		fprintf(stderr, "idcard-sim: cannot plug in: %s%s\n", strerror(-r),
			r == -ENODEV ? "; modprobe vhci_hcd" : "");
	} else {
		sd_notify(0, "READY=1");
		r = sd_event_loop(event);
	}
	control_free(control);
	return r;
}

static int run(const struct settings *s)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	_cleanup_free_ struct reader *reader = calloc(1, sizeof(*reader));
	sigset_t signals;
	int r;

	if (!reader)
		return -ENOMEM;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	r = sd_event_default(&event);
	if (r >= 0)
		r = sd_event_add_signal(event, NULL, SIGTERM, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(event, NULL, SIGINT, NULL, NULL);
	if (r >= 0)
		r = reader_init(reader, event, s->seed, s->sam_number);
	if (r < 0)
		return r;
	reader->sam.options.scale = s->scale;
	reader->speaks_stx = s->stx;
	r = make_front(event, reader, s);
	if (r >= 0)
		r = serve(event, reader, s);
	reader_done(reader);
	return r;
}

int main(int argc, char **argv)
{
	struct settings s = {
		.front = "vhci",
		.socket = getenv("IDCARD_SIM") ?: "/run/idcard-sim/control",
		.personas = "tests/personas",
		.framing = USB_SPLIT,
		.port = VHCI_ANY_PORT,
		.scale = 1,
		.seed = 1,
	};
	int r = parse(argc, argv, &s);

	if (r)
		return r < 0 ? 2 : 0;
	return run(&s) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
