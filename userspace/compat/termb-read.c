// SPDX-License-Identifier: LGPL-2.1-or-later
/* Readings that leave files. */
#include "termb.h"

#include <string.h>

#include "termb-internal.h"
#include "util.h"
#include "wz.h"

enum { FINGERPRINTS_SIZE = RECORD_FINGERPRINTS_MAX * RECORD_FINGERPRINT_SIZE };

/* How the text of wz.txt is written. */
enum text_form {
	AS_ON_CARD,
	AS_LINES,
};

static int write_text(struct termb *t, unsigned int file, enum text_form form)
{
	char wz[WZ_SIZE_MAX];
	size_t n;
	int r;

	if (form == AS_ON_CARD)
		return termb_file_write(t, file, t->record.text, sizeof(t->record.text));
	n = wz_write(&t->identity, compat_options()->ninth_line, wz);
	r = termb_file_write(t, file, wz, n);
	explicit_bzero(wz, sizeof(wz));
	return r;
}

static int write_identity(struct termb *t, unsigned int set, enum text_form form)
{
	unsigned int text = set & (TERMB_WZ | TERMB_DEVICE_TXT);
	unsigned int picture = set & (TERMB_ZP | TERMB_DEVICE_BMP);
	int r = 0;

	if (text)
		r = write_text(t, text, form);
	if (r == 0 && picture && t->bmp_made)
		r = termb_file_write(t, picture, t->bmp, sizeof(t->bmp));
	if (r == 0 && (set & TERMB_XP))
		r = termb_file_write(t, TERMB_XP, t->record.portrait, sizeof(t->record.portrait));
	/* Behind those that the card has, the record is all zeros. */
	if (r == 0 && (set & TERMB_FP))
		r = termb_file_write(t, TERMB_FP, t->record.fingerprints, FINGERPRINTS_SIZE);
	return r;
}

static int read_and_write(struct termb *t, unsigned int set, bool decoded, bool fingerprints)
{
	bool picture = set & (TERMB_ZP | TERMB_DEVICE_BMP);
	int r;

	if (set && termb_files_begin(t, set) < 0)
		return TERMB_FILES;
	if (!set)
		termb_files_drop(t, t->files.written & ~t->files.fresh);
	if (termb_read(t, fingerprints) != SDT_OK)
		return TERMB_FAILED;
	r = picture && !termb_picture(t) ? termb_without_picture() : TERMB_OK;
	if (r == TERMB_OK && write_identity(t, set, decoded ? AS_LINES : AS_ON_CARD) < 0)
		r = TERMB_FILES;
	return r;
}

int termb_read_to_files(struct termb *t, unsigned int set, bool decoded, bool fingerprints)
{
	int r = read_and_write(t, set, decoded, fingerprints);

	if (r != TERMB_OK) {
		termb_files_drop(t, t->files.written);
		termb_forget(t);
	}
	return r;
}

static bool blank(const uint8_t *address)
{
	for (size_t i = 0; i < RECORD_ADDRESS_SIZE; i += 2)
		if (address[i + 1] || (address[i] && address[i] != ' '))
			return false;
	return true;
}

/* The last that was appended, NULL if there is none. */
static const uint8_t *newest_address(const struct record *record)
{
	size_t n = record->addresses_size / RECORD_ADDRESS_SIZE;

	while (n-- > 0)
		if (!blank(record->addresses + n * RECORD_ADDRESS_SIZE))
			return record->addresses + n * RECORD_ADDRESS_SIZE;
	return NULL;
}

/* The card that was read stays in memory, whatever comes of this. */
static int read_new_address(struct termb *t)
{
	const uint8_t *address;
	int r;

	if (termb_files_begin(t, TERMB_NEWADD) < 0)
		return TERMB_FILES;
	r = t->selected ? sdt_read_addresses(t->port, &t->record) : SDT_NO_CARD;
	if (r != SDT_OK && r != SDT_NO_CONTENT)
		return TERMB_FAILED;
	address = r == SDT_OK ? newest_address(&t->record) : NULL;
	if (termb_file_write(t, TERMB_NEWADD, address, address ? RECORD_ADDRESS_SIZE : 0) == 0)
		return TERMB_OK;
	termb_files_drop(t, TERMB_NEWADD);
	return TERMB_FILES;
}

/* No command for it is known. What lies there is of another card. */
static int read_chip_number(struct termb *t)
{
	return termb_files_begin(t, TERMB_IINSNDN) < 0 ? TERMB_FILES : TERMB_FAILED;
}

static int read_content(struct termb *t, int active)
{
	const unsigned int all = TERMB_WZ | TERMB_XP | TERMB_ZP | TERMB_FP;

	if (!t->port)
		return TERMB_FAILED;
	switch (active) {
	case 1:
		return termb_read_to_files(t, all, false, true);
	case 2:
		return termb_read_to_files(t, TERMB_WZ | TERMB_XP, false, false);
	case 3:
		return read_new_address(t);
	case 4:
		return termb_read_to_files(t, TERMB_WZ | TERMB_ZP, true, false);
	case 5:
		return read_chip_number(t);
	case 6:
		return termb_read_to_files(t, TERMB_DEVICE_TXT | TERMB_DEVICE_BMP, true, false);
	default:
		return TERMB_FAILED;
	}
}

int termb_result(int number)
{
	return termb_hisign() && number == TERMB_FILES ? TERMB_FAILED : number;
}

int CVR_Read_Content(int active)
{
	struct trace trace = trace_begin("CVR_Read_Content", "%d", active);
	TERMB_LOCKED;

	return trace_end(&trace, termb_result(read_content(termb_state(), active)));
}

int CVR_Read_FPContent(void)
{
	struct trace trace = trace_begin("CVR_Read_FPContent", "%s", "");
	unsigned int set = TERMB_WZ | TERMB_ZP | TERMB_XP | TERMB_FP;
	struct termb *t;
	TERMB_LOCKED;

	t = termb_state();
	if (!t->port)
		return trace_end(&trace, TERMB_FAILED);
	return trace_end(&trace, termb_result(termb_read_to_files(t, set, true, true)));
}
