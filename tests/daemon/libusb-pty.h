/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IDCARD_LIBUSB_PTY_H
#define IDCARD_LIBUSB_PTY_H

/* Of the reader behind the stand-in for libusb: 1, or 2 of which it uses the last. */
void libusb_pty_set_pairs(unsigned int pairs);

#endif
