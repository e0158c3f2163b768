#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Waits for one card and prints name and number."""
import ctypes
import sys

lib = ctypes.CDLL("libidcard.so.1")
client, who = ctypes.c_void_p(), ctypes.c_void_p()


def text(function, *arguments):
    function.restype = ctypes.c_char_p
    value = function(*arguments)
    return value.decode() if value else None


r = lib.idcard_client_open(None, ctypes.byref(client))
if r < 0:
    word = text(lib.idcard_client_open_error, r)
    why = text(lib.idcard_message, word.encode(), 0) if word else None
    sys.exit(why or "The daemon is of another version.")
if lib.idcard_read(client, None, -1, ctypes.byref(who)) < 0:
    sys.exit(text(lib.idcard_client_error_message, client, 0) or "The card could not be read.")
name = text(lib.idcard_identity_get, who, b"name")  # foreigners may have no Chinese one
name = name or text(lib.idcard_identity_get, who, b"name_latin")
print(name, text(lib.idcard_identity_get, who, b"id_number"))
lib.idcard_identity_free(who)
lib.idcard_client_close(client)
