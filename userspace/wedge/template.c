// SPDX-License-Identifier: GPL-2.0-or-later
#include "wedge/template.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util.h"

enum { PAUSE_MS = 200 };

__attribute__((format(printf, 2, 3)))
static int fail(char *problem, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(problem, TEMPLATE_PROBLEM_SIZE, format, ap);
	va_end(ap);
	return -EINVAL;
}

static int keep_text(struct template *t, const char *text, size_t n, uint16_t *ret)
{
	if (n > (size_t)(TEMPLATE_TEXT_MAX - t->text_size))
		return -EINVAL;
	*ret = t->text_size;
	memcpy(t->text + t->text_size, text, n);
	t->text_size += n;
	return 0;
}

static int add_token(struct template *t, const struct token *token, char *problem)
{
	if (t->n == TEMPLATE_TOKENS_MAX)
		return fail(problem, "it has too many parts");
	t->token[t->n++] = *token;
	return 0;
}

static int add_text(struct template *t, const char *text, size_t n, char *problem)
{
	struct token token = { .kind = TOKEN_TEXT, .size = n };

	for (size_t i = 0; i < n; i++)
		if (text[i] < ' ' || text[i] > '~')
			return fail(problem, "only ASCII characters can be typed outside of braces");
	if (keep_text(t, text, n, &token.at) < 0)
		return fail(problem, "it is too long");
	return add_token(t, &token, problem);
}

static bool is(const char *word, const char *text, size_t n)
{
	return strlen(word) == n && memcmp(word, text, n) == 0;
}

static bool is_date(enum field field)
{
	return field == FIELD_birth || field == FIELD_valid_from || field == FIELD_valid_until;
}

/* The characters and no others; ASCII alone if it is typed as it is. */
static int check_date(const char *format, size_t n, enum form form, char *problem)
{
	for (size_t i = 0; i < n; i++) {
		if (format[i] != '%') {
			if (form == FORM_TYPED && (format[i] < ' ' || format[i] > '~'))
				return fail(problem, "\"%.*s\": add \":clip\" for other than ASCII "
					    "characters", (int)n, format);
			continue;
		}
		i++;
		if (i + 1 < n && format[i] == '-' && strchr("md", format[i + 1]))
			i++;
		else if (i >= n || !strchr("Yymd%", format[i]))
			return fail(problem, "\"%.*s\": dates take %%Y %%y %%m %%d %%-m %%-d %%%%",
				    (int)n, format);
	}
	return 0;
}

/* What ends in ":clip" etc., which is cut off. */
static enum form take_form(const char *text, size_t *n)
{
	static const struct {
		const char *word;
		enum form form;
	} forms[] = {
		{ ":clip", FORM_CLIP }, { ":escape", FORM_ESCAPE }, { ":unicode", FORM_UNICODE },
	};

	for (size_t i = 0; i < ELEMENTSOF(forms); i++) {
		size_t length = strlen(forms[i].word);

		if (*n < length || memcmp(text + *n - length, forms[i].word, length) != 0)
			continue;
		*n -= length;
		return forms[i].form;
	}
	return FORM_TYPED;
}

static int add_field(struct template *t, const char *inside, size_t n, char *problem)
{
	size_t name = 0, size;
	struct token token = { .kind = TOKEN_FIELD };

	while (name < n && (islower((unsigned char)inside[name]) || inside[name] == '_'))
		name++;
	if (person_field(inside, name, &token.field) < 0)
		return fail(problem, "\"{%.*s}\": there is no such field", (int)n, inside);
	size = name;
	if (size < n && inside[size] == '?') {
		token.optional = true;
		size++;
	}
	inside += size;
	n -= size;
	token.form = take_form(inside, &n);
	if (n == 0)
		return add_token(t, &token, problem);
	if (inside[0] != ':' || n == 1 || !is_date(token.field))
		return fail(problem, "\"%.*s\": after a field come only \"?\", \":clip\", "
			    "\":escape\", \":unicode\" and, of dates, \":%%Y-%%m-%%d\"",
			    (int)n, inside);
	if (check_date(inside + 1, n - 1, token.form, problem) < 0)
		return -EINVAL;
	if (keep_text(t, inside + 1, n - 1, &token.at) < 0)
		return fail(problem, "it is too long");
	token.size = n - 1;
	return add_token(t, &token, problem);
}

static int parse_ms(const char *text, size_t n, uint32_t *ret)
{
	uint32_t ms = 0;

	if (n == 0 || n > 5)
		return -EINVAL;
	for (size_t i = 0; i < n; i++) {
		if (!isdigit((unsigned char)text[i]))
			return -EINVAL;
		ms = ms * 10 + (text[i] - '0');
	}
	if (ms < 1 || ms > TEMPLATE_PAUSE_MAX_MS)
		return -EINVAL;
	*ret = ms;
	return 0;
}

static int add_key(struct template *t, const char *inside, size_t n, char *problem)
{
	struct token token = { .kind = TOKEN_KEY };

	if (is("PAUSE", inside, n) || (n > 6 && is("PAUSE:", inside, 6))) {
		token.kind = TOKEN_PAUSE;
		token.ms = PAUSE_MS;
		if (n > 5 && parse_ms(inside + 6, n - 6, &token.ms) < 0)
			return fail(problem, "\"{%.*s}\": a pause has 1 to %d milliseconds", (int)n,
				    inside, TEMPLATE_PAUSE_MAX_MS);
	} else if (keys_named(inside, n, &token.stroke) < 0) {
		return fail(problem, "\"{%.*s}\": there is no such key", (int)n, inside);
	}
	return add_token(t, &token, problem);
}

static int add_braces(struct template *t, const char *inside, size_t n, char *problem)
{
	if (n > 0 && islower((unsigned char)inside[0]))
		return add_field(t, inside, n, problem);
	return add_key(t, inside, n, problem);
}

int template_add(struct template *t, const char *text, char *problem)
{
	int r = 0;

	while (r == 0 && *text) {
		size_t n = strcspn(text, "{}");
		const char *end;

		if (n > 0) {
			r = add_text(t, text, n, problem);
			text += n;
		} else if (text[0] == text[1]) {
			r = add_text(t, text, 1, problem);
			text += 2;
		} else if (*text == '}' || !(end = strchr(text, '}'))) {
			return fail(problem, "a brace has no other one; \"{{\" and \"}}\" are the "
				    "braces themselves");
		} else {
			r = add_braces(t, text + 1, end - text - 1, problem);
			text = end + 1;
		}
	}
	return r;
}

bool template_clips(const struct template *t)
{
	for (unsigned int i = 0; i < t->n; i++)
		if (t->token[i].kind == TOKEN_FIELD && t->token[i].form == FORM_CLIP)
			return true;
	return false;
}
