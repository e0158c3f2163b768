#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""libsdtapi.so: name and number of each card; see idcard-compat(7)."""
import ctypes
import sys
import time

PORT, FOUND, GOOD = 1001, 0x9f, 0x90

sdt = ctypes.CDLL("libsdtapi.so")


def field(text, start, size):
    """UTF-16LE, filled up with blanks."""
    return text.raw[start:start + size].decode("utf-16-le").rstrip()


def read_card():
    text, photo = ctypes.create_string_buffer(256), ctypes.create_string_buffer(1024)
    size = ctypes.c_uint()
    r = sdt.SDT_SelectIDCard(PORT, ctypes.create_string_buffer(8), 0)
    if r == GOOD:
        r = sdt.SDT_ReadBaseMsg(PORT, text, ctypes.byref(size), photo, ctypes.byref(size), 0)
    if r != GOOD:
        print(f"The card was not read: {r:#04x}. Place it again.", file=sys.stderr, flush=True)
    elif text.raw[248] == ord("I"):     # has its fields at other places: docs/protocol.md, "The text block"
        print("This is a foreigner's card of 2017.", file=sys.stderr, flush=True)
    else:
        print(field(text, 0, 30), field(text, 122, 36), flush=True)


r = sdt.SDT_OpenPort(PORT)
if r != GOOD:
    sys.exit(f"No reader: {r:#04x}. Plug it in, and look at: idcardctl doctor")
while True:
    # Each card is found once. 0x80: there is none.
    if sdt.SDT_StartFindIDCard(PORT, ctypes.create_string_buffer(4), 0) == FOUND:
        read_card()
    else:
        time.sleep(0.2)
