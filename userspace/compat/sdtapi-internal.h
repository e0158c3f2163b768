/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the functions of sdtapi.h have in common. */
#ifndef IDCARD_COMPAT_SDTAPI_INTERNAL_H
#define IDCARD_COMPAT_SDTAPI_INTERNAL_H

#include <stddef.h>
#include <string.h>

#include "sdt.h"
#include "sdtapi.h"
#include "trace.h"

/* Does @work on @port in one piece, opened and closed as iIfOpen says. */
static inline int sdtapi_run(int port, int if_open, int (*work)(int port, void *argument),
			     void *argument)
{
	_cleanup_sdt_lock_ int locked = (sdt_lock(), 0);
	struct sdt_use use;
	int r;

	r = sdt_begin(port, if_open, &use);
	if (r != SDT_OK)
		return r;
	r = work(port, argument);
	sdt_end(&use);
	return r;
}

/* Outputs of a caller, each of which may be NULL. */
static inline void sdtapi_give(unsigned char *to, const void *data, size_t size)
{
	if (to)
		memcpy(to, data, size);
}

static inline void sdtapi_length(unsigned int *to, size_t size)
{
	/* the caller's may lie anywhere */
	unsigned int n = (unsigned int)size;

	if (to)
		memcpy(to, &n, sizeof(n));
}

/* The card of @port into @record, which is secret memory, with fingerprints if they are wanted. */
int sdtapi_read(int port, int if_open, bool fingerprints, struct record *record);

#endif
