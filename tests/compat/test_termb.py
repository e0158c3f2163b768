#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Callers of libtermb.so in Python, which knows no prototypes: what is given for a pointer goes on as it is.

test_termb.py FOLDER: run by compat-rig, with a reader on port 1001, and with the libraries that are built with
ASan, which is loaded before. Prints a line for each test.
"""
import ctypes
import os
import socket
import sys
import time
import traceback

PORT = 1001
GUARD = 0xA5
TEXTS = ("GetPeopleName GetPeopleSex GetPeopleNation GetPeopleBirthday GetPeopleAddress GetPeopleIDCode "
         "GetDepartment GetStartDate GetEndDate GetPeopleChineseName GetPeopleCertVersion GetNewAppMsg "
         "GetCertType GetPassCheckID").split()
# Bytes of the resident's fields in GB 18030, and what the record of the card has room for.
NEED = {"GetPeopleName": 6, "GetPeopleSex": 2, "GetPeopleNation": 2, "GetPeopleBirthday": 8, "GetPeopleAddress": 21,
        "GetPeopleIDCode": 18, "GetDepartment": 20, "GetStartDate": 8, "GetEndDate": 4, "GetPeopleChineseName": 6,
        "GetPeopleCertVersion": 0, "GetNewAppMsg": 0, "GetCertType": 1, "GetPassCheckID": 0}

lib = None


class Buffer:
    """SIZE bytes, with a guard on both sides."""

    def __init__(self, size):
        self.size = size
        self.memory = ctypes.create_string_buffer(bytes([GUARD]) * (size + 128), size + 128)
        self.pointer = ctypes.c_void_p(ctypes.addressof(self.memory) + 64)

    def check(self):
        raw = self.memory.raw
        assert raw[:64] == bytes([GUARD]) * 64, "before the buffer"
        assert raw[64 + self.size:] == bytes([GUARD]) * 64, "behind the buffer"
        return raw[64:64 + self.size]

    def untouched(self):
        return self.check() == bytes([GUARD]) * self.size


def sim(command):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(os.environ["IDCARD_SIM"])
        s.sendall(command.encode() + b"\n")
        reply = s.recv(4096)
    assert reply.startswith(b"ok"), reply


def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def read(persona="resident", active=2):
    if lib.CVR_IsRightCard() == 1:
        sim("lift")
        until(lambda: lib.CVR_IsRightCard() == 0)
    sim("place " + persona)
    until(lambda: lib.CVR_Authenticate() == 1)
    assert lib.CVR_Read_Content(active) == 1


def test_every_size_is_enough_and_no_more():
    for name in TEXTS:
        for suffix, width, encoding in (("", 1, "gb18030"), ("U", 2, "utf-16-le")):
            narrow = Buffer(300)
            assert getattr(lib, name + suffix)(narrow.pointer, None) == 1
            text = narrow.check().split(b"\0" * width)[0] if width == 1 else narrow.check()
            need = NEED[name] + 1
            if width == 2:
                need = 2 * len(first_text(name)) + 2
                text = text[:need - 2]
            exact = Buffer(need)
            assert getattr(lib, name + suffix)(exact.pointer, None) == 1
            assert exact.check()[:need - width].decode(encoding) == first_text(name)
            assert exact.check()[-width:] == b"\0" * width


def first_text(name):
    buffer = Buffer(300)
    getattr(lib, name)(buffer.pointer, None)
    return buffer.check().split(b"\0")[0].decode("gb18030")


def test_lengths_by_value():
    for value in (0, 1, 3, 4, 30, 31, 64, 128, 255, 256, 1024, 65535, 0x7FFFFFFF, -1, -4, -2147483648):
        for name in TEXTS:
            for suffix in ("", "U"):
                buffer = Buffer(64)
                assert getattr(lib, name + suffix)(buffer.pointer, value) == 1
                assert not buffer.untouched()


def test_lengths_of_other_types():
    for value in (None, b"30", "30", ctypes.c_short(30), ctypes.c_longlong(-1), ctypes.c_double(1.5), ctypes.c_bool(True)):
        buffer = Buffer(64)
        assert lib.GetPeopleName(buffer.pointer, value) == 1
        assert buffer.check()[:7] == "测试甲".encode("gb18030") + b"\0"


def test_lengths_are_not_looked_at():
    """Too small, large, negative: it is no size of the buffer for callers of this interface."""
    for value in (0, 1, 2, 30, 300, -1, 0x7FFFFFFF):
        length, buffer = ctypes.c_int(value), Buffer(7)
        assert lib.GetPeopleName(buffer.pointer, ctypes.byref(length)) == 1
        assert length.value == 6
        buffer.check()


def test_length_behind_the_buffer():
    """Both in one structure, as the callers of one big buffer have it."""
    for place in (8, 12, 60):
        buffer = Buffer(64)
        assert lib.GetPeopleName(buffer.pointer, ctypes.c_void_p(buffer.pointer.value + place)) == 1
        raw = buffer.check()
        assert raw[:7] == "测试甲".encode("gb18030") + b"\0"
        assert raw[place:place + 4] == b"\6\0\0\0"
        assert all(b == GUARD for i, b in enumerate(raw) if i > 6 and not place <= i < place + 4)


def test_no_buffers():
    for name in TEXTS + ["GetFPDate", "GetBMPData", "GetJpgData", "Getbase64BMPData", "Getbase64JpgData"]:
        for junk in (None, 0, 1, 49, -1, ctypes.c_void_p(0x10), ctypes.c_void_p(2**64 - 1), ctypes.c_void_p(1 << 63)):
            assert getattr(lib, name)(junk, junk) == 0
    for name in ("CVR_GetSAMID", "CVR_GetSAMIDU", "CVR_GetIDCardUID", "CVR_GetIDCardUIDU"):
        for junk in (None, 1, -1):
            assert getattr(lib, name)(junk, junk) == 0
    assert lib.GetIssuesNum(None) == 0
    assert lib.GetIssuesNum(5) == 0
    assert lib.GetNationCode(None, None) == 1


def test_constant_buffers():
    """Memory that may only be read, as string constants of compiled programs are."""
    with open("/proc/self/maps", encoding="ascii") as maps:
        constant = next(int(line.split("-")[0], 16) for line in maps if " r--p " in line)
    for name in TEXTS:
        assert getattr(lib, name)(ctypes.c_void_p(constant), ctypes.c_void_p(constant)) == 0


def test_memory_by_value():
    """Characters and numbers for the pointers, as two demos have it: the fields come all the same."""
    assert lib.CVR_ReadBaseMsg(ord("1"), 10, ord("2"), 10, 2) == 1
    assert lib.CVR_ReadBaseMsg(None, None, None, None, 1) == 1
    assert lib.CVR_ReadBaseMsg(0, 0, 0, 0, 5) == 1
    assert first_text("GetPeopleName") == "测试甲"


def test_memory_sizes():
    for mode in (1, 2, 5):
        text, portrait = Buffer(256), Buffer(1024)
        n, m = ctypes.c_uint(3), ctypes.c_uint(0)
        assert lib.CVR_ReadBaseMsg(text.pointer, ctypes.byref(n), portrait.pointer, ctypes.byref(m), mode) == 1
        text.check()
        portrait.check()
        assert (n.value, m.value) == {1: (256, 1024), 2: (len("测试甲男汉19000101110101190001010014".encode("gb18030")) +
                                                         21 + 20 + 13 + 16, 1024), 5: (0, 0)}[mode]
        if mode == 5:
            assert text.untouched() and portrait.untouched()


def test_memory_without_a_mode():
    """Forgotten: any number may be there. It is a mode, or nothing is written."""
    text, portrait = Buffer(256), Buffer(1024)
    n, m = ctypes.c_uint(3), ctypes.c_uint(3)
    r = lib.CVR_ReadBaseMsg(text.pointer, ctypes.byref(n), portrait.pointer, ctypes.byref(m))
    text.check()
    portrait.check()
    assert r in (0, 1)
    read()


def test_modes_that_are_none():
    for active in (-1, 0, 7, 99, 1001, 0x7FFFFFFF):
        assert lib.CVR_Read_Content(active) == 0
        assert lib.CVR_ReadBaseMsg(None, None, None, None, active) == 0
    assert first_text("GetPeopleName") == "测试甲"


def test_all_cards_in_small_buffers():
    for persona in ("foreigner", "foreigner_2023", "hmt_permit", "resident_2_addresses", "resident_private_use"):
        read(persona)
        for name in TEXTS:
            need = len(first_text(name).encode("gb18030")) + 1
            buffer = Buffer(need)
            assert getattr(lib, name)(buffer.pointer, None) == 1
            buffer.check()
    read()


def test_wz_of_callers():
    """As scripts in use read it: split at CRLF, dates cut by position, the last line's end there."""
    read(active=4)
    with open("wz.txt", "rb") as f:
        fields = f.read().decode("gbk").split("\r\n")
    assert len(fields) == 9 and fields[8] == ""
    assert fields[0] == "测试甲" and fields[1] == "男" and fields[2] == "汉"
    assert fields[5] == "110101190001010014"
    begin, end = fields[7].split("-")
    assert begin == "20200101" and end == "长期"
    read(active=1)
    with open("wz.txt", "rb") as f:
        raw = f.read()
    assert raw[:30].decode("utf-16-le").rstrip() == "测试甲"
    assert raw[122:158].decode("utf-16-le") == "110101190001010014"


def test_after_the_end():
    assert lib.CVR_CloseComm() == 1
    for name in TEXTS:
        buffer, length = Buffer(8), ctypes.c_int(7)
        assert getattr(lib, name)(buffer.pointer, ctypes.byref(length)) == 0
        assert buffer.check()[0] == 0 and length.value == 0
    assert lib.CVR_InitComm(PORT) == 1
    assert first_text("GetPeopleName") == ""


def main():
    global lib
    lib = ctypes.CDLL(os.path.join(sys.argv[1], "libtermb.so"))
    assert lib.CVR_InitComm(PORT) == 1
    read()
    bad = 0
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            try:
                test()
                print("ok test_termb.py:", name, flush=True)
            except AssertionError:
                traceback.print_exc()
                print("not ok test_termb.py:", name, flush=True)
                bad += 1
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
