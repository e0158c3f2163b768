# SPDX-License-Identifier: GPL-2.0-or-later
"""Seeds: what readers send, over each kind of line."""
from .data import ADDRESS, FINGERS, PHOTO, PREAMBLE, TEXTS, frame, payload, reply, seed



def frames():
    good = reply()
    noise = bytes.fromhex("aa00aaaaaa9669000c00009000000000000000009c")
    seed("frame", "empty", b"")
    seed("frame", "reply", b"\0" + good)
    seed("frame", "reply-in-pieces", b"\1" + reply(payload(TEXTS["resident"])))
    seed("frame", "request", b"\0" + frame(b"\x20\x01"))
    seed("frame", "two-replies", b"\3" + good + reply(b"", 0x80))
    seed("frame", "first-byte-lost", b"\2" + good[1:])
    seed("frame", "more-preamble", b"\2\xaa\xaa" + good)
    seed("frame", "noise-before", b"\4" + noise + good)
    seed("frame", "noise-inside-preamble", b"\4\xaa\xaa\x96\x00\xaa\xaa\x96\x69\x00\x04\x00\x00\x90\x94")
    seed("frame", "wrong-checksum", b"\0" + good[:-1] + b"\x95" + good)
    seed("frame", "too-short", b"\0" + PREAMBLE + b"\x00\x01\x01" + good)
    seed("frame", "too-long", b"\0" + PREAMBLE + b"\xff\xff" + good)
    seed("frame", "longest", b"\7" + reply(bytes(4085)))


BULK = 2
PAIRS_SPLIT = ((0x02, BULK), (0x06, BULK), (0x81, BULK), (0x85, BULK))
PAIRS_STREAM = ((0x82, BULK), (0x01, BULK))


def endpoints(*pairs):
    return bytes((len(pairs),)) + b"".join(bytes((a, kind, 0, 64)) for a, kind in pairs)


def got(data=b""):
    """A transfer that ends well, with what it brought."""
    return b"\0" + len(data).to_bytes(2, "little") + data


def usb():
    sent, silent, pipe, gone, broken = b"\0", b"\4", b"\5", b"\6", b"\7"
    good, long = reply(), reply(payload(TEXTS["resident"]))
    pieces = b"".join(got(long[i:i + 64]) for i in range(0, len(long), 64))
    split = silent + silent + sent + sent
    stream = silent + sent
    seed("usb", "stream", endpoints(*PAIRS_STREAM) + stream + got(good) + stream + pieces)
    seed("usb", "split", endpoints(*PAIRS_SPLIT) + split + got(good[:7]) + got(good[7:]) +
         split + got(long[:7]) + got(long[7:500]) + got(long[500:]))
    seed("usb", "stale", endpoints(*PAIRS_STREAM) + got(good) + stream + got(good + good))
    seed("usb", "late", endpoints(*PAIRS_SPLIT) + split + silent + split + got(good))
    seed("usb", "late-stream", endpoints(*PAIRS_STREAM) + stream + silent + got(good) + stream + got(good))
    seed("usb", "pipe", endpoints(*PAIRS_STREAM) + silent + pipe + gone + silent + sent + broken)
    seed("usb", "never-silent", endpoints(*PAIRS_STREAM) + got(b"\xaa") * 300)
    seed("usb", "damaged", endpoints(*PAIRS_STREAM) + stream + got(good[:-1] + b"\0") + stream + got(b"\xaa") * 3)
    seed("usb", "interrupt", endpoints((0x81, 3), (0x02, 3), (0x83, 3), (0x04, 3)))
    seed("usb", "three", endpoints((0x02, BULK), (0x81, BULK), (0x85, BULK)) + stream + got(good))
    seed("usb", "none", endpoints((0x81, 0), (0x02, 1)))
    seed("usb", "only-in", endpoints((0x81, BULK)))


def records():
    fingerprints, address, framed = 1, 2, 4
    for name, text in TEXTS.items():
        seed("record", name, bytes((framed,)) + payload(text))
    resident = TEXTS["resident"]
    seed("record", "whole", b"\0" + reply(payload(resident)))
    seed("record", "fingers-0", bytes((framed | fingerprints,)) + payload(resident, b""))
    seed("record", "fingers-1", bytes((framed | fingerprints,)) + payload(resident, FINGERS[:512]))
    seed("record", "fingers-2", bytes((framed | fingerprints,)) + payload(resident, FINGERS))
    seed("record", "fingers-odd", bytes((framed | fingerprints,)) + payload(resident, FINGERS[:500]))
    seed("record", "fingers-missing", bytes((framed | fingerprints,)) + payload(resident, FINGERS)[:-1])
    seed("record", "no-data", bytes((framed,)))
    seed("record", "other-sizes", bytes((framed,)) + b"\x01\x00\x02\x00" + resident + PHOTO)
    seed("record", "no-card", b"\0" + reply(b"", 0x41))
    seed("record", "damaged", b"\0" + reply(payload(resident))[:-1] + b"\0")
    seed("record", "address", bytes((address | framed,)) + ADDRESS)
    seed("record", "address-4", bytes((address | framed,)) + ADDRESS * 4)
    seed("record", "address-5", bytes((address | framed,)) + ADDRESS * 5)
    seed("record", "address-none", bytes((address | framed,)))
    seed("record", "address-status", bytes((address,)) + reply(b"", 0x91))


DESCRIPTOR = bytes.fromhex("0600ff0901a1011500 26ff007508 9540 0902 8102 9540 0902 9102 c0")


def reports(data, size, counted):
    room = min(size - 1, 255) if counted else size
    cuts = [data[i:i + room] for i in range(0, len(data), room)]
    return b"".join(((bytes((len(c),)) if counted else b"") + c).ljust(size, b"\0") for c in cuts)


def hids():
    unknown, raw, counted = b"\0", b"\1", b"\2"
    good, long = reply(), reply(payload(TEXTS["resident"]))
    seed("hid", "raw", b"\0" + raw + reports(good, 64, False) + reports(long, 64, False))
    seed("hid", "counted", b"\0" + counted + reports(good, 64, True) + reports(long, 64, True))
    seed("hid", "detect", b"\0" + unknown + reports(good, 64, False) + reports(long, 64, True))
    seed("hid", "detect-none", b"\0" + unknown + bytes(64) + reports(good, 64, True))
    seed("hid", "small", b"\1" + raw + reports(long, 8, False))
    seed("hid", "small-counted", b"\1" + counted + reports(long, 8, True))
    seed("hid", "large-counted", b"\5" + counted + reports(long, 300, True))
    seed("hid", "damaged", b"\0" + raw + reports(good[:-1] + b"\0", 64, False))
    seed("hid", "no-preamble", b"\0" + raw + bytes(64))
    seed("hid", "count-zero", b"\0" + counted + bytes(64))
    seed("hid", "count-large", b"\0" + counted + b"\xff" * 64)
    seed("hid", "two-in-one", b"\0" + counted + reports(good + good, 64, True))
    seed("hid", "second-missing", b"\0" + raw + reports(long, 64, False)[:128] + reports(good, 64, False))
    seed("hid", "descriptor", b"\0" + raw + DESCRIPTOR)
    seed("hid", "descriptor-numbered", b"\0" + raw + b"\x85\x01" + DESCRIPTOR)
    seed("hid", "descriptor-long-item", b"\0" + raw + b"\xfe\x03\x01abc" + DESCRIPTOR)
    seed("hid", "descriptor-long-cut", b"\0" + raw + b"\xfe")
    seed("hid", "descriptor-sizes", b"\0" + raw + b"\x77\xff\xff\xff\xff\x97\xff\xff\xff\xff\x91\x02\x75\x08\x96\x40\x01\x91\x02")
    seed("hid", "descriptor-cut", b"\0" + raw + DESCRIPTOR[:11])


def message(data):
    check = 0
    for byte in data:
        check ^= byte
    return b"\x02" + len(data).to_bytes(2, "big") + data + bytes((check, 3))


FIND, SELECT, READ, READ_FINGERS, STATUS, RESET, SAM_ID = range(7)


def asked(command, said=None, time=0):
    return bytes((time, command)) + (b"" if said is None else len(said).to_bytes(2, "little") + said)


def serials():
    whole = message(b"\x90\x00" + payload(TEXTS["resident"]))
    other = message(b"\x90\x00" + payload(TEXTS["hmt_permit"]))
    no_card, good = message(b"\x80\x00"), message(b"\x90\x00\x31\x2e\x30")
    steps = asked(SELECT) + asked(READ_FINGERS) + asked(READ)
    seed("serial", "card", b"\0" + asked(FIND, whole) + steps)
    seed("serial", "card-in-pieces", b"\7" + asked(FIND, whole) + steps + asked(READ))
    seed("serial", "two-cards", b"\1" + asked(FIND, whole) + asked(FIND, other) + steps)
    seed("serial", "then-none", b"\1" + asked(FIND, whole) + asked(FIND, no_card) + steps)
    seed("serial", "too-late", b"\0" + asked(FIND, whole) + asked(SELECT, None, 4) + asked(READ))
    seed("serial", "just-in-time", b"\0" + asked(FIND, whole) + asked(SELECT, None, 3) + asked(READ))
    seed("serial", "other-command", b"\0" + asked(FIND, whole) + asked(SAM_ID) + asked(READ))
    seed("serial", "status", b"\0" + asked(STATUS, good) + asked(RESET, message(b"\x90\x00")))
    seed("serial", "card-as-status", b"\0" + asked(STATUS, whole) + asked(READ))
    seed("serial", "noise", b"\2" + asked(FIND, b"\x02\xff\xff\x00\x02\x00\x01" + whole))
    seed("serial", "damaged", b"\0" + asked(FIND, whole[:-2] + b"\0\3") + asked(READ))
    seed("serial", "no-end", b"\0" + asked(FIND, whole[:-1] + b"\0") + asked(READ))
    seed("serial", "unfinished", b"\0" + asked(FIND, whole[:700]) + asked(FIND, whole[700:]))
    seed("serial", "other-sizes", b"\0" + asked(FIND, message(b"\x90\x00\x01\x00\x02\x00" + bytes(1280))))
    seed("serial", "found-as-error", b"\0" + asked(FIND, message(b"\x9f\x00")))
    seed("serial", "error-with-data", b"\0" + asked(FIND, message(b"\x80\x00\x01")))
    seed("serial", "second-byte", b"\0" + asked(FIND, message(b"\x80\x01")))
    for code in (0xf1, 0xf2, 0xf3, 0xf4, 0xfd, 0xfe, 0x77):
        seed("serial", f"reader-error-{code:02x}", b"\0" + asked(FIND, message(bytes((0, code)))))


def leases():
    plain, repeat = b"\0", b"\1"

    def send(*commands):
        return b"".join(b"\1" + bytes.fromhex(command) for command in commands)

    def wait(ms):
        return b"\2" + bytes((ms // 20,))

    placed, lifted, lost, empty, resting, unsure = b"\3", b"\6\0", b"\6\1", b"\7", b"\10", b"\11"
    good, lapse = b"\12\x90", b"\13" + wait(5000) * 6 + b"\13"
    everything, neither, refused = b"\4\x33", b"\4\0", b"\4\4"
    begin, card = good + empty + send("11ff"), placed + everything
    read = send("2001", "2002", "3001", "3010", "3003")
    whole = frame(b"\x20\x01")
    for name, steps in {
        "read": begin + card + read + send("2001") + wait(60) + send("3001") + lifted + send("3003"),
        "again": begin + card + read + send("10ff") + read,
        "none": good + send("2001") + wait(60) + empty + send("2001") + wait(60) + read,
        "looks": good + send("2001") + wait(2000) + send("2001") + placed + wait(600) + b"\14" + everything,
        "late": good + card + read + neither + everything + send("2001"),
        "late-lifted": good + card + send("2001", "2002", "3001") + lifted + empty,
        "late-never": good + card + send("2001", "2002", "3001") + wait(5000) + wait(3000),
        "refused": begin + placed + refused + read,
        "no-address": begin + placed + b"\4\2" + send("2001", "2002", "3003"),
        "swapped": begin + card + send("2001") + card + send("2002", "2001", "2002") + card + send("3001"),
        "unsure": begin + card + send("2001") + unsure + send("2002") + wait(2000) + resting + send("2001", "2002") +
                  unsure + send("3001") + resting + everything,
        "stale": begin + card + wait(1000) + send("2001") + wait(2000) + resting + send("2001", "2002") + wait(1000) +
                 send("3001") + wait(2000),
        "failed": begin + placed + b"\5\x31" + send("2001", "2002", "3001") + resting + b"\5\0" + empty,
        "failed-line": begin + b"\5\0" + placed + b"\5\x32" + send("2001", "2002"),
        "failed-again": begin + card + send("2001", "2002") + b"\5\x41" + send("3001", "2001", "2002"),
        "lost": begin + card + send("2001", "2002") + lost + send("3001"),
        "lapse": begin + card + send("2001", "2002") + lapse + send("3001"),
        "reader": send("11ff") + wait(2500) + send("12ff") + good + send("12ff", "11ff") + b"\12\x60" +
                  send("12ff", "11ff", "2001") + wait(60) + b"\12\0" + send("12ff"),
        "others": begin + send("6000", "61ff", "3002", "0000"),
        "frame": begin + b"\0" + bytes((len(whole),)) + whole + b"\0" + bytes((len(whole),)) + whole,
        "no-frame": b"\0\0" + b"\0\x0a" + whole[:-1] + b"\0" + b"\0\x0b" + frame(b"\x20\x01\0"),
    }.items():
        seed("lease", name, plain + steps)
    seed("lease", "repeat", repeat + begin + card + read + send("2001") + wait(1000) + resting + read)
