// SPDX-License-Identifier: GPL-2.0-or-later
#include "wedge/person.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "util.h"

enum { SCHEMA = 1 };

static const struct {
	const char *name, *key;
} fields[_FIELD_MAX] = {
#define X(name, key) [FIELD_##name] = { #name, key },
	PERSON_FIELDS(X)
#undef X
};

int person_field(const char *name, size_t n, enum field *ret)
{
	for (enum field f = 0; f < _FIELD_MAX; f++)
		if (strlen(fields[f].name) == n && memcmp(fields[f].name, name, n) == 0) {
			*ret = f;
			return 0;
		}
	return -ENOENT;
}

static unsigned int bit_of(const char *const *words, size_t n, const char *word)
{
	for (size_t i = 0; word && i < n; i++)
		if (strcmp(words[i], word) == 0)
			return 1U << i;
	return 0;
}

unsigned int person_source(const char *word)
{
	static const char *const words[] = { "card", "manual", "mrz", "qr" };

	return bit_of(words, ELEMENTSOF(words), word);
}

unsigned int person_type(const char *word)
{
	static const char *const words[] = { "resident", "foreigner", "foreigner_2023",
					     "hmt_permit", "passport" };

	return bit_of(words, ELEMENTSOF(words), word);
}

/* About a field that can be typed all the same. Any other word is a doubt, also a new one. */
static bool is_harmless(const char *warning)
{
	static const char *const words[] = {
		"private_use_characters", "mapped_characters", "unknown_ethnicity",
		"unknown_nationality", "bad_count", "empty_name",
	};

	return bit_of(words, ELEMENTSOF(words), warning) != 0;
}

static bool is_doubtful(const json_t *object)
{
	const json_t *warnings = json_object_get(object, "warnings"), *warning;
	size_t i;

	if (json_object_get(object, "id_number") &&
	    !json_is_true(json_object_get(object, "id_number_valid")))
		return true;
	if (warnings && !json_is_array(warnings))
		return true;
	json_array_foreach(warnings, i, warning)
		if (!is_harmless(json_string_value(warning)))
			return true;
	return false;
}

static int take_fields(const json_t *object, struct person *p)
{
	for (enum field f = 0; f < _FIELD_MAX; f++) {
		const json_t *value = json_object_get(object, fields[f].key);

		if (!value || json_is_null(value))
			continue;
		/* A NUL inside would hide what follows it. */
		if (!json_is_string(value) || json_string_length(value) >= PERSON_TEXT_SIZE ||
		    strlen(json_string_value(value)) != json_string_length(value))
			return -EBADMSG;
		strcpy(p->text[f], json_string_value(value));
	}
	return 0;
}

static const char *sex_zh(const char *sex)
{
	if (strcmp(sex, "male") == 0)
		return "男";
	if (strcmp(sex, "female") == 0)
		return "女";
	return strcmp(sex, "unknown") == 0 ? "未知" : "";
}

static int fill(const json_t *object, struct person *p)
{
	const char *class = json_string_value(json_object_get(object, "class"));

	if (!class || strcmp(class, "IDENTITY") != 0 ||
	    json_integer_value(json_object_get(object, "schema")) != SCHEMA)
		return -EBADMSG;
	p->source = person_source(json_string_value(json_object_get(object, "source")));
	p->type = person_type(json_string_value(json_object_get(object, "card_type")));
	p->long_term = json_is_true(json_object_get(object, "valid_long_term"));
	p->doubtful = is_doubtful(object);
	if (take_fields(object, p) < 0)
		return -EBADMSG;
	strcpy(p->text[FIELD_sex_zh], sex_zh(p->text[FIELD_sex]));
	return 0;
}

int person_from_line(const char *line, size_t size, struct person *ret)
{
	json_auto_t *object = json_loadb(line, size, 0, NULL);
	int r;

	*ret = (struct person){};
	r = fill(object, ret);
	if (r < 0)
		explicit_bzero(ret, sizeof(*ret));
	return r;
}

void person_sample(struct person *ret)
{
	static const char *const texts[_FIELD_MAX] = {
		[FIELD_id] = "110101190001010014", [FIELD_name] = "测试甲",
		[FIELD_name_latin] = "SAMPLE, TEST CARD", [FIELD_sex] = "male",
		[FIELD_sex_code] = "1", [FIELD_sex_zh] = "男", [FIELD_ethnicity] = "汉",
		[FIELD_ethnicity_code] = "01", [FIELD_nationality] = "XXX",
		[FIELD_birth] = "1900-01-01", [FIELD_address] = "北京市东城区示例路1号",
		[FIELD_authority] = "示例市公安局示例分局", [FIELD_valid_from] = "2020-01-01",
		[FIELD_valid_until] = "2030-01-01", [FIELD_passport] = "L898902C3",
		[FIELD_permit] = "H00000000", [FIELD_former] = "XXX110000010103",
		[FIELD_card_type] = "resident",
	};

	*ret = (struct person){ .source = SOURCE_CARD, .type = TYPE_RESIDENT };
	for (enum field f = 0; f < _FIELD_MAX; f++)
		strcpy(ret->text[f], texts[f]);
}
