# SPDX-License-Identifier: GPL-2.0-or-later
"""Seeds: what the wedge types."""
import json

from .data import seed

US, DE, FR = 0, 1, 2
NO_ID, LONG_TERM, LONG_TERM_TEXT, CAPS_LOCK, IMPATIENT, CUT_OFF, SLOW = (1 << i for i in range(7))

SETTINGS = """[wedge]
enabled = yes
console = no
max_age = 9
clear = 20
profile = desk 2
[profile desk 1]
template = {id}{TAB}{name:clip}{ENTER}
prefix = #
suffix = {TAB}
terminator = tab
[profile desk 2]
layout = de
pace = 20
paste = ctrl-shift-v
paste_wait = 10
long_term = 9999
doubtful = no
source = card, manual
card_type = resident
"""


def template(name, text, layout=US, flags=0, cut=0, person="测试甲", birth="1900-01-01"):
    who, born = person.encode(), birth.encode()
    seed("wedge", name, bytes((0, layout, flags, cut, len(who))) + who + bytes((len(born),)) + born + text.encode())


def templates():
    ascii_text = "".join(chr(c) for c in range(32, 127)).replace("{", "{{").replace("}", "}}")
    template("all-keys", ascii_text)
    template("all-keys-de", ascii_text.replace("^", "").replace("`", ""), DE)
    template("all-keys-fr", ascii_text.replace("^", "").replace("`", "").replace("~", ""), FR)
    template("dead-key", "a^", DE)
    template("caps-lock", "1Xx", US, CAPS_LOCK)
    template("caps-lock-fr", "aX1", FR, CAPS_LOCK)
    template("fields", "{id}{TAB}{name_latin}{SHIFT+TAB}{sex_code}{passport}{permit}{former}{card_type}")
    template("clip", "{id}{TAB}{name:clip}{ENTER}")
    template("clip-impatient", "{name:clip}{sex_zh:clip}", US, IMPATIENT)
    template("clip-too-much", "{name:clip}" * 50, person="测" * 80)
    template("escape", "{name:escape}", person="a\\𠮷1")
    template("unicode", "{name:unicode}", person="a\\𠮷1")
    template("too-many-keys", "{name:unicode}" * 40, person="测" * 80)
    template("too-many-escapes", "{name:escape}" * 30, person="测" * 80)
    template("typed-chinese", "{name}")
    template("control", "{name:clip}", person="a\nb")
    template("control-c1", "{name:escape}", person="a\x85b")
    template("nobody", "{name}{id?}{birth?:%Y}", person="", birth="")
    template("no-id", "{id}", US, NO_ID)
    template("optional", "{id?}{TAB}", US, NO_ID)
    template("dates", "{birth:%Y%m%d}{birth:%-d/%-m/%y %%}{valid_from:%Y年:escape}{valid_until}")
    template("no-date", "{birth:%Y}", birth="1900-1-1")
    template("no-date-2", "{birth:%Y}", birth="1900/01/01")
    template("date-long", "{birth:" + "%Y" * 250 + "}")
    template("long-term", "{valid_until:%Y}", US, LONG_TERM)
    template("long-term-optional", "{valid_until?}", US, LONG_TERM)
    template("long-term-text", "{valid_until}", US, LONG_TERM | LONG_TERM_TEXT)
    template("keys", "{CTRL+A}{CTRL+SHIFT+END}{F12}{ESC}{PAUSE}{PAUSE:9999}")
    template("slow", "ab{TAB}", US, SLOW)
    template("cut-off", "aXb", US, CUT_OFF, 6)
    template("cut-off-control", "{CTRL+SHIFT+END}", US, CUT_OFF, 3)
    template("cut-off-altgr", "@", DE, CUT_OFF, 2)
    template("braces", "{{{id}}}")
    template("parts", "{TAB}" * 97)
    template("text-long", "a" * 641)
    template("text-parts", "a{{" * 60)
    template("format-long", "{birth:%Y}" + "a" * 630 + "{birth:%Y}")
    for i, text in enumerate(("{", "}", "{}", "{id", "{nome}", "{id:}", "{id:%Y}", "{id?:clips}", "{birth:}", "{birth:%H}",
                              "{birth:%-Y}", "{birth:%}", "{birth:%Y年}", "{PAUSE:}", "{PAUSE:0}", "{PAUSE:99999}",
                              "{PAUSE:123456}", "{PAUSE:1s}", "{PAUSES}", "{CTRL+}", "{CTRL+;}", "{A}", "姓名", "a\t")):
        template(f"mistake-{i}", text)


def settings():
    def one(name, text):
        seed("wedge", "settings-" + name, b"\1" + text.encode())
    one("all", SETTINGS)
    one("none", "")
    one("fr", "[profile a]\nlayout = fr\npaste = shift-insert\nterminator = enter\n")
    one("many", "".join(f"[profile {i}]\npace = 12\n" for i in range(17)))
    one("parts", "[profile a]\n" + "".join(f"{k} = " + "{UP}" * 33 + "\n" for k in ("prefix", "template", "suffix")))
    for i, text in enumerate(("enabled = yes", "[wedge]\nenable = yes", "[wedge]\nenabled = a", "[wedge]\nclear = 0",
                              "[wedge]\nclear = 1\nclear = 2", "[wedge]\nprofile =", "[wedge]\nprofile = a",
                              "[profile ]\npace = 1", "[profile a]\npace = 0", "[profile a]\nspeed = 1",
                              "[profile a]\npace = 1\npace = 1", "[profile a]\nlayout = cn", "[profile a]\nterminator = a",
                              "[profile a]\npaste = a", "[profile a]\nlong_term =", "[profile a]\nsource = a",
                              "[profile a]\nsource = ,", "[profile a]\ntemplate = {",
                              "[profile a]\nsuffix = 姓名", "[other]\na = b")):
        one(f"mistake-{i}", text + "\n")


def people():
    card = {"class": "IDENTITY", "schema": 1, "source": "card", "card_type": "resident", "name": "测试甲", "sex": "male",
            "id_number": "110101190001010014", "id_number_valid": True, "valid_until": None, "valid_long_term": True,
            "warnings": ["empty_name"]}

    def one(label, **changes):
        seed("wedge", "person-" + label, b"\2" + json.dumps({**card, **changes}, ensure_ascii=False).encode())
    one("resident")
    one("female", sex="female")
    one("unknown", sex="unknown", source="qr", card_type="passport")
    one("other-sex", sex="", source=None)
    one("doubt", id_number_valid=False)
    one("warned", warnings=["empty_name", "checksum"])
    one("odd-warning", warnings=[1])
    one("odd-warnings", warnings="checksum")
    one("class", **{"class": "ERROR"})
    one("schema", schema=2)
    one("long", name="a" * 256)
    one("number", name=1)
    one("nul", name="a\0b")
    seed("wedge", "person-none", b"\2nothing")


def wedges():
    templates()
    settings()
    people()
