/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Script: what is to be typed for one card, key by key. Secret, as the card is. */
#ifndef IDCARD_WEDGE_SCRIPT_H
#define IDCARD_WEDGE_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

#include "wedge/keys.h"

enum {
	SCRIPT_STEPS_MAX = 4096,
	SCRIPT_TEXT_MAX = 2048,		/* for the clipboard, all together, with their NULs */
};

enum step_kind {
	STEP_STROKE,
	STEP_PAUSE,
	STEP_CLIP,	/* text that must be on the clipboard before the next step */
};

struct step {
	enum step_kind kind;
	union {
		struct stroke stroke;
		uint32_t ms;
		uint32_t text;		/* where it begins in the script's text */
	};
};

struct script {
	struct step step[SCRIPT_STEPS_MAX];
	size_t n;
	char text[SCRIPT_TEXT_MAX];
	size_t text_size;
};

#endif
