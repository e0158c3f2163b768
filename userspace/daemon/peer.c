// SPDX-License-Identifier: GPL-2.0-or-later
#include "peer.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "access.h"
#include "util.h"

static bool in_supplementary_groups(int fd, gid_t group)
{
	_cleanup_free_ gid_t *groups = NULL;
	socklen_t size = 0;

	/* The first call tells the size. */
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &size) == 0 || errno != ERANGE)
		return false;
	groups = malloc(size);
	if (!groups || getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
		return false;
	for (size_t i = 0; i < size / sizeof(*groups); i++)
		if (groups[i] == group)
			return true;
	return false;
}

enum access access_of_peer(int fd, gid_t group, uid_t *ret_uid)
{
	struct ucred peer = { .uid = (uid_t)-1 };
	socklen_t size = sizeof(peer);

	*ret_uid = (uid_t)-1;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return ACCESS_DENIED;
	*ret_uid = peer.uid;
	if (peer.uid == 0 || peer.gid == group || in_supplementary_groups(fd, group))
		return ACCESS_MEMBER;
	return access_at_seat(peer.uid) ? ACCESS_SEAT : ACCESS_DENIED;
}
