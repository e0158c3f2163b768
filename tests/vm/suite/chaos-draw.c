// SPDX-License-Identifier: GPL-2.0-or-later
/* Who is placed, and what is done: all from the seed and the number of the placement. */
#include "chaos.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "util.h"

/* splitmix64 */
uint64_t chaos_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

unsigned int chaos_below(uint64_t *state, unsigned int below)
{
	return (unsigned int)(chaos_random(state) >> 16) % below;
}

/* ---- persons ---- */

static const char *const digits[] = { "零", "一", "二", "三", "四", "五", "六", "七", "八", "九" };
static const char prefix[] = "测试";

enum { NAME_DIGITS = 7, DAYS = 28, MONTHS = 12 };

static void make_name(unsigned int serial, char *ret)
{
	strcpy(ret, prefix);
	for (unsigned int i = NAME_DIGITS, power = 1000000; i--; power /= 10)
		strcat(ret, digits[serial / power % 10]);
}

long person_serial(const char *name)
{
	long serial = 0;

	if (strncmp(name, prefix, strlen(prefix)) != 0)
		return -1;
	name += strlen(prefix);
	for (int i = 0; i < NAME_DIGITS; i++, name += 3) {
		size_t d = 0;

		while (d < ELEMENTSOF(digits) && strncmp(name, digits[d], 3) != 0)
			d++;
		if (d == ELEMENTSOF(digits))
			return -1;
		serial = serial * 10 + (long)d;
	}
	return *name ? -1 : serial;
}

/* MOD 11-2, and 7 3 1; of their own, as what encodes shares nothing with what decodes. */
static char check_digit_18(const char *number)
{
	static const unsigned char weights[] = {
		7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2
	};
	unsigned int sum = 0;

	for (size_t i = 0; i < ELEMENTSOF(weights); i++)
		sum += (unsigned int)(number[i] - '0') * weights[i];
	return "10X98765432"[sum % 11];
}

static char check_digit_15(const char *number)
{
	static const unsigned char weights[] = { 7, 3, 1 };
	unsigned int sum = 0;

	for (size_t i = 0; i < 14; i++)
		sum += weights[i % 3] * (unsigned int)(number[i] >= 'A' ? number[i] - 'A' + 10 :
								  number[i] - '0');
	return (char)('0' + sum % 10);
}

/*
 * Numbers of nobody: born from 1900 on, in the region 119999, which does not exist, or as
 * foreigners of the country XXX or 999, which is none.
 */
static void make_number(struct person *p, unsigned int rest)
{
	if (strcmp(p->type, "foreigner") == 0) {
		p->year = 1900 + rest / 10;
		snprintf(p->number, sizeof(p->number), "XXX1100%02u%02u%02u%u", p->year % 100, p->month,
			 p->day, rest % 10);
		p->number[14] = check_digit_15(p->number);
		p->number[15] = '\0';
		return;
	}
	p->year = 1900;
	snprintf(p->number, sizeof(p->number), "%s1900%02u%02u%03u",
		 strcmp(p->type, "resident") == 0 ? "119999" :
		 strcmp(p->type, "hmt_permit") == 0 ? "810000" : "911999",
		 p->month, p->day, rest * 2 + (strcmp(p->type, "resident") == 0));
	p->number[17] = check_digit_18(p->number);
	p->number[18] = '\0';
}

void person_make(uint64_t seed, unsigned int serial, struct person *ret)
{
	static const char *const types[] = { "resident", "foreigner", "foreigner_2023",
					     "hmt_permit" };
	uint64_t state = seed ^ (uint64_t)serial << 32 ^ 0x7065;
	unsigned int n = serial % (DAYS * MONTHS), letters = serial;

	*ret = (struct person){ .serial = serial, .type = types[chaos_below(&state, 4)],
				.month = 1 + n / DAYS, .day = 1 + n % DAYS };
	make_name(serial, ret->name);
	make_number(ret, serial / (DAYS * MONTHS));
	strcpy(ret->latin, "SAMPLE, TEST ");
	for (size_t i = strlen(ret->latin), end = i + 5; i < end; i++, letters /= 26)
		ret->latin[i] = (char)('A' + letters % 26);
	snprintf(ret->permit, sizeof(ret->permit), "H%08u", serial);
	snprintf(ret->address, sizeof(ret->address), "示例省示例市示例街%u号", serial);
}

static void portrait_head(const struct person *p, uint8_t ret[15])
{
	static const uint8_t head[] = { 0x57, 0x4c, 0x66, 0x00, 0x7e, 0x00, 0x32, 0x00, 0x00, 0xff,
					0x85 };

	memcpy(ret, head, sizeof(head));
	for (int i = 0; i < 4; i++)
		ret[sizeof(head) + i] = p->serial >> 8 * i;
}

void person_command(const struct person *p, char *ret, size_t size)
{
	bool latin = strncmp(p->type, "foreigner", 9) == 0;
	uint8_t head[15];
	int n;

	n = snprintf(ret, size, "place %s name=%s id_number=%s birth_date=%04u%02u%02u "
		     "valid_from=2020%02u%02u", p->type, p->name, p->number, p->year, p->month, p->day,
		     p->month, p->day);
	/* A space within a word is written with a backslash. */
	if (latin)
		n += snprintf(ret + n, size - n, " name_latin=SAMPLE,\\ TEST\\ %s", p->latin + 13);
	else
		n += snprintf(ret + n, size - n, " address=%s", p->address);
	if (strcmp(p->type, "hmt_permit") == 0)
		n += snprintf(ret + n, size - n, " permit_number=%s", p->permit);
	portrait_head(p, head);
	n += snprintf(ret + n, size - n, " portrait=hex:");
	for (size_t i = 0; i < sizeof(head); i++)
		n += snprintf(ret + n, size - n, "%02X", head[i]);
}

static bool is(const json_t *o, const char *key, const char *value)
{
	return strcmp(get(o, key), value) == 0;
}

const char *person_differs(const struct person *p, const json_t *identity)
{
	const json_t *portrait = json_object_get(identity, "portrait");
	bool latin = strncmp(p->type, "foreigner", 9) == 0;
	char date[16], text[BASE64_SIZE(15)];
	uint8_t head[15];

	if (!is(identity, "card_type", p->type))
		return "card_type";
	if (!is(identity, "name", p->name))
		return "name";
	if (!is(identity, "id_number", p->number) ||
	    !json_is_true(json_object_get(identity, "id_number_valid")))
		return "id_number";
	if (!is(identity, "name_latin", latin ? p->latin : ""))
		return "name_latin";
	if (!is(identity, "address", latin ? "" : p->address))
		return "address";
	if (!is(identity, "permit_number", strcmp(p->type, "hmt_permit") ? "" : p->permit))
		return "permit_number";
	snprintf(date, sizeof(date), "%04u-%02u-%02u", p->year, p->month, p->day);
	if (!is(identity, "birth_date", date))
		return "birth_date";
	snprintf(date, sizeof(date), "2020-%02u-%02u", p->month, p->day);
	if (!is(identity, "valid_from", date))
		return "valid_from";
	if (!is(identity, "sex", strcmp(p->type, "resident") && strcmp(p->type, "foreigner") ?
		"female" : "male"))
		return "sex";
	portrait_head(p, head);
	base64_encode(head, sizeof(head), text);
	if (*get(portrait, "data") && strncmp(get(portrait, "data"), text, strlen(text)) != 0)
		return "portrait";
	return NULL;
}

/* ---- what is done ---- */

static const struct kind {
	const char *name;
	unsigned int weight;
	const char *args[6];	/* drawn evenly; "" for none */
} kinds[CHAOS_KINDS] = {
	{ "stale", 10, { "" } },
	{ "cut", 6, { "", "zlp" } },
	{ "lost-aa", 6, { "" } },
	{ "noise", 6, { "", "1", "200" } },
	{ "bad-checksum", 10, { "" } },
	{ "short", 10, { "", "3", "11" } },
	{ "oversize", 8, { "", "length", "huge", "500" } },
	{ "silence", 8, { "", "unheard" } },
	{ "stall", 6, { "", "85", "02", "06" } },
	{ "late", 10, { "", "50", "300", "900", "1600" } },
	{ "lift", 4, { "" } },
	{ "status", 16, { "10", "31", "41", "80", "81", "XX" } },
	{ "dead60", 1, { "60" } },
	{ "dead66", 1, { "66" } },
	{ "unplug", 4, { "" } },
	{ "insert", 6, { "", "1", "20" } },
	{ "lose", 6, { "", "1", "20" } },
	{ "mangle", 6, { "" } },
};

enum { KIND_STALE = 0, KIND_LIFT = 10, KIND_STATUS = 11, KIND_DEAD60 = 12, KIND_DEAD66 = 13 };

const char *chaos_fault_name(unsigned int kind)
{
	return kinds[kind].name;
}

static unsigned int draw_kind(uint64_t *s)
{
	unsigned int sum = 0, at, i;

	for (i = 0; i < CHAOS_KINDS; i++)
		sum += kinds[i].weight;
	at = chaos_below(s, sum);
	for (i = 0; at >= kinds[i].weight; i++)
		at -= kinds[i].weight;
	return i;
}

static struct step *add(struct drawn *d, unsigned int at_ms, enum step_kind kind,
			unsigned int argument)
{
	size_t i = d->n;

	if (d->n == CHAOS_STEPS)
		return &d->steps[CHAOS_STEPS - 1];
	/* In order of time; what was drawn first comes first. */
	for (; i && d->steps[i - 1].at_ms > at_ms; i--)
		d->steps[i] = d->steps[i - 1];
	d->n++;
	d->steps[i] = (struct step){ .at_ms = at_ms, .kind = kind, .argument = argument };
	return &d->steps[i];
}

/* Commands of the cycle, of starting, and any. Not the look at a card that was read: see lies. */
static const char *draw_command(uint64_t *s)
{
	static const char *const commands[] = { "20.01", "20.02", "30.01", "30.01", "30.10", "10.ff",
						"11.ff", "12.ff", "any", "any" };

	return commands[chaos_below(s, ELEMENTSOF(commands))];
}

static void add_dead(struct drawn *d, uint64_t *s, unsigned int at_ms, unsigned int kind)
{
	struct step *step = add(d, at_ms, STEP_FAULT, 0);

	step->fault = kind;
	snprintf(step->text, sizeof(step->text), "fault dead arg=%s", kinds[kind].args[0]);
	snprintf(add(d, at_ms + chaos_below(s, 4000), STEP_SIM, 0)->text, sizeof(step->text),
		 "fault clear");
}

static void add_fault(struct drawn *d, uint64_t *s, unsigned int at_ms)
{
	static const unsigned int counts[] = { 1, 1, 1, 1, 2, 2, 3, 5 };
	unsigned int kind = draw_kind(s), n = 0, count = counts[chaos_below(s, 8)];
	const char *command = kind == KIND_LIFT ? "30.01" : draw_command(s), *arg;
	char status[4];
	struct step *step;

	if (kind == KIND_DEAD60 || kind == KIND_DEAD66)
		return add_dead(d, s, at_ms, kind);
	while (n < ELEMENTSOF(kinds[kind].args) && kinds[kind].args[n])
		n++;
	arg = kinds[kind].args[chaos_below(s, n)];
	if (strcmp(arg, "XX") == 0) {
		snprintf(status, sizeof(status), "%02X", chaos_below(s, 256));
		arg = status;
	}
	step = add(d, at_ms, STEP_FAULT, 0);
	step->fault = kind;
	snprintf(step->text, sizeof(step->text), "fault %s count=%u command=%s%s%s", kinds[kind].name,
		 count, command, *arg ? " arg=" : "", arg);
	d->may_lift |= kind == KIND_LIFT;
	if (kind == KIND_STALE || kind == KIND_STATUS)
		d->lies += count;
}

static void draw_faults(struct drawn *d, uint64_t *s, unsigned int placed_ms)
{
	static const unsigned int numbers[] = { 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 3, 5 };
	unsigned int n = numbers[chaos_below(s, ELEMENTSOF(numbers))];

	while (n--)
		add_fault(d, s, chaos_below(s, 4) ? 0 : placed_ms + chaos_below(s, 500));
}

/* The plug is pulled; perhaps the card goes meanwhile, and another comes later. */
static void draw_unplug(struct drawn *d, uint64_t *s, unsigned int at_ms)
{
	unsigned int back = at_ms + chaos_below(s, 400);
	bool away = chaos_below(s, 4) == 0;

	add(d, at_ms, STEP_UNPLUG, 0);
	if (away)
		add(d, at_ms + (back - at_ms) / 2, STEP_LIFT, 0);
	add(d, back, STEP_PLUG, 0);
	if (away)
		add(d, back + chaos_below(s, 1500), STEP_PLACE, 1);
}

static void draw_exchange(struct drawn *d, uint64_t *s, unsigned int at_ms)
{
	if (chaos_below(s, 2)) {
		add(d, at_ms, STEP_LIFT, 0);
		at_ms += chaos_below(s, 400);
	}
	add(d, at_ms, STEP_PLACE, 1);
}

static void draw_acts(struct drawn *d, uint64_t *s, unsigned int placed_ms)
{
	unsigned int act = chaos_below(s, 100), at = placed_ms + chaos_below(s, 900);

	if (act < 8) {
		draw_unplug(d, s, at);
		if (chaos_below(s, 3) == 0)
			draw_unplug(d, s, at + 600 + chaos_below(s, 600));
	} else if (act < 16) {
		draw_exchange(d, s, at);
	} else if (act < 26) {
		add(d, placed_ms + chaos_below(s, 500), STEP_LIFT, 0);
	}
	if (chaos_below(s, 100) < 3)
		add(d, placed_ms + chaos_below(s, 900), STEP_KILL, 0);
	if (chaos_below(s, 100) < 1)
		add(d, chaos_below(s, 900), STEP_FREEZE, chaos_below(s, 3000));
	if (chaos_below(s, 100) < 15)
		add(d, chaos_below(s, 900), STEP_CROWD,
		    chaos_below(s, CHAOS_CROWD) | chaos_below(s, 256) << 8);
}

/* A line that damages what is said of a card that was read; it does not lie. */
static void draw_hold(struct drawn *d, uint64_t *s)
{
	static const char *const damage[] = { "cut", "noise", "bad-checksum", "short", "silence",
					      "late", "lost-aa", "stall" };

	d->hold_ms = chaos_below(s, 300);
	if (chaos_below(s, 10))
		return;
	d->hold_ms = 1500 + chaos_below(s, 1500);
	snprintf(d->hold_fault, sizeof(d->hold_fault), "fault %s count=%u command=%s",
		 damage[chaos_below(s, ELEMENTSOF(damage))], 1 + chaos_below(s, 2),
		 chaos_below(s, 2) ? "30.03" : "any");
}

void chaos_draw(uint64_t seed, unsigned int n, struct drawn *ret)
{
	static const char *const scales[] = { "0.02", "0.05", "0.05", "0.1", "0.3", "1" };
	uint64_t s = seed * UINT64_C(0x2545f4914f6cdd1d) + n;
	unsigned int placed_ms = chaos_below(&s, 250);

	memset(ret, 0, sizeof(*ret));
	snprintf(add(ret, 0, STEP_SIM, 0)->text, sizeof(ret->steps[0].text), "scale %s",
		 scales[chaos_below(&s, 30) ? chaos_below(&s, 5) : 5]);
	draw_faults(ret, &s, placed_ms);
	add(ret, placed_ms, STEP_PLACE, 0);
	draw_acts(ret, &s, placed_ms);
	draw_hold(ret, &s);
}
