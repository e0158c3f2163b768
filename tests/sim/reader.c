// SPDX-License-Identifier: GPL-2.0-or-later
#include "reader.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "util.h"

/* Time for the host to take what came before the plug is pulled. */
enum { UNPLUG_USEC = 5000 };

static void step(struct reader *r);

/* What the host talks to is the SAM itself, or a controller in front of it. */
static bool run_sam(struct reader *r, uint64_t now)
{
	return r->speaks_stx ? stx_run(&r->stx, &r->sam, now, &r->out) :
			       sam_run(&r->sam, now, &r->out);
}

static uint64_t due_sam(const struct reader *r)
{
	return r->speaks_stx ? stx_due(&r->stx, &r->sam) : sam_due(&r->sam);
}

static bool run_leftover(struct reader *r)
{
	return r->speaks_stx ? stx_leftover(&r->stx, &r->sam, &r->out) :
			       sam_leftover(&r->sam, &r->out);
}

static void power(struct reader *r, bool on)
{
	stx_reset(&r->stx);
	sam_power(&r->sam, on, now_usec());
}

static void changed(struct reader *r)
{
	if (r->changed)
		r->changed(r->userdata);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	step(userdata);
	return 0;
}

static void forget_delivery(struct reader *r)
{
	explicit_bzero(&r->out, sizeof(r->out));
	r->sending = r->untaken = false;
	r->unplug_at = SAM_NEVER;
}

int reader_init(struct reader *r, sd_event *event, uint64_t seed, uint32_t which)
{
	int error;

	memset(r, 0, sizeof(*r));
	r->event = event;
	sam_init(&r->sam, seed, which);
	forget_delivery(r);
	error = sd_event_add_time(event, &r->timer, CLOCK_MONOTONIC, SAM_NEVER, 1, on_timer, r);
	return error < 0 ? error : 0;
}

void reader_done(struct reader *r)
{
	reader_unplug(r);
	if (r->front)
		r->front->ops->free(r->front);
	r->front = NULL;
	r->timer = sd_event_source_disable_unref(r->timer);
	explicit_bzero(&r->sam, sizeof(r->sam));
	explicit_bzero(&r->stx, sizeof(r->stx));
}

static void begin_delivery(struct reader *r, uint64_t now)
{
	r->sending = true;
	r->piece = 0;
	r->piece_at = now + (r->out.n ? r->out.pieces[0].delay_ms * (uint64_t)1000 : 0);
	if (r->out.leftover)
		return;
	if (r->out.command == 0x2001) {
		r->stats.finds++;
		r->stats.finds_since_place++;
	}
}

static void end_delivery(struct reader *r, uint64_t now)
{
	r->sending = false;
	r->untaken = true;
	if (r->out.stall)
		r->front->ops->stall(r->front, r->out.stall);
	if (r->out.unplug)
		r->unplug_at = now + UNPLUG_USEC;
}

/* One thing that is due. False when there is none. */
static bool step_once(struct reader *r, uint64_t now)
{
	bool booting = r->sam.state == SAM_BOOT;

	if (r->unplug_at <= now) {
		reader_unplug(r);
		return true;
	}
	if (r->sending && r->piece == r->out.n) {
		end_delivery(r, now);
		return true;
	}
	if (r->sending) {
		if (r->piece_at > now)
			return false;
		r->front->ops->deliver(r->front, &r->out, &r->out.pieces[r->piece]);
		r->piece++;
		if (r->piece < r->out.n)
			r->piece_at += r->out.pieces[r->piece].delay_ms * (uint64_t)1000;
		return true;
	}
	if (run_sam(r, now)) {
		begin_delivery(r, now);
		return true;
	}
	if (booting && r->sam.state != SAM_BOOT) {
		r->front->ops->ready(r->front);
		return true;
	}
	return false;
}

static uint64_t next_due(const struct reader *r)
{
	uint64_t due = r->sending ? r->piece_at : due_sam(r);

	return due < r->unplug_at ? due : r->unplug_at;
}

static void step(struct reader *r)
{
	uint64_t due;

	while (step_once(r, now_usec()))
		;
	if (r->untaken && !r->sending && r->front->ops->taken(r->front))
		reader_taken(r);
	due = next_due(r);
	sd_event_source_set_time(r->timer, due);
	sd_event_source_set_enabled(r->timer, due == SAM_NEVER ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
	changed(r);
}

/* A fault may have put a leftover where the next reply will come. */
static void put_leftover(struct reader *r)
{
	if (!r->front->plugged || r->sending || r->untaken || r->sam.exchange.busy)
		return;
	if (run_leftover(r)) {
		begin_delivery(r, now_usec());
		step(r);
	}
}

void reader_taken(struct reader *r)
{
	bool leftover = r->out.leftover;

	if (r->sending || !r->untaken)
		return;
	r->untaken = false;
	if (r->out.whole && !leftover && r->out.status == SAM_OK &&
	    (r->out.command == 0x3001 || r->out.command == 0x3010)) {
		r->stats.records++;
		r->stats.record_placement = r->out.placement;
		r->stats.record_usec = r->handed_usec;
	}
	/* One leftover per exchange: a host that drains must come to an end. */
	if (!leftover)
		put_leftover(r);
	changed(r);
}

/* The host had what was waiting thrown away. */
void reader_flushed(struct reader *r)
{
	r->untaken = false;
	changed(r);
}

int reader_plug(struct reader *r)
{
	int error;

	if (r->front->plugged)
		return -EALREADY;
	forget_delivery(r);
	error = r->front->ops->plug(r->front);
	if (error < 0)
		return error;
	r->front->plugged = true;
	power(r, true);
	step(r);
	return 0;
}

void reader_gone(struct reader *r)
{
	r->front->plugged = false;
	r->stats.unplugs++;
	forget_delivery(r);
	power(r, false);
	step(r);
}

void reader_unplug(struct reader *r)
{
	r->unplug_at = SAM_NEVER;
	if (!r->front || !r->front->plugged)
		return;
	r->front->ops->unplug(r->front);
	reader_gone(r);
}

void reader_bus_reset(struct reader *r)
{
	forget_delivery(r);
	power(r, true);
	step(r);
}

unsigned int reader_place(struct reader *r, const struct card *card)
{
	r->stats.finds_since_place = 0;
	return sam_place(&r->sam, card);
}

int reader_fault(struct reader *r, char *const *words, size_t n, const char **error)
{
	int ret = faults_arm(&r->sam.faults, words, n, error);

	/*
	 * A find of a controller reads a card: a leftover that came just when the host asks would
	 * be its reply. Behind a reply the host is silent.
	 */
	if (ret >= 0 && !r->speaks_stx)
		put_leftover(r);
	return ret;
}

bool reader_idle(const struct reader *r)
{
	return r->front->plugged && r->sam.state >= SAM_IDLE && !r->sam.exchange.busy &&
	       !r->stx.busy && !r->sending && !r->untaken;
}

bool reader_card_read(const struct reader *r)
{
	return r->sam.card_present && r->stats.record_placement == r->sam.placement;
}

bool reader_accepts(const struct reader *r)
{
	return r->sam.state != SAM_BOOT || !r->boot_nak;
}

void reader_received(struct reader *r, bool begins_frame, const uint8_t *bytes, size_t n)
{
	if (r->speaks_stx) {
		stx_feed(&r->stx, &r->sam, bytes, n, now_usec());
	} else {
		if (begins_frame)
			sam_restart_input(&r->sam);
		sam_feed(&r->sam, bytes, n, now_usec());
	}
	step(r);
}
