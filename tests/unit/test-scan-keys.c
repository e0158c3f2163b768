// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <linux/input-event-codes.h>
#include <stdbool.h>
#include <string.h>

#include "scan/keys.h"
#include "util.h"

/* The rows of the keyboard: the kernel's codes go along them. */
static const struct row {
	unsigned int first;
	const char *plain, *shifted;
} rows[] = {
	{ 2, "1234567890-=", "!@#$%^&*()_+" },
	{ 16, "qwertyuiop[]", "QWERTYUIOP{}" },
	{ 30, "asdfghjkl;'`", "ASDFGHJKL:\"~" },
	{ 43, "\\zxcvbnm,./", "|ZXCVBNM<>?" },
	{ 57, " ", " " },
};

static void press(struct keys *k, unsigned int code, enum key expected, char character)
{
	char c = '\0';

	assert_int_equal(keys_feed(k, code, 1, &c), expected);
	assert_int_equal(c, character);
	/* held down, and let go */
	c = '\0';
	assert_int_equal(keys_feed(k, code, 2, &c), KEY_IS_NOTHING);
	assert_int_equal(keys_feed(k, code, 0, &c), KEY_IS_NOTHING);
	assert_int_equal(c, '\0');
}

static void hold(struct keys *k, unsigned int code, int value)
{
	char c = '\0';

	assert_int_equal(keys_feed(k, code, value, &c), KEY_IS_NOTHING);
	assert_int_equal(c, '\0');
}

static void type_rows(struct keys *k, bool shift, char seen[128])
{
	for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
		const char *text = shift ? rows[i].shifted : rows[i].plain;

		for (size_t n = 0; text[n]; n++) {
			press(k, rows[i].first + n, KEY_IS_CHARACTER, text[n]);
			seen[(int)text[n]] = 1;
		}
	}
}

static void test_every_printable_character(void **state)
{
	char seen[128] = {};
	struct keys k = {};

	type_rows(&k, false, seen);
	hold(&k, KEY_LEFTSHIFT, 1);
	type_rows(&k, true, seen);
	hold(&k, KEY_LEFTSHIFT, 0);
	type_rows(&k, false, seen);
	for (int c = ' '; c <= '~'; c++)
		assert_true(seen[c]);
}

static void test_both_shifts(void **state)
{
	struct keys k = {};

	hold(&k, KEY_LEFTSHIFT, 1);
	hold(&k, KEY_RIGHTSHIFT, 1);
	press(&k, KEY_COMMA, KEY_IS_CHARACTER, '<');
	hold(&k, KEY_LEFTSHIFT, 0);
	press(&k, KEY_COMMA, KEY_IS_CHARACTER, '<');
	hold(&k, KEY_RIGHTSHIFT, 2);
	press(&k, KEY_X, KEY_IS_CHARACTER, 'X');
	hold(&k, KEY_RIGHTSHIFT, 0);
	press(&k, KEY_COMMA, KEY_IS_CHARACTER, ',');
}

static void test_keypad(void **state)
{
	static const unsigned int digits[] = { KEY_KP0, KEY_KP1, KEY_KP2, KEY_KP3, KEY_KP4,
					       KEY_KP5, KEY_KP6, KEY_KP7, KEY_KP8, KEY_KP9 };
	struct keys k = {};

	for (size_t i = 0; i < ELEMENTSOF(digits); i++)
		press(&k, digits[i], KEY_IS_CHARACTER, '0' + i);
	press(&k, KEY_KPDOT, KEY_IS_CHARACTER, '.');
	press(&k, KEY_KPMINUS, KEY_IS_CHARACTER, '-');
	press(&k, KEY_KPPLUS, KEY_IS_CHARACTER, '+');
	press(&k, KEY_KPASTERISK, KEY_IS_CHARACTER, '*');
	press(&k, KEY_KPSLASH, KEY_IS_CHARACTER, '/');
	hold(&k, KEY_LEFTSHIFT, 1);
	press(&k, KEY_KP4, KEY_IS_OTHER, '\0');
	press(&k, KEY_KPMINUS, KEY_IS_CHARACTER, '-');
}

static void test_ends(void **state)
{
	struct keys k = {};

	press(&k, KEY_ENTER, KEY_IS_ENTER, '\0');
	press(&k, KEY_KPENTER, KEY_IS_ENTER, '\0');
	press(&k, KEY_TAB, KEY_IS_TAB, '\0');
	hold(&k, KEY_RIGHTCTRL, 1);
	press(&k, KEY_M, KEY_IS_ENTER, '\0');
	press(&k, KEY_J, KEY_IS_ENTER, '\0');
	press(&k, KEY_I, KEY_IS_TAB, '\0');
	press(&k, KEY_C, KEY_IS_OTHER, '\0');
	press(&k, KEY_1, KEY_IS_OTHER, '\0');
	hold(&k, KEY_RIGHTCTRL, 0);
	press(&k, KEY_M, KEY_IS_CHARACTER, 'm');
	hold(&k, KEY_LEFTSHIFT, 1);
	press(&k, KEY_TAB, KEY_IS_OTHER, '\0');
}

static void test_locks_do_nothing(void **state)
{
	struct keys k = {};

	press(&k, KEY_CAPSLOCK, KEY_IS_NOTHING, '\0');
	press(&k, KEY_NUMLOCK, KEY_IS_NOTHING, '\0');
	press(&k, KEY_SCROLLLOCK, KEY_IS_NOTHING, '\0');
	press(&k, KEY_X, KEY_IS_CHARACTER, 'x');
	press(&k, KEY_KP7, KEY_IS_CHARACTER, '7');
}

/* Every other key there is, also those that this kernel does not have yet. */
static void test_other_keys(void **state)
{
	static const unsigned int modifiers[] = { KEY_LEFTALT, KEY_RIGHTALT, KEY_LEFTMETA,
						  KEY_RIGHTMETA };
	struct keys k = {};

	press(&k, 0, KEY_IS_OTHER, '\0');
	press(&k, KEY_ESC, KEY_IS_OTHER, '\0');
	press(&k, KEY_BACKSPACE, KEY_IS_OTHER, '\0');
	press(&k, KEY_102ND, KEY_IS_OTHER, '\0');
	press(&k, KEY_DOWN, KEY_IS_OTHER, '\0');
	press(&k, KEY_F12, KEY_IS_OTHER, '\0');
	for (unsigned int code = KEY_RIGHTMETA + 1; code < 0x10000; code++)
		press(&k, code, KEY_IS_OTHER, '\0');
	for (size_t i = 0; i < ELEMENTSOF(modifiers); i++) {
		hold(&k, modifiers[i], 1);
		press(&k, KEY_1, KEY_IS_OTHER, '\0');
		press(&k, KEY_KP1, KEY_IS_OTHER, '\0');
		press(&k, KEY_ENTER, KEY_IS_OTHER, '\0');
		hold(&k, modifiers[i], 0);
		press(&k, KEY_1, KEY_IS_CHARACTER, '1');
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_printable_character),
		cmocka_unit_test(test_both_shifts),
		cmocka_unit_test(test_keypad),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_locks_do_nothing),
		cmocka_unit_test(test_other_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
