#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The local web service: name and number of each card, and errors."""
import json
import sys
import time
import urllib.request

SERVICE = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:17825"


def show(event):
    if event["class"] == "ERROR":
        print(event["message"], file=sys.stderr, flush=True)
    elif event["class"] == "IDENTITY":
        # A field that the card does not have is absent: foreigners may have no Chinese name.
        name = event.get("name") or event.get("name_latin") or "-"
        print(name, event.get("id_number") or event.get("passport_number") or "-", flush=True)


def watch():
    """Until the service ends. Each "data:" is one object."""
    with urllib.request.urlopen(SERVICE + "/v1/events") as events:
        for line in events:
            if line.startswith(b"data: "):
                show(json.loads(line[6:]))


while True:
    try:
        watch()
    except OSError as error:
        print(f"idcard-web does not answer: {error}", file=sys.stderr, flush=True)
    time.sleep(1)
