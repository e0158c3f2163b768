// SPDX-License-Identifier: GPL-2.0-or-later
#include "spot.h"

#include "secret.h"

enum { CERTAIN_MS = 700 };

void spot_forget(struct spot *s)
{
	s->record = secret_free(s->record);
}

void spot_unsure(struct spot *s)
{
	s->sure = false;
	spot_forget(s);
}

bool spot_certain(const struct spot *s, uint64_t now)
{
	return s->sure && s->placement && now - s->looked_at <= CERTAIN_MS * UINT64_C(1000);
}

static void seen(struct spot *s, uint64_t now)
{
	s->sure = true;
	s->looked_at = now;
}

static void placed(struct spot *s)
{
	spot_forget(s);
	s->placement = ++s->last;
	s->card = SPOT_READING;
}

static void lifted(struct spot *s, bool sure)
{
	spot_forget(s);
	s->placement = 0;
	s->sure = sure;
}

static void read_card(struct spot *s, const struct record *record, bool keep)
{
	spot_forget(s);
	s->card = SPOT_READ;
	if (keep)
		s->record = secret_alloc(sizeof(*record));
	if (s->record)
		*s->record = *record;
}

/* What is wrong with the reader says nothing of the card that may lie there. */
static void failed(struct spot *s, const struct reader_event *event, uint64_t now)
{
	if (!event->placement && !event->again)
		return spot_unsure(s);
	spot_forget(s);
	seen(s, now);
	s->card = SPOT_FAILED;
	s->sam_status = event->sam_status;
}

void spot_event(struct spot *s, const struct reader_event *event, bool keep, uint64_t now)
{
	switch (event->kind) {
	case READER_EVENT_PLACED:
		seen(s, now);
		return placed(s);
	case READER_EVENT_RECORD:
		seen(s, now);
		return read_card(s, event->record, keep);
	case READER_EVENT_ERROR:
		return failed(s, event, now);
	case READER_EVENT_LIFTED:
	case READER_EVENT_LOST:
		return lifted(s, false);
	case READER_EVENT_EMPTY:
		return lifted(s, true);
	case READER_EVENT_RESTING:
		return seen(s, now);
	case READER_EVENT_STATE:
	case READER_EVENT_RETRY:
	case READER_EVENT_FAILED:
		return;
	}
}
