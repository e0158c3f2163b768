/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compat: links beside an application to the libraries that have vendors' names. What is decided
 * about them; pure functions. command-compat.c does it.
 */
#ifndef IDCARD_CTL_COMPAT_H
#define IDCARD_CTL_COMPAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The folder of the libraries has this name wherever it was installed. */
#define COMPAT_FOLDER "idcard-compat"

struct compat_name {
	const char *name;	/* in the folder of the libraries */
	const char *link;	/* what it is called beside the application */
	bool on_request;	/* only if it is asked for by name */
};

enum { COMPAT_NAMES_MAX = 16 };

/* Ends with one without a name. */
extern const struct compat_name compat_names[];

/* NULL if there is none of that name. */
const struct compat_name *compat_find(const char *name);

/* Does a symbolic link with this text lead to one of the libraries, wherever they are or were? */
bool compat_is_ours(const char *target);

/*
 * Is @folder, an absolute path without symbolic links, one from which programs of the whole
 * computer load or run? @searched: more of them, from the configuration of the loader.
 */
bool compat_is_system(const char *folder, char *const *searched, size_t n);

/* What a file is, by its first bytes. */
enum compat_program {
	COMPAT_NO_PROGRAM,
	COMPAT_FITS,		/* for this machine, with as many bits as this program */
	COMPAT_OTHER_BITS,
	COMPAT_OTHER_MACHINE,
	COMPAT_WINDOWS,
};

enum { COMPAT_HEAD_SIZE = 64 };

enum compat_program compat_program(const uint8_t *head, size_t size);
/* The same for a machine with these numbers of ELF: class, byte order, machine. */
enum compat_program compat_program_on(const uint8_t *head, size_t size, uint8_t class,
				      uint8_t order, uint16_t machine);

#endif
