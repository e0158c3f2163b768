// SPDX-License-Identifier: GPL-2.0-or-later
#include "device.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "sam.h"
#include "util.h"

enum {
	OPEN_RETRY_MIN_MS = 10,
	OPEN_RETRY_MAX_MS = 1000,
	/* Until then a refusal to open is the race with udev, and no news. */
	OPEN_PATIENCE_MS = 3000,
};

struct device {
	sd_event *event;
	sd_event_source *timer;		/* the reader's next step, or the next try to open */
	sd_event_source *farewell;
	struct device_callbacks callbacks;
	char *name;
	struct place place;
	struct transport *transport;	/* NULL: not open */
	struct reader *reader;
	struct reader_memory *memory;	/* NULL: the reader's own */
	struct reader_want want;
	char sam_id[SAM_ID_TEXT_SIZE];

	uint64_t not_before;		/* opened */
	uint64_t opening_since;
	unsigned int open_retry_ms;
	enum idcard_error open_error;
	bool reopening;			/* the reader asked for it and waits for the outcome */
	bool exchanging;
	bool dead;			/* ->gone is on its way */
};

static void step(struct device *d);
static void on_reader_event(const struct reader_event *event, void *userdata);

static int on_farewell(sd_event_source *s, void *userdata)
{
	struct device *d = userdata;

	d->callbacks.gone(d, d->callbacks.userdata);
	return 0;
}

static int on_timer(sd_event_source *s, uint64_t usec, void *userdata)
{
	step(userdata);
	return 0;
}

static void set_timer(struct device *d, uint64_t usec)
{
	int r;

	d->timer = sd_event_source_disable_unref(d->timer);
	if (usec == UINT64_MAX)
		return;
	r = sd_event_add_time(d->event, &d->timer, CLOCK_MONOTONIC, usec, 1000, on_timer, d);
	if (r < 0)
		log_errno(LOG_ERR, r, "%s: no timer", d->name);
}

/* Nothing of what was is carried over but its memory. */
static int renew_reader(struct device *d)
{
	struct reader *fresh = reader_new(on_reader_event, d, now_usec());

	if (!fresh)
		return -ENOMEM;
	if (d->memory && reader_set_memory(fresh, d->memory) < 0) {
		reader_free(fresh);
		return -ENOMEM;
	}
	reader_free(d->reader);
	d->reader = fresh;
	d->sam_id[0] = '\0';
	reader_set_want(fresh, &d->want, now_usec());
	return 0;
}

static void try_again_later(struct device *d)
{
	d->open_retry_ms = d->open_retry_ms ? d->open_retry_ms * 2 : OPEN_RETRY_MIN_MS;
	if (d->open_retry_ms > OPEN_RETRY_MAX_MS)
		d->open_retry_ms = OPEN_RETRY_MAX_MS;
	/* A reader that nobody wants may stay with whoever holds it: no wake-ups for it. */
	set_timer(d, d->open_error && !d->want.watch ? UINT64_MAX :
			now_usec() + d->open_retry_ms * UINT64_C(1000));
}

/* What the reader tells may change what is wanted: no step before it is through. */
static void tell_reader(struct device *d, int error, const uint8_t *reply, size_t size)
{
	d->exchanging = true;
	reader_done(d->reader, now_usec(), error, reply, size);
	d->exchanging = false;
}

/* It may be another reader from now on, and another card. */
static void forget(struct device *d)
{
	if (d->memory)
		explicit_bzero(d->memory, sizeof(*d->memory));
	d->place.options.framing = 0;
}

/*
 * The device behind the node is gone. Its placement ends now; whether the reader is gone, too,
 * is for udev to say, which may take its time.
 */
static void lost(struct device *d)
{
	tell_reader(d, -ENODEV, NULL, 0);
	d->transport = transport_close(d->transport);
	d->reopening = false;
	d->opening_since = now_usec();
	forget(d);
	if (renew_reader(d) < 0)
		return device_unplugged(d);
	try_again_later(d);
	d->callbacks.changed(d, d->callbacks.userdata);
}

void device_unplugged(struct device *d)
{
	if (d->dead)
		return;
	d->dead = true;
	tell_reader(d, -ENODEV, NULL, 0);
	d->timer = sd_event_source_disable_unref(d->timer);
	d->transport = transport_close(d->transport);
	sd_event_source_set_enabled(d->farewell, SD_EVENT_ONESHOT);
}

static void done(struct device *d, int error, const uint8_t *reply, size_t size)
{
	if (error == -ENODEV)
		return lost(d);
	if (!error)
		d->open_retry_ms = 0;
	tell_reader(d, error, reply, size);
	step(d);
}

static void on_reply(int error, const uint8_t *reply, size_t size, void *userdata)
{
	done(userdata, error, reply, size);
}

static void on_transport_gone(int error, void *userdata)
{
	done(userdata, error, NULL, 0);
}

static void set_open_error(struct device *d, enum idcard_error error)
{
	if (d->open_error == error)
		return;
	d->open_error = error;
	if (error)
		log_line(LOG_WARNING, "%s: %s: %s", d->name, d->place.path,
			 idcard_error_text(error, false));
	d->callbacks.changed(d, d->callbacks.userdata);
}

static int open_transport(struct device *d)
{
	const struct transport_callbacks callbacks = {
		.reply = on_reply,
		.gone = on_transport_gone,
		.userdata = d,
	};
	int fd = open(d->place.path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return errno == ENXIO ? -ENODEV : -errno;
	return transport_open(d->place.kind, fd, &d->place.options, d->event, &callbacks,
			      &d->transport);
}

static enum idcard_error open_error(int error)
{
	switch (error) {
	case -EBUSY:
		return IDCARD_ERROR_READER_BUSY;
	case -EACCES:
	case -EPERM:
		return IDCARD_ERROR_READER_DENIED;
	case -EOPNOTSUPP:
		return IDCARD_ERROR_READER_UNKNOWN;
	case -ENOENT:
	case -ENODEV:
		/* The administrator named it, and it is not plugged in. */
		return IDCARD_ERROR_READER_GONE;
	default:
		return IDCARD_ERROR_READER_FAULT;
	}
}

/* It does not come back soon: its placement ends now, and who comes later is new. */
static void give_up_reopening(struct device *d)
{
	if (!d->reopening)
		return;
	d->reopening = false;
	tell_reader(d, -ENODEV, NULL, 0);
	forget(d);
	if (renew_reader(d) < 0)
		device_unplugged(d);
}

/*
 * Try to open; true when it is open. Else the timer is set for the next try: that the device is
 * gone for good is for udev to say.
 */
static bool try_open(struct device *d)
{
	uint64_t now = now_usec();
	int r = open_transport(d);

	/* The start-up time of a reader that was waited for begins now. */
	if (r == 0 && !d->reopening)
		r = renew_reader(d);
	if (r == 0) {
		set_open_error(d, IDCARD_ERROR_NONE);
		return true;
	}
	d->transport = transport_close(d->transport);
	if (now - d->opening_since >= OPEN_PATIENCE_MS * UINT64_C(1000)) {
		give_up_reopening(d);
		set_open_error(d, open_error(r));
	}
	if (!d->dead)
		try_again_later(d);
	return false;
}

static void reopen(struct device *d)
{
	/* A reader that ever answered is not tried with other framings: keep the one found. */
	d->place.options.framing = transport_framing(d->transport);
	d->transport = transport_close(d->transport);
	d->opening_since = now_usec();
	d->reopening = true;
	step(d);
}

static void perform(struct device *d, const struct reader_action *action)
{
	int r;

	switch (action->kind) {
	case READER_WAIT:
		set_timer(d, action->until);
		return;
	case READER_SEND:
		r = transport_submit(d->transport, action->frame, action->size, action->timeout_ms);
		d->exchanging = r == 0;
		if (r < 0)
			done(d, r, NULL, 0);
		return;
	case READER_REFRAME:
		done(d, transport_next_framing(d->transport), NULL, 0);
		return;
	case READER_RESET:
		log_line(LOG_NOTICE, "%s: resetting the reader", d->name);
		done(d, transport_reset(d->transport), NULL, 0);
		return;
	case READER_REOPEN:
		reopen(d);
		return;
	}
}

/* What is to be done now. */
static void step(struct device *d)
{
	struct reader_action action;

	if (d->exchanging || d->dead || now_usec() < d->not_before)
		return;
	if (!d->transport && !try_open(d))
		return;
	if (d->reopening) {
		d->reopening = false;
		return done(d, 0, NULL, 0);
	}
	reader_next(d->reader, now_usec(), &action);
	perform(d, &action);
}

static void on_state(struct device *d)
{
	const uint8_t *id = reader_sam_id(d->reader);

	if (id && sam_id_format(id, d->sam_id) < 0)
		d->sam_id[0] = '\0';
	d->callbacks.changed(d, d->callbacks.userdata);
}

static void on_reader_event(const struct reader_event *event, void *userdata)
{
	struct device *d = userdata;

	if (event->kind == READER_EVENT_STATE)
		on_state(d);
	else
		d->callbacks.card(d, event, d->callbacks.userdata);
}

int device_new(sd_event *event, const char *name, const struct place *place,
	       const struct device_callbacks *callbacks, struct device **ret)
{
	struct device *d = calloc(1, sizeof(*d));
	int r = -ENOMEM;

	if (!d)
		return -ENOMEM;
	d->event = sd_event_ref(event);
	d->callbacks = *callbacks;
	d->place = *place;
	d->opening_since = now_usec();
	d->name = strdup(name);
	d->reader = reader_new(on_reader_event, d, now_usec());
	if (!d->name || !d->reader)
		goto fail;
	r = sd_event_add_defer(event, &d->farewell, on_farewell, d);
	if (r < 0)
		goto fail;
	r = sd_event_source_set_enabled(d->farewell, SD_EVENT_OFF);
	if (r < 0)
		goto fail;
	set_timer(d, 0);
	*ret = d;
	return 0;
fail:
	device_free(d);
	return r;
}

int device_set_memory(struct device *d, struct reader_memory *memory)
{
	d->memory = memory;
	return reader_set_memory(d->reader, memory);
}

void device_wait(struct device *d, uint64_t usec)
{
	d->not_before = usec;
	set_timer(d, usec);
}

struct device *device_free(struct device *d)
{
	if (!d)
		return NULL;
	transport_close(d->transport);
	reader_free(d->reader);
	sd_event_source_disable_unref(d->timer);
	sd_event_source_disable_unref(d->farewell);
	sd_event_unref(d->event);
	free(d->name);
	free(d);
	return NULL;
}

const char *device_name(const struct device *d)
{
	return d->name;
}

const char *device_sam_id(const struct device *d)
{
	return d->sam_id[0] ? d->sam_id : NULL;
}

bool device_busy(const struct device *d)
{
	return d->exchanging || d->timer;
}

void device_set_want(struct device *d, const struct reader_want *want)
{
	bool exchanging = d->exchanging;

	d->want = *want;
	/* As in tell_reader(). */
	d->exchanging = true;
	reader_set_want(d->reader, want, now_usec());
	d->exchanging = exchanging;
	step(d);
}

const uint8_t *device_sam_id_bytes(const struct device *d)
{
	return device_sam_id(d) ? reader_sam_id(d->reader) : NULL;
}

uint8_t device_sam_status(const struct device *d)
{
	/* docs/protocol.md, "Status codes" */
	enum { SELF_TEST_FAILED = 0x60, NOT_AUTHORISED = 0x66, UNKNOWN_ERROR = 0x24, OK = 0x90 };

	if (d->open_error)
		return UNKNOWN_ERROR;
	if (!d->transport)
		return 0;
	switch (reader_fault(d->reader)) {
	case IDCARD_ERROR_NONE:
		return reader_state(d->reader) == READER_STARTING ? 0 : OK;
	case IDCARD_ERROR_READER_DEAD:
		return SELF_TEST_FAILED;
	case IDCARD_ERROR_READER_UNAUTHORISED:
		return NOT_AUTHORISED;
	default:
		return UNKNOWN_ERROR;
	}
}

bool device_looking(const struct device *d)
{
	enum reader_state state = reader_state(d->reader);

	return d->transport && state >= READER_SEARCHING && state <= READER_HOLDING;
}

void device_read_again(struct device *d)
{
	reader_read_again(d->reader, now_usec());
	step(d);
}

static const char *state_word(const struct device *d)
{
	if (d->open_error)
		return "faulty";
	if (!d->transport)
		return "opening";
	return reader_state_to_string(reader_state(d->reader));
}

json_t *device_to_json_brief(const struct device *d)
{
	return json_pack("{s:s, s:s*}", "name", d->name, "sam_id", device_sam_id(d));
}

json_t *device_to_json(const struct device *d)
{
	enum idcard_error error = d->open_error ? d->open_error : reader_fault(d->reader);

	return json_pack("{s:s, s:s, s:s, s:s, s:s*, s:s*}", "name", d->name, "transport",
			 transport_kind_to_string(d->place.kind), "path", d->place.path, "state",
			 state_word(d), "sam_id", device_sam_id(d), "error", idcard_error_code(error));
}
