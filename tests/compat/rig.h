/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rig: idcardd with a simulated reader, in a folder of its own, for the tests of the vendor
 * libraries. What the libraries look for is in the environment: IDCARD_SOCKET,
 * IDCARD_COMPAT_CONF; and IDCARD_SIM for the simulated reader. Ends the program if something of it
 * does not work.
 */
#ifndef TEST_COMPAT_RIG_H
#define TEST_COMPAT_RIG_H

#include <stdbool.h>
#include <sys/types.h>

struct rig_setup {
	/* NULL: on USB, port 1001, through a stand-in for libusb. "serial": port 2. */
	const char *transport;
	/* NULL: no decoder is configured. Else one of tests/daemon/fake-portrait.c, as "whole". */
	const char *decoder;
	/* More for compat.conf: "[card]\nrepeat = yes\n". May be NULL. */
	const char *options;
};

/* The working directory becomes a new empty folder, RIG_FILES in the rig's. */
void rig_start(const struct rig_setup *setup);

/* 0 if the daemon ended well, which with ASan is the word that it kept its memory in order. */
int rig_stop(void);

/* One command for the simulated reader, "place resident". */
__attribute__((format(printf, 1, 2))) void rig_sim(const char *format, ...);

void rig_daemon_start(void);
int rig_daemon_end(int signal);
pid_t rig_daemon(void);

/* Below the folder of the rig. Valid until rig_stop(). */
const char *rig_path(const char *name);

#endif
