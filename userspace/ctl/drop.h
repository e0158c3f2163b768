/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drop: a folder in which the files of one person lie, for a program that wants files. Those of the
 * person before are gone before the first of the next is there, and a file is there whole or not at
 * all.
 *
 * The folder belongs to one running drop at a time: a locked marker file says so, made before the
 * first file and removed after the last. So what a killed drop left is known, and nothing else is
 * ever taken away.
 */
#ifndef IDCARD_CTL_DROP_H
#define IDCARD_CTL_DROP_H

#include <stddef.h>

#include "ctl.h"
#include "identity.h"

struct drop {
	int folder, marker;
};
#define DROP_CLOSED ((struct drop){ -1, -1 })

/* In the order in which they appear: who waits for wz.txt finds the others there. */
enum drop_file {
	DROP_FILE_BMP,
	DROP_FILE_JSON,
	DROP_FILE_WZ,
	_DROP_FILE_MAX,
};

struct drop_content {
	const void *data;	/* NULL: no such file */
	size_t size;
};

/* Takes the folder; made if it is missing. An exit status; what is wrong has been said. */
int drop_open(const struct ctl *c, const char *path, struct drop *ret);

/* All of them, or none. 0 or a negative errno. */
int drop_put(struct drop *d, const struct drop_content files[_DROP_FILE_MAX]);

/* Overwrites and removes what lies there. 0, or the negative errno of the first that stays. */
int drop_wipe(struct drop *d);

/* Wipes, and gives the folder back. */
void drop_close(struct drop *d);
#define _cleanup_drop_ _cleanup_(drop_close)

/*
 * drop-person.c: what an IDENTITY object says, as far as wz.txt needs it. The words in *@ret are
 * those of @object and live with it.
 */
void drop_person(const json_t *object, struct identity *ret);

#endif
