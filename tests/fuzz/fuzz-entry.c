// SPDX-License-Identifier: GPL-2.0-or-later
/* What is typed, scanned, or written to /dev/idcard. Input: the entry. */
#include <jansson.h>

#include "entry.h"
#include "fuzz.h"
#include "identity.h"
#include "secret.h"

static enum idcard_error enter(const char *text, struct identity *ret)
{
	return identity_from_entry(text, IDENTITY_MANUAL, &fuzz_today, ret);
}

/* The same in full-width characters, as an input method would type it. */
static void check_full_width(const char *text, enum idcard_error expected,
			     const struct identity *identity)
{
	char *wide = malloc(3 * strlen(text) + 1);
	struct identity again;
	size_t n = 0;

	for (const char *p = text; *p; p++) {
		uint32_t c = (unsigned char)*p;

		n += text_put(wide + n, c == ' ' ? 0x3000 : c > ' ' && c < 0x7f ? c + 0xfee0 : c);
	}
	wide[n] = '\0';
	FUZZ_CHECK(enter(wide, &again) == expected);
	FUZZ_CHECK(expected || (strcmp(again.id_number, identity->id_number) == 0 &&
				strcmp(again.passport_number, identity->passport_number) == 0));
	free(wide);
}

static void check_line(const struct identity *identity)
{
	const struct identity_envelope e = { .seq = 1, .today = fuzz_today };
	const struct identity_options options = {};
	size_t room = identity_line_size(0);
	char *line = malloc(room);
	ssize_t n = identity_write(identity, &e, &options, NULL, line, room);
	json_t *object;

	FUZZ_CHECK(n > 0 && (size_t)n < room);
	object = json_loadb(line, (size_t)n, JSON_REJECT_DUPLICATES, NULL);
	FUZZ_CHECK(json_is_object(object) && !json_object_get(object, "portrait"));
	json_decref(object);
	free(line);
}

/* What was accepted is one of these, and checks. */
static void check_identity(const struct identity *identity)
{
	struct identity again;

	FUZZ_CHECK(!identity->card && identity->card_type);
	FUZZ_CHECK(!*identity->id_number == !identity->id_number_valid);
	FUZZ_CHECK(!*identity->id_number != !*identity->passport_number);
	FUZZ_CHECK((strcmp(identity->card_type, "passport") == 0) == !*identity->id_number);
	if (*identity->id_number) {
		FUZZ_CHECK(identity->source == IDENTITY_MANUAL && !identity->warnings);
		FUZZ_CHECK(enter(identity->id_number, &again) == IDCARD_ERROR_NONE);
		FUZZ_CHECK(strcmp(again.id_number, identity->id_number) == 0);
	} else {
		FUZZ_CHECK(strlen(identity->passport_number) <= 9);
	}
	check_line(identity);
}

static void check_entry(const char *text)
{
	struct identity identity, untouched;
	enum idcard_error e;
	bool ascii = true;

	memset(&identity, 0x5a, sizeof(identity));
	untouched = identity;
	e = enter(text, &identity);
	for (const char *p = text; *p; p++)
		ascii &= (unsigned char)*p < 0x80;
	if (ascii)
		check_full_width(text, e, &identity);
	if (e == IDCARD_ERROR_NONE)
		check_identity(&identity);
	else
		FUZZ_CHECK(memcmp(&identity, &untouched, sizeof(identity)) == 0);
}

/* What the device takes is a text that can be sent on as it is. */
static void check_written(const uint8_t *data, size_t size)
{
	uint8_t *written = fuzz_copy(data, size);
	char *text = NULL;
	int r = entry_new((char *)written, size, &text);
	json_t *sound;
	size_t n;

	FUZZ_CHECK(r == 0 || r == -EINVAL);
	FUZZ_CHECK(r == 0 || !text);
	if (r == 0) {
		n = strlen(text);
		FUZZ_CHECK(n > 0 && n <= size && size <= ENTRY_SIZE_MAX);
		FUZZ_CHECK(memcmp(text, data, n) == 0 && !strchr("\r\n", text[n - 1]));
		sound = json_string(text);
		FUZZ_CHECK(sound);
		json_decref(sound);
		check_entry(text);
	}
	secret_free(text);
	free(written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);

	check_entry(text);
	check_written(data, size);
	free(text);
	return 0;
}
