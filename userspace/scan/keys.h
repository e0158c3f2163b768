/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys: what a keyboard of US layout types, from the codes of <linux/input-event-codes.h>. Keyboard
 * layouts and input methods of the desktop have no part in it.
 */
#ifndef IDCARD_SCAN_KEYS_H
#define IDCARD_SCAN_KEYS_H

#include <stdint.h>

enum key {
	KEY_IS_NOTHING,		/* released, repeated, a modifier, a lock */
	KEY_IS_CHARACTER,	/* printable ASCII */
	KEY_IS_ENTER,		/* also that of the keypad, Ctrl+M and Ctrl+J */
	KEY_IS_TAB,		/* also Ctrl+I */
	KEY_IS_OTHER,		/* pressed, and none of these */
};

/* Which modifiers are down; all zero at first. */
struct keys {
	uint8_t held;
};

/*
 * An event of type EV_KEY: @value is 1 for pressed, 0 for released, 2 for repeated by the kernel.
 * The keypad gives digits, and the locks do nothing: their lights show what another keyboard did,
 * and no entry depends on the case of its letters. *@ret is set with CHARACTER.
 */
enum key keys_feed(struct keys *keys, unsigned int code, int value, char *ret);

#endif
