// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the wedge types. Input: a byte that says what follows. 0: a template, after bytes for the
 * layout, what is missing, Caps Lock and the waits, and two counted strings for name and birth
 * date; 1: a configuration; 2: a line of the daemon.
 */
#include "fuzz.h"
#include "scan/keys.h"
#include "wedge/settings.h"
#include "wedge/typist.h"

enum {
	NO_ID = 1 << 0,
	LONG_TERM = 1 << 1,
	LONG_TERM_TEXT = 1 << 2,
	CAPS_LOCK = 1 << 3,
	IMPATIENT = 1 << 4,	/* no waits at the clipboard */
	CUT_OFF = 1 << 5,	/* aborted in the middle */
	SLOW = 1 << 6,		/* a pace beyond what a permission lasts */
};

/* The window that is typed into. */
struct typed {
	bool down[KEYS_CTRL << 10];
	struct keys keys;
	char text[SCRIPT_STEPS_MAX + 1];
	size_t n;
};

static void copy_text(char *to, struct fuzz_input part)
{
	char *text = fuzz_string(part.data, part.size < PERSON_TEXT_SIZE ? part.size :
				 PERSON_TEXT_SIZE - 1);

	strcpy(to, text);
	free(text);
}

static void take_burst(struct typed *typed, const struct burst *b)
{
	FUZZ_CHECK(b->n <= BURST_MAX);
	for (unsigned int i = 0; i < b->n; i++) {
		uint16_t code = b->key[i].code;
		char c;

		FUZZ_CHECK(keys_used(code));
		FUZZ_CHECK(typed->down[code] != b->key[i].down);
		typed->down[code] = b->key[i].down;
		if (keys_feed(&typed->keys, code, b->key[i].down, &c) == KEY_IS_CHARACTER)
			typed->text[typed->n++] = c;
	}
}

/* All of it, or as far as @bursts. */
static void type(const struct script *script, unsigned int flags, unsigned int bursts,
		 struct typed *typed)
{
	uint64_t now = 1000, pace = flags & SLOW ? 2 * TYPIST_PERMISSION_USEC : 12000;
	unsigned int asked = 0;
	enum typist want = TYPIST_WAITS;
	struct typist_state t;
	struct burst b;

	typist_begin(&t, script, pace, now);
	for (unsigned int i = 0; i < bursts; i++) {
		want = typist_run(&t, now, flags & CAPS_LOCK, &b);
		take_burst(typed, &b);
		if (want == TYPIST_WAITS) {
			FUZZ_CHECK(t.due > now);
			now = t.due;
		} else if (want == TYPIST_ASKS) {
			asked++;
			typist_permit(&t, now);
		} else if (want == TYPIST_CLIPS) {
			FUZZ_CHECK(strlen(typist_text(&t)) < SCRIPT_TEXT_MAX);
			typist_clipped(&t, now);
		} else {
			break;
		}
	}
	FUZZ_CHECK(want != TYPIST_LATE && typed->n <= asked * TYPIST_STROKES);
	if (want != TYPIST_DONE) {
		now += 10 * (uint64_t)TYPIST_LATE_USEC;
		FUZZ_CHECK(typist_run(&t, now, false, &b) != TYPIST_DONE);
		take_burst(typed, &b);
		typist_abort(&t, &b);
		take_burst(typed, &b);
	}
	for (size_t i = 0; i < ELEMENTSOF(typed->down); i++)
		FUZZ_CHECK(!typed->down[i]);
}

static void check_script(const struct script *s)
{
	FUZZ_CHECK(s->n <= SCRIPT_STEPS_MAX && s->text_size <= SCRIPT_TEXT_MAX);
	for (size_t i = 0; i < s->n; i++) {
		const struct step *step = &s->step[i];

		if (step->kind == STEP_STROKE)
			FUZZ_CHECK(keys_used(step->stroke.code));
		else if (step->kind == STEP_CLIP)
			FUZZ_CHECK(step->text < s->text_size &&
				   memchr(s->text + step->text, '\0', s->text_size - step->text));
	}
}

/* Only text, on a US keyboard: what comes out is what went in. */
static void check_text(const struct template *t, const struct typed *typed)
{
	size_t n = 0;

	for (const struct token *token = t->token; token < t->token + t->n; token++) {
		if (token->kind != TOKEN_TEXT)
			return;
		FUZZ_CHECK(n + token->size <= typed->n);
		FUZZ_CHECK(memcmp(typed->text + n, t->text + token->at, token->size) == 0);
		n += token->size;
	}
	FUZZ_CHECK(n == typed->n);
}

static void try_template(struct fuzz_input *in)
{
	enum layout layout = fuzz_byte(in) % _LAYOUT_MAX;
	unsigned int flags = fuzz_byte(in), cut = fuzz_byte(in);
	struct render_options options = {
		.layout = layout, .paste = { .code = 47, .mods = KEYS_CTRL | KEYS_SHIFT },
		.paste_wait_ms = flags & IMPATIENT ? 0 : 200,
		.long_term = flags & LONG_TERM_TEXT ? "9999" : "",
	};
	struct template *t = calloc(1, sizeof(*t));
	struct script *script = calloc(1, sizeof(*script));
	struct typed *typed = calloc(1, sizeof(*typed));
	struct person *person = malloc(sizeof(*person));
	char problem[TEMPLATE_PROBLEM_SIZE] = "", *text;

	person_sample(person);
	copy_text(person->text[FIELD_name], fuzz_take(in, fuzz_byte(in)));
	copy_text(person->text[FIELD_birth], fuzz_take(in, fuzz_byte(in)));
	person->long_term = flags & LONG_TERM;
	if (flags & NO_ID)
		person->text[FIELD_id][0] = '\0';
	text = fuzz_string(in->data, in->size);
	if (template_add(t, text, problem) < 0) {
		FUZZ_CHECK(*problem);
	} else {
		template_clips(t);
		if (template_render(t, person, &options, script) == WEDGE_TYPED) {
			check_script(script);
			type(script, flags, flags & CUT_OFF ? cut : UINT32_MAX, typed);
			if (layout == LAYOUT_US && !(flags & (CAPS_LOCK | CUT_OFF)))
				check_text(t, typed);
		}
	}
	free(text);
	free(person);
	free(typed);
	free(script);
	free(t);
}

static void try_settings(const struct fuzz_input *in)
{
	struct settings *s = malloc(sizeof(*s));
	char *text = fuzz_string(in->data, in->size);
	struct config_problem problem;

	if (wedge_settings_parse(text, strlen(text), s, &problem) >= 0) {
		const struct profile *first = wedge_settings_first(s);

		FUZZ_CHECK(s->n >= 1 && s->n <= SETTINGS_PROFILES_MAX && first);
		FUZZ_CHECK(wedge_settings_find(s, first->label) == first);
		for (unsigned int i = 0; i < s->n; i++)
			FUZZ_CHECK(s->profile[i].pace_ms > 0);
	} else {
		FUZZ_CHECK(*problem.text);
	}
	free(text);
	free(s);
}

static void try_person(const struct fuzz_input *in)
{
	char *line = fuzz_copy(in->data, in->size);
	struct person *p = malloc(sizeof(*p));

	if (person_from_line(line, in->size, p) == 0)
		for (enum field f = 0; f < _FIELD_MAX; f++)
			FUZZ_CHECK(memchr(p->text[f], '\0', PERSON_TEXT_SIZE));
	free(p);
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };

	switch (fuzz_byte(&in) % 3) {
	case 0:
		try_template(&in);
		break;
	case 1:
		try_settings(&in);
		break;
	default:
		try_person(&in);
	}
	return 0;
}
