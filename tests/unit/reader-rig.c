// SPDX-License-Identifier: GPL-2.0-or-later
#include "reader-rig.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "exchange.h"

#define MS UINT64_C(1000)

static bool same_text(const struct rig *rig, const struct record *record)
{
	return memcmp(record->text, rig->expected.text, sizeof(record->text)) == 0 &&
	       memcmp(record->portrait, rig->expected.portrait, sizeof(record->portrait)) == 0;
}

static void on_event(const struct reader_event *event, void *userdata)
{
	struct rig *rig = userdata;

	switch (event->kind) {
	case READER_EVENT_STATE:
		break;
	case READER_EVENT_PLACED:
		rig->placed++;
		break;
	case READER_EVENT_RETRY:
		rig->retries++;
		break;
	case READER_EVENT_FAILED:
		break;
	case READER_EVENT_LIFTED:
		rig->lifted++;
		break;
	case READER_EVENT_RECORD:
		rig->records += !event->again;
		if (rig->memory)
			rig->phase_when_told = rig->memory->phase;
		rig->agains += event->again;
		rig->wrong += !same_text(rig, event->record);
		rig->last = *event->record;
		if (rig->calls) {
			rig->calls--;
			rig_call(rig);
		}
		break;
	case READER_EVENT_ERROR:
		rig->errors += event->placement;
		rig->loose_errors += !event->placement && !event->again;
		rig->again_errors += event->again;
		rig->last_error = event->error;
		break;
	case READER_EVENT_EMPTY:
		rig->empties++;
		break;
	case READER_EVENT_RESTING:
		rig->rests++;
		break;
	case READER_EVENT_LOST:
		break;
	}
}

void rig_init(struct rig *rig, uint64_t seed)
{
	memset(rig, 0, sizeof(*rig));
	rig->now = 1000 * MS;
	rig->plugged = true;
	sam_init(&rig->sam, seed, 0);
	sam_power(&rig->sam, true, rig->now);
	rig->reader = reader_new(on_event, rig, rig->now);
	assert_non_null(rig->reader);
}

void rig_renew(struct rig *rig)
{
	reader_free(rig->reader);
	rig->reader = reader_new(on_event, rig, rig->now);
	assert_non_null(rig->reader);
}

void rig_free(struct rig *rig)
{
	rig->reader = reader_free(rig->reader);
}

static void arrive(struct rig *rig, const struct delivery *d)
{
	uint64_t at = rig->now;

	for (size_t i = 0; i < d->n; i++) {
		assert_true(rig->n_arrivals < RIG_ARRIVALS);
		at += d->pieces[i].delay_ms * MS;
		rig->arrivals[rig->n_arrivals].at = at;
		rig->arrivals[rig->n_arrivals].size = d->pieces[i].size;
		memcpy(rig->arrivals[rig->n_arrivals].bytes, d->bytes + d->pieces[i].offset,
		       d->pieces[i].size);
		rig->n_arrivals++;
	}
}

/* The pipe keeps the order. */
static uint64_t next_arrival(const struct rig *rig)
{
	return rig->n_arrivals ? rig->arrivals[0].at : UINT64_MAX;
}

static void drop_arrival(struct rig *rig)
{
	rig->n_arrivals--;
	memmove(&rig->arrivals[0], &rig->arrivals[1], rig->n_arrivals * sizeof(rig->arrivals[0]));
}

/* What happens until @until, without anybody listening at the pipe. */
static void pass(struct rig *rig, uint64_t until)
{
	while (sam_due(&rig->sam) <= until) {
		if (sam_due(&rig->sam) > rig->now)
			rig->now = sam_due(&rig->sam);
		if (sam_run(&rig->sam, rig->now, &rig->delivery)) {
			arrive(rig, &rig->delivery);
			if (rig->delivery.unplug)
				rig->plugged = false;
		}
	}
	if (until > rig->now)
		rig->now = until;
}

static void drain(struct rig *rig)
{
	uint64_t window = (rig->unclean ? IDCARD_DRAIN_UNCLEAN_MS : IDCARD_DRAIN_MS) * MS;

	if (sam_leftover(&rig->sam, &rig->delivery))
		arrive(rig, &rig->delivery);
	for (;;) {
		uint64_t end = rig->now + window;

		pass(rig, next_arrival(rig) < end ? next_arrival(rig) : end);
		if (next_arrival(rig) > rig->now)
			break;
		drop_arrival(rig);
	}
}

/* As a transport does it. */
static int exchange(struct rig *rig, const struct reader_action *action, uint8_t *buf, size_t *size)
{
	struct idcard_assembler a = { .buf = buf };
	uint64_t deadline, limit;
	size_t used;
	int r = 0;

	drain(rig);
	if (rig->framing == rig->speaks)
		sam_feed(&rig->sam, action->frame, action->size, rig->now);
	deadline = limit = rig->now + action->timeout_ms * MS;
	while (!r) {
		uint64_t t = sam_due(&rig->sam);

		if (next_arrival(rig) < t)
			t = next_arrival(rig);
		if (t > limit) {
			rig->now = limit;
			return -ETIMEDOUT;
		}
		if (t > rig->now)
			rig->now = t;
		if (next_arrival(rig) > rig->now) {
			pass(rig, rig->now);
			if (!rig->plugged)
				return -ENODEV;
			if (rig->delivery.stall) {
				rig->delivery.stall = 0;
				return -EPIPE;
			}
			continue;
		}
		r = idcard_assembler_feed(&a, rig->arrivals[0].bytes, rig->arrivals[0].size, &used);
		if (r == 1 && used != rig->arrivals[0].size)
			r = -EBADMSG;
		drop_arrival(rig);
		if (a.have && rig->now + IDCARD_GAP_MS * MS < deadline)
			limit = rig->now + IDCARD_GAP_MS * MS;
	}
	*size = a.have;
	return r == 1 ? 0 : r;
}

static void perform(struct rig *rig, const struct reader_action *action)
{
	static uint8_t buf[IDCARD_REPLY_MAX];
	size_t size = 0;
	int r = 0;

	switch (action->kind) {
	case READER_SEND:
		rig->exchanges++;
		r = exchange(rig, action, buf, &size);
		if (rig->exchanges == rig->unwatch_at)
			rig_watch(rig, &(struct reader_want){});
		rig->unclean = r < 0;
		break;
	case READER_RESET:
		rig->resets++;
		sam_power(&rig->sam, false, rig->now);
		sam_power(&rig->sam, true, rig->now);
		rig->n_arrivals = 0;
		break;
	case READER_REFRAME:
		rig->reframes++;
		rig->framing = rig->framings ? (rig->framing + 1) % 3 : 0;
		r = rig->framings ? 0 : -EOPNOTSUPP;
		break;
	default:
		break;
	}
	reader_done(rig->reader, rig->now, r, r ? NULL : buf, size);
	memset(buf, 0, sizeof(buf));
}

void rig_run(struct rig *rig, unsigned int ms)
{
	uint64_t end = rig->now + ms * MS;
	struct reader_action action;

	while (rig->now < end) {
		reader_next(rig->reader, rig->now, &action);
		if (action.kind == READER_WAIT)
			pass(rig, action.until < end ? action.until : end);
		else
			perform(rig, &action);
	}
}

void rig_watch(struct rig *rig, const struct reader_want *want)
{
	reader_set_want(rig->reader, want, rig->now);
}

void rig_call(struct rig *rig)
{
	reader_read_again(rig->reader, rig->now);
}

void rig_place(struct rig *rig, const char *name)
{
	static struct persona persona;

	memset(&persona, 0, sizeof(persona));
	if (persona_load(&persona, "tests/personas", name) < 0 ||
	    persona_encode(&persona, &rig->expected) < 0)
		fail_msg("%s: %s", name, persona.error);
	sam_place(&rig->sam, &rig->expected);
}

void rig_lift(struct rig *rig)
{
	sam_lift(&rig->sam);
}

void rig_fault(struct rig *rig, const char *script)
{
	char copy[128], *words[8], *save = NULL;
	const char *error = "";
	size_t n = 0;

	snprintf(copy, sizeof(copy), "%s", script);
	for (char *w = strtok_r(copy, " ", &save); w && n < 8; w = strtok_r(NULL, " ", &save))
		words[n++] = w;
	if (faults_arm(&rig->sam.faults, words, n, &error) < 0)
		fail_msg("%s: %s", script, error);
}

void rig_start(struct rig *rig, bool repeat_read)
{
	static const struct reader_want watching = { .watch = true };

	rig->sam.options.repeat_read = repeat_read;
	rig_watch(rig, &watching);
	rig_run(rig, 4000);
	assert_int_equal(reader_state(rig->reader), READER_SEARCHING);
}

void rig_good_placement(struct rig *rig, const char *persona)
{
	unsigned int records = rig->records, errors = rig->errors, wrong = rig->wrong;

	rig_place(rig, persona);
	rig_run(rig, 3000);
	assert_int_equal(rig->records, records + 1);
	assert_int_equal(rig->errors, errors);
	assert_int_equal(rig->wrong, wrong);
	rig_lift(rig);
	rig_run(rig, 1000);
}

unsigned int rig_ended(const struct rig *rig)
{
	return rig->records + rig->errors;
}
