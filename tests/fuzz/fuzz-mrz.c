// SPDX-License-Identifier: GPL-2.0-or-later
/* The machine-readable zone. Input: the lines. */
#include "fuzz.h"
#include "mrz.h"

static void check_field(const char *s, size_t size, const char *alphabet)
{
	size_t n = strnlen(s, size);

	FUZZ_CHECK(n < size && strspn(s, alphabet) == n);
}

static void check_fields(const struct mrz *m)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char any[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";
	static const char names[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ ";

	check_field(m->document, sizeof(m->document), any);
	check_field(m->issuer, sizeof(m->issuer), any);
	check_field(m->number, sizeof(m->number), any);
	check_field(m->nationality, sizeof(m->nationality), letters);
	check_field(m->surname, sizeof(m->surname), names);
	check_field(m->given_names, sizeof(m->given_names), names);
	FUZZ_CHECK(*m->number && *m->nationality);
	FUZZ_CHECK(m->sex == 'M' || m->sex == 'F' || m->sex == 0);
	FUZZ_CHECK(date_valid(&m->expiry) && m->expiry.year <= fuzz_today.year + 50);
	FUZZ_CHECK(m->birth.year == 0 ||
		   (date_valid(&m->birth) && date_compare(&m->birth, &fuzz_today) <= 0));
	/* No names but from the first line. */
	FUZZ_CHECK(*m->document || (!*m->issuer && !*m->surname && !*m->given_names));
}

/* Lower case and more white space at the ends mean the same. */
static void check_forms(const char *text, const struct mrz *m)
{
	size_t n = strlen(text);
	char *other = malloc(n + 3);
	struct mrz again;

	other[0] = '\t';
	for (size_t i = 0; i < n; i++)
		other[i + 1] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 'a' - 'A') :
								  text[i];
	strcpy(other + n + 1, "\n");
	FUZZ_CHECK(mrz_parse(other, &fuzz_today, &again) == IDCARD_ERROR_NONE);
	FUZZ_CHECK(memcmp(m, &again, sizeof(again)) == 0);
	free(other);
}

/* In a passport every digit is below a check digit: a misread one is found. */
static void check_misread(char *text)
{
	struct mrz m;

	for (char *p = text; *p; p++) {
		char c = *p;

		if (c < '0' || c > '9')
			continue;
		for (*p = '0'; *p <= '9'; ++*p)
			FUZZ_CHECK(*p == c || mrz_parse(text, &fuzz_today, &m));
		*p = c;
	}
}

/* A suggestion is right, and of the same size as what was asked, which is not. */
static void check_suggestion(const char *text, enum idcard_error e)
{
	char lines[MRZ_SUGGEST_SIZE] = "", none[1] = { 'x' };
	size_t size = 0, suggested = 0;
	struct mrz m;
	int r = mrz_suggest(text, &fuzz_today, lines, sizeof(lines));

	FUZZ_CHECK(r == 0 || r == -ENOENT || r == -ENOTUNIQ);
	FUZZ_CHECK(!*lines == (r < 0));
	if (r < 0)
		return;
	FUZZ_CHECK(e != IDCARD_ERROR_NONE);
	FUZZ_CHECK(mrz_parse(lines, &fuzz_today, &m) == IDCARD_ERROR_NONE);
	FUZZ_CHECK(mrz_suggest(text, &fuzz_today, none, sizeof(none)) == -ENOBUFS && *none == 'x');
	for (; *text; text++)
		size += !strchr(" \t\r\n", *text);
	for (const char *p = lines; *p; p++)
		suggested += *p != '\n';
	FUZZ_CHECK(size == suggested);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	struct mrz m, untouched;
	enum idcard_error e;

	memset(&m, 0x5a, sizeof(m));
	untouched = m;
	e = mrz_parse(text, &fuzz_today, &m);
	if (e == IDCARD_ERROR_NONE) {
		check_fields(&m);
		check_forms(text, &m);
		if (!*m.document || *m.document == 'P')
			check_misread(text);
	} else {
		FUZZ_CHECK(e == IDCARD_ERROR_ENTRY_UNKNOWN || e == IDCARD_ERROR_ENTRY_CHECKSUM ||
			   e == IDCARD_ERROR_ENTRY_DATE);
		FUZZ_CHECK(memcmp(&m, &untouched, sizeof(m)) == 0);
	}
	check_suggestion(text, e);
	free(text);
	return 0;
}
