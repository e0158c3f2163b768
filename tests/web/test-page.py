#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The operator page in a browser, through the real idcard-web and idcardd, with the simulated reader."""
import http.server
import json
import sys
import threading

from browser import Browser
from checks import equal, run
from rig import Rig

# A page whose clock can be put forward: window.skip in milliseconds.
CLOCK = """window.skip = 0;
const realNow = performance.now.bind(performance);
performance.now = () => realNow() + window.skip;"""

NAME, NUMBER, ADDRESS = "测试甲", "110101190001010014", "北京市东城区示例路1号"
READY = "document.querySelector('#now').className === 'ready'"
LINES = ("P<XXXSAMPLE<<TEST<CARD<<<<<<<<<<<<<<<<<<<<<<", "H000000009XXX0001018M3001019<<<<<<<<<<<<<<02")


class Desk:
    """The rig, the browser, and a page for each test."""

    def __init__(self, rig, browser):
        self.rig = rig
        self.browser = browser

    def page(self, language="en-US", allow=(), **options):
        self.browser.close_pages()
        self.rig.sim("fault clear")
        if "card=yes" in self.rig.sim("status"):
            self.rig.lift()
        page = self.browser.open(language=language, allow=allow, **options)
        page.before(CLOCK)
        page.go(self.rig.url())
        page.wait(READY)
        return page

    @staticmethod
    def done(page):
        page.check()
        page.close()

    def lift(self, page):
        self.rig.lift()
        page.wait("document.querySelector('.reader.searching')")

    def card(self, page, persona="resident", name=NAME, **fields):
        self.rig.place(persona, **fields)
        page.wait_text("#value-name", name)


def gone(page, *texts):
    """Nothing of a person is left anywhere in the document."""
    html = page.eval("document.documentElement.outerHTML")
    for text in texts or (NAME, NUMBER, ADDRESS, "base64"):
        assert text not in html, f"{text} is still in the page"


def test_language(desk):
    """the language is the browser's, can be switched and is remembered"""
    page = desk.page("zh-CN")
    equal(page.text("#now-title"), "请放证件")
    equal(page.eval("document.documentElement.lang"), "zh-CN")
    page.click("#language")
    page.wait_text("#now-title", "Place the card")
    equal(page.eval("document.documentElement.lang"), "en")
    equal(page.eval("JSON.stringify(localStorage)"), '{"language":"en"}')
    page.reload()
    page.wait_text("#now-title", "Place the card")
    desk.done(page)
    for language, title in (("en-GB", "Place the card"), ("fr", "Place the card"), ("zh-TW", "请放证件")):
        page = desk.page(language)
        equal(page.text("#now-title"), title)
        equal(page.eval("localStorage.length"), 0)
        desk.done(page)


def test_identity(desk):
    """a card's identity appears, with portrait"""
    page = desk.page("zh-CN")
    desk.card(page)
    wanted = {"name": NAME, "id_number": NUMBER, "sex": "男", "ethnicity": "汉", "birth_date": "1900-01-01",
              "address": ADDRESS, "valid": "2020-01-01 至 长期", "authority": "示例市公安局示例分局"}
    for key, text in wanted.items():
        equal(page.eval(f"document.querySelector('#value-{key}').textContent"), text)
    equal(page.eval("[...document.querySelectorAll('#value-id_number .group')].map(e => e.textContent)"),
          ["110101", "19000101", "0014"])
    equal(page.text("#card-type"), "居民身份证")
    page.wait("document.querySelector('#portrait img').naturalWidth === 102")
    equal(page.text("#now-title"), "读卡成功")
    equal(page.eval("document.querySelector('#caution')"), None)
    desk.done(page)


def test_copy(desk):
    """copy buttons give exactly what the card says, also without the clipboard's interface"""
    page = desk.page()
    desk.card(page)
    for key, text in (("name", NAME), ("id_number", NUMBER), ("address", ADDRESS), ("birth_date", "1900-01-01")):
        page.click(f"#copy-{key}")
        page.wait_text(f"#copy-{key}", "Copied")
        equal(page.clipboard(), text)
    page.click("#copy-all")
    page.wait_text("#copy-all", "Copied")
    lines = dict(line.split("\t") for line in page.clipboard().split("\n"))
    equal((lines["Name"], lines["ID number"], lines["Valid"]), (NAME, NUMBER, "2020-01-01 to long term"))
    page.eval("navigator.clipboard.writeText('')")
    page.eval("navigator.clipboard.writeText = () => Promise.reject(new Error('forbidden'))")
    page.click("#copy-sex")
    page.wait_text("#copy-sex", "Copied")
    equal(page.clipboard(), "male")
    desk.done(page)


def test_cleared(desk):
    """the identity goes: when the card is away for a while, by the button, after a minute"""
    page = desk.page()
    desk.card(page)
    desk.rig.lift()
    page.wait_text("#now-title", "Card taken away")
    equal(page.text("#value-name"), NAME)
    page.eval("window.skip += 20000")
    page.wait_text("#empty", "No card is shown")
    gone(page)

    desk.card(page)
    page.click("#forget")
    page.wait_text("#empty", "No card is shown")
    gone(page)
    desk.rig.lift()
    page.wait(READY)

    desk.card(page)
    page.eval("window.skip += 60000")
    page.wait_text("#forgotten", "for privacy")
    gone(page)
    page.wait_text("#now-title", "Lift the card and place it again")
    desk.done(page)


def test_masked(desk):
    """masked, nothing of the person is in the page, but copying gives all"""
    page = desk.page()
    page.click("#mask")
    desk.rig.place("resident")
    page.wait_text("#value-name", "测**")
    equal(page.eval("document.querySelector('#value-id_number').textContent"), "110101**********14")
    gone(page)
    page.click("#copy-id_number")
    page.wait_text("#copy-id_number", "Copied")
    equal(page.clipboard(), NUMBER)
    page.click("#mask")
    page.wait_text("#value-name", NAME)
    desk.done(page)


def test_next(desk):
    """the next card takes the place of the one before, which is not seen any more"""
    page = desk.page()
    desk.card(page)
    desk.rig.lift()
    desk.card(page, "hmt_permit", "测试乙")
    gone(page, NAME, NUMBER)
    page.wait_text(".expired .badge", "expired")
    equal(page.eval("getComputedStyle(document.querySelector('#value-valid')).color"), "rgb(168, 7, 26)")
    page.wait_text("#caution", "The card has expired.")
    page.wait_text("#now-title", "please check")
    desk.done(page)


def test_private(desk):
    """no personal data in title, address, stores, console or requests"""
    page = desk.page()
    desk.card(page)
    page.click("#entry-id")
    page.type(NUMBER + "\n")
    page.wait_text("#source", "Entered by hand")
    seen = page.eval("[document.title, location.href, document.cookie, JSON.stringify(localStorage), "
                     "JSON.stringify(sessionStorage), JSON.stringify(history.state)].join()")
    seen += "".join(url for url in page.requests if not url.startswith("data:image/jpeg;")) + "".join(page.console)
    for text in (NAME, NUMBER, ADDRESS):
        assert text not in seen, seen
    # Whom data: URLs of the portrait do not count for, everything comes from here.
    foreign = [url for url in page.requests if not url.startswith((desk.rig.url(), "data:image/jpeg;"))]
    equal(foreign, [])
    desk.done(page)


def test_error(desk):
    """what went wrong with a card, in both languages, until the next card"""
    page = desk.page()
    desk.rig.sim("fault status count=1000 command=20.02 arg=81")
    desk.rig.place("resident")
    page.wait("document.querySelector('#now').className === 'bad'")
    equal(page.text("#now-title"), "The card was not read")
    page.wait_text("#now-text", "place it flat in the middle")
    page.click("#language")
    page.wait_text("#now-title", "未读出证件")
    page.wait_text("#now-text", "平放在读卡器中央")
    desk.rig.sim("fault clear")
    desk.lift(page)
    desk.card(page)
    page.wait_text("#now-title", "读卡成功")
    desk.done(page)


def test_entry(desk):
    """an ID number by hand: judged while it is typed, accepted with Enter"""
    page = desk.page()
    page.click("#entry-id")
    page.type("1101011900010100")
    page.wait_text("#entry-text", "16 of 18 characters")
    page.type("14")
    page.wait_text("#entry-text", "The check digit fits. Born 1900-01-01, male.")
    page.key("Enter")
    page.wait_text("#source", "Entered by hand")
    equal(page.eval("document.querySelector('#value-id_number').textContent"), NUMBER)
    page.wait_text("#entry-text", "Entered.")
    equal(page.eval("document.querySelector('#entry-id').value"), "")
    equal(page.eval("document.activeElement.id"), "entry-id")
    equal(page.text("#now-title"), "Entered by hand")
    desk.done(page)


def test_mistyped(desk):
    """a mistyped number is told while typing and refused in words, in both languages"""
    page = desk.page("zh-CN", allow=["422"])
    page.click("#entry-id")
    page.type("110101190001010041")
    page.wait_text("#entry-text", "校验位不符")
    equal(page.eval("document.querySelector('#entry-id').getAttribute('aria-invalid')"), "true")
    page.key("Enter")
    page.wait_text("#entry-text", "至少有一个字符输入有误")
    page.click("#language")
    page.wait_text("#entry-text", "at least one character is mistyped")
    for text, said in (("110101190013010010", "no date"), ("11010119000101001 4", "fits"), ("11010A", "Only digits"),
                       ("1101011900010100144", "1 characters too many"), ("１１０１０１１９０００１０１００１４", "fits")):
        page.click("#entry-id")
        page.key("Control+a")
        page.type(text)
        page.wait_text("#entry-text", said)
    equal(page.eval("document.querySelector('#value-name')"), None)
    desk.done(page)


def test_passport(desk):
    """a passport: number and check digit, then both lines as a scanner types them"""
    page = desk.page(allow=["422"])
    page.click("label[for=kind-passport]")
    page.click("#entry-passport")
    page.type("h00000000\n")
    equal(page.eval("document.activeElement.id"), "entry-digit")
    page.type("8")
    page.wait_text("#entry-text", "does not fit")
    page.key("Enter")
    page.wait_text("#entry-text", "at least one character is mistyped")
    page.click("#entry-digit")
    page.key("Control+a")
    page.type("9")
    page.wait_text("#entry-text", "The check digit fits.")
    page.key("Enter")
    page.wait_text("#value-passport_number", "H00000000")

    # The scanner types wherever it is; the page sees that these are lines.
    page.click("label[for=kind-id]")
    page.click("#entry-id")
    page.type(LINES[0] + "\n" + LINES[1] + "\n")
    page.wait_text("#value-name_latin", "SAMPLE, TEST CARD")
    page.wait_text("#source", "lines of a passport")
    equal(page.text("#card-type"), "Passport")
    desk.done(page)


def test_suggestion(desk):
    """a usual misreading is offered to be compared, and entered only by the person"""
    page = desk.page(allow=["422"])
    page.click("#entry-id")
    # The letter A, as a 4 may look.
    page.type(NUMBER[:-1] + "A\n")
    page.wait_text("#suggestion", NUMBER)
    equal(page.eval("document.querySelector('#value-id_number')"), None)
    page.click("#suggestion-take")
    equal(page.eval("document.querySelector('#entry-id').value"), NUMBER)
    equal(page.eval("document.querySelector('#suggestion')"), None)
    page.key("Enter")
    page.wait_text("#source", "Entered by hand")

    page.click("label[for=kind-mrz]")
    page.click("#entry-mrz")
    page.type(LINES[0] + "\n" + LINES[1].replace("H00", "H0O") + "\n")
    page.wait_text("#suggestion", LINES[1])
    page.click("#suggestion-take")
    page.key("Enter")
    page.wait_text("#value-passport_number", "H00000000")
    desk.done(page)


def test_keys(desk):
    """what is typed while no field has the focus is an entry"""
    page = desk.page()
    equal(page.eval("document.activeElement.tagName"), "BODY")
    page.type(NUMBER + "\n")
    page.wait_text("#value-id_number", "110101")
    page.click("#copy-id_number")
    page.type(NUMBER)
    equal(page.eval("document.querySelector('#entry-id').value"), NUMBER)
    desk.done(page)


def test_fast_scanner(desk):
    """what is typed while an entry is under way is the next one, whole"""
    page = desk.page()
    page.eval("window.calls = 0; { const f = window.fetch; window.fetch = (...a) => (++window.calls,"
              " new Promise(done => { window.go = () => done(f(...a)); })); } 0")
    page.click("#entry-id")
    page.type(NUMBER + "\n" + NUMBER[:4])
    page.eval("window.go(); 0")
    page.wait_text("#entry-text", "Entered.")
    equal(page.eval("document.querySelector('#entry-id').value"), NUMBER[:4])
    page.type(NUMBER[4:] + "\n" + NUMBER + "\n")
    equal(page.eval("window.calls"), 2)
    page.eval("window.go(); 0")
    page.wait("window.calls === 3")
    equal(page.eval("document.querySelector('#entry-id').value"), "")
    page.eval("window.go(); 0")
    page.wait_text("#entry-text", "Entered.")
    desk.done(page)


def test_refused_while_typing(desk):
    """what was refused is given back to be mended, but not over what was typed since"""
    page = desk.page(allow=["422"])
    page.eval("{ const f = window.fetch; window.fetch = (...a) =>"
              " new Promise(done => { window.go = () => done(f(...a)); }); } 0")
    wrong = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)
    page.click("#entry-id")
    page.type(wrong + "\n")
    page.eval("window.go(); 0")
    page.wait_text("#entry-text", "mistyped")
    equal(page.eval("document.querySelector('#entry-id').value"), wrong)
    page.type(wrong + "\n" + NUMBER[:4])
    page.eval("window.go(); 0")
    page.wait_text("#entry-text", "mistyped")
    equal(page.eval("document.querySelector('#entry-id').value"), NUMBER[:4])
    desk.done(page)


def test_rare(desk):
    """a character without a font is shown by its code and copied as it is"""
    page = desk.page()
    desk.card(page, "resident_private_use", "U+E81E")
    page.wait_text("#caution", "rare character")
    page.click("#copy-name")
    page.wait_text("#copy-name", "Copied")
    equal(page.clipboard(), "测试\ue81e")
    desk.done(page)


def test_unplugged(desk):
    """a reader that is unplugged and comes back"""
    page = desk.page()
    desk.card(page)
    desk.rig.sim("unplug")
    page.wait("!document.querySelector('#value-name')")
    page.wait_text("#now-title", "The reader needs attention")
    page.wait_text("#now-text", "The reader was unplugged.")
    gone(page)
    desk.rig.sim("plug")
    page.wait_text("#value-name", NAME)
    desk.rig.lift()
    page.wait_text("#now-title", "Card taken away")
    page.click("#forget")
    page.wait(READY)
    desk.card(page)
    desk.done(page)


def test_daemon(desk):
    """the daemon goes and comes back"""
    page = desk.page()
    desk.card(page)
    desk.rig.stop_daemon()
    page.wait_text("#now-title", "Reader service not running")
    page.wait_text("#now-text", "systemctl status idcardd")
    gone(page)
    desk.rig.lift()
    desk.rig.start_daemon()
    page.wait(READY)
    desk.card(page)
    desk.done(page)


def test_connection(desk):
    """the connection to idcard-web is lost, is told, and made again"""
    page = desk.page(allow=["ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET"])
    desk.card(page)
    desk.rig.stop_web()
    page.wait_text("#now-title", "Connection lost")
    gone(page)
    page.type(NUMBER + "\n")
    page.wait_text("#entry-text", "Not sent")
    desk.rig.lift()
    desk.rig.start_web()
    page.wait(READY)
    desk.card(page)
    desk.done(page)


class Elsewhere:
    """A web page of another origin."""

    def __init__(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(b"<!doctype html><title>x</title><link rel=icon href=data:,>")

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.origin = f"http://exam.example:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def fetch(path, body=None):
    """A script that asks idcard-web and gives the status and the object; [0] when it may not see them."""
    options = json.dumps({"method": "POST", "body": json.dumps(body),
                          "headers": {"Content-Type": "application/json"}} if body is not None else {})
    return f"fetch('{path}', {options}).then(async r => [r.status, await r.json()], e => [0])"


def test_consent(desk):
    """another origin is refused, appears, is allowed, gets its card, is forgotten"""
    operator = desk.page()
    operator.wait_text("#sites", "No website has asked.")
    with Elsewhere() as site:
        other = desk.browser.open(site.origin + "/", allow=["."])
        read = fetch(desk.rig.url("/v1/read"), {"timeout": 10})
        assert other.eval(read)[0] in (0, 403)
        operator.wait_text("#waiting", "1")
        equal(operator.text(".site.waiting .origin"), site.origin)
        operator.wait_text(".site.waiting", "A website asks to read ID cards")

        operator.click(".site-allow")
        operator.wait_text(".site.waiting", "Allow only a website that you opened yourself")
        equal(operator.eval("document.activeElement.id"), "site-cancel")
        operator.key("Enter")
        operator.wait("!document.querySelector('#site-allow-yes')")
        assert other.eval(read)[0] in (0, 403), "allowed before anybody said so"

        operator.click(".site-allow")
        operator.click("#site-allow-yes")
        operator.wait_text(".site.allowed", "exam.example")
        other.eval(f"window.answer = {read}; 0")
        desk.rig.wait_watchers(1)
        desk.card(operator)
        status, body = other.eval("window.answer")
        equal((status, body.get("name"), body.get("id_number")), (200, NAME, NUMBER))
        desk.rig.lift()

        operator.click(".site-forget")
        operator.wait_text("#sites", "No website has asked.")
        assert other.eval(read)[0] in (0, 403), "not forgotten"
        operator.wait(f"document.querySelector('.site.waiting .origin').innerText === '{site.origin}'")
        operator.click(".site-deny")
        operator.wait_text(".site.denied", "denied")
        assert other.eval(read)[0] in (0, 403)
        operator.click(".site-forget")
        operator.wait_text("#sites", "No website has asked.")
        other.close()
    desk.done(operator)


TESTS = (test_language, test_identity, test_copy, test_cleared, test_masked, test_next, test_private, test_error,
         test_entry, test_mistyped, test_passport, test_suggestion, test_keys, test_fast_scanner,
         test_refused_while_typing, test_rare, test_unplugged, test_daemon, test_connection,
         test_consent)


def main():
    with Rig() as rig, Browser() as browser:
        return run("page", TESTS, Desk(rig, browser))


if __name__ == "__main__":
    sys.exit(main())
