// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <linux/input-event-codes.h>
#include <stdbool.h>
#include <string.h>

#include "scan/keys.h"
#include "util.h"
#include "wedge/typist.h"

enum { PACE_USEC = 12000 };

/* A window that takes keys as a desktop does, with the time of each. */
struct window {
	struct typist_state t;
	uint64_t now;
	bool caps_lock;
	struct keys keys;		/* Shift, as the scanner's side has it */
	bool down[KEY_MAX];
	char text[4096];
	size_t n;
	uint64_t last, least;		/* the burst before; the shortest time between two */
	unsigned int bursts, asked, clipped;
};

static struct script script;

static void add_text(const char *text)
{
	for (; *text; text++) {
		struct step *s = &script.step[script.n++];

		s->kind = STEP_STROKE;
		if (*text == '\n')
			s->stroke = (struct stroke){ .code = KEY_ENTER };
		else
			assert_int_equal(keys_for(LAYOUT_US, *text, &s->stroke), 0);
	}
}

static void add_stroke(unsigned int code, unsigned int mods)
{
	script.step[script.n++] = (struct step){ .kind = STEP_STROKE, .stroke = { code, mods } };
}

static int setup(void **state)
{
	memset(&script, 0, sizeof(script));
	return 0;
}

static void begin(struct window *w)
{
	*w = (struct window){ .now = 1000000, .least = UINT64_MAX };
	typist_begin(&w->t, &script, PACE_USEC, w->now);
}

static char with_caps(const struct window *w, char c)
{
	bool lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z';

	return w->caps_lock && (lower || upper) ? c ^ 0x20 : c;
}

static void show(struct window *w, const struct burst *b)
{
	if (b->n && w->bursts++ && w->now - w->last < w->least)
		w->least = w->now - w->last;
	if (b->n)
		w->last = w->now;
	for (unsigned int i = 0; i < b->n; i++) {
		char c = '\0';

		/* never pressed twice, never released twice */
		assert_int_equal(w->down[b->key[i].code], !b->key[i].down);
		w->down[b->key[i].code] = b->key[i].down;
		switch (keys_feed(&w->keys, b->key[i].code, b->key[i].down, &c)) {
		case KEY_IS_CHARACTER:
			w->text[w->n++] = with_caps(w, c);
			break;
		case KEY_IS_ENTER:
			w->text[w->n++] = '\n';
			break;
		case KEY_IS_OTHER:
			w->text[w->n++] = '?';
			break;
		default:
			break;
		}
	}
	w->text[w->n] = '\0';
}

static bool anything_down(const struct window *w)
{
	for (size_t i = 0; i < KEY_MAX; i++)
		if (w->down[i])
			return true;
	return false;
}

/* As queue.c does, with an answer to each question after @answer_usec. */
static enum typist run(struct window *w, uint64_t answer_usec)
{
	struct burst b;
	enum typist want;

	for (int guard = 0; guard < 100000; guard++) {
		want = typist_run(&w->t, w->now, w->caps_lock, &b);
		show(w, &b);
		if (want == TYPIST_WAITS) {
			assert_true(w->t.due > w->now);
			w->now = w->t.due;
		} else if (want == TYPIST_ASKS) {
			assert_false(anything_down(w));
			w->asked++;
			w->now += answer_usec;
			typist_permit(&w->t, w->now);
		} else if (want == TYPIST_CLIPS) {
			assert_false(anything_down(w));
			w->clipped++;
			w->now += answer_usec;
			typist_clipped(&w->t, w->now);
		} else {
			return want;
		}
	}
	fail_msg("it does not end");
	return TYPIST_LATE;
}

static void test_text(void **state)
{
	struct window w;

	add_text("91199919000101003X\nabc ABC !@#\n");
	begin(&w);
	assert_int_equal(run(&w, 1000), TYPIST_DONE);
	assert_string_equal(w.text, "91199919000101003X\nabc ABC !@#\n");
	assert_false(anything_down(&w));
	assert_true(w.least >= PACE_USEC);
	/* a key is up before time passes */
	assert_int_equal(w.bursts, script.n + 2 * 7);
	/* and the last one had its time, too */
	assert_true(w.now - w.last >= PACE_USEC);
}

static void test_asks_before_the_first_and_every_few(void **state)
{
	struct window w;
	struct burst b;

	add_text("0123456789012345678901234567890123456789");
	begin(&w);
	assert_int_equal(typist_run(&w.t, w.now, false, &b), TYPIST_ASKS);
	assert_int_equal(b.n, 0);
	/* asked again and again, it types nothing */
	assert_int_equal(typist_run(&w.t, w.now, false, &b), TYPIST_ASKS);
	assert_int_equal(b.n, 0);
	assert_int_equal(run(&w, 0), TYPIST_DONE);
	assert_int_equal(w.asked, (40 + TYPIST_STROKES - 1) / TYPIST_STROKES);
}

static void test_a_permission_ends_with_time(void **state)
{
	struct window w;

	add_text("1");
	script.step[script.n++] = (struct step){ .kind = STEP_PAUSE, .ms = 400 };
	add_text("2");
	begin(&w);
	assert_int_equal(run(&w, 0), TYPIST_DONE);
	assert_int_equal(w.asked, 2);
	assert_true(w.least >= 400 * 1000);
}

static void test_doubt_asks_before_the_next(void **state)
{
	struct window w;
	struct burst b;

	add_text("12");
	begin(&w);
	typist_permit(&w.t, w.now);
	assert_int_equal(typist_run(&w.t, w.now, false, &b), TYPIST_WAITS);
	assert_int_equal(b.n, 2);
	typist_doubt(&w.t);
	assert_int_equal(typist_run(&w.t, w.t.due, false, &b), TYPIST_ASKS);
	assert_int_equal(b.n, 0);
}

static void test_modifiers_are_paced(void **state)
{
	struct window w;

	add_stroke(KEY_V, KEYS_CTRL | KEYS_SHIFT);
	add_stroke(KEY_TAB, KEYS_SHIFT);
	begin(&w);
	assert_int_equal(run(&w, 0), TYPIST_DONE);
	assert_int_equal(w.bursts, 5 + 3);
	assert_true(w.least >= PACE_USEC);
	assert_false(anything_down(&w));
}

static void test_caps_lock(void **state)
{
	struct window w;

	add_text("1X x\n");
	begin(&w);
	w.caps_lock = true;
	assert_int_equal(run(&w, 0), TYPIST_DONE);
	assert_string_equal(w.text, "1X x\n");

	/* of another layout: not a single key, also when it comes in the middle */
	script.step[1].stroke.caps = CAPS_UNSURE;
	begin(&w);
	w.caps_lock = true;
	assert_int_equal(run(&w, 0), TYPIST_CAPS);
	assert_string_equal(w.text, "1");
}

/* Once Shift is down it is this stroke's, whatever the light does. */
static void test_caps_lock_within_a_stroke(void **state)
{
	struct window w;
	struct burst b;

	add_text("X");
	begin(&w);
	typist_permit(&w.t, w.now);
	assert_int_equal(typist_run(&w.t, w.now, false, &b), TYPIST_WAITS);
	assert_int_equal(b.n, 1);
	show(&w, &b);
	for (int i = 0; i < 3; i++) {
		w.now = w.t.due;
		typist_run(&w.t, w.now, true, &b);
		show(&w, &b);
	}
	assert_false(anything_down(&w));
}

static void test_clip(void **state)
{
	struct window w;
	struct burst b;

	add_text("1");
	strcpy(script.text, "first");
	strcpy(script.text + 6, "second");
	script.step[script.n++] = (struct step){ .kind = STEP_CLIP, .text = 6 };
	add_stroke(KEY_V, KEYS_CTRL);
	add_text("\n");
	begin(&w);
	typist_permit(&w.t, w.now);
	/* before any key: without a clipboard there is none */
	assert_int_equal(typist_run(&w.t, w.now, false, &b), TYPIST_CLIPS);
	assert_int_equal(b.n, 0);
	assert_string_equal(typist_text(&w.t), "second");
	typist_clipped(&w.t, w.now);
	assert_int_equal(typist_run(&w.t, w.now, false, &b), TYPIST_ASKS);
	typist_permit(&w.t, w.now);
	assert_int_equal(typist_run(&w.t, w.now, false, &b), TYPIST_WAITS);
	show(&w, &b);
	assert_string_equal(w.text, "1");
	w.now = w.t.due;
	assert_int_equal(typist_run(&w.t, w.now, false, &b), TYPIST_CLIPS);
	assert_string_equal(typist_text(&w.t), "second");
	/* whoever has the screen by then is asked for before the key that pastes */
	assert_int_equal(run(&w, 2000000), TYPIST_DONE);
	assert_int_equal(w.clipped, 1);
	assert_true(w.asked >= 1);
	assert_string_equal(w.text, "1?\n");
}

static void test_clip_is_asked_about(void **state)
{
	struct window w;
	struct burst b;

	script.step[script.n++] = (struct step){ .kind = STEP_CLIP };
	begin(&w);
	assert_int_equal(typist_run(&w.t, w.now, false, &b), TYPIST_ASKS);
}

static void test_late(void **state)
{
	struct window w;
	struct burst b;

	add_text("12");
	begin(&w);
	typist_permit(&w.t, w.now);
	assert_int_equal(typist_run(&w.t, w.now, false, &b), TYPIST_WAITS);
	assert_int_equal(typist_run(&w.t, w.t.due + TYPIST_LATE_USEC + 1, false, &b), TYPIST_LATE);
	assert_int_equal(b.n, 0);
	/* a slow answer is something else */
	begin(&w);
	assert_int_equal(typist_run(&w.t, w.now, false, &b), TYPIST_ASKS);
	w.now += 10 * TYPIST_LATE_USEC;
	typist_permit(&w.t, w.now);
	assert_int_equal(typist_run(&w.t, w.now, false, &b), TYPIST_WAITS);
	assert_int_equal(b.n, 2);
}

/* After every burst there is: nothing stays down, and nothing comes any more. */
static void test_abort_anywhere(void **state)
{
	add_text("1X!y");
	add_stroke(KEY_V, KEYS_CTRL | KEYS_SHIFT | KEYS_ALTGR);
	for (unsigned int stop = 0; stop < 20; stop++) {
		struct window w;
		struct burst b;

		begin(&w);
		for (unsigned int i = 0; i < stop; i++) {
			typist_permit(&w.t, w.now);
			typist_run(&w.t, w.now, false, &b);
			show(&w, &b);
			w.now = w.t.due;
		}
		typist_abort(&w.t, &b);
		show(&w, &b);
		assert_false(anything_down(&w));
		assert_int_equal(typist_run(&w.t, w.now, false, &b), TYPIST_DONE);
		assert_int_equal(b.n, 0);
	}
}

static void test_nothing(void **state)
{
	struct window w;

	begin(&w);
	assert_int_equal(run(&w, 0), TYPIST_DONE);
	assert_int_equal(w.bursts, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_text, setup),
		cmocka_unit_test_setup(test_asks_before_the_first_and_every_few, setup),
		cmocka_unit_test_setup(test_a_permission_ends_with_time, setup),
		cmocka_unit_test_setup(test_doubt_asks_before_the_next, setup),
		cmocka_unit_test_setup(test_modifiers_are_paced, setup),
		cmocka_unit_test_setup(test_caps_lock, setup),
		cmocka_unit_test_setup(test_caps_lock_within_a_stroke, setup),
		cmocka_unit_test_setup(test_clip, setup),
		cmocka_unit_test_setup(test_clip_is_asked_about, setup),
		cmocka_unit_test_setup(test_late, setup),
		cmocka_unit_test_setup(test_abort_anywhere, setup),
		cmocka_unit_test_setup(test_nothing, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
