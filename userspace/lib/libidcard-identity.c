// SPDX-License-Identifier: LGPL-2.1-or-later
/* The identity of idcard.h: a line, and what is in it. */
#include "idcard.h"

#include <stdio.h>
#include <string.h>

#include "libidcard-internal.h"
#include "secret.h"
#include "util.h"

enum { SCHEMA = 1 };

DEFINE_CLEANUP(idcard_identity *, idcard_identity_free)

static int take_bytes(struct json_text *t)
{
	const struct json_node *prints = json_find(t, "fingerprints");
	uint32_t n = prints && prints->kind == JSON_KIND_ARRAY ? prints->count : 0;
	int r;

	r = json_bytes(t, "portrait.data");
	if (r < 0 && r != -ENOENT)
		return r;
	for (uint32_t i = 0; i < n; i++) {
		char path[64];

		snprintf(path, sizeof(path), "fingerprints.%u.data", i);
		r = json_bytes(t, path);
		if (r < 0 && r != -ENOENT)
			return r;
	}
	return 0;
}

int identity_of(const char *line, struct json_text *text, idcard_identity **ret)
{
	_cleanup_(idcard_identity_freep) idcard_identity *identity = NULL;
	const struct json_node *schema = json_find(text, "schema");
	const char *class = json_string_at(text, "class");
	size_t size = strlen(line) + 1;
	int r;

	if (!class || strcmp(class, "IDENTITY") != 0)
		return -EBADMSG;
	if (!schema || schema->kind != JSON_KIND_INTEGER ||
	    strtol(schema->value, NULL, 10) != SCHEMA)
		return -EPROTO;
	r = take_bytes(text);
	if (r < 0)
		return r;
	identity = secret_alloc(sizeof(*identity));
	if (!identity)
		return -ENOMEM;
	identity->json = secret_alloc(size);
	if (!identity->json)
		return -ENOMEM;
	memcpy(identity->json, line, size);
	identity->text = *text;
	*text = (struct json_text){};
	*ret = identity;
	identity = NULL;
	return 0;
}

idcard_identity *idcard_identity_free(idcard_identity *identity)
{
	if (!identity)
		return NULL;
	secret_free(identity->json);
	json_text_wipe(&identity->text);
	return secret_free(identity);
}

const char *idcard_identity_json(const idcard_identity *identity)
{
	return identity ? identity->json : NULL;
}

static const struct json_node *find(const idcard_identity *identity, const char *path)
{
	return identity && path ? json_find(&identity->text, path) : NULL;
}

const char *idcard_identity_get(const idcard_identity *identity, const char *path)
{
	const struct json_node *node = find(identity, path);

	return node && node->kind == JSON_KIND_STRING ? node->value : NULL;
}

int idcard_identity_boolean(const idcard_identity *identity, const char *path)
{
	const struct json_node *node = find(identity, path);

	if (!node || (node->kind != JSON_KIND_TRUE && node->kind != JSON_KIND_FALSE))
		return -ENODATA;
	return node->kind == JSON_KIND_TRUE;
}

int idcard_identity_integer(const idcard_identity *identity, const char *path, int64_t *ret)
{
	const struct json_node *node = find(identity, path);
	long long v;

	if (!ret)
		return -EINVAL;
	if (!node || node->kind != JSON_KIND_INTEGER)
		return -ENODATA;
	errno = 0;
	v = strtoll(node->value, NULL, 10);
	if (errno)
		return -ERANGE;
	*ret = v;
	return 0;
}

/* YYYY-MM-DD, and nothing else. */
int idcard_identity_date(const idcard_identity *identity, const char *path,
			 struct idcard_date *ret)
{
	const char *s = idcard_identity_get(identity, path);
	struct date d;
	char digits[9];

	if (!ret)
		return -EINVAL;
	if (!s)
		return -ENODATA;
	if (strlen(s) != 10 || s[4] != '-' || s[7] != '-')
		return -EBADMSG;
	memcpy(digits, s, 4);
	memcpy(digits + 4, s + 5, 2);
	memcpy(digits + 6, s + 8, 3);
	if (date_parse(digits, &d) < 0)
		return -EBADMSG;
	*ret = public_date(&d);
	return 0;
}

size_t idcard_identity_count(const idcard_identity *identity, const char *path)
{
	const struct json_node *node = find(identity, path);

	return node && node->kind == JSON_KIND_ARRAY ? node->count : 0;
}

const void *idcard_identity_bytes(const idcard_identity *identity, const char *path,
				  size_t *ret_size)
{
	const struct json_node *node = find(identity, path);

	if (!ret_size || !node || node->kind != JSON_KIND_BYTES)
		return NULL;
	*ret_size = node->size;
	return node->value;
}

int idcard_identity_warned(const idcard_identity *identity, const char *word)
{
	const struct json_node *array = find(identity, "warnings"), *nodes;

	if (!array || !word || array->kind != JSON_KIND_ARRAY)
		return 0;
	nodes = identity->text.nodes;
	for (uint32_t i = array - nodes + 1; i < array->behind; i = nodes[i].behind)
		if (nodes[i].kind == JSON_KIND_STRING && strcmp(nodes[i].value, word) == 0)
			return 1;
	return 0;
}
