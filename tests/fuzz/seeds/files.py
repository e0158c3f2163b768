# SPDX-License-Identifier: GPL-2.0-or-later
"""Seeds: files, which are configurations, libraries and pictures."""
from .data import seed

SCANNER = """# a comment
[scanner desk 1]
usb = 1a86:5456
source = qr
end = tab

[scanner desk 2]
name = SAMPLE Keyboard
end = pause
source = manual
"""


def configs():
    def many(n):
        return "".join(f"[scanner {i}]\nname = {i}\n" for i in range(n))
    for name, text in {
        "scanners": SCANNER,
        "scanner-enter": "[scanner]\nusb=1A86:5456\nname=any\nend = enter\n",
        "scanner-usb": "[scanner]\nusb = 1a86-5456\n",
        "scanner-usb-letters": "[scanner]\nusb = 1a8g:5456\n",
        "scanner-name": "[scanner]\nname =\n",
        "scanner-name-long": "[scanner]\nname = " + "A" * 140 + "\n",
        "scanner-source": "[scanner]\nsource = card\n",
        "scanner-end": "[scanner]\nend = never\n",
        "scanner-twice": "[scanner]\nname = a\n[scanner]\nname = b\n",
        "scanner-unknown": "[scanner]\nnames = a\n",
        "scanner-neither": "[scanner]\nend = tab\n",
        "scanner-section": "[" + "scanner " + "a" * 40 + "]\nname = a\n",
        "scanner-other-section": "[scanners]\nname = a\n",
        "scanner-16": many(16),
        "scanner-17": many(17),
        "serial": "[serial]\ndevice = /dev/ttyUSB0\nbaud = 9600\ndialect = stx\ndevice = /dev/ttyS1\n",
        "serial-baud": "[serial]\ndevice = /dev/ttyUSB0\nbaud = 1200\n",
        "serial-dialect": "[serial]\ndevice = /dev/ttyUSB0\ndialect = base64\n",
        "serial-relative": "[serial]\ndevice = ttyUSB0\n",
        "serial-no-device": "[serial]\nbaud = 9600\n",
        "serial-unknown": "[serial]\nspeed = 9600\n",
        "serial-section": "[usb]\ndevice = /dev/ttyUSB0\n",
        "serial-twice": "[serial]\ndevice = /dev/ttyS0\ndevice = /dev/ttyS0\n",
        "serial-17": "[serial]\n" + "".join(f"device = /dev/ttyS{i}\n" for i in range(17)),
        "place": "serial:/dev/ttyUSB0,baud=57600,dialect=sam",
        "place-node": "node:/dev/idcardraw0",
        "place-kind": "card:/dev/idcardraw0",
        "place-no-kind": "/dev/idcardraw0",
        "place-relative": "hid:hidraw0",
        "place-option": "serial:/dev/ttyUSB0,parity=none",
        "place-no-value": "serial:/dev/ttyUSB0,baud",
        "place-long-option": "serial:/dev/ttyUSB0," + "b" * 64,
        "empty": "",
        "section-open": "[scanner\nname = a\n",
        "no-section": "name = a\n",
        "no-value": "[a]\nname\n",
        "colon": "[a]\nname: b\n",
        "comments": "; one\n# two\n[a] ; three\nkey = value ; four\n",
        "semicolon": "[a]\nkey = a;b;c\n",
        "name": "Maker Scanner 3000", "name-space": "Maker ", "name-comment": "Maker ;2", "name-control": "Maker\x1b[2J",
        "indented": "[a]\n key = value\n",
        "indented-blank": "[a]\n \t\r\nkey = value\r\n",
        "line-180": "[a]\nk=" + "v" * 178 + "\n",
        "line-181": "[a]\nk=" + "v" * 179 + "\n",
        "nul": "[a]\nk = \0\n",
        "no-newline": "[a]\nk = v",
        "mark": "\ufeff[a]\nk = v\n",
        "long-section": "[" + "s" * 100 + "]\nk = v\n",
        "long-key": "[a]\n" + "k" * 100 + " = v\n",
        "yes": "yes", "false": "False", "on": "on", "zero": "0",
        "number": "4711", "number-large": "99999999999999999999", "number-rest": "12a",
    }.items():
        seed("config", name, text)


def elf(symbols=(), needed=(), bits=64, machine=62, kind=3, stack=6, dynamic=(), entry=None, cut=0):
    """A shared library with nothing in it but its tables."""
    wide = bits == 64
    strings = b"\0"

    def name(text):
        nonlocal strings
        at = len(strings)
        strings += text.encode() + b"\0"
        return at

    def word(value, size=8 if wide else 4):
        return value.to_bytes(size, "little")

    head, segment, section = (64, 56, 64) if wide else (52, 32, 40)
    table = b"\0" * (24 if wide else 16)
    for text, info, where in symbols:
        if wide:
            table += word(name(text), 4) + bytes((info, 0)) + word(where, 2) + word(0) + word(0)
        else:
            table += word(name(text)) + word(0) + word(0) + bytes((info, 0)) + word(where, 2)
    tags = b"".join(word(1) + word(name(n)) for n in needed)
    tags += b"".join(word(tag) + word(value) for tag, value in dynamic) + word(0) + word(0)
    at_table = head + segment
    at_tags = at_table + len(table)
    at_strings = at_tags + len(tags)
    at_sections = at_strings + len(strings)

    def make_section(type_, at, size, link, step):
        return (word(0, 4) + word(type_, 4) + word(0) + word(0) + word(at) + word(size) + word(link, 4) +
                word(0, 4) + word(8) + word(step))

    sections = make_section(0, 0, 0, 0, 0)
    sections += make_section(11, at_table, len(table), 3, (24 if wide else 16) if entry is None else entry)
    sections += make_section(6, at_tags, len(tags), 3, (16 if wide else 8) if entry is None else entry)
    sections += make_section(3, at_strings, len(strings), 0, 0)
    data = b"\x7fELF" + bytes((2 if wide else 1, 1, 1)) + bytes(9) + word(kind, 2) + word(machine, 2) + word(1, 4)
    data += word(0) + word(head if stack is not None else 0) + word(at_sections) + word(0, 4) + word(head, 2)
    data += word(segment, 2) + word(1 if stack is not None else 0, 2) + word(section, 2) + word(4, 2) + word(3, 2)
    flags = stack or 0
    data += (word(0x6474e551, 4) + (word(flags, 4) if wide else b"") + word(0) * 5 +
             (b"" if wide else word(flags)) + word(0)).ljust(segment, b"\0")[:segment]
    data += table + tags + strings + sections
    return data[:len(data) - cut]


def elves():
    function, weak, local, thing = 0x12, 0x22, 0x02, 0x11
    names = ("unpack", "_Z6unpackPcS_i", "WltToBmp", "_Z4abcd", "_Zx", "Java_com_sample_wltGetBMP", "saveWlt2Bmp")
    seed("elf", "library", elf([(n, function, 1) for n in names], ["libc.so.6", "libsample.so"]))
    seed("elf", "library-32", elf([("Unpack", function, 1)], ["libc.so"], bits=32, machine=3))
    seed("elf", "other-symbols", elf([("unpack", local, 1), ("unpack", thing, 1), ("unpack", function, 0),
                                      ("unpack", weak, 1), ("x" * 200, function, 1)]))
    seed("elf", "long-name", elf([("Java_" + "x" * 200 + "_wltGetBMP", function, 1)]))
    seed("elf", "many", elf([("wlt2bmp", function, 1)] * 20, ["libsample.so"] * 34))
    seed("elf", "text-relocations", elf([], [], dynamic=[(22, 0)]))
    seed("elf", "text-flag", elf([], [], dynamic=[(30, 4)]))
    seed("elf", "name-outside", elf([], [], dynamic=[(1, 0xffff)]))
    seed("elf", "executable-stack", elf([], stack=7))
    seed("elf", "no-segments", elf([], stack=None))
    seed("elf", "no-step", elf([("unpack", function, 1)], ["libc.so.6"], entry=0))
    seed("elf", "step-1", elf([("unpack", function, 1)], ["libc.so.6"], entry=1))
    for machine in (40, 183, 8, 243, 258, 0x9916, 21, 9999):
        seed("elf", f"machine-{machine}", elf([], machine=machine))
    seed("elf", "object", elf([], kind=1))
    whole = elf([("unpack", function, 1)])
    seed("elf", "cut", elf([("unpack", function, 1)], cut=100))
    seed("elf", "cut-head", whole[:40])
    seed("elf", "segment-outside", whole[:72] + b"\xff\xff\xff\x00" + whole[76:])
    seed("elf", "archive", b"!<arch>\nsample.o/       0           0     0     644     4         `\nabcd")
    seed("elf", "windows", b"MZ" + bytes(60))
    seed("elf", "text", "nothing")
    seed("elf", "empty", b"")


def bmp(width=102, height=126, offset=54, head=40, planes=1, depth=24, compression=0, more=0):
    def le(value, size=4):
        return (value % (1 << 8 * size)).to_bytes(size, "little")
    data = b"BM" + le(38862) + le(0) + le(offset) + le(head) + le(width) + le(height) + le(planes, 2) + le(depth, 2)
    return data + le(compression) + bytes(20) + bytes(offset - 54 if 54 < offset < 200 else 0) + bytes((more,))


PORTRAIT_CONF = """# SAMPLE
family = bmp3_key
library = /bin/sh
preload = /bin/ls
side_files = /usr
symbol = sample
key = 1234-SAMPLE
success = gt 0
output = raw
swap_rb = yes
flip_v = no
mirror_h = on
"""


def portraits():
    base = "family = raw3\nlibrary = /bin/sh\n"
    seed("portrait", "bmp", bmp())
    seed("portrait", "bmp-from-top", bmp(height=-126))
    seed("portrait", "bmp-longer", bmp(more=100))
    seed("portrait", "bmp-large-head", bmp(head=124, offset=138, more=84))
    seed("portrait", "bmp-cut", bmp(more=200))
    seed("portrait", "bmp-head-only", bmp(more=128))
    seed("portrait", "bmp-short", b"BM" + bytes(10))
    seed("portrait", "bmp-short-file", b"BM" + bytes(10) + b"\x80")
    seed("portrait", "bmp-offset", bmp(offset=0xffffff00))
    seed("portrait", "bmp-offset-inside", bmp(offset=53))
    seed("portrait", "bmp-head", bmp(head=12))
    seed("portrait", "bmp-width", bmp(width=101))
    seed("portrait", "bmp-height", bmp(height=125))
    seed("portrait", "bmp-depth", bmp(depth=8))
    seed("portrait", "bmp-compressed", bmp(compression=1))
    for name, text in {
        "conf": PORTRAIT_CONF,
        "conf-code": base + "code = 0x1234abcd\n",
        "conf-code-decimal": base + "code = -5\n",
        "conf-code-large": base + "code = 4294967296\n",
        "conf-code-text": base + "code = abc\n",
        "conf-code-rest": base + "code = 12x\n",
        "conf-defaults": base,
        "conf-output-bmp": base + "output = bmp\nsuccess = eq 0\n",
        "conf-output": base + "output = png\n",
        "conf-success": base + "success = 1\n",
        "conf-family": "family = none\n",
        "conf-no-family": "library = /bin/sh\n",
        "conf-no-library": "family = raw3\n",
        "conf-no-preload": "family = file_library\nlibrary = /bin/sh\n",
        "conf-preload": "family = file_library\nlibrary = /bin/sh\npreload = /bin/ls\n",
        "conf-preload-9": base + "preload = /bin/ls\n" * 9,
        "conf-relative": "family = raw3\nlibrary = sample.so\n",
        "conf-missing": "family = raw3\nlibrary = /nonexistent/sample.so\n",
        "conf-folder": "family = raw3\nlibrary = /usr\n",
        "conf-side-file": base + "side_files = /bin/sh\n",
        "conf-key-long": base + "key = " + "k" * 65 + "\n",
        "conf-key-empty": base + "key =\n",
        "conf-flip": base + "flip_v = maybe\n",
        "conf-section": "[portrait]\n" + base,
        "conf-unknown": base + "sample = 1\n",
        "conf-long-line": base + "#" * 181 + "\n",
        "conf-nul": base + "\0",
        "conf-empty": "",
    }.items():
        seed("portrait", name, text)
