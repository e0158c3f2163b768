// SPDX-License-Identifier: LGPL-2.1-or-later
#include "libidcard-json.h"

#include <stdbool.h>
#include <string.h>

#include "base64.h"
#include "secret.h"
#include "text.h"
#include "util.h"

struct parser {
	char *at;
	struct json_text *out;
	unsigned int depth;
};

static int parse_value(struct parser *p, const char *key);

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void skip_space(struct parser *p)
{
	p->at += strspn(p->at, " \t\r\n");
}

static int add_node(struct json_text *t, const char *key, uint32_t *ret)
{
	if (t->n == JSON_NODES_MAX)
		return -EBADMSG;
	if (t->n == t->allocated) {
		uint32_t allocated = t->allocated ? t->allocated * 2 : 64;
		struct json_node *nodes = reallocarray(t->nodes, allocated, sizeof(*nodes));

		if (!nodes)
			return -ENOMEM;
		t->nodes = nodes;
		t->allocated = allocated;
	}
	t->nodes[t->n] = (struct json_node){ .key = key, .behind = t->n + 1 };
	*ret = t->n++;
	return 0;
}

/* Four hexadecimal digits; -1 if they are none. */
static int32_t hex4(const char *s)
{
	int32_t v = 0;

	for (size_t i = 0; i < 4; i++) {
		char c = s[i];

		if (is_digit(c))
			v = v * 16 + (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			v = v * 16 + ((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	return v;
}

/* What stands behind "\u" at @*s, two of them for a character beyond the first plane. 0: invalid. */
static uint32_t unescape_unicode(const char **s)
{
	int32_t high = hex4(*s), low;

	if (high < 0)
		return 0;
	*s += 4;
	if (high < 0xd800 || high > 0xdfff)
		return (uint32_t)high;
	if (high > 0xdbff || (*s)[0] != '\\' || (*s)[1] != 'u')
		return 0;
	low = hex4(*s + 2);
	if (low < 0xdc00 || low > 0xdfff)
		return 0;
	*s += 6;
	return 0x10000 + ((uint32_t)(high - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
}

/* The character behind a backslash. 0: there is none such. */
static uint32_t unescape(const char **s)
{
	static const char names[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	const char *name;
	char c = *(*s)++;

	if (c == 'u')
		return unescape_unicode(s);
	name = c ? strchr(names, c) : NULL;
	return name ? (uint32_t)meanings[name - names] : 0;
}

/* What is written never overtakes what is read: an escape is longer than its character. */
static int parse_string(struct parser *p, char **ret, size_t *ret_size)
{
	const char *from = p->at + 1;
	char *begin = p->at + 1, *to = begin;

	while (*from != '"') {
		const char *before = from;
		uint32_t c;

		if ((unsigned char)*from < 0x20)
			return -EBADMSG;
		if (*from == '\\') {
			from++;
			c = unescape(&from);
			if (!c)
				return -EBADMSG;
		} else {
			c = text_next(&from);
			/* what is no UTF-8 is given so, one byte of it */
			if (c == 0xfffd && from - before == 1)
				return -EBADMSG;
		}
		to += text_put(to, c);
	}
	*to = '\0';
	p->at = (char *)from + 1;
	*ret = begin;
	*ret_size = to - begin;
	return 0;
}

static int parse_number(struct parser *p, struct json_node *node)
{
	const char *s = p->at;

	node->kind = JSON_KIND_INTEGER;
	node->value = p->at;
	if (*s == '-')
		s++;
	if (!is_digit(*s) || (*s == '0' && is_digit(s[1])))
		return -EBADMSG;
	s += strspn(s, "0123456789");
	if (*s == '.') {
		node->kind = JSON_KIND_FRACTION;
		if (!is_digit(*++s))
			return -EBADMSG;
		s += strspn(s, "0123456789");
	}
	if (*s == 'e' || *s == 'E') {
		node->kind = JSON_KIND_FRACTION;
		s++;
		if (*s == '+' || *s == '-')
			s++;
		if (!is_digit(*s))
			return -EBADMSG;
		s += strspn(s, "0123456789");
	}
	p->at = (char *)s;
	return 0;
}

static int parse_word(struct parser *p, struct json_node *node)
{
	static const struct { const char *word; enum json_kind kind; } words[] = {
		{ "true", JSON_KIND_TRUE }, { "false", JSON_KIND_FALSE }, { "null", JSON_KIND_NULL },
	};

	for (size_t i = 0; i < ELEMENTSOF(words); i++) {
		size_t n = strlen(words[i].word);

		if (strncmp(p->at, words[i].word, n) == 0) {
			node->kind = words[i].kind;
			p->at += n;
			return 0;
		}
	}
	return parse_number(p, node);
}

static bool has_key(const struct json_text *t, uint32_t object, const char *key)
{
	for (uint32_t i = object + 1; i < t->n; i = t->nodes[i].behind)
		if (strcmp(t->nodes[i].key, key) == 0)
			return true;
	return false;
}

static int parse_member(struct parser *p, uint32_t object)
{
	size_t size;
	char *key;
	int r;

	if (*p->at != '"')
		return -EBADMSG;
	r = parse_string(p, &key, &size);
	if (r < 0)
		return r;
	if (has_key(p->out, object, key))
		return -EBADMSG;
	skip_space(p);
	if (*p->at++ != ':')
		return -EBADMSG;
	return parse_value(p, key);
}

/* An object or an array, whose end is @end. */
static int parse_inside(struct parser *p, uint32_t node, char end)
{
	int r;

	if (++p->depth > JSON_DEPTH_MAX)
		return -EBADMSG;
	p->at++;
	skip_space(p);
	while (*p->at != end) {
		if (p->out->nodes[node].count && *p->at++ != ',')
			return -EBADMSG;
		skip_space(p);
		r = end == '}' ? parse_member(p, node) : parse_value(p, NULL);
		if (r < 0)
			return r;
		p->out->nodes[node].count++;
		skip_space(p);
	}
	p->at++;
	p->depth--;
	p->out->nodes[node].behind = p->out->n;
	return 0;
}

static int parse_value(struct parser *p, const char *key)
{
	struct json_node *node;
	uint32_t at = 0;
	int r;

	skip_space(p);
	r = add_node(p->out, key, &at);
	if (r < 0)
		return r;
	node = &p->out->nodes[at];
	switch (*p->at) {
	case '{':
		node->kind = JSON_KIND_OBJECT;
		return parse_inside(p, at, '}');
	case '[':
		node->kind = JSON_KIND_ARRAY;
		return parse_inside(p, at, ']');
	case '"':
		node->kind = JSON_KIND_STRING;
		return parse_string(p, &node->value, &node->size);
	default:
		return parse_word(p, node);
	}
}

int json_take(const char *line, struct json_text *ret)
{
	struct parser p = { .out = ret };
	size_t size = strlen(line);
	int r;

	*ret = (struct json_text){};
	ret->text = secret_alloc(size + 1);
	if (!ret->text)
		return -ENOMEM;
	memcpy(ret->text, line, size);
	p.at = ret->text;
	r = parse_value(&p, NULL);
	if (r < 0)
		return r;
	skip_space(&p);
	return *p.at || ret->nodes[0].kind != JSON_KIND_OBJECT ? -EBADMSG : 0;
}

void json_text_wipe(struct json_text *t)
{
	secret_free(t->text);
	free(t->nodes);
	*t = (struct json_text){};
}

static bool is_step(const struct json_node *node, uint32_t index, const char *step, size_t size)
{
	uint32_t wanted = 0;

	if (node->key)
		return strncmp(node->key, step, size) == 0 && !node->key[size];
	for (size_t i = 0; i < size; i++) {
		if (!is_digit(step[i]) || wanted > JSON_NODES_MAX)
			return false;
		wanted = wanted * 10 + (uint32_t)(step[i] - '0');
	}
	return size && wanted == index;
}

const struct json_node *json_find(const struct json_text *t, const char *path)
{
	uint32_t node = 0;

	for (;;) {
		size_t size = strcspn(path, ".");
		uint32_t i, index = 0;

		if (t->nodes[node].kind > JSON_KIND_ARRAY)
			return NULL;
		for (i = node + 1; i < t->nodes[node].behind; i = t->nodes[i].behind)
			if (is_step(&t->nodes[i], index++, path, size))
				break;
		if (i >= t->nodes[node].behind)
			return NULL;
		if (!path[size])
			return &t->nodes[i];
		node = i;
		path += size + 1;
	}
}

const char *json_string_at(const struct json_text *t, const char *path)
{
	const struct json_node *node = json_find(t, path);

	return node && node->kind == JSON_KIND_STRING ? node->value : NULL;
}

int json_bytes(struct json_text *t, const char *path)
{
	const struct json_node *found = json_find(t, path);
	struct json_node *node;
	ssize_t n;

	if (!found)
		return -ENOENT;
	node = &t->nodes[found - t->nodes];
	if (node->kind != JSON_KIND_STRING)
		return -EBADMSG;
	n = base64_decode(node->value, (uint8_t *)node->value, node->size);
	if (n < 0)
		return -EBADMSG;
	node->size = (size_t)n;
	node->kind = JSON_KIND_BYTES;
	return 0;
}
