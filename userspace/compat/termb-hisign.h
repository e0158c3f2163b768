/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The second flavour of termb, for programs that were built with the library for Linux whose
 * functions take other arguments: libtermb-hisign.so, or libtermb.so with IDCARD_TERMB_ABI=hisign
 * in the environment, or "hisign = yes" in compat.conf(5). Everything that is not here is as in
 * termb.h; names of files are in upper case (WZ.TXT).
 *
 * All functions return 1 when they succeeded and 0 when not, where no other number is told.
 */
#ifndef IDCARD_TERMB_HISIGN_H
#define IDCARD_TERMB_HISIGN_H

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* @device is not looked at: compat.conf(5) says which device a serial port is. */
int CVR_InitComm(int port, char *device);

/*
 * As in termb.h. With modes 3 and 4 @portrait gets the BMP of 38862 bytes, or, if it could not be
 * decoded, the block of 1024; it has room for 126 * 102 * 3 + 1024. @fingers gets 1024 bytes, zeros
 * where there is no fingerprint, and @fingers_size how many of them are (0, 512, 1024).
 * 2: the picture could not be decoded, and compat.conf(5) requires it.
 */
int CVR_ReadBaseMsg(unsigned char *text, unsigned int *text_size, unsigned char *portrait,
		    unsigned int *portrait_size, unsigned char *fingers, int *fingers_size,
		    int mode);

/* Is there a reader, on USB or at a serial port? @device is not touched. */
int AutoCheckDevice(char *device);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
