#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of "idcardctl drop FOLDER": name and number of each card. folder.py FOLDER"""
import os
import sys
import time

folder = sys.argv[1]
shown = None
while True:
    try:
        # It is renamed into place after the others: who finds it finds them, and all of it.
        with open(os.path.join(folder, "wz.txt"), encoding="gb18030", newline="\r\n") as file:
            status = os.fstat(file.fileno())
            fields = file.read().split("\r\n")
        # Overwritten while it was read: the card was lifted, or its time is over.
        person = (status.st_ino, status.st_mtime_ns) if len(fields) >= 8 else shown
    except FileNotFoundError:
        person = shown
    if person != shown:
        print(fields[0], fields[5], flush=True)
        shown = person
    time.sleep(0.2)
