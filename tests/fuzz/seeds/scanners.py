# SPDX-License-Identifier: GPL-2.0-or-later
"""Seeds: keys of scanners."""
from .data import NAMES, NUMBERS, SECOND, TD1, seed

# Codes of <linux/input-event-codes.h>.
KEYS = {}
for first, row in (2, "1234567890-="), (16, "qwertyuiop[]"), (30, "asdfghjkl;'`"), (43, "\\zxcvbnm,./"):
    KEYS.update({c: (first + i, False) for i, c in enumerate(row)})
for first, row in (2, "!@#$%^&*()_+"), (16, "QWERTYUIOP{}"), (30, 'ASDFGHJKL:"~'), (43, "|ZXCVBNM<>?"):
    KEYS.update({c: (first + i, True) for i, c in enumerate(row)})
KEYS.update({" ": (57, False), "\n": (28, False), "\t": (15, False)})
RELEASED, PRESSED, REPEATED, LOST, HIGH = 0, 1, 2, 4, 8
NOW, PAUSE, STALE = 1, 4, 6
SHIFT, CONTROL, ALT, CAPS = 42, 29, 56, 58


def press(code, what=PRESSED, time=NOW):
    return bytes((code & 255, what | (HIGH if code > 255 else 0), time))


def typed(text):
    out = b""
    for c in text:
        code, shift = KEYS[c]
        out += press(SHIFT) if shift else b""
        out += press(code) + press(code, RELEASED)
        out += press(SHIFT, RELEASED) if shift else b""
    return out


def scans():
    enter, tab, pause = b"\0", b"\1", b"\2"
    wait = press(SHIFT, RELEASED, PAUSE)
    stale = press(SHIFT, RELEASED, STALE)
    seed("scan", "number", enter + wait + typed(NUMBERS["foreigner-2023"] + "\n"))
    seed("scan", "two", enter + wait + typed(NUMBERS["resident"] + "\n\n") + wait + typed("L898902C36\n"))
    seed("scan", "all", enter + wait + typed("".join(c for c in sorted(KEYS) if c not in "\n\t") + "\n"))
    seed("scan", "mrz", enter + wait + typed(NAMES + "\n" + SECOND + "\n"))
    seed("scan", "mrz-cr-lf", enter + wait + typed(NAMES + "\n\n" + SECOND + "\n\n"))
    seed("scan", "mrz-td1", enter + wait + typed("\n".join(TD1) + "\n"))
    seed("scan", "mrz-first-only", enter + wait + typed(NAMES + "\n") + stale)
    seed("scan", "mrz-mixed", enter + wait + typed(NAMES + "\n12345\n"))
    seed("scan", "mrz-other-length", enter + wait + typed(NAMES + "\n" + TD1[0] + "\n"))
    seed("scan", "tab", tab + wait + typed(NAMES + "\n" + SECOND + "\t"))
    seed("scan", "pause", pause + wait + typed(NUMBERS["resident"]) + wait)
    seed("scan", "blank", enter + wait + typed("  \n") + typed(" a \n"))
    seed("scan", "blank-tab", tab + wait + typed("\t"))
    seed("scan", "tab-where-enter-ends", enter + wait + typed("1\t2\n"))
    seed("scan", "no-pause-first", enter + typed("123\n") + wait + typed("4\n"))
    seed("scan", "unfinished", enter + wait + typed("123") + stale)
    seed("scan", "long", enter + wait + typed("1" * 256))
    seed("scan", "lost", enter + wait + typed("12") + press(0, LOST) + typed("34\n"))
    seed("scan", "other-key", enter + wait + typed("12") + press(59) + typed("34\n"))
    seed("scan", "high-key", enter + wait + typed("12") + press(0x1ff))
    seed("scan", "keypad", enter + wait + b"".join(press(c) for c in (79, 80, 81, 82, 83, 98, 55, 74, 78, 96)))
    seed("scan", "keypad-shift", enter + wait + press(SHIFT) + press(79) + press(98))
    seed("scan", "control", enter + wait + typed("1") + press(CONTROL) + press(50) + press(CONTROL, RELEASED) +
         typed("2") + press(97) + press(36) + press(97, RELEASED))
    seed("scan", "control-tab", tab + wait + typed("1") + press(CONTROL) + press(23))
    seed("scan", "control-other", enter + wait + typed("1") + press(CONTROL) + press(30))
    seed("scan", "control-shift", enter + wait + typed("1") + press(CONTROL) + press(54) + press(50))
    seed("scan", "alt", enter + wait + typed("1") + press(ALT) + press(30))
    seed("scan", "right", enter + wait + press(100) + press(125) + press(126) + press(30))
    seed("scan", "shift-tab", tab + wait + typed("1") + press(54) + press(15))
    seed("scan", "locks", enter + wait + press(CAPS) + press(69) + press(70) + typed("a\n"))
    seed("scan", "repeated", enter + wait + press(30) + press(30, REPEATED) * 3 + typed("\n"))
