#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Pages written as those for each vendor's service are, in a browser, from another origin, through the real
idcard-web and idcardd, with the simulated reader."""
import contextlib
import functools
import http.server
import os
import select
import sys
import threading

from browser import Browser
from checks import equal, run
from rig import Rig, wait

HERE = os.path.dirname(os.path.abspath(__file__))
PROFILES = {"huashi": {}, "routon-http": {}, "routon-ws": {}, "synjones": {"jsonp": "yes"}, "zkteco": {},
            "donsee-ws": {}, "camera": {}}

NAME, NUMBER, ADDRESS = "测试甲", "110101190001010014", "北京市东城区示例路1号"
OTHER_NAME, OTHER_NUMBER = "测试乙", "810000190001010026"
FOREIGN_NUMBER, FOREIGN_NUMBER_2023 = "XXX110000010103", "91199919000101003X"
NO_CARD = "超时:未放置证件。如证件已在读卡器上,请拿起后重新放置。"
PICTURE = [102, 126]


class Pages(http.server.SimpleHTTPRequestHandler):
    """The files of this directory."""

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def pages():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Pages, directory=HERE))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Desk:
    def __init__(self, rig, browser, origin):
        self.rig = rig
        self.browser = browser
        self.origin = origin

    @contextlib.contextmanager
    def page(self, file, profile, rig=None, allow=()):
        """A page of a vendor's user; in the end there is no error in it, and no card on the reader."""
        port = (rig or self.rig).port_of(profile)
        page = self.browser.open(f"{self.origin}/profile-{file}.html?port={port}", language="zh-CN", allow=allow)
        try:
            yield page
            page.check()
        finally:
            page.close()
            if "card=yes" in self.rig.sim("status"):
                self.lift(rig)

    def states(self, rig=None):
        """Of the readers, as idcard-web knows them."""
        # No more often than it answers.
        select.select([], [], [], 0.1)
        reply = (rig or self.rig).request("GET", "/v1/status")
        return [device["state"] for device in reply.json()["devices"]] if reply.status == 200 else None

    def lift(self, rig=None):
        """Lifts the card, and waits until that is known: no hand is as quick as the simulated one."""
        (rig or self.rig).lift()
        wait(lambda: self.states(rig) in (["searching"], ["idle"]), "the card to be gone")


# ---- 华视 ------------------------------------------------------------------------------------

def test_huashi_search(desk):
    """huashi: regular expressions on the text, synchronous, arguments behind "&" """
    with desk.page("huashi", "huashi") as page:
        done = {"errorMsg": '"",', "resultFlag": "0"}
        none = page.eval("searchText()")
        equal(none["open"], done)
        equal(none["read"]["resultFlag"], "-11")
        equal(none["read"]["errorMsg"], '"读卡失败",')
        equal(none["read"]["certNumber"], "")
        desk.rig.place("resident")
        result = page.eval("searchText()")
        equal(result, {"open": done, "close": done, "read": {
            **done, "certNumber": NUMBER, "partyName": NAME, "gender": "男", "bornDay": "19000101", "expDate": "长期",
            "certType": " ", "nation": "汉"}})


def test_huashi_parse(desk):
    """huashi: JSON, with the picture; each kind of card"""
    with desk.page("huashi", "huashi") as page:
        for persona, number, kind in (("resident", NUMBER, " "), ("hmt_permit", OTHER_NUMBER, "J"),
                                      ("foreigner", FOREIGN_NUMBER, "I"), ("foreigner_2023", FOREIGN_NUMBER_2023, "I")):
            desk.rig.place(persona)
            result = page.eval("parseText()")
            equal((result["read"]["certNumber"], result["read"]["certType"]), (number, kind))
            equal(result["picture"], PICTURE)
            desk.lift()


def test_huashi_poll(desk):
    """huashi: asked every 500 ms, each card is seen once, and none after it was lifted"""
    with desk.page("huashi", "huashi") as page:
        page.eval("poll()")
        desk.rig.place("resident")
        page.wait(f"seen.length === 1 && seen[0][0] === '{NUMBER}'")
        desk.lift()
        desk.rig.place("hmt_permit")
        page.wait(f"seen.length === 2 && seen[1][0] === '{OTHER_NUMBER}'")
        desk.lift()
        none = page.eval("axios('GET', '/readcard')")
        equal(none["data"]["resultFlag"], -11)
        equal(page.eval("[seen.length, failures]"), [2, 0])


def test_odd_name(desk):
    """huashi, routon, zkteco: a name of quotation marks, backslashes and code stays a name"""
    odd = "\"});\\</script>\ue81e"
    coded = "hex:" + odd.encode("utf-16-le").hex()
    desk.rig.place("resident", name=coded)
    with desk.page("huashi", "huashi") as page:
        equal(page.eval("parseText()")["read"]["partyName"], odd)
        equal(page.eval("searchText()")["read"]["certNumber"], NUMBER)
    desk.rig.place("resident", name=coded)
    with desk.page("routon", "routon-http") as page:
        equal(page.eval("read('readCard')")["name"], odd)
    desk.rig.place("resident", name=coded)
    with desk.page("zkteco", "zkteco") as page:
        name = odd.replace('"', "＂").replace("\\", "＼")
        for caller, result in page.eval("readAll()").items():
            equal((caller, result["number"], result.get("name", name)), (caller, NUMBER, name))


# ---- 精伦 ------------------------------------------------------------------------------------

def test_routon_http(desk):
    """routon-http: synchronous POST without a body, eval, numbers compared with ==="""
    with desk.page("routon", "routon-http", allow=("status of 404",)) as page:
        equal(page.eval("call('connect')")["resultFlag"], 0)
        equal(page.eval("state()"), "connected")
        equal(page.eval("read('readCard')"), {"error": NO_CARD})
        desk.rig.place("resident")
        card = page.eval("read('readCard')")
        picture = card.pop("picture")
        equal(page.eval(f"sizeOf('{picture}')"), PICTURE)
        equal(card, {"loose": True, "number": NUMBER, "name": NAME, "sex": "male", "type": 1, "born": "1900-01-01",
                     "until": "长期", "nation": "汉"})
        desk.lift()
        desk.rig.place("hmt_permit")
        card = page.eval("read('readCert')")
        equal((card["number"], card["sex"], card["type"]), (OTHER_NUMBER, "female", 55))
        equal(page.eval("call('readICCardSN')")["resultFlag"], -2)
        equal(page.eval("send('POST', '/api/nothing')"), "")
        equal(page.eval("call('disconnect')")["resultFlag"], 0)


def test_routon_ws(desk):
    """routon-ws: a card twice, the state, what is not served"""
    with desk.page("routon", "routon-ws") as page:
        page.eval("open()")
        page.eval("say({ name: 'getStatus' })")
        page.wait("replies.length === 1")
        equal(page.eval("replies[0]"), {"name": "getStatus", "resultFlag": 0, "errorMsg": "", "status": 0})
        desk.rig.place("resident")
        for n, name in enumerate(("readCard", "readCard", "readCert"), 2):
            page.eval(f"say({{ name: '{name}' }})")
            page.wait(f"replies.length === {n}")
            reply = page.eval("replies.at(-1)")
            equal((reply["name"], reply["resultFlag"], reply["resultContent"]["certNumber"]), (name, 0, NUMBER))
        page.eval("say({ name: 'readM1Card', sector: 1 })")
        page.wait("replies.length === 5")
        equal(page.eval("[replies[4].name, replies[4].resultFlag]"), ["readM1Card", -2])


def test_routon_push(desk):
    """routon-ws: each card is pushed once, with the picture or without, until the page says stop"""
    with desk.page("routon", "routon-ws") as page:
        page.eval("open()")
        # As such a page does: when it has been there for a second.
        page.eval("new Promise(done => setTimeout(done, 1000)).then(() => {"
                  "say({ name: 'openPush', withImg: true, interval: '100' }); say({ name: 'mute', isMute: true }); })")
        desk.rig.place("resident")
        page.wait("replies.length === 1")
        equal(page.eval("[replies[0].name, replies[0].resultContent.certNumber]"), ["PushWithImg", NUMBER])
        equal(page.eval("sizeOf(replies[0].resultContent.identityPic)"), PICTURE)
        desk.lift()
        page.eval("say({ name: 'openPush', withImg: false, interval: '100' })")
        desk.rig.place("hmt_permit")
        page.wait("replies.length >= 2")
        equal(page.eval("[replies[1].name, replies[1].resultContent.certNumber, replies[1].resultContent.identityPic]"),
              ["PushWithOutImg", OTHER_NUMBER, ""])
        desk.lift()
        page.eval("say({ name: 'closePush' })")
        desk.rig.place("foreigner_2023")
        # What is asked for is answered; before that, a push would have come.
        page.eval("say({ name: 'readCard' })")
        page.wait("replies.length >= 3")
        equal(page.eval("[replies[2].name, replies[2].resultContent.certNumber]"), ["readCard", FOREIGN_NUMBER_2023])
        equal(page.eval("replies.length"), 3)


# ---- 新中新 ----------------------------------------------------------------------------------

def test_synjones_jsonp(desk):
    """synjones: JSONP, the whole texts compared, an answer within its 3 s"""
    with desk.page("synjones", "synjones") as page:
        none = page.eval("byRetcode()")
        equal(none["error"], "cannot read")
        assert none["time"] < 3000, none
        desk.rig.place("resident")
        card = page.eval("byRetcode()")
        equal((card["number"], card["name"]), (NUMBER, NAME))
        assert card["time"] < 3000, card
        equal(page.eval("byRetmsg()"), {"number": NUMBER, "type": "0"})


def test_synjones_json(desk):
    """synjones: JSON; once only; without the picture; each kind of card; small requests"""
    with desk.page("synjones", "synjones") as page:
        desk.rig.place("resident")
        card = page.eval("byCode('?waitTime=3&readOnce=1')")
        equal((card["cardno"], card["userlifee"], card["FpData"], card["picture"]), (NUMBER, "长期", None, PICTURE))
        equal(page.eval("byCode('?waitTime=0&readOnce=1')"), {"error": NO_CARD})
        equal(page.eval("byCode('?NoPhoto=1')")["photobase64"], "")
        desk.lift()
        desk.rig.place("foreigner_2023_linked")
        card = page.eval("byCode('?waitTime=10&readOnce=1')")
        equal((card["CardType"], card["Reserved"], card["cardno"]), ("3", "000", FOREIGN_NUMBER_2023))
        keys = [key for key in card if key != "picture"]
        equal(keys[12:16], ["police", "CardType", "CardTypeName", "Reserved"])
        equal(keys[-3:], ["photobase64", "frontImg", "backImg"])
        desk.lift()
        desk.rig.place("hmt_permit")
        card = page.eval("byCode('?waitTime=10')")
        equal((card["CardType"], card["PassID"], card["IssuesTimes"]), ("2", "H00000000", "01"))
        equal(page.eval("small('Version')"), {"retcode": "0", "retmsg": "v3.0", "errmsg": ""})
        equal(page.eval("small('GetSAMID')")["retmsg"], "05.03-20200101-0000012345-0000067890")
        equal(page.eval("small('M1Reset')")["retcode"], "0x41")


def test_settings(desk):
    """synjones, zkteco: no JSONP unless it is allowed; a picture that is required; JSON and dotted dates"""
    settings = {"synjones": {"photo_required": "yes"}, "zkteco": {"strict_json": "yes", "dotted_dates": "yes"}}
    with Rig(profiles=settings, origins=(desk.origin,), portrait=False) as rig:
        with desk.page("synjones", "synjones", rig, allow=("SyntaxError", "net::ERR_")) as page:
            rig.place("resident")
            equal(page.eval("byCode()"), {"error": "相片解码失败"})
            equal(page.eval("byCode('?NoPhoto=1')")["cardno"], NUMBER)
            equal(page.eval("byRetcode()")["error"], "service not installed")
        with desk.page("zkteco", "zkteco", rig) as page:
            card = page.eval("strict()")
            equal((card["IDNumber"], card["Birthday"], card["ValidDate"]), (NUMBER, "1900.01.01", "长期"))


# ---- 中控 ------------------------------------------------------------------------------------

def test_zkteco(desk):
    """zkteco: five ways to read a body that is no JSON"""
    with desk.page("zkteco", "zkteco") as page:
        for persona, number, name in (("resident", NUMBER, NAME), ("hmt_permit", OTHER_NUMBER, OTHER_NAME),
                                      ("foreigner", FOREIGN_NUMBER, "测试丙")):
            desk.rig.place(persona)
            results = page.eval("readAll()")
            equal(results.pop("split"), {"number": number})
            equal(sorted(results), ["comma", "doubled", "evaluate", "stripped", "text"])
            for caller, result in results.items():
                assert result.pop("picture") > 1000, (caller, result)
                equal((caller, result["ret"], result["number"], result["name"], result["born"]),
                      (caller, 0, number, name, "1900-01-01"))
                if persona == "resident":
                    equal((result["address"], result["until"], result["sex"]), (ADDRESS, "长期", "男"))
            desk.lift()


def test_zkteco_none(desk):
    """zkteco: no card is ret 10, as JSON"""
    with desk.page("zkteco", "zkteco") as page:
        names = ["text", "evaluate", "comma", "doubled"]
        equal(page.eval(f"Promise.all({names}.map(name => callers[name]()))"), [{"ret": 10}] * 4)


# ---- 东信 ------------------------------------------------------------------------------------

def test_donsee_once(desk):
    """donsee-ws: once, asked each second, is a card there, the version"""
    with desk.page("donsee", "donsee-ws") as page:
        page.eval("open()")
        page.eval("socket.send('EST_GetVersion#')")
        page.wait("words.length === 1 && words[0].startsWith('version ')")
        page.eval("socket.send('EST_Reader_ReadIDCard#')")
        page.wait("words.length === 2")
        equal(page.eval("words[1]"), "place the card")
        page.eval("poll()")
        desk.rig.place("resident")
        page.wait("cards.length === 1")
        card = page.eval("cards[0]")
        equal(page.eval(f"sizeOf('{card.pop('picture')}')"), PICTURE)
        equal(card, {"number": NUMBER, "name": NAME, "people": "汉族", "born": "19000101"})
        page.eval("words.length = 0; socket.send('EST_IDRequest#')")
        page.wait("words.includes('card found')")
        page.eval("socket.send('EST_ReaderGertSAMID#'); socket.send('EST_PosBeep#'); socket.send('EST_ReadM1Card#')")
        page.wait("others.length === 3")
        equal(sorted(page.eval("others")), [["EST_PosBeep#", "0", ""], ["EST_ReadM1Card#", "-1", ""],
                                            ["EST_ReaderGertSAMID#", "0", "05.03-20200101-0000012345-0000067890"]])
        equal(page.eval("cards.length"), 1)


def test_donsee_continuous(desk):
    """donsee-ws: each card from now on, under the name without |1, until it is stopped"""
    with desk.page("donsee", "donsee-ws") as page:
        page.eval("open()")
        page.eval("socket.send('EST_Reader_ReadIDCard#|1')")
        for n, (persona, number) in enumerate((("resident", NUMBER), ("hmt_permit", OTHER_NUMBER),
                                               ("resident", NUMBER)), 1):
            desk.rig.place(persona)
            page.wait(f"cards.length === {n}")
            equal(page.eval("cards.at(-1).number"), number)
            desk.lift()
        page.eval("socket.send('EST_StopReadIDCard#')")
        page.wait("words.length === 1")
        equal(page.eval("words[0]"), "stopped")
        desk.rig.place("foreigner")
        page.eval("socket.send('EST_IDRequest#')")
        page.wait("words.length >= 2")
        equal(page.eval("[cards.length, words[1]]"), [3, "card found"])


# ---- 高拍仪 ----------------------------------------------------------------------------------

def test_camera(desk):
    """camera: POST, the code as a number and as a string, a page that does not look at it"""
    with desk.page("camera", "camera") as page:
        desk.rig.place("resident")
        equal(page.eval("strictly()"), {"name": NAME, "number": NUMBER, "sex": "男", "born": "1900-01-01", "nation": "01",
                                        "picture": PICTURE, "front": ""})
        equal(page.eval("loosely()"), "20200101-长期")
        equal(page.eval("blindly()"), NUMBER)
        equal(page.eval("grab()"), -1)


def test_camera_late(desk):
    """camera: a card that is placed while the page waits"""
    with desk.page("camera", "camera") as page:
        page.eval("window.late = strictly(); 0")
        desk.rig.wait_watchers(1)
        desk.rig.place("hmt_permit")
        equal(page.eval("late")["number"], OTHER_NUMBER)


def test_no_reader(desk):
    """every profile: what a page shows when there is no reader, and when there is no daemon"""
    with Rig(profiles=PROFILES, origins=(desk.origin,), hub="fake", fake=("--no-readers",)) as rig:
        with desk.page("huashi", "huashi", rig) as page:
            equal(page.eval("searchText()"),
                  {"open": {"errorMsg": '"没有连接读卡器。请插入读卡器。",', "resultFlag": "-1"}})
        with desk.page("routon", "routon-http", rig) as page:
            equal(page.eval("state()"), "not connected")
            equal(page.eval("read('readCard')"), {"error": "reader not connected"})
        with desk.page("routon", "routon-ws", rig) as page:
            page.eval("open()")
            page.eval("say({ name: 'getStatus' })")
            page.wait("replies.length === 1")
            equal(page.eval("[replies[0].resultFlag, replies[0].status]"), [0, 1])
        with desk.page("synjones", "synjones", rig) as page:
            equal(page.eval("byRetcode()")["error"], "service 没有连接读卡器。请插入读卡器。")
        with desk.page("zkteco", "zkteco", rig) as page:
            equal(page.eval("callers.text()"), {"ret": 1})
        with desk.page("donsee", "donsee-ws", rig) as page:
            page.eval("open()")
            page.eval("socket.send('EST_Reader_ReadIDCard#')")
            page.wait("words.length === 1")
            equal(page.eval("words[0]"), "没有连接读卡器。请插入读卡器。")
        with desk.page("camera", "camera", rig) as page:
            equal(page.eval("strictly()"), {"error": -1})
        rig.tell("quit")
        with desk.page("routon", "routon-http", rig) as page:
            equal(page.eval("state()"), "unknown")
            equal(page.eval("read('readCard')"), {"error": "reader not connected"})


def test_refused(desk):
    """every profile: a page that nobody has allowed gets nothing"""
    with desk.page("huashi", "huashi") as page:
        desk.rig.place("resident")
        equal(page.eval("parseText()")["read"]["certNumber"], NUMBER)
    stranger = desk.origin.replace("127.0.0.1", "localhost")
    desk.rig.place("resident")
    for file, profile, script in (("huashi", "huashi", "send('GET', '/readcard')"),
                                  ("routon", "routon-http", "send('POST', '/api/readCard')"),
                                  ("synjones", "synjones", "jsonp('/api/ReadMsg').then(data => data || '')"),
                                  ("zkteco", "zkteco", "send('GET', '/ZKIDROnline/ScanReadIdCardInfo')"),
                                  ("camera", "camera", "send('POST', '/card=idcard')"),
                                  ("routon", "routon-ws", "connect().then(() => 'open', () => '')"),
                                  ("donsee", "donsee-ws", "connect().then(() => 'open', () => '')")):
        page = desk.browser.open(f"{stranger}/profile-{file}.html?port={desk.rig.port_of(profile)}", allow=(".",))
        equal((profile, page.eval(script)), (profile, ""))
        page.close()
    desk.lift()


TESTS = (test_huashi_search, test_huashi_parse, test_huashi_poll, test_odd_name,
         test_routon_http, test_routon_ws, test_routon_push,
         test_synjones_jsonp, test_synjones_json, test_settings,
         test_zkteco, test_zkteco_none, test_donsee_once, test_donsee_continuous, test_camera, test_camera_late,
         test_no_reader, test_refused)


def main():
    with pages() as origin, Rig(profiles=PROFILES, origins=(origin,)) as rig, Browser() as browser:
        return run("profiles", TESTS, Desk(rig, browser, origin))


if __name__ == "__main__":
    sys.exit(main())
