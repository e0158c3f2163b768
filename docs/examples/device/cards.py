#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""/dev/idcard: name and number of each card."""
import errno
import json
import sys
import time


def show(card):
    # A field that the card does not have is absent: foreigners may have no Chinese name.
    name = card.get("name") or card.get("name_latin") or "-"
    print(name, card.get("id_number") or card.get("passport_number") or "-", flush=True)


def watch(node):
    """Until it ends, which it does not when the reader is unplugged or the daemon starts anew."""
    with open(node, encoding="utf-8") as lines:
        for line in lines:
            show(json.loads(line))


node = sys.argv[1] if len(sys.argv) > 1 else "/dev/idcard"
while True:
    try:
        watch(node)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.EACCES):
            sys.exit(f"{node}: {error.strerror}. Plug in the reader, and look at: idcardctl doctor")
    time.sleep(1)
