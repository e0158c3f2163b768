// SPDX-License-Identifier: GPL-2.0-or-later
/* idcard-web: identities in a browser, on this computer only. */
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>

#include "idcard.h"
#include "log.h"
#include "loop.h"
#include "secret.h"
#include "stream.h"
#include "web/web.h"

enum { OPTION_ORIGINS = 256, OPTION_STATE, OPTION_PROFILE_PORT };

static const char help[] =
	"Usage: idcard-web [OPTION]...\n"
	"Serves identities to pages in a browser, on 127.0.0.1 and ::1 only.\n\n"
	"  -c, --config PATH             read this instead of " SETTINGS_PATH "\n"
	"      --origins DIR             read *.conf there instead of in " CONSENT_PATH "\n"
	"      --state DIR               remember there what is allowed, instead of in\n"
	"                                $STATE_DIRECTORY or " CONSENT_STATE "\n"
	"  -s, --socket PATH             the socket of idcardd; default " IDCARD_SOCKET "\n"
	"  -p, --port PORT               instead of the port of the configuration\n"
	"      --profile-port NAME=PORT  serve this profile there instead of on the vendor's port\n"
	"  -l, --log-level LEVEL         error, warning, notice, info (default) or debug\n"
	"  -h, --help\n"
	"  -V, --version\n\n"
	"See idcard-web(8).\n";

struct options {
	const char *config, *origins, *state, *socket;
	uint16_t port;					/* 0: that of the configuration */
	uint16_t profile_port[SETTINGS_PROFILES_MAX];	/* 0: the vendor's */
};

static int parse_port(const char *text, uint16_t *ret)
{
	long port;
	int r = config_number(text, 1, UINT16_MAX, &port);

	if (r >= 0)
		*ret = (uint16_t)port;
	return r;
}

static int parse_profile_port(char *text, struct options *o)
{
	char *equals = strchr(text, '=');
	int i;

	if (!equals)
		return -EINVAL;
	*equals = '\0';
	i = settings_profile(text);
	return i < 0 ? -EINVAL : parse_port(equals + 1, &o->profile_port[i]);
}

static int set_option(int c, struct options *o)
{
	int level;

	switch (c) {
	case 'c':
		o->config = optarg;
		return 1;
	case OPTION_ORIGINS:
		o->origins = optarg;
		return 1;
	case OPTION_STATE:
		o->state = optarg;
		return 1;
	case 's':
		o->socket = optarg;
		return 1;
	case 'p':
		return parse_port(optarg, &o->port) < 0 ? -EINVAL : 1;
	case OPTION_PROFILE_PORT:
		return parse_profile_port(optarg, o) < 0 ? -EINVAL : 1;
	case 'l':
		level = log_level_from_string(optarg);
		log_set_level(level);
		return level < 0 ? level : 1;
	case 'h':
		fputs(help, stdout);
		return 0;
	case 'V':
		puts("idcard-web " IDCARD_VERSION);
		return 0;
	default:
		return -EINVAL;
	}
}

/* 1: go on; 0: done; negative: not understood. */
static int parse_options(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "origins", required_argument, NULL, OPTION_ORIGINS },
		{ "state", required_argument, NULL, OPTION_STATE },
		{ "socket", required_argument, NULL, 's' },
		{ "port", required_argument, NULL, 'p' },
		{ "profile-port", required_argument, NULL, OPTION_PROFILE_PORT },
		{ "log-level", required_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{},
	};
	int c, r;

	while ((c = getopt_long(argc, argv, "c:s:p:l:hV", longs, NULL)) >= 0) {
		r = set_option(c, o);
		if (r <= 0)
			return r;
	}
	return optind == argc ? 1 : -EINVAL;
}

/* ---- What the parts tell each other -------------------------------------------------------- */

static void update_watchdog(struct web *web)
{
	watchdog_set(web->watchdog, web->http_busy || web->feed_busy);
}

static void on_http_busy(void *userdata, bool busy)
{
	struct web *web = userdata;

	web->http_busy = busy;
	update_watchdog(web);
}

static void on_feed_busy(void *userdata, bool busy)
{
	struct web *web = userdata;

	web->feed_busy = busy;
	update_watchdog(web);
}

static void on_request(void *userdata, struct http_request *request)
{
	call_begin(request);
}

static void on_gone(void *userdata, struct http_request *request)
{
	call_end(request);
}

static void on_event(void *userdata, const char *class, json_t *object)
{
	events_publish(userdata, class, object);
	talk_publish(userdata, class, object);
}

static void on_changed(void *userdata)
{
	events_status(userdata);
}

static const struct http_callbacks http_callbacks = {
	.request = on_request, .gone = on_gone, .busy = on_http_busy,
};

static const struct feed_callbacks feed_callbacks = {
	.event = on_event, .changed = on_changed, .busy = on_feed_busy,
};

/* ---- Ports --------------------------------------------------------------------------------- */

static int open_own_port(struct web *web, const struct options *o)
{
	int r;

	web->own =
		(struct port){ .web = web, .profile = -1, .number = o->port ?: web->settings.port };
	r = http_listen(web->http, web->own.number, &web->own);
	if (r == -EADDRINUSE)
		log_line(LOG_ERR, "Port %u is taken by another program: end it (ss -ltnp), or set another port in %s",
			 web->own.number, o->config);
	else if (r < 0)
		log_errno(LOG_ERR, r, "Cannot listen on port %u", web->own.number);
	if (r < 0)
		return r;
	r = http_check_users(web->http);
	if (r < 0)
		log_errno(LOG_ERR, r, "The kernel does not tell which user is behind a connection, so that nobody "
			  "gets an answer; is its module tcp_diag there?");
	return 0;
}

static void open_profile(struct web *web, int i)
{
	struct port *port = &web->profile[i];
	int r;

	r = http_listen(web->http, port->number, port);
	if (r < 0) {
		port->error = r == -EADDRINUSE ? "port-taken" : "port-refused";
		log_errno(LOG_ERR, r, "Profile %s: port %u cannot be had, pages of this vendor get no answer%s",
			  profiles[i]->name, port->number,
			  r == -EADDRINUSE ? "; another program has it (ss -ltnp)" : "");
		return;
	}
	log_line(LOG_WARNING, "Profile %s is on, port %u: pages that know the vendor's service can ask for "
		 "identities; each site needs consent", profiles[i]->name, port->number);
}

static void open_profiles(struct web *web, const struct options *o)
{
	for (int i = 0; profiles[i]; i++) {
		web->profile[i] = (struct port){ .web = web, .profile = i };
		web->profile[i].number = o->profile_port[i] ?: profiles[i]->port;
		if (web->settings.profile[i].enabled)
			open_profile(web, i);
	}
}

/* ---- Life ---------------------------------------------------------------------------------- */

static void web_stop(struct web *web)
{
	events_close(web);
	talk_close(web);
	web->http = http_free(web->http);
	web->feed = feed_free(web->feed);
	watchdog_free(web->watchdog);
	sd_event_unref(web->event);
	free(web);
}
DEFINE_CLEANUP(struct web *, web_stop)

static int web_start(const struct options *o, const struct settings *settings, struct web **ret)
{
	_cleanup_(web_stopp) struct web *web = calloc(1, sizeof(*web));
	int r;

	if (!web)
		return -ENOMEM;
	web->settings = *settings;
	r = loop_new(&web->event);
	if (r >= 0)
		r = watchdog_new(web->event, &web->watchdog);
	if (r >= 0)
		r = feed_new(web->event, stream_path(o->socket), &feed_callbacks, web, &web->feed);
	if (r >= 0)
		r = http_new(web->event, &http_callbacks, web, &web->http);
	if (r < 0)
		return log_errno(LOG_ERR, r, "idcard-web cannot start");
	update_watchdog(web);
	consent_load(&web->consent, o->origins, o->state);
	r = open_own_port(web, o);
	if (r < 0)
		return r;
	open_profiles(web, o);
	*ret = web;
	web = NULL;
	return 0;
}

/* The exit status. */
static int serve(const struct options *o)
{
	_cleanup_(web_stopp) struct web *web = NULL;
	struct config_problem problem;
	struct settings settings;
	int r;

	r = settings_read(o->config, &settings, &problem);
	if (r < 0) {
		log_line(LOG_ERR, "%s, line %u: %s", o->config, problem.line,
			 *problem.text ? problem.text : strerror(-r));
		return EX_CONFIG;
	}
	r = web_start(o, &settings, &web);
	if (r < 0)
		return r == -EADDRINUSE ? EX_CONFIG : EXIT_FAILURE;
	sd_notify(0, "READY=1");
	/* web_start() has given it. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
	r = sd_event_loop(web->event);
	sd_notify(0, "STOPPING=1");
	if (r < 0)
		log_errno(LOG_ERR, r, "idcard-web ends");
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct options o = {
		.config = SETTINGS_PATH, .origins = CONSENT_PATH,
		.state = secure_getenv("STATE_DIRECTORY") ?: CONSENT_STATE,
	};
	int r;

	r = parse_options(argc, argv, &o);
	if (r <= 0) {
		if (r < 0)
			fputs(help, stderr);
		return r < 0 ? 2 : EXIT_SUCCESS;
	}
	secret_init();
	signal(SIGPIPE, SIG_IGN);
	return serve(&o);
}
