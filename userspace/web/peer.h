/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Peer: the user at the other end of a TCP connection within this computer. Asked of the kernel by
 * the four numbers of the connection, so that no other socket can answer for it.
 */
#ifndef IDCARD_WEB_PEER_H
#define IDCARD_WEB_PEER_H

#include <sys/types.h>

/*
 * The owner of the socket that the connected @fd is connected to. 0 and *@ret, or a negative errno
 * whenever that is in doubt: -ENOENT when it is closed already (the kernel gives root as the owner
 * of what has none), or is none of this network namespace.
 */
int peer_uid(int fd, uid_t *ret);

#endif
