/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Control: the socket by which idcardctl and the helper of the clipboard talk to the wedge. JSON
 * lines, as on the socket of idcardd; idcard-wedge(8) lists the requests.
 */
#ifndef IDCARD_WEDGE_CONTROL_H
#define IDCARD_WEDGE_CONTROL_H

#include <jansson.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "util.h"

#define CONTROL_SOCKET "/run/idcard-wedge/control"

struct control;
struct control_client;

/* Must not call control_free(). */
struct control_callbacks {
	/* An object with a "class", from somebody who may use the wedge. */
	void (*request)(void *userdata, struct control_client *c, const json_t *request);
	/* The client is gone, and must not be used after this. */
	void (*gone)(void *userdata, struct control_client *c);
};

/* @callbacks stays with the caller. */
int control_new(sd_event *event, const char *path, const struct control_callbacks *callbacks,
		void *userdata, struct control **ret);
struct control *control_free(struct control *c);
DEFINE_CLEANUP(struct control *, control_free)

/* Takes @object, and adds @id unless it is NULL. A client that does not read is dropped, later. */
void control_send(struct control_client *c, json_t *object, const json_t *id);

/* An ERROR of docs/socket.md. */
void control_error(struct control_client *c, const char *code, const char *message,
		   const json_t *id);

uid_t control_uid(const struct control_client *c);

#endif
