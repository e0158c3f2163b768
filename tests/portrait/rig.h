/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rig: idcard-portrait as a process, as idcardd calls it, and its configuration. */
#ifndef IDCARD_TEST_PORTRAIT_RIG_H
#define IDCARD_TEST_PORTRAIT_RIG_H

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <sys/types.h>

#include <cmocka.h>

#include "portrait.h"

enum { RIG_TEXT_MAX = 16384 };

/* Where the libraries are, and a folder of this run. Both end without a slash. */
extern char rig_libraries[PATH_MAX], rig_folder[PATH_MAX];

/* Setup and teardown of a group; the latter fails if a process or a file is left. */
int rig_setup(void **state);
int rig_teardown(void **state);

extern const uint8_t rig_block[PORTRAIT_BLOCK_SIZE];

struct run {
	pid_t pid;
	int in, out, err;
	int status;
	size_t size;
	uint8_t said[PORTRAIT_RGB_SIZE + 4096];	/* on standard output; ends with a zero */
	char errors[RIG_TEXT_MAX];
};

/* Writes a configuration of this text, mode 0600; the file's name. Later ones replace it. */
const char *rig_config(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* System calls that fail with EPERM, as below a service's filter; NULL-terminated. */
extern const char *const *rig_denied;

/* Starts the program; the list of arguments ends with NULL. */
void rig_start(struct run *run, const char *arg, ...) __attribute__((sentinel));
/* Gives it @size bytes and the end of input, and waits. */
void rig_finish(struct run *run, const void *in, size_t size);

/* One picture, start to end: the result. */
enum portrait_result rig_decode(struct run *run, const char *config);
/* What @run, that ended, has answered. */
enum portrait_result rig_result(const struct run *run);

/* Is the picture that of picture.h, turned so? */
bool rig_is_picture(const struct run *run, bool swapped, bool flipped, bool mirrored);

#endif
