// SPDX-License-Identifier: GPL-2.0-or-later
#include "publish.h"

#include <time.h>

#include "log.h"

/* A record on its way to the clients. */
struct sighting {
	const struct record *record;
	struct identity_envelope envelope;
};

static void put(struct publisher *p, json_t *object)
{
	if (object)
		hub_publish(p->hub, object);
	json_decref(object);
}

void publish_device(struct publisher *p, struct device *d, enum device_change change)
{
	static const char *const words[] = {
		[DEVICE_ADDED] = "added",
		[DEVICE_CHANGED] = "changed",
		[DEVICE_REMOVED] = "removed",
	};

	put(p, json_pack("{s:s, s:s, s:o}", "class", "DEVICE", "event", words[change], "device",
			 device_to_json(d)));
}

static struct identity_envelope envelope(struct publisher *p, const struct device *d)
{
	return (struct identity_envelope){
		.seq = ++p->seq,
		.time = time(NULL),
		.reader = d ? device_name(d) : NULL,
		.sam_id = d ? device_sam_id(d) : NULL,
		.today = date_today(),
	};
}

static json_t *render(const struct identity_options *options, void *context)
{
	const struct sighting *s = context;

	return identity_from_record(s->record, &s->envelope, options);
}

static void card_record(struct publisher *p, struct device *d, const struct reader_event *event)
{
	struct sighting s = { .record = event->record, .envelope = envelope(p, d) };

	hub_publish_identity(p->hub, render, &s, event->again);
}

static void card_error(struct publisher *p, struct device *d, const struct reader_event *event)
{
	json_t *object = json_pack("{s:s, s:s, s:s, s:b, s:o}", "class", "ERROR",
				   "code", idcard_error_code(event->error),
				   "message", idcard_error_text(event->error, false),
				   "placement", event->placement,
				   "reader", device_to_json_brief(d));

	log_line(LOG_NOTICE, "%s: %s, SAM status %02x", device_name(d),
		 idcard_error_code(event->error), event->sam_status);
	if (!object)
		return;
	if (event->sam_status)
		json_object_set_new(object, "sam_status", json_integer(event->sam_status));
	hub_publish_error(p->hub, object, event->placement);
	json_decref(object);
}

static void card_change(struct publisher *p, struct device *d, const char *word,
			unsigned int attempt)
{
	json_t *object = json_pack("{s:s, s:s, s:o}", "class", "CARD", "event", word, "reader",
				   device_to_json_brief(d));

	if (object && attempt)
		json_object_set_new(object, "attempt", json_integer(attempt));
	put(p, object);
}

void publish_card(struct publisher *p, struct device *d, const struct reader_event *event)
{
	switch (event->kind) {
	case READER_EVENT_PLACED:
		return card_change(p, d, "placed", 0);
	case READER_EVENT_RETRY:
		return card_change(p, d, "retry", event->attempt);
	case READER_EVENT_FAILED:
		return card_change(p, d, "failed", 0);
	case READER_EVENT_LIFTED:
		return card_change(p, d, "lifted", 0);
	case READER_EVENT_RECORD:
		return card_record(p, d, event);
	case READER_EVENT_ERROR:
		return card_error(p, d, event);
	case READER_EVENT_STATE:
		return;
	}
}

enum idcard_error publish_entry(struct publisher *p, const char *text, json_t **ret)
{
	struct identity_envelope e = envelope(p, NULL);
	enum idcard_error error = identity_from_entry(text, &e, ret);

	/* A number that was given to nobody is given to the next. */
	if (error)
		p->seq--;
	return error;
}
