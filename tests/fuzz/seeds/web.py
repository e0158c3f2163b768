# SPDX-License-Identifier: GPL-2.0-or-later
"""Seeds: what pages and programs send to idcard-web."""
from .data import seed

USER, SCRIPT, PORT_80, FOR_CONSENT, FOR_OPERATOR = 1, 2, 4, 8, 16
OWN, PAGE = "http://127.0.0.1:17825", "https://desk.example"


def request(name, choices, *fields, target="/v1/read"):
    lines = [target, *fields]
    lines += ["-"] * (6 - len(lines))
    seed("web", name, bytes((choices,)) + "\n".join(lines).encode())


def requests():
    host = "127.0.0.1:17825"
    request("program", USER | FOR_CONSENT, host)
    request("stranger", FOR_CONSENT, host)
    request("typed", USER | FOR_CONSENT, "localhost:17825", "-", "-", "none", "document")
    request("rebinding", USER, "evil.example:17825")
    request("no-host", USER, "-")
    request("port-80", USER | PORT_80, "localhost")
    request("operator", USER | FOR_OPERATOR, host, OWN, OWN + "/", "same-origin")
    request("operator-get", USER | FOR_OPERATOR, "[::1]:17825", "-", "-", "same-origin")
    request("operator-referer", USER | FOR_OPERATOR, host, "-", OWN + "/")
    request("page", USER | FOR_CONSENT, host, PAGE, PAGE + "/a", "cross-site")
    request("page-operator", USER | FOR_OPERATOR, host, PAGE)
    request("page-anybody", USER, host, PAGE)
    request("page-referer", USER | FOR_CONSENT, host, "-", "http://A.example:8080/b?c")
    request("page-liar", USER | FOR_CONSENT, host, OWN, "-", "cross-site")
    request("null", USER | FOR_CONSENT, host, "null")
    request("null-anybody", USER, host, "null")
    request("file", USER | FOR_CONSENT, host, "-", "file:///x.html")
    request("picture", USER | FOR_CONSENT, host, "-", "-", "cross-site", "image")
    request("script", USER | FOR_CONSENT | SCRIPT, host, "-", PAGE + "/", "cross-site", "script")
    request("link", USER, host, "-", "-", "cross-site", "document")
    request("long-referer", USER | FOR_CONSENT, host, "-", "http://" + "a" * 300 + "/")
    request("long-origin", USER | FOR_CONSENT, host, "http://" + "a" * 246)
    request("ipv6", USER | FOR_CONSENT, host, "http://[2001:DB8::1]:8080")
    request("ipv6-open", USER | FOR_CONSENT, host, "http://[2001:DB8::1")
    request("extension", USER | FOR_CONSENT, host, "chrome-extension://abcdef")
    request("extension-port", USER | FOR_CONSENT, host, "chrome-extension://abcdef:80")
    request("own-port", USER | FOR_CONSENT, host, "https://a.example:443")
    request("bad-port", USER | FOR_CONSENT, host, "https://a.example:99999")
    request("not-a-port", USER | FOR_CONSENT, host, "https://a.example/")
    request("odd", USER, host, target='/readcard&picpath="D:\\1\\123.bmp"&t=1')
    request("encoded", USER, host, target="/a%3Fb%26c%2525+d?e")
    request("encoded-nul", USER, host, target="/a%00")
    request("encoded-badly", USER, host, target="/a%4")
    request("no-path", USER, host, target="http://127.0.0.1/")
    request("long-path", USER, host, target="/" + "a" * 600)
    seed("web", "remembered", f"allowed {PAGE}\ndenied http://a.example\n\npending http://b\nallowed null\nallowed\n"
         f"allowed {'a' * 300}\nallowed {PAGE}".encode())
    seed("web", "file-of-administrator", f"# desks\n[origins]\nallow = {PAGE}\ndeny = http://a.example\n".encode())
    seed("web", "file-wrong", b"[origins]\nallow = null\n")
    seed("web", "file-unknown", b"[origins]\npermit = http://a\n")
    seed("web", "file-section", b"[other]\nallow = http://a\n")
    seed("web", "remembered-before-asked", b"allowed http://never0.example\nallowed http://other.example\n")
    seed("web", "many-asked", "".join(f"denied http://x{i}\n" for i in range(520)).encode())


def frame(first, payload=b"", masked=True, length=None):
    mask = b"\x37\xfa\x21\x3d"
    n = len(payload) if length is None else length
    head = bytes((n,)) if n < 126 else b"\x7e" + n.to_bytes(2, "big") if n < 65536 else b"\x7f" + n.to_bytes(8, "big")
    if not masked:
        return bytes((first,)) + head + payload
    head = bytes((head[0] | 0x80,)) + head[1:]
    return bytes((first,)) + head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))


def websockets():
    frames = {
        "text": frame(0x81, "测试甲".encode()) + frame(0x81, b"EST_GetVersion#"),
        "fragments": frame(0x01, b"a") + frame(0x89, b"p") + frame(0x00, b"b") + frame(0x80, b"c") + frame(0x81),
        "pong": frame(0x8a, b"x") + frame(0x81, b"y"),
        "medium": frame(0x81, b"a" * 200),
        "too-large": frame(0x81, b"a" * 10, length=5000),
        "far-too-large": frame(0x81, b"a" * 10, length=1 << 40),
        "close": frame(0x88, b"\x03\xe8bye") + frame(0x81, b"more"),
        "close-empty": frame(0x88),
        "close-short": frame(0x88, b"\x03"),
        "close-code": frame(0x88, b"\x00\x01"),
        "close-text": frame(0x88, b"\x03\xe8\xff"),
        "not-masked": frame(0x81, b"a", masked=False),
        "binary": frame(0x82, b"a"),
        "reserved": frame(0xc1, b"a"),
        "opcode": frame(0x83, b"a"),
        "goes-on": frame(0x80, b"a"),
        "ping-long": frame(0x89, b"a" * 126),
        "not-utf8": frame(0x81, b"\xff"),
        "key": b"dGhlIHNhbXBsZSBub25jZQ==",
        "key-long": b"dGhlIHNhbXBsZSBub25jZQAA",
    }
    for name, data in frames.items():
        seed("websocket", name, data)
