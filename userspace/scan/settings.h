/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings: /etc/idcard/scanner.conf, which names the keyboards that are scanners. */
#ifndef IDCARD_SCAN_SETTINGS_H
#define IDCARD_SCAN_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "scan/lines.h"

#define SETTINGS_PATH "/etc/idcard/scanner.conf"

enum {
	SETTINGS_MAX = 16,		/* scanners */
	SETTINGS_LABEL_SIZE = 40,
	SETTINGS_NAME_SIZE = 128,
};

/* One section. */
struct setting {
	char label[SETTINGS_LABEL_SIZE];	/* the section, for people: "scanner", "scanner desk 2" */
	bool has_usb;
	uint16_t vendor, product;		/* has_usb */
	char name[SETTINGS_NAME_SIZE];		/* empty: any */
	const char *source;			/* "manual", "qr" */
	enum lines_end end;
	unsigned int given;			/* which keys the section had */
};

struct settings {
	struct setting scanner[SETTINGS_MAX];
	unsigned int n;
};

/* What the kernel says of an input device. */
struct identification {
	uint16_t bus, vendor, product;
	const char *name;
};

/* As config_parse() and config_read(). *@ret is set only on success. */
int settings_parse(const char *text, size_t size, struct settings *ret,
		   struct config_problem *problem);
int settings_read(const char *path, struct settings *ret, struct config_problem *problem);

/*
 * Can the file name a device by @name? A device chooses its name itself, and what is copied from
 * --list into the file must not become another section of it.
 */
bool settings_can_name(const char *name);

/* The first section that names the device, or NULL. */
const struct setting *settings_find(const struct settings *settings,
				    const struct identification *id);

#endif
