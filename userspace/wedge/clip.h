/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clip: text for the clipboard of the session at the screen, by way of its helper. Each user has
 * one helper at most; the last one that said so.
 */
#ifndef IDCARD_WEDGE_CLIP_H
#define IDCARD_WEDGE_CLIP_H

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "util.h"
#include "wedge/control.h"

struct clip;

/* The end of what clip_send() began. */
typedef void (*clip_done_t)(void *userdata, bool on_clipboard);

int clip_new(sd_event *event, clip_done_t done, void *userdata, struct clip **ret);
struct clip *clip_free(struct clip *clip);
DEFINE_CLEANUP(struct clip *, clip_free)

void clip_register(struct clip *clip, struct control_client *c);
void clip_forget(struct clip *clip, struct control_client *c);
unsigned int clip_helpers(const struct clip *clip);

/* -ENOENT if the user has no helper. It is to take the text away after @clear_s. */
int clip_send(struct clip *clip, uid_t uid, const char *text, long clear_s);

/* What a helper answered. -EINVAL if nobody asked it. */
int clip_answer(struct clip *clip, struct control_client *c, const json_t *answer);

/* What is on the clipboard was typed: its helper takes it away when its time is over. */
void clip_keep(struct clip *clip);

/* No answer is wanted any more, and the text not there, neither on its way nor untyped. */
void clip_cancel(struct clip *clip);

#endif
