/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kinds of transport share. Only for userspace/transport/. */
#ifndef IDCARD_TRANSPORT_INTERNAL_H
#define IDCARD_TRANSPORT_INTERNAL_H

#include <stdbool.h>

#include "frame.h"
#include "transport.h"
#include "util.h"

/* Each function follows its namesake in transport.h. */
struct transport_ops {
	size_t size;	/* of the kind's own structure, which begins with struct transport */
	int (*open)(struct transport *t, int fd,
		    const struct transport_options *options);	/* takes over @fd */
	void (*close)(struct transport *t);		/* also after a failed open */
	int (*submit)(struct transport *t, const uint8_t *request, size_t size,
		      unsigned int timeout_ms);
	int (*next_framing)(struct transport *t);
	int (*reset)(struct transport *t);
};

struct transport {
	const struct transport_ops *ops;
	unsigned int refs;	/* the caller's, and one during each callback */
	bool closed;
	bool busy;		/* an exchange was submitted and not answered */
	bool gone;		/* -ENODEV was reported */
	unsigned int framing;	/* enum idcard_framing where the kind has one to choose */
	sd_event *event;
	sd_event_source *later;	/* answers with @later_error from the loop */
	int later_error;	/* 0: nothing on its way */
	struct transport_callbacks callbacks;
};

extern const struct transport_ops transport_node_ops;
extern const struct transport_ops transport_usb_ops;
extern const struct transport_ops transport_hid_ops;
extern const struct transport_ops transport_serial_ops;

/*
 * The end of an exchange. The callback may close the transport: nothing of @t may be
 * used after this, unless the caller holds a reference, and then @t->closed first.
 */
void transport_answer(struct transport *t, int error, const uint8_t *reply, size_t size);

/* The same with an error, but from the loop: for what fails inside of a call. */
int transport_answer_later(struct transport *t, int error);

/* The device went away: through the answer if one is owed, else through gone(). */
void transport_lost(struct transport *t);

struct transport *transport_ref(struct transport *t);
struct transport *transport_unref(struct transport *t);
DEFINE_CLEANUP(struct transport *, transport_unref)

#endif
