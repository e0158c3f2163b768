/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys: which key of a keyboard types a character, by its place. The desktop makes the character of
 * it again, by the layout that it has for this keyboard.
 */
#ifndef IDCARD_WEDGE_KEYS_H
#define IDCARD_WEDGE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum layout {
	LAYOUT_US,
	LAYOUT_DE,
	LAYOUT_FR,
	_LAYOUT_MAX,
};

/* Modifiers that are held with a key. */
enum {
	KEYS_SHIFT = 1 << 0,
	KEYS_CTRL = 1 << 1,
	KEYS_ALTGR = 1 << 2,
};

/* What Caps Lock does to a key. */
enum caps {
	CAPS_NOTHING,
	CAPS_SHIFTS,	/* a letter: the same as holding Shift, and with Shift the reverse */
	CAPS_UNSURE,	/* differs from desktop to desktop */
};

struct stroke {
	uint16_t code;	/* <linux/input-event-codes.h> */
	uint8_t mods;
	uint8_t caps;
};

/* -EINVAL if there is no such layout. */
int keys_layout(const char *name, enum layout *ret);

/* Printable ASCII. Digits are those of the main row. -ENOENT if no single key types @c. */
int keys_for(enum layout layout, char c, struct stroke *ret);

/*
 * "TAB", "F5", "SHIFT+TAB", "CTRL+A", @n bytes. Letters and digits only with CTRL. -ENOENT. The
 * keys that reach beyond the window in front (Alt, Super, Print, Delete with Ctrl) have no name.
 */
int keys_named(const char *name, size_t n, struct stroke *ret);

/* The key of one modifier. */
uint16_t keys_modifier(unsigned int mod);

/* The modifiers to hold for @s. */
unsigned int keys_mods(const struct stroke *s, bool caps_lock);

/* Every code that the above can give, and those without which udev sees no keyboard. */
bool keys_used(uint16_t code);

#endif
