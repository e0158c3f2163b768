// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan/keys.h"

#include <linux/input-event-codes.h>
#include <stdbool.h>

#include "util.h"

enum {
	SHIFT_LEFT = 1 << 0,
	SHIFT_RIGHT = 1 << 1,
	CONTROL_LEFT = 1 << 2,
	CONTROL_RIGHT = 1 << 3,
	ALT_LEFT = 1 << 4,
	ALT_RIGHT = 1 << 5,
	META_LEFT = 1 << 6,
	META_RIGHT = 1 << 7,

	SHIFT = SHIFT_LEFT | SHIFT_RIGHT,
	CONTROL = CONTROL_LEFT | CONTROL_RIGHT,
};

/* Without and with shift. No KEY_102ND: a US keyboard does not have it. */
static const char layout[][3] = {
	[KEY_1] = "1!", [KEY_2] = "2@", [KEY_3] = "3#", [KEY_4] = "4$", [KEY_5] = "5%",
	[KEY_6] = "6^", [KEY_7] = "7&", [KEY_8] = "8*", [KEY_9] = "9(", [KEY_0] = "0)",
	[KEY_A] = "aA", [KEY_B] = "bB", [KEY_C] = "cC", [KEY_D] = "dD", [KEY_E] = "eE",
	[KEY_F] = "fF", [KEY_G] = "gG", [KEY_H] = "hH", [KEY_I] = "iI", [KEY_J] = "jJ",
	[KEY_K] = "kK", [KEY_L] = "lL", [KEY_M] = "mM", [KEY_N] = "nN", [KEY_O] = "oO",
	[KEY_P] = "pP", [KEY_Q] = "qQ", [KEY_R] = "rR", [KEY_S] = "sS", [KEY_T] = "tT",
	[KEY_U] = "uU", [KEY_V] = "vV", [KEY_W] = "wW", [KEY_X] = "xX", [KEY_Y] = "yY",
	[KEY_Z] = "zZ",
	[KEY_SPACE] = "  ", [KEY_MINUS] = "-_", [KEY_EQUAL] = "=+", [KEY_LEFTBRACE] = "[{",
	[KEY_RIGHTBRACE] = "]}", [KEY_BACKSLASH] = "\\|", [KEY_SEMICOLON] = ";:",
	[KEY_APOSTROPHE] = "'\"", [KEY_GRAVE] = "`~", [KEY_COMMA] = ",<", [KEY_DOT] = ".>",
	[KEY_SLASH] = "/?",
	/* With shift the keypad moves the cursor. */
	[KEY_KP0] = "0", [KEY_KP1] = "1", [KEY_KP2] = "2", [KEY_KP3] = "3", [KEY_KP4] = "4",
	[KEY_KP5] = "5", [KEY_KP6] = "6", [KEY_KP7] = "7", [KEY_KP8] = "8", [KEY_KP9] = "9",
	[KEY_KPDOT] = ".", [KEY_KPSLASH] = "//", [KEY_KPASTERISK] = "**", [KEY_KPMINUS] = "--",
	[KEY_KPPLUS] = "++",
};

static uint8_t modifier(unsigned int code)
{
	switch (code) {
	case KEY_LEFTSHIFT:
		return SHIFT_LEFT;
	case KEY_RIGHTSHIFT:
		return SHIFT_RIGHT;
	case KEY_LEFTCTRL:
		return CONTROL_LEFT;
	case KEY_RIGHTCTRL:
		return CONTROL_RIGHT;
	case KEY_LEFTALT:
		return ALT_LEFT;
	case KEY_RIGHTALT:
		return ALT_RIGHT;
	case KEY_LEFTMETA:
		return META_LEFT;
	case KEY_RIGHTMETA:
		return META_RIGHT;
	default:
		return 0;
	}
}

/* Scanners that are set to send control characters hold Ctrl for them. */
static enum key with_control(unsigned int code)
{
	if (code == KEY_M || code == KEY_J)
		return KEY_IS_ENTER;
	return code == KEY_I ? KEY_IS_TAB : KEY_IS_OTHER;
}

static enum key character(unsigned int code, bool shift, char *ret)
{
	char c = code < ELEMENTSOF(layout) ? layout[code][shift] : '\0';

	if (!c)
		return KEY_IS_OTHER;
	*ret = c;
	return KEY_IS_CHARACTER;
}

enum key keys_feed(struct keys *keys, unsigned int code, int value, char *ret)
{
	uint8_t held = modifier(code);

	if (held && value == 0)
		keys->held &= ~held;
	else if (held)
		keys->held |= held;
	if (held || value != 1)
		return KEY_IS_NOTHING;
	if (code == KEY_CAPSLOCK || code == KEY_NUMLOCK || code == KEY_SCROLLLOCK)
		return KEY_IS_NOTHING;
	if (keys->held & ~(SHIFT | CONTROL))
		return KEY_IS_OTHER;
	if (keys->held & CONTROL)
		return keys->held & SHIFT ? KEY_IS_OTHER : with_control(code);
	if (code == KEY_ENTER || code == KEY_KPENTER)
		return KEY_IS_ENTER;
	if (code == KEY_TAB)
		return keys->held ? KEY_IS_OTHER : KEY_IS_TAB;
	return character(code, keys->held & SHIFT, ret);
}
