// SPDX-License-Identifier: LGPL-2.1-or-later
#include <stdio.h>
#include <time.h>

#include "base64.h"
#include "codes.h"
#include "identity-internal.h"
#include "secret.h"

enum {
	SCHEMA = 1,
};

/* The object being built; once memory was short it is good for nothing. */
struct builder {
	json_t *object;
	bool failed;
};

/* Takes @value, which is NULL when memory was short. */
static void put(struct builder *b, const char *key, json_t *value)
{
	if (json_object_set_new(b->object, key, value) < 0)
		b->failed = true;
}

static void append(struct builder *b, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) < 0)
		b->failed = true;
}

/* A field that the card does not have is absent. */
static void put_text(struct builder *b, const char *key, const char *text)
{
	if (text && *text)
		put(b, key, json_string(text));
}

static void put_date(struct builder *b, const char *key, const struct date *d)
{
	char text[3 * 12];

	if (!d->year)
		return;
	snprintf(text, sizeof(text), "%04d-%02d-%02d", d->year, d->month, d->day);
	put(b, key, json_string(text));
}

static void put_base64(struct builder *b, const char *key, const uint8_t *p, size_t n)
{
	_cleanup_secret_ char *text = secret_alloc(BASE64_SIZE(n));

	if (text)
		base64_encode(p, n, text);
	put(b, key, text ? json_string(text) : NULL);
}

static void put_time(struct builder *b, const char *key, int64_t seconds)
{
	time_t t = (time_t)seconds;
	char text[64];
	struct tm tm;
	size_t n;
	long offset;

	if (!localtime_r(&t, &tm))
		return;
	n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	offset = tm.tm_gmtoff / 60;
	snprintf(text + n, sizeof(text) - n, "%c%02ld:%02ld", offset < 0 ? '-' : '+',
		 labs(offset) / 60, labs(offset) % 60);
	put(b, key, json_string(text));
}

static void put_envelope(struct builder *b, const struct person *p,
			 const struct identity_envelope *envelope)
{
	static const char *const sources[] = {
		[IDENTITY_CARD] = "card",
		[IDENTITY_MANUAL] = "manual",
		[IDENTITY_MRZ] = "mrz",
		[IDENTITY_QR] = "qr",
	};
	struct builder reader = {};

	put(b, "class", json_string("IDENTITY"));
	put(b, "schema", json_integer(SCHEMA));
	put(b, "seq", json_integer((json_int_t)envelope->seq));
	put_time(b, "time", envelope->time);
	put(b, "source", json_string(sources[p->source]));
	if (!envelope->reader)
		return;
	reader.object = json_object();
	put_text(&reader, "name", envelope->reader);
	put_text(&reader, "sam_id", envelope->sam_id);
	b->failed |= reader.failed;
	put(b, "reader", reader.object);
}

static void put_new_address(struct builder *b, const struct person *p)
{
	json_t *array = NULL;

	for (size_t i = 0; i < ELEMENTSOF(p->new_address); i++) {
		if (!*p->new_address[i])
			continue;
		if (!array)
			array = json_array();
		append(b, array, json_string(p->new_address[i]));
	}
	if (array)
		put(b, "new_address", array);
}

static void put_person(struct builder *b, const struct person *p)
{
	put_text(b, "card_type", p->card_type);
	put_text(b, "name", p->name);
	put_text(b, "name_latin", p->name_latin);
	put_text(b, "sex", p->sex);
	put_text(b, "sex_code", p->sex_code);
	put_text(b, "ethnicity", p->ethnicity);
	put_text(b, "ethnicity_code", p->ethnicity_code);
	put_text(b, "nationality", p->nationality);
	put_date(b, "birth_date", &p->birth);
	put_text(b, "address", p->address);
	put_new_address(b, p);
}

static void put_document(struct builder *b, const struct person *p, const struct date *today)
{
	put_text(b, "id_number", p->id_number);
	if (*p->id_number)
		put(b, "id_number_valid", json_boolean(p->id_number_valid));
	put_text(b, "passport_number", p->passport_number);
	put_text(b, "permit_number", p->permit_number);
	if (p->count >= 0)
		put(b, "issue_count", json_integer(p->count));
	put_text(b, "authority", p->authority);
	put_date(b, "valid_from", &p->valid_from);
	if (!p->long_term && !p->valid_until.year)
		return;
	if (p->long_term)
		put(b, "valid_until", json_null());
	put_date(b, "valid_until", &p->valid_until);
	put(b, "valid_long_term", json_boolean(p->long_term));
	put(b, "expired", json_boolean(!p->long_term && date_compare(&p->valid_until, today) < 0));
}

static void put_warnings(struct builder *b, uint32_t warnings)
{
	static const char *const words[] = {
#define X(name, word) [IDENTITY_WARNING_##name] = word,
		IDENTITY_WARNINGS(X)
#undef X
	};
	json_t *array = json_array();

	for (size_t i = 0; i < ELEMENTSOF(words); i++)
		if (warnings & UINT32_C(1) << i)
			append(b, array, json_string(words[i]));
	put(b, "warnings", array);
}

static void put_portrait(struct builder *b, const struct record *record,
			 enum identity_portrait wanted)
{
	static const uint8_t magic[] = { 0x57, 0x4c, 0x66, 0x00, 0x7e, 0x00 };
	struct builder portrait = { json_object() };

	if (wanted == IDENTITY_PORTRAIT_OFF) {
		put(&portrait, "status", json_string("off"));
	} else {
		bool good = memcmp(record->portrait, magic, sizeof(magic)) == 0;

		put(&portrait, "status", json_string(good ? "no-decoder" : "bad-block"));
		if (good)
			put(&portrait, "format", json_string("wlt"));
		put_base64(&portrait, "data", record->portrait, sizeof(record->portrait));
	}
	b->failed |= portrait.failed;
	put(b, "portrait", portrait.object);
}

static void put_fingerprints(struct builder *b, const struct record *record)
{
	enum { FINGER = 5, QUALITY = 6 };
	size_t n = record->fingerprints_size / RECORD_FINGERPRINT_SIZE;
	json_t *array = json_array();

	for (size_t i = 0; i < n && i < RECORD_FINGERPRINTS_MAX; i++) {
		const uint8_t *p = record->fingerprints + i * RECORD_FINGERPRINT_SIZE;
		struct builder print = { json_object() };

		put(&print, "finger", json_string(code_finger(p[FINGER])));
		put(&print, "finger_code", json_integer(p[FINGER]));
		put(&print, "quality", json_integer(p[QUALITY]));
		put_base64(&print, "data", p, RECORD_FINGERPRINT_SIZE);
		b->failed |= print.failed;
		append(b, array, print.object);
	}
	put(b, "fingerprints", array);
}

json_t *person_to_json(const struct person *p, const struct identity_envelope *envelope,
		       const struct record *record, const struct identity_options *options)
{
	struct builder b = { json_object() };

	put_envelope(&b, p, envelope);
	put_person(&b, p);
	put_document(&b, p, &envelope->today);
	put_warnings(&b, p->warnings);
	if (record) {
		put_portrait(&b, record, options->portrait);
		if (options->fingerprint && record->fingerprints_size > 0)
			put_fingerprints(&b, record);
	}
	if (!b.object || b.failed) {
		json_decref(b.object);
		return NULL;
	}
	return b.object;
}
