#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The pictures of the operator page in docs/pictures: each is of a page that still says the same.

With --make they are made again: of the real page with the simulated reader, in both languages.
What the page said is kept in the PNG itself, and compared from then on. Pixels are not: fonts and
browsers differ."""
import difflib
import os
import struct
import subprocess
import sys
import zlib

from browser import Browser
from checks import equal, run
from rig import ROOT, Rig

FOLDER = os.path.join(ROOT, "docs/pictures")
LANGUAGES = {"zh-CN": ".zh-CN", "en-US": ""}
FONT = "Noto Sans CJK SC"
NUMBER, WRONG = "110101190001010014", "110101190001010041"
LINES = ("P<XXXSAMPLE<<TEST<CARD<<<<<<<<<<<<<<<<<<<<<<",
         "H000000009XXX0001018M3001019<<<<<<<<<<<<<<02")
SITE = "https://exam.example"
MARGIN = 12
WIDE, NARROW = 1280, 900    # of the window: with two columns, with one
COLOURS = 48
ABOVE = ("header", "#now")

# A countdown says the same in every picture. What waits in the page has no clock then, and is ended
# by the deadline of the browser.
CLOCK = "performance.now = () => 0; Date.now = () => 0;"

STILL = """document.activeElement.blur();
document.getAnimations().forEach(one => { one.pause(); one.currentTime = 0; });"""

# What is to be seen in some elements, and where they are.
LOOK = """(selectors => {
    const parts = selectors.map(selector => document.querySelector(selector));
    const typed = part => [...part.querySelectorAll('input[type=text], textarea')]
        .filter(field => field.checkVisibility()).map(field => field.value);
    const boxes = parts.map(part => part.getBoundingClientRect());
    const said = parts.flatMap(part => [part.className, part.innerText, ...typed(part)]);
    return {
        said: said.join('\\n'),
        left: Math.min(...boxes.map(box => box.left)) + scrollX,
        top: Math.min(...boxes.map(box => box.top)) + scrollY,
        right: Math.max(...boxes.map(box => box.right)) + scrollX,
        bottom: Math.max(...boxes.map(box => box.bottom)) + scrollY,
    };
})(%s)"""

# A stand-in for idcard-portrait: head and shoulders of nobody.
DECODER = """#!/usr/bin/python3
import struct, sys
sys.stdin.buffer.read()
def inside(x, y, middle, radius):
    return (x - 51) ** 2 + (y - middle) ** 2 < radius ** 2
def person(x, y):
    return inside(x, y, 48, 22) or y > 76 and inside(x, y, 120, 44)
sys.stdout.buffer.write(struct.pack("=II", 0x49445031, 0) + b"".join(
    b"\\x8a\\x9a\\xaa" if person(x, y) else b"\\xe6\\xee\\xf4"
    for y in range(126) for x in range(102)))
"""

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Of a chunk of text in UTF-8: its keyword, and no compression, language, translation.
TEXT = b"Description\0\0\0\0\0"


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def chunks(png):
    at = len(SIGNATURE)
    while at < len(png):
        size, kind = struct.unpack_from(">I4s", png, at)
        yield kind, png[at + 8:at + 8 + size]
        at += size + 12


def with_text(png, text):
    head, *rest = chunks(png)
    parts = (head, (b"iTXt", TEXT + text.encode()), *rest)
    return SIGNATURE + b"".join(chunk(*part) for part in parts)


def text_of(png):
    return next(data[len(TEXT):].decode() for kind, data in chunks(png)
                if kind == b"iTXt" and data.startswith(TEXT))


def need_font(page):
    """The one that the browser draws Chinese with."""
    page.call("DOM.enable")
    page.call("CSS.enable")
    root = page.call("DOM.getDocument")["root"]["nodeId"]
    title = page.call("DOM.querySelector", {"nodeId": root, "selector": "h1"})["nodeId"]
    fonts = page.call("CSS.getPlatformFontsForNode", {"nodeId": title})["fonts"]
    assert FONT in [font["familyName"] for font in fonts], \
        f"no font {FONT}, install it with: apt-get install fonts-noto-cjk"


class Desk:
    def __init__(self, rig, browser, making):
        self.rig = rig
        self.browser = browser
        self.making = making
        self.language = None
        self.taken = set()

    def page(self, width=NARROW):
        self.browser.close_pages()
        self.rig.sim("fault clear")
        if "card=yes" in self.rig.sim("status"):
            self.rig.lift()
        return self.open(self.rig, "ready", width)

    def open(self, rig, tone, width=NARROW):
        page = self.browser.open(language=self.language, width=width, height=900)
        page.call("Emulation.setScrollbarsHidden", {"hidden": True})
        page.before(CLOCK)
        page.go(rig.url())
        page.wait(f"document.querySelector('#now').className === '{tone}'")
        return page

    def take(self, page, name, *selectors):
        """A picture of these elements: made, or compared with the one that there is."""
        page.call("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": 0, "y": 0})
        page.eval(STILL)
        look = LOOK % list(selectors)
        seen = page.eval(look)
        lines = [" ".join(line.split()) for line in seen["said"].split("\n")]
        said = "\n".join(line for line in lines if line)
        name += LANGUAGES[self.language] + ".png"
        self.taken.add(name)
        path = os.path.join(FOLDER, name)
        if self.making:
            self.make(page, path, seen, said)
            equal(page.eval(look), seen)
            return
        with open(path, "rb") as file:
            before = text_of(file.read())
        assert said == before, f"{name} is out of date, run: make pictures\n" + "\n".join(
            difflib.unified_diff(before.splitlines(), said.splitlines(), "picture", "page",
                                 lineterm="", n=0))

    @staticmethod
    def make(page, path, seen, said):
        left, top = max(int(seen["left"]) - MARGIN, 0), max(int(seen["top"]) - MARGIN, 0)
        right = min(int(seen["right"]) + MARGIN, page.eval("innerWidth"))
        png = page.picture({"x": left, "y": top, "width": right - left,
                            "height": int(seen["bottom"]) + MARGIN - top, "scale": 1})
        small = subprocess.run(["pngquant", "--nofs", "--speed", "1", "--strip", str(COLOURS), "-"],
                               input=png, stdout=subprocess.PIPE, check=True).stdout
        with open(path, "wb") as file:
            file.write(with_text(small, said))


def test_card(desk):
    """a card: waited for, read, hidden"""
    page = desk.page(WIDE)
    desk.take(page, "page", *ABOVE, "#person", "#entry", "#readers", "#sites", "#services")
    page = desk.page()
    desk.take(page, "ready", "#now")
    # The reader does not answer, so there is time to look.
    desk.rig.sim("fault silence count=1000 command=30.01")
    desk.rig.place("resident")
    page.wait("document.querySelector('#now').className === 'busy'")
    desk.take(page, "reading", "#now")
    desk.rig.sim("fault clear")
    desk.rig.lift()
    page.wait("document.querySelector('.reader.searching')")
    desk.rig.place("resident")
    page.wait("document.querySelector('#portrait img')?.complete")
    desk.take(page, "read", *ABOVE, "#person")
    page.click("#mask")
    page.wait_text("#value-name", "**")
    desk.take(page, "hidden", *ABOVE, "#person")
    page.check()


def test_expired(desk):
    """a card that has expired"""
    page = desk.page()
    desk.rig.place("hmt_permit")
    page.wait("document.querySelector('#portrait img')?.complete")
    desk.take(page, "check", "#now", "#person")
    page.check()


def test_not_read(desk):
    """a card that is not read"""
    page = desk.page()
    desk.rig.sim("fault status count=1000 command=20.02 arg=81")
    desk.rig.place("resident")
    page.wait("document.querySelector('#now').className === 'bad'")
    desk.take(page, "not-read", "#now")
    page.check()


def test_entry(desk):
    """entry by hand, with the check digit that fits and one that does not"""
    page = desk.page(WIDE)
    page.click("#entry-id")
    page.type(NUMBER)
    page.wait("document.querySelector('#entry-result').className === 'good'")
    desk.take(page, "entry-number", "#entry")
    page.click("#entry-id")
    page.key("Control+a")
    page.type(WRONG)
    page.wait("document.querySelector('#entry-result').className === 'bad'")
    desk.take(page, "entry-wrong", "#entry")
    page.click("label[for=kind-passport]")
    page.click("#entry-passport")
    page.type("H00000000")
    page.click("#entry-digit")
    page.type("9")
    page.wait("document.querySelector('#entry-result').className === 'good'")
    desk.take(page, "entry-passport", "#entry")
    page.click("label[for=kind-mrz]")
    page.click("#entry-mrz")
    page.type("\n".join(LINES))
    desk.take(page, "entry-lines", "#entry")
    page.check()


def test_website(desk):
    """a website that asks, and the question before it is allowed"""
    page = desk.page(WIDE)
    equal(desk.rig.request("POST", "/v1/read", {}, origin=SITE).status, 403)
    page.wait_text(".site.waiting .origin", SITE)
    desk.take(page, "website", "#sites")
    page.click(".site-allow")
    page.wait("document.querySelector('#site-allow-yes')")
    desk.take(page, "website-allow", "#sites")
    page.click("#site-allow-yes")
    page.wait("document.querySelector('.site.allowed')")
    desk.take(page, "website-allowed", "#sites")
    page.click(".site-forget")
    page.wait("!document.querySelector('.site.allowed')")
    page.check()


def test_no_reader(desk):
    """no reader"""
    # Without a device of its own, idcardd would take what is plugged into this computer.
    with Rig(hub="fake", fake=["--no-readers"]) as rig:
        page = desk.open(rig, "warn")
        desk.take(page, "no-reader", "#now")
        page.check()
        page.close()


def test_all(desk):
    """each picture is one of these"""
    equal({name for name in os.listdir(FOLDER) if name.endswith(".png")}, desk.taken)


def in_language(scene, language):
    def test(desk):
        desk.language = language
        scene(desk)
    test.__doc__ = f"{language}: {scene.__doc__}"
    return test


def main():
    making = "--make" in sys.argv
    if making:
        sys.argv.remove("--make")
        os.makedirs(FOLDER, exist_ok=True)
    with Rig(reader="usb-1-2") as rig, Browser(["--disable-lcd-text"]) as browser:
        os.unlink(rig.path("whole"))
        rig.write("whole", DECODER)
        os.chmod(rig.path("whole"), 0o700)
        desk = Desk(rig, browser, making)
        if making:
            need_font(browser.open(rig.url(), language="zh-CN"))
        tests = [in_language(scene, language) for language in LANGUAGES for scene in SCENES]
        return run("pictures", [*tests, test_all], desk)


SCENES = (test_card, test_expired, test_not_read, test_entry, test_website, test_no_reader)

if __name__ == "__main__":
    sys.exit(main())
