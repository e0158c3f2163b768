// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libusb-floor: the least a program can do with a reader. Synchronous libusb, no
 * claimed interface, no recovery: finds, selects and reads card after card and prints
 * for each record the CLOCK_MONOTONIC microseconds at which it was complete. What the
 * product takes longer than this is its own doing.
 */
#include <getopt.h>
#include <libusb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

static const char usage[] =
	"Usage: libusb-floor [--stream] [--third-party] [--poll MS] [--count N]\n"
	"Prints for every record read the CLOCK_MONOTONIC microseconds when it was complete.\n"
	"\n"
	"  --stream       two endpoints, whole frames; default: head and body apart\n"
	"  --third-party  as a client known from the field does it: sleeps 400 ms after each\n"
	"                 request, 800 ms after a read, then transfers of 200 ms\n"
	"  --poll MS      pause between two finds (default 20)\n"
	"  --count N      end after N records (default: never)\n";

enum {
	HEAD = 7,
	REPLY = 65536,
	PATIENCE_MS = 5000,
	BAD_REPLIES = 20,	/* in a row: give up */
};

struct floor {
	libusb_device_handle *usb;
	bool stream, third_party;
	unsigned int poll_ms;
	unsigned long count;
	uint8_t reply[REPLY];
};

static int out(struct floor *f, uint8_t endpoint, const uint8_t *data, int n)
{
	int done = 0;
	int r = libusb_bulk_transfer(f->usb, endpoint, (uint8_t *)data, n, &done,
				     f->third_party ? 200 : PATIENCE_MS);

	return r || done != n ? -1 : 0;
}

static int in(struct floor *f, uint8_t endpoint, int at)
{
	int done = 0;
	int r = libusb_bulk_transfer(f->usb, endpoint, f->reply + at, REPLY - at, &done,
				     f->third_party ? 200 : PATIENCE_MS);

	return r ? -1 : done;
}

static int receive(struct floor *f)
{
	int head, body;

	head = in(f, 0x81, 0);
	if (f->stream || head != HEAD)
		return head;
	body = in(f, 0x85, HEAD);
	return body < 0 ? body : head + body;
}

/* One exchange. Returns SW3 of a whole reply, or -1. */
static int exchange(struct floor *f, uint8_t command, uint8_t para)
{
	const uint8_t request[] = {
		0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x03, command, para, 0x03 ^ command ^ para,
	};
	uint8_t x = 0;
	int n;

	if (f->stream) {
		if (out(f, 0x02, request, sizeof(request)))
			return -1;
	} else if (out(f, 0x02, request, HEAD) ||
		   out(f, 0x06, request + HEAD, sizeof(request) - HEAD)) {
		return -1;
	}
	if (f->third_party)
		usleep(command == 0x30 ? 800000 : 400000);
	n = receive(f);
	if (n < 11 || n != HEAD + (f->reply[5] << 8 | f->reply[6]))
		return -1;
	for (int i = 5; i < n; i++)
		x ^= f->reply[i];
	return x ? -1 : f->reply[9];
}

/* 1: a record was read, 0: none, -1: something went wrong. */
static int cycle(struct floor *f)
{
	int status = exchange(f, 0x20, 0x01);

	if (status != 0x9f)
		return status < 0 ? -1 : 0;
	if (exchange(f, 0x20, 0x02) != 0x90 || exchange(f, 0x30, 0x01) != 0x90)
		return -1;
	printf("%llu\n", (unsigned long long)now_usec());
	fflush(stdout);
	return 1;
}

static int loop(struct floor *f)
{
	unsigned int bad = 0;
	unsigned long records = 0;

	while (!f->count || records < f->count) {
		int r = cycle(f);

		if (r > 0)
			records++;
		bad = r < 0 ? bad + 1 : 0;
		if (bad == BAD_REPLIES) {
			fputs("libusb-floor: the reader does not answer\n", stderr);
			return EXIT_FAILURE;
		}
		if (r <= 0)
			usleep(f->poll_ms * 1000);
	}
	return EXIT_SUCCESS;
}

static bool parse(int argc, char **argv, struct floor *f)
{
	static const struct option options[] = {
		{ "stream", no_argument, NULL, 's' },
		{ "third-party", no_argument, NULL, 't' },
		{ "poll", required_argument, NULL, 'p' },
		{ "count", required_argument, NULL, 'n' },
		{}
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 's')
			f->stream = true;
		else if (option == 't')
			f->third_party = true;
		else if (option == 'p')
			f->poll_ms = (unsigned int)strtoul(optarg, NULL, 10);
		else if (option == 'n')
			f->count = strtoul(optarg, NULL, 10);
		else
			return false;
	}
	return optind == argc;
}

int main(int argc, char **argv)
{
	static struct floor f = { .poll_ms = 20 };
	libusb_context *context;
	int r;

	if (!parse(argc, argv, &f)) {
		fputs(usage, stderr);
		return 2;
	}
	if (libusb_init(&context))
		return EXIT_FAILURE;
	f.usb = libusb_open_device_with_vid_pid(context, 0x0400, 0xc35a);
	if (!f.usb) {
		fputs("libusb-floor: no reader 0400:c35a that may be opened\n", stderr);
		libusb_exit(context);
		return EXIT_FAILURE;
	}
	r = loop(&f);
	libusb_close(f.usb);
	libusb_exit(context);
	return r;
}
