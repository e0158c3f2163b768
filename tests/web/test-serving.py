#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which card idcard-web gives to whom: with idcardd and the simulated reader."""
import contextlib
import os
import socket
import sys
import threading
import time

from callers import NUMBER, NAME, PAGE, Events, Later, huashi, lift, read_later, run_each, until
from checks import equal, run
from rig import Rig, wait
from websocket import WebSocket


def test_read(rig):
    """read gives the next card, whole, with its picture or without"""
    later = read_later(rig)
    rig.place()
    reply = later.result()
    equal(reply.status, 200)
    identity = reply.json()
    equal((identity["class"], identity["name"], identity["id_number"]), ("IDENTITY", NAME, NUMBER))
    equal((identity["portrait"]["status"], identity["portrait"]["format"]), ("ok", "jpeg"))
    assert "id" not in identity
    lift(rig)
    later = read_later(rig, portrait="none")
    rig.place()
    equal(later.result().json()["portrait"], {"status": "off"})


def test_read_takes_one(rig):
    """what lies there was read: read waits for the next card"""
    later = read_later(rig)
    rig.place()
    equal(later.result().status, 200)
    reply = rig.request("POST", "/v1/read", {"timeout": 0.5})
    equal((reply.status, reply.code), (408, "timed-out"))
    assert reply.json()["message_zh"]
    lift(rig)
    later = read_later(rig)
    rig.place("foreigner")
    assert later.result().json()["id_number"] != NUMBER


def test_read_errors(rig):
    """read says why there is no card"""
    later = read_later(rig)
    rig.sim("fault status arg=0x41 command=30.01 count=9")
    rig.place()
    reply = later.result()
    equal((reply.status, reply.code), (502, "card-unreadable"))
    rig.sim("fault clear")
    lift(rig)
    rig.sim("unplug")
    wait(lambda: [d for d in rig.request("GET", "/v1/status").json()["devices"] if "error" in d], "the reader to be gone")
    reply = rig.request("POST", "/v1/read", {"timeout": 0.3})
    equal(reply.code, "reader-gone")
    rig.sim("plug")
    wait(lambda: [d for d in rig.request("GET", "/v1/status").json()["devices"] if "error" not in d], "the reader")


def test_no_daemon(_rig):
    """without idcardd each request says so, and soon"""
    with Rig(profiles={"huashi": {}}) as rig:
        rig.stop_daemon()
        start = time.monotonic()
        reply = rig.request("POST", "/v1/read", {"timeout": 20})
        equal((reply.status, reply.code), (503, "no-daemon"))
        equal(rig.request("GET", "/v1/status").json()["daemon"], "no-daemon")
        reply = rig.request("POST", "/v1/enter", {"text": NUMBER})
        equal((reply.status, reply.code), (503, "no-daemon"))
        assert huashi(rig)["resultFlag"] != 0
        assert time.monotonic() - start < 10
    with Rig(hub="fake", fake=["--no-readers"], profiles={"huashi": {}}) as rig:
        reply = rig.request("POST", "/v1/read", {"timeout": 0.3})
        equal((reply.status, reply.code), (503, "no-reader"))
        start = time.monotonic()
        assert huashi(rig)["resultFlag"] != 0
        assert time.monotonic() - start < 1.5
    with Rig(hub="fake", fake=["--greet", "deny"]) as rig:
        reply = rig.request("POST", "/v1/read", {"timeout": 20})
        equal((reply.status, reply.code), (502, "permission-denied"))


def test_two_read(rig):
    """a card is given to everyone who waits for it, once"""
    rig.allow(PAGE)
    first, second = read_later(rig), read_later(rig, origin=PAGE)
    rig.place()
    equal([first.result().status, second.result().status], [200, 200])
    rig.set_origin(PAGE, "forgotten")


def test_consent_taken_back(rig):
    """an origin that is denied while it waits gets no card"""
    rig.allow(PAGE)
    # So that the one who watches next is the one who waits.
    rig.wait_watchers(0, 15)
    later = read_later(rig, origin=PAGE)
    rig.set_origin(PAGE, "denied")
    rig.place()
    reply = later.result()
    equal((reply.status, reply.code), (403, "origin-denied"))
    lift(rig)
    rig.allow(PAGE)
    with Events(rig, PAGE) as events:
        events.until("status")
        rig.set_origin(PAGE, "denied")
        rig.place()
        with contextlib.suppress(EOFError, ConnectionResetError):
            while events.next()[0] != "identity":
                pass
            raise AssertionError("it got the card")
    rig.set_origin(PAGE, "forgotten")


def test_caller_gone(rig):
    """a caller that leaves while it waits leaves nothing behind"""
    for path in ("/v1/read", "/v1/events"):
        method = "POST" if path == "/v1/read" else "GET"
        with contextlib.closing(socket.create_connection(("127.0.0.1", rig.port), 20)) as s:
            s.sendall(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{rig.port}\r\n\r\n".encode())
            rig.wait_watchers(1)
    rig.wait_watchers(0, 15)
    # Their places are free again: far more than 16 of them.
    for _ in range(40):
        with contextlib.closing(socket.create_connection(("127.0.0.1", rig.port), 20)) as s:
            s.sendall(f"POST /v1/read HTTP/1.1\r\nHost: 127.0.0.1:{rig.port}\r\n\r\n".encode())
    wait(lambda: rig.request("POST", "/v1/read", {"timeout": 0.1}).status == 408, "a free place")


def test_stream_gone_beside_older(_rig):
    """a stream that ends is closed at once, though an older connection has asked for nothing yet"""
    with Rig() as rig, contextlib.closing(socket.create_connection(("127.0.0.1", rig.port), 20)) as older:
        with Events(rig) as events:
            events.until("status")
            before = len(os.listdir(f"/proc/{rig.pid()}/fd"))
            with contextlib.ExitStack() as more:
                for _ in range(3):
                    more.enter_context(Events(rig)).until("status")
            wait(lambda: len(os.listdir(f"/proc/{rig.pid()}/fd")) <= before, "the streams to be closed", 5)
        older.setblocking(False)
        try:
            raise AssertionError(f"the older connection was closed first: {older.recv(1)}")
        except BlockingIOError:
            pass


def test_profile_while_it_lies(rig):
    """a profile gives a card as long as it lies there, and not a moment longer"""
    rig.place()
    for _ in range(3):
        equal(huashi(rig)["certNumber"], NUMBER)
    rig.lift()
    wait(lambda: huashi(rig)["certNumber"] == "", "the card to be forgotten")
    equal(huashi(rig)["partyName"], "")


def test_never_the_one_before(rig):
    """from one card to the next no caller gets the person before"""
    stop = threading.Event()
    seen, wrong = [], []
    now = {"number": None}

    def poll():
        while not stop.is_set():
            before = now["number"]
            number = huashi(rig)["certNumber"]
            seen.append(number)
            # None: the cards change while it is asked
            if number and before and now["number"] == before and number != before:
                wrong.append((before, number))
            select_a_moment()

    def select_a_moment():
        stop.wait(0.02)

    thread = threading.Thread(target=poll)
    with WebSocket(rig.port, "/v1/ws") as ws:
        equal(ws.receive_json()["class"], "STATUS")
        thread.start()
        try:
            for i in range(8):
                rig.place("resident" if i % 2 else "foreigner")
                identity = until(ws, "IDENTITY")
                now["number"] = identity["id_number"]
                wait(lambda: identity["id_number"] in seen[-3:], "the page to have it")
                now["number"] = None
                rig.lift()
                while until(ws, "CARD")["event"] != "lifted":
                    pass
                # It is gone: nobody gets it from here on.
                equal(huashi(rig)["certNumber"] if i % 4 == 0 else "", "")
        finally:
            stop.set()
            thread.join()
    equal(wrong, [])
    assert len({n for n in seen if n}) == 2, set(seen)


def test_once(rig):
    """a caller that wants a card once gets it once, another caller too"""
    rig.allow(PAGE)
    path = "/api/ReadMsg?readOnce=1&waitTime=0"

    def ask(origin=None):
        return rig.request("GET", path, profile="synjones", origin=origin).json()["cardno"]

    rig.place()
    wait(lambda: ask() == NUMBER, "the card")
    equal(ask(), "")
    equal(ask(PAGE), NUMBER)
    equal(ask(PAGE), "")
    # without that wish as often as it likes
    equal(rig.request("GET", "/api/ReadMsg", profile="synjones").json()["cardno"], NUMBER)
    lift(rig)
    rig.place()
    wait(lambda: ask() == NUMBER, "the card that was placed again")
    rig.set_origin(PAGE, "forgotten")


def test_no_script_for_nobody(_rig):
    """with jsonp, a caller that nothing is known of, as a page in an old browser, gets no script"""
    with Rig(profiles={"synjones": {"jsonp": "yes"}}) as rig:
        rig.allow(PAGE)
        path = "/api/ReadMsg?callback=take"
        reply = rig.request("GET", path, profile="synjones")
        equal((reply.status, reply.headers["content-type"]), (200, "application/json"))
        equal(reply.headers["x-content-type-options"], "nosniff")
        assert "take" not in reply.text
        reply = rig.request("GET", path, headers={"Referer": PAGE + "/"}, profile="synjones")
        assert reply.text.startswith("take({")


def test_waits_for_a_card(rig):
    """a profile's call waits as long as it says, and has the card when it comes"""
    later = Later(rig, "GET", "/api/ReadMsg?waitTime=15", profile="synjones")
    rig.wait_watchers(1)
    rig.place()
    start = time.monotonic()
    equal(later.result().json()["cardno"], NUMBER)
    assert time.monotonic() - start < 5


def test_unplugged(rig):
    """a card is forgotten when its reader is unplugged"""
    rig.place()
    equal(huashi(rig)["certNumber"], NUMBER)
    rig.sim("unplug")
    wait(lambda: huashi(rig)["certNumber"] == "", "the card to be forgotten")
    assert huashi(rig)["resultFlag"] != 0
    rig.lift()
    rig.sim("plug")
    wait(lambda: rig.request("GET", "/OpenDevice&t=1", profile="huashi").json()["resultFlag"] == 0, "the reader")


def test_events(rig):
    """each reader of events gets each card once, in order, with the status first"""
    rig.allow(PAGE)
    with Events(rig) as own, Events(rig, PAGE) as other, WebSocket(rig.port, "/v1/ws") as ws:
        assert b"content-type: text/event-stream" in own.head.lower()
        assert f"access-control-allow-origin: {PAGE}".encode() in other.head.lower()
        for events in (own, other):
            event, data = events.next()
            equal((event, data["class"], data["daemon"]), ("status", "STATUS", "ok"))
        equal(ws.receive_json()["class"], "STATUS")
        rig.wait_watchers(1)
        for i in range(10):
            rig.place("resident" if i % 2 else "foreigner")
            for events in (own, other):
                equal([e for e in cards(events)], ["placed", "IDENTITY"])
            until(ws, "IDENTITY")
            rig.lift()
            for events in (own, other):
                events.until("card", event="lifted")
        lifted = 0
        while lifted < 1:
            event = ws.receive_json()
            assert event["class"] != "IDENTITY"
            lifted += event.get("event") == "lifted"
    rig.set_origin(PAGE, "forgotten")


def cards(events):
    while True:
        event, data = events.next()
        if event == "card":
            yield data["event"]
        if event == "identity":
            yield data["class"]
            return
        equal(event, data["class"].lower())


def test_late(rig):
    """who comes later does not get the card before"""
    with Events(rig) as first:
        first.until("status")
        rig.place()
        first.until("identity")
        with Events(rig) as late, WebSocket(rig.port, "/v1/ws") as ws:
            late.until("status")
            equal(ws.receive_json()["class"], "STATUS")
            rig.lift()
            while True:
                event, data = late.next()
                assert event != "identity"
                if data.get("event") == "lifted":
                    break


def test_entry(rig):
    """an entry by hand comes to everyone who reads events, and says what is wrong with it"""
    with Events(rig) as events:
        events.until("status")
        reply = rig.request("POST", "/v1/enter", {"text": NUMBER})
        equal((reply.status, reply.json()["source"]), (200, "manual"))
        assert "id" not in reply.json()
        equal(events.until("identity")["id_number"], NUMBER)
    for text, code in ((NUMBER[:-1] + "5", "entry-checksum"), ("x", "entry-unknown")):
        reply = rig.request("POST", "/v1/enter", {"text": text})
        equal((reply.status, reply.code), (422, code))
        assert reply.json()["message_zh"]


def test_push(rig):
    """a WebSocket that wants all cards gets each once, until it has enough"""
    with WebSocket(rig.port_of("donsee-ws")) as ws:
        ws.send("EST_Reader_ReadIDCard#|1")
        rig.wait_watchers(1)
        for _ in range(3):
            rig.place()
            message = ws.receive_json()
            equal((message["fun"], message["certNo"]), ("EST_Reader_ReadIDCard#", NUMBER))
            lift(rig)
        ws.send("EST_StopReadIDCard#")
        equal(ws.receive_json()["rCode"], "1")
        rig.place()
        assert ws.quiet(1)
        # Nothing is to be stopped any more: said under the command's own name.
        ws.send("EST_StopReadIDCard#")
        message = ws.receive_json()
        equal((message["fun"], message["rCode"]), ("EST_StopReadIDCard#", "0"))


def test_commands_that_wait(rig):
    """of many commands at once each gets its reply"""
    with WebSocket(rig.port_of("donsee-ws")) as ws:
        for _ in range(12):
            ws.send("EST_Reader_ReadIDCard#")
        replies = [ws.receive_json() for _ in range(12)]
        equal({r["fun"] for r in replies}, {"EST_Reader_ReadIDCard#"})
        # And too many at once end it.
        for _ in range(60):
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                ws.send("EST_GetVersion#")
        with contextlib.suppress(EOFError, ConnectionResetError):
            while ws.receive_frame()[0] != 8:
                pass


def test_websocket_rules(rig):
    """a WebSocket that breaks the rules is closed, with the reason"""
    def closes(code, *frames):
        with WebSocket(rig.port, "/v1/ws") as ws:
            equal(ws.receive_json()["class"], "STATUS")
            for frame in frames:
                ws.socket.sendall(ws.frame(*frame[0], **frame[1]))
            while (got := ws.receive_frame())[0] != 8:
                pass
            equal(int.from_bytes(got[1][:2], "big"), code)
            equal(ws.socket.recv(1), b"")

    closes(1002, ((1, b"a"), {"masked": False}))
    closes(1002, ((1, b"a"), {"reserved": 0x40}))
    closes(1003, ((2, b"a"), {}))
    closes(1007, ((1, b"\xff"), {}))
    closes(1009, ((1, b"a" * 5000), {}))
    closes(1009, ((1, b"a" * 70000), {}))
    closes(1009, ((1, b"a" * 4000), {"fin": False}), ((0, b"a" * 4000), {}))
    closes(1000, ((8, (1000).to_bytes(2, "big")), {}))
    with WebSocket(rig.port, "/v1/ws") as ws:
        equal(ws.receive_json()["class"], "STATUS")
        ws.socket.sendall(ws.frame(9, b"are you there"))
        equal(ws.receive_frame(), (10, b"are you there"))
        ws.send("something that nobody asked for")
        rig.place()
        until(ws, "IDENTITY")


def test_daemon_restart(_rig):
    """streams and profiles outlive a restart of idcardd, without the card before"""
    with Rig(profiles={"huashi": {}}) as rig, Events(rig) as events, WebSocket(rig.port, "/v1/ws") as ws:
        events.until("status", daemon="ok")
        rig.place()
        events.until("identity")
        equal(huashi(rig)["certNumber"], NUMBER)
        rig.stop_daemon()
        rig.lift()
        events.until("status", daemon="no-daemon")
        equal(huashi(rig)["certNumber"], "")
        rig.start_daemon()
        events.until("status", daemon="ok")
        equal(huashi(rig)["certNumber"], "")
        rig.place("foreigner")
        assert events.until("identity")["id_number"] != NUMBER
        while until(ws, "IDENTITY")["id_number"] == NUMBER:
            pass


def main():
    with Rig(profiles={"huashi": {}, "synjones": {}, "donsee-ws": {}}) as rig:
        return run("web serving", run_each(rig, globals()), rig)


if __name__ == "__main__":
    sys.exit(main())
