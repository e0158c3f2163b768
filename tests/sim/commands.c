// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

enum { WAIT_DEFAULT_MS = 10000 };

struct call {
	struct commands *c;
	char *words[COMMAND_WORDS];
	size_t n;
	char *reply;
	struct wait *wait;
};

static void say(struct call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct call *call, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(call->reply, COMMAND_REPLY, format, ap);
	va_end(ap);
	/* Whatever a reply quotes, it stays one line. */
	for (char *p = call->reply; *p; p++)
		if (*p == '\n')
			*p = ' ';
}

static const char *yes(bool b)
{
	return b ? "yes" : "no";
}

static void run_plug(struct call *call)
{
	struct reader *r = call->c->reader;
	char description[160];
	int error = reader_plug(r);

	if (error == -ENODEV) {
		say(call, "error no virtual USB controller here: modprobe vhci_hcd");
	} else if (error == -EALREADY) {
		say(call, "error plugged in already");
	} else if (error < 0) {
		say(call, "error cannot plug in: %s", strerror(-error));
	} else {
		r->front->ops->describe(r->front, description, sizeof(description));
		say(call, "ok %s", description);
	}
}

static void run_unplug(struct call *call)
{
	bool was = call->c->reader->front->plugged;

	reader_unplug(call->c->reader);
	say(call, was ? "ok" : "error not plugged in");
}

static void personap(struct persona **p)
{
	free(*p);
}

static void run_place(struct call *call)
{
	_cleanup_(personap) struct persona *p = calloc(1, sizeof(*p));
	struct card card;
	int r;

	if (!p) {
		say(call, "error out of memory");
		return;
	}
	r = persona_load(p, call->c->personas, call->n > 1 ? call->words[1] : "");
	for (size_t i = 2; i < call->n && r >= 0; i++) {
		char *value = strchr(call->words[i], '=');

		if (!value) {
			say(call, "error not KEY=VALUE: %s", call->words[i]);
			return;
		}
		*value++ = 0;
		r = persona_set(p, call->words[i], value);
	}
	if (r >= 0)
		r = persona_encode(p, &card);
	if (r < 0)
		say(call, "error %s", p->error);
	else
		say(call, "ok %u", reader_place(call->c->reader, &card));
}

static void run_lift(struct call *call)
{
	say(call, sam_lift(&call->c->reader->sam) ? "ok" : "error no card there");
}

static void list_faults(struct call *call)
{
	const struct faults *f = &call->c->reader->sam.faults;
	char line[COMMAND_REPLY] = "ok";
	size_t n = 2;

	if (f->dead)
		n += (size_t)snprintf(line + n, sizeof(line) - n, " dead=%02X", f->dead);
	for (size_t i = 0; i < f->n && n < sizeof(line); i++)
		n += (size_t)snprintf(line + n, sizeof(line) - n, " %s*%u",
				      fault_kind_to_string(f->armed[i].kind), f->armed[i].count);
	say(call, "%s", line);
}

static void run_fault(struct call *call)
{
	const char *error;

	if (call->n == 2 && !strcmp(call->words[1], "clear")) {
		faults_clear(&call->c->reader->sam.faults);
		say(call, "ok");
	} else if (call->n == 2 && !strcmp(call->words[1], "list")) {
		list_faults(call);
	} else if (reader_fault(call->c->reader, call->words + 1, call->n - 1, &error) < 0) {
		say(call, "error %s", error);
	} else {
		say(call, "ok");
	}
}

static const char *read_word(const struct reader *r)
{
	if (!r->sam.card_present)
		return "none";
	return yes(reader_card_read(r));
}

static void run_status(struct call *call)
{
	const struct reader *r = call->c->reader;
	unsigned int armed = 0;
	char description[160];

	for (size_t i = 0; i < r->sam.faults.n; i++)
		armed += r->sam.faults.armed[i].count;
	r->front->ops->describe(r->front, description, sizeof(description));
	say(call, "ok plugged=%s front=%s %s state=%s card=%s placement=%u read=%s faults=%u "
	    "dead=%02X scale=%g repeat-read=%s read-from-idle=%s boot-nak=%s reply=%s",
	    yes(r->front->plugged), r->front->ops->name, description,
	    sam_state_to_string(r->sam.state), yes(r->sam.card_present), r->sam.placement,
	    read_word(r), armed, r->sam.faults.dead, r->sam.options.scale,
	    yes(r->sam.options.repeat_read), yes(r->sam.options.read_from_idle),
	    yes(r->boot_nak), r->sam.exchange.busy ? "worked-on" : r->sending ? "sent" :
	    r->untaken ? "untaken" : "none");
}

static void run_stats(struct call *call)
{
	const struct reader *r = call->c->reader;
	const struct reader_stats *s = &r->stats;

	say(call, "ok exchanges=%" PRIu64 " finds=%u finds_since_place=%u placement=%u read=%s "
	    "records=%u record_placement=%u record_usec=%" PRIu64 " unplugs=%u",
	    r->sam.exchanges, s->finds, s->finds_since_place, r->sam.placement, read_word(r),
	    s->records, s->record_placement, s->record_usec, s->unplugs);
}

static void run_scale(struct call *call)
{
	char *end = NULL;
	double scale = call->n == 2 ? strtod(call->words[1], &end) : -1;

	if (!end || *end || end == call->words[1] || !(scale >= 0 && scale <= 1000)) {
		say(call, "error scale needs a number from 0 to 1000");
		return;
	}
	call->c->reader->sam.options.scale = scale;
	say(call, "ok");
}

static void run_option(struct call *call)
{
	struct reader *r = call->c->reader;
	const struct {
		const char *name;
		bool *value;
	} options[] = {
		{ "repeat-read", &r->sam.options.repeat_read },
		{ "read-from-idle", &r->sam.options.read_from_idle },
		{ "boot-nak", &r->boot_nak },
		{ "mute", &r->mute },
	};
	const char *value = call->n == 2 ? strchr(call->words[1], '=') : NULL;

	for (size_t i = 0; value && i < ELEMENTSOF(options); i++) {
		size_t n = strlen(options[i].name);

		if ((size_t)(value - call->words[1]) != n ||
		    strncmp(call->words[1], options[i].name, n) ||
		    (strcmp(value, "=on") && strcmp(value, "=off")))
			continue;
		*options[i].value = !strcmp(value, "=on");
		if (r->front->plugged && !r->mute)
			r->front->ops->ready(r->front);
		say(call, "ok");
		return;
	}
	say(call, "error expected repeat-read, read-from-idle, boot-nak or mute, =on or =off");
}

/* How many times slower than others this machine is: a kernel that checks each access to memory. */
static unsigned int slowness(void)
{
	const char *factor = getenv("IDCARD_SLOW");

	return factor ? (unsigned int)strtoul(factor, NULL, 10) : 1;
}

/* [N] [timeout=MS] */
static bool parse_wait(struct call *call, enum wait_kind kind, unsigned int *count)
{
	char *end;

	call->wait->kind = kind;
	call->wait->timeout_ms = WAIT_DEFAULT_MS;
	for (size_t i = 1; i < call->n; i++) {
		const char *word = call->words[i];
		bool timeout = !strncmp(word, "timeout=", 8);
		unsigned long value = strtoul(timeout ? word + 8 : word, &end, 10);

		if (*end || !value || value > 3600000 || (!timeout && !count)) {
			say(call, "error expected %stimeout=MS", count ? "N or " : "");
			call->wait->kind = WAIT_NONE;
			return false;
		}
		*(timeout ? &call->wait->timeout_ms : count) = (unsigned int)value;
	}
	call->wait->timeout_ms *= slowness();
	return true;
}

static void run_wait_idle(struct call *call)
{
	parse_wait(call, WAIT_IDLE, NULL);
}

static void run_wait_read(struct call *call)
{
	parse_wait(call, WAIT_READ, NULL);
}

static void run_wait_polled(struct call *call)
{
	const struct reader *r = call->c->reader;
	unsigned int count = 1;

	/* One that began before the call may not have seen what the caller did before it. */
	if (parse_wait(call, WAIT_POLLED, &count))
		call->wait->finds = r->stats.finds + count +
				    (r->sam.exchange.busy && r->sam.exchange.command == 0x2001);
}

static void run_quit(struct call *call)
{
	sd_event_exit(call->c->event, 0);
	say(call, "ok");
}

bool commands_wait_over(const struct commands *c, const struct wait *wait,
			char reply[static COMMAND_REPLY])
{
	const struct reader *r = c->reader;
	bool over = false;

	switch (wait->kind) {
	case WAIT_IDLE:
		over = reader_idle(r);
		break;
	case WAIT_POLLED:
		over = r->stats.finds >= wait->finds;
		break;
	case WAIT_READ:
		over = reader_card_read(r);
		break;
	case WAIT_NONE:
		break;
	}
	if (over)
		snprintf(reply, COMMAND_REPLY, "ok %u",
			 wait->kind == WAIT_READ ? r->sam.placement : r->stats.finds);
	return over;
}

/* Cut @line in place. False if there are too many words. */
static bool split(struct call *call, char *line)
{
	char *out = line;

	while (*line) {
		if (call->n == COMMAND_WORDS)
			return false;
		call->words[call->n++] = out;
		while (*line && *line != ' ') {
			if (*line == '\\' && line[1]) {
				line++;
				*out++ = *line == 'n' ? '\n' : *line;
				line++;
			} else {
				*out++ = *line++;
			}
		}
		if (*line)
			line++;
		*out++ = 0;
	}
	return true;
}

void commands_run(struct commands *c, char *line, char reply[static COMMAND_REPLY],
		  struct wait *wait)
{
	static const struct {
		const char *name;
		void (*run)(struct call *call);
	} table[] = {
		{ "plug", run_plug },	       { "unplug", run_unplug },
		{ "place", run_place },	       { "lift", run_lift },
		{ "fault", run_fault },	       { "status", run_status },
		{ "stats", run_stats },	       { "scale", run_scale },
		{ "option", run_option },      { "wait-idle", run_wait_idle },
		{ "wait-polled", run_wait_polled }, { "wait-read", run_wait_read },
		{ "quit", run_quit },
	};
	struct call call = { .c = c, .reply = reply, .wait = wait };

	wait->kind = WAIT_NONE;
	if (!split(&call, line)) {
		say(&call, "error too many words");
		return;
	}
	for (size_t i = 0; call.n && i < ELEMENTSOF(table); i++)
		if (!strcmp(call.words[0], table[i].name)) {
			table[i].run(&call);
			return;
		}
	say(&call, "error no such command");
}
