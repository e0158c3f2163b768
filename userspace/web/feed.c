// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/feed.h"

#include <string.h>

#include "hubclient.h"
#include "log.h"
#include "web/card.h"

enum {
	ID_WATCH = 1,
	ID_DEVICES = 2,
	ID_FIRST = 16,
	MS = 1000,
	ACCURACY_USEC = 1000,
};

TAILQ_HEAD(waits, feed_wait);

struct feed {
	sd_event *event;
	struct hubclient *hub;
	const struct feed_callbacks *callbacks;
	void *userdata;

	json_t *devices;		/* NULL: not known */
	struct card card;
	enum idcard_error error;	/* of the daemon; NONE also while it is being looked for */
	bool known;			/* the devices, or the error */
	bool watching;			/* at the hub */
	uint64_t watching_since;
	uint64_t last_id;

	unsigned int holds;
	uint64_t touched, touched_watch;	/* 0: long ago */
	bool wanted;			/* the connection */
	sd_event_source *idle;		/* when what was touched lapses */
	sd_event_source *settle;	/* until the daemon is said not to answer */
	sd_event_source *update;	/* not within a callback of the hub client */
	struct waits waits;
};

/* ---- Who waits ----------------------------------------------------------------------------- */

/* The daemon tells of changes only to those who watch. */
static bool is_known(const struct feed *f)
{
	return f->error || (f->devices && f->watching);
}

static void schedule(struct feed *f)
{
	sd_event_source_set_enabled(f->update, SD_EVENT_ONESHOT);
}

void feed_cancel(struct feed_wait *w)
{
	struct feed *f = w->feed;

	if (!f)
		return;
	TAILQ_REMOVE(&f->waits, w, link);
	w->feed = NULL;
	w->timer = sd_event_source_disable_unref(w->timer);
	json_decref(w->request);
	w->request = NULL;
	if (w->what == FEED_CARD)
		feed_release(f);
	schedule(f);
}

static void finish(struct feed_wait *w, enum feed_result result, json_t *object)
{
	feed_cancel(w);
	w->done(w, result, object);
}

/* Those who wait for @what now; not those who begin to while the others are told. */
static void finish_all(struct feed *f, enum feed_result what, json_t *object)
{
	struct feed_wait *w, mark = { .what = FEED_TIME };

	TAILQ_INSERT_TAIL(&f->waits, &mark, link);
	for (;;) {
		TAILQ_FOREACH(w, &f->waits, link)
			if (w == &mark || w->what == what)
				break;
		if (w == &mark)
			break;
		finish(w, what, object);
	}
	TAILQ_REMOVE(&f->waits, &mark, link);
}

static int on_time(sd_event_source *source, uint64_t usec, void *userdata)
{
	finish(userdata, FEED_TIME, NULL);
	return 0;
}

static void add_wait(struct feed *f, struct feed_wait *w, enum feed_result what, unsigned int ms)
{
	w->feed = f;
	w->what = what;
	w->id = 0;
	TAILQ_INSERT_TAIL(&f->waits, w, link);
	if (what == FEED_CARD)
		feed_hold(f);
	schedule(f);
	if (sd_event_add_time_relative(f->event, &w->timer, CLOCK_MONOTONIC, (uint64_t)ms * MS,
				       ACCURACY_USEC, on_time, w) < 0)
		sd_event_exit(f->event, -ENOMEM);
}

static void ask_devices(struct feed *f)
{
	hubclient_request(f->hub, ID_DEVICES, json_pack("{s:s}", "class", "DEVICES"));
}

void feed_wait(struct feed *f, struct feed_wait *w, enum feed_result what, unsigned int ms)
{
	if (what == FEED_KNOWN && is_known(f)) {
		w->done(w, FEED_KNOWN, NULL);
		return;
	}
	add_wait(f, w, what, ms);
	if (what == FEED_KNOWN && hubclient_ready(f->hub))
		ask_devices(f);
}

static void send_request(struct feed *f, struct feed_wait *w)
{
	uint64_t id = ++f->last_id;

	if (hubclient_request(f->hub, id, json_incref(w->request)) == 0)
		w->id = id;
}

void feed_ask(struct feed *f, struct feed_wait *w, json_t *request, unsigned int ms)
{
	w->request = request;
	add_wait(f, w, FEED_ANSWER, ms);
	if (hubclient_ready(f->hub))
		send_request(f, w);
}

/* ---- The hub ------------------------------------------------------------------------------- */

/* @error: of the daemon. */
static void known(struct feed *f, enum idcard_error error)
{
	bool changed = error != f->error || !f->known;

	f->error = error;
	f->known = true;
	f->settle = sd_event_source_disable_unref(f->settle);
	finish_all(f, FEED_KNOWN, NULL);
	if (changed)
		f->callbacks->changed(f->userdata);
}

static int on_settle(sd_event_source *source, uint64_t usec, void *userdata)
{
	known(userdata, IDCARD_ERROR_NO_DAEMON);
	return 0;
}

static void settle(struct feed *f)
{
	if (f->settle)
		return;
	if (sd_event_add_time_relative(f->event, &f->settle, CLOCK_MONOTONIC,
				       FEED_SETTLE_MS * UINT64_C(1000), ACCURACY_USEC, on_settle,
				       f) < 0)
		sd_event_exit(f->event, -ENOMEM);
}

static void watch(struct feed *f, bool on)
{
	if (f->watching == on || !hubclient_ready(f->hub))
		return;
	if (hubclient_request(f->hub, ID_WATCH, json_pack("{s:s, s:b, s:s, s:b}", "class", "WATCH",
							  "enable", on, "portrait", "jpeg",
							  "new_address", 1)) < 0)
		return;
	f->watching = on;
	f->watching_since = now_usec();
	if (on)
		ask_devices(f);		/* what changed while nobody watched */
	else
		card_forget(&f->card);
}

static bool wants_watch(const struct feed *f)
{
	return f->holds || f->touched_watch;
}

static void on_ready(void *userdata)
{
	struct feed *f = userdata;
	struct feed_wait *w;

	f->watching = false;
	if (wants_watch(f))
		watch(f, true);
	else
		ask_devices(f);
	TAILQ_FOREACH(w, &f->waits, link)
		if (w->what == FEED_ANSWER && !w->id)
			send_request(f, w);
}

static void forget(struct feed *f)
{
	json_decref(f->devices);
	f->devices = NULL;
	f->watching = false;
	card_forget(&f->card);
}

/*
 * What was asked may have been done or not: who asked is told so by the time that is over. It is
 * tried again and again; what is known to be wrong stays so until that succeeds.
 */
static void on_lost(void *userdata, int error)
{
	struct feed *f = userdata;
	bool had = f->devices;

	forget(f);
	if (error == -EACCES)
		return known(f, IDCARD_ERROR_PERMISSION_DENIED);
	if (!had)
		return;
	f->known = false;
	settle(f);
	f->callbacks->changed(f->userdata);
}

/* The list is kept up to date by the events that follow it. */
static void take_device(struct feed *f, json_t *object)
{
	json_t *device = json_object_get(object, "device"), *old;
	const char *name = json_string_value(json_object_get(device, "name"));
	const char *event = json_string_value(json_object_get(object, "event"));
	size_t i;

	if (!name || !event || !f->devices)
		return;
	json_array_foreach(f->devices, i, old)
		if (strcmp(name, json_string_value(json_object_get(old, "name")) ?: "") == 0)
			break;
	if (i < json_array_size(f->devices) && strcmp(event, "removed") == 0)
		json_array_remove(f->devices, i);
	else if (i < json_array_size(f->devices))
		json_array_set(f->devices, i, device);
	else if (strcmp(event, "removed") != 0)
		json_array_append(f->devices, device);
}

static void on_event(void *userdata, const char *class, json_t *object)
{
	struct feed *f = userdata;
	bool end = strcmp(class, "IDENTITY") == 0 || json_is_true(json_object_get(object, "placement"));

	card_take(&f->card, object, now_usec());
	if (strcmp(class, "DEVICE") == 0)
		take_device(f, object);
	f->callbacks->event(f->userdata, class, object);
	if (end)
		finish_all(f, FEED_CARD, object);
	/* The card's time ends with nobody asking: forgotten then, too. */
	schedule(f);
}

static void on_answer(void *userdata, uint64_t id, const char *class, json_t *object)
{
	struct feed *f = userdata;
	struct feed_wait *w;
	json_t *devices;

	if (id == ID_DEVICES) {
		devices = json_object_get(object, "devices");
		json_decref(f->devices);
		f->devices = json_is_array(devices) ? json_incref(devices) : json_array();
		known(f, IDCARD_ERROR_NONE);
		return;
	}
	TAILQ_FOREACH(w, &f->waits, link)
		if (w->what == FEED_ANSWER && w->id == id)
			break;
	if (w)
		finish(w, FEED_ANSWER, object);
}

/* ---- What is wanted ------------------------------------------------------------------------ */

static uint64_t lapse(uint64_t *touched, uint64_t now)
{
	uint64_t end = *touched + FEED_IDLE_S * UINT64_C(1000000);

	if (!*touched)
		return UINT64_MAX;
	if (now < end)
		return end;
	*touched = 0;
	return UINT64_MAX;
}

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void want(struct feed *f, bool wanted)
{
	if (f->wanted == wanted)
		return;
	f->wanted = wanted;
	forget(f);
	f->error = IDCARD_ERROR_NONE;
	f->known = false;
	if (wanted)
		settle(f);
	else
		f->settle = sd_event_source_disable_unref(f->settle);
	hubclient_want(f->hub, wanted);
	f->callbacks->busy(f->userdata, wanted);
}

static void set_idle(struct feed *f, uint64_t when);

static int on_update(sd_event_source *source, void *userdata)
{
	struct feed *f = userdata;
	uint64_t now = now_usec(), when;

	when = min(lapse(&f->touched, now), lapse(&f->touched_watch, now));
	if (card_now(&f->card, now))
		when = min(when, f->card.until);
	want(f, f->holds || f->touched || f->touched_watch || !TAILQ_EMPTY(&f->waits));
	watch(f, wants_watch(f));
	set_idle(f, when);
	return 0;
}

static int on_idle(sd_event_source *source, uint64_t usec, void *userdata)
{
	return on_update(NULL, userdata);
}

static void set_idle(struct feed *f, uint64_t when)
{
	f->idle = sd_event_source_disable_unref(f->idle);
	if (when != UINT64_MAX &&
	    sd_event_add_time(f->event, &f->idle, CLOCK_MONOTONIC, when, 0, on_idle, f) < 0)
		sd_event_exit(f->event, -ENOMEM);
}

void feed_touch(struct feed *f, bool watching)
{
	f->touched = now_usec();
	if (watching)
		f->touched_watch = f->touched;
	/* A timer that runs looks again when it ends. */
	if (!f->wanted || !f->idle || (watching && !f->watching))
		schedule(f);
}

void feed_hold(struct feed *f)
{
	if (f->holds++ == 0)
		schedule(f);
}

void feed_release(struct feed *f)
{
	if (--f->holds == 0)
		schedule(f);
}

/* ---- What is known ------------------------------------------------------------------------- */

enum idcard_error feed_daemon_error(const struct feed *f)
{
	if (f->error)
		return f->error;
	return f->devices ? IDCARD_ERROR_NONE : IDCARD_ERROR_NO_DAEMON;
}

enum idcard_error feed_reader_error(const struct feed *f)
{
	enum idcard_error error = feed_daemon_error(f);
	const json_t *device;
	size_t i;

	if (error)
		return error;
	error = IDCARD_ERROR_NO_READER;
	json_array_foreach(f->devices, i, device) {
		const char *code = json_string_value(json_object_get(device, "error"));

		if (!code)
			return IDCARD_ERROR_NONE;
		error = idcard_error_from_code(code) ?: IDCARD_ERROR_READER_FAULT;
	}
	return error;
}

const char *feed_sam_id(const struct feed *f)
{
	const json_t *device;
	size_t i;

	json_array_foreach(f->devices, i, device) {
		const char *id = json_string_value(json_object_get(device, "sam_id"));

		if (id)
			return id;
	}
	return NULL;
}

json_t *feed_devices(const struct feed *f)
{
	return f->devices;
}

json_t *feed_card(struct feed *f, uint64_t *ret_placement)
{
	*ret_placement = f->card.placement;
	return card_now(&f->card, now_usec());
}

unsigned int feed_look_ms(const struct feed *f)
{
	uint64_t since = now_usec() - f->watching_since;

	if (!f->watching)
		return FEED_LOOK_MS;
	return since < FEED_LOOK_MS * UINT64_C(1000) ? FEED_LOOK_MS - since / MS : 0;
}

static const struct hubclient_callbacks callbacks = {
	.ready = on_ready,
	.lost = on_lost,
	.event = on_event,
	.answer = on_answer,
};

int feed_new(sd_event *event, const char *socket, const struct feed_callbacks *cb, void *userdata,
	     struct feed **ret)
{
	_cleanup_(feed_freep) struct feed *f = calloc(1, sizeof(*f));
	int r;

	if (!f)
		return -ENOMEM;
	TAILQ_INIT(&f->waits);
	f->event = sd_event_ref(event);
	f->callbacks = cb;
	f->userdata = userdata;
	f->last_id = ID_FIRST;
	r = hubclient_new(event, socket, &callbacks, f, &f->hub);
	if (r >= 0)
		r = sd_event_add_defer(event, &f->update, on_update, f);
	if (r >= 0)
		r = sd_event_source_set_enabled(f->update, SD_EVENT_OFF);
	if (r < 0)
		return r;
	*ret = f;
	f = NULL;
	return 0;
}

struct feed *feed_free(struct feed *f)
{
	if (!f)
		return NULL;
	while (!TAILQ_EMPTY(&f->waits))
		feed_cancel(TAILQ_FIRST(&f->waits));
	forget(f);
	hubclient_free(f->hub);
	sd_event_source_disable_unref(f->idle);
	sd_event_source_disable_unref(f->settle);
	sd_event_source_disable_unref(f->update);
	sd_event_unref(f->event);
	free(f);
	return NULL;
}
