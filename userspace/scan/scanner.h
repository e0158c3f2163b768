/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scanner: one input device that the configuration names, held by this program alone: its keys
 * reach nobody else.
 */
#ifndef IDCARD_SCAN_SCANNER_H
#define IDCARD_SCAN_SCANNER_H

#include <systemd/sd-event.h>

#include "scan/settings.h"

struct scanner;

struct scanner_callbacks {
	/* A whole scan. @text is wiped afterwards. */
	void (*entry)(const struct setting *setting, const char *text, void *userdata);
	/* The device is gone: to be freed. */
	void (*gone)(struct scanner *scanner, void *userdata);
	void *userdata;
};

/*
 * The device @node if @settings name it and nobody else holds it. -ENODEV if it is not named,
 * -ENXIO if it has no keys to type with, -EBUSY if another program holds it. What the person
 * must know is logged. @settings and @callbacks stay with the caller.
 */
int scanner_open(sd_event *event, const char *node, const struct settings *settings,
		 const struct scanner_callbacks *callbacks, struct scanner **ret);
struct scanner *scanner_free(struct scanner *s);

/* The configuration was read again. false: the device is not named any more, to be freed. */
bool scanner_update(struct scanner *s, const struct settings *settings);

const char *scanner_node(const struct scanner *s);

#endif
