// SPDX-License-Identifier: GPL-2.0-or-later
#include "families.h"

#include <string.h>

#include "portrait.h"
#include "util.h"

/* In_file of the families that work on files ends as they demand; they replace the ending. */
const struct family families[] = {
	{ "raw3", CALL_IN_OUT_CODE, OUTPUT_RAW, SUCCESS_EQ_1, { "unpack", "_Z6unpackPcS_i" } },
	{ "raw3_size", CALL_IN_OUT_OUT_SIZE, OUTPUT_RAW, SUCCESS_EQ_0, { "ZKID_PHunpack" },
	  .bgr = true },
	{ "raw5", CALL_IN_OUT_CODE_SAVE_PATH, OUTPUT_RAW, SUCCESS_EQ_0, { "wlt_2_rgb" } },
	{ "bmp2", CALL_IN_OUT, OUTPUT_BMP, SUCCESS_EQ_1, { "WltToBmp", "iDR220S_Dewlt" } },
	{ "bmp3_key", CALL_IN_OUT_KEY, OUTPUT_BMP, SUCCESS_EQ_1, { "WltToBmpBuffer" } },
	{ "bmp3_len", CALL_IN_OUT_IN_SIZE, OUTPUT_BMP, SUCCESS_GT_0, { "Unpack" },
	  .returns_size = true },
	{ "bmp3_size", CALL_IN_OUT_OUT_SIZE, OUTPUT_BMP, SUCCESS_EQ_1, { "wlt2bmpBuffer" } },
	{ "bmp3_zkid", CALL_IN_OUT_OUT_SIZE, OUTPUT_BMP, SUCCESS_EQ_0,
	  { "ZKID_Wlt2bmpBuffer" } },
	{ "bmp4_len", CALL_IN_SIZE_OUT_SIZE, OUTPUT_BMP, SUCCESS_EQ_1,
	  { "ES_EIDSDK_WltUnpack" } },
	{ "file_unpack", CALL_PATH_PATH_SAVE, OUTPUT_BMP, SUCCESS_EQ_1,
	  { "unpack", "_Z6unpackPKcS0_i", "_Z6unpackPcS_i" },
	  .in_file = "zp.wlt", .out_file = "zp.bmp" },
	{ "file_getbmp", CALL_PATH_PORT, OUTPUT_BMP, SUCCESS_EQ_1, { "GetBmp" },
	  .in_file = "zp.wlt", .out_file = "zp.bmp" },
	{ "file_library", CALL_LIBRARY_PATH, OUTPUT_BMP, SUCCESS_EQ_0, { "GetBmpFile" },
	  .in_file = "zp.wlt", .out_file = "zp.bmp" },
	{ "file_save", CALL_IN_PATH, OUTPUT_BMP, SUCCESS_EQ_1, { "saveWlt2Bmp" },
	  .out_file = "zp.bmp" },
	{ "file_here", CALL_IN, OUTPUT_BMP, SUCCESS_EQ_1, { "wlt2bmp" }, .out_file = "zp.bmp" },
	{ "init_dir", CALL_INIT_DIR, OUTPUT_BMP, SUCCESS_EQ_1, { "wltGetBMP" },
	  .init = "wltInit", .out_file = "zp.bmp" },
};

const size_t families_count = ELEMENTSOF(families);

const struct family *family_find(const char *name)
{
	for (size_t i = 0; i < ELEMENTSOF(families); i++)
		if (strcmp(families[i].name, name) == 0)
			return &families[i];
	return NULL;
}

const char *success_name(enum success success)
{
	static const char *const names[_SUCCESS_MAX] = {
		[SUCCESS_EQ_1] = "eq 1", [SUCCESS_EQ_0] = "eq 0", [SUCCESS_GT_0] = "gt 0",
	};

	return names[success];
}

bool success_is(enum success success, int value)
{
	switch (success) {
	case SUCCESS_EQ_1:
		return value == 1;
	case SUCCESS_EQ_0:
		return value == 0;
	default:
		return value > 0;
	}
}

enum { PORT_USB = 2 };

/* A function as the families see it. */
union function {
	void *p;
	int (*in)(char *);
	int (*two)(char *, char *);
	int (*two_number)(char *, char *, int);
	int (*three)(char *, char *, char *);
	int (*sizes)(const char *, int, char *, int);
	int (*raw5)(char *, char *, int, int, char *);
	int (*path_number)(char *, int);
	int (*library)(const char *, char *);
};

static int call_in_memory(enum call call, union function f, const struct arguments *a)
{
	switch (call) {
	case CALL_IN_OUT_CODE:
		return f.two_number(a->in, a->out, a->code);
	case CALL_IN_OUT_KEY:
		return f.three(a->in, a->out, a->key);
	case CALL_IN_OUT_IN_SIZE:
		return f.two_number(a->in, a->out, PORTRAIT_BLOCK_SIZE);
	case CALL_IN_OUT_OUT_SIZE:
		return f.two_number(a->in, a->out, a->out_size);
	case CALL_IN_SIZE_OUT_SIZE:
		return f.sizes(a->in, PORTRAIT_BLOCK_SIZE, a->out, a->out_size);
	case CALL_IN_OUT_CODE_SAVE_PATH:
		return f.raw5(a->in, a->out, a->code, 0, a->out_path);
	default:
		return f.two(a->in, a->out);
	}
}

bool family_call(const struct family *family, void *function, void *init,
		 const struct arguments *a, int *ret)
{
	union function f = { function }, first = { init };

	switch (family->call) {
	case CALL_PATH_PATH_SAVE:
		*ret = f.two_number(a->in_path, a->out_path, 1);
		break;
	case CALL_PATH_PORT:
		*ret = f.path_number(a->in_path, PORT_USB);
		break;
	case CALL_LIBRARY_PATH:
		*ret = f.library(a->library, a->out_path);
		break;
	case CALL_IN_PATH:
		*ret = f.two(a->in, a->out_path);
		break;
	case CALL_IN:
		*ret = f.in(a->in);
		break;
	case CALL_INIT_DIR:
		*ret = first.in(a->dir);
		if (*ret != 0)
			return false;
		*ret = f.two(a->in, a->key);
		break;
	default:
		*ret = call_in_memory(family->call, f, a);
		break;
	}
	return true;
}
