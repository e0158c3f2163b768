/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device: the keyboard, made once. It is ready when udev has told the desktop of it: what is typed
 * before that is typed to nobody.
 */
#ifndef IDCARD_WEDGE_DEVICE_H
#define IDCARD_WEDGE_DEVICE_H

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "util.h"
#include "wedge/typist.h"

#define DEVICE_NAME "idcard-wedge keyboard"

struct device;

/* Once: 0, it is ready; or a negative errno, it never will be, and the reason was logged. */
typedef void (*device_ready_t)(void *userdata, int error);

int device_new(sd_event *event, device_ready_t ready, void *userdata, struct device **ret);
struct device *device_free(struct device *d);
DEFINE_CLEANUP(struct device *, device_free)

bool device_ready(const struct device *d);

/* All of it in one write, each key with a report of its own. */
int device_write(struct device *d, const struct burst *burst);

/* As the desktop shows it on its keyboards. */
bool device_caps_lock(const struct device *d);

#endif
