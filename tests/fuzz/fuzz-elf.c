// SPDX-License-Identifier: GPL-2.0-or-later
/* What the file of a decoder library says of it. Input: the file. */
#include "fuzz.h"
#include "library.h"
#include "memory-file.h"

static void check_name(const char *name)
{
	FUZZ_CHECK(strnlen(name, LIBRARY_NAME_MAX) < LIBRARY_NAME_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct library *l = malloc(sizeof(*l));
	char path[32];
	int fd = memory_file(data, size, path);

	FUZZ_CHECK(library_read(path, l) == 0);
	FUZZ_CHECK(l->n_needed <= LIBRARY_NEEDED_MAX && l->n_found <= LIBRARY_FOUND_MAX);
	FUZZ_CHECK(l->kind == LIBRARY_SHARED || (l->n_needed == 0 && l->n_found == 0));
	for (size_t i = 0; i < l->n_needed; i++)
		check_name(l->needed[i]);
	for (size_t i = 0; i < l->n_found; i++) {
		check_name(l->found[i].symbol);
		FUZZ_CHECK(l->found[i].known && l->found[i].known->name);
	}
	FUZZ_CHECK(*machine_name(l->machine));
	FUZZ_CHECK(l->kind != LIBRARY_SHARED || l->bits == 32 || l->bits == 64);
	safe_close(fd);
	free(l);
	return 0;
}
