/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tool: the desktop's own program for the clipboard: wl-copy, xclip or xsel. The text goes to it
 * through a pipe, never as an argument, and is taken away again by ending the process that offers
 * it; what the user has copied since then is left alone, as that process is gone by then.
 */
#ifndef IDCARD_WEDGE_TOOL_H
#define IDCARD_WEDGE_TOOL_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "util.h"

struct tool;

/* The end of tool_copy(); not called within it. */
typedef void (*tool_done_t)(void *userdata, bool on_clipboard);

/* Makes this process the one that inherits its orphans. Blocks SIGCHLD. */
int tool_new(sd_event *event, tool_done_t done, void *userdata, struct tool **ret);
struct tool *tool_free(struct tool *t);
DEFINE_CLEANUP(struct tool *, tool_free)

/*
 * Puts @text on the clipboard for @clear_s seconds. One at a time: the one before is taken away,
 * and its end not told. A negative errno: -ENOENT without a program or a desktop.
 */
int tool_copy(struct tool *t, const char *text, unsigned int clear_s);

/* Takes the text away now. */
void tool_clear(struct tool *t);

#endif
