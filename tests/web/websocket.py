# SPDX-License-Identifier: GPL-2.0-or-later
"""A WebSocket client for tests: a few frames, also those that no browser would send."""
import base64
import hashlib
import json
import os
import select
import socket
import time

SECONDS = 20
MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Refused(Exception):
    """Another answer than 101."""

    def __init__(self, status, body):
        super().__init__(f"{status}: {body!r}")
        self.status = status
        self.body = body


class WebSocket:
    """Without an origin it is a program that has patience when it asks too often."""

    def __init__(self, port, path="/", origin=None, headers=(), seconds=SECONDS):
        deadline = time.monotonic() + seconds
        while True:
            try:
                return self._open(port, path, origin, headers, seconds)
            except Refused as e:
                self.socket.close()
                if e.status != 429 or origin or time.monotonic() > deadline:
                    raise
                select.select([], [], [], 0.1)

    def _open(self, port, path, origin, headers, seconds):
        self.socket = socket.create_connection(("127.0.0.1", port), seconds)
        self.data = b""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: Upgrade", "Upgrade: websocket",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", *headers]
        if origin:
            lines.append(f"Origin: {origin}")
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._read_head(key)

    def _read_head(self, key):
        while b"\r\n\r\n" not in self.data:
            self._receive()
        head, self.data = self.data.split(b"\r\n\r\n", 1)
        status, *lines = head.decode().split("\r\n")
        fields = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in lines)}
        if status.split()[1] != "101":
            size = int(fields.get("content-length", 0))
            while len(self.data) < size:
                self._receive()
            raise Refused(int(status.split()[1]), self.data[:size])
        expected = base64.b64encode(hashlib.sha1((key + MAGIC).encode()).digest()).decode()
        assert fields["sec-websocket-accept"] == expected, head

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def _receive(self):
        piece = self.socket.recv(65536)
        if not piece:
            raise EOFError
        self.data += piece

    def _take(self, n):
        while len(self.data) < n:
            self._receive()
        taken, self.data = self.data[:n], self.data[n:]
        return taken

    def frame(self, opcode, payload=b"", fin=True, masked=True, reserved=0):
        first = bytes([(0x80 if fin else 0) | reserved | opcode])
        if len(payload) < 126:
            length = bytes([len(payload) | (0x80 if masked else 0)])
        elif len(payload) < 65536:
            length = bytes([126 | (0x80 if masked else 0)]) + len(payload).to_bytes(2, "big")
        else:
            length = bytes([127 | (0x80 if masked else 0)]) + len(payload).to_bytes(8, "big")
        mask = os.urandom(4) if masked else b""
        if masked:
            payload = bytes(b ^ mask[i % 4] for i, b in enumerate(payload))
        return first + length + mask + payload

    def send(self, text):
        self.socket.sendall(self.frame(TEXT, text.encode()))

    def send_json(self, value):
        self.send(json.dumps(value))

    def receive_frame(self):
        """(opcode, payload); EOFError at the end."""
        head = self._take(2)
        assert head[0] & 0x80 and not head[1] & 0x80, "fragmented or masked"
        size = head[1]
        if size == 126:
            size = int.from_bytes(self._take(2), "big")
        elif size == 127:
            size = int.from_bytes(self._take(8), "big")
        return head[0] & 0x0f, self._take(size)

    def receive(self):
        opcode, payload = self.receive_frame()
        assert opcode == TEXT, (opcode, payload)
        return payload.decode()

    def receive_json(self):
        return json.loads(self.receive())

    def receive_close(self):
        """The code with which the server closes."""
        opcode, payload = self.receive_frame()
        assert opcode == CLOSE, (opcode, payload)
        return int.from_bytes(payload[:2], "big") if payload else None

    def quiet(self, seconds):
        """Nothing comes for so long."""
        self.socket.settimeout(seconds)
        try:
            return not self.data and not self.socket.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(SECONDS)
