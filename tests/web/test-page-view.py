#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the operator page shows of things that no good card has, and how: a stand-in says what idcardd would."""
import json
import re
import sys

from browser import Browser
from checks import equal, run
from rig import ROOT, Rig

READY = "document.querySelector('#now').className === 'ready'"
READER = {"name": "usb-1-2", "sam_id": "05.03-20200101-0000012345-0000067890"}
DEVICE = {**READER, "transport": "usb", "path": "/dev/bus/usb/001/002", "state": "searching"}
PERSON = {
    "class": "IDENTITY", "schema": 1, "seq": 1, "time": "2026-01-31T14:03:22+08:00", "source": "card", "reader": READER,
    "card_type": "hmt_permit", "name": "测试乙", "sex": "female", "sex_code": "2", "birth_date": "1900-01-01",
    "address": "示例省示例市示例街2号", "new_address": ["示例市新地址路3号"], "id_number": "810000190001010026",
    "id_number_valid": True, "authority": "示例市公安局", "valid_from": "2020-01-01", "valid_until": "2025-01-01",
    "valid_long_term": False, "expired": True, "permit_number": "H00000000", "issue_count": 1, "warnings": [],
    "portrait": {"status": "no-decoder"}}


def table(header, pattern):
    with open(f"{ROOT}/userspace/lib/{header}", encoding="utf-8") as file:
        found = re.findall(pattern, file.read(), re.S)
    assert len(found) >= 10, f"{header} is not understood"
    return found


def unquote(strings):
    """C strings side by side as one."""
    return "".join(re.findall(r'"([^"]*)"', strings))


def wide(text):
    """Chinese as the page typesets it."""
    for mark, full in ((",", "\uff0c"), (":", "\uff1a"), (";", "\uff1b")):
        text = re.sub(f"([\u3001-\u9fff)]){mark}", rf"\1{full}", text)
    return text


class View:
    def __init__(self, rig, browser):
        self.rig = rig
        self.browser = browser

    def page(self, language="en-US", **options):
        self.browser.close_pages()
        page = self.browser.open(self.rig.url(), language=language, **options)
        page.wait(READY)
        return page

    def publish(self, **event):
        equal(self.rig.tell("publish " + json.dumps(event)).split()[0], "done")

    def card(self, event, **more):
        self.publish(**{"class": "CARD", "event": event, "reader": READER, **more})

    def person(self, **changes):
        self.publish(**{**PERSON, **changes})

    def device(self, **changes):
        self.publish(**{"class": "DEVICE", "event": "changed", "device": {**DEVICE, **changes}})

    def error(self, code, **more):
        self.publish(**{"class": "ERROR", "code": code, "message": f"sentence of {code}", "reader": READER, **more})

    @staticmethod
    def done(page):
        page.check()
        page.close()


def test_hostile(view):
    """hostile text is shown as text"""
    page = view.page()
    before = page.eval("document.querySelectorAll('script, img, iframe, svg').length")
    name, address = "<img src=x onerror=alert(1)>", "\u202e\"><script>alert(2)</script>\u2066\x1b[2J&lt;"
    view.person(name=name, address=address, authority="<b>b</b>", id_number="'><a href=javascript:alert(3)>",
                nationality="__proto__", card_type="<i>", source="card", warnings=["<u>w</u>", "constructor"],
                sex="toString", portrait={"status": "ok", "format": "jpeg", "data": "\"><img src=y>"})
    page.wait_text("#value-name", name)
    equal(page.text("#value-authority"), "<b>b</b>")
    page.wait_text("#value-address", "U+202E\"><script>alert(2)</script>U+2066U+001B[2J&lt;")
    page.wait_text("#caution", "<u>w</u>")
    equal(page.eval("document.querySelectorAll('script, img, iframe, svg').length"), before + 1)
    equal(page.eval("document.querySelectorAll('#person a, #person b, #person i, #person u').length"), 0)
    page.click("#copy-name")
    page.wait_text("#copy-name", "Copied")
    equal(page.clipboard(), name)
    view.device(name="<img src=z>", sam_id="<b>", error="<i>", state="faulty")
    page.wait_text("#reader-list", "Reader <img src=z>")
    view.publish(**{"class": "DEVICE", "event": "removed", "device": {**DEVICE, "name": "<img src=z>"}})
    # A picture that is none is the browser's complaint about data, not about the page.
    page.errors = [error for error in page.errors if "data:image/jpeg" not in error]
    view.done(page)


def test_warnings(view):
    """every warning has a sentence in both languages"""
    words = table("identity.h", r'X\([A-Z_]+, "([a-z_]+)"\)')
    page = view.page()
    view.person(expired=False, warnings=words)
    page.wait_text("#now-title", "please check")
    for chinese in (False, True):
        said = page.eval("[...document.querySelectorAll('#caution li')].map(e => e.textContent)")
        equal(len(set(said)), len(words))
        for text in said:
            equal(bool(re.search("[\u4e00-\u9fff]", text)), chinese)
            assert len(text) > (12 if chinese else 40) and not re.search("[a-z]+_[a-z]+", text), text
        page.click("#language")
    page.wait_text("#now-title", "please check")
    view.person(expired=False, warnings=["word_of_tomorrow"])
    page.wait_text("#caution", "word_of_tomorrow")
    view.done(page)


def test_errors(view):
    """every error says in both languages what to do"""
    page = view.page()
    for code, english, chinese in table("errors.h", r'X\([A-Z_]+, "([a-z-]+)", E[A-Z]+,(.*?)",[\s\\]*("(?:[^"]|"\s*\\?\s*")*")\)'):
        view.card("placed")
        page.wait_text("#now-title", "Reading")
        view.publish(**{"class": "ERROR", "code": code, "message": unquote(english + '"'), "reader": READER, "placement": True})
        page.wait_text("#now-text", unquote(english + '"'))
        page.click("#language")
        page.wait_text("#now-text", wide(unquote(chinese)))
        page.click("#language")
    view.error("error-of-tomorrow")
    page.wait_text("#now-text", "sentence of error-of-tomorrow")
    view.done(page)


def test_progress(view):
    """what the reader does is told, and nobody is shown meanwhile"""
    page = view.page()
    view.person()
    page.wait_text("#value-name", "测试乙")
    view.card("placed")
    page.wait_text("#now-title", "Reading…")
    equal(page.eval("document.querySelector('#value-name')"), None)
    view.card("retry", attempt=2)
    page.wait_text("#now-title", "attempt 2 of 3")
    view.card("retry", attempt=3)
    page.wait_text("#now-title", "attempt 3 of 3")
    view.card("failed")
    view.error("card-unreadable", placement=True)
    page.wait_text("#now-title", "The card was not read")
    view.card("lifted")
    view.card("placed")
    page.wait_text("#now-title", "Reading…")
    view.person(expired=False)
    page.wait_text("#now-title", "Card read")
    view.device(state="holding")
    page.wait_text("#reader-list", "a card lies there")
    view.card("lifted")
    page.wait_text("#now-title", "Card taken away")
    view.device(state="searching")
    view.done(page)


def test_order(view):
    """of many cards in a row the last one is shown, each in its turn"""
    page = view.page()
    page.eval("""window.seen = []; new MutationObserver(() => {
        const name = document.querySelector('#value-name')?.textContent;
        if (name && name !== window.seen.at(-1)) { window.seen.push(name); }
    }).observe(document.querySelector('#person'), { childList: true }); 0""")
    names = [f"第{i}人" for i in range(100)]
    for name in names:
        view.card("placed")
        view.person(name=name)
        view.card("lifted")
    page.wait_text("#value-name", names[-1])
    seen = page.eval("window.seen")
    equal(seen, [name for name in names if name in seen])
    view.done(page)


def test_readers(view):
    """readers come, go and fail, and it is said what to do"""
    page = view.page()
    view.device(state="faulty", error="reader-busy")
    page.wait_text("#now-title", "The reader needs attention")
    page.wait_text("#now-text", "Another program or driver holds the reader.")
    page.wait_text("#reader-list .faulty .bad", "Close that program.")
    second = {**DEVICE, "name": "usb-1-3"}
    view.publish(**{"class": "DEVICE", "event": "added", "device": second})
    page.wait_text("#now-title", "Place the card")
    equal(page.eval("document.querySelectorAll('#reader-list li').length"), 2)
    view.publish(**{"class": "DEVICE", "event": "removed", "device": second})
    view.publish(**{"class": "DEVICE", "event": "removed", "device": DEVICE})
    page.wait_text("#now-title", "No reader")
    page.wait_text("#now-text", "Plug one in.")
    page.wait_text("#reader-list", "No reader is connected.")
    view.publish(**{"class": "DEVICE", "event": "added", "device": {**DEVICE, "state": "starting"}})
    page.wait_text("#now-title", "The reader is starting")
    view.device()
    page.wait(READY)
    # Two readers: a card on one takes away whom the other showed.
    view.publish(**{"class": "DEVICE", "event": "added", "device": second})
    view.person()
    page.wait_text("#value-name", "测试乙")
    view.card("placed", reader={"name": "usb-1-3"})
    page.wait("!document.querySelector('#value-name')")
    view.publish(**{"class": "DEVICE", "event": "removed", "device": second})
    view.done(page)


# Texts whose contrast is less than WCAG's AA wants: [[text, ratio]…].
CONTRAST = """(() => {
    const parse = color => (color.match(/[\\d.]+/g) || []).map(Number);
    const linear = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    const ground = e => {
        for (; e; e = e.parentElement) {
            const color = parse(getComputedStyle(e).backgroundColor);
            if (color.length === 3) { return color; }
        }
        return [255, 255, 255];
    };
    const poor = [];
    for (const e of document.body.querySelectorAll('*')) {
        const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
        if (!own || !e.checkVisibility() || e.closest('.offscreen, .skip, noscript')) { continue; }
        const style = getComputedStyle(e);
        const [a, b] = [luminance(parse(style.color)), luminance(ground(e))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
        if (ratio < (large ? 3 : 4.5)) { poor.push([e.textContent.slice(0, 40), ratio]); }
    }
    return poor;
})()"""

WIDE = """[...document.body.querySelectorAll('*')].filter(e => e.checkVisibility() && !e.closest('.offscreen, .skip, .lines') &&
    (e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5 || e.getBoundingClientRect().left < -0.5)).map(e => e.id || e.className || e.tagName)"""


def stages(view, page):
    """The page as it looks at different times."""
    yield "ready"
    view.card("placed")
    page.wait("document.querySelector('#now').className === 'busy'")
    yield "reading"
    view.person(name="测试\ue81e\u202e", warnings=["private_use_characters", "odd_characters"])
    page.wait("document.querySelector('#caution')")
    yield "card"
    page.click("label[for=kind-passport]")
    page.click("#entry-passport")
    page.type("H00000000\n8")
    page.wait("document.querySelector('#entry-result').className === 'bad'")
    page.click("summary")
    yield "passport"
    view.rig.request("POST", "/v1/read", {"timeout": 1}, origin="http://a-rather-long-name-of-a-site.exam.example:8443")
    page.wait("document.querySelector('.site-allow')")
    page.click(".site-allow")
    page.wait("document.querySelector('#site-allow-yes')")
    yield "site"
    page.click("#site-cancel")
    page.click(".site-deny")
    page.wait("document.querySelector('.site-forget')")
    view.error("card-unreadable", placement=True)
    page.wait("document.querySelector('#now').className === 'bad'")
    yield "error"
    page.click(".site-forget")
    page.wait("!document.querySelector('.site')")


def test_looks(view):
    """readable: contrast, no sideways scrolling, from a phone to a wide screen and at 200 %"""
    for language in ("en-US", "zh-CN"):
        page = view.page(language)
        for stage in stages(view, page):
            equal((stage, page.eval(CONTRAST)), (stage, []))
            for width in (320, 375, 640, 1024, 1366):
                page.resize(width, 800)
                equal((stage, width, page.eval(WIDE)), (stage, width, []))
            page.resize(1280, 800)
        view.done(page)


def test_names(view):
    """everything that can be used has a name for those who do not see it"""
    page = view.page()
    used = {"button", "textbox", "radio", "link", "image", "img", "DisclosureTriangle"}
    for stage in stages(view, page):
        names = []
        for node in page.call("Accessibility.getFullAXTree")["nodes"]:
            role = node.get("role", {}).get("value")
            if role in used and not node.get("ignored"):
                names.append(node.get("name", {}).get("value"))
                assert names[-1], f"{stage}: a {role} without a name"
        equal((stage, len(names)), (stage, len(set(names))))
    for name in ("#now", "#announce", "#entry-result"):
        equal(page.eval(f"document.querySelector('{name}').getAttribute('aria-live')"), "polite")
    view.done(page)


def test_keyboard(view):
    """all of it can be reached and used by the keyboard alone, and one sees where one is"""
    page = view.page()
    view.person()
    page.wait_text("#value-name", "测试乙")
    reached = []
    while len(reached) < 60:
        page.key("Tab")
        spot = page.eval("""(() => {
            const e = document.activeElement;
            const shown = e.type === 'radio' ? e.nextElementSibling : e;
            return [e.id || e.tagName, getComputedStyle(shown).outlineStyle !== 'none'];
        })()""")
        if spot[0] == "BODY" or spot[0] in reached:
            break
        assert spot[1], f"one does not see that {spot[0]} has the focus"
        reached.append(spot[0])
    for name in ("mask", "language", "copy-name", "copy-id_number", "copy-all", "forget", "kind-id", "entry-id",
                 "entry-submit", "SUMMARY"):
        assert name in reached, f"{name} is not reached: {reached}"
    page.eval("document.querySelector('#copy-id_number').focus()")
    page.key("Enter")
    page.wait_text("#copy-id_number", "Copied")
    equal(page.clipboard(), "810000190001010026")
    page.eval("document.querySelector('#kind-id').focus()")
    page.key("ArrowRight")
    page.wait("!document.querySelector('#fields-passport').hidden")
    page.eval("document.querySelector('#forget').focus()")
    page.key("Space")
    page.wait_text("#empty", "No card is shown")
    view.done(page)


TESTS = (test_hostile, test_warnings, test_errors, test_progress, test_order, test_readers, test_looks, test_names,
         test_keyboard)


def main():
    with Rig(hub="fake", profiles={"huashi": {}}) as rig, Browser() as browser:
        return run("page", TESTS, View(rig, browser))


if __name__ == "__main__":
    sys.exit(main())
