// SPDX-License-Identifier: LGPL-2.1-or-later
/* Numbers and machine-readable zones for programs: number.h and mrz.h behind idcard.h. */
#include "idcard.h"

#include <string.h>

#include "libidcard-internal.h"
#include "mrz.h"
#include "number.h"
#include "util.h"

static const struct {
	enum idcard_error error;
	int result;
} results[] = {
	{ IDCARD_ERROR_ENTRY_UNKNOWN, -EINVAL },
	{ IDCARD_ERROR_ENTRY_CHECKSUM, -EBADMSG },
	{ IDCARD_ERROR_ENTRY_DATE, -EDOM },
	{ IDCARD_ERROR_ENTRY_REGION, -ENXIO },
};

int entry_result(enum idcard_error e)
{
	for (size_t i = 0; i < ELEMENTSOF(results); i++)
		if (results[i].error == e)
			return results[i].result;
	return e == IDCARD_ERROR_NONE ? 0 : -EINVAL;
}

const char *idcard_number_error(int error)
{
	for (size_t i = 0; i < ELEMENTSOF(results); i++)
		if (results[i].result == error)
			return idcard_error_code(results[i].error);
	return NULL;
}

struct idcard_date public_date(const struct date *d)
{
	return (struct idcard_date){ d->year, d->month, d->day };
}

/* What the two share is that the first characters say where the holder is from. */
static int parse_old_foreigner(const char *number, struct idcard_number *ret)
{
	int r = entry_result(number_check_foreigner(number));

	if (r < 0)
		return r;
	*ret = (struct idcard_number){ .kind = IDCARD_NUMBER_FOREIGNER };
	memcpy(ret->region, number, 7);
	return 0;
}

int idcard_number_parse(const char *number, struct idcard_number *ret)
{
	static const int kinds[] = {
		[NUMBER_RESIDENT] = IDCARD_NUMBER_RESIDENT,
		[NUMBER_PERMIT] = IDCARD_NUMBER_PERMIT,
		[NUMBER_FOREIGNER] = IDCARD_NUMBER_FOREIGNER_2023,
	};
	const struct date today = date_today();
	struct number_info info;
	int r;

	if (!number || !ret)
		return -EINVAL;
	if (number_form_foreigner(number))
		return parse_old_foreigner(number, ret);
	r = entry_result(number_check(number, &today, &info));
	if (r < 0)
		return r;
	*ret = (struct idcard_number){
		.kind = kinds[info.kind],
		.birth = public_date(&info.birth),
	};
	if (info.kind != NUMBER_FOREIGNER)
		ret->sex = info.male ? 'M' : 'F';
	memcpy(ret->region, info.region, sizeof(info.region));
	return 0;
}

char idcard_number_check_digit(const char *number)
{
	return number ? number_check_mod11(number) : 0;
}

int idcard_number_from_15(const char *old, char ret[19])
{
	const struct date today = date_today();
	struct number_info info;

	if (!old || !ret)
		return -EINVAL;
	return entry_result(number_from_15(old, &today, ret, &info));
}

int idcard_number_rebuild_former(const char *number, const char *nationality,
				 const char *association, char ret[16])
{
	if (!number || !nationality || !association || !ret)
		return -EINVAL;
	return number_rebuild_former(number, nationality, association, ret);
}

int idcard_number_suggest(const char *number, char ret[19])
{
	const struct date today = date_today();

	return number && ret ? number_suggest(number, &today, ret) : -EINVAL;
}

char idcard_mrz_check_digit(const char *text, size_t size)
{
	return text ? number_check_731(text, size) : 0;
}

int idcard_passport_check(const char *number, char check)
{
	size_t n = number ? strlen(number) : 0;

	if (n < 6 || n > 9 || strspn(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != n ||
	    strcspn(number, "0123456789") == n || check < '0' || check > '9')
		return -EINVAL;
	/* Fillers that a shorter number has behind it weigh nothing. */
	return number_check_731(number, n) == check ? 0 : -EBADMSG;
}

int idcard_mrz_parse(const char *text, struct idcard_mrz *ret)
{
	const struct date today = date_today();
	struct mrz m;
	int r;

	if (!text || !ret)
		return -EINVAL;
	r = entry_result(mrz_parse(text, &today, &m));
	if (r < 0)
		return r;
	*ret = (struct idcard_mrz){
		.sex = m.sex,
		.birth = public_date(&m.birth),
		.expiry = public_date(&m.expiry),
	};
	_Static_assert(sizeof(ret->document) >= sizeof(m.document) &&
		       sizeof(ret->issuer) >= sizeof(m.issuer) &&
		       sizeof(ret->surname) >= sizeof(m.surname) &&
		       sizeof(ret->given_names) >= sizeof(m.given_names) &&
		       sizeof(ret->number) >= sizeof(m.number) &&
		       sizeof(ret->nationality) >= sizeof(m.nationality), "everything fits");
	strcpy(ret->document, m.document);
	strcpy(ret->issuer, m.issuer);
	strcpy(ret->surname, m.surname);
	strcpy(ret->given_names, m.given_names);
	strcpy(ret->number, m.number);
	strcpy(ret->nationality, m.nationality);
	explicit_bzero(&m, sizeof(m));
	return 0;
}

_Static_assert(IDCARD_MRZ_SUGGEST_SIZE == MRZ_SUGGEST_SIZE, "what is promised");

int idcard_mrz_suggest(const char *text, char *ret, size_t size)
{
	const struct date today = date_today();

	if (!text || !ret)
		return -EINVAL;
	if (size < IDCARD_MRZ_SUGGEST_SIZE)
		return -ENOBUFS;
	return mrz_suggest(text, &today, ret, size);
}
