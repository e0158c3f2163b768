/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hub client: the connection to idcardd, kept only while it is wanted, and made again when the
 * daemon goes. Without a wish for it there is no descriptor and no timer.
 */
#ifndef IDCARD_HUBCLIENT_H
#define IDCARD_HUBCLIENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "util.h"

struct hubclient;

/* Must not call hubclient_want() or hubclient_free(). Those that may be NULL say so. */
struct hubclient_callbacks {
	/* The greeting came: requests can be sent. */
	void (*ready)(void *userdata);
	/* The connection is gone, and with it every request. @error: -EACCES or -ECONNRESET. */
	void (*lost)(void *userdata, int error);
	/* An IDENTITY that is an event, byte for byte; valid during the call. Or NULL. */
	void (*identity)(void *userdata, const char *line, size_t size);
	/* The reply to request @id: 0 or a negative errno. Or NULL. */
	void (*reply)(void *userdata, uint64_t id, int error);
	/* Every object that is an event, also an IDENTITY. Or NULL. */
	void (*event)(void *userdata, const char *class, json_t *object);
	/* The reply to request @id whole, an ERROR too; its "id" is gone. Or NULL. */
	void (*answer)(void *userdata, uint64_t id, const char *class, json_t *object);
};

/* @path and @callbacks stay with the caller. */
int hubclient_new(sd_event *event, const char *path, const struct hubclient_callbacks *callbacks,
		  void *userdata, struct hubclient **ret);
struct hubclient *hubclient_free(struct hubclient *h);
DEFINE_CLEANUP(struct hubclient *, hubclient_free)

/* Connect, and stay connected; or let go. */
void hubclient_want(struct hubclient *h, bool want);

bool hubclient_ready(const struct hubclient *h);

/*
 * Only when ready; each request has an id of its own. A negative errno: it was not sent. @source as
 * in docs/socket.md, NULL: by hand.
 */
int hubclient_watch(struct hubclient *h, uint64_t id);
int hubclient_enter(struct hubclient *h, uint64_t id, const char *text, const char *source);
/* Any other request of docs/socket.md, with its class and options. Takes over the reference. */
int hubclient_request(struct hubclient *h, uint64_t id, json_t *request);

#endif
