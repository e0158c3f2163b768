#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The daemon's socket: name and number of each card, and errors."""
import json
import os
import socket
import sys
import time

PATH = os.environ.get("IDCARD_SOCKET", "/run/idcard/socket")


def show(event):
    # Classes and fields that are not known are ignored: newer daemons may send more.
    if event["class"] == "ERROR":
        print(event["message"], file=sys.stderr, flush=True)
    elif event["class"] == "IDENTITY":
        # A field that the card does not have is absent: foreigners may have no Chinese name.
        name = event.get("name") or event.get("name_latin") or "-"
        print(name, event.get("id_number") or event.get("passport_number") or "-", flush=True)


def watch():
    """Until the daemon is gone."""
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(PATH)
        s.sendall(b'{"class":"WATCH"}\n')
        for line in s.makefile(encoding="utf-8"):
            show(json.loads(line))


while True:
    try:
        watch()
    except OSError as error:
        print(f"{PATH}: {error.strerror}; trying again", file=sys.stderr, flush=True)
    time.sleep(1)
