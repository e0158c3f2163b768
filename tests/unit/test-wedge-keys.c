// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <linux/input-event-codes.h>
#include <stdbool.h>
#include <string.h>

#include "scan/keys.h"
#include "util.h"
#include "wedge/keys.h"

/* What a program that goes by the US layout makes of a stroke: the scanner's side of the same. */
static char decode(const struct stroke *s)
{
	struct keys k = {};
	char c = '\0';

	if (s->mods & KEYS_SHIFT)
		keys_feed(&k, KEY_LEFTSHIFT, 1, &c);
	assert_int_equal(keys_feed(&k, s->code, 1, &c), KEY_IS_CHARACTER);
	return c;
}

static void test_every_character(void **state)
{
	struct stroke s;

	for (int c = ' '; c <= '~'; c++) {
		assert_int_equal(keys_for(LAYOUT_US, c, &s), 0);
		assert_int_equal(decode(&s), c);
		assert_int_equal(s.mods & ~KEYS_SHIFT, 0);
		assert_true(keys_used(s.code));
		/* the keypad depends on Num Lock */
		assert_true(s.code < KEY_KP7 || s.code > KEY_KPDOT);
	}
}

static void test_no_other_character(void **state)
{
	struct stroke s;

	for (enum layout l = 0; l < _LAYOUT_MAX; l++)
		for (int c = -128; c < 128; c++)
			if (c < ' ' || c > '~')
				assert_int_equal(keys_for(l, (char)c, &s), -ENOENT);
}

static void test_caps_lock(void **state)
{
	struct stroke s;

	for (int c = ' '; c <= '~'; c++) {
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		assert_int_equal(keys_for(LAYOUT_US, c, &s), 0);
		assert_int_equal(keys_mods(&s, false), s.mods);
		assert_int_equal(keys_mods(&s, true), letter ? s.mods ^ KEYS_SHIFT : s.mods);
		assert_int_equal(s.caps, letter ? CAPS_SHIFTS : CAPS_NOTHING);
		/* Shift on the numbers of a French keyboard is what Caps Lock may do or not */
		assert_int_equal(keys_for(LAYOUT_FR, '7', &s), 0);
		assert_int_equal(s.caps, CAPS_UNSURE);
	}
}

struct expected {
	enum layout layout;
	char c;
	unsigned int code, mods;
};

static void test_other_layouts(void **state)
{
	static const struct expected all[] = {
		{ LAYOUT_DE, '1', KEY_1, 0 },	     { LAYOUT_DE, '0', KEY_0, 0 },
		{ LAYOUT_DE, 'z', KEY_Y, 0 },	     { LAYOUT_DE, 'y', KEY_Z, 0 },
		{ LAYOUT_DE, 'X', KEY_X, KEYS_SHIFT },
		{ LAYOUT_DE, '/', KEY_7, KEYS_SHIFT }, { LAYOUT_DE, '-', KEY_SLASH, 0 },
		{ LAYOUT_DE, '\\', KEY_MINUS, KEYS_ALTGR },
		{ LAYOUT_DE, '@', KEY_Q, KEYS_ALTGR },
		{ LAYOUT_DE, '|', KEY_102ND, KEYS_ALTGR },
		{ LAYOUT_FR, '1', KEY_1, KEYS_SHIFT }, { LAYOUT_FR, '0', KEY_0, KEYS_SHIFT },
		{ LAYOUT_FR, 'a', KEY_Q, 0 },	     { LAYOUT_FR, 'm', KEY_SEMICOLON, 0 },
		{ LAYOUT_FR, 'X', KEY_X, KEYS_SHIFT }, { LAYOUT_FR, ',', KEY_M, 0 },
		{ LAYOUT_FR, '/', KEY_DOT, KEYS_SHIFT }, { LAYOUT_FR, '-', KEY_6, 0 },
		{ LAYOUT_FR, '\\', KEY_8, KEYS_ALTGR }, { LAYOUT_FR, '@', KEY_0, KEYS_ALTGR },
	};
	struct stroke s;

	for (size_t i = 0; i < ELEMENTSOF(all); i++) {
		assert_int_equal(keys_for(all[i].layout, all[i].c, &s), 0);
		assert_int_equal(s.code, all[i].code);
		assert_int_equal(s.mods, all[i].mods);
	}
	/* dead keys there */
	assert_int_equal(keys_for(LAYOUT_DE, '^', &s), -ENOENT);
	assert_int_equal(keys_for(LAYOUT_FR, '`', &s), -ENOENT);
}

/* No layout has one key for two characters. */
static void test_layouts_are_unambiguous(void **state)
{
	for (enum layout l = 0; l < _LAYOUT_MAX; l++) {
		char seen[KEY_MAX][8] = {};
		unsigned int n = 0;
		struct stroke s;

		for (int c = ' '; c <= '~'; c++) {
			if (keys_for(l, c, &s) < 0)
				continue;
			assert_int_equal(seen[s.code][s.mods], 0);
			seen[s.code][s.mods] = c;
			assert_true(keys_used(s.code));
			n++;
		}
		/* digits and letters, and nearly all else */
		assert_true(n >= 92);
	}
}

static int named(const char *name, struct stroke *ret)
{
	return keys_named(name, strlen(name), ret);
}

static void test_names(void **state)
{
	static const char *const none[] = {
		"", "tab", "Tab", "TA", "TABS", "ALT+F4", "META+L", "CTRL+", "SHIFT+", "A", "SHIFT+A",
		"CTRL+a", "CTRL+;", "CTRL+AB", "SHIFT+CTRL+A", "KP1", "SYSRQ", "CTRL+ALT+DELETE", "F13",
	};
	struct stroke s;

	assert_int_equal(named("TAB", &s), 0);
	assert_int_equal(s.code, KEY_TAB);
	assert_int_equal(s.mods, 0);
	assert_int_equal(named("SHIFT+TAB", &s), 0);
	assert_int_equal(s.code, KEY_TAB);
	assert_int_equal(s.mods, KEYS_SHIFT);
	assert_int_equal(named("CTRL+A", &s), 0);
	assert_int_equal(s.code, KEY_A);
	assert_int_equal(s.mods, KEYS_CTRL);
	assert_int_equal(s.caps, CAPS_NOTHING);
	assert_int_equal(named("CTRL+SHIFT+END", &s), 0);
	assert_int_equal(s.code, KEY_END);
	assert_int_equal(s.mods, KEYS_CTRL | KEYS_SHIFT);
	assert_int_equal(named("F12", &s), 0);
	assert_int_equal(s.code, KEY_F12);
	assert_true(keys_used(KEY_F12) && keys_used(KEY_INSERT) && keys_used(KEY_RIGHTALT));
	for (size_t i = 0; i < ELEMENTSOF(none); i++)
		assert_int_equal(named(none[i], &s), -ENOENT);
}

/* What udev wants to see before it calls it a keyboard, and what it must not have. */
static void test_it_is_a_keyboard(void **state)
{
	unsigned int n = 0;

	for (unsigned int code = KEY_ESC; code < 32; code++)
		assert_true(keys_used(code));
	for (unsigned int code = 0; code < KEY_MAX; code++)
		n += keys_used(code);
	assert_true(n < 100);
	assert_false(keys_used(KEY_POWER) || keys_used(KEY_SLEEP) || keys_used(KEY_SYSRQ) ||
		     keys_used(KEY_LEFTALT) || keys_used(KEY_LEFTMETA) || keys_used(KEY_CAPSLOCK));
}

static void test_layout_names(void **state)
{
	enum layout l;

	assert_int_equal(keys_layout("us", &l), 0);
	assert_int_equal(l, LAYOUT_US);
	assert_int_equal(keys_layout("de", &l), 0);
	assert_int_equal(keys_layout("fr", &l), 0);
	assert_int_equal(l, LAYOUT_FR);
	assert_int_equal(keys_layout("cn", &l), -EINVAL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_character),
		cmocka_unit_test(test_no_other_character),
		cmocka_unit_test(test_caps_lock),
		cmocka_unit_test(test_other_layouts),
		cmocka_unit_test(test_layouts_are_unambiguous),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_it_is_a_keyboard),
		cmocka_unit_test(test_layout_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
