/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Library: what the file of a shared library says of it. */
#ifndef IDCARD_PORTRAIT_LIBRARY_H
#define IDCARD_PORTRAIT_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LIBRARY_NEEDED_MAX = 32,
	LIBRARY_FOUND_MAX = 16,
	LIBRARY_NAME_MAX = 128,
};

/* A function that is known to decode portraits. */
struct known {
	const char *name;
	const char *family;		/* NULL: not one that can be used here */
};

enum library_kind {
	LIBRARY_SHARED,
	LIBRARY_ARCHIVE,		/* .a */
	LIBRARY_WINDOWS,		/* .dll */
	LIBRARY_OTHER_ELF,		/* an object, a program, a core */
	LIBRARY_NO_ELF,
	LIBRARY_BROKEN,
};

struct library {
	enum library_kind kind;
	unsigned int machine, bits;	/* e_machine; 32, 64 */
	bool here;			/* this program's own */
	bool text_relocations, executable_stack;
	size_t n_needed, n_found;
	char needed[LIBRARY_NEEDED_MAX][LIBRARY_NAME_MAX];
	struct {
		const struct known *known;
		char symbol[LIBRARY_NAME_MAX];	/* as it is written in the library */
	} found[LIBRARY_FOUND_MAX];		/* the most useful first */
};

/* Reads the file at @path, without loading it. 0, or a negative errno if it cannot be read. */
int library_read(const char *path, struct library *ret);

const char *machine_name(unsigned int machine);

#endif
