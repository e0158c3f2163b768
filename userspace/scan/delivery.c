// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan/delivery.h"

#include <stdint.h>
#include <string.h>
#include <sys/queue.h>

#include "errors.h"
#include "log.h"
#include "hubclient.h"
#include "scan/settings.h"
#include "secret.h"
#include "watchdog.h"

enum {
	DEADLINE_USEC = 3 * 1000 * 1000,
	ACCURACY_USEC = 1000,
	ENTRIES_MAX = 8,	/* nobody scans faster */
};

struct entry {
	TAILQ_ENTRY(entry) link;
	struct delivery *delivery;
	uint64_t id;		/* 0: not sent */
	const char *source;
	sd_event_source *deadline;
	char label[SETTINGS_LABEL_SIZE];
	char text[LINES_TEXT_MAX + 1];
};

struct delivery {
	sd_event *event;
	struct hubclient *hub;
	struct watchdog *watchdog;
	sd_event_source *update;
	TAILQ_HEAD(, entry) entries;
	unsigned int n;
	uint64_t last_id;
};

static void entry_free(struct entry *e)
{
	TAILQ_REMOVE(&e->delivery->entries, e, link);
	e->delivery->n--;
	sd_event_source_disable_unref(e->deadline);
	secret_free(e);
}

static void finish(struct entry *e)
{
	struct delivery *d = e->delivery;

	entry_free(e);
	/* Not here: a callback of the hub client may be under way. */
	sd_event_source_set_enabled(d->update, SD_EVENT_ONESHOT);
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct entry *e = userdata;

	log_line(LOG_ERR, "[%s]: idcardd did not take the scan in time; it is dropped, scan again. "
		 "Look at: systemctl status idcardd", e->label);
	finish(e);
	return 0;
}

static void send_entry(struct entry *e)
{
	struct delivery *d = e->delivery;
	uint64_t id = ++d->last_id;

	if (hubclient_enter(d->hub, id, e->text, e->source) == 0)
		e->id = id;
}

static void on_ready(void *userdata)
{
	struct delivery *d = userdata;
	struct entry *e;

	TAILQ_FOREACH(e, &d->entries, link)
		if (!e->id)
			send_entry(e);
}

static void drop_all(struct delivery *d, bool all, const char *why)
{
	struct entry *e, *next;

	for (e = TAILQ_FIRST(&d->entries); e; e = next) {
		next = TAILQ_NEXT(e, link);
		if (!all && !e->id)
			continue;
		log_line(LOG_ERR, "[%s]: scan dropped: %s", e->label, why);
		finish(e);
	}
}

/* Whether what was sent has been published is not known: to send it again might do it twice. */
static void on_lost(void *userdata, int error)
{
	if (error == -EACCES)
		drop_all(userdata, true, "the user idcard-scan is not in the group idcard");
	else
		drop_all(userdata, false, "idcardd ended; scan again if nothing came of it");
}

static void on_identity(void *userdata, const char *line, size_t size)
{
	/* Nothing is watched. */
}

static void on_reply(void *userdata, uint64_t id, int error)
{
	struct delivery *d = userdata;
	struct entry *e;

	TAILQ_FOREACH(e, &d->entries, link)
		if (e->id == id)
			break;
	if (!e)
		return;
	if (error == -EINVAL)
		log_line(LOG_WARNING, "[%s]: not an entry: what was scanned is no ID number, passport "
			 "number or MRZ, or its check digit or date is wrong", e->label);
	else if (error)
		log_errno(LOG_WARNING, error, "[%s]: idcardd refuses the scan", e->label);
	else
		log_line(LOG_DEBUG, "[%s]: entry taken", e->label);
	finish(e);
}

static const struct hubclient_callbacks callbacks = {
	.ready = on_ready,
	.lost = on_lost,
	.identity = on_identity,
	.reply = on_reply,
};

static int on_update(sd_event_source *source, void *userdata)
{
	struct delivery *d = userdata;

	watchdog_set(d->watchdog, d->n > 0);
	hubclient_want(d->hub, d->n > 0);
	return 0;
}

void delivery_add(struct delivery *d, const char *label, const char *source, const char *text)
{
	struct entry *e;

	if (d->n == ENTRIES_MAX) {
		log_line(LOG_ERR, "[%s]: scan dropped: too many wait for idcardd", label);
		return;
	}
	e = secret_alloc(sizeof(*e));
	if (!e || sd_event_add_time_relative(d->event, &e->deadline, CLOCK_MONOTONIC, DEADLINE_USEC,
					     ACCURACY_USEC, on_deadline, e) < 0) {
		log_line(LOG_ERR, "[%s]: scan dropped: out of memory", label);
		secret_free(e);
		return;
	}
	e->delivery = d;
	e->source = source;
	strncpy(e->label, label, sizeof(e->label) - 1);
	strncpy(e->text, text, sizeof(e->text) - 1);
	TAILQ_INSERT_TAIL(&d->entries, e, link);
	d->n++;
	if (hubclient_ready(d->hub))
		send_entry(e);
	sd_event_source_set_enabled(d->update, SD_EVENT_ONESHOT);
}

int delivery_new(sd_event *event, const char *socket, struct delivery **ret)
{
	_cleanup_(delivery_freep) struct delivery *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return -ENOMEM;
	TAILQ_INIT(&d->entries);
	d->event = sd_event_ref(event);
	r = hubclient_new(event, socket, &callbacks, d, &d->hub);
	if (r >= 0)
		r = watchdog_new(event, &d->watchdog);
	if (r >= 0)
		r = sd_event_add_defer(event, &d->update, on_update, d);
	if (r < 0)
		return r;
	*ret = d;
	d = NULL;
	return 0;
}

struct delivery *delivery_free(struct delivery *d)
{
	struct entry *e;

	if (!d)
		return NULL;
	while ((e = TAILQ_FIRST(&d->entries)))
		entry_free(e);
	sd_event_source_disable_unref(d->update);
	hubclient_free(d->hub);
	watchdog_free(d->watchdog);
	sd_event_unref(d->event);
	free(d);
	return NULL;
}
