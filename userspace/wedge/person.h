/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Person: the fields of an IDENTITY of docs/socket.md that a template can name. */
#ifndef IDCARD_WEDGE_PERSON_H
#define IDCARD_WEDGE_PERSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(name in templates, key of IDENTITY); FIELD_sex_zh is made of the sex. */
#define PERSON_FIELDS(X)                                                                           \
	X(id, "id_number")                                                                         \
	X(name, "name")                                                                            \
	X(name_latin, "name_latin")                                                                \
	X(sex, "sex")                                                                              \
	X(sex_code, "sex_code")                                                                    \
	X(sex_zh, "")                                                                              \
	X(ethnicity, "ethnicity")                                                                  \
	X(ethnicity_code, "ethnicity_code")                                                        \
	X(nationality, "nationality")                                                              \
	X(birth, "birth_date")                                                                     \
	X(address, "address")                                                                      \
	X(authority, "authority")                                                                  \
	X(valid_from, "valid_from")                                                                \
	X(valid_until, "valid_until")                                                              \
	X(passport, "passport_number")                                                             \
	X(permit, "permit_number")                                                                 \
	X(former, "former_number")                                                                 \
	X(card_type, "card_type")

enum field {
#define X(name, key) FIELD_##name,
	PERSON_FIELDS(X)
#undef X
	_FIELD_MAX,
};

/* "source" and "card_type" as bits. */
enum {
	SOURCE_CARD = 1 << 0,
	SOURCE_MANUAL = 1 << 1,
	SOURCE_MRZ = 1 << 2,
	SOURCE_QR = 1 << 3,

	TYPE_RESIDENT = 1 << 0,
	TYPE_FOREIGNER = 1 << 1,
	TYPE_FOREIGNER_2023 = 1 << 2,
	TYPE_HMT_PERMIT = 1 << 3,
	TYPE_PASSPORT = 1 << 4,
};

enum { PERSON_TEXT_SIZE = 256 };

struct person {
	char text[_FIELD_MAX][PERSON_TEXT_SIZE];	/* UTF-8, "": the card does not have it */
	bool long_term;		/* valid for ever: there is no valid_until */
	bool doubtful;		/* a check failed */
	unsigned int source, type;	/* one bit, or 0: one that is not known */
};

/* @name, @n bytes. -ENOENT. */
int person_field(const char *name, size_t n, enum field *ret);

/* A word of "source", of "card_type": its bit, or 0. */
unsigned int person_source(const char *word);
unsigned int person_type(const char *word);

/*
 * @line is an IDENTITY of schema 1. -EBADMSG if not, or if a field is too long or no string; *@ret
 * is then wiped.
 */
int person_from_line(const char *line, size_t size, struct person *ret);

/* The invented person of docs/protocol.md, "Test data". */
void person_sample(struct person *ret);

#endif
