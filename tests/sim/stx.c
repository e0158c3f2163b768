// SPDX-License-Identifier: GPL-2.0-or-later
#include "stx.h"

#include <string.h>

#include "util.h"

enum {
	STX = 0x02,
	ETX = 0x03,
	HEAD = 3,	/* STX and length */
	AROUND = 5,	/* the head, LRC and ETX */
	OK = 0x9000,
};

enum {
	VERSION = 0x3111,
	RESET = 0x3112,
	BEEP = 0x3113,
	RF_ON = 0x3121,
	RF_OFF = 0x3122,
	FIND = 0x3225,
	READ = 0xca01,
};

enum read_param {
	READ_ALL,
	READ_NUMBER,
	READ_NAME_NUMBER,
	READ_TEXT,
	_READ_MAX,
};

/* Fields of the text block, docs/protocol.md, "The text block". */
enum {
	NAME = 0,
	NAME_SIZE = 30,
	NUMBER = 122,
	NUMBER_SIZE = 36,
};

enum {
	OWN_MS = 10,
	MODULE_MS = 300,	/* how long the controller waits for a SAM that is silent */
	HOST_MS = 500,		/* and for the rest of a request; does not scale */
};

static const struct command {
	int command;
	int sam[4];		/* done by the SAM's commands, up to 0 */
} commands[] = {
	{ VERSION, {} },
	{ RESET, { 0x10ff } },
	{ BEEP, {} },
	{ RF_ON, {} },
	{ RF_OFF, {} },
	{ FIND, { 0x2001 } },
	{ READ, { 0x2001, 0x2002, 0x3001 } },
};

static const struct command *find_command(int command)
{
	for (size_t i = 0; i < ELEMENTSOF(commands); i++)
		if (commands[i].command == command)
			return &commands[i];
	return NULL;
}

void stx_reset(struct stx *x)
{
	explicit_bzero(x, sizeof(*x));
}

static uint8_t xor(const uint8_t *p, size_t n)
{
	uint8_t x = 0;

	while (n--)
		x ^= *p++;
	return x;
}

size_t stx_build(uint8_t *out, uint16_t status, const void *data, size_t n)
{
	size_t length = 2 + n;

	out[0] = STX;
	out[1] = (uint8_t)(length >> 8);
	out[2] = length & 0xff;
	out[3] = (uint8_t)(status >> 8);
	out[4] = status & 0xff;
	if (n)
		memcpy(out + HEAD + 2, data, n);
	out[HEAD + length] = xor(out + HEAD, length);
	out[HEAD + length + 1] = ETX;
	return AROUND + length;
}

static void answer_at(struct stx *x, uint16_t status, uint64_t due)
{
	x->busy = true;
	x->sam = NULL;
	x->answer = status;
	x->due = due;
}

static uint64_t in_ms(const struct sam *sam, uint64_t now, unsigned int ms)
{
	return now + (uint64_t)(ms * 1000.0 * sam->options.scale);
}

static void ask_sam(struct stx *x, struct sam *sam, uint64_t now)
{
	uint8_t frame[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0, 3, 0, 0, 0 };

	if (sam->state < SAM_IDLE) {
		answer_at(x, STX_MODULE_TIMEOUT, in_ms(sam, now, MODULE_MS));
		return;
	}
	frame[7] = (uint8_t)(*x->sam >> 8);
	frame[8] = *x->sam & 0xff;
	frame[9] = xor(frame + 5, 4);
	sam_restart_input(sam);
	sam_feed(sam, frame, sizeof(frame), now);
}

static void start(struct stx *x, struct sam *sam, const uint8_t *data, size_t n, uint64_t now)
{
	const struct command *c = find_command(data[0] << 8 | data[1]);

	x->command = data[0] << 8 | data[1];
	x->param = n > 2 ? data[2] : 0;
	x->fault = (struct fault){};
	if (!c) {
		answer_at(x, STX_COMMAND, in_ms(sam, now, OWN_MS));
	} else if (x->command == READ && (n != 3 || x->param >= _READ_MAX)) {
		answer_at(x, STX_FORMAT, in_ms(sam, now, OWN_MS));
	} else if (c->sam[0]) {
		x->busy = true;
		x->sam = c->sam;
		ask_sam(x, sam, now);
	} else {
		x->fault = faults_take(&sam->faults, x->command);
		answer_at(x, x->fault.kind == FAULT_STATUS ? fault_hex(&x->fault, 0) << 8 : OK,
			  in_ms(sam, now, OWN_MS));
		if (x->fault.kind == FAULT_LATE)
			x->due += fault_late_ms(&x->fault, x->command) * UINT64_C(1000);
	}
}

static void consume(struct stx *x, size_t n)
{
	x->have -= n;
	memmove(x->input, x->input + n, x->have);
}

/* Nobody knows where such a request ends. */
static void refuse(struct stx *x, struct sam *sam, enum stx_error error, uint64_t now)
{
	x->have = 0;
	x->command = 0;
	x->fault = (struct fault){};
	answer_at(x, error, in_ms(sam, now, OWN_MS));
}

/* Take one request out of the input, if a whole one is there. */
static void parse(struct stx *x, struct sam *sam, uint64_t now)
{
	const uint8_t *begin = memchr(x->input, STX, x->have);
	uint8_t data[STX_REQUEST];
	size_t length;

	if (x->busy)
		return;
	consume(x, begin ? (size_t)(begin - x->input) : x->have);
	if (x->have < HEAD)
		return;
	length = (size_t)x->input[1] << 8 | x->input[2];
	if (length < 2 || length > STX_REQUEST) {
		refuse(x, sam, STX_LENGTH, now);
		return;
	}
	if (x->have < AROUND + length)
		return;
	if (x->input[HEAD + length + 1] != ETX) {
		refuse(x, sam, STX_FORMAT, now);
	} else if (xor(x->input + HEAD, length + 1)) {
		refuse(x, sam, STX_CHECKSUM, now);
	} else {
		memcpy(data, x->input + HEAD, length);
		consume(x, AROUND + length);
		start(x, sam, data, length, now);
	}
}

void stx_feed(struct stx *x, struct sam *sam, const uint8_t *bytes, size_t n, uint64_t now)
{
	if (sam->state == SAM_OFF)
		return;
	if (n > STX_INPUT - x->have)
		n = STX_INPUT - x->have;
	memcpy(x->input + x->have, bytes, n);
	x->have += n;
	x->since = now;
	parse(x, sam, now);
}

uint64_t stx_due(const struct stx *x, const struct sam *sam)
{
	uint64_t due = sam_due(sam), own = SAM_NEVER;

	if (sam->state == SAM_OFF)
		return SAM_NEVER;
	if (x->busy && !x->sam)
		own = x->due;
	else if (!x->busy && x->have)
		own = x->since + HOST_MS * UINT64_C(1000);
	return own < due ? own : due;
}

/* What a read gives out of the SAM's 4 + 256 + 1024 bytes; returns how many. */
static size_t choose(enum read_param param, uint8_t *data, size_t n)
{
	uint8_t *text = data + 4;

	switch (param) {
	case READ_NUMBER:
		memmove(data, text + NUMBER, NUMBER_SIZE);
		return NUMBER_SIZE;
	case READ_NAME_NUMBER:
		memmove(data, text + NAME, NAME_SIZE);
		memmove(data + NAME_SIZE, text + NUMBER, NUMBER_SIZE);
		return NAME_SIZE + NUMBER_SIZE;
	case READ_TEXT:
		data[2] = data[3] = 0;
		return 4 + CARD_TEXT;
	default:
		return n;
	}
}

/* Make the SAM's frame in @d the controller's. */
static void wrap(struct delivery *d, enum read_param param)
{
	uint8_t data[SAM_FRAME];
	bool good = d->status == SAM_OK || d->status == SAM_CARD_FOUND;
	size_t n = 0;

	if (good && d->command == 0x3001) {
		n = d->size - 11;
		memcpy(data, d->bytes + 10, n);
		n = choose(param, data, n);
	}
	d->size = stx_build(d->bytes, good ? OK : (uint16_t)(d->status << 8), data, n);
	d->head = HEAD;
	explicit_bzero(data, n);
}

static void shape(struct stx *x, struct sam *sam, struct delivery *d)
{
	fault_shape(&sam->faults, &x->fault, d);
	/* What has lost its STX begins nowhere. */
	if (x->fault.kind == FAULT_LOST_AA)
		d->whole = false;
	x->busy = false;
}

static void answer(struct stx *x, struct sam *sam, struct delivery *ret)
{
	static const char version[] = "SIM 1.00";
	bool says = x->command == VERSION && x->answer == OK;

	memset(ret, 0, sizeof(*ret));
	ret->command = x->command;
	ret->status = (uint8_t)(x->answer >> 8);
	ret->size = stx_build(ret->bytes, x->answer, version, says ? strlen(version) : 0);
	ret->head = HEAD;
	shape(x, sam, ret);
}

static bool unheard(const struct fault *fault)
{
	return fault->kind == FAULT_SILENCE && !strcmp(fault->arg, "unheard");
}

/* The SAM answered one of its commands. True when that was the end of it. */
static bool go_on(struct stx *x, struct sam *sam, const struct fault *fault, uint64_t now,
		  struct delivery *d)
{
	if (unheard(fault)) {
		answer_at(x, STX_MODULE_TIMEOUT, in_ms(sam, now, MODULE_MS));
		return false;
	}
	if (x->fault.kind == FAULT_NONE)
		x->fault = *fault;
	if ((d->status == SAM_OK || d->status == SAM_CARD_FOUND) && x->sam[1]) {
		x->sam++;
		ask_sam(x, sam, now);
		return false;
	}
	wrap(d, x->param);
	shape(x, sam, d);
	return true;
}

bool stx_run(struct stx *x, struct sam *sam, uint64_t now, struct delivery *ret)
{
	struct fault fault;
	bool replied = false;

	if (sam_answer(sam, now, ret, &fault) && x->busy && x->sam) {
		replied = go_on(x, sam, &fault, now, ret);
	} else if (x->busy && !x->sam && x->due <= now) {
		answer(x, sam, ret);
		replied = true;
	} else if (!x->busy && x->have && x->since + HOST_MS * UINT64_C(1000) <= now) {
		refuse(x, sam, STX_HOST_TIMEOUT, now);
	}
	if (replied)
		parse(x, sam, now);
	return replied;
}

bool stx_leftover(struct stx *x, struct sam *sam, struct delivery *ret)
{
	/* A card is found, selected and read in one go. */
	static const int next[] = { 0x3001, 0x2001, 0x2002, 0x10ff };

	if (x->busy || !sam_leftover_for(sam, next, ELEMENTSOF(next), ret))
		return false;
	wrap(ret, READ_ALL);
	fault_shape(&sam->faults, &(struct fault){}, ret);
	return true;
}
