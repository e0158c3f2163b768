// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fake decoder libraries, one for each family: FAKE_name is defined. Nothing is decoded; each takes
 * the block, and what else its family is called with, and gives the picture of picture.h.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "picture.h"

#define EXPORT __attribute__((visibility("default")))

static int is_block(const char *in)
{
	return memcmp(in, "WL\x66\0\x7e\0", 6) == 0;
}

static inline int raw(const char *in, char *out, int bgr, int good, int bad)
{
	if (!is_block(in))
		return bad;
	picture_rows((uint8_t *)out, 306, bgr, 1);
	return good;
}

static inline int bmp(const char *in, char *out, int bottom_up, int good, int bad)
{
	if (!is_block(in))
		return bad;
	picture_bmp((uint8_t *)out, bottom_up);
	return good;
}

static inline int read_block(const char *path, char block[1024])
{
	const char *end = strrchr(path, '.');
	int fd = end && strcmp(end, ".wlt") == 0 ? open(path, O_RDONLY) : -1;
	ssize_t n = fd < 0 ? -1 : read(fd, block, 1024);

	close(fd);
	return n == 1024 && is_block(block);
}

static inline int save(const char *in, const char *path, int good, int bad)
{
	uint8_t out[BMP_SIZE];
	FILE *f = is_block(in) ? fopen(path, "wb") : NULL;

	if (!f)
		return bad;
	picture_bmp(out, 1);
	fwrite(out, 1, sizeof(out), f);
	fclose(f);
	return good;
}

#if defined(FAKE_raw3) || defined(FAKE_raw3_cxx) || defined(FAKE_raw3_other)
#if defined(FAKE_raw3)
#define NAME unpack
#elif defined(FAKE_raw3_cxx)
#define NAME _Z6unpackPcS_i
#else
#define NAME wlt2bmp
#endif
EXPORT int NAME(char *in, char *out, int code);
EXPORT int NAME(char *in, char *out, int code)
{
	return code == FAKE_CODE ? raw(in, out, 0, 1, 0) : 0;
}

#elif defined(FAKE_raw3_size)
EXPORT int ZKID_PHunpack(char *in, char *out, int size);
EXPORT int ZKID_PHunpack(char *in, char *out, int size)
{
	return size == 38556 ? raw(in, out, 1, 0, -1) : -2;
}

#elif defined(FAKE_raw5)
EXPORT int wlt_2_rgb(char *in, char *out, int code, int save_it, char *path);
EXPORT int wlt_2_rgb(char *in, char *out, int code, int save_it, char *path)
{
	return code == FAKE_CODE && !save_it && path[0] == '/' ? raw(in, out, 0, 0, -216) : -215;
}

#elif defined(FAKE_bmp2)
EXPORT int WltToBmp(char *in, char *out);
EXPORT int WltToBmp(char *in, char *out)
{
	return bmp(in, out, 1, 1, 0);
}

#elif defined(FAKE_bmp2_other)
EXPORT int iDR220S_Dewlt(unsigned char *in, unsigned char *out);
EXPORT int iDR220S_Dewlt(unsigned char *in, unsigned char *out)
{
	return bmp((char *)in, (char *)out, 0, 1, 0);
}

#elif defined(FAKE_bmp3_key)
EXPORT int WltToBmpBuffer(char *in, char *out, const char *key);
EXPORT int WltToBmpBuffer(char *in, char *out, const char *key)
{
	return strcmp(key, FAKE_KEY) == 0 ? bmp(in, out, 1, 1, 0) : 0;
}

#elif defined(FAKE_bmp3_len)
/* As one is known to: it works in 80,000 bytes of what it is given. */
EXPORT int Unpack(char *in, char *out, int size);
EXPORT int Unpack(char *in, char *out, int size)
{
	memset(out, 0x5a, 80000);
	return size == 1024 ? bmp(in, out, 1, BMP_SIZE, 0) : 0;
}

#elif defined(FAKE_bmp3_size)
EXPORT int wlt2bmpBuffer(unsigned char *in, unsigned char *out, int size);
EXPORT int wlt2bmpBuffer(unsigned char *in, unsigned char *out, int size)
{
	return size >= BMP_SIZE ? bmp((char *)in, (char *)out, 1, 1, 0) : 0;
}

#elif defined(FAKE_bmp3_zkid)
EXPORT int ZKID_Wlt2bmpBuffer(unsigned char *in, unsigned char *out, int size);
EXPORT int ZKID_Wlt2bmpBuffer(unsigned char *in, unsigned char *out, int size)
{
	return size >= BMP_SIZE ? bmp((char *)in, (char *)out, 1, 0, -1) : -2;
}

#elif defined(FAKE_bmp4_len)
EXPORT int ES_EIDSDK_WltUnpack(const char *in, int in_size, char *out, int out_size);
EXPORT int ES_EIDSDK_WltUnpack(const char *in, int in_size, char *out, int out_size)
{
	return in_size == 1024 && out_size == BMP_SIZE ? bmp(in, out, 1, 1, 0) : 0;
}

#elif defined(FAKE_file_unpack)
EXPORT int unpack(const char *in_path, const char *out_path, int save_it);
EXPORT int unpack(const char *in_path, const char *out_path, int save_it)
{
	char block[1024];

	return save_it == 1 && read_block(in_path, block) ? save(block, out_path, 1, 0) : 0;
}

#elif defined(FAKE_file_getbmp)
EXPORT int GetBmp(char *path, int port);
EXPORT int GetBmp(char *path, int port)
{
	char block[1024], out[4096];

	if (port != 2)
		return -6;
	if (!read_block(path, block))
		return -3;
	snprintf(out, sizeof(out), "%s", path);
	strcpy(out + strlen(out) - 3, "bmp");
	return save(block, out, 1, -1);
}

#elif defined(FAKE_file_library)
EXPORT int GetBmpFile(const char *library, char *path);
EXPORT int GetBmpFile(const char *library, char *path)
{
	char block[1024], in[4096];

	if (access(library, R_OK) < 0)
		return -1;
	snprintf(in, sizeof(in), "%s", path);
	strcpy(in + strlen(in) - 3, "wlt");
	return read_block(in, block) ? save(block, path, 0, -3) : -2;
}

#elif defined(FAKE_file_save)
EXPORT int saveWlt2Bmp(char *in, char *path);
EXPORT int saveWlt2Bmp(char *in, char *path)
{
	return save(in, path, 1, 0);
}

#elif defined(FAKE_file_here)
EXPORT int wlt2bmp(char *in);
EXPORT int wlt2bmp(char *in)
{
	return save(in, "zp.bmp", 1, 0);
}

#elif defined(FAKE_init_dir)
static char folder[1024];

EXPORT int wltInit(const char *dir);
EXPORT int wltInit(const char *dir)
{
	char path[2048];

	snprintf(path, sizeof(path), "%s/license.lic", dir);
	if (access(path, R_OK) < 0)
		return -1;
	snprintf(folder, sizeof(folder), "%s", dir);
	return 0;
}

EXPORT int wltGetBMP(char *in, char *key);
EXPORT int wltGetBMP(char *in, char *key)
{
	char path[2048];

	snprintf(path, sizeof(path), "%s/zp.bmp", folder);
	return strcmp(key, FAKE_KEY) == 0 ? save(in, path, 1, 0) : 0;
}
#else
#error "no family"
#endif
