// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the reader's reply to the line of JSON nothing is allocated. The program's malloc() and its
 * relatives are these here, for the C library's own calls too; so it is built without sanitizers.
 */
#include "test.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "identity.h"
#include "mrz.h"
#include "vectors.h"

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *p);

/* The compiler believes that an allocation changes no variable of ours. */
static volatile unsigned int calls;

void *malloc(size_t size)
{
	calls++;
	return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	calls++;
	return __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	calls++;
	return __libc_realloc(p, size);
}

void free(void *p)
{
	calls++;
	__libc_free(p);
}

void *memalign(size_t alignment, size_t size)
{
	calls++;
	return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

int posix_memalign(void **p, size_t alignment, size_t size)
{
	*p = memalign(alignment, size);
	return *p ? 0 : ENOMEM;
}

#define TD3                                                                                        \
	"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"                                            \
	"L898902C36UTO7408122F1204159ZE184226B<<<<<10"

static const struct identity_envelope envelope = {
	.id = "17", .seq = 7, .time = 1767225600, .reader = "usb-1-2", .sam_id = "05.03",
	.today = { 2026, 1, 1 },
};
static const struct identity_options everything = { IDENTITY_PORTRAIT_WLT, 1, true, true, true };

/* Memory of the test itself, got before anything is counted. */
static uint8_t frame[IDCARD_REPLY_MAX], address[IDCARD_REPLY_MAX];
static char line[32 * 1024];

static size_t card_to_line(size_t size, size_t address_size)
{
	struct identity identity;
	struct record record;
	ssize_t n;

	if (idcard_reply_check(frame, size) < 0 ||
	    record_parse(frame, size, true, &record) < 0 ||
	    record_parse_address(address, address_size, &record) < 0)
		return 0;
	identity_from_record(&record, &envelope.today, &identity);
	n = identity_write(&identity, &envelope, &everything, NULL, line, sizeof(line));
	identity_wipe(&identity);
	return n > 0 ? (size_t)n : 0;
}

static void cards(void **state)
{
	static const uint8_t *const texts[] = { vector_resident, vector_foreigner,
						vector_foreigner_2023, vector_hmt_permit };
	size_t address_size = vector_reply(address, sizeof(address), vector_address,
					   sizeof(vector_address));

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t size = vector_read_reply(frame, sizeof(frame), texts[i], 2), n;
		unsigned int before = calls, after;

		n = card_to_line(size, address_size);
		after = calls;
		assert_true(n > 2000);
		assert_int_equal(after - before, 0);
	}
}

/* Fields of any content, and lines that do not fit. */
static void bad_cards(void **state)
{
	uint64_t seed = 20260101;

	for (int round = 0; round < 1000; round++) {
		struct identity identity;
		unsigned int before, after;
		struct record record = {};

		for (size_t i = 0; i < sizeof(record.text); i++)
			record.text[i] = (uint8_t)(test_random(&seed) >> 24);
		record.text[248] = " IYJ"[round % 4];
		record.text[249] = 0;
		before = calls;
		identity_from_record(&record, &envelope.today, &identity);
		identity_write(&identity, &envelope, &everything, NULL, line,
			       test_random(&seed) % 4000);
		after = calls;
		assert_int_equal(after - before, 0);
	}
}

static void entries(void **state)
{
	static const char *const texts[] = {
		/* Both lines of TD3. NOLINTNEXTLINE(bugprone-suspicious-missing-comma) */
		"110101190001010014", "XXX110000010103", "L898902C3 6", "nonsense", TD3,
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		unsigned int before = calls, after;
		struct identity identity;
		char text[MRZ_SUGGEST_SIZE], number[19];

		if (identity_from_entry(texts[i], IDENTITY_MANUAL, &envelope.today, &identity) ==
		    IDCARD_ERROR_NONE)
			identity_write(&identity, &envelope, &everything, NULL, line, sizeof(line));
		mrz_suggest(texts[i], &envelope.today, text, sizeof(text));
		number_suggest(texts[i], &envelope.today, number);
		after = calls;
		assert_int_equal(after - before, 0);
	}
}

/* The count sees what the program asks for, and what the C library asks for in its place. */
static void the_count_counts(void **state)
{
	unsigned int before = calls;
	char *text = strdup(line);

	assert_int_equal(calls - before, 1);
	free(text);
	assert_int_equal(calls - before, 2);
	assert_true(asprintf(&text, "%s", line) >= 0);
	assert_true(calls - before >= 3);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cards),
		cmocka_unit_test(bad_cards),
		cmocka_unit_test(entries),
		cmocka_unit_test(the_count_counts),
	};
	time_t now = 0;
	struct tm tm;

	/* The C library reads the zone once in a process. */
	setenv("TZ", "CST-8", 1);
	tzset();
	localtime_r(&now, &tm);
	return cmocka_run_group_tests_name("no-heap", tests, NULL, NULL);
}
