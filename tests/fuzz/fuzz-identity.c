// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the record of a card to its line of JSON. Input: two bytes of choices, two that choose a
 * size, one that chooses how a picture was decoded, 16 of a SAM id, 6 of the portrait's head, 7 of
 * a fingerprint's head, 256 of text, then the appended addresses.
 */
#include <jansson.h>
#include <time.h>

#include "fuzz.h"
#include "heap.h"
#include "identity.h"
#include "sam.h"

enum { PICTURE_MAX = 2000 };

struct choices {
	struct identity_options options;
	struct identity_picture picture;
	const struct identity_picture *given;	/* or NULL */
	bool reader;
	size_t less;
	char sam_id[SAM_ID_TEXT_SIZE];
	bool has_sam_id;
};

static const uint8_t pixels[PICTURE_MAX] = { 0xff, 0xd8, 0xff };

static void fill(uint8_t *to, size_t size, struct fuzz_input *in, size_t n)
{
	struct fuzz_input part = fuzz_take(in, n);

	memset(to, 0, size);
	if (part.size)
		memcpy(to, part.data, part.size);
}

static void take_choices(struct fuzz_input *in, struct choices *c)
{
	unsigned int bits = fuzz_byte(in);
	uint8_t sam[SAM_ID_SIZE];

	c->options.portrait = bits & 3;
	c->options.fingerprint = bits & 4;
	c->options.new_address = bits & 8;
	c->options.map_private_use = bits & 16;
	c->reader = bits & 32;
	c->given = bits & 64 ? &c->picture : NULL;
	bits = fuzz_byte(in);
	c->picture.result = bits % (_PORTRAIT_RESULT_MAX + 1);
	c->picture.data = pixels;
	c->picture.size = bits & 128 ? PICTURE_MAX : 0;
	c->less = fuzz_pick(in, 0xffff);
	fill(sam, sizeof(sam), in, sizeof(sam));
	c->has_sam_id = sam_id_format(sam, c->sam_id) == 0;
	FUZZ_CHECK(!c->has_sam_id || strlen(c->sam_id) == SAM_ID_TEXT_SIZE - 1);
}

static void take_record(struct fuzz_input *in, struct record *r)
{
	unsigned int n = fuzz_byte(in);

	r->fingerprints_size = (n & 3) % 3 * RECORD_FINGERPRINT_SIZE;
	fill(r->portrait, sizeof(r->portrait), in, 6);
	fill(r->fingerprints, sizeof(r->fingerprints), in, 7);
	fill(r->text, sizeof(r->text), in, sizeof(r->text));
	r->addresses_size = (n >> 2) % (RECORD_ADDRESSES_MAX + 1) * RECORD_ADDRESS_SIZE;
	fill(r->addresses, sizeof(r->addresses), in, r->addresses_size);
}

static bool known_warning(const char *word)
{
	static const char *const words[] = {
#define X(name, text) text,
		IDENTITY_WARNINGS(X)
#undef X
	};

	for (size_t i = 0; i < ELEMENTSOF(words); i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static const char *get(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* A number that is said to be valid is; a card without a warning has one. */
static void check_number(const json_t *object, const struct identity *identity)
{
	const char *type = get(object, "card_type"), *number = get(object, "id_number");
	bool valid = json_is_true(json_object_get(object, "id_number_valid"));
	struct number_info info;

	FUZZ_CHECK(type && !valid == !identity->id_number_valid);
	FUZZ_CHECK(!number == !*identity->id_number);
	if (!valid)
		FUZZ_CHECK(json_array_size(json_object_get(object, "warnings")) > 0);
	else if (strcmp(type, "foreigner") == 0)
		FUZZ_CHECK(number_check_foreigner(number) == IDCARD_ERROR_NONE);
	else
		FUZZ_CHECK(number_check(number, &fuzz_today, &info) == IDCARD_ERROR_NONE);
	if (get(object, "former_number"))
		FUZZ_CHECK(number_check_foreigner(get(object, "former_number")) ==
			   IDCARD_ERROR_NONE);
}

static void check_date(const json_t *object, const char *key)
{
	const char *s = get(object, key);
	struct date d;
	char digits[9];

	if (!s)
		return;
	FUZZ_CHECK(strlen(s) == 10 && s[4] == '-' && s[7] == '-');
	snprintf(digits, sizeof(digits), "%.4s%.2s%.2s", s, s + 5, s + 8);
	FUZZ_CHECK(date_parse(digits, &d) == 0);
}

static void check_portrait(const json_t *object, const struct choices *c)
{
	const json_t *portrait = json_object_get(object, "portrait");
	const char *status = get(portrait, "status"), *format = get(portrait, "format");
	bool decoded = c->options.portrait >= IDENTITY_PORTRAIT_JPEG && c->given &&
		       c->given->result == PORTRAIT_OK;

	FUZZ_CHECK(status);
	FUZZ_CHECK((strcmp(status, "off") == 0) == (c->options.portrait == IDENTITY_PORTRAIT_OFF));
	FUZZ_CHECK((strcmp(status, "ok") == 0) == decoded);
	FUZZ_CHECK((strcmp(status, "decoder-error") == 0) == !!get(portrait, "reason"));
	FUZZ_CHECK(!decoded || strcmp(format, "wlt") != 0);
	FUZZ_CHECK(decoded || !format || strcmp(format, "wlt") == 0);
}

static void check_line(const char *line, size_t n, const struct identity *identity,
		       const struct choices *c)
{
	json_t *object = json_loadb(line, n, JSON_REJECT_DUPLICATES, NULL), *word;
	size_t i;

	FUZZ_CHECK(strlen(line) == n);
	for (i = 0; i < n; i++)
		FUZZ_CHECK((unsigned char)line[i] >= ' ' && line[i] != 0x7f);
	FUZZ_CHECK(json_is_object(object));
	FUZZ_CHECK(strcmp(get(object, "class"), "IDENTITY") == 0);
	FUZZ_CHECK(json_is_array(json_object_get(object, "warnings")));
	json_array_foreach(json_object_get(object, "warnings"), i, word)
		FUZZ_CHECK(known_warning(json_string_value(word)));
	check_number(object, identity);
	check_date(object, "birth_date");
	check_date(object, "valid_from");
	check_date(object, "valid_until");
	check_portrait(object, c);
	FUZZ_CHECK(c->options.new_address || !json_object_get(object, "new_address"));
	FUZZ_CHECK(c->options.fingerprint || !json_object_get(object, "fingerprints"));
	FUZZ_CHECK(json_array_size(json_object_get(object, "fingerprints")) <=
		   RECORD_FINGERPRINTS_MAX);
	json_decref(object);
}

/* A line that does not fit is not written in part. */
static void check_too_small(const struct identity *identity, const struct identity_envelope *e,
			    const struct choices *c, size_t size)
{
	char *out = malloc(size ? size : 1);

	memset(out, 'x', size);
	FUZZ_CHECK(identity_write(identity, e, &c->options, c->given, out, size) == -ENOBUFS);
	for (size_t i = 0; i < size; i++)
		FUZZ_CHECK(out[i] == '\0');
	free(out);
}

/* At most 8 characters of it are shown. */
static void check_mask(const char *number)
{
	char *masked = malloc(64);

	for (size_t size = 1; size <= 64; size += 21) {
		const char *p = masked;
		size_t shown = 0;
		uint32_t c;

		identity_mask_number(number, masked, size);
		FUZZ_CHECK(strlen(masked) < size);
		while ((c = text_next(&p)))
			shown += c != '*';
		FUZZ_CHECK(shown <= 8);
	}
	free(masked);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	heap_watch();
	setenv("TZ", "CST-8", 1);
	tzset();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct identity_envelope e = { .seq = 7, .time = 1767225600, .today = fuzz_today };
	struct fuzz_input in = { data, size };
	struct choices c = {};
	struct record *record = calloc(1, sizeof(*record));
	struct identity *identity = malloc(sizeof(*identity));
	size_t room, calls;
	char *line;
	ssize_t n;

	take_choices(&in, &c);
	take_record(&in, record);
	e.id = c.less & 1 ? "\"a\"" : NULL;
	e.reader = c.reader ? "usb-1-2" : NULL;
	e.sam_id = c.has_sam_id ? c.sam_id : NULL;
	room = identity_line_size(c.picture.size);
	line = malloc(room);

	calls = heap_calls;
	identity_from_record(record, &fuzz_today, identity);
	n = identity_write(identity, &e, &c.options, c.given, line, room);
	FUZZ_CHECK(heap_calls == calls);

	FUZZ_CHECK(n > 0 && (size_t)n < room);
	check_line(line, (size_t)n, identity, &c);
	check_too_small(identity, &e, &c, c.less % ((size_t)n + 1));
	check_too_small(identity, &e, &c, (size_t)n);
	check_mask(identity->id_number);
	identity_wipe(identity);
	free(line);
	free(identity);
	free(record);
	return 0;
}
