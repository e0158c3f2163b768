/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Families: the ways in which decoder libraries of reader vendors are called. One table says all
 * that is known of each; what is called is always the user's own library.
 */
#ifndef IDCARD_PORTRAIT_FAMILIES_H
#define IDCARD_PORTRAIT_FAMILIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FAMILY_SYMBOLS_MAX = 3,
	DECODER_IN_SIZE = 4096,		/* the block, and zeros */
	DECODER_OUT_SIZE = 256 * 1024,
};

/* How the function is called; in, out: memory; path, dir: names. All return an int. */
enum call {
	CALL_IN_OUT_CODE,		/* (in, out, vendor code) */
	CALL_IN_OUT,			/* (in, out) */
	CALL_IN_OUT_KEY,		/* (in, out, vendor key) */
	CALL_IN_OUT_IN_SIZE,		/* (in, out, 1024) */
	CALL_IN_OUT_OUT_SIZE,		/* (in, out, size of the picture) */
	CALL_IN_SIZE_OUT_SIZE,		/* (in, 1024, out, size of the picture) */
	CALL_IN_OUT_CODE_SAVE_PATH,	/* (in, out, vendor code, 0, path) */
	CALL_PATH_PATH_SAVE,		/* (path in, path out, 1) */
	CALL_PATH_PORT,			/* (path in, 2: USB); the picture beside it */
	CALL_LIBRARY_PATH,		/* (path of a library, path out); the block beside it */
	CALL_IN_PATH,			/* (in, path out) */
	CALL_IN,			/* (in); the picture in the working directory */
	CALL_INIT_DIR,			/* (dir), then (in, vendor key); the picture in dir */
};

enum output { OUTPUT_RAW, OUTPUT_BMP };

enum success { SUCCESS_EQ_1, SUCCESS_EQ_0, SUCCESS_GT_0, _SUCCESS_MAX };

struct family {
	const char *name;
	enum call call;
	enum output output;
	enum success success;
	const char *symbols[FAMILY_SYMBOLS_MAX];	/* the first that the library has */
	const char *init;		/* CALL_INIT_DIR: the first step, which returns 0 */
	const char *in_file, *out_file;	/* in the working directory */
	bool bgr;			/* of a raw picture, whose rows are from the bottom */
	bool returns_size;		/* the value returned is the size of the picture */
};

extern const struct family families[];
extern const size_t families_count;

const struct family *family_find(const char *name);

/* "eq 1", "eq 0", "gt 0". */
const char *success_name(enum success success);
bool success_is(enum success success, int value);

/* What a function is called with. Paths and @key may be NULL where the call has none. */
struct arguments {
	char *in, *out;
	int code;
	char *key;
	int out_size;
	char *in_path, *out_path, *dir;
	const char *library;
};

/* Calls @function, and before it @init. False: the first step failed with *@ret. */
bool family_call(const struct family *family, void *function, void *init,
		 const struct arguments *a, int *ret);

#endif
