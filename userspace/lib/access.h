/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who may have identities: root, members of group idcard, and the user of the active local
 * seat. Decided by users and groups, never by a process id.
 */
#ifndef IDCARD_ACCESS_H
#define IDCARD_ACCESS_H

#include <stdbool.h>
#include <sys/types.h>

/* The gid of group idcard, or of this process where there is no such group. */
gid_t access_group(void);

/* Root, or a member of @group as the user database has it. */
bool access_is_member(uid_t uid, gid_t group);

/* Is a session of the user the active one of a local seat, now? */
bool access_at_seat(uid_t uid);

#endif
