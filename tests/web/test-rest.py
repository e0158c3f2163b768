#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What idcard-web does when nobody is there, what it says of a card, and what is left of one."""
import contextlib
import re
import sys
import threading
import time

from callers import ADDRESS, NAME, NUMBER, PAGE, Events, huashi, lift, read_later, run_each, until
from checks import equal, run
from rig import Rig, build, wait
from websocket import WebSocket


def test_rests(rig):
    """with nobody there the reader rests, and the card is forgotten"""
    rig.wait_watchers(0, 15)
    for path in ("/", "/v1/health", "/v1/status", "/v1/origins"):
        equal(rig.request("GET", path).status, 200)
    equal(rig.watchers(), 0)
    rig.place()
    equal(huashi(rig)["certNumber"], NUMBER)
    equal(rig.watchers(), 1)
    rig.wait_watchers(0, 15)
    with Events(rig) as events:
        events.until("status")
        stop = time.monotonic() + 6
        while time.monotonic() < stop:
            rig.wait_watchers(1, 0)
    rig.wait_watchers(0, 15)


def switches(rig):
    with open(f"/proc/{rig.pid()}/status", encoding="ascii") as file:
        return sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)


def test_no_wakeups(_rig):
    """with nobody there idcard-web does not wake up at all, and not with a page that waits"""
    with Rig(web=build("idcard-web"), profiles={"huashi": {}}) as rig:
        equal(rig.request("GET", "/v1/health").status, 200)
        figures = []
        for page in (False, True):
            with contextlib.ExitStack() as stack:
                if page:
                    stack.enter_context(Events(rig)).until("device", event="changed")
                # Once it sleeps: what was begun is done then.
                wait(lambda: quiet_for(rig, 0.5), "idcard-web to sleep")
                before = switches(rig)
                select_seconds(3)
                figures.append(switches(rig) - before)
        print(f"# wake-ups in 3 s: {figures[0]} with nobody, {figures[1]} with a page that waits")
        equal(figures, [0, 0])


def select_seconds(seconds):
    threading.Event().wait(seconds)


def quiet_for(rig, seconds):
    before = switches(rig)
    select_seconds(seconds)
    return switches(rig) == before


def test_journal(rig):
    """the journal has who got a number, masked, and nothing else of a card"""
    before = len(rig.log())
    rig.allow(PAGE)
    later = read_later(rig, origin=PAGE)
    rig.place()
    later.result()
    equal(huashi(rig, PAGE)["certNumber"], NUMBER)
    huashi(rig, PAGE)
    said = rig.log()[before:]
    lines = re.findall(r"<6>identity .*", said)
    equal(len(lines), 2)
    for line, by in zip(lines, ("/v1/read", "huashi")):
        assert "110101**********14" in line and PAGE in line and by in line and "user 0" in line, line
    for secret in (NUMBER, NAME, ADDRESS, "base64", "1900-01-01"):
        assert secret not in rig.log()
    rig.set_origin(PAGE, "forgotten")


def test_nothing_left(_rig):
    """after a card nothing of it is left in the memory of idcard-web"""
    with Rig(web=build("idcard-web"), profiles={"huashi": {}, "donsee-ws": {}}) as rig:
        with Events(rig) as events, WebSocket(rig.port, "/v1/ws") as ws, \
                WebSocket(rig.port_of("donsee-ws")) as push:
            events.until("status")
            push.send("EST_Reader_ReadIDCard#|1")
            later = read_later(rig)
            rig.place()
            later.result()
            events.until("identity")
            until(ws, "IDENTITY")
            push.receive()
            # The search itself works: as long as the card lies there, it is found.
            wait(lambda: huashi(rig)["certNumber"] == NUMBER and find_in_memory(rig, NUMBER.encode()), "the number")
            rig.request("POST", "/v1/enter", {"text": "H00000000" + "6"})
            lift(rig)
            until(ws, "CARD")
        rig.request("POST", "/v1/origins", {"origin": "http://x.example", "state": "denied"})
        secrets = [NUMBER.encode(), NAME.encode(), ADDRESS.encode(), "示例市公安局".encode(), b"/9j/4AAQ"]
        wait(lambda: not any(find_in_memory(rig, s) for s in secrets), "the card to be wiped: " +
             str([s for s in secrets if find_in_memory(rig, s)]), 10)


def test_nothing_left_in_streams(_rig):
    """after a card nothing of it is left in the buffers of streams that wait for the next one"""
    with Rig(web=build("idcard-web")) as rig, Events(rig) as events, WebSocket(rig.port, "/v1/ws") as ws:
        events.until("status")
        rig.place()
        events.until("identity")
        until(ws, "IDENTITY")
        rig.lift()
        events.until("card", event="lifted")
        secrets = [NUMBER.encode(), NAME.encode(), ADDRESS.encode(), b"/9j/4AAQ"]
        wait(lambda: not any(find_in_memory(rig, s) for s in secrets), "the card to be wiped: " +
             str([s for s in secrets if find_in_memory(rig, s)]), 10)


def find_in_memory(rig, needle):
    """Where it is in what the process can write to."""
    found = []
    with open(f"/proc/{rig.pid()}/maps", encoding="utf-8") as maps, open(f"/proc/{rig.pid()}/mem", "rb", 0) as memory:
        for line in maps:
            span, rights, *rest = line.split()
            if not rights.startswith("rw"):
                continue
            start, end = (int(x, 16) for x in span.split("-"))
            memory.seek(start)
            with contextlib.suppress(OSError):
                if needle in memory.read(end - start):
                    found.append((span, rest[-1]))
    return found


def main():
    with Rig(profiles={"huashi": {}}) as rig:
        return run("web rest", run_each(rig, globals()), rig)


if __name__ == "__main__":
    sys.exit(main())
