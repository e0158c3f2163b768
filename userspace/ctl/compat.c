// SPDX-License-Identifier: GPL-2.0-or-later
#include "compat.h"

#include <elf.h>
#include <link.h>
#include <string.h>

#include "util.h"

const struct compat_name compat_names[] = {
	{ "libsdtapi.so", "libsdtapi.so" },
	{ "libzysdtapi.so", "libzysdtapi.so" },
	{ "libtermb.so", "libtermb.so" },
	{ "libtermb-hisign.so", "libtermb.so", true },
	{ "libwltrs.so", "libwltrs.so" },
	{ "libWltRS.so", "libWltRS.so" },
	{ "lib100UD.so", "lib100UD.so" },
	{ "libdewlt.so", "libdewlt.so" },
	{ NULL },
};

const struct compat_name *compat_find(const char *name)
{
	for (const struct compat_name *n = compat_names; n->name; n++)
		if (strcmp(n->name, name) == 0)
			return n;
	return NULL;
}

bool compat_is_ours(const char *target)
{
	const size_t size = strlen(COMPAT_FOLDER);
	const char *file = strrchr(target, '/');

	if (target[0] != '/' || (size_t)(file - target) < size + 1 ||
	    strncmp(file - size, COMPAT_FOLDER, size) != 0 || file[-1 - (ptrdiff_t)size] != '/')
		return false;
	for (const struct compat_name *n = compat_names; n->name; n++)
		if (strcmp(n->name, file + 1) == 0)
			return true;
	return false;
}

static const char *const library_folders[] = {
	"/lib", "/lib32", "/lib64", "/libx32", "/usr/lib", "/usr/lib32", "/usr/lib64",
	"/usr/libx32", "/usr/local/lib", "/usr/local/lib32", "/usr/local/lib64",
};

static const char *const other_folders[] = {
	"/", "/bin", "/sbin", "/etc", "/usr", "/usr/bin", "/usr/sbin", "/usr/libexec",
	"/usr/local", "/usr/local/bin", "/usr/local/sbin",
};

/* "/usr/lib/x86_64-linux-gnu", and for versions of a processor below it. */
static bool is_architecture_of(const char *folder, const char *libraries)
{
	size_t size = strlen(libraries);
	const char *name = folder + size + 1, *end;

	if (strncmp(folder, libraries, size) != 0 || folder[size] != '/')
		return false;
	end = name + strcspn(name, "/");
	return memmem(name, end - name, "-linux-", 7) &&
	       (!*end || strncmp(end, "/glibc-hwcaps", 13) == 0);
}

bool compat_is_system(const char *folder, char *const *searched, size_t n)
{
	for (size_t i = 0; i < ELEMENTSOF(library_folders); i++)
		if (strcmp(folder, library_folders[i]) == 0 ||
		    is_architecture_of(folder, library_folders[i]))
			return true;
	for (size_t i = 0; i < ELEMENTSOF(other_folders); i++)
		if (strcmp(folder, other_folders[i]) == 0)
			return true;
	for (size_t i = 0; i < n; i++)
		if (strcmp(folder, searched[i]) == 0)
			return true;
	return false;
}

enum compat_program compat_program_on(const uint8_t *head, size_t size, uint8_t class,
				      uint8_t order, uint16_t machine)
{
	uint16_t type, for_machine;

	if (size >= 2 && memcmp(head, "MZ", 2) == 0)
		return COMPAT_WINDOWS;
	if (size < EI_NIDENT + 4 || memcmp(head, ELFMAG, SELFMAG) != 0)
		return COMPAT_NO_PROGRAM;
	if (head[EI_DATA] == ELFDATA2MSB) {
		type = head[16] << 8 | head[17];
		for_machine = head[18] << 8 | head[19];
	} else {
		type = head[17] << 8 | head[16];
		for_machine = head[19] << 8 | head[18];
	}
	if (type != ET_EXEC && type != ET_DYN)
		return COMPAT_NO_PROGRAM;
	if (head[EI_CLASS] != class)
		return COMPAT_OTHER_BITS;
	if (head[EI_DATA] != order || for_machine != machine)
		return COMPAT_OTHER_MACHINE;
	return COMPAT_FITS;
}

enum compat_program compat_program(const uint8_t *head, size_t size)
{
	/* This program's own head, as the loader has mapped it. */
	extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

	return compat_program_on(head, size, __ehdr_start.e_ident[EI_CLASS],
				 __ehdr_start.e_ident[EI_DATA], __ehdr_start.e_machine);
}
