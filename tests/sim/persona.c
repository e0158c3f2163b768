// SPDX-License-Identifier: GPL-2.0-or-later
#include "persona.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encode.h"
#include "util.h"

/* A field may continue at a second place. */
struct field {
	const char *key;
	uint16_t offset, size;
	uint16_t more_offset, more_size;
};

static const struct field resident[] = {
	{ "name", 0, 30 },	  { "sex", 30, 2 },	    { "ethnicity", 32, 4 },
	{ "birth_date", 36, 16 }, { "address", 52, 70 },    { "id_number", 122, 36 },
	{ "authority", 158, 30 }, { "valid_from", 188, 16 }, { "valid_until", 204, 16 },
	{}
};

static const struct field foreigner[] = {
	{ "name_latin", 0, 120 },  { "sex", 120, 2 },	     { "id_number", 122, 30 },
	{ "nationality", 152, 6 }, { "name", 158, 30 },	     { "valid_from", 188, 16 },
	{ "valid_until", 204, 16 }, { "birth_date", 220, 16 }, { "version", 236, 4 },
	{ "authority_code", 240, 8 }, {}
};

static const struct field foreigner_2023[] = {
	{ "name", 0, 30 },	  { "sex", 30, 2 },		    { "renewals", 32, 4 },
	{ "birth_date", 36, 16 }, { "name_latin", 52, 70, 220, 22 }, { "id_number", 122, 36 },
	{ "valid_from", 188, 16 }, { "valid_until", 204, 16 },	    { "nationality", 242, 6 },
	{ "association", 250, 6 }, {}
};

static const struct field hmt_permit[] = {
	{ "name", 0, 30 },	   { "sex", 30, 2 },	     { "birth_date", 36, 16 },
	{ "address", 52, 70 },	   { "id_number", 122, 36 }, { "authority", 158, 30 },
	{ "valid_from", 188, 16 }, { "valid_until", 204, 16 }, { "permit_number", 220, 18 },
	{ "issue_count", 238, 4 }, {}
};

enum { TYPE_OFFSET = 248 };

static const struct layout {
	const char *type;
	char mark;	/* the unit at TYPE_OFFSET */
	const struct field *fields;
} layouts[] = {
	{ "resident", ' ', resident },
	{ "foreigner", 'I', foreigner },
	{ "foreigner_2023", 'Y', foreigner_2023 },
	{ "hmt_permit", 'J', hmt_permit },
};

static const char *const address_keys[] = {
	"new_address", "new_address2", "new_address3", "new_address4",
};

static int fail(struct persona *p, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct persona *p, int error, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(p->error, sizeof(p->error), format, ap);
	va_end(ap);
	return error;
}

int persona_set(struct persona *p, const char *key, const char *value)
{
	size_t i;

	if (strlen(key) >= PERSONA_KEY || strlen(value) >= PERSONA_VALUE)
		return fail(p, -E2BIG, "%.40s: too long", key);
	for (i = 0; i < p->n && strcmp(p->entries[i].key, key); i++)
		;
	if (i == PERSONA_ENTRIES)
		return fail(p, -E2BIG, "more than %d fields", PERSONA_ENTRIES);
	strcpy(p->entries[i].key, key);
	strcpy(p->entries[i].value, value);
	if (i == p->n)
		p->n++;
	return 0;
}

static const char *get(const struct persona *p, const char *key)
{
	for (size_t i = 0; i < p->n; i++)
		if (!strcmp(p->entries[i].key, key))
			return p->entries[i].value;
	return NULL;
}

static int load_line(struct persona *p, const char *dir, const char *file, char *line)
{
	char *value;

	line[strcspn(line, "\r\n")] = 0;
	if (!*line || *line == '#')
		return 0;
	value = strchr(line, ':');
	if (!value)
		return fail(p, -EINVAL, "%s: not a \"key: value\" line: %.60s", file, line);
	*value++ = 0;
	value += strspn(value, " ");
	if (!strcmp(line, "base"))
		return persona_load(p, dir, value);
	return persona_set(p, line, value);
}

static void fclosep(FILE **f)
{
	if (*f)
		fclose(*f);
}

int persona_load(struct persona *p, const char *dir, const char *name)
{
	_cleanup_(fclosep) FILE *f = NULL;
	char path[512], line[PERSONA_VALUE + PERSONA_KEY];
	int r;

	if (!*name || strchr(name, '/'))
		return fail(p, -EINVAL, "not the name of a persona: %.60s", name);
	snprintf(path, sizeof(path), "%s/%s.txt", dir, name);
	f = fopen(path, "re");
	if (!f)
		return fail(p, -ENOENT, "no persona %.60s in %.80s", name, dir);
	while (fgets(line, sizeof(line), f)) {
		r = load_line(p, dir, name, line);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Text or "hex:" into @units of the block, padded with spaces. */
static int put(struct persona *p, const char *key, const char *value, uint8_t *out, size_t size)
{
	ssize_t n;

	encode_spaces(out, size);
	if (!strncmp(value, "hex:", 4))
		n = encode_hex(value + 4, out, size);
	else
		n = encode_utf16le(value, out, size);
	if (n == -E2BIG)
		return fail(p, -E2BIG, "%s: longer than %zu bytes on the card", key, size);
	if (n < 0)
		return fail(p, -EINVAL, "%s: neither UTF-8 nor hex:", key);
	return 0;
}

static int put_field(struct persona *p, const struct field *f, const char *value, uint8_t *text)
{
	uint8_t whole[CARD_TEXT];
	int r;

	r = put(p, f->key, value, whole, f->size + f->more_size);
	if (r < 0)
		return r;
	memcpy(text + f->offset, whole, f->size);
	memcpy(text + f->more_offset, whole + f->size, f->more_size);
	return 0;
}

static int put_text_at(struct persona *p, const char *key, const char *value, uint8_t *text)
{
	char *end;
	unsigned long offset = strtoul(key + strlen("text@"), &end, 10);
	ssize_t n;

	if (*end || end == key + strlen("text@") || offset >= CARD_TEXT)
		return fail(p, -EINVAL, "%s: no offset of the text block", key);
	if (strncmp(value, "hex:", 4))
		return fail(p, -EINVAL, "%s: needs hex:", key);
	n = encode_hex(value + 4, text + offset, CARD_TEXT - offset);
	return n < 0 ? fail(p, (int)n, "%s: bad or too many bytes", key) : 0;
}

static const struct layout *find_layout(const char *type)
{
	for (size_t i = 0; type && i < ELEMENTSOF(layouts); i++)
		if (!strcmp(layouts[i].type, type))
			return &layouts[i];
	return NULL;
}

static bool is_common(const char *key)
{
	for (size_t i = 0; i < ELEMENTSOF(address_keys); i++)
		if (!strcmp(key, address_keys[i]))
			return true;
	return !strcmp(key, "type") || !strcmp(key, "portrait") || !strcmp(key, "fingerprints") ||
	       !strncmp(key, "text@", strlen("text@"));
}

static int put_text(struct persona *p, struct card *card)
{
	const struct layout *layout = find_layout(get(p, "type"));
	const struct field *f;
	int r = 0;

	if (!layout)
		return fail(p, -EINVAL, "type must be resident, foreigner, foreigner_2023 or "
			    "hmt_permit");
	encode_spaces(card->text, sizeof(card->text));
	card->text[TYPE_OFFSET] = (uint8_t)layout->mark;
	for (size_t i = 0; i < p->n && !r; i++) {
		if (is_common(p->entries[i].key))
			continue;
		for (f = layout->fields; f->key && strcmp(f->key, p->entries[i].key); f++)
			;
		if (!f->key)
			return fail(p, -EINVAL, "a %s card has no field %s", layout->type,
				    p->entries[i].key);
		r = put_field(p, f, p->entries[i].value, card->text);
	}
	for (size_t i = 0; i < p->n && !r; i++)
		if (!strncmp(p->entries[i].key, "text@", strlen("text@")))
			r = put_text_at(p, p->entries[i].key, p->entries[i].value, card->text);
	return r;
}

static int put_addresses(struct persona *p, struct card *card)
{
	const char *value;
	int r;

	for (size_t i = 0; i < ELEMENTSOF(address_keys); i++) {
		value = get(p, address_keys[i]);
		if (!value || !*value)
			break;
		r = put(p, address_keys[i], value, card->addresses + card->addresses_size,
			CARD_ADDRESS);
		if (r < 0)
			return r;
		card->addresses_size += CARD_ADDRESS;
	}
	return 0;
}

static int put_portrait(struct persona *p, struct card *card)
{
	_cleanup_(fclosep) FILE *f = NULL;
	const char *value = get(p, "portrait");

	if (!value || !strcmp(value, "filler")) {
		encode_portrait_filler(card->portrait);
		return 0;
	}
	if (!strncmp(value, "hex:", 4)) {
		ssize_t n = encode_hex(value + 4, card->portrait, sizeof(card->portrait));

		return n < 0 ? fail(p, (int)n, "portrait: bad or too many bytes") : 0;
	}
	if (strncmp(value, "file:", 5))
		return fail(p, -EINVAL, "portrait must be filler, hex: or file:");
	f = fopen(value + 5, "re");
	if (!f || fread(card->portrait, sizeof(card->portrait), 1, f) != 1)
		return fail(p, -ENOENT, "portrait: cannot read %d bytes of %.80s", CARD_PORTRAIT,
			    value + 5);
	return 0;
}

static int put_fingerprints(struct persona *p, struct card *card)
{
	const char *value = get(p, "fingerprints");
	unsigned int finger, quality;
	int used;

	for (; value && *value; value += used) {
		used = 0;
		if (sscanf(value, "%2x/%2x%n", &finger, &quality, &used) != 2 || !used ||
		    card->fingerprints_size == CARD_FINGERPRINTS)
			return fail(p, -EINVAL, "fingerprints: up to two FINGER/QUALITY in hex");
		encode_fingerprint_filler(card->fingerprints + card->fingerprints_size,
					  (uint8_t)finger, (uint8_t)quality);
		card->fingerprints_size += CARD_FINGERPRINT;
		used += (int)strspn(value + used, " ,");
	}
	return 0;
}

int persona_encode(struct persona *p, struct card *ret)
{
	struct card card = {};
	int r;

	r = put_text(p, &card);
	if (r >= 0)
		r = put_addresses(p, &card);
	if (r >= 0)
		r = put_portrait(p, &card);
	if (r >= 0)
		r = put_fingerprints(p, &card);
	if (r < 0)
		return r;
	*ret = card;
	return 0;
}
