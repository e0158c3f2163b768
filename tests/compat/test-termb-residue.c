// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What libtermb.so leaves of a card in the memory of its program: nothing, once it was closed. What
 * is looked for are constants here, which lie where nothing can be written.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../range.h"
#include "tests/compat/rig.h"
#include "tests/compat/termb.h"
#include "util.h"

enum { P = 1001 };

static const struct needle {
	const char *bytes;
	size_t size;
} needles[] = {
	{ "110101190001010014", 18 },
	{ "1\0001\0000\0001\0000\0001\0001\0009\0000\0000\0000\0001\0000\0001\0000\0000\0001\0004", 35 },
	{ "\xca\xbe\xc0\xfd\xca\xd0\xb9\xab\xb0\xb2\xbe\xd6", 12 },	/* 示例市公安局 */
	{ "示例市公安局", 18 },
	{ "\x3a\x79\x8b\x4f\x02\x5e\x6c\x51\x89\x5b\x40\x5c", 12 },
};

static struct termb termb;

static unsigned int count_in(const char *p, size_t size)
{
	unsigned int n = 0;

	for (size_t i = 0; i < ELEMENTSOF(needles); i++) {
		const char *at = p, *end = p + size;

		while ((at = memmem(at, (size_t)(end - at), needles[i].bytes, needles[i].size))) {
			n++;
			at++;
		}
	}
	return n;
}

/* In all that this process can write. */
static unsigned int count(void)
{
	FILE *f = fopen("/proc/self/maps", "re");
	unsigned long ranges[256][2];
	unsigned int n = 0, found = 0;
	char line[512], rights[8];

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx %4s", &ranges[n][0], &ranges[n][1], rights) != 3 ||
		    strncmp(rights, "rw", 2) != 0)
			continue;
		assert_true(++n < ELEMENTSOF(ranges));
	}
	fclose(f);
	for (unsigned int i = 0; i < n; i++)
		found += count_in((const char *)ranges[i][0], ranges[i][1] - ranges[i][0]);
	return found;
}

static int set_up(void **state)
{
	rig_start(&(struct rig_setup){ .decoder = "whole" });
	termb_load(&termb, "libtermb.so");
	return 0;
}

static int tear_down(void **state)
{
	termb_unload(&termb);
	assert_int_equal(rig_stop(), 0);
	return 0;
}

/* All there is, each into a buffer that is wiped. */
static void use_everything(void)
{
	static unsigned char data[65536], text[256], portrait[1024];
	unsigned int n, m;

	for (int active = 1; active <= 6; active++)
		assert_int_equal(termb.CVR_Read_Content(active), active != 5);
	assert_int_equal(termb.CVR_Read_FPContent(), 1);
	for (int mode = 1; mode <= 5; mode++)
		assert_int_equal(termb.CVR_ReadBaseMsg(text, &n, portrait, &m, mode), 1);
	for (size_t i = 0; i < TERMB_TEXTS_MAX; i++)
		for (int wide = 0; wide < 2; wide++)
			assert_int_equal(termb.texts[i][wide]((char *)data, NULL), 1);
	assert_true(termb.GetNationCode((char *)data, NULL) > 0);
	assert_int_equal(termb.Getbase64BMPData(data, NULL), 1);
	assert_int_equal(termb.Getbase64JpgData(data, NULL), 1);
	explicit_bzero(data, sizeof(data));
	explicit_bzero(text, sizeof(text));
	explicit_bzero(portrait, sizeof(portrait));
}

static void test_nothing_is_left(void **state)
{
	assert_int_equal(termb.CVR_InitComm(P), 1);
	termb_place(&termb, "resident_2_fingers");
	use_everything();
	/* The test sees what there is to see: number and authority as on the card, and as text. */
	assert_within(count(), 4, 6);
	assert_int_equal(termb.CVR_CloseComm(), 1);
	assert_int_equal(count(), 0);
}

/* A reading that finds the card gone, and the next search. */
static void test_nothing_is_left_by_others(void **state)
{
	assert_int_equal(termb.CVR_InitComm(P), 1);
	termb_place(&termb, "resident");
	use_everything();
	termb_lift(&termb);
	assert_int_equal(termb.CVR_Read_Content(4), 0);
	assert_int_equal(count(), 0);
	termb_place(&termb, "resident");
	use_everything();
	assert_int_equal(termb.CVR_Authenticate(), 2);
	assert_int_equal(count(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_is_left, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nothing_is_left_by_others, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
