#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which card idcard-web gives to whom, and when it has forgotten it: with idcardd and the simulated reader."""
import contextlib
import json
import re
import socket
import sys
import threading
import time

from checks import equal, run
from rig import Rig, build, wait
from websocket import WebSocket

PAGE = "https://desk.example"
NAME, NUMBER, ADDRESS = "测试甲", "110101190001010014", "北京市东城区示例路1号"
FIRST, SECOND = "110101190001010014", "H00000000"


class Later:
    """A request on its way."""

    def __init__(self, rig, *arguments, **options):
        self.reply = None
        self.thread = threading.Thread(target=self._ask, args=(rig, arguments, options))
        self.thread.start()

    def _ask(self, rig, arguments, options):
        self.reply = rig.request(*arguments, **options)

    def result(self, seconds=20):
        self.thread.join(seconds)
        assert self.reply, "no reply"
        return self.reply


class Events:
    """Server-sent events, as they come."""

    def __init__(self, rig, origin=None):
        head = f"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:{rig.port}\r\n"
        self.request = (head + (f"Origin: {origin}\r\n" if origin else "") + "\r\n").encode()
        # Too many requests in this second.
        wait(lambda: self._open(rig) != b"429", "the stream")
        assert self.head.startswith(b"HTTP/1.1 200"), self.head

    def _open(self, rig):
        self.socket = socket.create_connection(("127.0.0.1", rig.port), 20)
        self.socket.sendall(self.request)
        self.file = self.socket.makefile("rb")
        self.head = b""
        while not self.head.endswith(b"\r\n\r\n"):
            self.head += self.file.readline()
        return self.head.split()[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def next(self):
        """(event, data); EOFError when it has ended."""
        event = data = None
        while line := self.file.readline():
            if line.startswith(b"event: "):
                event = line[7:].strip().decode()
            elif line.startswith(b"data: "):
                data = json.loads(line[6:])
            elif line == b"\n" and event:
                return event, data
        raise EOFError

    def until(self, wanted, **fields):
        while True:
            have, data = self.next()
            if have == wanted and all(data.get(k) == v for k, v in fields.items()):
                return data


def read_later(rig, timeout=10, origin=None, **options):
    later = Later(rig, "POST", "/v1/read", {"timeout": timeout, **options}, origin=origin)
    rig.wait_watchers(1)
    return later


def lift(rig):
    """And the reader has noticed, if it looks at all."""
    rig.lift()
    if rig.watchers():
        rig.sim("wait-polled 2")


def empty_reader(rig):
    if "card=yes" in rig.sim("status"):
        lift(rig)


def huashi(rig, origin=None):
    return rig.request("GET", "/readcard&t=0.1", profile="huashi", origin=origin).json()


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


def until(ws, cls):
    while True:
        event = ws.receive_json()
        if event["class"] == cls:
            return event


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
            equal(huashi(rig)["certNumber"], NUMBER)
            assert find_in_memory(rig, NUMBER.encode()), "the search itself does not work"
            rig.request("POST", "/v1/enter", {"text": "H00000000" + "6"})
            lift(rig)
            until(ws, "CARD")
        rig.request("POST", "/v1/origins", {"origin": "http://x.example", "state": "denied"})
        secrets = [NUMBER.encode(), NAME.encode(), ADDRESS.encode(), "示例市公安局".encode(), b"/9j/4AAQ"]
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
    with Rig(profiles={"huashi": {}, "synjones": {}, "donsee-ws": {}}) as rig:
        def each(test):
            def wrapped(_):
                try:
                    test(rig)
                finally:
                    rig.sim("fault clear")
                    empty_reader(rig)
            wrapped.__doc__ = test.__doc__
            return wrapped
        return run("web serving", [each(t) for n, t in globals().items() if n.startswith("test_")], rig)


if __name__ == "__main__":
    sys.exit(main())
