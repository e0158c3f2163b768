// SPDX-License-Identifier: GPL-2.0-or-later
#include "sam.h"

#include <string.h>

#include "util.h"

enum {
	PREAMBLE = 5,
	HEAD = 7,
};

static const uint8_t preamble[PREAMBLE] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69 };

enum {
	RESET = 0x10ff,
	STATUS = 0x11ff,
	READ_ID = 0x12ff,
	FIND = 0x2001,
	SELECT = 0x2002,
	READ = 0x3001,
	READ_ADDRESS = 0x3003,
	READ_FINGERPRINT = 0x3010,
	MAX_RF = 0x61ff,
};

enum { BOOT_MS = 2000 };

/* Bytes of data in the request, and how long the answer takes. */
static const struct command {
	int command;
	uint8_t data;
	uint16_t ms;
} commands[] = {
	{ RESET, 0, 10 },	{ STATUS, 0, 10 },	  { READ_ID, 0, 10 },
	{ FIND, 0, 30 },	{ SELECT, 0, 60 },	  { READ, 0, 600 },
	{ READ_ADDRESS, 0, 200 }, { READ_FINGERPRINT, 0, 900 }, { MAX_RF, 1, 10 },
	/* UART speeds; meaningless on USB, but accepted. */
	{ 0x6000, 0, 10 },	{ 0x6001, 0, 10 },	  { 0x6002, 0, 10 },
	{ 0x6003, 0, 10 },	{ 0x6004, 0, 10 },
};

static const struct command *find_command(int command)
{
	for (size_t i = 0; i < ELEMENTSOF(commands); i++)
		if (commands[i].command == command)
			return &commands[i];
	return NULL;
}

const char *sam_state_to_string(enum sam_state state)
{
	static const char *const names[] = {
		[SAM_OFF] = "OFF",	   [SAM_BOOT] = "BOOT",		[SAM_IDLE] = "IDLE",
		[SAM_FOUND] = "FOUND",	   [SAM_SELECTED] = "SELECTED",
		[SAM_READ_DONE] = "READ-DONE",
	};

	return names[state];
}

void sam_init(struct sam *sam, uint64_t seed, uint32_t which)
{
	static const uint8_t reserved[SAM_ID - 4] = {
		0x05, 0x00, 0x03, 0x00, 0xa5, 0x3a, 0x34, 0x01, 0x39, 0x30, 0x00, 0x00,
	};
	uint32_t last = 67890 + which;

	memset(sam, 0, sizeof(*sam));
	faults_init(&sam->faults, seed);
	sam->options.scale = 1.0;
	memcpy(sam->options.id, reserved, sizeof(reserved));
	for (size_t i = 0; i < 4; i++)
		sam->options.id[sizeof(reserved) + i] = (uint8_t)(last >> 8 * i);
}

static uint64_t duration(const struct sam *sam, unsigned int ms)
{
	return (uint64_t)(ms * 1000.0 * sam->options.scale);
}

void sam_power(struct sam *sam, bool on, uint64_t now)
{
	sam->state = on ? SAM_BOOT : SAM_OFF;
	sam->boot_done = now + duration(sam, BOOT_MS);
	sam->have = 0;
	sam->card_read = false;
	memset(&sam->exchange, 0, sizeof(sam->exchange));
	if (sam->faults.dead == 0x60)
		sam->faults.dead = 0;
}

unsigned int sam_place(struct sam *sam, const struct card *card)
{
	sam_lift(sam);
	sam->card = *card;
	sam->card_present = true;
	return ++sam->placement;
}

bool sam_lift(struct sam *sam)
{
	bool was = sam->card_present;

	sam->card_present = false;
	sam->card_read = false;
	if (sam->state >= SAM_FOUND)
		sam->state = SAM_IDLE;
	return was;
}

size_t sam_build_reply(uint8_t *out, uint8_t status, const void *data, size_t n)
{
	size_t length = 3 + n + 1;
	uint8_t x = 0;

	memcpy(out, preamble, PREAMBLE);
	out[5] = (uint8_t)(length >> 8);
	out[6] = length & 0xff;
	out[7] = 0;
	out[8] = 0;
	out[9] = status;
	if (n)
		memcpy(out + 10, data, n);
	for (size_t i = PREAMBLE; i < 10 + n; i++)
		x ^= out[i];
	out[10 + n] = x;
	return HEAD + length;
}

static void consume(struct sam *sam, size_t n)
{
	sam->have -= n;
	memmove(sam->input, sam->input + n, sam->have);
}

/* Leave at the front of the input a preamble, or as much of one as has come. */
static void skip_garbage(struct sam *sam)
{
	size_t i, n;

	for (i = 0; i < sam->have; i++) {
		n = sam->have - i;
		if (!memcmp(sam->input + i, preamble, n < PREAMBLE ? n : PREAMBLE))
			break;
	}
	consume(sam, i);
}

static void start(struct sam *sam, int command, uint8_t refused, uint64_t now)
{
	const struct command *c = find_command(command);
	struct sam_exchange *x = &sam->exchange;
	uint64_t takes = duration(sam, c && !refused ? c->ms : 10);

	*x = (struct sam_exchange){
		.busy = true,
		.command = command,
		.refused = refused,
		.placement = sam->placement,
		.due = now + takes,
		.lift_at = SAM_NEVER,
		.fault = faults_take(&sam->faults, command),
	};
	if (x->fault.kind == FAULT_STATUS)
		x->refused = fault_hex(&x->fault, 0);
	if (x->fault.kind == FAULT_LATE)
		x->due += fault_late_ms(&x->fault, command) * (uint64_t)1000;
	if (x->fault.kind == FAULT_LIFT)
		x->lift_at = now + takes / 2;
	if (sam->faults.dead)
		x->refused = sam->faults.dead;
}

/* A request whose length cannot be right is answered at once; nobody knows where it ends. */
static void refuse_length(struct sam *sam, int command, uint64_t now)
{
	sam->have = 0;
	start(sam, command, SAM_BAD_LENGTH, now);
}

/* Take one request out of the input, if a whole one is there. */
static void parse(struct sam *sam, uint64_t now)
{
	const struct command *c;
	uint8_t x = 0;
	size_t length;
	int command;

	if (sam->exchange.busy || sam->state < SAM_IDLE)
		return;
	skip_garbage(sam);
	if (sam->have < HEAD)
		return;
	length = (size_t)sam->input[5] << 8 | sam->input[6];
	if (length < 3 || length > SAM_REQUEST) {
		refuse_length(sam, 0, now);
		return;
	}
	if (sam->have < HEAD + 2)
		return;
	command = sam->input[7] << 8 | sam->input[8];
	c = find_command(command);
	if (c && length != 3u + c->data) {
		refuse_length(sam, command, now);
		return;
	}
	if (sam->have < HEAD + length)
		return;
	for (size_t i = PREAMBLE; i < HEAD + length; i++)
		x ^= sam->input[i];
	consume(sam, HEAD + length);
	start(sam, command, x ? SAM_BAD_CHECKSUM : c ? 0 : SAM_UNKNOWN_COMMAND, now);
}

void sam_feed(struct sam *sam, const uint8_t *bytes, size_t n, uint64_t now)
{
	if (sam->state < SAM_IDLE)
		return;
	if (n > SAM_INPUT - sam->have)
		n = SAM_INPUT - sam->have;
	memcpy(sam->input + sam->have, bytes, n);
	sam->have += n;
	parse(sam, now);
}

void sam_restart_input(struct sam *sam)
{
	/* While one is under way, whole requests may wait in the input. */
	if (!sam->exchange.busy)
		sam->have = 0;
}

static size_t do_find(struct sam *sam, uint8_t *out)
{
	if (!sam->card_present) {
		sam->state = SAM_IDLE;
		return sam_build_reply(out, SAM_NO_CARD, NULL, 0);
	}
	if (sam->card_read && !sam->options.repeat_read)
		return sam_build_reply(out, SAM_NO_CARD, NULL, 0);
	sam->state = SAM_FOUND;
	return sam_build_reply(out, SAM_CARD_FOUND, sam->options.found, sizeof(sam->options.found));
}

static size_t do_select(struct sam *sam, uint8_t *out)
{
	if (sam->state != SAM_FOUND)
		return sam_build_reply(out, SAM_SELECT_FAILED, NULL, 0);
	sam->state = SAM_SELECTED;
	return sam_build_reply(out, SAM_OK, sam->options.selected, sizeof(sam->options.selected));
}

static size_t do_read(struct sam *sam, uint8_t *out)
{
	const struct card *card = &sam->card;
	uint8_t data[6 + CARD_TEXT + CARD_PORTRAIT + CARD_FINGERPRINTS] = {
		CARD_TEXT >> 8, CARD_TEXT & 0xff, CARD_PORTRAIT >> 8, CARD_PORTRAIT & 0xff,
	};
	bool selected = sam->state == SAM_SELECTED || sam->options.read_from_idle;
	size_t n = 4;

	/* Another card than the one the exchange began with was never selected. */
	if (!selected || !sam->card_present || sam->placement != sam->exchange.placement) {
		if (sam->state == SAM_SELECTED || sam->state == SAM_FOUND)
			sam->state = SAM_IDLE;
		return sam_build_reply(out, SAM_READ_FAILED, NULL, 0);
	}
	if (sam->exchange.command == READ_FINGERPRINT) {
		data[n++] = (uint8_t)(card->fingerprints_size >> 8);
		data[n++] = card->fingerprints_size & 0xff;
	}
	memcpy(data + n, card->text, CARD_TEXT);
	n += CARD_TEXT;
	memcpy(data + n, card->portrait, CARD_PORTRAIT);
	n += CARD_PORTRAIT;
	if (sam->exchange.command == READ_FINGERPRINT) {
		memcpy(data + n, card->fingerprints, card->fingerprints_size);
		n += card->fingerprints_size;
	}
	sam->state = SAM_READ_DONE;
	sam->card_read = true;
	return sam_build_reply(out, SAM_OK, data, n);
}

static size_t do_read_address(struct sam *sam, uint8_t *out)
{
	if (sam->state != SAM_READ_DONE)
		return sam_build_reply(out, SAM_READ_FAILED, NULL, 0);
	if (!sam->card.addresses_size)
		return sam_build_reply(out, SAM_NO_CONTENT, NULL, 0);
	return sam_build_reply(out, SAM_OK, sam->card.addresses, sam->card.addresses_size);
}

/* The command takes effect; its reply goes to @out. */
static size_t execute(struct sam *sam, uint8_t *out)
{
	switch (sam->exchange.command) {
	case RESET:
		sam->state = SAM_IDLE;
		sam->card_read = false;
		break;
	case READ_ID:
		return sam_build_reply(out, SAM_OK, sam->options.id, SAM_ID);
	case FIND:
		return do_find(sam, out);
	case SELECT:
		return do_select(sam, out);
	case READ:
	case READ_FINGERPRINT:
		return do_read(sam, out);
	case READ_ADDRESS:
		return do_read_address(sam, out);
	}
	return sam_build_reply(out, SAM_OK, NULL, 0);
}

/* Answer with a status instead of doing it. An injected failure loses the card's session. */
static size_t refuse(struct sam *sam, uint8_t *out)
{
	int group = sam->exchange.command >> 8;

	if (sam->exchange.fault.kind == FAULT_STATUS && (group == 0x20 || group == 0x30) &&
	    (sam->state == SAM_FOUND || sam->state == SAM_SELECTED))
		sam->state = SAM_IDLE;
	return sam_build_reply(out, sam->exchange.refused, NULL, 0);
}

static void keep(struct sam *sam, const struct delivery *d)
{
	struct sam_kept *slot = &sam->kept[0];

	for (size_t i = 0; i < SAM_KEPT; i++) {
		if (sam->kept[i].size && sam->kept[i].command == d->command) {
			slot = &sam->kept[i];
			break;
		}
		if (sam->kept[i].order < slot->order)
			slot = &sam->kept[i];
	}
	slot->command = d->command;
	slot->order = sam->exchanges;
	slot->size = d->size;
	memcpy(slot->frame, d->bytes, d->size);
}

static void finish(struct sam *sam, struct delivery *ret)
{
	const struct fault *fault = &sam->exchange.fault;

	memset(ret, 0, sizeof(*ret));
	ret->command = sam->exchange.command;
	if (sam->exchange.refused)
		ret->size = refuse(sam, ret->bytes);
	else if (fault->kind != FAULT_SILENCE || strcmp(fault->arg, "unheard"))
		ret->size = execute(sam, ret->bytes);
	else
		ret->size = sam_build_reply(ret->bytes, 0, NULL, 0);
	ret->status = ret->bytes[9];
	ret->placement = sam->exchange.placement;
	ret->head = HEAD;
	sam->exchange.busy = false;
	sam->exchanges++;
	keep(sam, ret);
}

uint64_t sam_due(const struct sam *sam)
{
	if (sam->state == SAM_OFF)
		return SAM_NEVER;
	if (sam->state == SAM_BOOT)
		return sam->boot_done;
	if (!sam->exchange.busy)
		return SAM_NEVER;
	return sam->exchange.lift_at < sam->exchange.due ? sam->exchange.lift_at :
							   sam->exchange.due;
}

bool sam_answer(struct sam *sam, uint64_t now, struct delivery *ret, struct fault *ret_fault)
{
	uint64_t due = sam_due(sam);

	if (due > now)
		return false;
	if (sam->state == SAM_BOOT) {
		sam->state = SAM_IDLE;
		return false;
	}
	if (due == sam->exchange.lift_at) {
		sam->exchange.lift_at = SAM_NEVER;
		sam_lift(sam);
		return sam_answer(sam, now, ret, ret_fault);
	}
	*ret_fault = sam->exchange.fault;
	finish(sam, ret);
	parse(sam, now);
	return true;
}

bool sam_run(struct sam *sam, uint64_t now, struct delivery *ret)
{
	struct fault fault;

	if (!sam_answer(sam, now, ret, &fault))
		return false;
	fault_shape(&sam->faults, &fault, ret);
	return true;
}

/* Which commands a host sends next; the others are not worth a leftover. */
static size_t predict(const struct sam *sam, int next[static 6])
{
	static const int idle[] = { FIND, STATUS, RESET, READ_ID, MAX_RF };

	switch (sam->state) {
	case SAM_IDLE:
	case SAM_READ_DONE:
		memcpy(next, idle, sizeof(idle));
		next[5] = READ_ADDRESS;
		return sam->state == SAM_READ_DONE ? 6 : 5;
	case SAM_FOUND:
		next[0] = SELECT;
		return 1;
	case SAM_SELECTED:
		next[0] = READ;
		next[1] = READ_FINGERPRINT;
		return 2;
	default:
		return 0;
	}
}

/* The reply to @command, else to anything, that was given last. */
static const struct sam_kept *find_kept(const struct sam *sam, int command)
{
	const struct sam_kept *last = NULL;

	for (size_t i = 0; i < SAM_KEPT; i++) {
		const struct sam_kept *k = &sam->kept[i];

		if (!k->size)
			continue;
		if (k->command == command)
			return k;
		if (!last || k->order > last->order)
			last = k;
	}
	return last;
}

bool sam_leftover(struct sam *sam, struct delivery *ret)
{
	int next[6];

	return sam_leftover_for(sam, next, predict(sam, next), ret);
}

bool sam_leftover_for(struct sam *sam, const int *next, size_t n, struct delivery *ret)
{
	const struct sam_kept *kept;
	struct fault fault;

	fault = faults_take_stale(&sam->faults, next, n);
	if (fault.kind == FAULT_NONE)
		return false;
	/* Worst is a reply that could be taken for the next one. */
	kept = find_kept(sam, *fault.arg ? fault_parse_command(fault.arg) :
			      fault.command != COMMAND_ANY ? fault.command : next[0]);
	memset(ret, 0, sizeof(*ret));
	if (kept) {
		ret->size = kept->size;
		memcpy(ret->bytes, kept->frame, kept->size);
	} else {
		ret->size = sam_build_reply(ret->bytes, SAM_OK, NULL, 0);
	}
	ret->leftover = true;
	ret->head = HEAD;
	ret->command = kept ? kept->command : STATUS;
	ret->status = ret->bytes[9];
	fault_shape(&sam->faults, &(struct fault){}, ret);
	return true;
}
