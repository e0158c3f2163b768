// SPDX-License-Identifier: GPL-2.0-or-later
/* The words for kinds and options of transports; without any device, for who only reads them. */
#include <errno.h>
#include <string.h>

#include "transport.h"
#include "util.h"

static const char *const kinds[_TRANSPORT_KIND_MAX] = {
	[TRANSPORT_NODE] = "node",
	[TRANSPORT_USB] = "usb",
	[TRANSPORT_HID] = "hid",
	[TRANSPORT_SERIAL] = "serial",
};

const char *transport_kind_to_string(enum transport_kind kind)
{
	return (unsigned int)kind < _TRANSPORT_KIND_MAX ? kinds[kind] : NULL;
}

/* docs/protocol.md, "Serial". */
static const struct {
	const char *word;
	unsigned int baud;
} bauds[] = {
	{ "115200", 115200 }, { "57600", 57600 }, { "38400", 38400 },
	{ "19200", 19200 },   { "9600", 9600 },
};

static const char *const dialects[_TRANSPORT_DIALECT_MAX] = {
	[TRANSPORT_SAM] = "sam",
	[TRANSPORT_STX] = "stx",
};

static int set_baud(struct transport_options *options, const char *value)
{
	for (size_t i = 0; i < ELEMENTSOF(bauds); i++) {
		if (strcmp(bauds[i].word, value) != 0)
			continue;
		options->baud = bauds[i].baud;
		return 0;
	}
	return -EINVAL;
}

static int set_dialect(struct transport_options *options, const char *value)
{
	for (int i = 0; i < _TRANSPORT_DIALECT_MAX; i++) {
		if (strcmp(dialects[i], value) != 0)
			continue;
		options->dialect = i;
		return 0;
	}
	return -EINVAL;
}

int transport_option(struct transport_options *options, const char *key, const char *value)
{
	if (strcmp(key, "baud") == 0)
		return set_baud(options, value);
	if (strcmp(key, "dialect") == 0)
		return set_dialect(options, value);
	return -ENOENT;
}
