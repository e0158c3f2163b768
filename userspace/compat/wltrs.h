/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The decoders of portraits that capture programs look for beside sdtapi: libwltrs.so, also
 * libWltRS.so, libdewlt.so and lib100UD.so. The picture is made by idcard-portrait through idcardd,
 * with the decoder that came with the reader (portrait.conf(5)). Without one there is an error,
 * never a made-up face. Installed in /usr/lib/idcard-compat; idcard-compat(7).
 *
 * Results	1 good	-1 not decoded	-2 the name does not end in ".wlt"
 *		-3 a file could not be opened or written	-4 no portrait
 *		-5 there is no decoder, or none with a licence
 * Picture	102 wide, 126 high
 * NULL		-3 for a name, -4 for a portrait; for where the picture belongs: it is not written
 */
#ifndef IDCARD_COMPAT_WLTRS_H
#define IDCARD_COMPAT_WLTRS_H

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/*
 * The portrait in @file_name, 1024 bytes, as a BMP beside it: zp.wlt becomes zp.bmp, for this user
 * alone (0600). @intf, the kind of reader, is not used.
 */
int GetBmp(char *file_name, int intf);
int dewlt(char *file_name);

/*
 * The 1024 bytes at @src as 38556 bytes at @dst: rows from the bottom, each pixel R, G, B, without
 * padding; compat.conf(5) turns it round. With @bmpSave also as zp.bmp in the current directory.
 */
int unpack(char *src, char *dst, int bmpSave);

/*
 * The portrait at @in, @inLen at least 1024, as a BMP of 38862 bytes at @out. Returns 38862, or an
 * error as above; -1 and nothing written if @outLen is less.
 */
int DecodingPhotos(char *in, int inLen, char *out, int outLen);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
