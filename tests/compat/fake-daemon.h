/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A daemon that answers what a test wants it to: nonsense, nothing, or the end of the
 * connection.
 */
#ifndef TEST_COMPAT_FAKE_DAEMON_H
#define TEST_COMPAT_FAKE_DAEMON_H

#include <sys/types.h>

struct fake_answer {
	/* Of the request. NULL: the greeting. The last answer of a list is {}. */
	const char *class;
	/* "%u" is the id. NULL: none, and the connection is closed. "": none. */
	const char *text;
};

/* Listens at @path in a process of its own, until it is killed. */
pid_t fake_daemon(const char *path, const struct fake_answer *answers);

#endif
