/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * idcardd as a process, with ASan, between its clients and the simulated reader on a
 * pseudo-terminal; a stand-in for libusb makes that a reader on USB.
 */
#ifndef TEST_DAEMON_RIG_H
#define TEST_DAEMON_RIG_H

#include "tests/unit/test.h"

#include <jansson.h>
#include <sys/types.h>

#include "idcard.h"

/* Paths: of the hub's socket, and of what fake-portrait counts its runs in. */
extern char hub[96], runs[96];
extern pid_t daemon_pid;

/* Once, at the start of the program. */
void rig_begin(void);

int set_up(void **state);
int tear_down(void **state);

void start_daemon(void);
void wait_for(const char *path);
int end(pid_t *pid, int sig);

/* One command to the simulated reader, which must do it. */
void sim(const char *command);

idcard_client *client(void);
idcard_client *watcher(const char *request);
void send_line(idcard_client *c, const char *line);

/* The next object of @class; others are skipped. */
json_t *next(idcard_client *c, const char *class);
void expect(idcard_client *c, const char *class, const char *key, const char *value);

/* "" if there is none. */
const char *word(const json_t *object, const char *key);

/* From here on the administrator has configured a decoder: one that waits at a gate. */
void install_decoder(void);

/* Only when the process waits there: then it is known to run. */
void open_gate(void);

/* The picture of an object with a "portrait". */
size_t decode(const json_t *object, uint8_t *ret, size_t size);

#endif
