/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ports: which reader a number of the vendor interface means. */
#ifndef IDCARD_COMPAT_SDT_PORTS_H
#define IDCARD_COMPAT_SDT_PORTS_H

#include <stddef.h>

#include "libidcard-json.h"
#include "options.h"

/* A place in a table of ports, or -EINVAL for a number that no reader can have. */
enum { PORTS_COUNT = 16 + 16 + 1 };
int port_index(int port);

/*
 * The reader behind @port, of the reply to DEVICES. 0 and its name, or -ENODEV: nothing is plugged
 * in there.
 */
int port_find(const struct json_text *devices, const struct compat_options *options, int port,
	      char *ret, size_t size);

#endif
