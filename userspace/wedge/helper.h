/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Helper: "idcard-wedge --clipboard", which runs in the user's session, where the clipboard is. It
 * takes text from the wedge, which sends it only while this user's session is at the screen.
 */
#ifndef IDCARD_WEDGE_HELPER_H
#define IDCARD_WEDGE_HELPER_H

#include <systemd/sd-event.h>

#include "util.h"

struct helper;

/* @path is the control socket, and stays with the caller. */
int helper_new(sd_event *event, const char *path, struct helper **ret);
struct helper *helper_free(struct helper *h);
DEFINE_CLEANUP(struct helper *, helper_free)

#endif
