// SPDX-License-Identifier: GPL-2.0-or-later
/* idcard-portrait: decodes one portrait with the library that came with the user's reader. */
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "check.h"
#include "sandbox.h"
#include "secret.h"
#include "supervisor.h"
#include "trial.h"
#include "util.h"

static const char help[] =
	"Usage: idcard-portrait --check FILE\n"
	"       idcard-portrait [--config FILE] --test [BLOCK]\n"
	"       idcard-portrait [--config FILE]\n"
	"Decodes the portrait of an identity card with the library that came with your reader.\n"
	"\n"
	"  --check FILE   look at a library without loading it, and propose the configuration\n"
	"  --test         try the configuration with an invented block, or the one in the file BLOCK\n"
	"  --config FILE  the configuration (" SETTINGS_PATH ")\n"
	"  -h, --help     this text\n"
	"  -V, --version  the release\n"
	"\n"
	"Without --check and --test it is idcardd that calls: a block of 1024 bytes on standard\n"
	"input, the picture on standard output.\n";

enum { STATUS_USAGE = 2 };

struct options {
	const char *config, *check, *block;
	bool test;
};

/* 1: go on; 0: all said; -EINVAL. */
static int parse(int argc, char **argv, struct options *ret)
{
	static const struct option long_options[] = {
		{ "check", required_argument, NULL, 'k' },
		{ "test", no_argument, NULL, 't' },
		{ "config", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL },
	};
	struct options o = { .config = SETTINGS_PATH };
	int c;

	while ((c = getopt_long(argc, argv, "hV", long_options, NULL)) >= 0) {
		switch (c) {
		case 'k':
			o.check = optarg;
			break;
		case 't':
			o.test = true;
			break;
		case 'c':
			o.config = optarg;
			break;
		case 'h':
			fputs(help, stdout);
			return 0;
		case 'V':
			puts("idcard-portrait " IDCARD_VERSION);
			return 0;
		default:
			return -EINVAL;
		}
	}
	if (o.test && optind < argc)
		o.block = argv[optind++];
	if (optind < argc) {
		fprintf(stderr, "idcard-portrait: unexpected argument %s\n", argv[optind]);
		return -EINVAL;
	}
	*ret = o;
	return 1;
}

static int read_block(uint8_t *block, uint64_t deadline)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	size_t size = 0;
	ssize_t n;
	uint64_t now;

	while (size < PORTRAIT_BLOCK_SIZE) {
		now = now_usec();
		if (now >= deadline || poll(&in, 1, (int)((deadline - now + 999) / 1000)) == 0)
			return -ETIME;
		n = read(STDIN_FILENO, block + size, PORTRAIT_BLOCK_SIZE - size);
		if (n == 0)
			return -ENODATA;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		size += n > 0 ? n : 0;
	}
	return 0;
}

/*
 * Where idcardd has its journal: what the word that goes to the programs does not tell. The note is
 * not for it: the library may have written it, and it knows the portrait and the code.
 */
static void complain(const struct outcome *o)
{
	if (o->began && !(o->begun.layers & LAYER_LANDLOCK))
		fprintf(stderr, "idcard-portrait: Landlock is not there (%s): the library can "
			"read what the user of idcardd can\n", strerror(-o->begun.landlock));
	if (o->began && !(o->begun.layers & LAYER_LIMITS))
		fputs("idcard-portrait: limits of memory and time could not be set\n", stderr);
	if (o->answer.note[0])
		fputs("idcard-portrait: why, is told by: idcard-portrait --test\n", stderr);
}

static int decode(const char *config, const uint8_t *block, uint64_t deadline, struct outcome *o)
{
	_cleanup_secret_ struct settings *s = NULL;
	char problem[SETTINGS_PROBLEM_MAX];
	int r;

	o->result = PORTRAIT_BAD_BLOCK;
	if (!portrait_block_valid(block))
		return 0;
	r = settings_read(config, &s, problem);
	if (r < 0) {
		o->result = r == -ENOENT ? PORTRAIT_NO_DECODER : PORTRAIT_CONFIG;
		if (r != -ENOENT)
			fprintf(stderr, "idcard-portrait: %s\n", problem);
		return 0;
	}
	r = supervise(s, block, deadline, o);
	complain(o);
	return r;
}

static bool write_all(const void *data, size_t size)
{
	const uint8_t *p = data;
	ssize_t n;

	for (; size > 0; size -= n, p += n) {
		n = write(STDOUT_FILENO, p, size);
		if (n < 0 && errno != EINTR)
			return false;
		if (n < 0)
			n = 0;
	}
	return true;
}

static int serve(const char *config)
{
	uint64_t deadline = now_usec() + PORTRAIT_DEADLINE_MS * UINT64_C(1000);
	_cleanup_secret_ uint8_t *block = secret_alloc(PORTRAIT_BLOCK_SIZE);
	_cleanup_secret_ struct outcome *o = secret_alloc(sizeof(*o));
	struct portrait_reply reply = { .magic = PORTRAIT_REPLY_MAGIC };

	if (!block || !o)
		return EXIT_FAILURE;
	if (isatty(STDIN_FILENO)) {
		fputs(help, stderr);
		return STATUS_USAGE;
	}
	/* With the end of idcardd there is nobody to decode for; the folder is removed first. */
	prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	if (read_block(block, deadline) < 0 || decode(config, block, deadline, o) < 0)
		return EXIT_FAILURE;
	reply.result = o->result;
	if (!write_all(&reply, sizeof(reply)) ||
	    (o->result == PORTRAIT_OK && !write_all(o->answer.rgb, PORTRAIT_RGB_SIZE)))
		return EXIT_FAILURE;
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct options o;
	int r = parse(argc, argv, &o);

	if (r == 0)
		return EXIT_SUCCESS;
	if (r < 0) {
		fputs("Try idcard-portrait --help.\n", stderr);
		return STATUS_USAGE;
	}
	secret_init();
	if (o.check)
		return check_library(o.check, stdout);
	if (o.test)
		return trial(o.config, o.block);
	return serve(o.config);
}
