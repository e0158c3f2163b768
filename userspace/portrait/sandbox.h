/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sandbox: what the process with the decoder library may do. It needs no rights and no namespaces,
 * so it works below idcardd.service. docs/portrait.md tells what each layer is for.
 */
#ifndef IDCARD_PORTRAIT_SANDBOX_H
#define IDCARD_PORTRAIT_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	LAYER_PRIVILEGES = 1 << 0,	/* no_new_privs, not dumpable */
	LAYER_LIMITS = 1 << 1,		/* core, memory, time, files */
	LAYER_LANDLOCK = 1 << 2,
	LAYER_SECCOMP = 1 << 3,
};

struct sandbox {
	const char *const *read_only;	/* folders, and files, to read; NULL-terminated */
	const char *read_write;		/* the working directory, or NULL */
	bool needs_files;		/* the library is of no use if it cannot write there */
	pid_t parent;
	int keep;			/* the only descriptor to keep; becomes SANDBOX_FD */
};

enum { SANDBOX_FD = 3 };

/*
 * Descriptors, environment, signals, session, and an end with the parent's. 0 or a negative errno.
 * Nothing of the process before is left but memory.
 */
int sandbox_detach(const struct sandbox *box);

/*
 * The layers. Returns those that are in force, or a negative errno if one is missing without
 * which no foreign code may run: LAYER_PRIVILEGES and LAYER_SECCOMP. *@landlock: the version of the
 * kernel's, or a negative errno.
 */
int sandbox_enter(const struct sandbox *box, int *landlock);

/* Parts of sandbox_enter(). */
int sandbox_landlock(const struct sandbox *box, int *version);
int sandbox_seccomp(bool writes);

#endif
