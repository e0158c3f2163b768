// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a library leaves of a card in the memory of its program: nothing but what the program asked
 * for. The number is looked for in all that can be written, as the card has it and as it travels.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "tests/compat/rig.h"
#include "tests/compat/sdt.h"
#include "util.h"

enum {
	P = 1001,
	MASK = 0x55,
	NUMBER_OFFSET = 122,
	NUMBER_UNITS = 18,
	NEEDLES = 4,
	NEEDLE_MAX = 48,
};

/* Masked, or the test would find them itself. */
static struct {
	uint8_t bytes[NEEDLE_MAX];
	size_t size;
} needles[NEEDLES];

static struct sdt sdt;

static void add(size_t i, const void *data, size_t size)
{
	const uint8_t *p = data;

	assert_true(size <= NEEDLE_MAX);
	for (size_t k = 0; k < size; k++)
		needles[i].bytes[k] = p[k] ^ MASK;
	needles[i].size = size;
}

/* UTF-16LE, and the base64 of it at each of the places where three bytes may begin. */
static void make_needles(const uint8_t *text)
{
	char base64[BASE64_SIZE(2 * NUMBER_UNITS)];

	add(0, text + NUMBER_OFFSET, 2 * NUMBER_UNITS);
	for (size_t i = 0; i < 3; i++) {
		base64_encode(text + NUMBER_OFFSET + i, (2 * NUMBER_UNITS - i) / 3 * 3, base64);
		add(1 + i, base64, strlen(base64));
		explicit_bzero(base64, sizeof(base64));
	}
}

static unsigned int count_in(const volatile uint8_t *p, size_t size)
{
	unsigned int n = 0;

	for (size_t at = 0; at < size; at++)
		for (size_t i = 0; i < NEEDLES; i++) {
			size_t k = 0;

			if (at + needles[i].size > size)
				continue;
			while (k < needles[i].size && (p[at + k] ^ MASK) == needles[i].bytes[k])
				k++;
			n += k == needles[i].size;
		}
	return n;
}

/* In all that this process can write. */
static unsigned int count(void)
{
	FILE *f = fopen("/proc/self/maps", "re");
	unsigned long ranges[256][2];
	unsigned int n = 0, found = 0;
	char line[512];

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		char rights[8];

		if (sscanf(line, "%lx-%lx %4s", &ranges[n][0], &ranges[n][1], rights) != 3 ||
		    strncmp(rights, "rw", 2) != 0)
			continue;
		assert_true(++n < 256);
	}
	fclose(f);
	for (unsigned int i = 0; i < n; i++)
		found += count_in((const volatile uint8_t *)ranges[i][0],
				  ranges[i][1] - ranges[i][0]);
	return found;
}

static int set_up(void **state)
{
	rig_start(&(struct rig_setup){});
	sdt_load(&sdt, "libsdtapi.so");
	return 0;
}

static int tear_down(void **state)
{
	sdt_unload(&sdt);
	assert_int_equal(rig_stop(), 0);
	return 0;
}

static void test_nothing_is_left(void **state)
{
	static uint8_t text[256];
	char name[] = "text";

	assert_int_equal(sdt.SDT_OpenPort(P), 0x90);
	rig_sim("place resident_2_fingers");
	sdt_take(&sdt, P, 0);
	assert_int_equal(sdt.SDT_ReadBaseMsg(P, text, NULL, NULL, NULL, 0), 0x90);
	make_needles(text);
	/* The test sees what there is to see: the program's own copy. */
	assert_int_equal(count(), 1);
	explicit_bzero(text, sizeof(text));
	assert_int_equal(count(), 0);
	assert_int_equal(sdt.SDT_ReadBaseFPMsg(P, NULL, NULL, NULL, NULL, NULL, NULL, 0), 0x90);
	assert_int_equal(sdt.SDT_ReadBaseMsgToFile(P, name, NULL, NULL, NULL, 0), 0x90);
	assert_int_equal(count(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_is_left, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
