/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of the module's life cycle use. */
#ifndef IDCARD_LIFE_H
#define IDCARD_LIFE_H

#include "raw.h"

#define LIFE_NODE "/dev/idcardraw0"
#define LIFE_SECOND "/run/idcard-sim/second"

/* A figure, printed behind the test's name. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The test cannot be made here; says so and ends it. */
void skip(const char *reason) __attribute__((noreturn));

/* Drawn from the seed of the test. */
unsigned int pick(unsigned int below);

/* A new simulated reader, not plugged in. The test's end stops it. */
void life_sim(const char *framing);
void life_sim_second(const char *framing);

/* Wait until @condition holds, at most @ms; false if it never did. */
bool wait_for(bool (*condition)(const void *context), const void *context, unsigned int ms);
bool node_there(const void *node);
bool node_gone(const void *node);
/* "exchanges" and other figures of `sim stats`. */
unsigned long sim_stat(const char *key);

/* One line into a file of sysfs or the like: 0 or the negative errno. */
int put(const char *path, const char *text);
/* How the USB core calls the interface of @node, as "1-1:1.0". */
void interface_of(const char *node, char *out, size_t size);
/* Through /dev/bus/usb, as another program would. */
int usbfs_open(const struct idcard_raw_info *info);

int module_unload(void);
void module_load(void);
unsigned int module_users(void);

/* Nothing is left of any reader but the module; then not that either, and it is loaded again. */
void check_nothing_left(void);

/* A whole exchange with the right reply. */
void check_works(struct raw *w);

/*
 * life-unplug.c, life-unload.c, life-states.c, life-sleep.c, life-alloc.c, life-pair.c,
 * life-silent.c
 */
void life_unplug(struct raw *w);
void life_unload_in_use(struct raw *w);
void life_unload_race(struct raw *w);
void life_unbind(struct raw *w);
void life_authorized(struct raw *w);
void life_states(struct raw *w);
void life_reset_race(struct raw *w);
void life_alloc_probe(struct raw *w);
void life_alloc_open(struct raw *w);
void life_alloc_exchange(struct raw *w);
void life_sleep(struct raw *w);
void life_pair(struct raw *w);
void life_silent(struct raw *w);
void life_silent_reset(struct raw *w);
void life_readers(struct raw *w);
void life_leaks(struct raw *w);

#endif
