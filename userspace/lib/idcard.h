/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libidcard: identities of cards placed on a reader, from the daemon idcardd.
 *
 * Functions return 0 or more, or a negative errno. Strings are UTF-8, NUL-terminated. A handle
 * belongs to one thread at a time. Nothing blocks unless it takes a timeout.
 *
 *	idcard_client *c;
 *	idcard_client_open(NULL, &c);
 *	idcard_client_send(c, "{\"class\":\"WATCH\",\"id\":1}");
 *	while (idcard_client_receive(c, -1, &line) > 0)
 *		puts(line);
 *	idcard_client_close(c);
 */
#ifndef IDCARD_H
#define IDCARD_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IDCARD_SOCKET "/run/idcard/socket"	/* overridden by $IDCARD_SOCKET */

typedef struct idcard_client idcard_client;

/*
 * Connect to the daemon. @path NULL: the socket above. The server's greeting is checked: the first
 * line that idcard_client_receive() gives is what came after it. Waits at most 5 s for it.
 *	-ENOENT, -ECONNREFUSED	no daemon
 *	-EACCES			this user may not use the reader
 *	-EPROTO			not our daemon, or an incompatible version
 *	-ETIMEDOUT		no greeting
 */
int idcard_client_open(const char *path, idcard_client **ret);

/* Wipes what was received and not read. Returns NULL. NULL is fine. */
idcard_client *idcard_client_close(idcard_client *c);

/* To poll: readable when idcard_client_receive(c, 0, ...) may have something. */
int idcard_client_fd(const idcard_client *c);

/* The release of the daemon, "0.1.0". Belongs to the handle. */
const char *idcard_client_release(const idcard_client *c);

/* Queue and send one line (@json without the newline). -EPIPE when the daemon is gone. */
int idcard_client_send(idcard_client *c, const char *json);

/*
 * The next line, without its newline. Waits at most @timeout_ms (-1: for ever, 0: not at all).
 * 1 and *@ret, valid until the next call and wiped by it; 0 when there is none in time;
 * -EPIPE when the daemon closed; -EMSGSIZE when a line is longer than 1 MiB.
 */
int idcard_client_receive(idcard_client *c, int timeout_ms, const char **ret);

#ifdef __cplusplus
}
#endif

#endif
