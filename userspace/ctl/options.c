// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.h"

#include <assert.h>
#include <getopt.h>
#include <string.h>

#include "complete.h"
#include "ctl.h"
#include "picture.h"

/* Also what is offered. */
static const char portraits[] = "jpeg bmp wlt";
static const char scales[] = "1 2 3 4";
static const char formats[] = "wz,bmp,json";	/* in the order of the bits DROP_… */

static int set_json(struct ctl *c, const char *value)
{
	c->json = true;
	return CTL_OK;
}

static int set_show(struct ctl *c, const char *value)
{
	c->show = true;
	return CTL_OK;
}

static int set_socket(struct ctl *c, const char *value)
{
	c->socket = value;
	return CTL_OK;
}

const struct option_row daemon_options[] = {
	{ "socket", true, set_socket, COMPLETE_FILES },
	{ NULL },
};

const struct option_row answer_options[] = {
	{ "json", false, set_json },
	{ "show", false, set_show },
	{ NULL },
};

static int set_portrait(struct ctl *c, const char *value)
{
	if (word_place(portraits, value, strlen(value)) < 0) {
		complain(c, MSG_BAD_PORTRAIT, value);
		return CTL_USAGE;
	}
	c->wishes.portrait = value;
	return CTL_OK;
}

static int set_scale(struct ctl *c, const char *value)
{
	int place = word_place(scales, value, strlen(value));

	static_assert(sizeof(scales) / 2 == PICTURE_SCALE_MAX, "each scale is a word");
	if (place < 0) {
		complain(c, MSG_BAD_SCALE, value);
		return CTL_USAGE;
	}
	c->wishes.scale = place + 1;
	return CTL_OK;
}

static int set_fingerprint(struct ctl *c, const char *value)
{
	c->wishes.fingerprint = true;
	return CTL_OK;
}

static int set_new_address(struct ctl *c, const char *value)
{
	c->wishes.new_address = true;
	return CTL_OK;
}

static int set_map(struct ctl *c, const char *value)
{
	c->wishes.map_private_use = true;
	return CTL_OK;
}

const struct option_row card_options[] = {
	{ "fingerprint", false, set_fingerprint },
	{ "map-private-use", false, set_map },
	{ "new-address", false, set_new_address },
	{ "portrait", true, set_portrait, portraits },
	{ "scale", true, set_scale, scales },
	{ NULL },
};

static int set_output(struct ctl *c, const char *value)
{
	c->output = value;
	return CTL_OK;
}

static int set_force(struct ctl *c, const char *value)
{
	c->force = true;
	return CTL_OK;
}

const struct option_row file_options[] = {
	{ "force", false, set_force },
	{ "output", true, set_output, COMPLETE_FILES },
	{ NULL },
};

static int set_seconds(struct ctl *c, const char *value, enum message wrong, double *ret)
{
	char *end;
	double seconds = strtod(value, &end);

	/* written so that "nan" is refused too */
	if (end == value || *end || !(seconds >= 0.1 && seconds <= 3600)) {
		complain(c, wrong, value);
		return CTL_USAGE;
	}
	*ret = seconds;
	return CTL_OK;
}

static int set_timeout(struct ctl *c, const char *value)
{
	return set_seconds(c, value, MSG_BAD_TIMEOUT, &c->timeout);
}

const struct option_row wait_options[] = {
	{ "timeout", true, set_timeout },
	{ NULL },
};

static int set_exec(struct ctl *c, const char *value)
{
	c->exec.command = value;
	return CTL_OK;
}

static int set_exec_timeout(struct ctl *c, const char *value)
{
	return set_seconds(c, value, MSG_BAD_EXEC_TIMEOUT, &c->exec.timeout);
}

const struct option_row exec_options[] = {
	{ "exec", true, set_exec, COMPLETE_FILES },
	{ "exec-timeout", true, set_exec_timeout },
	{ NULL },
};

static int set_keep(struct ctl *c, const char *value)
{
	return set_seconds(c, value, MSG_BAD_KEEP, &c->drop.keep);
}

static int set_until_lifted(struct ctl *c, const char *value)
{
	c->drop.until_lifted = true;
	return CTL_OK;
}

/* "wz,json" */
static int set_format(struct ctl *c, const char *value)
{
	unsigned int chosen = 0;
	const char *p = value;

	for (;;) {
		size_t size = strcspn(p, ",");
		int place = word_place(formats, p, size);

		if (place < 0) {
			complain(c, MSG_BAD_FORMAT, value);
			return CTL_USAGE;
		}
		chosen |= 1u << place;
		if (!p[size])
			break;
		p += size + 1;
	}
	c->drop.formats = chosen;
	return CTL_OK;
}

const struct option_row drop_options[] = {
	{ "format", true, set_format, formats },
	{ "keep", true, set_keep },
	{ "until-lifted", false, set_until_lifted },
	{ NULL },
};

static int set_dry_run(struct ctl *c, const char *value)
{
	c->compat.dry_run = true;
	return CTL_OK;
}

static int set_from(struct ctl *c, const char *value)
{
	c->compat.from = value;
	return CTL_OK;
}

const struct option_row compat_options[] = {
	{ "dry-run", false, set_dry_run },
	{ "from", true, set_from, COMPLETE_FOLDERS },
	{ NULL },
};

static int set_no_card(struct ctl *c, const char *value)
{
	c->no_card = true;
	return CTL_OK;
}

const struct option_row doctor_options[] = {
	{ "json", false, set_json },
	{ "no-card", false, set_no_card },
	{ NULL },
};

static const struct option_row *const tables[] = {
	daemon_options, answer_options, card_options, file_options, wait_options, exec_options,
	drop_options, compat_options, doctor_options,
};

static bool has_row(const struct option_row *const *rows, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i]->name, name) == 0)
			return true;
	return false;
}

size_t options_all(const struct option_row *ret[OPTIONS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < ELEMENTSOF(tables); i++)
		for (const struct option_row *r = tables[i]; r->name && n < OPTIONS_MAX; r++)
			if (!has_row(ret, n, r->name))
				ret[n++] = r;
	return n;
}

enum { FIRST_ROW = 256 };	/* of what getopt_long() gives; below are letters */

/* All rows, in the form that getopt_long() wants. */
static void collect(struct option out[OPTIONS_MAX + 2], const struct option_row *rows[OPTIONS_MAX])
{
	size_t n = options_all(rows);

	for (size_t i = 0; i < n; i++)
		out[i] = (struct option){ .name = rows[i]->name, .val = FIRST_ROW + i,
			.has_arg = rows[i]->has_value ? required_argument : no_argument };
	out[n++] = (struct option){ .name = "help", .val = 'h' };
	out[n] = (struct option){};
}

int options_read(int argc, char **argv, struct options *ret, const struct ctl *c)
{
	const struct option_row *rows[OPTIONS_MAX];
	struct option all[OPTIONS_MAX + 2];
	int o;

	*ret = (struct options){};
	collect(all, rows);
	opterr = 0;
	while ((o = getopt_long(argc, argv, ":h", all, NULL)) >= 0) {
		if (o == 'h') {
			ret->help = true;
			return CTL_OK;
		}
		if (o < FIRST_ROW) {
			complain(c, o == ':' ? MSG_NO_VALUE : MSG_BAD_OPTION, argv[optind - 1]);
			return CTL_USAGE;
		}
		if (ret->n_given == OPTIONS_MAX) {
			complain(c, MSG_TOO_MANY_ARGUMENTS, argv[optind - 1]);
			return CTL_USAGE;
		}
		ret->given[ret->n_given].row = rows[o - FIRST_ROW];
		ret->given[ret->n_given++].value = optarg;
	}
	ret->words = argv + optind;
	ret->n_words = argc - optind;
	return CTL_OK;
}

bool command_has_option(const struct command *command, const char *name)
{
	for (size_t i = 0; command->tables[i]; i++)
		for (const struct option_row *row = command->tables[i]; row->name; row++)
			if (strcmp(row->name, name) == 0)
				return true;
	return false;
}

int options_take(const struct options *o, const struct command *command, struct ctl *c)
{
	for (int i = 0; i < o->n_given; i++) {
		const struct option_row *row = o->given[i].row;
		int r;

		if (!command_has_option(command, row->name)) {
			complain(c, MSG_NOT_ITS_OPTION, command->name ? command->name : "status",
				 row->name);
			return CTL_USAGE;
		}
		r = row->set(c, o->given[i].value);
		if (r != CTL_OK)
			return r;
	}
	return CTL_OK;
}
