// SPDX-License-Identifier: GPL-2.0-or-later
#include "wedge/keys.h"

#include <ctype.h>
#include <errno.h>
#include <linux/input-event-codes.h>
#include <string.h>

#include "util.h"

enum {
	LEVELS = 3,
	ROWS = 6,
	NONE = '\1',	/* a key, or a level of it, that types no ASCII, or is dead */
};

/* A part of a row, whose codes follow each other: plain, with Shift, with AltGr. */
struct row {
	uint16_t first;
	const char *level[LEVELS];
};

static const uint8_t level_mods[LEVELS] = { 0, KEYS_SHIFT, KEYS_ALTGR };

static const struct row layouts[_LAYOUT_MAX][ROWS] = {
	[LAYOUT_US] = {
		{ KEY_1, { "1234567890-=", "!@#$%^&*()_+", "" } },
		{ KEY_Q, { "qwertyuiop[]", "QWERTYUIOP{}", "" } },
		{ KEY_A, { "asdfghjkl;'`", "ASDFGHJKL:\"~", "" } },
		{ KEY_BACKSLASH, { "\\zxcvbnm,./", "|ZXCVBNM<>?", "" } },
		{ KEY_SPACE, { " ", "", "" } },
	},
	[LAYOUT_DE] = {
		{ KEY_1, { "1234567890\1\1", "!\"\1$%&/()=?\1", "\1\1\1\1\1\1{[]}\\\1" } },
		{ KEY_Q, { "qwertzuiop\1+", "QWERTZUIOP\1*", "@\1\1\1\1\1\1\1\1\1\1~" } },
		{ KEY_A, { "asdfghjkl\1\1\1", "ASDFGHJKL\1\1\1", "" } },
		{ KEY_BACKSLASH, { "#yxcvbnm,.-", "'YXCVBNM;:_", "" } },
		{ KEY_SPACE, { " ", "", "" } },
		{ KEY_102ND, { "<", ">", "|" } },
	},
	[LAYOUT_FR] = {
		{ KEY_1, { "&\1\"'(-\1_\1\1)=", "1234567890\1+", "\1\1#{[|\1\\\1@]}" } },
		{ KEY_Q, { "azertyuiop\1$", "AZERTYUIOP\1\1", "" } },
		{ KEY_A, { "qsdfghjklm\1\1", "QSDFGHJKLM%\1", "" } },
		{ KEY_BACKSLASH, { "*wxcvbn,;:!", "\1WXCVBN?./\1", "" } },
		{ KEY_SPACE, { " ", "", "" } },
		{ KEY_102ND, { "<", ">", "" } },
	},
};

static const struct {
	const char *name;
	uint16_t code;
} named[] = {
	{ "TAB", KEY_TAB },	{ "ENTER", KEY_ENTER },	    { "ESC", KEY_ESC },
	{ "SPACE", KEY_SPACE }, { "BACKSPACE", KEY_BACKSPACE },
	{ "UP", KEY_UP },	{ "DOWN", KEY_DOWN },	    { "LEFT", KEY_LEFT },
	{ "RIGHT", KEY_RIGHT }, { "HOME", KEY_HOME },	    { "END", KEY_END },
	{ "PGUP", KEY_PAGEUP }, { "PGDN", KEY_PAGEDOWN },   { "INSERT", KEY_INSERT },
	{ "DELETE", KEY_DELETE },
	{ "F1", KEY_F1 },	{ "F2", KEY_F2 },	    { "F3", KEY_F3 },
	{ "F4", KEY_F4 },	{ "F5", KEY_F5 },	    { "F6", KEY_F6 },
	{ "F7", KEY_F7 },	{ "F8", KEY_F8 },	    { "F9", KEY_F9 },
	{ "F10", KEY_F10 },	{ "F11", KEY_F11 },	    { "F12", KEY_F12 },
};

int keys_layout(const char *name, enum layout *ret)
{
	static const char *const names[_LAYOUT_MAX] = {
		[LAYOUT_US] = "us", [LAYOUT_DE] = "de", [LAYOUT_FR] = "fr",
	};

	for (enum layout l = 0; l < _LAYOUT_MAX; l++)
		if (strcmp(name, names[l]) == 0) {
			*ret = l;
			return 0;
		}
	return -EINVAL;
}

/* On a French keyboard Caps Lock shifts, or does not shift, digits and signs too. */
static enum caps caps_of(enum layout layout, char c, unsigned int mods)
{
	if (isalpha((unsigned char)c) && !(mods & KEYS_ALTGR))
		return CAPS_SHIFTS;
	return layout == LAYOUT_FR && c != ' ' ? CAPS_UNSURE : CAPS_NOTHING;
}

int keys_for(enum layout layout, char c, struct stroke *ret)
{
	if (c < ' ' || c > '~')
		return -ENOENT;
	for (unsigned int l = 0; l < LEVELS; l++)
		for (const struct row *r = layouts[layout]; r < layouts[layout] + ROWS; r++) {
			const char *at = r->level[l] ? strchr(r->level[l], c) : NULL;

			if (!at)
				continue;
			ret->code = r->first + (at - r->level[l]);
			ret->mods = level_mods[l];
			ret->caps = caps_of(layout, c, ret->mods);
			return 0;
		}
	return -ENOENT;
}

/* Letters and digits are where a US keyboard has them: programs go by that with Ctrl. */
static int find_named(const char *name, size_t n, unsigned int mods, struct stroke *ret)
{
	for (size_t i = 0; i < ELEMENTSOF(named); i++)
		if (strlen(named[i].name) == n && memcmp(named[i].name, name, n) == 0) {
			*ret = (struct stroke){ .code = named[i].code };
			return 0;
		}
	if (n != 1 || !(mods & KEYS_CTRL) || !(isupper((unsigned char)*name) ||
					       isdigit((unsigned char)*name)))
		return -ENOENT;
	if (keys_for(LAYOUT_US, tolower((unsigned char)*name), ret) < 0)
		return -ENOENT;
	ret->caps = CAPS_NOTHING;
	return 0;
}

int keys_named(const char *name, size_t n, struct stroke *ret)
{
	static const struct {
		const char *prefix;
		uint8_t mod;
	} prefixes[] = { { "CTRL+", KEYS_CTRL }, { "SHIFT+", KEYS_SHIFT } };
	unsigned int mods = 0;
	struct stroke s;

	for (size_t i = 0; i < ELEMENTSOF(prefixes); i++) {
		size_t length = strlen(prefixes[i].prefix);

		if (n > length && memcmp(name, prefixes[i].prefix, length) == 0) {
			mods |= prefixes[i].mod;
			name += length;
			n -= length;
		}
	}
	if (find_named(name, n, mods, &s) < 0)
		return -ENOENT;
	s.mods = mods;
	*ret = s;
	return 0;
}

uint16_t keys_modifier(unsigned int mod)
{
	if (mod == KEYS_SHIFT)
		return KEY_LEFTSHIFT;
	return mod == KEYS_CTRL ? KEY_LEFTCTRL : KEY_RIGHTALT;
}

unsigned int keys_mods(const struct stroke *s, bool caps_lock)
{
	return caps_lock && s->caps == CAPS_SHIFTS ? s->mods ^ KEYS_SHIFT : s->mods;
}

bool keys_used(uint16_t code)
{
	/* The block from Escape to D is what makes a keyboard of it for udev. */
	if (code >= KEY_ESC && code <= KEY_SPACE && code != KEY_LEFTALT && code != KEY_KPASTERISK)
		return true;
	for (size_t i = 0; i < ELEMENTSOF(named); i++)
		if (named[i].code == code)
			return true;
	return code == KEY_102ND || code == KEY_RIGHTALT;
}
