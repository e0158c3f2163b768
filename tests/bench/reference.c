// SPDX-License-Identifier: GPL-2.0-or-later
#include "reference.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base64.h"
#include "codes.h"

struct span {
	unsigned int offset, length;
};

struct layout {
	char type;
	const char *card_type;
	enum number_kind number;
	struct span name, latin, latin_more, sex, ethnicity, nationality, birth, address, id,
		permit, count, authority, from, until, association;
};

static const struct layout layouts[] = {
	{ 'I', "foreigner", NUMBER_FOREIGNER, .latin = { 0, 120 }, .sex = { 120, 2 },
	  .id = { 122, 30 }, .nationality = { 152, 6 }, .name = { 158, 30 }, .from = { 188, 16 },
	  .until = { 204, 16 }, .birth = { 220, 16 }, .authority = { 240, 8 } },
	{ 'Y', "foreigner_2023", NUMBER_FOREIGNER, .name = { 0, 30 }, .sex = { 30, 2 },
	  .count = { 32, 4 }, .birth = { 36, 16 }, .latin = { 52, 70 }, .latin_more = { 220, 22 },
	  .id = { 122, 36 }, .from = { 188, 16 }, .until = { 204, 16 }, .nationality = { 242, 6 },
	  .association = { 250, 6 } },
	{ 'J', "hmt_permit", NUMBER_PERMIT, .name = { 0, 30 }, .sex = { 30, 2 },
	  .birth = { 36, 16 }, .address = { 52, 70 }, .id = { 122, 36 }, .authority = { 158, 30 },
	  .from = { 188, 16 }, .until = { 204, 16 }, .permit = { 220, 18 }, .count = { 238, 4 } },
	{ ' ', "resident", NUMBER_RESIDENT, .name = { 0, 30 }, .sex = { 30, 2 },
	  .ethnicity = { 32, 4 }, .birth = { 36, 16 }, .address = { 52, 70 }, .id = { 122, 36 },
	  .authority = { 158, 30 }, .from = { 188, 16 }, .until = { 204, 16 } },
};

struct text {
	char s[TEXT_SIZE(120)];
};

struct work {
	iconv_t from_card;
	const uint8_t *card;
	bool private_use;
	json_t *object, *warnings;
};

/* One field, with the spaces behind it cut. */
static struct text take(struct work *w, struct span a, struct span b)
{
	char joined[RECORD_TEXT_SIZE], *in = joined;
	struct text text;
	char *out = text.s;
	size_t n = a.length + b.length, room = sizeof(text.s) - 1;

	memcpy(joined, w->card + a.offset, a.length);
	memcpy(joined + a.length, w->card + b.offset, b.length);
	while (n >= 2 && joined[n - 2] == ' ' && joined[n - 1] == 0)
		n -= 2;
	for (size_t i = 1; i < n; i += 2)
		w->private_use |= (uint8_t)joined[i] >= 0xe0 && (uint8_t)joined[i] < 0xf9;
	iconv(w->from_card, &in, &n, &out, &room);
	*out = '\0';
	return text;
}

static struct text take_one(struct work *w, struct span a)
{
	return take(w, a, (struct span){});
}

static void put(struct work *w, const char *key, const char *value)
{
	if (value && *value)
		json_object_set_new(w->object, key, json_string(value));
}

static void warn(struct work *w, const char *word)
{
	json_array_append_new(w->warnings, json_string(word));
}

static void put_date(struct work *w, const char *key, const struct date *d)
{
	char text[64];

	snprintf(text, sizeof(text), "%04d-%02d-%02d", d->year, d->month, d->day);
	put(w, key, text);
}

static void put_envelope(struct work *w, const struct identity_envelope *e)
{
	json_t *reader = json_object();
	time_t t = e->time;
	char text[64];
	struct tm tm;
	size_t n;

	put(w, "class", "IDENTITY");
	json_object_set_new(w->object, "schema", json_integer(1));
	json_object_set_new(w->object, "seq", json_integer((json_int_t)e->seq));
	localtime_r(&t, &tm);
	n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + n, sizeof(text) - n, "%c%02ld:%02ld", tm.tm_gmtoff < 0 ? '-' : '+',
		 labs(tm.tm_gmtoff) / 3600, labs(tm.tm_gmtoff) / 60 % 60);
	put(w, "time", text);
	put(w, "source", "card");
	json_object_set_new(reader, "name", json_string(e->reader));
	json_object_set_new(reader, "sam_id", json_string(e->sam_id));
	json_object_set_new(w->object, "reader", reader);
}

static void put_person(struct work *w, const struct layout *l, const struct date *today,
		       struct date *birth)
{
	struct text name = take_one(w, l->name), latin = take(w, l->latin, l->latin_more),
		    sex = take_one(w, l->sex), ethnicity = take_one(w, l->ethnicity),
		    nationality = take_one(w, l->nationality), text = take_one(w, l->birth);

	put(w, "card_type", l->card_type);
	put(w, "name", name.s);
	put(w, "name_latin", latin.s);
	put(w, "sex", code_sex(sex.s));
	put(w, "sex_code", sex.s);
	if (l->ethnicity.length) {
		put(w, "ethnicity", code_ethnicity(ethnicity.s));
		put(w, "ethnicity_code", ethnicity.s);
		put(w, "nationality", "CHN");
	} else {
		put(w, "nationality", nationality.s);
	}
	if (l->nationality.length && !code_nationality_known(nationality.s))
		warn(w, "unknown_nationality");
	if (!*(l->latin.length ? latin.s : name.s))
		warn(w, "empty_name");
	if (date_parse(text.s, birth) < 0 || date_compare(birth, today) > 0)
		warn(w, "bad_date");
	put_date(w, "birth_date", birth);
	text = take_one(w, l->address);
	put(w, "address", text.s);
}

static void put_number(struct work *w, const struct layout *l, const struct date *today,
		       const struct date *birth)
{
	struct text number = take_one(w, l->id);
	struct number_info info = {};
	enum idcard_error e;

	if (l->type == 'I') {
		e = number_check_foreigner(number.s);
	} else {
		e = number_check(number.s, today, &info);
		if (info.kind != l->number)
			warn(w, "number_form");
		if (date_compare(&info.birth, birth) != 0)
			warn(w, "birth_mismatch");
	}
	if (e != IDCARD_ERROR_NONE)
		warn(w, "checksum");
	put(w, "id_number", number.s);
	json_object_set_new(w->object, "id_number_valid", json_boolean(e == IDCARD_ERROR_NONE));
	if (l->association.length) {
		struct text association = take_one(w, l->association),
			    nationality = take_one(w, l->nationality);
		char former[16];

		if (*association.s && number_rebuild_former(number.s, nationality.s, association.s,
							    former) == 0)
			put(w, "former_number", former);
	}
}

static void put_document(struct work *w, const struct layout *l, const struct date *today)
{
	struct text permit = take_one(w, l->permit), count = take_one(w, l->count),
		    authority = take_one(w, l->authority), from = take_one(w, l->from),
		    until = take_one(w, l->until);
	bool long_term = strcmp(until.s, "长期") == 0;
	struct date d = {};

	put(w, "permit_number", permit.s);
	if (*count.s)
		json_object_set_new(w->object, "issue_count", json_integer(atoi(count.s)));
	put(w, "authority", authority.s);
	if (date_parse(from.s, &d) == 0)
		put_date(w, "valid_from", &d);
	if (long_term)
		json_object_set_new(w->object, "valid_until", json_null());
	else if (date_parse(until.s, &d) == 0)
		put_date(w, "valid_until", &d);
	json_object_set_new(w->object, "valid_long_term", json_boolean(long_term));
	json_object_set_new(w->object, "expired",
			    json_boolean(!long_term && date_compare(&d, today) < 0));
}

static json_t *base64(const uint8_t *p, size_t n)
{
	char *text = malloc(BASE64_SIZE(n));
	json_t *value;

	base64_encode(p, n, text);
	value = json_string(text);
	free(text);
	return value;
}

static void put_images(struct work *w, const struct record *record,
		       const struct identity_options *options)
{
	json_t *portrait = json_object(), *list;
	bool good = portrait_block_valid(record->portrait);

	if (options->portrait == IDENTITY_PORTRAIT_OFF) {
		json_object_set_new(portrait, "status", json_string("off"));
	} else {
		json_object_set_new(portrait, "status",
				    json_string(good ? "no-decoder" : "bad-block"));
		json_object_set_new(portrait, "format", json_string("wlt"));
		json_object_set_new(portrait, "data",
				    base64(record->portrait, sizeof(record->portrait)));
	}
	json_object_set_new(w->object, "portrait", portrait);
	if (!options->fingerprint || !record->fingerprints_size)
		return;
	list = json_array();
	for (size_t i = 0; i < record->fingerprints_size; i += RECORD_FINGERPRINT_SIZE) {
		const uint8_t *p = record->fingerprints + i;
		json_t *print = json_object();

		json_object_set_new(print, "version", json_integer(p[1]));
		json_object_set_new(print, "scanner", json_integer(p[2]));
		json_object_set_new(print, "developer", json_integer(p[3]));
		json_object_set_new(print, "result", json_string(code_fingerprint_result(p[4])));
		json_object_set_new(print, "finger", json_string(code_finger(p[5])));
		json_object_set_new(print, "finger_code", json_integer(p[5]));
		json_object_set_new(print, "quality", json_integer(p[6]));
		json_object_set_new(print, "data", base64(p, RECORD_FINGERPRINT_SIZE));
		json_array_append_new(list, print);
	}
	json_object_set_new(w->object, "fingerprints", list);
}

char *reference_line(iconv_t from_card, const struct record *record,
		     const struct identity_envelope *envelope,
		     const struct identity_options *options)
{
	struct work w = { from_card, record->text, false, json_object(), json_array() };
	const struct layout *l = layouts;
	struct date birth = {};
	char *line;

	while (l->type != ' ' && l->type != (char)record->text[248])
		l++;
	put_envelope(&w, envelope);
	put_person(&w, l, &envelope->today, &birth);
	put_number(&w, l, &envelope->today, &birth);
	put_document(&w, l, &envelope->today);
	if (w.private_use)
		warn(&w, "private_use_characters");
	json_object_set_new(w.object, "warnings", w.warnings);
	put_images(&w, record, options);
	line = json_dumps(w.object, JSON_COMPACT);
	json_decref(w.object);
	return line;
}
