/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the process at the other end of a socket may do: lib/access.h, asked of the kernel. */
#ifndef IDCARDD_PEER_H
#define IDCARDD_PEER_H

#include <sys/types.h>

enum access {
	ACCESS_DENIED,
	ACCESS_SEAT,	/* as long as the user's session is the active one of its seat */
	ACCESS_MEMBER,	/* root, group member: for as long as the connection lasts */
};

/* The peer of the connected socket @fd. *@ret_uid is always set. */
enum access access_of_peer(int fd, gid_t group, uid_t *ret_uid);

#endif
