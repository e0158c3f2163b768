// SPDX-License-Identifier: GPL-2.0-or-later
/* What a client of the socket and a reader of /dev/idcard see, against what they were promised. */
#include "chaos.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "util.h"

enum { BARRIER_EVERY_MS = 100 };

static bool opened(void *context)
{
	return idcard_client_open(NULL, context) == 0;
}

static void open_client(struct chaos *c)
{
	wait_until(opened, &c->client, 20000, "idcardd to answer");
	require(idcard_client_send(c->client,
				   "{\"class\":\"WATCH\",\"portrait\":\"wlt\",\"id\":\"w\"}") == 0,
		"cannot send");
}

void judge_open(struct chaos *c)
{
	open_client(c);
	json_decref(watch_next(c->client, "WATCH", NULL, 20000));
	c->watches = true;
	c->node = ground_open_node();
}

void judge_close(struct chaos *c)
{
	c->client = idcard_client_close(c->client);
	c->node = safe_close(c->node);
}

static struct lane *find_lane(struct chaos *c, const char *name)
{
	for (unsigned int i = 0; i < c->n_lanes; i++)
		if (strcmp(c->lanes[i].name, name) == 0)
			return &c->lanes[i];
	fail("something is said of a reader that is none: %s", name);
}

static void count_end(struct lane *l)
{
	l->ends++;
	l->ends_since++;
	l->open = false;
	if (l->ends > l->budget)
		lane_violated(l, "duplicated: %u ends, %u are due", l->ends, l->budget);
}

/* Whose is it? One of those that lie or lay there in this placement, in each field. */
static unsigned int check_identity(struct lane *l, const json_t *identity, const char *who)
{
	long serial = person_serial(get(identity, "name"));
	const char *field;
	unsigned int card;

	if (serial < 0)
		lane_violated(l, "wrong: %s has the name of nobody", who);
	if (serial / CHAOS_CARDS != (long)l->placement)
		lane_violated(l, "wrong: %s has the person of placement %ld", who,
			      serial / CHAOS_CARDS);
	card = serial % CHAOS_CARDS;
	if (!l->was_there[card])
		lane_violated(l, "wrong: %s has a card that was not placed", who);
	field = person_differs(&l->person[card], identity);
	if (field)
		lane_violated(l, "mixed: %s differs in %s: %s", who, field, get(identity, field));
	return card;
}

static void client_identity(struct lane *l, const json_t *identity)
{
	unsigned int card = check_identity(l, identity, "the client");

	lane_log(l, "< IDENTITY of card %u", card);
	if (!*get(json_object_get(identity, "portrait"), "data"))
		lane_violated(l, "mixed: there is no portrait: %s",
			      get(json_object_get(identity, "portrait"), "status"));
	if (card == 0 && l->of_client[1])
		lane_violated(l, "wrong: the card that was exchanged comes after the other");
	l->of_client[card]++;
	l->chaos->figures.identities++;
	count_end(l);
}

static void client_error(struct lane *l, const json_t *error)
{
	const char *code = get(error, "code");
	bool placement = json_is_true(json_object_get(error, "placement"));

	lane_log(l, "< ERROR %s%s", code, placement ? ", of the placement" : "");
	if (!placement)
		return;
	/* An error instead of an identity of which nobody knows who has it. */
	if (l->doubt && strcmp(code, "card-unreadable") == 0 && l->ends == l->budget) {
		l->doubt = false;
		l->budget++;
		l->chaos->figures.split++;
	}
	l->errors++;
	l->chaos->figures.errors++;
	l->chaos->figures.codes[idcard_error_from_code(code) % 32]++;
	count_end(l);
}

static void client_card(struct lane *l, const json_t *object)
{
	const char *event = get(object, "event");

	lane_log(l, "< CARD %s", event);
	if (strcmp(event, "placed") == 0) {
		if (l->open)
			lane_violated(l, "lost: a placement begins and the one before has no end");
		l->open = l->found = true;
		if (l->was_there[0])
			return;
		l->phantom = true;
		if (!l->denials)
			lane_violated(l, "wrong: placed, and nothing lies there");
		l->denials--;
		l->budget++;
	} else if (strcmp(event, "lifted") == 0) {
		if (l->open)
			lane_violated(l, "lost: lifted without an end");
		/* Of the one before: the reader looked, and looked once more. */
		if (!l->found)
			return;
		if (l->phantom) {
			l->phantom = false;
			return;
		}
		if (l->lifted || l->drawn.may_lift || l->lies < 0)
			return;
		/* On a line without a name of its own: it went while there was no daemon. */
		if (l->killed && l->replugged)
			return;
		/* The reader lied: for all that can be known, what it finds next is a placement. */
		if (!l->denials)
			lane_violated(l, "wrong: lifted, and it lies there");
		l->denials--;
		l->budget++;
	}
}

static bool is_searching(const struct lane *l, const json_t *devices)
{
	const json_t *device;
	size_t i;

	json_array_foreach(devices, i, device)
		if (strcmp(get(device, "name"), l->name) == 0)
			return strcmp(get(device, "state"), "searching") == 0;
	return false;
}

/* All events until now have come. Does the daemon know that nothing lies on the reader? */
static void take_barrier(struct chaos *c, unsigned int barrier, const json_t *devices)
{
	for (unsigned int i = 0; i < c->n_lanes; i++) {
		struct lane *l = &c->lanes[i];

		if (l->barrier != barrier)
			continue;
		l->barrier_passed = is_searching(l, devices);
		l->barrier = 0;
		l->barrier_at = now_usec() + BARRIER_EVERY_MS * UINT64_C(1000);
	}
}

static void client_object(struct chaos *c, const json_t *object)
{
	const char *class = get(object, "class"), *id = get(object, "id");
	const char *name = get(json_object_get(object, "reader"), "name");
	unsigned int barrier;

	if (sscanf(id, "b%u", &barrier) == 1)
		return take_barrier(c, barrier, json_object_get(object, "devices"));
	c->watches |= strcmp(class, "WATCH") == 0;
	if (strcmp(class, "DEVICE") == 0) {
		const json_t *device = json_object_get(object, "device");

		lane_log(find_lane(c, get(device, "name")), "< DEVICE %s %s", get(object, "event"),
			 get(device, "state"));
	}
	if (!*name)
		return;
	if (strcmp(class, "IDENTITY") == 0)
		client_identity(find_lane(c, name), object);
	else if (strcmp(class, "ERROR") == 0)
		client_error(find_lane(c, name), object);
	else if (strcmp(class, "CARD") == 0)
		client_card(find_lane(c, name), object);
}

/* The daemon is gone, and what it had said has come. What was open has no end yet. */
static void client_lost(struct chaos *c, int error)
{
	require(c->expect_end, "the client's connection ended: %s", strerror(-error));
	c->expect_end = c->watches = false;
	c->client = idcard_client_close(c->client);
	for (unsigned int i = 0; i < c->n_lanes; i++) {
		struct lane *l = &c->lanes[i];

		lane_log(l, "< the daemon is gone");
		l->killed = l->doubt = true;
		l->open = false;
		/* What could not be read is tried once more. */
		if (l->errors && l->lies >= 0)
			l->budget++;
		if (l->state == LANE_BARRIER && !l->barrier_passed)
			l->barrier = 0;
	}
	open_client(c);
}

static void begin_barriers(struct chaos *c)
{
	for (unsigned int i = 0; i < c->n_lanes; i++) {
		struct lane *l = &c->lanes[i];
		char request[64];

		if (l->state != LANE_BARRIER || l->barrier || l->barrier_passed ||
		    now_usec() < l->barrier_at)
			continue;
		l->barrier = ++c->barrier;
		snprintf(request, sizeof(request), "{\"class\":\"DEVICES\",\"id\":\"b%u\"}", l->barrier);
		/* Without a daemon: client_lost() comes. */
		idcard_client_send(c->client, request);
	}
}

void judge_client(struct chaos *c)
{
	const char *line;
	int r;

	while ((r = idcard_client_receive(c->client, 0, &line)) > 0) {
		json_t *object = json_loads(line, 0, NULL);

		require(object, "not JSON: %.60s", line);
		client_object(c, object);
		json_decref(object);
	}
	if (r < 0)
		client_lost(c, r);
	begin_barriers(c);
}

static void node_line(struct chaos *c, const char *line)
{
	json_t *identity = json_loads(line, 0, NULL);
	struct lane *l;
	unsigned int card;

	require(identity, "not JSON: %.60s", line);
	if (ground_node_ends() && strcmp(get(identity, "class"), "IDENTITY") != 0) {
		json_decref(identity);
		return;
	}
	require(strcmp(get(identity, "class"), "IDENTITY") == 0, "/dev/idcard gives no identity");
	l = find_lane(c, get(json_object_get(identity, "reader"), "name"));
	card = check_identity(l, identity, "/dev/idcard");
	lane_log(l, "< /dev/idcard: card %u", card);
	json_decref(identity);
	/* Before the client was back: idcardd waits for those who watched, not for ever. */
	l->missed |= !c->watches;
	if (++l->of_node[card] > l->budget)
		lane_violated(l, "duplicated: /dev/idcard has it %u times", l->of_node[card]);
}

void judge_node(struct chaos *c)
{
	char *newline;
	ssize_t n;

	for (;;) {
		n = read(c->node, c->line + c->line_size, sizeof(c->line) - c->line_size);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0 && ground_node_ends()) {
			safe_close(c->node);
			c->node = ground_open_node();
			c->line_size = 0;
			return;
		}
		require(n > 0, "/dev/idcard: %s", n ? strerror(errno) : "the end");
		c->line_size += n;
		while ((newline = memchr(c->line, '\n', c->line_size))) {
			*newline = '\0';
			node_line(c, c->line);
			c->line_size -= newline + 1 - c->line;
			memmove(c->line, newline + 1, c->line_size);
		}
	}
}

bool judge_ended(struct lane *l)
{
	/* What failed for good stays failed until it is lifted: perhaps nobody saw the exchange. */
	if (l->lies == 1)
		return l->of_client[1] || l->errors;
	return l->ends_since > 0 || (l->killed && l->missed);
}

/* Killed while it handed an identity on: some have it, and it does not come again. */
static bool was_split(struct lane *l)
{
	bool split = false;

	for (unsigned int i = 0; i < CHAOS_CARDS; i++)
		split |= l->of_client[i] != l->of_node[i];
	return split && l->killed;
}

bool judge_closed(struct lane *l, bool last_chance)
{
	struct figures *f = &l->chaos->figures;

	if (l->open) {
		if (last_chance)
			lane_violated(l, "lost: the card is gone, and its placement has no end");
		return false;
	}
	for (unsigned int i = 0; i < CHAOS_CARDS; i++) {
		if (l->of_client[i] == l->of_node[i] || (last_chance && was_split(l)))
			continue;
		if (last_chance)
			lane_violated(l, "%s: card %u: %u for the client, %u for /dev/idcard",
				      l->of_node[i] < l->of_client[i] ? "lost" : "duplicated", i,
				      l->of_client[i], l->of_node[i]);
		return false;
	}
	f->split += was_split(l);
	f->unseen += l->ends == 0;
	f->placements++;
	return true;
}
