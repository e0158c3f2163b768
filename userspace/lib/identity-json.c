// SPDX-License-Identifier: LGPL-2.1-or-later
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base64.h"
#include "codes.h"
#include "identity-internal.h"
#include "json-writer.h"
#include "util.h"

enum {
	SCHEMA = 1,
	/* The keys, words and numbers of an object that has them all. */
	FRAME_SIZE = 2048,
	FINGERPRINT_FRAME_SIZE = 256,
	ESCAPED = 6,		/* bytes that a byte becomes at most */
};

/* A field that the card does not have is absent. */
static void put_text(struct json_writer *w, const char *key, const char *text)
{
	if (*text)
		writer_text(w, key, text);
}

static void put_word(struct json_writer *w, const char *key, const char *word)
{
	if (word)
		writer_word(w, key, word);
}

static char *digits(char *to, unsigned int value, size_t n)
{
	for (size_t i = n; i-- > 0; value /= 10)
		to[i] = (char)('0' + value % 10);
	return to + n;
}

/* "2026-01-01" */
static char *put_day(char *to, int year, int month, int day)
{
	to = digits(to, (unsigned int)year, 4);
	*to++ = '-';
	to = digits(to, (unsigned int)month, 2);
	*to++ = '-';
	return digits(to, (unsigned int)day, 2);
}

static void put_date(struct json_writer *w, const char *key, const struct date *d)
{
	char text[16];

	if (!d->year)
		return;
	*put_day(text, d->year, d->month, d->day) = '\0';
	writer_word(w, key, text);
}

static void put_time(struct json_writer *w, const char *key, int64_t seconds)
{
	unsigned int offset;
	time_t t = (time_t)seconds;
	char text[32], *p;
	struct tm tm;

	if (!localtime_r(&t, &tm))
		return;
	p = put_day(text, tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
	*p++ = 'T';
	p = digits(p, (unsigned int)tm.tm_hour, 2);
	*p++ = ':';
	p = digits(p, (unsigned int)tm.tm_min, 2);
	*p++ = ':';
	p = digits(p, (unsigned int)tm.tm_sec, 2);
	*p++ = tm.tm_gmtoff < 0 ? '-' : '+';
	offset = (unsigned int)labs(tm.tm_gmtoff) / 60;
	p = digits(p, offset / 60, 2);
	*p++ = ':';
	p = digits(p, offset % 60, 2);
	*p = '\0';
	writer_word(w, key, text);
}

static void put_envelope(struct json_writer *w, enum identity_source source,
			 const struct identity_envelope *envelope)
{
	static const char *const sources[] = {
		[IDENTITY_CARD] = "card",
		[IDENTITY_MANUAL] = "manual",
		[IDENTITY_MRZ] = "mrz",
		[IDENTITY_QR] = "qr",
	};

	writer_word(w, "class", "IDENTITY");
	if (envelope->id)
		writer_raw(w, "id", envelope->id);
	writer_unsigned(w, "schema", SCHEMA);
	writer_unsigned(w, "seq", envelope->seq);
	put_time(w, "time", envelope->time);
	writer_word(w, "source", sources[source]);
	if (!envelope->reader)
		return;
	writer_open(w, "reader", '{');
	put_text(w, "name", envelope->reader);
	if (envelope->sam_id)
		put_text(w, "sam_id", envelope->sam_id);
	writer_close(w, '}');
}

static void put_new_address(struct json_writer *w, const struct identity *identity)
{
	bool any = false;

	for (size_t i = 0; i < ELEMENTSOF(identity->new_address); i++) {
		if (!*identity->new_address[i])
			continue;
		if (!any)
			writer_open(w, "new_address", '[');
		any = true;
		writer_text(w, NULL, identity->new_address[i]);
	}
	if (any)
		writer_close(w, ']');
}

static void put_person(struct json_writer *w, const struct identity *identity, bool new_address)
{
	put_word(w, "card_type", identity->card_type);
	put_text(w, "name", identity->name);
	put_text(w, "name_latin", identity->name_latin);
	put_word(w, "sex", identity->sex);
	put_text(w, "sex_code", identity->sex_code);
	put_word(w, "ethnicity", identity->ethnicity);
	put_text(w, "ethnicity_code", identity->ethnicity_code);
	put_text(w, "nationality", identity->nationality);
	put_date(w, "birth_date", &identity->birth);
	put_text(w, "address", identity->address);
	if (new_address)
		put_new_address(w, identity);
}

static void put_document(struct json_writer *w, const struct identity *identity,
			 const struct date *today)
{
	const struct date *until = &identity->valid_until;

	put_text(w, "id_number", identity->id_number);
	if (*identity->id_number)
		writer_boolean(w, "id_number_valid", identity->id_number_valid);
	put_text(w, "former_number", identity->former_number);
	put_text(w, "passport_number", identity->passport_number);
	put_text(w, "permit_number", identity->permit_number);
	if (identity->count >= 0)
		writer_unsigned(w, "issue_count", (uint64_t)identity->count);
	put_text(w, "authority", identity->authority);
	put_date(w, "valid_from", &identity->valid_from);
	if (!identity->long_term && !until->year)
		return;
	if (identity->long_term)
		writer_raw(w, "valid_until", "null");
	else
		put_date(w, "valid_until", until);
	writer_boolean(w, "valid_long_term", identity->long_term);
	writer_boolean(w, "expired", !identity->long_term && date_compare(until, today) < 0);
}

/* After all texts: what became of their private-use characters is known only then. */
static void put_warnings(struct json_writer *w, uint32_t warnings)
{
	static const char *const words[] = {
#define X(name, word) [IDENTITY_WARNING_##name] = word,
		IDENTITY_WARNINGS(X)
#undef X
	};

	if (w->mapped) {
		warnings |= UINT32_C(1) << IDENTITY_WARNING_MAPPED_CHARACTERS;
		if (!w->private_use)
			warnings &= ~(UINT32_C(1) << IDENTITY_WARNING_PRIVATE_USE_CHARACTERS);
	}
	writer_open(w, "warnings", '[');
	for (size_t i = 0; i < ELEMENTSOF(words); i++)
		if (warnings & UINT32_C(1) << i)
			writer_word(w, NULL, words[i]);
	writer_close(w, ']');
}

/* The block as it is on the card, and why it is not decoded. */
static void put_block(struct json_writer *w, const uint8_t *block, enum portrait_result result)
{
	const char *word = portrait_result_word(result);

	if (!portrait_block_valid(block))
		result = PORTRAIT_BAD_BLOCK;
	if (result == PORTRAIT_NO_DECODER || result == PORTRAIT_BAD_BLOCK) {
		writer_word(w, "status", portrait_result_word(result));
	} else {
		writer_word(w, "status", "decoder-error");
		writer_word(w, "reason", word ? word : portrait_result_word(PORTRAIT_FAULT));
	}
	if (result != PORTRAIT_BAD_BLOCK)
		writer_word(w, "format", "wlt");
	writer_base64(w, "data", block, PORTRAIT_BLOCK_SIZE);
}

void identity_put_portrait(struct json_writer *w, const uint8_t block[PORTRAIT_BLOCK_SIZE],
			   enum identity_portrait wanted, const struct identity_picture *picture)
{
	enum portrait_result result = picture ? picture->result : PORTRAIT_NO_DECODER;

	writer_open(w, "portrait", '{');
	if (wanted == IDENTITY_PORTRAIT_OFF) {
		writer_word(w, "status", "off");
	} else if (wanted == IDENTITY_PORTRAIT_WLT) {
		put_block(w, block, PORTRAIT_NO_DECODER);
	} else if (result != PORTRAIT_OK) {
		put_block(w, block, result);
	} else {
		writer_word(w, "status", portrait_result_word(result));
		writer_word(w, "format", wanted == IDENTITY_PORTRAIT_JPEG ? "jpeg" : "bmp");
		writer_base64(w, "data", picture->data, picture->size);
	}
	writer_close(w, '}');
}

static void put_fingerprint(struct json_writer *w, const uint8_t *p)
{
	enum { VERSION = 1, SCANNER, DEVELOPER, RESULT, FINGER, QUALITY };

	writer_open(w, NULL, '{');
	writer_unsigned(w, "version", p[VERSION]);
	writer_unsigned(w, "scanner", p[SCANNER]);
	writer_unsigned(w, "developer", p[DEVELOPER]);
	writer_word(w, "result", code_fingerprint_result(p[RESULT]));
	writer_word(w, "finger", code_finger(p[FINGER]));
	writer_unsigned(w, "finger_code", p[FINGER]);
	writer_unsigned(w, "quality", p[QUALITY]);
	writer_base64(w, "data", p, RECORD_FINGERPRINT_SIZE);
	writer_close(w, '}');
}

static void put_fingerprints(struct json_writer *w, const struct identity *identity)
{
	size_t n = identity->fingerprints_size / RECORD_FINGERPRINT_SIZE;

	writer_open(w, "fingerprints", '[');
	for (size_t i = 0; i < n && i < RECORD_FINGERPRINTS_MAX; i++)
		put_fingerprint(w, identity->fingerprints + i * RECORD_FINGERPRINT_SIZE);
	writer_close(w, ']');
}

size_t identity_line_size(size_t picture)
{
	size_t texts = offsetof(struct identity, warnings);
	size_t image = picture > PORTRAIT_BLOCK_SIZE ? picture : PORTRAIT_BLOCK_SIZE;
	size_t finger = BASE64_SIZE(RECORD_FINGERPRINT_SIZE) + FINGERPRINT_FRAME_SIZE;

	return FRAME_SIZE + ESCAPED * (texts + IDENTITY_ENVELOPE_MAX) + BASE64_SIZE(image) +
	       RECORD_FINGERPRINTS_MAX * finger;
}

ssize_t identity_write(const struct identity *identity, const struct identity_envelope *envelope,
		       const struct identity_options *options,
		       const struct identity_picture *picture, char *out, size_t size)
{
	uint32_t warnings = identity->warnings;
	struct json_writer w;

	if (options->new_address)
		warnings |= identity->new_address_warnings;
	writer_init(&w, out, size);
	w.map_private_use = options->map_private_use;
	writer_open(&w, NULL, '{');
	put_envelope(&w, identity->source, envelope);
	put_person(&w, identity, options->new_address);
	put_document(&w, identity, &envelope->today);
	put_warnings(&w, warnings);
	if (identity->card) {
		identity_put_portrait(&w, identity->portrait, options->portrait, picture);
		if (options->fingerprint && identity->fingerprints_size > 0)
			put_fingerprints(&w, identity);
	}
	writer_close(&w, '}');
	return writer_finish(&w);
}
