/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Template: "{id}{TAB}{name:clip}{TAB}{birth:%Y-%m-%d}{ENTER}" into what is to be typed. Pure.
 *
 *	{field}			typed as it is
 *	{field?}		may be missing: then nothing; without "?" nothing at all is typed
 *	{field:clip}		by way of the clipboard; {field:escape} as \uXXXX;
 *				{field:unicode} by Ctrl+Shift+U
 *	{birth:%Y%m%d}		dates; %Y %y %m %d %% and %-m %-d; a form may follow after ":"
 *	{TAB} {SHIFT+TAB} ...	keys; {PAUSE} 200 ms, {PAUSE:1000}
 *	{{ }}			the braces themselves
 */
#ifndef IDCARD_WEDGE_TEMPLATE_H
#define IDCARD_WEDGE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wedge/keys.h"
#include "wedge/person.h"
#include "wedge/results.h"
#include "wedge/script.h"

enum {
	TEMPLATE_TOKENS_MAX = 96,
	TEMPLATE_TEXT_MAX = 640,
	TEMPLATE_PROBLEM_SIZE = 120,
	TEMPLATE_PAUSE_MAX_MS = 10 * 1000,
};

enum token_kind {
	TOKEN_TEXT,
	TOKEN_FIELD,
	TOKEN_KEY,
	TOKEN_PAUSE,
};

enum form {
	FORM_TYPED,
	FORM_CLIP,
	FORM_ESCAPE,
	FORM_UNICODE,
};

struct token {
	enum token_kind kind;
	enum form form;
	enum field field;
	bool optional;
	struct stroke stroke;
	uint32_t ms;
	uint16_t at;		/* in the template's text: literal text, or the form of a date */
	uint16_t size;
};

struct template {
	struct token token[TEMPLATE_TOKENS_MAX];
	unsigned int n;
	char text[TEMPLATE_TEXT_MAX];
	uint16_t text_size;
};

/*
 * Adds what @text says; may be called again for what follows. 0, or -EINVAL and a sentence in
 * @problem (TEMPLATE_PROBLEM_SIZE), the template is then of no use.
 */
int template_add(struct template *t, const char *text, char *problem);

/* Does it need the clipboard? */
bool template_clips(const struct template *t);

struct render_options {
	enum layout layout;
	struct stroke paste;
	uint32_t paste_wait_ms;		/* before and after the key that pastes */
	const char *long_term;		/* for a valid_until that never comes; "": as if missing */
};

/* WEDGE_TYPED and *@ret, or why it cannot be typed and nothing of use in it. */
enum wedge_result template_render(const struct template *t, const struct person *person,
				  const struct render_options *options, struct script *ret);

#endif
