#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Who gets an answer of idcard-web, and what it looks like: requests as browsers, programs and attackers send them."""
import contextlib
import json
import os
import re
import resource
import socket
import subprocess
import sys
import time

from checks import equal, run
from rig import Rig, wait
from websocket import CLOSE, PING, PONG, Refused, WebSocket

PAGE = "https://desk.example"
OTHER = "http://other.example:8080"
NUMBER = "110101190001010014"
STRANGER = 65534


def refused(reply, status, code):
    equal(reply.status, status)
    equal(reply.code, code)
    error = reply.json()
    assert error["class"] == "ERROR" and error["message"] and error["message_zh"]
    equal(reply.headers["cache-control"], "no-store")


def test_host(rig):
    """another name of this computer is refused, on every port"""
    for host in ("evil.example", f"evil.example:{rig.port}", "127.0.0.1", f"127.0.0.1:{rig.port + 1}",
                 f"127.0.0.1.evil.example:{rig.port}", ""):
        for path in ("/", "/v1/health", "/v1/status"):
            refused(rig.request("GET", path, headers={"Host": host}), 403, "host-refused")
        refused(rig.request("GET", "/readcard&t=1", headers={"Host": host}, profile="huashi"), 403, "host-refused")
    refused_raw(rig.raw(b"GET /v1/status HTTP/1.0\r\n\r\n"), "host-refused")
    for host in ("localhost", "127.0.0.1", "[::1]", "LOCALHOST"):
        equal(rig.request("GET", "/v1/status", headers={"Host": f"{host}:{rig.port}"}).status, 200)


def refused_raw(answer, code):
    assert json.loads(answer.split(b"\r\n\r\n", 1)[1])["code"] == code, answer


def test_ipv6(rig):
    """::1 is served as 127.0.0.1 is, where there is IPv6"""
    if not os.path.exists("/proc/net/if_inet6"):
        return
    with contextlib.closing(socket.create_connection(("::1", rig.port), 20)) as s:
        s.sendall(f"GET /v1/status HTTP/1.1\r\nHost: [::1]:{rig.port}\r\n\r\n".encode())
        assert s.recv(65536).startswith(b"HTTP/1.1 200")


def test_only_loopback(rig):
    """no other address of this computer is listened at"""
    listening = set()
    inodes = {os.readlink(f"/proc/{rig.pid()}/fd/{fd}") for fd in os.listdir(f"/proc/{rig.pid()}/fd")}
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(FileNotFoundError), open(f"/proc/net/{table}", encoding="ascii") as file:
            for line in list(file)[1:]:
                fields = line.split()
                if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                    listening.add(fields[1].split(":")[0])
    assert "0100007F" in listening, listening
    assert listening <= {"0100007F", "00000000000000000000000001000000"}, listening


def test_consent(rig):
    """an origin is refused until a person allows it, and again when that is taken back"""
    for path, profile in (("/v1/status", None), ("/readcard&t=1", "huashi")):
        reply = rig.request("GET", path, origin=PAGE, profile=profile)
        refused(reply, 403, "origin-pending")
        # The author of the page can read why.
        equal(reply.headers["access-control-allow-origin"], PAGE)
        assert "consent" in reply.json()["message"]
    listed = rig.request("GET", "/v1/origins").json()["origins"]
    equal(listed, [{"origin": PAGE, "state": "pending", "by": None, "profiles": ["huashi"]}])
    equal(rig.request("GET", "/v1/status").json()["pending"], 1)
    equal(rig.allow(PAGE)[0]["state"], "allowed")
    for path, profile in (("/v1/status", None), ("/OpenDevice&t=1", "huashi")):
        reply = rig.request("GET", path, origin=PAGE, profile=profile)
        equal(reply.status, 200)
        equal(reply.headers["access-control-allow-origin"], PAGE)
        equal(reply.headers["vary"], "Origin")
    # That one, and no other.
    for other in ("http://desk.example", PAGE + ":8443", "https://desk.example.evil.example"):
        refused(rig.request("GET", "/v1/status", origin=other), 403, "origin-pending")
        rig.set_origin(other, "forgotten")
    rig.set_origin(PAGE, "denied")
    reply = rig.request("GET", "/v1/status", origin=PAGE)
    refused(reply, 403, "origin-denied")
    assert "access-control-allow-origin" not in reply.headers
    rig.set_origin(PAGE, "forgotten")
    refused(rig.request("GET", "/v1/status", origin=PAGE), 403, "origin-pending")
    rig.set_origin(PAGE, "forgotten")
    equal(rig.request("GET", "/v1/origins").json()["origins"], [])


def test_remembered(rig):
    """what a person allowed holds after a restart, in a file for this user alone"""
    rig.allow(PAGE)
    rig.stop_web()
    equal(os.stat(rig.path("state/origins")).st_mode & 0o777, 0o600)
    rig.start_web()
    equal(rig.request("GET", "/v1/status", origin=PAGE).status, 200)
    rig.set_origin(PAGE, "forgotten")
    rig.stop_web()
    rig.start_web()
    refused(rig.request("GET", "/v1/status", origin=PAGE), 403, "origin-pending")
    rig.set_origin(PAGE, "forgotten")


def test_administrator(_rig):
    """the administrator's word holds against the operator's"""
    with Rig(origins=[PAGE]) as rig:
        equal(rig.request("GET", "/v1/status", origin=PAGE).status, 200)
        equal(rig.request("GET", "/v1/origins").json()["origins"],
              [{"origin": PAGE, "state": "allowed", "by": "administrator", "profiles": []}])
        for state in ("denied", "forgotten"):
            refused(rig.request("POST", "/v1/origins", {"origin": PAGE, "state": state}), 400, "bad-request")
        equal(rig.request("GET", "/v1/status", origin=PAGE).status, 200)


def test_null(rig):
    """a page without an origin of its own is never allowed"""
    for origin in ("null", "file://", "NULL", "about:blank"):
        reply = rig.request("GET", "/v1/status", origin=origin)
        refused(reply, 403, "origin-denied")
        assert "access-control-allow-origin" not in reply.headers
        refused(rig.request("GET", "/readcard", origin=origin, profile="huashi"), 403, "origin-denied")
        refused(rig.request("POST", "/v1/origins", {"origin": origin, "state": "allowed"}), 400, "bad-request")
        refused(rig.request("OPTIONS", "/v1/read", origin=origin), 403, "origin-denied")
    equal(rig.request("GET", "/v1/origins").json()["origins"], [])


def test_other_sites(rig):
    """pictures, scripts, forms and links of other sites are refused, also of one that is allowed"""
    rig.allow(PAGE)
    for site in ("cross-site", "same-site"):
        for extra in ({}, {"Referer": PAGE + "/"}, {"Sec-Fetch-Dest": "script", "Referer": PAGE + "/"}):
            headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors", **extra}
            refused(rig.request("GET", "/v1/status", headers=headers), 403, "site-refused")
            refused(rig.request("GET", "/readcard&t=1", headers=headers, profile="huashi"), 403, "site-refused")
    # A link to the page itself.
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    equal(rig.request("GET", "/", headers=headers).status, 200)
    refused(rig.request("GET", "/v1/status", headers=headers), 403, "site-refused")
    rig.set_origin(PAGE, "forgotten")


def test_referer(rig):
    """an old browser, which sends no Origin, is known by its referer"""
    reply = rig.request("GET", "/readcard&t=1", headers={"Referer": OTHER + "/desk/read.html"}, profile="huashi")
    refused(reply, 403, "origin-pending")
    rig.allow(OTHER)
    reply = rig.request("GET", "/OpenDevice&t=1", headers={"Referer": OTHER + "/desk/read.html"}, profile="huashi")
    equal(reply.status, 200)
    refused(rig.request("GET", "/v1/status", headers={"Referer": "file:///x.html"}), 403, "origin-denied")
    rig.set_origin(OTHER, "forgotten")


def test_operator_alone(rig):
    """entries and origins are for the operator page and local programs alone"""
    rig.allow(PAGE)
    for method, path, body in (("POST", "/v1/enter", {"text": NUMBER}), ("GET", "/v1/origins", None),
                               ("POST", "/v1/origins", {"origin": OTHER, "state": "allowed"})):
        refused(rig.request(method, path, body, origin=PAGE), 403, "site-refused")
        refused(rig.request(method, path, body, origin="null"), 403, "origin-denied")
        refused(rig.request(method, path, body, headers={"Referer": PAGE + "/"}), 403, "site-refused")
        refused(rig.request(method, path, body, origin=f"http://127.0.0.1:{rig.port + 1}"), 403, "site-refused")
        equal(rig.request(method, path, body, origin=f"http://127.0.0.1:{rig.port}").status, 200)
        refused(rig.request("OPTIONS", path, origin=PAGE), 403, "site-refused")
    # A form can send JSON, but not say that it is.
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        refused(rig.request("POST", "/v1/enter", b'{"text":"%s"}' % NUMBER.encode(),
                            headers={"Content-Type": kind}), 400, "bad-request")
    rig.set_origin(PAGE, "forgotten")
    rig.set_origin(OTHER, "forgotten")


def test_preflight(rig):
    """a preflight names the origin, and what it may send"""
    ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,x-token",
           "Access-Control-Request-Private-Network": "true"}
    rig.allow(PAGE)
    for profile in (None, "huashi", "donsee-ws"):
        reply = rig.request("OPTIONS", "/v1/read", headers=ask, origin=PAGE, profile=profile)
        equal(reply.status, 204)
        equal(reply.headers["access-control-allow-origin"], PAGE)
        equal(reply.headers["access-control-allow-headers"], "content-type,x-token")
        equal(reply.headers["access-control-allow-private-network"], "true")
        assert "POST" in reply.headers["access-control-allow-methods"]
        assert "access-control-allow-credentials" not in reply.headers
    reply = rig.request("OPTIONS", "/v1/read", origin=PAGE,
                        headers={"Access-Control-Request-Headers": "x: y\r\nSet-Cookie"[:4]})
    assert "access-control-allow-headers" not in reply.headers
    assert "access-control-allow-private-network" not in reply.headers
    rig.set_origin(PAGE, "denied")
    reply = rig.request("OPTIONS", "/v1/read", headers=ask, origin=PAGE)
    refused(reply, 403, "origin-denied")
    assert "access-control-allow-origin" not in reply.headers
    equal(rig.request("OPTIONS", "/v1/read").status, 405)
    rig.set_origin(PAGE, "forgotten")


def test_plain_get_of_websockets(rig):
    """a WebSocket port answers a plain request, by which a browser can ask for the permission"""
    for path, profile in (("/v1/ws", None), ("/", "donsee-ws")):
        refused(rig.request("GET", path, origin=PAGE, profile=profile), 403, "origin-pending")
        rig.allow(PAGE)
        reply = rig.request("GET", path, origin=PAGE, profile=profile)
        equal((reply.status, reply.headers["access-control-allow-origin"]), (200, PAGE))
        rig.set_origin(PAGE, "forgotten")


def test_websocket_origin(rig):
    """a WebSocket of another origin needs consent, too"""
    for path, profile in (("/v1/ws", None), ("/", "donsee-ws")):
        port = rig.port_of(profile)
        for origin, code in ((PAGE, "origin-pending"), ("null", "origin-denied")):
            try:
                WebSocket(port, path, origin)
                raise AssertionError("it was let in")
            except Refused as e:
                equal((e.status, json.loads(e.body)["code"]), (403, code))
        rig.allow(PAGE)
        with WebSocket(port, path, PAGE) as ws:
            if profile is None:
                equal(ws.receive_json()["class"], "STATUS")
            rig.set_origin(PAGE, "denied")
            equal(ws.receive_close(), 1008)
        rig.set_origin(PAGE, "forgotten")


def as_stranger(rig, request):
    """What another user of this computer gets."""
    code = f"""import socket
s = socket.create_connection(("127.0.0.1", {rig.port}), 20)
s.sendall({request!r})
data = b""
while piece := s.recv(65536):
    data += piece
print(data.decode().split("\\r\\n\\r\\n", 1)[1])"""
    return subprocess.run(["setpriv", f"--reuid={STRANGER}", f"--regid={STRANGER}", "--clear-groups", sys.executable,
                           "-c", code], check=True, capture_output=True, timeout=20).stdout.decode()


def test_other_user(rig):
    """another user of this computer is refused, whatever is asked"""
    if os.geteuid() != 0:
        return
    for line in ("GET / HTTP/1.1", "GET /v1/health HTTP/1.1", "GET /v1/status HTTP/1.1", "POST /v1/origins HTTP/1.1"):
        answer = as_stranger(rig, f"{line}\r\nHost: 127.0.0.1:{rig.port}\r\n\r\n".encode())
        equal(json.loads(answer)["code"], "user-refused")


def test_sender_gone(rig):
    """who sends a request and is gone is not taken for root"""
    body = json.dumps({"origin": "http://sneaky.example", "state": "allowed"}).encode()
    head = f"POST /v1/origins HTTP/1.1\r\nHost: 127.0.0.1:{rig.port}\r\nContent-Type: application/json\r\n" \
           f"Content-Length: {len(body)}\r\n\r\n".encode()
    # Accepted only after it was closed: meanwhile the server is stopped.
    os.kill(rig.pid(), 19)
    try:
        for _ in range(5):
            with contextlib.closing(socket.create_connection(("127.0.0.1", rig.port), 20)) as s:
                s.sendall(head + body)
    finally:
        os.kill(rig.pid(), 18)
    equal(rig.request("GET", "/v1/origins").json()["origins"], [])


def test_sizes(rig):
    """a head of more than 8 KiB and a body of more than 4 KiB are refused"""
    refused(rig.request("GET", "/v1/health", headers={"X-Long": "a" * 8192}), 431, "too-large")
    refused(rig.request("GET", "/v1/health?" + "a" * 8192), 431, "too-large")
    equal(rig.request("GET", "/v1/health", headers={"X-Long": "a" * 7000}).status, 200)
    refused(rig.request("POST", "/v1/enter", b'{"text":"' + b"a" * 5000 + b'"}',
                        headers={"Content-Type": "application/json"}), 413, "too-large")
    chunked = b"1000\r\n" + b"a" * 4096 + b"\r\n1000\r\n" + b"b" * 4096 + b"\r\n0\r\n\r\n"
    refused_raw(rig.raw(f"POST /v1/enter HTTP/1.1\r\nHost: 127.0.0.1:{rig.port}\r\nTransfer-Encoding: chunked\r\n\r\n"
                        .encode() + chunked), "too-large")
    assert rig.raw(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{rig.port}\r\nX: {'a' * 100000}\r\n\r\n".encode())[9:12] in (b"431", b"413")


def test_no_requests(rig):
    """what is no request gets 400, 404 or 405, and never more than one reply"""
    host = f"Host: 127.0.0.1:{rig.port}\r\n".encode()
    for request, status in (
            (b"GET /v1/nothing HTTP/1.1\r\n" + host, 404), (b"GET /v1/health/ HTTP/1.1\r\n" + host, 404),
            (b"GET /%00 HTTP/1.1\r\n" + host, 400), (b"GET /%zz HTTP/1.1\r\n" + host, 400),
            (b"GET /../../etc/passwd HTTP/1.1\r\n" + host, 404), (b"GET /page.css/ HTTP/1.1\r\n" + host, 404),
            (b"GET http://127.0.0.1/ HTTP/1.1\r\n" + host, 400), (b"PUT / HTTP/1.1\r\n" + host, 405),
            (b"HEAD / HTTP/1.1\r\n" + host, 405), (b"DELETE /v1/origins HTTP/1.1\r\n" + host, 405),
            (b"POST / HTTP/1.1\r\n" + host, 405), (b"GET /v1/read HTTP/1.1\r\n" + host, 405),
            (b"GET /v1/status HTTP/1.1\r\n" + host + host, 400),
            (b"GET /v1/status HTTP/1.1\r\n" + host + b"Origin : http://evil.example\r\n", 400),
            (b"GET /v1/status HTTP/1.1\r\n" + host + b"Origin: http://a\r\nOrigin: http://b\r\n", 400)):
        answer = rig.raw(request + b"\r\n")
        equal(int(answer.split()[1]), status)
    # The second does not wait for the first.
    answer = rig.raw((b"GET /v1/health HTTP/1.1\r\n" + host + b"\r\n") * 3)
    equal(answer.count(b"HTTP/1.1 "), 1)
    for body in (b"", b"{", b"[]", b'{"text":1}', b'{"text":"a","text":"b"}', b"\xff", b"{}" + b"\0"):
        refused(rig.request("POST", "/v1/enter", body, headers={"Content-Type": "application/json"}), 400, "bad-request")
    for timeout in (0, -1, 1e9, "1", None):
        refused(rig.request("POST", "/v1/read", {"timeout": timeout}), 400, "bad-request")
    refused(rig.request("POST", "/v1/read", {"portrait": "bmp"}), 400, "bad-request")
    for state in ("pending", "", "maybe", 1):
        refused(rig.request("POST", "/v1/origins", {"origin": PAGE, "state": state}), 400, "bad-request")


def test_page(rig):
    """the page may load nothing from elsewhere, and nobody may frame it"""
    reply = rig.request("GET", "/")
    equal(reply.headers["content-type"], "text/html; charset=utf-8")
    policy = reply.headers["content-security-policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"):
        assert rule in policy, policy
    assert "unsafe" not in policy
    equal(reply.headers["x-content-type-options"], "nosniff")
    equal(reply.headers["referrer-policy"], "no-referrer")
    equal(reply.headers["cache-control"], "no-store")
    # All that it names is there.
    for name in re.findall(r'(?:src|href)="([a-z][^":#]*)"', reply.text):
        equal(rig.request("GET", "/" + name).status, 200)
    assert rig.request("GET", "/v1/openapi.yaml").text.startswith("# SPDX")
    reply = rig.request("GET", "/v1/health", origin="http://nobody.example")
    equal((reply.status, reply.json()), (200, {"ok": True}))
    assert "nobody.example" not in rig.request("GET", "/v1/origins").text


def test_description(rig):
    """the description names what is there, and nothing else"""
    text = rig.request("GET", "/v1/openapi.yaml").text
    described = set()
    for line in text.split("components:")[0].splitlines():
        if match := re.fullmatch(r"  (/v1/[a-z.]+):", line):
            path = match[1]
        elif match := re.fullmatch(r"    (get|post):", line):
            described.add((match[1].upper(), path))
    assert ("POST", "/v1/read") in described, described
    for path in {path for _, path in described}:
        for method in ("GET", "POST"):
            equal(status_of(rig, method, path) not in (404, 405), (method, path) in described)


def status_of(rig, method, path):
    """Also of a reply that goes on."""
    while True:
        with contextlib.closing(socket.create_connection(("127.0.0.1", rig.port), 20)) as s:
            s.sendall(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{rig.port}\r\nContent-Length: 1\r\n\r\nx".encode())
            status = int(s.makefile("rb").readline().split()[1])
        if status != 429:
            return status


def test_rate(rig):
    """more than 20 requests a second of one origin are refused, and nobody else's"""
    rig.allow(PAGE)
    rig.allow(OTHER)
    seen = [rig.request("GET", "/v1/ws", origin=PAGE).status for _ in range(60)]
    assert seen[:20] == [200] * 20, seen
    assert 429 in seen, seen
    refused(rig.request("GET", "/OpenDevice&t=1", origin=PAGE, profile="huashi"), 429, "too-many")
    equal(rig.request("GET", "/v1/ws", origin=OTHER).status, 200)
    # and again when a moment has passed
    wait(lambda: rig.request("GET", "/v1/ws", origin=PAGE).status == 200, "to be let in again", 5)
    rig.set_origin(PAGE, "forgotten")
    rig.set_origin(OTHER, "forgotten")


def test_names_without_end(rig):
    """a site that asks by ever new names has one rate, and pushes no other site off the list"""
    refused(rig.request("GET", "/v1/status", origin=PAGE), 403, "origin-pending")
    codes = [rig.request("GET", "/v1/status", origin=f"http://n{i}.evil.example").code for i in range(60)]
    equal(codes[0], "origin-pending")
    assert "too-many" in codes, codes
    listed = [o["origin"] for o in rig.request("GET", "/v1/origins").json()["origins"]]
    assert PAGE in listed, listed
    evil = [o for o in listed if o.endswith(".evil.example")]
    assert 1 <= len(evil) <= 4, evil
    for origin in [PAGE, *evil]:
        rig.set_origin(origin, "forgotten")


def test_pings(rig):
    """a WebSocket that pings without end is closed"""
    with WebSocket(rig.port, "/v1/ws") as ws:
        equal(ws.receive_json()["class"], "STATUS")
        ws.socket.sendall(ws.frame(PING, b"x") * 100)
        pongs = 0
        while (got := ws.receive_frame()) == (PONG, b"x"):
            pongs += 1
        equal((got[0], int.from_bytes(got[1][:2], "big")), (CLOSE, 1008))
        assert 20 <= pongs < 100, pongs


def test_open(rig):
    """more than 16 streams of one origin are refused, and nobody else's"""
    page = "https://streams.example"
    rig.allow(page)
    with contextlib.ExitStack() as stack:
        for _ in range(16):
            stack.enter_context(WebSocket(rig.port, "/v1/ws", page))
        for path, profile in (("/v1/ws", None), ("/", "donsee-ws")):
            try:
                WebSocket(rig.port_of(profile), path, page)
                raise AssertionError("it was let in")
            except Refused as e:
                equal(e.status, 429)
        with WebSocket(rig.port, "/v1/ws") as ws:
            equal(ws.receive_json()["class"], "STATUS")
    # They are gone: their places are free.
    wait(lambda: rig.request("POST", "/v1/read", {"timeout": 0.1}, origin=page).status == 408, "a free place")
    rig.set_origin(page, "forgotten")


def test_slow(rig):
    """a request that does not become complete is ended, though bytes come"""
    start = time.monotonic()
    with contextlib.closing(socket.create_connection(("127.0.0.1", rig.port), 20)) as s:
        s.settimeout(0.1)
        for byte in b"GET /v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 1000:
            with contextlib.suppress(TimeoutError):
                s.sendall(bytes([byte]))
                if s.recv(1) == b"":
                    break
        else:
            raise AssertionError("it went on for ever")
    assert time.monotonic() - start < 6
    # The same for a body.
    assert rig.raw(f"POST /v1/enter HTTP/1.1\r\nHost: 127.0.0.1:{rig.port}\r\nContent-Length: 100\r\n\r\nabc".encode(),
                   seconds=10) == b""


def test_idle_connections(rig):
    """a thousand connections that ask for nothing keep nobody out"""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    with contextlib.ExitStack() as stack:
        for _ in range(1000):
            stack.enter_context(contextlib.closing(socket.create_connection(("127.0.0.1", rig.port), 20)))
        start = time.monotonic()
        equal(rig.request("GET", "/v1/health").status, 200)
        with WebSocket(rig.port, "/v1/ws") as ws:
            equal(ws.receive_json()["class"], "STATUS")
        assert time.monotonic() - start < 5
    equal(rig.request("GET", "/v1/health").status, 200)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_not_reading(_rig):
    """who asks and does not read is dropped, and holds nobody up"""
    event = json.dumps({"class": "IDENTITY", "name": "测试甲", "filler": "x" * 60000}, ensure_ascii=False)
    with Rig(hub="fake") as rig, contextlib.ExitStack() as stack:
        deaf = []
        for _ in range(8):
            s = stack.enter_context(contextlib.closing(socket.socket()))
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.connect(("127.0.0.1", rig.port))
            s.sendall(f"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:{rig.port}\r\n\r\n".encode())
            deaf.append(s)
        ws = stack.enter_context(WebSocket(rig.port, "/v1/ws"))
        equal(ws.receive_json()["class"], "STATUS")
        rig.wait_watchers(1)
        for _ in range(200):
            rig.tell("publish " + event)
            # What changed of the service meanwhile comes between.
            assert any(ws.receive_json()["class"] == "IDENTITY" for _ in range(5))
        for s in deaf:
            s.settimeout(20)
            with contextlib.suppress(ConnectionResetError):
                assert len(read_all(s)) < 200 * len(event)


def read_all(s):
    data = b""
    while piece := s.recv(1 << 20):
        data += piece
    return data


def test_port_taken(_rig):
    """a port that another program has is said in one line, and the others are served"""
    with Rig(profiles={"huashi": {}, "camera": {}}, start=False) as rig, contextlib.closing(socket.socket()) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", rig.ports["huashi"]))
        s.listen()
        rig.start_web()
        states = {p["name"]: p for p in rig.request("GET", "/v1/status").json()["profiles"]}
        equal((states["huashi"]["error"], states["camera"]["error"]), ("port-taken", None))
        assert states["huashi"]["enabled"] and not states["routon-ws"]["enabled"]
        equal(len(re.findall(rf".*port {rig.ports['huashi']}.*", rig.log())), 1)
        assert "another program has it" in rig.log()
        equal(rig.request("GET", "/", profile="camera").status, 404)
        # Its own: it ends, and is not to be tried again.
        again = subprocess.run([rig.program, "--config", rig.path("web.conf"), "--port", str(rig.port), "--socket",
                                rig.path("hub"), "--state", rig.path("state")], capture_output=True, check=False,
                               timeout=20)
        equal(again.returncode, 78)
        assert b"taken by another program" in again.stderr


def test_half_a_port(_rig):
    """a port of which another program has ::1 is not served by half"""
    if not os.path.exists("/proc/net/if_inet6"):
        return
    with Rig(profiles={"huashi": {}}, start=False) as rig, contextlib.closing(socket.socket(socket.AF_INET6)) as s:
        s.bind(("::1", rig.ports["huashi"]))
        s.listen()
        rig.start_web()
        states = {p["name"]: p for p in rig.request("GET", "/v1/status").json()["profiles"]}
        equal(states["huashi"]["error"], "port-taken")
        with contextlib.closing(socket.socket()) as other:
            assert other.connect_ex(("127.0.0.1", rig.ports["huashi"])) != 0


def test_denial_that_cannot_be_written(_rig):
    """what was taken back and could not be written is said, and not there again after a restart"""
    with Rig() as rig:
        rig.allow(PAGE)
        os.mkdir(rig.path("state/origins.new"))
        refused(rig.request("POST", "/v1/origins", {"origin": PAGE, "state": "denied"}), 500, "not-remembered")
        refused(rig.request("GET", "/v1/status", origin=PAGE), 403, "origin-denied")
        rig.stop_web()
        rig.start_web()
        refused(rig.request("GET", "/v1/status", origin=PAGE), 403, "origin-pending")


def test_profiles_are_off(_rig):
    """no vendor's port is open until the administrator says so, and then it is said"""
    with Rig(config="[profile huashi]\nenabled = no\n") as rig:
        assert not any(p["enabled"] for p in rig.request("GET", "/v1/status").json()["profiles"])
        assert "is on" not in rig.log()
    with Rig(profiles={"huashi": {}}) as rig:
        assert re.search(r"<4>Profile huashi is on", rig.log())


def test_configuration(_rig):
    """a configuration that is wrong is said with its line"""
    with Rig(start=False) as rig:
        rig.write("web.conf", "[server]\nport = 1\n")
        program = [rig.program, "--config", rig.path("web.conf"), "--state", rig.path("state")]
        done = subprocess.run(program, capture_output=True, check=False, timeout=20)
        equal(done.returncode, 78)
        assert b"line 2" in done.stderr
        equal(subprocess.run([rig.program, "--nonsense"], capture_output=True, check=False, timeout=20).returncode, 2)
        done = subprocess.run([rig.program, "--help"], capture_output=True, check=True, timeout=20)
        assert b"--profile-port" in done.stdout


def main():
    with Rig(profiles={"huashi": {}, "donsee-ws": {}}) as rig:
        return run("web server", [test for name, test in globals().items() if name.startswith("test_")], rig)


if __name__ == "__main__":
    sys.exit(main())
