// SPDX-License-Identifier: GPL-2.0-or-later
/* Claims: each client's own view of a reader (docs/socket.md, "Claims"). lease.c knows what to answer. */
#include "hub-internal.h"

#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "lease.h"
#include "secret.h"
#include "util.h"

/* A reader that is there. */
struct claimable {
	const void *reader;	/* the backend's */
	char *name;
	struct spot spot;
	/* How often the card there was to be read once more, and from when on it may be. */
	uint64_t again_of;	/* the placement */
	unsigned int n_again;
	uint64_t again_from;
	bool again_begun, again_waits;
	struct claimable *next;
};

enum {
	/* For those who come late; who comes and vanishes must not keep the reader from looking. */
	AGAIN_AT_ONCE = 2,
	AGAIN_EVERY_MS = 4000,
};

struct claim {
	struct claimable *at;	/* NULL: it was unplugged */
	struct lease lease;
	json_t *id;		/* of the EXCHANGE that waits */
	uint8_t reply[LEASE_REPLY_MAX];
};

static struct claim *claim_of(const struct hub *hub, size_t i)
{
	return client_work(hub->clients[i])->claim;
}

/* Is there anybody at @at who will ask for what was read? */
static bool in_use(const struct hub *hub, const struct claimable *at)
{
	for (size_t i = 0; i < hub->n_clients; i++) {
		const struct claim *c = claim_of(hub, i);

		if (c && c->at == at && lease_active(&c->lease))
			return true;
	}
	return false;
}

/* The record is kept for nobody but those who claim. */
static void forget_unused(struct hub *hub)
{
	for (struct claimable *at = hub->claimables; at; at = at->next)
		if (!in_use(hub, at)) {
			spot_forget(&at->spot);
			at->again_begun = false;
		}
}

void claims_add_want(const struct hub *hub, struct reader_want *want)
{
	for (size_t i = 0; i < hub->n_clients; i++) {
		const struct claim *c = claim_of(hub, i);

		if (!c || !c->at || !lease_active(&c->lease))
			continue;
		want->watch = true;
		want->new_address = true;
		want->fingerprint |= c->lease.fingerprints;
	}
}

size_t claims_count(const struct hub *hub)
{
	size_t n = 0;

	for (size_t i = 0; i < hub->n_clients; i++)
		n += claim_of(hub, i) && claim_of(hub, i)->at;
	return n;
}

static void send_reply(struct client *client, struct claim *c, size_t size)
{
	char text[BASE64_SIZE(LEASE_REPLY_MAX)];
	json_t *id = c->id;

	base64_encode(c->reply, size, text);
	explicit_bzero(c->reply, size);
	c->id = NULL;
	request_reply(client, json_pack("{s:s, s:s}", "class", "EXCHANGE", "frame", text), id);
	json_decref(id);
	explicit_bzero(text, sizeof(text));
}

static void answer(struct hub *hub, struct client *client, uint64_t now)
{
	struct claim *c = client_work(client)->claim;
	size_t size = lease_answer(&c->lease, &c->at->spot, now, c->reply);

	/* If it may not have it, the claim is gone. */
	if (size && hub_may_have(hub, client))
		send_reply(client, c, size);
}

static int on_due(sd_event_source *s, uint64_t usec, void *userdata);

/* The next time when something is to be done for a claim. */
static void set_timer(struct hub *hub)
{
	uint64_t due = UINT64_MAX, now = now_usec();

	for (size_t i = 0; i < hub->n_clients; i++) {
		const struct claim *c = claim_of(hub, i);

		if (c && c->at && lease_due(&c->lease, now) < due)
			due = lease_due(&c->lease, now);
	}
	for (const struct claimable *at = hub->claimables; at; at = at->next)
		if (at->again_waits && at->again_from < due)
			due = at->again_from;
	if (due == UINT64_MAX) {
		hub->claims_timer = sd_event_source_disable_unref(hub->claims_timer);
	} else if (!hub->claims_timer) {
		sd_event_add_time(hub->event, &hub->claims_timer, CLOCK_MONOTONIC, due, 1000,
				  on_due, hub);
	} else {
		sd_event_source_set_time(hub->claims_timer, due);
		sd_event_source_set_enabled(hub->claims_timer, SD_EVENT_ONESHOT);
	}
}

static bool may_read_again(struct claimable *at, uint64_t now)
{
	if (at->again_of != at->spot.placement) {
		at->again_of = at->spot.placement;
		at->n_again = 0;
		at->again_begun = false;
	}
	/* What is asked for twice is one reading. */
	if (at->again_begun)
		return true;
	if (at->n_again >= AGAIN_AT_ONCE && now < at->again_from)
		return false;
	at->n_again++;
	at->again_from = now + AGAIN_EVERY_MS * UINT64_C(1000);
	at->again_begun = true;
	return true;
}

/* Something happened at @at: who waits for it? */
static void settle(struct hub *hub, struct claimable *at)
{
	uint64_t now = now_usec();
	bool again = false;

	for (size_t i = 0; i < hub->n_clients; i++) {
		const struct claim *c = claim_of(hub, i);

		if (!c || c->at != at)
			continue;
		answer(hub, hub->clients[i], now);
		c = claim_of(hub, i);
		again |= c && lease_needs_reading(&c->lease, &at->spot);
	}
	at->again_waits = again && !may_read_again(at, now);
	if (again && !at->again_waits)
		hub->backend.read_again(at->reader, hub->backend.userdata);
	set_timer(hub);
}

static int on_due(sd_event_source *s, uint64_t usec, void *userdata)
{
	struct hub *hub = userdata;
	bool lapsed = false;

	for (struct claimable *at = hub->claimables; at; at = at->next)
		settle(hub, at);
	for (size_t i = 0; i < hub->n_clients; i++)
		if (claim_of(hub, i))
			lapsed |= lease_lapse(&claim_of(hub, i)->lease, now_usec());
	if (lapsed)
		claims_changed(hub);
	return 0;
}

static struct claimable *find_reader(const struct hub *hub, const void *reader)
{
	struct claimable *at = hub->claimables;

	while (at && at->reader != reader)
		at = at->next;
	return at;
}

static struct claimable *find_name(const struct hub *hub, const char *name)
{
	struct claimable *at = hub->claimables;

	while (at && strcmp(at->name, name) != 0)
		at = at->next;
	return at;
}

/* Without memory it is a reader that cannot be claimed. */
static struct claimable *add_reader(struct hub *hub, const void *reader, const char *name)
{
	struct claimable *at = calloc(1, sizeof(*at)), **end = &hub->claimables;

	if (!at)
		return NULL;
	at->reader = reader;
	at->name = strdup(name);
	if (!at->name) {
		free(at);
		return NULL;
	}
	while (*end)
		end = &(*end)->next;
	*end = at;
	return at;
}

static void free_reader(struct claimable *at)
{
	spot_forget(&at->spot);
	free(at->name);
	free(at);
}

void hub_reader_changed(struct hub *hub, const void *reader, const struct hub_reader *is)
{
	struct claimable *at = find_reader(hub, reader);

	if (!at)
		at = add_reader(hub, reader, is->name);
	if (!at)
		return;
	at->spot.reader_status = is->sam_status;
	at->spot.sam_id_known = is->sam_id;
	if (is->sam_id)
		memcpy(at->spot.sam_id, is->sam_id, SAM_ID_SIZE);
	if (!is->looking)
		spot_unsure(&at->spot);
	settle(hub, at);
}

void hub_reader_event(struct hub *hub, const void *reader, const struct reader_event *event)
{
	struct claimable *at = find_reader(hub, reader);

	if (!at)
		return;
	if (event->kind == READER_EVENT_RECORD || event->kind == READER_EVENT_ERROR)
		at->again_begun = false;
	spot_event(&at->spot, event, in_use(hub, at), now_usec());
	settle(hub, at);
}

/* The reply to the EXCHANGE that waits is @error. */
static void refuse_waiting(struct client *client, struct claim *c, enum idcard_error error)
{
	json_t *id = c->id;

	if (!c->lease.command)
		return;
	c->lease.command = 0;
	c->id = NULL;
	client_send_error(client, error, id);
	json_decref(id);
}

void hub_reader_gone(struct hub *hub, const void *reader)
{
	struct claimable *at = find_reader(hub, reader), **link = &hub->claimables;

	if (!at)
		return;
	for (size_t i = 0; i < hub->n_clients; i++) {
		struct claim *c = claim_of(hub, i);

		if (!c || c->at != at)
			continue;
		refuse_waiting(hub->clients[i], c, IDCARD_ERROR_READER_GONE);
		c->at = NULL;
		c->lease = (struct lease){};
	}
	while (*link != at)
		link = &(*link)->next;
	*link = at->next;
	free_reader(at);
	claims_changed(hub);
}

void claims_free(struct hub *hub)
{
	while (hub->claimables) {
		struct claimable *at = hub->claimables;

		hub->claimables = at->next;
		free_reader(at);
	}
	hub->claims_timer = sd_event_source_disable_unref(hub->claims_timer);
}

void claim_end(struct client *client)
{
	struct claim *c = client_work(client)->claim;

	client_work(client)->claim = NULL;
	if (c)
		json_decref(c->id);
	secret_free(c);
}

void claims_changed(struct hub *hub)
{
	forget_unused(hub);
	set_timer(hub);
	hub_update_want(hub);
}

/* Of its own will: what waits is still answered. */
static void release(struct hub *hub, struct client *client)
{
	struct claim *c = client_work(client)->claim;

	if (c)
		refuse_waiting(client, c, IDCARD_ERROR_BAD_REQUEST);
	claim_end(client);
	claims_changed(hub);
}

enum idcard_error do_claim(struct hub *hub, struct client *client, json_t *request, json_t *id)
{
	const char *name = json_string_value(json_object_get(request, "reader"));
	char sam_id[SAM_ID_TEXT_SIZE];
	struct claimable *at;
	struct claim *c;
	bool repeat = false, known;

	if (!name || !request_flag(request, "repeat", &repeat))
		return IDCARD_ERROR_BAD_REQUEST;
	at = find_name(hub, name);
	if (!at)
		return IDCARD_ERROR_NO_READER;
	c = secret_alloc(sizeof(*c));
	if (!c)
		return IDCARD_ERROR_TOO_MANY;
	c->at = at;
	c->lease.repeat = repeat;
	release(hub, client);
	client_work(client)->claim = c;
	known = at->spot.sam_id_known && sam_id_format(at->spot.sam_id, sam_id) == 0;
	request_reply(client, json_pack("{s:s, s:{s:s, s:s*}}", "class", "CLAIM", "reader", "name",
					at->name, "sam_id", known ? sam_id : NULL), id);
	return IDCARD_ERROR_NONE;
}

enum idcard_error do_exchange(struct hub *hub, struct client *client, json_t *request, json_t *id)
{
	struct claim *c = client_work(client)->claim;
	uint8_t frame[IDCARD_REQUEST_MAX];
	struct claimable *at;
	ssize_t n = request_bytes(request, "frame", frame, sizeof(frame));

	if (!c || n < 0)
		return IDCARD_ERROR_BAD_REQUEST;
	at = c->at;
	if (!at)
		return IDCARD_ERROR_READER_GONE;
	if (lease_request(&c->lease, frame, (size_t)n, now_usec()) < 0)
		return IDCARD_ERROR_BAD_REQUEST;
	c->id = json_incref(id);
	/* It may be answered by this, or ended. */
	hub_update_want(hub);
	settle(hub, at);
	return IDCARD_ERROR_NONE;
}

enum idcard_error do_release(struct hub *hub, struct client *client, json_t *request, json_t *id)
{
	release(hub, client);
	request_reply(client, json_pack("{s:s}", "class", "RELEASE"), id);
	return IDCARD_ERROR_NONE;
}
