/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Supervisor: runs one worker, for so long and no longer, and tells how it ended. */
#ifndef IDCARD_PORTRAIT_SUPERVISOR_H
#define IDCARD_PORTRAIT_SUPERVISOR_H

#include "portrait.h"
#include "settings.h"
#include "worker.h"

struct outcome {
	enum portrait_result result;
	bool began;			/* @begun is set: the sandbox stood */
	struct worker_begun begun;
	bool has_workdir;
	struct worker_answer answer;	/* empty if the library did not come back */
};

/*
 * Decodes @block until @deadline (now_usec()). 0 and *@ret, or -EINTR if this process shall end.
 * Nothing of the worker is left: no process, no file.
 */
int supervise(const struct settings *s, const uint8_t block[PORTRAIT_BLOCK_SIZE],
	      uint64_t deadline, struct outcome *ret);

#endif
