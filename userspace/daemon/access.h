/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may use the hub: root, members of group idcard, and the user of the active local seat.
 * Decided by the uid and groups of the connecting process, never by its pid.
 */
#ifndef IDCARDD_ACCESS_H
#define IDCARDD_ACCESS_H

#include <stdbool.h>
#include <sys/types.h>

enum access {
	ACCESS_DENIED,
	ACCESS_SEAT,	/* as long as the user's session is the active one of its seat */
	ACCESS_MEMBER,	/* root, group member: for as long as the connection lasts */
};

/* What the process at the other end of the connected socket @fd may do. *@ret_uid always set. */
enum access access_of_peer(int fd, gid_t group, uid_t *ret_uid);

/* Is a session of the user the active one of a local seat, now? */
bool access_at_seat(uid_t uid);

/* The gid of group idcard, or of this process where there is no such group. */
gid_t access_group(void);

#endif
