/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Identity: what a record, or an entry by hand, says about a person. The four card layouts of
 * docs/protocol.md, "The text block", and JSON schema 1 of docs/socket.md. Pure functions that
 * never touch the heap.
 */
#ifndef IDCARD_IDENTITY_H
#define IDCARD_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "errors.h"
#include "number.h"
#include "portrait.h"
#include "record.h"
#include "text.h"

enum identity_source {
	IDENTITY_CARD,
	IDENTITY_MANUAL,
	IDENTITY_MRZ,
	IDENTITY_QR,
};

enum identity_portrait {
	IDENTITY_PORTRAIT_OFF,
	IDENTITY_PORTRAIT_WLT,		/* the compressed block as it is */
	IDENTITY_PORTRAIT_JPEG,		/* decoded */
	IDENTITY_PORTRAIT_BMP,
};

/* What a client asked for. */
struct identity_options {
	enum identity_portrait portrait;
	unsigned int portrait_scale;	/* of JPEG and BMP; 0 is 1 */
	bool fingerprint;
	bool new_address;
	bool map_private_use;		/* today's characters for those of a private-use area */
};

/*
 * "warnings": what does not check. X(name, word); the words are stable, new ones may come.
 *
 * checksum			the check digit of the number does not fit
 * number_form			the number is not of the form that this kind of card has
 * unknown_region		the number begins with a region that does not exist
 * birth_mismatch		the number holds another birth date than the card
 * sex_mismatch			the number holds another sex than the card
 * birth_in_future		the birth date lies after today: the card, or the clock, is wrong
 * bad_date			a date is missing or does not exist; its field is absent
 * bad_sex			the sex is none of the code's; it is given as "unknown"
 * bad_count			the issue count is no number; it is absent
 * unknown_ethnicity		the code is not in the table; "ethnicity" is absent
 * unknown_nationality		the code is missing or not in the table; it is passed on
 * empty_name			there is no name
 * private_use_characters	a text holds characters that only a special font can show
 * mapped_characters		such characters were replaced by today's, as the client asked
 * odd_characters		a text holds characters that it must not; see text.h for what
 *				becomes of them
 */
#define IDENTITY_WARNINGS(X)                                                                       \
	X(CHECKSUM, "checksum")                                                                    \
	X(NUMBER_FORM, "number_form")                                                              \
	X(UNKNOWN_REGION, "unknown_region")                                                        \
	X(BIRTH_MISMATCH, "birth_mismatch")                                                        \
	X(SEX_MISMATCH, "sex_mismatch")                                                            \
	X(BIRTH_IN_FUTURE, "birth_in_future")                                                      \
	X(BAD_DATE, "bad_date")                                                                    \
	X(BAD_SEX, "bad_sex")                                                                      \
	X(BAD_COUNT, "bad_count")                                                                  \
	X(UNKNOWN_ETHNICITY, "unknown_ethnicity")                                                  \
	X(UNKNOWN_NATIONALITY, "unknown_nationality")                                              \
	X(EMPTY_NAME, "empty_name")                                                                \
	X(PRIVATE_USE_CHARACTERS, "private_use_characters")                                        \
	X(MAPPED_CHARACTERS, "mapped_characters")                                                  \
	X(ODD_CHARACTERS, "odd_characters")

enum identity_warning {
#define X(name, word) IDENTITY_WARNING_##name,
	IDENTITY_WARNINGS(X)
#undef X
	_IDENTITY_WARNING_MAX,
};

/*
 * What a card or an entry says. Strings are UTF-8, empty where there is nothing; pointers are to
 * constants, or NULL; dates of year 0 are none. Sizes are those of the largest field on a card.
 * About 3 KiB, without pointers to other memory: copy and wipe (identity_wipe()) at will.
 */
struct identity {
	enum identity_source source;
	const char *card_type;
	char name[TEXT_SIZE(30)];
	char name_latin[TEXT_SIZE(120)];
	char sex_code[TEXT_SIZE(2)];
	const char *sex;
	char ethnicity_code[TEXT_SIZE(4)];
	const char *ethnicity;
	char nationality[TEXT_SIZE(6)];
	char address[TEXT_SIZE(70)];
	char id_number[TEXT_SIZE(36)];
	bool id_number_valid;
	char former_number[16];		/* foreigner_2023: that of the card before it, rebuilt */
	char passport_number[16];
	char permit_number[TEXT_SIZE(18)];
	int count;			/* of issues or renewals; -1: none */
	char authority[TEXT_SIZE(30)];
	struct date birth, valid_from, valid_until;
	bool long_term;
	char new_address[RECORD_ADDRESSES_MAX][TEXT_SIZE(RECORD_ADDRESS_SIZE)];
	uint32_t warnings;		/* bits of enum identity_warning */
	uint32_t new_address_warnings;	/* for those who asked for it */

	bool card;			/* the next three are of a card's record */
	uint8_t portrait[RECORD_PORTRAIT_SIZE];
	uint8_t fingerprints[RECORD_FINGERPRINTS_MAX * RECORD_FINGERPRINT_SIZE];
	size_t fingerprints_size;
};

void identity_wipe(struct identity *identity);
#define _cleanup_identity_ __attribute__((cleanup(identity_wipe)))

/*
 * What the card says, whole. Never fails: what does not check is reported in the warnings. @today
 * decides whether a date lies in the future. No heap.
 */
void identity_from_record(const struct record *record, const struct date *today,
			  struct identity *ret);

/*
 * What an entry by hand says: an ID number (18 characters, or 15 of the old foreigner card; never
 * the 15 digits of before 1999, which have no check digit), a passport number followed by its
 * check digit ("L898902C3 6" or "L898902C36"), or the MRZ of a passport. Full-width characters and
 * lower case are brought into form, in numbers spaces and hyphens too. A passport number of less
 * than nine characters must be parted from its check digit, or a number without one would pass for
 * a shorter number with one. @source is MANUAL or QR; an MRZ is MRZ even if it was typed. @text
 * must be NUL-terminated. Returns NONE and *@ret, or what is wrong with it. No heap.
 */
enum idcard_error identity_from_entry(const char *text, enum identity_source source,
				      const struct date *today, struct identity *ret);

/* What surrounds the person in the line of JSON. */
struct identity_envelope {
	const char *id;		/* of the request that it answers, as JSON; NULL: none */
	uint64_t seq;
	int64_t time;		/* seconds since the epoch; printed in local time with its offset */
	const char *reader;	/* NULL: no reader (entry by hand) */
	const char *sam_id;	/* NULL: unknown */
	struct date today;	/* decides "expired" */
};

/* A picture in the format that was asked for, or why there is none. */
struct identity_picture {
	enum portrait_result result;
	const uint8_t *data;	/* with OK */
	size_t size;
};

enum {
	IDENTITY_ENVELOPE_MAX = 1024,	/* bytes of the envelope's strings, all together */
};

/*
 * Room that is enough for any identity without a decoded picture of more than @picture bytes, in an
 * envelope of IDENTITY_ENVELOPE_MAX.
 */
size_t identity_line_size(size_t picture);

/*
 * The IDENTITY object of docs/socket.md as JSON in UTF-8, without a newline, NUL-terminated.
 * Returns its length, or -ENOBUFS if @size is too small (@out then holds nothing of use, wiped).
 * @picture counts with IDENTITY_PORTRAIT_JPEG and _BMP only; NULL there is NO_DECODER. No heap.
 */
ssize_t identity_write(const struct identity *identity, const struct identity_envelope *envelope,
		       const struct identity_options *options,
		       const struct identity_picture *picture, char *out, size_t size);

/* The "portrait" of it alone, of the block of a card. */
struct json_writer;
void identity_put_portrait(struct json_writer *w, const uint8_t block[PORTRAIT_BLOCK_SIZE],
			   enum identity_portrait wanted, const struct identity_picture *picture);

/*
 * For people and logs: keeps the first 6 and last 2 characters of a number of 12 or more
 * ("110101**********14"), the first 2 and last 2 of one of 8 or more, nothing of a shorter one.
 * Cut to @size, which must not be 0.
 */
void identity_mask_number(const char *number, char *ret, size_t size);

#endif
