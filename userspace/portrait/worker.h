/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Worker: the process that loads the library and calls it, once. */
#ifndef IDCARD_PORTRAIT_WORKER_H
#define IDCARD_PORTRAIT_WORKER_H

#include <sys/types.h>

#include "portrait.h"
#include "settings.h"

enum { WORKER_NOTE_MAX = 200 };

#define WORKER_MAGIC 0x49445057u

/* What it writes into its pipe: this before the library is loaded, */
struct worker_begun {
	uint32_t magic;
	uint32_t layers;		/* of sandbox.h */
	int32_t landlock;
};

/* and this at the end. */
struct worker_answer {
	uint32_t magic;
	uint32_t result;
	uint32_t called;		/* the function came back with @value */
	int32_t value;
	char note[WORKER_NOTE_MAX];	/* for people; never a secret */
	uint8_t rgb[PORTRAIT_RGB_SIZE];
};

/* @pipe: the only way out. @workdir may be NULL. */
_Noreturn void worker_run(const struct settings *s, const char *workdir,
			  const uint8_t block[PORTRAIT_BLOCK_SIZE], pid_t parent, int pipe);

#endif
