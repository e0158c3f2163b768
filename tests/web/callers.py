# SPDX-License-Identifier: GPL-2.0-or-later
"""Callers of idcard-web for tests: requests on their way, readers of events, and what they ask for."""
import json
import socket
import threading

from rig import wait

PAGE = "https://desk.example"
NAME, NUMBER, ADDRESS = "测试甲", "110101190001010014", "北京市东城区示例路1号"


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


def until(ws, cls):
    while True:
        event = ws.receive_json()
        if event["class"] == cls:
            return event


def run_each(rig, tests):
    """The tests of a module, each of which begins with an empty reader."""
    def each(test):
        def wrapped(_):
            try:
                test(rig)
            finally:
                rig.sim("fault clear")
                empty_reader(rig)
        wrapped.__doc__ = test.__doc__
        return wrapped
    return [each(test) for name, test in tests.items() if name.startswith("test_")]
