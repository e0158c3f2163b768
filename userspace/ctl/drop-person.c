// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "drop.h"

static void take(const json_t *object, const char *name, char *ret, size_t size)
{
	const char *text = json_text(object, name);

	/* longer than on any card: the daemon speaks of something else */
	if (strlen(text) < size)
		strcpy(ret, text);
}
#define TAKE(object, name, to) take(object, name, to, sizeof(to))

/* "1900-01-01" */
static struct date date_of(const json_t *object, const char *name)
{
	const char *text = json_text(object, name);
	struct date d = {};
	char digits[9];

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
		return d;
	memcpy(digits, text, 4);
	memcpy(digits + 4, text + 5, 2);
	memcpy(digits + 6, text + 8, 2);
	digits[8] = '\0';
	date_parse(digits, &d);
	return d;
}

static const char *word_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

void drop_person(const json_t *object, struct identity *ret)
{
	*ret = (struct identity){ .count = -1 };
	ret->card_type = word_of(object, "card_type");
	ret->sex = word_of(object, "sex");
	ret->ethnicity = word_of(object, "ethnicity");
	TAKE(object, "name", ret->name);
	TAKE(object, "name_latin", ret->name_latin);
	TAKE(object, "sex_code", ret->sex_code);
	TAKE(object, "ethnicity_code", ret->ethnicity_code);
	TAKE(object, "nationality", ret->nationality);
	TAKE(object, "address", ret->address);
	TAKE(object, "id_number", ret->id_number);
	TAKE(object, "passport_number", ret->passport_number);
	TAKE(object, "permit_number", ret->permit_number);
	TAKE(object, "authority", ret->authority);
	ret->birth = date_of(object, "birth_date");
	ret->valid_from = date_of(object, "valid_from");
	ret->valid_until = date_of(object, "valid_until");
	ret->long_term = json_is_true(json_object_get(object, "valid_long_term"));
}
