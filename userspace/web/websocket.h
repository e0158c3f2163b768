/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WebSocket: one connection that speaks it, from the moment on that HTTP has handed it over. */
#ifndef IDCARD_WEB_WEBSOCKET_H
#define IDCARD_WEB_WEBSOCKET_H

#include <stddef.h>
#include <systemd/sd-event.h>

#include "web/ws.h"

enum {
	WEBSOCKET_BACKLOG_MAX = 1024 * 1024,	/* not yet taken by the page */
	WEBSOCKET_CLOSE_S = 2,			/* how long it may take to say goodbye */
	WEBSOCKET_STALL_S = 30,			/* to take what it is sent */
};

struct websocket;

struct websocket_callbacks {
	/* A text message. NUL-terminated, wiped afterwards. */
	void (*message)(void *userdata, const char *text, size_t size);
	/* It is over: to be freed, the descriptor to be given back. Comes once, from the loop. */
	void (*closed)(void *userdata);
};

/* @fd is non-blocking and stays with the caller; @early are bytes that came before. */
int websocket_new(sd_event *event, int fd, const void *early, size_t size,
		  const struct websocket_callbacks *callbacks, void *userdata,
		  struct websocket **ret);
struct websocket *websocket_free(struct websocket *w);

/* A text message. One that takes nothing is closed. */
void websocket_send(struct websocket *w, const char *text, size_t size);

/* Says goodbye; ->closed follows. */
void websocket_close(struct websocket *w, enum ws_code code);

#endif
