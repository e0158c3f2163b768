/* SPDX-License-Identifier: GPL-2.0-or-later */
/* User: who is behind a connection, and whether that user may have identities now. */
#ifndef IDCARD_WEB_USER_H
#define IDCARD_WEB_USER_H

#include <stdbool.h>
#include <sys/types.h>

enum user_access {
	USER_REFUSED,
	USER_MEMBER,	/* root, or in group idcard */
	USER_SEAT,	/* the user of the active seat, for as long as that is so */
};

struct user {
	uid_t uid;	/* (uid_t)-1: not known */
	enum user_access access;
};

/* Of the connected socket @fd. In doubt refused. */
void user_of(int fd, struct user *ret);

/*
 * Does the kernel tell, here? Asked of a connection of our own to @listener, on 127.0.0.1, of which
 * nobody accepts meanwhile. 0 or a negative errno.
 */
int user_check(int listener);

/* The seat may have passed to another user since. */
bool user_may_have(const struct user *user);

#endif
