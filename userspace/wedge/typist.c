// SPDX-License-Identifier: GPL-2.0-or-later
#include "wedge/typist.h"

static const unsigned int all_mods[] = { KEYS_CTRL, KEYS_SHIFT, KEYS_ALTGR };

enum { MODS = sizeof(all_mods) / sizeof(all_mods[0]) };

void typist_begin(struct typist_state *t, const struct script *script, uint64_t pace_usec,
		  uint64_t now)
{
	*t = (struct typist_state){ .script = script, .pace_usec = pace_usec, .due = now };
	while (t->trial < script->n && script->step[t->trial].kind != STEP_CLIP)
		t->trial++;
}

static bool on_trial(const struct typist_state *t)
{
	return t->trial < t->script->n;
}

static void put(struct burst *b, uint16_t code, bool down)
{
	b->key[b->n].code = code;
	b->key[b->n++].down = down;
}

static void next_step(struct typist_state *t)
{
	t->at++;
	t->phase = 0;
	t->clipped = false;
	t->paused = false;
}

/* The phases: each modifier down, the key, each modifier up. false: the stroke is over. */
static bool run_phase(struct typist_state *t, const struct stroke *s, struct burst *b)
{
	while (t->phase < 2 * MODS + 1) {
		unsigned int phase = t->phase++, mod;

		if (phase == MODS) {
			put(b, s->code, true);
			put(b, s->code, false);
			return true;
		}
		mod = all_mods[phase < MODS ? phase : 2 * MODS - phase];
		if (!(t->mods & mod))
			continue;
		put(b, keys_modifier(mod), phase < MODS);
		t->held ^= mod;
		return true;
	}
	return false;
}

static bool is_permitted(const struct typist_state *t, uint64_t now)
{
	return t->permitted > 0 && now < t->permitted_until;
}

static enum typist run_stroke(struct typist_state *t, uint64_t now, bool caps_lock,
			      struct burst *b)
{
	const struct stroke *s = &t->script->step[t->at].stroke;

	if (t->phase == 0) {
		if (caps_lock && s->caps == CAPS_UNSURE)
			return TYPIST_CAPS;
		if (!is_permitted(t, now))
			return TYPIST_ASKS;
		t->permitted--;
		t->mods = keys_mods(s, caps_lock);
	}
	if (!run_phase(t, s, b)) {
		next_step(t);
		return TYPIST_DONE;
	}
	t->due = now + t->pace_usec;
	return TYPIST_WAITS;
}

/* Text goes to a session, so it is asked about like a key. */
static enum typist want_clip(const struct typist_state *t, uint64_t now)
{
	return is_permitted(t, now) ? TYPIST_CLIPS : TYPIST_ASKS;
}

/* TYPIST_DONE: on to the next step. */
static enum typist run_step(struct typist_state *t, uint64_t now, bool caps_lock, struct burst *b)
{
	const struct step *step = &t->script->step[t->at];

	switch (step->kind) {
	case STEP_STROKE:
		return run_stroke(t, now, caps_lock, b);
	case STEP_PAUSE:
		if (t->paused)
			break;
		t->paused = true;
		t->due = now + (uint64_t)step->ms * 1000;
		return TYPIST_WAITS;
	case STEP_CLIP:
		if (!t->clipped)
			return want_clip(t, now);
		break;
	}
	next_step(t);
	return TYPIST_DONE;
}

enum typist typist_run(struct typist_state *t, uint64_t now, bool caps_lock, struct burst *ret)
{
	enum typist r = TYPIST_DONE;

	*ret = (struct burst){};
	if (now < t->due)
		return TYPIST_WAITS;
	if (now - t->due > TYPIST_LATE_USEC)
		return TYPIST_LATE;
	if (on_trial(t))
		return want_clip(t, now);
	while (t->at < t->script->n && r == TYPIST_DONE)
		r = run_step(t, now, caps_lock, ret);
	return r;
}

/* The time that an answer took is not the typist's. */
static void resume(struct typist_state *t, uint64_t now)
{
	if (t->due < now)
		t->due = now;
}

void typist_permit(struct typist_state *t, uint64_t now)
{
	t->permitted = TYPIST_STROKES;
	t->permitted_until = now + TYPIST_PERMISSION_USEC;
	resume(t, now);
}

void typist_doubt(struct typist_state *t)
{
	t->permitted = 0;
}

/* By then somebody else may sit there. */
void typist_clipped(struct typist_state *t, uint64_t now)
{
	if (on_trial(t))
		t->trial = t->script->n;
	else
		t->clipped = true;
	typist_doubt(t);
	resume(t, now);
}

const char *typist_text(const struct typist_state *t)
{
	size_t step = on_trial(t) ? t->trial : t->at;

	return t->script->text + t->script->step[step].text;
}

void typist_abort(struct typist_state *t, struct burst *ret)
{
	*ret = (struct burst){};
	for (unsigned int i = 0; i < MODS; i++)
		if (t->held & all_mods[i])
			put(ret, keys_modifier(all_mods[i]), false);
	t->held = 0;
	t->at = t->script->n;
	t->trial = t->script->n;
}
