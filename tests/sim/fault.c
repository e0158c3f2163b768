// SPDX-License-Identifier: GPL-2.0-or-later
#include "fault.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

enum { PACKET = 64 };

static const char *const kinds[_FAULT_MAX] = {
	[FAULT_NONE] = "none",
	[FAULT_STALE] = "stale",
	[FAULT_CUT] = "cut",
	[FAULT_LOST_AA] = "lost-aa",
	[FAULT_NOISE] = "noise",
	[FAULT_BAD_CHECKSUM] = "bad-checksum",
	[FAULT_SHORT] = "short",
	[FAULT_OVERSIZE] = "oversize",
	[FAULT_SILENCE] = "silence",
	[FAULT_STALL] = "stall",
	[FAULT_LATE] = "late",
	[FAULT_LIFT] = "lift",
	[FAULT_STATUS] = "status",
	[FAULT_DEAD] = "dead",
	[FAULT_UNPLUG] = "unplug",
	[FAULT_INSERT] = "insert",
	[FAULT_LOSE] = "lose",
	[FAULT_MANGLE] = "mangle",
};

const char *fault_kind_to_string(enum fault_kind kind)
{
	return kinds[kind];
}

void faults_init(struct faults *f, uint64_t seed)
{
	memset(f, 0, sizeof(*f));
	f->random = seed * 2 + 1;
}

/* xorshift64: the same faults for the same seed, everywhere. */
static unsigned int draw(struct faults *f, unsigned int low, unsigned int high)
{
	f->random ^= f->random << 13;
	f->random ^= f->random >> 7;
	f->random ^= f->random << 17;
	return low + (unsigned int)((f->random >> 16) % (high - low + 1));
}

int fault_parse_command(const char *s)
{
	unsigned int command, para;
	int used = 0;

	if (!strcmp(s, "any"))
		return COMMAND_ANY;
	if (sscanf(s, "%2x.%2x%n", &command, &para, &used) != 2 || s[used])
		return -EINVAL;
	return (int)(command << 8 | para);
}

static bool is_number(const char *s, int base, unsigned long most)
{
	char *end;

	return *s && strtoul(s, &end, base) <= most && !*end;
}

static bool arg_fits(const struct fault *f)
{
	switch (f->kind) {
	case FAULT_STATUS:
		return is_number(f->arg, 16, 0xff);
	case FAULT_DEAD:
		return !*f->arg || !strcmp(f->arg, "60") || !strcmp(f->arg, "66");
	case FAULT_STALL:
		return !*f->arg || is_number(f->arg, 16, 0xff);
	case FAULT_STALE:
		return !*f->arg || fault_parse_command(f->arg) >= 0;
	case FAULT_CUT:
		return !*f->arg || !strcmp(f->arg, "zlp");
	case FAULT_SILENCE:
		return !*f->arg || !strcmp(f->arg, "unheard");
	case FAULT_OVERSIZE:
		return !*f->arg || !strcmp(f->arg, "length") || !strcmp(f->arg, "huge") ||
		       is_number(f->arg, 10, 1500);
	case FAULT_NOISE:
		return !*f->arg || is_number(f->arg, 10, 1000);
	case FAULT_INSERT:
	case FAULT_LOSE:
	case FAULT_MANGLE:
		return !*f->arg || (is_number(f->arg, 10, 100) && atoi(f->arg));
	case FAULT_SHORT:
		return !*f->arg || is_number(f->arg, 10, DELIVERY_BYTES);
	case FAULT_LATE:
		return !*f->arg || is_number(f->arg, 10, 60000);
	default:
		return !*f->arg;
	}
}

static int parse_word(struct fault *f, const char *word)
{
	if (!strncmp(word, "count=", 6) && is_number(word + 6, 10, 1000000)) {
		f->count = (unsigned int)strtoul(word + 6, NULL, 10);
		return f->count ? 0 : -EINVAL;
	}
	if (!strncmp(word, "command=", 8)) {
		f->command = fault_parse_command(word + 8);
		return f->command == -EINVAL ? -EINVAL : 0;
	}
	if (!strncmp(word, "arg=", 4) && strlen(word + 4) < sizeof(f->arg)) {
		strcpy(f->arg, word + 4);
		return 0;
	}
	return -EINVAL;
}

int faults_arm(struct faults *f, char *const *words, size_t n, const char **error)
{
	struct fault new = { .count = 1, .command = COMMAND_ANY };

	*error = "no such fault; known: stale cut lost-aa noise bad-checksum short oversize "
		 "silence stall late lift status dead unplug insert lose mangle";
	for (size_t i = FAULT_NONE + 1; n && i < _FAULT_MAX; i++)
		if (!strcmp(words[0], kinds[i]))
			new.kind = (enum fault_kind)i;
	if (!new.kind)
		return -EINVAL;
	*error = "expected count=N, command=CC.PP or arg=...";
	for (size_t i = 1; i < n; i++)
		if (parse_word(&new, words[i]) < 0)
			return -EINVAL;
	*error = "this fault does not take that arg";
	if (!arg_fits(&new))
		return -EINVAL;
	if (new.kind == FAULT_DEAD) {
		f->dead = fault_hex(&new, 0x60);
		return 0;
	}
	*error = "too many faults armed";
	if (f->n == FAULTS_ARMED)
		return -ENOSPC;
	f->armed[f->n++] = new;
	return 0;
}

void faults_clear(struct faults *f)
{
	f->n = 0;
	f->dead = 0;
}

static struct fault use(struct faults *f, size_t i)
{
	struct fault copy = f->armed[i];

	if (--f->armed[i].count == 0) {
		f->n--;
		memmove(&f->armed[i], &f->armed[i + 1], (f->n - i) * sizeof(f->armed[0]));
	}
	return copy;
}

static bool stalls_out(const struct fault *fault)
{
	return fault->kind == FAULT_STALL && !(fault_hex(fault, 0x81) & 0x80);
}

static bool matches(const struct fault *fault, int command)
{
	if (fault->command != COMMAND_ANY)
		return fault->command == command;
	/* Lifting a card half-way through something that does not touch it is no fault. */
	return fault->kind != FAULT_LIFT || (command >> 8) == 0x30;
}

struct fault faults_take(struct faults *f, int command)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->armed[i].kind != FAULT_STALE && !stalls_out(&f->armed[i]) &&
		    matches(&f->armed[i], command))
			return use(f, i);
	return (struct fault){};
}

struct fault faults_take_stale(struct faults *f, const int *commands, size_t n)
{
	for (size_t i = 0; i < f->n; i++)
		for (size_t j = 0; j < n; j++)
			if (f->armed[i].kind == FAULT_STALE && matches(&f->armed[i], commands[j]))
				return use(f, i);
	return (struct fault){};
}

bool faults_take_stall(struct faults *f, uint8_t endpoint)
{
	for (size_t i = 0; i < f->n; i++)
		if (stalls_out(&f->armed[i]) && fault_hex(&f->armed[i], 0) == endpoint) {
			use(f, i);
			return true;
		}
	return false;
}

uint8_t fault_hex(const struct fault *fault, uint8_t other)
{
	return *fault->arg ? (uint8_t)strtoul(fault->arg, NULL, 16) : other;
}

static unsigned int number(const struct fault *fault, unsigned int other)
{
	return *fault->arg ? (unsigned int)strtoul(fault->arg, NULL, 10) : other;
}

unsigned int fault_late_ms(const struct fault *fault, int command)
{
	/* The limits of docs/protocol.md, "Sequence and timing", and a little more. */
	switch (command) {
	case 0x2002:
	case 0x3003:
		return number(fault, 1500 + 300);
	case 0x3001:
		return number(fault, 4000 + 300);
	case 0x3010:
		return number(fault, 6000 + 300);
	default:
		return number(fault, 1000 + 300);
	}
}

static void insert_noise(struct faults *f, struct delivery *d, size_t n)
{
	memmove(d->bytes + n, d->bytes, d->size);
	d->size += n;
	d->head += n;
	for (size_t i = 0; i < n; i++) {
		/* Runs of AA look like a beginning; without 96 they never are one. */
		d->bytes[i] = draw(f, 0, 3) ? (uint8_t)draw(f, 0, 0xff) : 0xaa;
		if (d->bytes[i] == 0x96)
			d->bytes[i] = 0x00;
	}
}

static void make_oversize(struct faults *f, const struct fault *fault, struct delivery *d)
{
	uint8_t *field = d->bytes + d->head - 2;
	size_t length = (size_t)field[0] << 8 | field[1];
	size_t more;

	if (!strcmp(fault->arg, "length") || !strcmp(fault->arg, "huge")) {
		length = *fault->arg == 'h' ? 0xffff : length + 16;
		field[0] = (uint8_t)(length >> 8);
		field[1] = length & 0xff;
		return;
	}
	more = number(fault, draw(f, 1, 40));
	for (size_t i = 0; i < more; i++)
		d->bytes[d->size++] = (uint8_t)draw(f, 0, 0xff);
}

static void keep_bytes(struct delivery *d, size_t size)
{
	if (size < d->size)
		d->size = size;
	if (d->head > d->size)
		d->head = d->size;
}

static void add_piece(struct delivery *d, size_t offset, size_t size, unsigned int delay_ms)
{
	d->pieces[d->n++] = (struct piece){ (uint16_t)offset, (uint16_t)size, (uint16_t)delay_ms };
}

/* Random pieces of at most one packet from @from up to @to. */
static void cut(struct faults *f, struct delivery *d, size_t from, size_t to, bool zlp)
{
	while (from < to) {
		bool many = d->n > DELIVERY_PIECES - 2 - 2 * (DELIVERY_BYTES / PACKET);
		size_t size = many ? PACKET : draw(f, 1, PACKET);

		if (size > to - from)
			size = to - from;
		add_piece(d, from, size, draw(f, 0, 3));
		from += size;
		if (zlp && !many && !draw(f, 0, 3))
			add_piece(d, from, 0, 0);
	}
}

static void flip_byte(struct faults *f, struct delivery *d)
{
	size_t at = draw(f, (unsigned int)d->head, (unsigned int)d->size - 1);

	d->bytes[at] ^= (uint8_t)draw(f, 1, 0xff);
}

static void insert_byte(struct faults *f, struct delivery *d)
{
	size_t at = draw(f, 0, (unsigned int)d->size);

	memmove(d->bytes + at + 1, d->bytes + at, d->size - at);
	d->bytes[at] = (uint8_t)draw(f, 0, 0xff);
	d->size++;
	d->head += at < d->head;
}

static void lose_byte(struct faults *f, struct delivery *d)
{
	size_t at = draw(f, 0, (unsigned int)d->size - 1);

	d->size--;
	memmove(d->bytes + at, d->bytes + at + 1, d->size - at);
	d->head -= at < d->head;
}

static uint8_t xor(const uint8_t *p, size_t n)
{
	uint8_t x = 0;

	while (n--)
		x ^= *p++;
	return x;
}

/* What a host looks for before the length field: of a preamble, one byte may be missing. */
static size_t mark(const struct delivery *frame)
{
	return frame->head - 2 < 4 ? frame->head - 2 : 4;
}

/*
 * Is there a frame in @d that is not @was and whose checksum fits? The checksum covers the length
 * and the body, or what follows the length and ends with it.
 */
static bool is_another(const struct delivery *d, const struct delivery *was)
{
	const uint8_t *field = was->bytes + was->head - 2;
	size_t n = mark(was);

	for (size_t at = n; at + 2 < d->size; at++) {
		const uint8_t *p = d->bytes + at;
		size_t length = (size_t)p[0] << 8 | p[1];
		size_t left = d->size - at;

		if (length + 2 > left || memcmp(p - n, field - n, n) ||
		    !memcmp(p, field, length + 2))
			continue;
		if (!xor(p, length + 2) || (length + 3 <= left && !xor(p + 2, length + 1)))
			return true;
	}
	return false;
}

/* One byte of checksum cannot tell all; of what it cannot tell, no host can be blamed. */
static void mangle(struct faults *f, struct delivery *d, unsigned int inserted, unsigned int lost)
{
	const struct delivery was = *d;
	const uint8_t *begin = was.bytes + was.head - 2 - mark(&was);
	size_t n = was.size - (size_t)(begin - was.bytes);

	do {
		*d = was;
		for (unsigned int i = 0; i < inserted; i++)
			insert_byte(f, d);
		for (unsigned int i = 0; i < lost && d->size > 1; i++)
			lose_byte(f, d);
	} while (is_another(d, &was));
	d->whole = memmem(d->bytes, d->size, begin, n) != NULL;
}

static void shape_bytes(struct faults *f, const struct fault *fault, struct delivery *d)
{
	switch (fault->kind) {
	case FAULT_LOST_AA:
		d->size--;
		d->head--;
		memmove(d->bytes, d->bytes + 1, d->size);
		break;
	case FAULT_NOISE:
		insert_noise(f, d, number(fault, draw(f, 1, 40)));
		break;
	case FAULT_BAD_CHECKSUM:
		flip_byte(f, d);
		break;
	case FAULT_SHORT:
		keep_bytes(d, number(fault, draw(f, 1, (unsigned int)d->size - 1)));
		break;
	case FAULT_OVERSIZE:
		make_oversize(f, fault, d);
		break;
	case FAULT_SILENCE:
		keep_bytes(d, 0);
		break;
	case FAULT_STALL:
		keep_bytes(d, 0);
		d->stall = fault_hex(fault, 0x81);
		break;
	case FAULT_UNPLUG:
		keep_bytes(d, d->size / 2);
		d->unplug = true;
		break;
	case FAULT_INSERT:
		mangle(f, d, number(fault, draw(f, 1, 4)), 0);
		break;
	case FAULT_LOSE:
		mangle(f, d, 0, number(fault, draw(f, 1, 4)));
		break;
	case FAULT_MANGLE:
		mangle(f, d, number(fault, draw(f, 1, 4)), number(fault, draw(f, 1, 4)));
		break;
	default:
		break;
	}
}

void fault_shape(struct faults *f, const struct fault *fault, struct delivery *d)
{
	bool zlp = !strcmp(fault->arg, "zlp");

	d->n = 0;
	d->stall = 0;
	d->unplug = false;
	d->whole = fault->kind != FAULT_BAD_CHECKSUM && fault->kind != FAULT_SHORT &&
		   fault->kind != FAULT_OVERSIZE && fault->kind != FAULT_SILENCE &&
		   fault->kind != FAULT_STALL && fault->kind != FAULT_UNPLUG;
	shape_bytes(f, fault, d);
	if (fault->kind == FAULT_CUT) {
		cut(f, d, 0, d->head, zlp);
		cut(f, d, d->head, d->size, zlp);
	} else if (d->size) {
		add_piece(d, 0, d->size, 0);
	}
}
