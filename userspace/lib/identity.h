/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Identity: what a record, or an entry by hand, says about a person. The four card layouts of
 * docs/protocol.md, "The text block", and JSON schema 1 of docs/socket.md. Pure functions.
 */
#ifndef IDCARD_IDENTITY_H
#define IDCARD_IDENTITY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "errors.h"
#include "number.h"
#include "record.h"

enum identity_source {
	IDENTITY_CARD,
	IDENTITY_MANUAL,
	IDENTITY_MRZ,
	IDENTITY_QR,
};

enum identity_portrait {
	IDENTITY_PORTRAIT_OFF,
	IDENTITY_PORTRAIT_WLT,	/* the compressed block as it is */
};

/* What surrounds the person in the line of JSON. */
struct identity_envelope {
	uint64_t seq;
	int64_t time;		/* seconds since the epoch; printed in local time with its offset */
	const char *reader;	/* NULL: no reader (entry by hand) */
	const char *sam_id;	/* NULL: unknown */
	struct date today;	/* decides "expired" */
};

/* What a client asked for beyond the text. */
struct identity_options {
	enum identity_portrait portrait;
	bool fingerprint;
	bool new_address;
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
	X(ODD_CHARACTERS, "odd_characters")

enum identity_warning {
#define X(name, word) IDENTITY_WARNING_##name,
	IDENTITY_WARNINGS(X)
#undef X
	_IDENTITY_WARNING_MAX,
};

/*
 * The IDENTITY object of a card. Never fails for what is on the card: what does not check is
 * reported in "warnings". NULL only when memory is short. Strings live in secret memory
 * (secret_init()); always valid UTF-8.
 */
json_t *identity_from_record(const struct record *record, const struct identity_envelope *envelope,
			     const struct identity_options *options);

/*
 * The IDENTITY object of an entry by hand: an ID number (18 characters, or 15 of the old foreigner
 * card), a passport number followed by its check digit ("L898902C3 6" or "L898902C36"), or the MRZ
 * of a passport. Full-width characters and lower case are brought into form, in numbers spaces and
 * hyphens too. A passport number of less than nine characters must be parted from its check digit,
 * or a number without one would pass for a shorter number with one. @text must be NUL-terminated.
 * Returns NONE and *@ret (NULL only when memory is short), or what is wrong with it.
 */
enum idcard_error identity_from_entry(const char *text, const struct identity_envelope *envelope,
				      json_t **ret);

/*
 * For people and logs: keeps the first 6 and last 2 characters of a number of 12 or more
 * ("110101**********14"), the first 2 and last 2 of one of 8 or more, nothing of a shorter one.
 * Cut to @size, which must not be 0.
 */
void identity_mask_number(const char *number, char *ret, size_t size);

#endif
