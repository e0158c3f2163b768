// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Identities a second on one core, from the reader's whole reply to the line of JSON: as idcardd
 * does it, and as reference.c does. Both in turns in one run, so that what else the machine does
 * meets both; time is that of the processor. The lines must be the same, byte for byte.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reference.h"
#include "vectors.h"

enum {
	ROUNDS = 15,
	LOOPS = 2000,		/* of all persons, in a round */
	PERSONS = 4,
	REQUIRED = 3,		/* times as fast */
};

struct reply {
	uint8_t frame[IDCARD_REPLY_MAX];
	size_t size;
};

struct bench {
	struct reply replies[PERSONS];
	struct identity_envelope envelope;
	struct identity_options options;
	iconv_t from_card;
	char *line;
	size_t line_size;
};

static const char *as_idcardd(struct bench *b, const struct reply *reply)
{
	struct identity identity;
	struct record record;

	if (idcard_reply_check(reply->frame, reply->size) < 0 ||
	    record_parse(reply->frame, reply->size, true, &record) < 0)
		errx(1, "the reply is not one");
	identity_from_record(&record, &b->envelope.today, &identity);
	if (identity_write(&identity, &b->envelope, &b->options, NULL, b->line, b->line_size) < 0)
		errx(1, "the line does not fit");
	identity_wipe(&identity);
	explicit_bzero(&record, sizeof(record));
	return b->line;
}

static char *as_reference(struct bench *b, const struct reply *reply)
{
	struct record record;
	char *line;

	if (idcard_reply_check(reply->frame, reply->size) < 0 ||
	    record_parse(reply->frame, reply->size, true, &record) < 0)
		errx(1, "the reply is not one");
	line = reference_line(b->from_card, &record, &b->envelope, &b->options);
	explicit_bzero(&record, sizeof(record));
	return line;
}

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double rate(struct bench *b, bool ours)
{
	double start = cpu_seconds();

	for (int i = 0; i < LOOPS; i++) {
		for (int p = 0; p < PERSONS; p++) {
			if (ours)
				as_idcardd(b, &b->replies[p]);
			else
				free(as_reference(b, &b->replies[p]));
		}
	}
	return LOOPS * PERSONS / (cpu_seconds() - start);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Returns how many times as fast the first is. */
static double compare(struct bench *b, const char *what)
{
	double ours[ROUNDS], reference[ROUNDS];

	for (int p = 0; p < PERSONS; p++) {
		char *line = as_reference(b, &b->replies[p]);

		if (strcmp(as_idcardd(b, &b->replies[p]), line) != 0)
			errx(1, "not the same:\n%s\n%s", b->line, line);
		free(line);
	}
	for (int round = 0; round < ROUNDS; round++) {
		ours[round] = rate(b, true);
		reference[round] = rate(b, false);
	}
	qsort(ours, ROUNDS, sizeof(*ours), by_value);
	qsort(reference, ROUNDS, sizeof(*reference), by_value);
	printf("%-34s %8.0f identities/s; iconv and jansson %7.0f; %.1f times as fast\n", what,
	       ours[ROUNDS / 2], reference[ROUNDS / 2], ours[ROUNDS / 2] / reference[ROUNDS / 2]);
	return ours[ROUNDS / 2] / reference[ROUNDS / 2];
}

int main(int argc, char **argv)
{
	static const uint8_t *const texts[PERSONS] = { vector_resident, vector_foreigner,
						       vector_foreigner_2023, vector_hmt_permit };
	static struct bench b = {
		.envelope = { .seq = 1, .time = 1767225600, .reader = "usb-1-2",
			      .sam_id = "05.03-20200101-0000012345-0000067890",
			      .today = { 2026, 1, 1 } },
	};
	bool require = argc == 2 && strcmp(argv[1], "--require") == 0;
	double text, all;

	if (argc > 1 && !require)
		errx(2, "usage: bench-decode [--require]");
	setenv("TZ", "CST-8", 1);
	tzset();
	b.from_card = iconv_open("UTF-8", "UTF-16LE");
	b.line_size = identity_line_size(0);
	b.line = malloc(b.line_size);
	if (b.from_card == (iconv_t)-1 || !b.line)
		err(1, "bench-decode");
	for (int p = 0; p < PERSONS; p++)
		b.replies[p].size = vector_read_reply(b.replies[p].frame, IDCARD_REPLY_MAX,
						      texts[p], p == 0 ? 2 : 0);

	text = compare(&b, "text alone");
	b.options = (struct identity_options){ .portrait = IDENTITY_PORTRAIT_WLT,
					       .fingerprint = true };
	all = compare(&b, "with portrait and fingerprints");
	iconv_close(b.from_card);
	free(b.line);
	return require && (text < REQUIRED || all < REQUIRED);
}
