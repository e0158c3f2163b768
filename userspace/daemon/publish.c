// SPDX-License-Identifier: GPL-2.0-or-later
#include "publish.h"

#include <string.h>
#include <time.h>

#include "log.h"
#include "util.h"

/*
 * A card that lies on a reader while somebody takes it again and again: its picture is decoded
 * once. Ends with the placement, or with the last such client.
 */
struct placement {
	const struct device *device;
	struct sighting *sighting;
	struct placement *next;
};

static const struct sighting *placement_of(const struct publisher *p, const struct device *d)
{
	for (const struct placement *q = p->placements; q; q = q->next)
		if (q->device == d)
			return q->sighting;
	return NULL;
}

static void end_placement(struct publisher *p, const struct device *d)
{
	struct placement **q = &p->placements;

	while (*q && (*q)->device != d)
		q = &(*q)->next;
	if (*q) {
		struct placement *gone = *q;

		*q = gone->next;
		sighting_unref(gone->sighting);
		free(gone);
	}
}

/* Without memory the picture is decoded again: no harm. */
static void remember(struct publisher *p, const struct device *d, struct sighting *s)
{
	struct placement *q = calloc(1, sizeof(*q));

	if (!q)
		return;
	*q = (struct placement){ .device = d, .sighting = sighting_ref(s), .next = p->placements };
	p->placements = q;
}

void publish_end(struct publisher *p)
{
	while (p->placements)
		end_placement(p, p->placements->device);
}

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

	if (change == DEVICE_REMOVED)
		end_placement(p, d);
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

static void card_record(struct publisher *p, struct device *d, const struct reader_event *event)
{
	struct identity_envelope e = envelope(p, d);
	const struct sighting *before = event->again ? placement_of(p, d) : NULL;
	_cleanup_identity_ struct identity identity = {};
	struct sighting *s;
	int r;

	identity_from_record(event->record, &e.today, &identity);
	r = sighting_new(&identity, &e, p->decoder, before, &s);
	if (r < 0) {
		log_errno(LOG_ERR, r, "%s: a card is lost", device_name(d));
		return;
	}
	end_placement(p, d);
	if (hub_repeats(p->hub))
		remember(p, d, s);
	hub_publish_identity(p->hub, s, event->again);
	sighting_unref(s);
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
	/* Read again for a claim that came late: nobody else hears of it. */
	if (event->again && !hub_repeats(p->hub))
		return;
	if (event->kind == READER_EVENT_PLACED || event->kind == READER_EVENT_LIFTED ||
	    event->kind == READER_EVENT_ERROR)
		end_placement(p, d);
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
	case READER_EVENT_EMPTY:
	case READER_EVENT_RESTING:
	case READER_EVENT_LOST:
		return;
	}
}

int publish_portrait(struct publisher *p, const uint8_t block[PORTRAIT_BLOCK_SIZE],
		     struct sighting **ret)
{
	static const struct identity_envelope none = {};
	_cleanup_identity_ struct identity identity = { .card = true };

	memcpy(identity.portrait, block, PORTRAIT_BLOCK_SIZE);
	return sighting_new(&identity, &none, p->decoder, NULL, ret);
}

enum idcard_error publish_entry(struct publisher *p, const char *text, enum identity_source source,
				struct sighting **ret)
{
	struct date today = date_today();
	_cleanup_identity_ struct identity identity = {};
	enum idcard_error error = identity_from_entry(text, source, &today, &identity);
	struct identity_envelope e;

	if (error)
		return error;
	/* A number of the sequence is given to nobody whose entry is wrong. */
	e = envelope(p, NULL);
	if (sighting_new(&identity, &e, p->decoder, NULL, ret) < 0)
		return IDCARD_ERROR_TOO_MANY;
	return IDCARD_ERROR_NONE;
}
