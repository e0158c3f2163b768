# SPDX-License-Identifier: GPL-2.0-or-later
"""Seeds: requests and messages of pages to the services of vendors."""
import os
import re

from .data import PROTOCOL, seed

HUASHI, ROUTON, ROUTON_WS, SYNJONES, ZKTECO, DONSEE, CAMERA = range(7)
JSONP, PHOTO, STRICT, DOTTED, POST, READER, STOPPED, SAM = (1 << i for i in range(8))

# Errors by their numbers, which are their places in the table.
with open(os.path.join(os.path.dirname(PROTOCOL), "..", "userspace", "lib", "errors.h"), encoding="utf-8") as table:
    ERRORS = ["NONE", *re.findall(r"^\tX\((\w+),", table.read(), re.M)]
NONE, REMOVED, NOT_ID, SILENT, DEAD, UNKNOWN, NO_READER, TIMED_OUT, NO_DAEMON = map(ERRORS.index, (
    "NONE", "CARD_REMOVED", "CARD_NOT_ID", "READER_SILENT", "READER_DEAD", "READER_UNKNOWN", "NO_READER", "TIMED_OUT",
    "NO_DAEMON"))

RESIDENT = """card_type=resident
name=测试甲
sex=male
sex_code=1
ethnicity=汉
ethnicity_code=01
birth_date=1900-01-01
address=北京市东城区示例路1号
id_number=110101190001010014
authority=示例市公安局示例分局
valid_from=2020-01-01
valid_long_term=true
portrait=/9j/2w=="""
PERMIT = """card_type=hmt_permit
name=测试乙
sex=female
id_number=810000190001010026
permit_number=H00000000
issue_count=1
valid_until=2025-01-01"""
TAIWAN = "card_type=hmt_permit\nid_number=830000190001010022\nsex=unknown"
FOREIGNER = "card_type=foreigner\nname_latin=SAMPLE, TEST CARD\nnationality=CAN\nid_number=CAN110000010103"
FOREIGNER_2023 = """card_type=foreigner_2023
nationality=XXX
id_number=91199919000101003X
former_number=XXX110000010103"""
NO_COUNTRY = "card_type=foreigner\nnationality=CANADA\nid_number=1"
PASSPORT = "card_type=passport\npassport_number=L898902C3"
ODD = 'card_type=resident\nid_number=1\nname="},\\\x01\x08\x09\x7f\ue81e\u2028</script>\naddress='.encode() + \
      b'\xff\xe6\xb1","certNumber" : "\n'
PEOPLE = {"resident": RESIDENT, "permit": PERMIT, "taiwan": TAIWAN, "foreigner": FOREIGNER,
          "foreigner-2023": FOREIGNER_2023, "no-country": NO_COUNTRY, "passport": PASSPORT, "odd": ODD, "nobody": ""}

READS = {
    "huashi": (HUASHI, "/readcard"), "routon": (ROUTON, "/api/readCard"),
    "routon-cert": (ROUTON, "/api/readCert"), "routon-ws": (ROUTON_WS, '{"name":"readCard"}'),
    "push": (ROUTON_WS, '{"name":"openPush","withImg":true,"interval":"100"}'),
    "push-no-image": (ROUTON_WS, '{"name":"openPush","withImg":"false"}'),
    "synjones": (SYNJONES, "/api/ReadMsg"), "zkteco": (ZKTECO, "/ZKIDROnline/ScanReadIdCardInfo"),
    "donsee": (DONSEE, "EST_Reader_ReadIDCard#"), "donsee-push": (DONSEE, "EST_Reader_ReadIDCard#|1"),
    "donsee-request": (DONSEE, "EST_IDRequest#"), "camera": (CAMERA, "/card=idcard"),
}

# Who, what they ask, how the switches stand, what is wrong.
OTHERS = {
    "huashi-open": (HUASHI, "/OpenDevice", READER, NONE), "huashi-close": (HUASHI, "/closeDevice", 0, NONE),
    "huashi-none": (HUASHI, "/", 0, NONE), "huashi-open-fails": (HUASHI, "/OpenDevice", 0, NONE),
    "routon-connect": (ROUTON, "/api/connect", READER, NONE), "routon-lost": (ROUTON, "/api/connect", 0, SILENT),
    "routon-status": (ROUTON, "/api/getStatus", 0, NO_DAEMON), "routon-sam": (ROUTON, "/api/getSAMID", READER | SAM, NONE),
    "routon-no-sam": (ROUTON, "/api/getSAMID", READER, NONE), "routon-end": (ROUTON, "/api/disconnect", 0, NONE),
    "routon-other": (ROUTON, "/api/readICCardSN", 0, NONE), "routon-none": (ROUTON, "/api/", 0, NONE),
    "ws-status": (ROUTON_WS, '{"name":"getStatus"}', READER, NONE), "ws-mute": (ROUTON_WS, '{"name":"mute"}', 0, NONE),
    "ws-m1": (ROUTON_WS, '{"name":"readM1CardEx"}', 0, NONE), "ws-close": (ROUTON_WS, '{"name":"closePush"}', 0, NONE),
    "ws-no-json": (ROUTON_WS, "readCard", 0, NONE),
    "zkteco-info": (ZKTECO, "/info", 0, NONE), "zkteco-other": (ZKTECO, "/ZKIDROnline/MFCard", 0, NONE),
    "zkteco-none": (ZKTECO, "/", 0, NONE),
    "donsee-stop": (DONSEE, "EST_StopReadIDCard#", STOPPED, NONE), "donsee-idle": (DONSEE, "EST_StopReadIDCard#", 0, NONE),
    "donsee-version": (DONSEE, "EST_GetVersion#", 0, NONE), "donsee-beep": (DONSEE, "EST_PosBeep#", 0, NONE),
    "donsee-sam": (DONSEE, "EST_ReaderGertSAMID#", READER | SAM, NONE),
    "donsee-no-sam": (DONSEE, "EST_ReaderGertSAMID#", READER, NONE),
    "donsee-m1": (DONSEE, "EST_VerifyKeyM1#|0|FF", 0, NONE), "donsee-none": (DONSEE, "EST_", 0, NONE),
    "camera-video": (CAMERA, "/video=grabimage", POST, NONE), "camera-get": (CAMERA, "/card=idcard", 0, NONE),
}
OTHERS.update({"synjones-" + path: (SYNJONES, "/api/" + path, READER | SAM, NONE) for path in (
    "GetImage", "GetSAMStatus", "GetSAMID", "Version", "Beep", "M1Reset", "M1Halt", "Other")})
QUERIES = ("waitTime=3&readOnce=1&NoPhoto=1&ie=1", "waitTime=-1", "waitTime=x&ie=0", "waitTime=99999999999",
           "callback=jQuery1_2&_=1", "callback=a%28b", "callback=%E7%94%B2+%", "a&&callback=", "callback=%4")


def ask(who, text, switches=0, error=NONE, query="", person=""):
    person = person if isinstance(person, bytes) else person.encode()
    return bytes((who, switches, error)) + f"{text}\n{query}\n".encode() + person


def profiles():
    for name, (who, text) in READS.items():
        switches = POST if who == CAMERA else 0
        for person, fields in PEOPLE.items():
            seed("profile", f"{name}-{person}", ask(who, text, switches, person=fields))
        seed("profile", f"{name}-no-reader", ask(who, text, switches, NO_READER))
        seed("profile", f"{name}-timed-out", ask(who, text, switches, TIMED_OUT, person=RESIDENT))
    for name, (who, text, switches, error) in OTHERS.items():
        seed("profile", name, ask(who, text, switches, error))
    for error in (NO_READER, REMOVED, NOT_ID, SILENT, DEAD, UNKNOWN, NO_DAEMON):
        seed("profile", f"zkteco-error-{ERRORS[error].lower()}", ask(ZKTECO, "/ScanReadIdCardInfo", 0, error))
    for person, fields in PEOPLE.items():
        seed("profile", f"zkteco-strict-{person}",
             ask(ZKTECO, "/ScanReadIdCardInfo", STRICT | DOTTED, person=fields))
        seed("profile", f"synjones-jsonp-{person}",
             ask(SYNJONES, "/api/ReadMsgIE", JSONP | PHOTO, query="callback=f.g", person=fields))
    for i, query in enumerate(QUERIES):
        seed("profile", f"synjones-query-{i}", ask(SYNJONES, "/api/ReadMsg", JSONP, query=query, person=RESIDENT))
    seed("profile", "synjones-page", ask(SYNJONES, "/api/ReadMsg", query="ie=1&callback=f", person=ODD))
    seed("profile", "synjones-no-photo", ask(SYNJONES, "/api/ReadMsg", PHOTO, person=PERMIT))
    seed("profile", "synjones-no-sam", ask(SYNJONES, "/api/GetSAMID", 0))
    seed("profile", "long", ask(SYNJONES, "/api/ReadMsg", person=RESIDENT + "A" * 5000))
