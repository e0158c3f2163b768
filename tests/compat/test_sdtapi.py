#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Callers through ctypes: wrong, NULL, short and uninitialised arguments.

Runs inside compat-rig. The argument is the folder of the libraries; built with ASan, and with
libasan preloaded, they are watched at each byte: all memory here comes from malloc().
"""
import ctypes
import itertools
import os
import random
import socket
import sys
import time

PORT = 1001
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]

sdt = ctypes.CDLL(os.path.join(sys.argv[1], "libsdtapi.so"))
wltrs = ctypes.CDLL(os.path.join(sys.argv[1], "libwltrs.so"))

GUARD = 64
# Arguments: i is a number, f iIfOpen; the rest are outputs: a length, or so many bytes.
FUNCTIONS = {
    "SDT_GetCOMBaud": ["i", "length"],
    "SDT_SetCOMBaud": ["i", "i", "i"],
    "SDT_SetOpenCOMBaud": ["i"],
    "SDT_OpenPort": ["port"],
    "SDT_ClosePort": ["port"],
    "SDT_GetErrorString": ["i", 64],
    "SDT_SetMaxRFByte": ["port", "i", "f"],
    "SDT_ResetSAM": ["port", "f"],
    "SDT_GetSAMStatus": ["port", "f"],
    "SDT_GetSAMID": ["port", 16, "f"],
    "SDT_GetSAMIDToStr": ["port", 37, "f"],
    "SDT_StartFindIDCard": ["port", 4, "f"],
    "SDT_SelectIDCard": ["port", 8, "f"],
    "SDT_ReadBaseMsg": ["port", 256, "length", 1024, "length", "f"],
    "SDT_ReadBaseMsgToFile": ["port", "name", "length", "name", "length", "f"],
    "SDT_ReadBaseFPMsg": ["port", 256, "length", 1024, "length", 1024, "length", "f"],
    "SDT_ReadBaseMsgFingerPrint": ["port", 256, "length", 1024, "length", 1024, "length", "f"],
    "SDT_ReadBaseFPMsgToFile": ["port", "name", "length", "name", "length", "name", "length", "f"],
    "SDT_ReadFPMsg": ["port", 1024, "length", "f"],
    "SDT_ReadNewAppMsg": ["port", 280, "length", "f"],
    "SDT_ReadAllAppMsg": ["port", 280, "length", "f"],
    "SDT_ReadIINSNDN": ["port", 28, "f"],
    "SDT_ReadIINSNDNToASCII": ["port", 28, "f"],
    "SDT_ReadMngInfo": ["port", 28, "f"],
    "CardOn": [],
    "SDT_WriteAppMsg": ["port", 70, "i", 70, "length", "f"],
    "SDT_WriteAppMsgOK": ["port", 70, "i", "f"],
    "SDT_CancelWriteAppMsg": ["port", "f"],
    "SDT_UsableAppMsg": ["port", 1, "f"],
    "SDT_GetUnlockMsg": ["port", 16, "f"],
}
CODES = {0, 0x01, 0x02, 0x03, 0x05, 0x21, 0x24, 0x41, 0x80, 0x81, 0x90, 0x91, 0x9f}
NUMBERS = [0, 1, -1, 115200, 9600, 0x90, 0x7fffffff, -0x80000000]
PORTS = [PORT, PORT, PORT, 2, 9999, 1, 1002, 0, -1, 10016, 0x7fffffff]

passed = failed = 0


def check(name, test, *arguments):
    global passed, failed
    try:
        test(*arguments)
    except AssertionError as e:
        failed += 1
        print(f"not ok sdtapi.py: {name}\n# {e!r} in line {e.__traceback__.tb_next.tb_lineno}")
    else:
        passed += 1
        print(f"ok sdtapi.py: {name}")


def sim(command):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(os.environ["IDCARD_SIM"])
        s.sendall(command.encode() + b"\n")
        reply = s.recv(4096)
    assert reply.startswith(b"ok"), (command, reply)


class Memory:
    """What a call gets: blocks of just their size, or with a pattern behind that must stay."""

    def __init__(self, guarded):
        self.guarded = guarded
        self.blocks = []

    def get(self, size, fill=None):
        whole = size + (GUARD if self.guarded else 0)
        p = libc.malloc(max(whole, 1))
        pattern = os.urandom(1)
        # Without a fill it holds what malloc() left there: nothing that was set.
        if fill is not None:
            ctypes.memmove(p, fill, size)
        if self.guarded:
            ctypes.memset(p + size, pattern[0], GUARD)
        self.blocks.append((p, size, pattern))
        return p

    def end(self):
        for p, size, pattern in self.blocks:
            if self.guarded:
                assert ctypes.string_at(p + size, GUARD) == pattern * GUARD, f"written behind {size} bytes"
            libc.free(p)
        self.blocks = []


def value(kind, memory, pick):
    if kind == "i":
        return ctypes.c_int(pick(NUMBERS))
    if kind == "f":
        return ctypes.c_int(pick([0, 0, 1, -1]))
    if kind == "port":
        return ctypes.c_int(pick(PORTS))
    if pick([False, False, True]):
        return ctypes.c_void_p(None)
    if kind == "length":
        return ctypes.c_void_p(memory.get(4, pick([None, b"\0" * 4, b"\xff" * 4])))
    if kind == "name":
        return ctypes.c_void_p(memory.get(16, pick([b"file", b"", b"none/file", b"/"]).ljust(16, b"\0")))
    return ctypes.c_void_p(memory.get(kind))


def call(name, memory, pick):
    arguments = [value(kind, memory, pick) for kind in FUNCTIONS[name]]
    return getattr(sdt, name)(*arguments)


def take(persona, port=PORT):
    sim("lift" if persona is None else f"place {persona}")
    deadline = time.monotonic() + 20
    while sdt.SDT_StartFindIDCard(port, None, 1) != 0x9f:
        assert time.monotonic() < deadline, "no card came"
    assert sdt.SDT_SelectIDCard(port, None, 1) == 0x90


def lift():
    sim("lift")
    sim("wait-polled 2")


def test_anything(seed, guarded, persona):
    """Any function with any of it, while a card lies there, or not."""
    generator = random.Random(seed)
    if persona:
        sdt.SDT_ResetSAM(PORT, 1)
        take(persona)
    for _ in range(3):
        for name in generator.sample(sorted(FUNCTIONS), len(FUNCTIONS)):
            memory = Memory(guarded)
            code = call(name, memory, generator.choice)
            assert code in CODES, (name, hex(code))
            memory.end()
    if persona:
        lift()


def test_each_null(persona):
    """One pointer after the other is NULL, and all of them."""
    assert sdt.SDT_OpenPort(PORT) == 0x90
    take(persona)
    for name, kinds in FUNCTIONS.items():
        if "WriteAppMsg" in name or name in ("SDT_ResetSAM", "SDT_ClosePort", "SDT_StartFindIDCard"):
            continue
        pointers = [i for i, kind in enumerate(kinds) if isinstance(kind, int) or kind in ("length", "name")]
        for nulls in itertools.chain([()], [(i,) for i in pointers], [tuple(pointers)]):
            memory = Memory(True)
            arguments = []
            for i, kind in enumerate(kinds):
                if i in nulls:
                    arguments.append(None)
                elif kind == "port":
                    arguments.append(2 if name.endswith("COMBaud") else PORT)
                elif kind in ("i", "f"):
                    arguments.append(0)
                elif kind == "name":
                    arguments.append(ctypes.c_void_p(memory.get(16, b"file".ljust(16, b"\0"))))
                else:
                    arguments.append(ctypes.c_void_p(memory.get(4 if kind == "length" else kind)))
            code = getattr(sdt, name)(*arguments)
            assert code in CODES, (name, nulls, hex(code))
            memory.end()
    lift()


def test_lengths_are_whole():
    """All four bytes are stored, whatever was there, and wherever it lies."""
    take("resident_2_addresses")
    sizes = {"SDT_ReadBaseMsg": (256, 1024), "SDT_ReadBaseFPMsg": (256, 1024, 0), "SDT_ReadNewAppMsg": (140,)}
    for name, expected in sizes.items():
        for odd in range(4):
            memory = Memory(True)
            places = [memory.get(4 + odd) + odd for _ in expected]
            for p in places:
                ctypes.memset(p, 0xff, 4)
            arguments = []
            for size, p in zip((256, 1024, 1024) if len(expected) > 1 else (280,), places):
                arguments += [ctypes.c_void_p(memory.get(size)), ctypes.c_void_p(p)]
            assert getattr(sdt, name)(PORT, *arguments, 1) == 0x90
            for size, p in zip(expected, places):
                assert ctypes.string_at(p, 4) == size.to_bytes(4, sys.byteorder)
            memory.end()
    lift()
    n = ctypes.c_uint(0xffffffff)
    assert sdt.SDT_ReadNewAppMsg(PORT, None, ctypes.byref(n), 1) == 0x41 and n.value == 0


def test_short_buffer():
    """With the option a caller that has room for one address gets one."""
    take("resident_2_addresses")
    memory = Memory(True)
    n = ctypes.c_uint(7)
    p = memory.get(70)
    assert sdt.SDT_ReadNewAppMsg(PORT, ctypes.c_void_p(p), ctypes.byref(n), 1) == 0x90
    assert n.value == 70
    memory.end()
    lift()


def test_photo():
    block = b"WL\x66\0\x7e\0" + bytes(1018)
    for size, out_size in itertools.product((1024, 1023, 0, -1, 4096), (38862, 38861, 0, -1, 0x7fffffff)):
        memory = Memory(True)
        given = ctypes.c_void_p(memory.get(max(size, 1024), block.ljust(max(size, 1024), b"\0")))
        out = ctypes.c_void_p(memory.get(38862))
        code = wltrs.DecodingPhotos(given, size, out, out_size)
        assert code == (38862 if size >= 1024 and out_size >= 38862 else -4 if size < 1024 else -1), code
        memory.end()
    memory = Memory(True)
    given, out = ctypes.c_void_p(memory.get(1024, block)), ctypes.c_void_p(memory.get(38556))
    assert wltrs.unpack(given, out, 0) == 1
    assert wltrs.unpack(ctypes.c_void_p(memory.get(1024)), out, 0) in (1, -4)
    for given, out in itertools.product((None, given), (None, out)):
        assert wltrs.unpack(given, out, 0) == (1 if given else -4)
        assert wltrs.DecodingPhotos(given, 1024, None, 38862) == (38862 if given else -4)
    assert wltrs.GetBmp(None, 0) == -3 and wltrs.dewlt(None) == -3
    for name in (b"", b".", b".wlt", b"/", b"x" * 5000, b"x" * 5000 + b".wlt", b"\xff\xfe.wlt"):
        p = ctypes.c_void_p(memory.get(len(name) + 1, name + b"\0"))
        assert wltrs.GetBmp(p, 1) in (-2, -3), name[:20]
    memory.end()


def test_unplugged_is_fast():
    best = {}
    for port in [*range(1002, 1017), 1, *range(3, 17)]:
        for _ in range(5):
            begun = time.monotonic()
            assert sdt.SDT_OpenPort(port) == 0x01
            best[port] = min(best.get(port, 1e9), (time.monotonic() - begun) * 1e3)
    print(f"# an unplugged port answers in {max(best.values()):.2f} ms (the slowest of {len(best)} ports, best of 5)")
    assert max(best.values()) < 50


if "--short" in sys.argv:
    check("a short buffer for addresses", test_short_buffer)
else:
    for number, card in enumerate([None, "resident", "resident_2_fingers", "resident_2_addresses", "foreigner_2023"]):
        check(f"anything, {card or 'no card'}", test_anything, number, False, card)
        check(f"anything with guards, {card or 'no card'}", test_anything, 100 + number, True, card)
    check("each pointer NULL", test_each_null, "resident_2_fingers")
    check("lengths are stored whole", test_lengths_are_whole)
    check("photo", test_photo)
    check("unplugged ports answer at once", test_unplugged_is_fast)
sys.exit(failed != 0)
