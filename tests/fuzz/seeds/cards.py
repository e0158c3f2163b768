# SPDX-License-Identifier: GPL-2.0-or-later
"""Seeds: records of cards, with choices for their lines of JSON."""
from .data import ADDRESS, FINGERS, PHOTO, TEXTS, seed



def unit(text, at, value):
    """The text block with characters written over it, at a byte."""
    data = value.encode("utf-16-le")
    return text[:at] + data + text[at + len(data):]


SAM = bytes.fromhex("05000300a53a3401393000003209" "0100")
OFF, WLT, JPEG, BMP = 0, 1, 2, 3
PRINTS, MOVED, MAPPED, READER, GIVEN = 4, 8, 16, 32, 64


def card(text, choices=READER | WLT, picture=0, less=0, counts=0, addresses=b"", head=PHOTO[:6],
         finger=FINGERS[:7], sam=SAM):
    return (bytes((choices, picture)) + less.to_bytes(2, "little") + sam + bytes((counts,)) + head + finger +
            text + addresses)


def identities():
    resident, foreigner, foreigner_2023, permit = TEXTS.values()
    everything = READER | PRINTS | MOVED | MAPPED | GIVEN
    for name, text in TEXTS.items():
        seed("identity", name, card(text))
    seed("identity", "off", card(resident, READER, less=100))
    seed("identity", "no-reader", card(resident, WLT, less=1))
    seed("identity", "no-sam-id", card(resident, sam=b"\xff" * 16))
    seed("identity", "bad-block", card(resident, head=b"nothing"[:6]))
    for name, wanted in ("jpeg", JPEG), ("bmp", BMP):
        seed("identity", name, card(resident, everything | wanted, 128, less=2000))
        seed("identity", name + "-none", card(resident, READER | wanted))
    for result in range(1, 13):
        seed("identity", f"result-{result}", card(resident, READER | GIVEN | JPEG, result))
    for n, (result, finger) in enumerate(((1, 0x0b), (2, 0x14), (3, 0x61), (9, 0x62), (0, 0x63))):
        head = bytes((0x43, 1, 2, 1, result, finger, 0))
        seed("identity", f"finger-{n}", card(resident, everything | WLT, counts=1, finger=head))
    seed("identity", "fingers", card(resident, everything | WLT, counts=2))
    seed("identity", "finger-unknown", card(resident, everything | WLT, counts=1, finger=b"\xff" * 7))
    seed("identity", "moved", card(resident, everything, counts=1 << 2, addresses=ADDRESS))
    seed("identity", "moved-4", card(resident, everything, counts=4 << 2, addresses=ADDRESS * 4))
    seed("identity", "moved-odd", card(resident, everything, counts=2 << 2, addresses=b"\1\0\0\xe0" + ADDRESS[4:]))
    seed("identity", "private-use", card(unit(resident, 4, "\ue000")))
    seed("identity", "private-use-mapped", card(unit(resident, 0, "\ue81e\ue5e5"), everything))
    seed("identity", "private-use-plane", card(unit(resident, 0, "\U000f0000"), everything))
    seed("identity", "odd-characters", card(unit(resident, 0, "\x01\"\\\u202e")))
    seed("identity", "escapes", card(unit(resident, 52, "a\tb\"c\\d\n\x7f\u2028e")))
    seed("identity", "no-name", card(unit(resident, 0, " " * 15)))
    seed("identity", "no-name-latin", card(unit(foreigner, 0, " " * 60)))
    seed("identity", "sex-9", card(unit(resident, 30, "9")))
    seed("identity", "sex-x", card(unit(resident, 30, "X")))
    seed("identity", "sex-other", card(unit(resident, 30, "2")))
    seed("identity", "ethnicity", card(unit(resident, 32, "57")))
    seed("identity", "ethnicity-letters", card(unit(resident, 32, "AB")))
    seed("identity", "birth", card(unit(resident, 36, "19000102")))
    seed("identity", "birth-none", card(unit(resident, 36, " " * 8)))
    seed("identity", "birth-future", card(unit(resident, 36, "20991231")))
    seed("identity", "number-digit", card(unit(resident, 156, "5")))
    seed("identity", "number-form", card(unit(resident, 122, "X")))
    seed("identity", "number-region", card(unit(resident, 122, "160101190001010013")))
    seed("identity", "expired", card(unit(resident, 204, "20250101")))
    seed("identity", "no-end", card(unit(resident, 204, "        ")))
    seed("identity", "foreigner-country", card(unit(foreigner, 152, "QQQ")))
    seed("identity", "foreigner-digit", card(unit(foreigner, 150, "4")))
    seed("identity", "foreigner-form", card(unit(foreigner, 122, "1")))
    seed("identity", "foreigner-birth", card(unit(foreigner, 220, "19000102")))
    seed("identity", "former", card(unit(foreigner_2023, 250, "000")))
    seed("identity", "former-odd", card(unit(foreigner_2023, 250, "A00")))
    seed("identity", "former-damaged", card(unit(unit(foreigner_2023, 250, "000"), 156, "1")))
    seed("identity", "renewals", card(unit(foreigner_2023, 32, "0X")))
    seed("identity", "long-latin", card(unit(unit(foreigner_2023, 52, "A" * 35), 220, "B" * 11)))
    seed("identity", "permit-in-resident", card(unit(resident, 122, "810000190001010026")))
    seed("identity", "type-other", card(unit(permit, 248, "Z")))
    seed("identity", "nothing", b"")
