// SPDX-License-Identifier: GPL-2.0-or-later
/* The files that are served, in the program itself: assets.inc has an ASSET line for each. */
#include "web/web.h"

#include <string.h>

/* ASSET(symbol, file, path, type) */
#define ASSET(symbol, file, path, type)                                                            \
	__asm__(".pushsection .rodata\n"                                                           \
		"asset_" #symbol ":\n\t.incbin \"" file "\"\n"                                     \
		"asset_" #symbol "_end:\n\t.byte 0\n"                                              \
		".popsection\n");                                                                  \
	extern const char asset_##symbol[], asset_##symbol##_end[];
#include "assets.inc"
#undef ASSET

static const struct {
	const char *path, *type, *data, *end;
} assets[] = {
#define ASSET(symbol, file, path, type) { path, type, asset_##symbol, asset_##symbol##_end },
#include "assets.inc"
#undef ASSET
};

bool assets_find(const char *path, const char **ret_type, const void **ret_data, size_t *ret_size)
{
	for (size_t i = 0; i < ELEMENTSOF(assets); i++) {
		if (strcmp(assets[i].path, path) != 0)
			continue;
		*ret_type = assets[i].type;
		*ret_data = assets[i].data;
		*ret_size = assets[i].end - assets[i].data;
		return true;
	}
	return false;
}
