// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the library makes of a line of the daemon, compared with what jansson makes of it. Input:
 * the line; or base64, which is in it.
 */
#include <jansson.h>
#include <math.h>

#include "base64.h"
#include "fuzz.h"
#include "libidcard-internal.h"

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t depth_of(const json_t *value)
{
	size_t deepest = 0, i;
	const char *key;
	json_t *inside;

	if (json_is_object(value)) {
		json_object_foreach((json_t *)value, key, inside)
			deepest = larger(deepest, depth_of(inside));
	} else if (json_is_array(value)) {
		json_array_foreach(value, i, inside)
			deepest = larger(deepest, depth_of(inside));
	} else {
		return 0;
	}
	return deepest + 1;
}

static uint32_t check_value(const struct json_text *t, uint32_t at, const json_t *value);

static uint32_t check_inside(const struct json_text *t, uint32_t at, const json_t *value)
{
	const struct json_node *node = &t->nodes[at];
	bool object = node->kind == JSON_KIND_OBJECT;
	uint32_t i = at + 1, n = 0;

	FUZZ_CHECK(node->count == (object ? json_object_size(value) : json_array_size(value)));
	FUZZ_CHECK(node->behind > at && node->behind <= t->n);
	for (; i < node->behind; n++) {
		const char *key = t->nodes[i].key;

		FUZZ_CHECK(!object == !key);
		i = check_value(t, i, object ? json_object_get(value, key) :
					       json_array_get(value, n));
	}
	FUZZ_CHECK(n == node->count && i == node->behind);
	return i;
}

/* Returns the index behind the value. */
static uint32_t check_value(const struct json_text *t, uint32_t at, const json_t *value)
{
	const struct json_node *node = &t->nodes[at];

	FUZZ_CHECK(value);
	switch (node->kind) {
	case JSON_KIND_OBJECT:
		FUZZ_CHECK(json_is_object(value));
		return check_inside(t, at, value);
	case JSON_KIND_ARRAY:
		FUZZ_CHECK(json_is_array(value));
		return check_inside(t, at, value);
	case JSON_KIND_STRING:
		FUZZ_CHECK(json_is_string(value) && node->size == json_string_length(value));
		FUZZ_CHECK(strlen(node->value) == node->size);
		FUZZ_CHECK(memcmp(node->value, json_string_value(value), node->size) == 0);
		break;
	case JSON_KIND_INTEGER:
		FUZZ_CHECK(json_is_integer(value));
		FUZZ_CHECK(strtoll(node->value, NULL, 10) == json_integer_value(value));
		break;
	case JSON_KIND_FRACTION:
		FUZZ_CHECK(json_is_real(value));
		break;
	default:
		FUZZ_CHECK(json_is_true(value) == (node->kind == JSON_KIND_TRUE));
		FUZZ_CHECK(json_is_false(value) == (node->kind == JSON_KIND_FALSE));
		FUZZ_CHECK(json_is_null(value) == (node->kind == JSON_KIND_NULL));
		break;
	}
	FUZZ_CHECK(node->behind == at + 1);
	return at + 1;
}

/* Anybody's paths, and what a program would ask for. */
static void ask(const idcard_identity *identity, const char *path)
{
	struct idcard_date date;
	int64_t number;
	size_t size;
	const uint8_t *bytes;
	int r;

	(void)idcard_identity_get(identity, path);
	r = idcard_identity_boolean(identity, path);
	FUZZ_CHECK(r == 0 || r == 1 || r == -ENODATA);
	r = idcard_identity_integer(identity, path, &number);
	FUZZ_CHECK(r == 0 || r == -ENODATA || r == -ERANGE);
	r = idcard_identity_date(identity, path, &date);
	FUZZ_CHECK(r == 0 || r == -ENODATA || r == -EBADMSG);
	(void)idcard_identity_count(identity, path);
	(void)idcard_identity_warned(identity, path);
	(void)idcard_identity_warned(identity, "birth_mismatch");
	bytes = idcard_identity_bytes(identity, path, &size);
	for (size_t i = 0; bytes && i < size; i++)
		*(volatile const uint8_t *)(bytes + i);
}

/* What is decoded is what would be encoded so, and whatever is encoded can be decoded. */
static void check_base64(const char *text)
{
	size_t n = strlen(text), room = n / 4 * 3 + 3;
	uint8_t *bytes = malloc(room);
	char *again = malloc(BASE64_SIZE(room > n ? room : n));
	ssize_t size = base64_decode(text, bytes, room);

	FUZZ_CHECK(size >= 0 || size == -EINVAL);
	if (size >= 0) {
		base64_encode(bytes, (size_t)size, again);
		FUZZ_CHECK(strcmp(again, text) == 0);
		FUZZ_CHECK(size == 0 || base64_decode(text, bytes, (size_t)size - 1) == -ENOBUFS);
	}
	base64_encode((const uint8_t *)text, n, again);
	free(bytes);
	bytes = malloc(n + 1);
	FUZZ_CHECK(base64_decode(again, bytes, n) == (ssize_t)n && memcmp(bytes, text, n) == 0);
	free(bytes);
	free(again);
}

static void check_identity(const char *line, struct json_text *t)
{
	static const char *const paths[] = {
		"name", "birth_date", "seq", "expired", "warnings", "portrait.data", "portrait",
		"fingerprints", "fingerprints.0.data", "fingerprints.1.finger_code", "reader.name",
		"", ".", "..", "warnings.0", "warnings.4294967296", "0",
	};
	idcard_identity *identity = NULL;
	int r = identity_of(line, t, &identity);

	FUZZ_CHECK(r == 0 || r == -EBADMSG || r == -EPROTO);
	FUZZ_CHECK(!r == !!identity);
	if (r < 0)
		return;
	FUZZ_CHECK(strcmp(idcard_identity_json(identity), line) == 0);
	for (size_t i = 0; i < ELEMENTSOF(paths); i++)
		ask(identity, paths[i]);
	FUZZ_CHECK(idcard_identity_integer(identity, "seq", NULL) == -EINVAL);
	FUZZ_CHECK(idcard_identity_date(identity, "birth_date", NULL) == -EINVAL);
	FUZZ_CHECK(!idcard_identity_free(NULL));
	ask(NULL, "name");
	ask(identity, NULL);
	idcard_identity_free(identity);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = fuzz_string(data, size);
	json_t *value = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	json_error_t error;
	struct json_text t;
	int r = json_take(line, &t);

	FUZZ_CHECK(r == 0 || r == -EBADMSG);
	if (r == 0 && value) {
		FUZZ_CHECK(json_is_object(value) && depth_of(value) <= JSON_DEPTH_MAX);
		FUZZ_CHECK(check_value(&t, 0, value) == t.n);
	} else if (r == 0) {
		/* Only a number that no machine type holds. */
		FUZZ_CHECK(!json_loads(line, JSON_REJECT_DUPLICATES, &error));
		FUZZ_CHECK(json_error_code(&error) == json_error_numeric_overflow);
	} else {
		FUZZ_CHECK(!json_is_object(value) || depth_of(value) > JSON_DEPTH_MAX ||
			   strlen(line) > JSON_NODES_MAX);
	}
	if (r == 0)
		check_identity(line, &t);
	check_base64(line);
	json_text_wipe(&t);
	json_decref(value);
	free(line);
	return 0;
}
