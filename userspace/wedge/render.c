// SPDX-License-Identifier: GPL-2.0-or-later
/* A template and a person become a script. */
#include <linux/input-event-codes.h>
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "util.h"
#include "wedge/template.h"

enum {
	VALUE_SIZE = 1024,	/* a field, or a date in its form */
	REPLACEMENT = 0xfffd,
};

struct render {
	const struct render_options *options;
	struct script *script;
};

static enum wedge_result add(struct render *r, const struct step *step)
{
	if (r->script->n == SCRIPT_STEPS_MAX)
		return WEDGE_TOO_LONG;
	r->script->step[r->script->n++] = *step;
	return WEDGE_TYPED;
}

static enum wedge_result add_stroke(struct render *r, const struct stroke *stroke)
{
	return add(r, &(struct step){ .kind = STEP_STROKE, .stroke = *stroke });
}

static enum wedge_result add_pause(struct render *r, uint32_t ms)
{
	return ms ? add(r, &(struct step){ .kind = STEP_PAUSE, .ms = ms }) : WEDGE_TYPED;
}

static enum wedge_result add_typed(struct render *r, const char *text, size_t n)
{
	enum wedge_result result = WEDGE_TYPED;
	struct stroke stroke;

	for (size_t i = 0; i < n && result == WEDGE_TYPED; i++) {
		if (keys_for(r->options->layout, text[i], &stroke) < 0)
			return WEDGE_CHARACTER;
		result = add_stroke(r, &stroke);
	}
	return result;
}

/* The key that pastes is pressed when the text is there, and what follows waits for the window. */
static enum wedge_result add_clip(struct render *r, const char *text)
{
	struct script *s = r->script;
	size_t size = strlen(text) + 1;
	enum wedge_result result;

	if (size > SCRIPT_TEXT_MAX - s->text_size)
		return WEDGE_TOO_LONG;
	memcpy(s->text + s->text_size, text, size);
	result = add(r, &(struct step){ .kind = STEP_CLIP, .text = s->text_size });
	s->text_size += size;
	if (result == WEDGE_TYPED)
		result = add_pause(r, r->options->paste_wait_ms);
	if (result == WEDGE_TYPED)
		result = add_stroke(r, &r->options->paste);
	if (result == WEDGE_TYPED)
		result = add_pause(r, r->options->paste_wait_ms);
	return result;
}

static enum wedge_result add_escape(struct render *r, uint32_t c)
{
	char text[16];
	int n;

	if (c < 0x7f && c != '\\') {
		text[0] = c;
		n = 1;
	} else if (c > 0xffff) {
		c -= 0x10000;
		n = snprintf(text, sizeof(text), "\\u%04x\\u%04x", (unsigned int)(0xd800 | c >> 10),
			     (unsigned int)(0xdc00 | (c & 0x3ff)));
	} else {
		n = snprintf(text, sizeof(text), "\\u%04x", (unsigned int)c);
	}
	return add_typed(r, text, n);
}

/* Space ends the number. Ctrl and Shift need not be held for it. */
static enum wedge_result add_unicode(struct render *r, uint32_t c)
{
	static const struct stroke begin = { .code = KEY_U, .mods = KEYS_CTRL | KEYS_SHIFT };
	enum wedge_result result;
	char text[16];

	if (c < 0x7f) {
		text[0] = c;
		return add_typed(r, text, 1);
	}
	result = add_stroke(r, &begin);
	if (result == WEDGE_TYPED)
		result = add_typed(r, text, snprintf(text, sizeof(text), "%x ", (unsigned int)c));
	return result;
}

/* A control character would be a key, a replaced one was not read: neither is anybody's name. */
static bool is_clean(const char *text)
{
	uint32_t c;

	while ((c = text_next(&text)))
		if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == REPLACEMENT)
			return false;
	return true;
}

static enum wedge_result add_value(struct render *r, enum form form, const char *value)
{
	enum wedge_result result = WEDGE_TYPED;
	uint32_t c;

	if (!*value)
		return WEDGE_TYPED;
	if (!is_clean(value))
		return WEDGE_CHARACTER;
	if (form == FORM_TYPED)
		return add_typed(r, value, strlen(value));
	if (form == FORM_CLIP)
		return add_clip(r, value);
	while (result == WEDGE_TYPED && (c = text_next(&value)))
		result = form == FORM_ESCAPE ? add_escape(r, c) : add_unicode(r, c);
	return result;
}

/* @date is YYYY-MM-DD as in JSON. The format was checked by the parser. */
static bool format_date(const char *date, const char *format, size_t n, char *out)
{
	unsigned int year, month, day;
	size_t used = 0;
	char end;

	/* No number is longer than its width. */
	/* NOLINTNEXTLINE(cert-err34-c) */
	if (strlen(date) != 10 || sscanf(date, "%4u-%2u-%2u%c", &year, &month, &day, &end) != 3)
		return false;
	for (size_t i = 0; i < n && used + 8 < VALUE_SIZE; i++) {
		const char *digits = "%02u";

		if (format[i] != '%') {
			out[used++] = format[i];
			continue;
		}
		if (format[++i] == '-') {
			digits = "%u";
			i++;
		}
		if (format[i] == 'Y')
			used += sprintf(out + used, "%04u", year);
		else if (format[i] == 'y')
			used += sprintf(out + used, "%02u", year % 100);
		else if (format[i] == '%')
			out[used++] = '%';
		else
			used += sprintf(out + used, digits, format[i] == 'm' ? month : day);
	}
	out[used] = '\0';
	return true;
}

static enum wedge_result add_field(struct render *r, const struct template *t,
				   const struct token *token, const struct person *person)
{
	const char *value = person->text[token->field];
	enum wedge_result result;
	char date[VALUE_SIZE];

	if (token->field == FIELD_valid_until && person->long_term)
		return *r->options->long_term || token->optional ?
		       add_value(r, token->form, r->options->long_term) : WEDGE_NO_FIELD;
	if (!*value)
		return token->optional ? WEDGE_TYPED : WEDGE_NO_FIELD;
	if (!token->size)
		return add_value(r, token->form, value);
	result = WEDGE_NO_FIELD;
	if (format_date(value, t->text + token->at, token->size, date))
		result = add_value(r, token->form, date);
	explicit_bzero(date, sizeof(date));
	return result;
}

static enum wedge_result add_token(struct render *r, const struct template *t,
				   const struct token *token, const struct person *person)
{
	switch (token->kind) {
	case TOKEN_TEXT:
		return add_typed(r, t->text + token->at, token->size);
	case TOKEN_FIELD:
		return add_field(r, t, token, person);
	case TOKEN_KEY:
		return add_stroke(r, &token->stroke);
	case TOKEN_PAUSE:
		return add_pause(r, token->ms);
	}
	return WEDGE_TOO_LONG;
}

enum wedge_result template_render(const struct template *t, const struct person *person,
				  const struct render_options *options, struct script *ret)
{
	struct render r = { .options = options, .script = ret };
	enum wedge_result result = WEDGE_TYPED;

	ret->n = 0;
	ret->text_size = 0;
	for (unsigned int i = 0; i < t->n && result == WEDGE_TYPED; i++)
		result = add_token(&r, t, &t->token[i], person);
	return result;
}
