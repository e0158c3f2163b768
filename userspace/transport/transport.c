// SPDX-License-Identifier: GPL-2.0-or-later
/* Transport: what all kinds have in common, and the way to each of them. */
#include "transport-internal.h"

static const struct transport_ops *const kinds[_TRANSPORT_KIND_MAX] = {
	[TRANSPORT_NODE] = &transport_node_ops,
	[TRANSPORT_USB] = &transport_usb_ops,
	[TRANSPORT_HID] = &transport_hid_ops,
	[TRANSPORT_SERIAL] = &transport_serial_ops,
};

struct transport *transport_ref(struct transport *t)
{
	t->refs++;
	return t;
}

struct transport *transport_unref(struct transport *t)
{
	if (--t->refs == 0) {
		sd_event_unref(t->event);
		free(t);
	}
	return NULL;
}

static int on_later(sd_event_source *source, void *userdata)
{
	struct transport *t = userdata;
	int error = t->later_error;

	t->later_error = 0;
	if (error == -ENODEV)
		transport_lost(t);
	else
		transport_answer(t, error, NULL, 0);
	return 0;
}

int transport_open(enum transport_kind kind, int fd, const struct transport_options *options,
		   sd_event *event, const struct transport_callbacks *callbacks,
		   struct transport **ret)
{
	static const struct transport_options defaults;
	_cleanup_close_ int own = fd;
	struct transport *t;
	int r;

	if ((unsigned int)kind >= _TRANSPORT_KIND_MAX)
		return -EINVAL;
	t = calloc(1, kinds[kind]->size);
	if (!t)
		return -ENOMEM;
	t->refs = 1;
	t->ops = kinds[kind];
	t->event = sd_event_ref(event);
	t->callbacks = *callbacks;
	r = sd_event_add_defer(event, &t->later, on_later, t);
	if (r >= 0)
		r = sd_event_source_set_enabled(t->later, SD_EVENT_OFF);
	if (r >= 0) {
		own = -1;
		r = t->ops->open(t, fd, options ? options : &defaults);
	}
	if (r < 0) {
		/* Nothing that was opened in part may live on. */
		if (own < 0)
			t->ops->close(t);
		sd_event_source_disable_unref(t->later);
		transport_unref(t);
		return r;
	}
	*ret = t;
	return 0;
}

struct transport *transport_close(struct transport *t)
{
	if (!t)
		return NULL;
	t->closed = true;
	t->later = sd_event_source_disable_unref(t->later);
	t->ops->close(t);
	return transport_unref(t);
}

int transport_submit(struct transport *t, const uint8_t *request, size_t size,
		     unsigned int timeout_ms)
{
	int r;

	if (t->gone)
		return -ENODEV;
	if (t->busy)
		return -EBUSY;
	if (idcard_request_check(request, size) || !timeout_ms)
		return -EINVAL;
	r = t->ops->submit(t, request, size, timeout_ms);
	if (r < 0)
		return r;
	t->busy = true;
	return 0;
}

int transport_next_framing(struct transport *t)
{
	if (t->gone)
		return -ENODEV;
	if (t->busy)
		return -EBUSY;
	return t->ops->next_framing(t);
}

unsigned int transport_framing(const struct transport *t)
{
	return t->framing;
}

int transport_reset(struct transport *t)
{
	if (t->gone)
		return -ENODEV;
	return t->ops->reset(t);
}

void transport_answer(struct transport *t, int error, const uint8_t *reply, size_t size)
{
	if (t->closed || !t->busy)
		return;
	t->busy = false;
	t->callbacks.reply(error, reply, size, t->callbacks.userdata);
}

int transport_answer_later(struct transport *t, int error)
{
	t->later_error = error;
	return sd_event_source_set_enabled(t->later, SD_EVENT_ONESHOT);
}

void transport_lost(struct transport *t)
{
	if (t->closed || t->gone)
		return;
	t->gone = true;
	if (t->busy)
		transport_answer(t, -ENODEV, NULL, 0);
	else
		t->callbacks.gone(-ENODEV, t->callbacks.userdata);
}
