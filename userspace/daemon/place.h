/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place: where a reader is and how it is spoken to. Udev finds most; the administrator names the
 * others in /etc/idcard/idcardd.conf, or one for a test as --device.
 */
#ifndef IDCARDD_PLACE_H
#define IDCARDD_PLACE_H

#include "config.h"
#include "transport/transport.h"

#define PLACES_CONFIG "/etc/idcard/idcardd.conf"

enum {
	PLACE_PATH_SIZE = 256,
	PLACES_MAX = 16,
};

struct place {
	enum transport_kind kind;
	char path[PLACE_PATH_SIZE];
	struct transport_options options;
};

struct places {
	struct place place[PLACES_MAX];
	size_t n;
};

/* "node:/dev/idcardraw0", "serial:/dev/ttyUSB0,baud=9600,dialect=stx". 0 or -EINVAL. */
int place_parse(const char *spec, struct place *ret);

/* The [serial] readers. As config_parse() and config_read(); *@ret is set only on success. */
int places_parse(const char *text, size_t size, struct places *ret, struct config_problem *problem);
int places_read(const char *path, struct places *ret, struct config_problem *problem);

#endif
