// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/user.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "access.h"
#include "util.h"
#include "web/peer.h"

enum {
	CHECK_TRIES = 8,
	CHECK_MS = 1000,
};

void user_of(int fd, struct user *ret)
{
	uid_t uid;

	*ret = (struct user){ .uid = (uid_t)-1, .access = USER_REFUSED };
	if (peer_uid(fd, &uid) < 0)
		return;
	ret->uid = uid;
	if (access_is_member(uid, access_group()))
		ret->access = USER_MEMBER;
	else if (access_at_seat(uid))
		ret->access = USER_SEAT;
}

/* The end at @listener of our connection @fd; those of others who were quicker are closed. */
static int accept_own(int listener, int fd)
{
	struct sockaddr_in own = {}, other = {};
	socklen_t own_size = sizeof(own), other_size = sizeof(other);

	if (getsockname(fd, (struct sockaddr *)&own, &own_size) < 0)
		return -errno;
	for (int i = 0; i < CHECK_TRIES; i++) {
		struct pollfd p = { .fd = listener, .events = POLLIN };
		int end;

		/* Our end may know of the connection before that one does. */
		if (poll(&p, 1, CHECK_MS) <= 0)
			return -ETIMEDOUT;
		end = accept4(listener, (struct sockaddr *)&other, &other_size, SOCK_CLOEXEC);
		if (end < 0)
			return -errno;
		if (other.sin_port == own.sin_port)
			return end;
		safe_close(end);
	}
	return -EBUSY;
}

int user_check(int listener)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP), end = -1;
	static const struct timeval limit = { .tv_usec = CHECK_MS * 1000 - 1 };
	struct sockaddr_in address;
	socklen_t size = sizeof(address);
	uid_t uid;
	int r;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) < 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &size) < 0 ||
	    connect(fd, (struct sockaddr *)&address, size) < 0)
		return -errno;
	end = accept_own(listener, fd);
	r = end < 0 ? end : peer_uid(end, &uid);
	if (r < 0)
		return r;
	return uid == geteuid() ? 0 : -ESRCH;
}

bool user_may_have(const struct user *user)
{
	return user->access == USER_MEMBER ||
	       (user->access == USER_SEAT && access_at_seat(user->uid));
}
