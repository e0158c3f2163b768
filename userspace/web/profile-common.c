// SPDX-License-Identifier: GPL-2.0-or-later
#include "profile-internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "profile-countries.h"
#include "secret.h"
#include "text.h"
#include "util.h"

enum { TEXT_FIRST_SIZE = 4096 };

/* Room for @n more bytes and a NUL; NULL, and the error sticks. */
static char *reserve(struct profile_text *t, size_t n)
{
	size_t size = t->allocated ? t->allocated : TEXT_FIRST_SIZE;
	char *data;

	if (t->error < 0)
		return NULL;
	while (size - t->size <= n && size <= SIZE_MAX / 2)
		size *= 2;
	if (size > t->allocated) {
		data = size - t->size > n ? secret_alloc(size) : NULL;
		if (!data) {
			t->error = -ENOMEM;
			return NULL;
		}
		if (t->size)
			memcpy(data, t->data, t->size);
		secret_free(t->data);
		t->data = data;
		t->allocated = size;
	}
	return t->data + t->size;
}

static void add(struct profile_text *t, const char *s, size_t n)
{
	char *to = reserve(t, n);

	if (!to)
		return;
	memcpy(to, s, n);
	to[n] = '\0';
	t->size += n;
}

void text_add(struct profile_text *t, const char *s)
{
	add(t, s, strlen(s));
}

void text_addf(struct profile_text *t, const char *format, ...)
{
	va_list args;
	char *to;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	to = n < 0 ? NULL : reserve(t, (size_t)n);
	if (n < 0 && t->error == 0)
		t->error = -EINVAL;
	if (!to)
		return;
	va_start(args, format);
	vsnprintf(to, (size_t)n + 1, format, args);
	va_end(args);
	t->size += (size_t)n;
}

/* U+2028 and U+2029 end a line of JavaScript, where such a text is given to eval(). */
static bool escaped(uint32_t c)
{
	return c < ' ' || c == '"' || c == '\\' || c == '<' || c == 0x7f || c == 0x2028 ||
	       c == 0x2029;
}

static void add_escaped(struct profile_text *t, uint32_t c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *known = c < 0x7f ? strchr(from, (char)c) : NULL;

	if (known)
		text_addf(t, "\\%c", to[known - from]);
	else
		text_addf(t, "\\u%04x", (unsigned int)c);
}

void text_add_json(struct profile_text *t, const char *s)
{
	const char *plain = s ? s : "", *next = plain;
	char utf8[4];

	text_add(t, "\"");
	for (;;) {
		const char *at = next;
		uint32_t c = text_next(&next);

		/* What is no UTF-8 gives U+FFFD, too, but is shorter than that. */
		if (c && !escaped(c) && (c != 0xfffd || next - at == 3))
			continue;
		add(t, plain, (size_t)(at - plain));
		if (!c)
			break;
		if (escaped(c))
			add_escaped(t, c);
		else
			add(t, utf8, text_put(utf8, c));
		plain = next;
	}
	text_add(t, "\"");
}

void text_wipe(struct profile_text *t)
{
	secret_free(t->data);
	*t = (struct profile_text){};
}

static void key_of(struct profile_text *t, const char *key)
{
	bool first = t->error == 0 && t->size > 0 && t->data[t->size - 1] == '{';

	text_addf(t, "%s\"%s\":", first ? "" : ",", key);
}

void text_object(struct profile_text *t, const char *key)
{
	key_of(t, key);
	text_add(t, "{");
}

void text_string(struct profile_text *t, const char *key, const char *value)
{
	key_of(t, key);
	text_add_json(t, value);
}

void text_number(struct profile_text *t, const char *key, int value)
{
	key_of(t, key);
	text_addf(t, "%d", value);
}

void text_literal(struct profile_text *t, const char *key, const char *json)
{
	key_of(t, key);
	text_add(t, json);
}

const char *field(const json_t *identity, const char *key)
{
	const char *s = json_string_value(json_object_get(identity, key));

	return s ? s : "";
}

const char *field_date(const json_t *identity, const char *key, bool dotted, char room[16])
{
	const char *s = field(identity, key), *form = dotted ? "%.4s.%.2s.%.2s" : "%.4s%.2s%.2s";

	room[0] = '\0';
	if (strcmp(key, "valid_until") == 0 &&
	    json_is_true(json_object_get(identity, "valid_long_term")))
		strcpy(room, "长期");
	else if (strlen(s) == 10 && s[4] == '-' && s[7] == '-')
		snprintf(room, 16, form, s, s + 5, s + 8);
	return room;
}

const char *field_sex(const json_t *identity)
{
	const char *sex = field(identity, "sex");

	return strcmp(sex, "male") == 0 ? "男" : strcmp(sex, "female") == 0 ? "女" : "";
}

const char *field_jpeg(const json_t *identity)
{
	const json_t *portrait = json_object_get(identity, "portrait");

	if (strcmp(field(portrait, "status"), "ok") != 0 ||
	    strcmp(field(portrait, "format"), "jpeg") != 0)
		return "";
	return field(portrait, "data");
}

const char *field_number(const json_t *identity)
{
	return field(identity, "id_number");
}

const char *field_name(const json_t *identity)
{
	const char *name = field(identity, "name");

	return *name ? name : field(identity, "name_latin");
}

enum profile_kind field_kind(const json_t *identity)
{
	const char *type = field(identity, "card_type");

	if (strcmp(type, "resident") == 0)
		return KIND_RESIDENT;
	if (strcmp(type, "foreigner") == 0)
		return KIND_FOREIGNER;
	if (strcmp(type, "foreigner_2023") == 0)
		return KIND_FOREIGNER_2023;
	if (strcmp(type, "hmt_permit") == 0)
		return strncmp(field_number(identity), "83", 2) == 0 ? KIND_TAIWAN :
								       KIND_HONG_KONG_MACAO;
	return KIND_OTHER;
}

static bool foreigner(const json_t *identity)
{
	enum profile_kind kind = field_kind(identity);

	return kind == KIND_FOREIGNER || kind == KIND_FOREIGNER_2023;
}

const char *field_nation(const json_t *identity, char room[PROFILE_NATION_SIZE])
{
	const char *code = field(identity, "nationality");

	if (!foreigner(identity))
		return field(identity, "ethnicity");
	return country_name(code, room, PROFILE_NATION_SIZE) ? room : code;
}

const char *field_nation_code(const json_t *identity)
{
	return field(identity, foreigner(identity) ? "nationality" : "ethnicity_code");
}

enum idcard_error card_missing(const struct profile_outcome *outcome)
{
	if (outcome->error != IDCARD_ERROR_NONE)
		return outcome->error;
	if (!outcome->identity)
		return IDCARD_ERROR_TIMED_OUT;
	return field_kind(outcome->identity) == KIND_OTHER ? IDCARD_ERROR_CARD_NOT_ID :
							     IDCARD_ERROR_NONE;
}

enum idcard_error reader_missing(const struct profile_outcome *outcome)
{
	if (outcome->reader)
		return IDCARD_ERROR_NONE;
	return outcome->error != IDCARD_ERROR_NONE ? outcome->error : IDCARD_ERROR_NO_READER;
}

bool error_of_reader(enum idcard_error e)
{
	switch (e) {
	case IDCARD_ERROR_NONE:
	case IDCARD_ERROR_CARD_REMOVED:
	case IDCARD_ERROR_CARD_UNREADABLE:
	case IDCARD_ERROR_CARD_REFUSED:
	case IDCARD_ERROR_CARD_NOT_GENUINE:
	case IDCARD_ERROR_CARD_CONTENT:
	case IDCARD_ERROR_CARD_NOT_ID:
	case IDCARD_ERROR_TIMED_OUT:
		return false;
	default:
		return true;
	}
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The next character as a form sends it; 0: that is none, or a NUL. */
static char next_character(const char **p)
{
	const char *s = *p;
	int high, low;

	++*p;
	if (*s != '%')
		return *s == '+' ? ' ' : *s;
	high = hex(s[1]);
	low = high < 0 ? -1 : hex(s[2]);
	if (low < 0)
		return '\0';
	*p += 2;
	return (char)(high << 4 | low);
}

static bool decode(const char *s, const char *end, char *ret, size_t size)
{
	size_t n = 0;

	for (const char *p = s; p < end; n++)
		if (!next_character(&p))
			return false;
	if (n >= size)
		return false;
	for (; s < end;)
		*ret++ = next_character(&s);
	*ret = '\0';
	return true;
}

bool query_value(const char *query, const char *key, char *ret, size_t size)
{
	size_t length = strlen(key), n;

	for (const char *p = query; *p; p += n + (p[n] == '&')) {
		n = strcspn(p, "&");
		if (n > length && strncmp(p, key, length) == 0 && p[length] == '=')
			return decode(p + length + 1, p + n, ret, size);
	}
	return false;
}
