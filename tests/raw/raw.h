/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the cases of the raw node's test use. */
#ifndef IDCARD_RAW_TEST_H
#define IDCARD_RAW_TEST_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "frame.h"
#include "uapi/idcard.h"
#include "util.h"

/* A limit of time as this guest needs it: IDCARD_SLOW times @ms (default 1). */
unsigned int slow(unsigned int ms);

/* Within this, a call that must return at once has returned. */
#define SOON_MS slow(1000)

struct raw {
	const char *node;
	int framing;		/* to choose after opening, or -1 */
	int fd;
	uint8_t reply[IDCARD_REPLY_MAX];
};

#define check(expression)                                                                          \
	do {                                                                                       \
		if (!(expression))                                                                 \
			fail(__FILE__, __LINE__, #expression);                                     \
	} while (0)

#define check_errno(expression, error)                                                             \
	do {                                                                                       \
		errno = 0;                                                                         \
		if ((long)(expression) != -1 || errno != (error))                                  \
			fail(__FILE__, __LINE__, #expression " fails with " #error);               \
	} while (0)

void fail(const char *file, int line, const char *what) __attribute__((noreturn));

/* What a failure from here on is to mention: "cycle 3 (read)"; NULL for nothing. */
void raw_note(const char *what, int number, const char *name);

/* Drive the simulated reader; the words of one `sim` command. Its answer, until the next one. */
const char *sim(const char *command);
/* The same for the one at another control socket. */
const char *sim_at(const char *socket, const char *command);

/* Open the node, waiting for it and for its last user if need be. */
void raw_open(struct raw *w, int flags);
void raw_close(struct raw *w);

/* Send a command without data, e.g. 0x11ff. */
ssize_t raw_write(struct raw *w, unsigned int command);
ssize_t raw_read(struct raw *w);

/* The command's reply, whose status must be @status. Returns its size. */
ssize_t raw_exchange(struct raw *w, unsigned int command, uint8_t status);

short raw_poll(struct raw *w, short events, int ms);
struct idcard_raw_info raw_info(struct raw *w);

uint64_t now_ms(void);

/* @work in a thread; raw_join() fails if it is not back within @ms. */
struct raw_thread;
struct raw_thread *raw_start(void (*work)(struct raw *w), struct raw *w);
void raw_join(struct raw_thread *t, unsigned int ms);

/* raw-calls.c, raw-faults.c, raw-power.c, raw-leave.c */
void cases_calls(struct raw *w);
void cases_faults(struct raw *w);
void cases_power(struct raw *w);
void cases_leave(struct raw *w);

/* What a failure from here on is in. */
void raw_case(const char *name);
void run_case(const char *name, void (*run)(struct raw *w), struct raw *w);

#endif
