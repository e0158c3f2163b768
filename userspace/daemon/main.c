// SPDX-License-Identifier: GPL-2.0-or-later
/* idcardd: reads cards and hands identities to the clients of its socket. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>

#include "decoder.h"
#include "hub.h"
#include "idcard.h"
#include "keep.h"
#include "log.h"
#include "loop.h"
#include "manager.h"
#include "place.h"
#include "publish.h"
#include "secret.h"
#include "util.h"
#include "watchdog.h"

struct options {
	const char *socket;
	const char *config;	/* NULL: the usual one, which need not be there */
	struct places devices;
};

enum { BACKLOG = 128 };	/* as in idcardd.socket */

struct passed {
	int socket, memory;	/* -1: none */
};

struct daemon {
	sd_event *event;
	struct hub *hub;
	struct keep *keep;
	struct manager *manager;
	struct watchdog *watchdog;
	struct decoder *decoder;
	char portrait_program[256];
	struct publisher publisher;
};

static void daemon_free(struct daemon *d)
{
	/* Readers first: their last events still find a hub. */
	manager_free(d->manager);
	keep_free(d->keep);
	publish_end(&d->publisher);
	hub_free(d->hub);
	decoder_free(d->decoder);
	watchdog_free(d->watchdog);
	sd_event_unref(d->event);
}

static void usage(FILE *f)
{
	fputs("Usage: idcardd [OPTION]...\n"
	      "Reads ID cards and hands the identities to the clients of its socket.\n\n"
	      "  -c, --config FILE       read this file; default " PLACES_CONFIG "\n"
	      "  -d, --device KIND:PATH  take this reader and no other, also none of the file;\n"
	      "                          KIND is node, usb, hid or serial, for serial with\n"
	      "                          ,baud=N ,dialect=sam|stx; may be given several times\n"
	      "  -s, --socket PATH       listen here, unless a socket was passed by systemd;\n"
	      "                          default " IDCARD_SOCKET "\n"
	      "  -l, --log-level LEVEL   error, warning, notice, info (default) or debug\n"
	      "  -h, --help\n"
	      "  -V, --version\n\n"
	      "See idcardd(8).\n", f);
}

/* 1: go on; 0: done; negative: not understood. */
static int parse_options(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "device", required_argument, NULL, 'd' },
		{ "socket", required_argument, NULL, 's' },
		{ "log-level", required_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{},
	};
	int c, level;

	while ((c = getopt_long(argc, argv, "c:d:s:l:hV", longs, NULL)) >= 0) {
		switch (c) {
		case 'c':
			o->config = optarg;
			break;
		case 'd':
			if (o->devices.n == PLACES_MAX ||
			    place_parse(optarg, &o->devices.place[o->devices.n++]) < 0) {
				log_line(LOG_ERR, "not a reader: %s", optarg);
				return -EINVAL;
			}
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
		case 'h':
			usage(stdout);
			return 0;
		case 'V':
			puts("idcardd " IDCARD_VERSION);
			return 0;
		default:
			return -EINVAL;
		}
	}
	return optind == argc ? 1 : -EINVAL;
}

static int bind_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	_cleanup_close_ int fd = -1;
	mode_t mask;
	int r, taken;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (unlink(path) < 0 && errno != ENOENT)
		return -errno;
	/* Anybody may connect and be told why not: access.c decides. */
	mask = umask(0111);
	r = bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
	umask(mask);
	if (r < 0)
		return r;
	if (listen(fd, BACKLOG) < 0)
		return -errno;
	taken = fd;
	fd = -1;
	return taken;
}

/* What systemd passed: its socket, and what the daemon before left there. */
static int take_passed(struct passed *p)
{
	char **names = NULL;
	int n = sd_listen_fds_with_names(1, &names);

	for (int i = 0; i < n; i++) {
		int fd = SD_LISTEN_FDS_START + i;

		if (strcmp(names[i], KEEP_NAME) == 0 && p->memory < 0)
			p->memory = fd;
		else if (p->socket < 0 && sd_is_socket_unix(fd, SOCK_STREAM, 1, NULL, 0) > 0)
			p->socket = fd;
		else
			n = -EINVAL;
	}
	for (char **name = names; name && *name; name++)
		free(*name);
	free(names);
	return n;
}

static void update_watchdog(struct daemon *d)
{
	watchdog_set(d->watchdog, hub_watched(d->hub) || manager_busy(d->manager) ||
		     decoder_busy(d->decoder));
}

/* Runs each time the loop has nothing left to do but to sleep. */
static int before_sleep(sd_event_source *s, void *userdata)
{
	update_watchdog(userdata);
	return 0;
}

static void on_want(const struct reader_want *want, void *userdata)
{
	struct daemon *d = userdata;

	/* A card is remembered only for those who take it again. */
	if (!want->repeat)
		publish_end(&d->publisher);
	manager_set_want(d->manager, want);
}

/* Of those who did not come back yet the next daemon is to know, too. */
static void on_watchers(unsigned int n, void *userdata)
{
	struct daemon *d = userdata;

	if (manager_watchers(d->manager, n) && d->keep)
		keep_set_watchers(d->keep, n);
}

static json_t *on_devices(void *userdata)
{
	struct daemon *d = userdata;

	return manager_to_json(d->manager);
}

static enum idcard_error on_enter(const char *text, enum identity_source source,
				  struct sighting **ret, void *userdata)
{
	struct daemon *d = userdata;

	return publish_entry(&d->publisher, text, source, ret);
}

static int on_portrait(const uint8_t block[PORTRAIT_BLOCK_SIZE], struct sighting **ret,
		       void *userdata)
{
	struct daemon *d = userdata;

	return publish_portrait(&d->publisher, block, ret);
}

static void on_read_again(const void *reader, void *userdata)
{
	struct daemon *d = userdata;

	manager_read_again(d->manager, reader);
}

static void on_picture(void *userdata)
{
	struct daemon *d = userdata;

	hub_pictures_ready(d->hub);
}

static void on_device(struct device *device, enum device_change change, void *userdata)
{
	struct daemon *d = userdata;
	const struct hub_reader is = {
		.name = device_name(device),
		.sam_id = device_sam_id_bytes(device),
		.sam_status = device_sam_status(device),
		.looking = device_looking(device),
	};

	if (change == DEVICE_REMOVED)
		hub_reader_gone(d->hub, device);
	else
		hub_reader_changed(d->hub, device, &is);
	publish_device(&d->publisher, device, change);
}

static void on_card(struct device *device, const struct reader_event *event, void *userdata)
{
	struct daemon *d = userdata;

	hub_reader_event(d->hub, device, event);
	publish_card(&d->publisher, device, event);
}

static int set_up_event_loop(struct daemon *d)
{
	int r = loop_new(&d->event);

	if (r >= 0)
		r = watchdog_new(d->event, &d->watchdog);
	if (r >= 0)
		r = sd_event_add_post(d->event, NULL, before_sleep, d);
	return r;
}

/*
 * idcard-portrait beside this program, wherever both are installed; in the tests what the
 * environment says, which nobody can do with the installed daemon.
 */
static const char *portrait_program(char *room, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", room, size);
	char *slash;

#ifdef IDCARD_TESTING
	if (getenv("IDCARD_PORTRAIT"))
		return getenv("IDCARD_PORTRAIT");
#endif
	slash = n > 0 && (size_t)n < size ? memrchr(room, '/', n) : NULL;
	if (!slash || (size_t)(slash + 1 - room) + sizeof("idcard-portrait") > size)
		return IDCARD_PORTRAIT_PROGRAM;
	strcpy(slash + 1, "idcard-portrait");
	return room;
}

static const char *portrait_config(void)
{
#ifdef IDCARD_TESTING
	if (getenv("IDCARD_PORTRAIT_CONFIG"))
		return getenv("IDCARD_PORTRAIT_CONFIG");
#endif
	return IDCARD_PORTRAIT_CONFIG;
}

static int set_up_decoder(struct daemon *d)
{
	const struct decoder_options options = {
		.program = portrait_program(d->portrait_program, sizeof(d->portrait_program)),
		.config = portrait_config(),
		.deadline_ms = DECODER_DEADLINE_MS,
		.done = on_picture,
		.userdata = d,
	};
	int r = decoder_new(d->event, &options, &d->decoder);

	d->publisher.decoder = d->decoder;
	return r;
}

static int read_config(const struct options *o, struct places *ret)
{
	const char *path = o->config ? o->config : PLACES_CONFIG;
	struct config_problem problem = {};
	int r = places_read(path, ret, &problem);

	if (r == -ENOENT && !o->config)
		return 0;
	if (r < 0 && problem.line)
		log_line(LOG_ERR, "%s, line %u: %s", path, problem.line, problem.text);
	else if (r < 0)
		log_line(LOG_ERR, "%s: %s", path, problem.text);
	return r;
}

/* Those that were named; unless they came as options, all that udev finds as well. */
static int set_up_readers(struct daemon *d, const struct options *o)
{
	struct places named = o->devices;
	int r = 0;

	if (o->devices.n == 0) {
		r = read_config(o, &named);
		if (r < 0)
			return r;
		r = manager_start_udev(d->manager);
		if (r < 0)
			return log_errno(LOG_ERR, r, "udev does not answer");
	}
	for (size_t i = 0; i < named.n; i++) {
		r = manager_add(d->manager, &named.place[i]);
		if (r < 0)
			return log_errno(LOG_ERR, r, "not a reader: %s", named.place[i].path);
	}
	return 0;
}

static int set_up(struct daemon *d, const struct options *o)
{
	const struct hub_backend backend = {
		.want = on_want, .watchers = on_watchers, .devices = on_devices, .enter = on_enter,
		.portrait = on_portrait, .read_again = on_read_again, .userdata = d,
	};
	const struct manager_callbacks callbacks = {
		.device = on_device, .card = on_card, .userdata = d,
	};
	struct passed passed = { -1, -1 };
	int r, fd;

	r = take_passed(&passed);
	if (r < 0)
		return log_errno(LOG_ERR, r, "not what systemd should pass");
	r = set_up_event_loop(d);
	if (r < 0)
		return log_errno(LOG_ERR, r, "no event loop");
	r = hub_new(d->event, &backend, &d->hub);
	if (r < 0)
		return log_errno(LOG_ERR, r, "no hub");
	d->publisher.hub = d->hub;
	r = set_up_decoder(d);
	if (r < 0)
		return log_errno(LOG_ERR, r, "no decoder of portraits");
	r = manager_new(d->event, &callbacks, &d->manager);
	if (r < 0)
		return log_errno(LOG_ERR, r, "no manager");
	r = keep_new(passed.memory, &d->keep);
	if (r < 0)
		log_errno(LOG_WARNING, r, "what was read is not remembered if this daemon is killed");
	manager_set_keep(d->manager, d->keep);
	r = set_up_readers(d, o);
	if (r < 0)
		return r;
	/* Clients last: the first answer they get is already complete. */
	fd = passed.socket < 0 || o->socket ? bind_socket(o->socket ? o->socket : IDCARD_SOCKET) :
					      passed.socket;
	if (fd < 0)
		return log_errno(LOG_ERR, fd, "no socket");
	r = hub_listen(d->hub, fd);
	if (r < 0)
		return log_errno(LOG_ERR, r, "cannot listen");
	if (d->keep && keep_watchers(d->keep))
		manager_await_watchers(d->manager, keep_watchers(d->keep));
	return 0;
}

int main(int argc, char **argv)
{
	struct options options = {};
	struct daemon d = {};
	int r;

	r = parse_options(argc, argv, &options);
	if (r <= 0) {
		if (r < 0)
			usage(stderr);
		return r < 0 ? 2 : 0;
	}
	secret_init();
	r = set_up(&d, &options);
	if (r == 0) {
		sd_notify(0, "READY=1");
		r = sd_event_loop(d.event);
		sd_notify(0, "STOPPING=1");
	}
	daemon_free(&d);
	return r < 0 ? 1 : 0;
}
