// SPDX-License-Identifier: GPL-2.0-or-later
/* idcard-node: makes /dev/idcard and hands on what idcardd publishes. */
#include <getopt.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <systemd/sd-event.h>

#include "idcard.h"
#include "log.h"
#include "loop.h"
#include "node.h"
#include "secret.h"
#include "stream.h"
#include "util.h"

static const char help[] =
	"Usage: idcard-node [OPTION...]\n"
	"Makes the device /dev/idcard. Started as root by idcard-node.service, it opens /dev/cuse and\n"
	"goes on as another user.\n"
	"\n"
	"  --user NAME    the user to go on as (idcard)\n"
	"  --name NAME    the name of the device below /dev (idcard)\n"
	"  --socket PATH  the socket of idcardd (" IDCARD_SOCKET ")\n"
	"  -h, --help     this text\n"
	"  --version      the release\n";

struct options {
	const char *user, *name, *socket;
};

/* 1: go on; 0: all said; -EINVAL. */
static int parse(int argc, char **argv, struct options *ret)
{
	static const struct option long_options[] = {
		{ "user", required_argument, NULL, 'u' },
		{ "name", required_argument, NULL, 'n' },
		{ "socket", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ NULL },
	};
	struct options o = { .user = "idcard", .name = "idcard" };
	int c;

	while ((c = getopt_long(argc, argv, "h", long_options, NULL)) >= 0) {
		switch (c) {
		case 'u':
			o.user = optarg;
			break;
		case 'n':
			o.name = optarg;
			break;
		case 's':
			o.socket = optarg;
			break;
		case 'h':
			fputs(help, stdout);
			return 0;
		case 'v':
			puts("idcard-node " IDCARD_VERSION);
			return 0;
		default:
			return -EINVAL;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "idcard-node: unexpected argument %s\n", argv[optind]);
		return -EINVAL;
	}
	*ret = o;
	return 1;
}

static int drop_rights(const char *user)
{
	const struct passwd *p;

	errno = 0;
	p = getpwnam(user);
	if (!p || p->pw_uid == 0) {
		log_line(LOG_ERR, "There is no ordinary user %s: run systemd-sysusers", user);
		return -ESRCH;
	}
	if (setgroups(0, NULL) < 0 || setgid(p->pw_gid) < 0 || setuid(p->pw_uid) < 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		return log_errno(LOG_ERR, -errno, "Cannot become user %s", user);
	}
	return 0;
}

static int serve(const struct options *o)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	_cleanup_(node_freep) struct node *node = NULL;
	int r;

	r = node_new(o->name, &node);
	if (r < 0) {
		log_line(LOG_ERR, "Cannot open /dev/cuse: idcard-node must be started as root, and the "
				  "kernel needs the module cuse (modprobe cuse)");
		return r;
	}
	r = drop_rights(o->user);
	if (r < 0)
		return r;
	secret_init();
	r = loop_new(&event);
	if (r >= 0)
		r = node_start(node, event, stream_path(o->socket));
	if (r >= 0)
		r = sd_event_loop(event);
	if (r < 0)
		log_errno(LOG_ERR, r, "idcard-node ends");
	return r;
}

int main(int argc, char **argv)
{
	struct options o;
	int r;

	r = parse(argc, argv, &o);
	if (r <= 0)
		return r < 0 ? 2 : EXIT_SUCCESS;
	return serve(&o) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
