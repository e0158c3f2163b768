// SPDX-License-Identifier: GPL-2.0-or-later
#include "wedge/settings.h"

#include <errno.h>
#include <linux/input-event-codes.h>
#include <stdio.h>
#include <string.h>

#include "util.h"

enum {
	PACE_MS = 12,
	PACE_MAX_MS = 500,
	PASTE_WAIT_MS = 200,
	PASTE_WAIT_MAX_MS = 5000,
	MAX_AGE_S = 5,
	CLEAR_S = 10,
	ERROR_TEMPLATE = -EBADMSG,	/* the sentence is there already */
};

struct parse {
	struct settings *settings;
	char template_problem[TEMPLATE_PROBLEM_SIZE];
	unsigned int given;		/* of [wedge] */
};

/* ---- Values of a profile ---- */

static int take_template(struct parse *p, char *ret, const char *value)
{
	struct template trial = {};

	if (strlen(value) >= SETTINGS_VALUE_SIZE)
		return -EINVAL;
	/* Here for the line's number; they are put together when all are known. */
	if (template_add(&trial, value, p->template_problem) < 0)
		return ERROR_TEMPLATE;
	strcpy(ret, value);
	return 0;
}

static int take_prefix(struct parse *p, struct profile *profile, const char *value)
{
	return take_template(p, profile->prefix, value);
}

static int take_body(struct parse *p, struct profile *profile, const char *value)
{
	return take_template(p, profile->body, value);
}

static int take_suffix(struct parse *p, struct profile *profile, const char *value)
{
	return take_template(p, profile->suffix, value);
}

static int take_terminator(struct parse *p, struct profile *profile, const char *value)
{
	static const char *const words[][2] = {
		{ "none", "" }, { "enter", "{ENTER}" }, { "tab", "{TAB}" },
	};

	for (size_t i = 0; i < ELEMENTSOF(words); i++)
		if (strcmp(value, words[i][0]) == 0) {
			profile->terminator = words[i][1];
			return 0;
		}
	return -EINVAL;
}

static int take_layout(struct parse *p, struct profile *profile, const char *value)
{
	return keys_layout(value, &profile->layout);
}

static int take_pace(struct parse *p, struct profile *profile, const char *value)
{
	return config_number(value, 1, PACE_MAX_MS, &profile->pace_ms);
}

static int take_paste(struct parse *p, struct profile *profile, const char *value)
{
	static const struct {
		const char *word;
		struct stroke stroke;
	} keys[] = {
		{ "ctrl-v", { .code = KEY_V, .mods = KEYS_CTRL } },
		{ "ctrl-shift-v", { .code = KEY_V, .mods = KEYS_CTRL | KEYS_SHIFT } },
		{ "shift-insert", { .code = KEY_INSERT, .mods = KEYS_SHIFT } },
	};

	for (size_t i = 0; i < ELEMENTSOF(keys); i++)
		if (strcmp(value, keys[i].word) == 0) {
			profile->paste = keys[i].stroke;
			return 0;
		}
	return -EINVAL;
}

static int take_paste_wait(struct parse *p, struct profile *profile, const char *value)
{
	return config_number(value, 0, PASTE_WAIT_MAX_MS, &profile->paste_wait_ms);
}

static int take_long_term(struct parse *p, struct profile *profile, const char *value)
{
	if (!*value || strlen(value) >= sizeof(profile->long_term))
		return -EINVAL;
	strcpy(profile->long_term, value);
	return 0;
}

static int take_doubtful(struct parse *p, struct profile *profile, const char *value)
{
	return config_boolean(value, &profile->doubtful);
}

/* "card, mrz": words that @bit_of knows. */
static int take_bits(const char *value, unsigned int (*bit_of)(const char *), unsigned int *ret)
{
	char words[SETTINGS_VALUE_SIZE];
	unsigned int bits = 0, bit;
	char *rest = NULL;

	if (strlen(value) >= sizeof(words))
		return -EINVAL;
	strcpy(words, value);
	for (char *w = strtok_r(words, ", ", &rest); w; w = strtok_r(NULL, ", ", &rest)) {
		bit = bit_of(w);
		if (!bit)
			return -EINVAL;
		bits |= bit;
	}
	*ret = bits;
	return bits ? 0 : -EINVAL;
}

static int take_sources(struct parse *p, struct profile *profile, const char *value)
{
	return take_bits(value, person_source, &profile->sources);
}

static int take_types(struct parse *p, struct profile *profile, const char *value)
{
	return take_bits(value, person_type, &profile->types);
}

static const struct {
	const char *key;
	int (*take)(struct parse *p, struct profile *profile, const char *value);
} profile_keys[] = {
	{ "template", take_body },	{ "prefix", take_prefix },
	{ "suffix", take_suffix },	{ "terminator", take_terminator },
	{ "layout", take_layout },	{ "pace", take_pace },
	{ "paste", take_paste },	{ "paste_wait", take_paste_wait },
	{ "long_term", take_long_term },{ "doubtful", take_doubtful },
	{ "source", take_sources },	{ "card_type", take_types },
};

/* ---- Sections ---- */

static struct profile *add_profile(struct settings *s, const char *label)
{
	struct profile *p = &s->profile[s->n++];

	*p = (struct profile){
		.body = "{id}{ENTER}", .terminator = "", .pace_ms = PACE_MS,
		.paste = { .code = KEY_V, .mods = KEYS_CTRL }, .paste_wait_ms = PASTE_WAIT_MS,
	};
	snprintf(p->label, sizeof(p->label), "%s", label);
	return p;
}

static int get_profile(struct settings *s, const char *label, struct profile **ret)
{
	/* The library cuts longer ones, and two might become one. */
	if (!*label || strlen(label) >= SETTINGS_LABEL_SIZE)
		return -ENAMETOOLONG;
	for (unsigned int i = 0; i < s->n; i++)
		if (strcmp(s->profile[i].label, label) == 0) {
			*ret = &s->profile[i];
			return 0;
		}
	if (s->n == SETTINGS_PROFILES_MAX)
		return -E2BIG;
	*ret = add_profile(s, label);
	return 0;
}

static int give_once(unsigned int *given, unsigned int which)
{
	if (*given & 1U << which)
		return -EEXIST;
	*given |= 1U << which;
	return 0;
}

static int take_profile_value(struct parse *p, const char *label, const char *key,
			      const char *value)
{
	struct profile *profile;
	int r;

	r = get_profile(p->settings, label, &profile);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ELEMENTSOF(profile_keys); i++) {
		if (strcmp(key, profile_keys[i].key) != 0)
			continue;
		r = give_once(&profile->given, i);
		return r < 0 ? r : profile_keys[i].take(p, profile, value);
	}
	return -ENOENT;
}

static int take_first(struct settings *s, const char *value)
{
	if (!*value || strlen(value) >= sizeof(s->first))
		return -EINVAL;
	strcpy(s->first, value);
	return 0;
}

static int take_general(struct parse *p, const char *key, const char *value)
{
	static const char *const keys[] = { "enabled", "console", "max_age", "clear", "profile" };
	struct settings *s = p->settings;
	size_t i = 0;
	int r;

	while (i < ELEMENTSOF(keys) && strcmp(keys[i], key) != 0)
		i++;
	if (i == ELEMENTSOF(keys))
		return -ENOENT;
	r = give_once(&p->given, i);
	if (r < 0)
		return r;
	switch (i) {
	case 0:
		return config_boolean(value, &s->enabled);
	case 1:
		return config_boolean(value, &s->console);
	case 2:
		return config_number(value, 1, 60, &s->max_age_s);
	case 3:
		return config_number(value, 1, 600, &s->clear_s);
	default:
		return take_first(s, value);
	}
}

static int take(const char *section, const char *key, const char *value, void *userdata)
{
	if (strcmp(section, "wedge") == 0)
		return take_general(userdata, key, value);
	if (strncmp(section, "profile ", 8) == 0)
		return take_profile_value(userdata, section + 8, key, value);
	return -ENOENT;
}

/* ---- The whole file ---- */

static int fail(struct config_problem *problem, int error, const char *text)
{
	snprintf(problem->text, sizeof(problem->text), "%s", text);
	return error;
}

static int build(struct profile *p, char *problem)
{
	const char *parts[] = { p->prefix, p->body, p->suffix, p->terminator };

	for (size_t i = 0; i < ELEMENTSOF(parts); i++)
		if (template_add(&p->template, parts[i], problem) < 0)
			return ERROR_TEMPLATE;
	return 0;
}

static int complete(struct parse *p, struct config_problem *problem)
{
	struct settings *s = p->settings;

	if (s->n == 0)
		add_profile(s, "default");
	for (unsigned int i = 0; i < s->n; i++)
		if (build(&s->profile[i], p->template_problem) < 0) {
			snprintf(problem->text, sizeof(problem->text), "[profile %s]: %s",
				 s->profile[i].label, p->template_problem);
			return -EINVAL;
		}
	if (*s->first && !wedge_settings_find(s, s->first))
		return fail(problem, -EINVAL, "\"profile\" names none that there is");
	return 0;
}

static int judge(int r, struct parse *p, struct config_problem *problem)
{
	if (r == ERROR_TEMPLATE && *p->template_problem)
		return fail(problem, -EINVAL, p->template_problem);
	if (r == -EEXIST)
		return fail(problem, r, "given twice");
	if (r == -E2BIG)
		return fail(problem, r, "too many profiles");
	if (r == -ENAMETOOLONG)
		return fail(problem, r, "a profile needs a name, of at most 31 characters");
	return r < 0 ? r : complete(p, problem);
}

static void begin(struct settings *s)
{
	*s = (struct settings){ .max_age_s = MAX_AGE_S, .clear_s = CLEAR_S };
}

int wedge_settings_parse(const char *text, size_t size, struct settings *ret,
			 struct config_problem *problem)
{
	struct parse p = { .settings = ret };

	*problem = (struct config_problem){};
	begin(ret);
	return judge(config_parse(text, size, take, &p, problem), &p, problem);
}

int wedge_settings_read(const char *path, struct settings *ret, struct config_problem *problem)
{
	struct parse p = { .settings = ret };
	int r;

	begin(ret);
	r = config_read(path, false, take, &p, problem);
	if (r == -ENOENT && problem->line == 0) {
		*problem = (struct config_problem){};
		r = 0;
	}
	return judge(r, &p, problem);
}

const struct profile *wedge_settings_find(const struct settings *settings, const char *label)
{
	for (unsigned int i = 0; i < settings->n; i++)
		if (strcmp(settings->profile[i].label, label) == 0)
			return &settings->profile[i];
	return NULL;
}

const struct profile *wedge_settings_first(const struct settings *settings)
{
	return *settings->first ? wedge_settings_find(settings, settings->first) :
	       &settings->profile[0];
}
