// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan/settings.h"

#include <ctype.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

enum given { USB, NAME, SOURCE, END, _GIVEN_MAX };

static const char *const keys[_GIVEN_MAX] = {
	[USB] = "usb", [NAME] = "name", [SOURCE] = "source", [END] = "end",
};

/* A section that is not yet known is another scanner. */
static int get_section(struct settings *s, const char *section, struct setting **ret)
{
	struct setting *scanner;

	if (strcmp(section, "scanner") != 0 && strncmp(section, "scanner ", 8) != 0)
		return -ENOENT;
	/* The library cuts longer ones, and two might become one. */
	if (strlen(section) >= SETTINGS_LABEL_SIZE)
		return -ENAMETOOLONG;
	for (unsigned int i = 0; i < s->n; i++)
		if (strcmp(s->scanner[i].label, section) == 0) {
			*ret = &s->scanner[i];
			return 0;
		}
	if (s->n == SETTINGS_MAX)
		return -E2BIG;
	scanner = &s->scanner[s->n++];
	*scanner = (struct setting){ .source = "manual" };
	strcpy(scanner->label, section);
	*ret = scanner;
	return 0;
}

/* "1a86:5456" */
static int take_usb(struct setting *scanner, const char *value)
{
	if (strlen(value) != 9 || value[4] != ':')
		return -EINVAL;
	for (int i = 0; i < 9; i++)
		if (i != 4 && !isxdigit((unsigned char)value[i]))
			return -EINVAL;
	scanner->vendor = strtoul(value, NULL, 16);
	scanner->product = strtoul(value + 5, NULL, 16);
	scanner->has_usb = true;
	return 0;
}

static int take_name(struct setting *scanner, const char *value)
{
	if (!*value || strlen(value) >= sizeof(scanner->name))
		return -EINVAL;
	strcpy(scanner->name, value);
	return 0;
}

static int take_source(struct setting *scanner, const char *value)
{
	static const char *const sources[] = { "manual", "qr" };

	for (size_t i = 0; i < ELEMENTSOF(sources); i++)
		if (strcmp(value, sources[i]) == 0) {
			scanner->source = sources[i];
			return 0;
		}
	return -EINVAL;
}

static int take_end(struct setting *scanner, const char *value)
{
	static const char *const ends[] = {
		[LINES_ENTER] = "enter", [LINES_TAB] = "tab", [LINES_PAUSE] = "timeout",
	};

	for (size_t i = 0; i < ELEMENTSOF(ends); i++)
		if (strcmp(value, ends[i]) == 0) {
			scanner->end = i;
			return 0;
		}
	return -EINVAL;
}

static int take(const char *section, const char *key, const char *value, void *userdata)
{
	static int (*const take_value[_GIVEN_MAX])(struct setting *, const char *) = {
		[USB] = take_usb, [NAME] = take_name, [SOURCE] = take_source, [END] = take_end,
	};
	struct setting *scanner;
	int r;

	r = get_section(userdata, section, &scanner);
	if (r < 0)
		return r;
	for (int i = 0; i < _GIVEN_MAX; i++) {
		if (strcmp(key, keys[i]) != 0)
			continue;
		/* Two scanners below one heading. */
		if (scanner->given & 1U << i)
			return -EEXIST;
		scanner->given |= 1U << i;
		return take_value[i](scanner, value);
	}
	return -ENOENT;
}

static int fail(struct config_problem *problem, int error, const char *text)
{
	snprintf(problem->text, sizeof(problem->text), "%s", text);
	return error;
}

static int judge(int r, struct settings *s, struct settings *ret, struct config_problem *problem)
{
	if (r == -EEXIST)
		return fail(problem, r, "given twice: each scanner needs a section with a name of its own, "
			    "[scanner ANYTHING]");
	if (r == -E2BIG)
		return fail(problem, r, "too many scanners");
	if (r == -ENAMETOOLONG)
		return fail(problem, r, "the name of the section is too long");
	if (r < 0)
		return r;
	for (unsigned int i = 0; i < s->n; i++)
		if (!s->scanner[i].has_usb && !*s->scanner[i].name) {
			snprintf(problem->text, sizeof(problem->text),
				 "section [%s] has neither \"usb\" nor \"name\"", s->scanner[i].label);
			return -EINVAL;
		}
	*ret = *s;
	return 0;
}

int settings_parse(const char *text, size_t size, struct settings *ret,
		   struct config_problem *problem)
{
	struct settings s = {};

	*problem = (struct config_problem){};
	return judge(config_parse(text, size, take, &s, problem), &s, ret, problem);
}

int settings_read(const char *path, struct settings *ret, struct config_problem *problem)
{
	struct settings s = {};

	return judge(config_read(path, false, take, &s, problem), &s, ret, problem);
}

bool settings_can_name(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n >= SETTINGS_NAME_SIZE || name[0] == ' ' || name[n - 1] == ' ')
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
			return false;
	/* A comment, for the library that reads the file. */
	return name[0] != ';' && !strstr(name, " ;");
}

const struct setting *settings_find(const struct settings *settings,
				    const struct identification *id)
{
	for (unsigned int i = 0; i < settings->n; i++) {
		const struct setting *s = &settings->scanner[i];

		if (s->has_usb && (id->bus != BUS_USB || id->vendor != s->vendor ||
				   id->product != s->product))
			continue;
		if (*s->name && strcmp(s->name, id->name) != 0)
			continue;
		return s;
	}
	return NULL;
}
