# SPDX-License-Identifier: GPL-2.0-or-later
"""The test data of docs/protocol.md, and where seeds are kept."""
import os
import re

PROTOCOL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "docs", "protocol.md")

# The name below corpus/, and what is in it.
seeds = {}


def seed(target, name, data):
    """One file of the corpus; text is UTF-8."""
    key = os.path.join(target, name)
    assert key not in seeds, key
    seeds[key] = data.encode() if isinstance(data, str) else bytes(data)


def text_blocks():
    """The four text blocks as the page prints them."""
    with open(PROTOCOL, encoding="utf-8") as page:
        lines = re.findall(r"^ *\d+: ((?:[0-9A-F]{2} ?){32})$", page.read(), re.M)
    data = bytes.fromhex("".join(lines))
    blocks = [data[i:i + 256] for i in range(0, len(data), 256)]
    return dict(zip(("resident", "foreigner", "foreigner_2023", "hmt_permit"), blocks, strict=True))


TEXTS = text_blocks()
PHOTO = bytes.fromhex("574c66007e00320000ff85") + bytes((7 * i + 3) % 256 for i in range(11, 1024))
ADDRESS = "示例市新地址路3号".ljust(35).encode("utf-16-le")
PREAMBLE = bytes.fromhex("aaaaaa9669")


def fingerprint(finger, quality):
    return bytes((0x43, 1, 2, 1, 1, finger, quality)) + bytes((5 * i + 1) % 256 for i in range(7, 512))


FINGERS = fingerprint(0x0b, 0x46) + fingerprint(0x10, 0x3c)


def frame(body):
    covered = (len(body) + 1).to_bytes(2, "big") + bytes(body)
    check = 0
    for byte in covered:
        check ^= byte
    return PREAMBLE + covered + bytes((check,))


def reply(data=b"", status=0x90):
    return frame(bytes((0, 0, status)) + data)


def payload(text, fingers=None):
    sizes = b"\x01\x00\x04\x00" + (b"" if fingers is None else len(fingers).to_bytes(2, "big"))
    return sizes + text + PHOTO + (fingers or b"")


NUMBERS = {
    "resident": "110101190001010014",
    "permit": "810000190001010026",
    "foreigner-2023": "91199919000101003X",
    "foreigner": "XXX110000010103",
}
NAMES = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
SECOND = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
TD1_LONG = ("I<UTOD23145890<7349<<<<<<<<<<<", TD1[1], TD1[2])
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
PASSPORTS = {
    "lines": NAMES + "\n" + SECOND,
    "turned": SECOND + "\r\n" + NAMES,
    "together": NAMES + SECOND,
    "lower": (NAMES + " " + SECOND).lower(),
    "second": SECOND,
    "second-short-number": "L898902C<3UTO6908061F9406236ZE184226B<<<<<14",
    "second-no-optional": "C01X00T478D<<0002299M3001019<<<<<<<<<<<<<<08",
    "second-no-birth": "L898902C36UTO<<<<<<0<3001019<<<<<<<<<<<<<<04",
    "second-sex-x": "XX00000000XXX0001018X3001019<<<<<<<<<<<<<<00",
    "names-particles": "P<UTOVAN<DER<BERG<<JAN<PIETER<<<<<<<<<<<<<<<\n" + SECOND,
    "names-none": "P<D<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n" + SECOND,
    "wrong-number": "L898902C37UTO7408122F1204159ZE184226B<<<<<17",
    "wrong-optional": "L898902C36UTO7408122F1204159ZE184226B<<<<<21",
    "wrong-last": "C987654320GBR7505205F2905202CC0000000<<<<<05",
    "wrong-sex": "L898902C36UTO7408122Z3001019<<<<<<<<<<<<<<04",
    "wrong-nationality": "L898902C36UT07408122F3001019<<<<<<<<<<<<<<04",
    "wrong-birth": "L898902C36UTO7408123F1204159ZE184226B<<<<<13",
    "no-day-of-birth": "L898902C36UTO7408328F3001019<<<<<<<<<<<<<<04",
    "no-day-of-expiry": "L898902C36UTO7408122F3002315<<<<<<<<<<<<<<02",
    "two-of-names": NAMES + NAMES,
    "other-type": "V" + NAMES[1:] + "\n" + SECOND,
    "td1": "\n".join(TD1),
    "td1-together": "".join(TD1),
    "td1-long": "\n".join(TD1_LONG),
    "td1-long-wrong": "I<UTOD23145890<<<<<<<<<<<<<<<<\n" + "\n".join(TD1[1:]),
    "td1-longest": "I<UTOD23145890<ABCDEFGHIJKLM9<\n7408122F1204159UTO<<<<<<<<<<<0\n" + TD1[2],
    "td1-full": "I<UTOD23145890<ABCDEFGHIJKLM99\n7408122F1204159UTO<<<<<<<<<<<0\n" + TD1[2],
    "td1-type": "V" + TD1[0][1:] + "\n" + "\n".join(TD1[1:]),
    "td2": "\n".join(TD2),
    "td2-together": "".join(TD2),
    "td2-long": "D23145890<UTO7408122F12041597349<<<2\n" + TD2[0],
    "no-number": "<<<<<<<<<0UTO7408122F3001019<<<<<<<<<<<<<<06",
    "four-lines": "A\nB\nC\nD",
    "too-long": NAMES * 3,
    "character": SECOND[:-4] + "-<10",
    "nothing": "",
}
