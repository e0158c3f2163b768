// SPDX-License-Identifier: LGPL-2.1-or-later
/* The memory of the library, and the card in it. */
#include <string.h>
#include <sys/mman.h>

#include "termb-internal.h"

enum { ALIGNMENT = 65536 };	/* of the largest pages */

_Static_assert(sizeof(struct termb) <= ALIGNMENT, "struct termb has outgrown its pages");

/* Pages of its own, which go away with the library, and which the program's cores do not hold. */
static union {
	struct termb termb;
	uint8_t pages[ALIGNMENT];
} state __attribute__((aligned(ALIGNMENT)));

struct termb *termb_state(void)
{
	static bool protected;

	if (!protected) {
		/* Each is done where the kernel knows it. A child has no claim: it has no card. */
		madvise(&state, sizeof(state), MADV_DONTDUMP);
		madvise(&state, sizeof(state), MADV_WIPEONFORK);
		mlock(&state, sizeof(state.termb));
		protected = true;
	}
	return &state.termb;
}

static void __attribute__((destructor)) unload(void)
{
	explicit_bzero(&state, sizeof(state));
}

void termb_forget(struct termb *t)
{
	t->card = t->addresses = t->selected = t->bmp_made = false;
	t->files.fresh = 0;
	explicit_bzero(&t->record, sizeof(t->record));
	identity_wipe(&t->identity);
	explicit_bzero(t->bmp, sizeof(t->bmp));
}

static int read_addresses(struct termb *t)
{
	int r = sdt_read_addresses(t->port, &t->record);

	t->addresses = r == SDT_OK || r == SDT_NO_CONTENT;
	return r;
}

int termb_read(struct termb *t, bool fingerprints)
{
	struct date today = date_today();
	int r = SDT_NO_CARD;

	if (t->selected)
		r = sdt_read(t->port, fingerprints, &t->record);
	/* A reader may not be permitted to give fingerprints; the rest is there all the same. */
	if (t->selected && fingerprints && r != SDT_OK)
		r = sdt_read(t->port, false, &t->record);
	if (r != SDT_OK) {
		termb_forget(t);
		return r;
	}
	read_addresses(t);
	identity_from_record(&t->record, &today, &t->identity);
	t->card = true;
	return SDT_OK;
}

bool termb_picture(struct termb *t)
{
	if (t->card && !t->bmp_made)
		t->bmp_made = photo_bmp(t->record.portrait, t->bmp) == PORTRAIT_OK;
	return t->card && t->bmp_made;
}

bool termb_hisign(void)
{
#ifdef TERMB_HISIGN
	return true;
#else
	return compat_options()->hisign;
#endif
}

int termb_without_picture(void)
{
	if (!compat_options()->photo_required)
		return TERMB_OK;
	return termb_hisign() ? TERMB_HISIGN_PHOTO : TERMB_FAILED;
}
