// SPDX-License-Identifier: LGPL-2.1-or-later
/* Identities without the daemon. They take the way of its lines, so that both say the same. */
#include "idcard.h"

#include <string.h>
#include <time.h>

#include "identity.h"
#include "libidcard-internal.h"
#include "secret.h"
#include "util.h"

static void record_wipe(struct record *record)
{
	explicit_bzero(record, sizeof(*record));
}

static int make(const struct identity *identity, const struct identity_options *options,
		const struct date *today, idcard_identity **ret)
{
	const struct identity_envelope envelope = { .time = time(NULL), .today = *today };
	size_t size = identity_line_size(0);
	_cleanup_secret_ char *line = secret_alloc(size);
	struct json_text text;
	ssize_t n;
	int r;

	if (!line)
		return -ENOMEM;
	n = identity_write(identity, &envelope, options, NULL, line, size);
	if (n < 0)
		return (int)n;
	r = json_take(line, &text);
	if (r == 0)
		r = identity_of(line, &text, ret);
	json_text_wipe(&text);
	return r;
}

/* A member put where an older program has padding would be read from what happens to lie there. */
_Static_assert(sizeof(struct idcard_raw) == offsetof(struct idcard_raw, reserved) + sizeof(int),
	       "no padding");

/* As struct idcard_options: what this release does not know must be zero. */
static int take_raw(const struct idcard_raw *raw, struct idcard_raw *ret)
{
	const char *p = (const char *)raw;
	struct idcard_raw known = { .size = sizeof(known) };

	if (raw->size < offsetof(struct idcard_raw, portrait))
		return -EINVAL;
	for (size_t i = sizeof(known); i < raw->size; i++)
		if (p[i])
			return -E2BIG;
	memcpy(&known, raw, raw->size < sizeof(known) ? raw->size : sizeof(known));
	if (known.reserved)
		return -E2BIG;
	*ret = known;
	return 0;
}

/* Whole pieces of what a card has, at most as many as it has. */
static int take_pieces(const void *p, size_t size, size_t piece, size_t max, uint8_t *to)
{
	if (size % piece != 0 || size > max || (size && !p))
		return -EINVAL;
	if (size)
		memcpy(to, p, size);
	return 0;
}

static int take_record(const struct idcard_raw *raw, struct record *ret)
{
	if (!raw->text ||
	    take_pieces(raw->fingerprints, raw->fingerprints_size, RECORD_FINGERPRINT_SIZE,
			sizeof(ret->fingerprints), ret->fingerprints) < 0 ||
	    take_pieces(raw->addresses, raw->addresses_size, RECORD_ADDRESS_SIZE,
			sizeof(ret->addresses), ret->addresses) < 0)
		return -EINVAL;
	memcpy(ret->text, raw->text, sizeof(ret->text));
	if (raw->portrait)
		memcpy(ret->portrait, raw->portrait, sizeof(ret->portrait));
	ret->fingerprints_size = raw->fingerprints_size;
	ret->addresses_size = raw->addresses_size;
	return 0;
}

int idcard_decode(const struct idcard_raw *raw, idcard_identity **ret)
{
	_cleanup_identity_ struct identity identity = {};
	_cleanup_(record_wipe) struct record record = {};
	const struct date today = date_today();
	struct identity_options options = {};
	struct idcard_raw known;
	int r;

	if (!raw || !ret)
		return -EINVAL;
	r = take_raw(raw, &known);
	if (r < 0)
		return r;
	r = take_record(&known, &record);
	if (r < 0)
		return r;
	options.portrait = known.portrait ? IDENTITY_PORTRAIT_WLT : IDENTITY_PORTRAIT_OFF;
	options.fingerprint = known.fingerprints_size > 0;
	options.new_address = known.addresses_size > 0;
	options.map_private_use = known.map_private_use;
	identity_from_record(&record, &today, &identity);
	return make(&identity, &options, &today, ret);
}

int idcard_decode_entry(const char *text, idcard_identity **ret)
{
	_cleanup_identity_ struct identity identity = {};
	const struct date today = date_today();
	enum idcard_error e;

	if (!text || !ret)
		return -EINVAL;
	e = identity_from_entry(text, IDENTITY_MANUAL, &today, &identity);
	if (e != IDCARD_ERROR_NONE)
		return entry_result(e);
	return make(&identity, &(struct identity_options){}, &today, ret);
}
