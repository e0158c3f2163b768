# SPDX-License-Identifier: GPL-2.0-or-later
"""Seeds: lines of the socket, both ways."""
import json
from base64 import b64encode

from .data import NAMES, PHOTO, SECOND, frame, seed

GREETING = '{"class":"VERSION","release":"0.1.0","proto_major":1,"proto_minor":0}'


def streams():
    error = '{"class":"ERROR","code":"%s","message":"SAMPLE"}\n'
    for name, text in {
        "greeting": GREETING + "\n",
        "greeting-and-more": GREETING + "\n" + '{"class":"DEVICES","devices":[]}\n{"cla',
        "denied": error % "permission-denied",
        "unknown-error": error % "unknown-word",
        "other-major": GREETING.replace("1,", "2,") + "\n",
        "no-major": '{"class":"VERSION","release":"0.1.0"}\n',
        "major-text": GREETING.replace("1,", '"1",') + "\n",
        "no-release": '{"class":"VERSION","proto_major":1}\n',
        "no-class": '{"release":"0.1.0"}\n',
        "other-class": '{"class":"DEVICE"}\n',
        "array": "[]\n",
        "empty-lines": "\n\n\n",
        "no-newline": "{",
        "nul": "\0\n\0",
    }.items():
        seed("stream", name, "\0" + text)
    seed("stream", "cut", "\3" + GREETING + "\n" + GREETING + "\n")
    seed("stream", "long", b"\5" + b"x" * 17000 + b"\n" + b"y" * 10)
    seed("stream", "nothing", b"")


LINE = ('{"class":"IDENTITY","schema":1,"seq":7,"time":"2026-01-01T08:00:00+08:00","source":"card","reader":'
        '{"name":"usb-1-2","sam_id":"05.03-20200101-0000012345-0000067890"},"card_type":"resident","name":"测试甲",'
        '"sex":"male","sex_code":"1","birth_date":"1900-01-01","id_number":"110101190001010014",'
        '"id_number_valid":true,"valid_from":"2020-01-01","valid_until":null,"valid_long_term":true,"expired":false,'
        '"warnings":["birth_mismatch"],"portrait":{"status":"ok","format":"jpeg","data":"%s"},'
        '"fingerprints":[{"finger_code":11,"data":"%s"}]}')


def library():
    identity = '{"class":"IDENTITY","schema":1,%s}'
    for name, text in {
        "card": LINE % ("V0xmAH4A", "QwE="),
        "base64": LINE % ("ABCDabcd0129+/+A", ""),
        "base64-bits": LINE % ("QQ==", "QR=="),
        "base64-odd": LINE % ("ABC", "A"),
        "base64-character": LINE % ("AB?D", "A"),
        "base64-padding": LINE % ("A===", "===="),
        "base64-finger": LINE % ("", "A=B="),
        "base64-not-text": identity % '"portrait":{"data":1}',
        "no-fingers": identity % '"fingerprints":[],"warnings":[]',
        "fingers-no-data": identity % '"fingerprints":[{},{"data":"QUJD"}]',
        "fingers-object": identity % '"fingerprints":{"0":1},"warnings":{}',
        "dates": identity % '"birth_date":"1900-13-01","valid_from":"1900-1-1"',
        "date-form": identity % '"birth_date":"1900/01/01"',
        "integers": '{"class":"IDENTITY","schema":1,"seq":99999999999999999999}',
        "warnings": identity % '"warnings":[1,"odd",["checksum"]]',
        "schema-2": '{"class":"IDENTITY","schema":2}',
        "schema-text": '{"class":"IDENTITY","schema":"1"}',
        "other-class": '{"class":"CARD"}',
        "escapes": identity % r'"a\"\\\/\b\f\n\r\t":"\u6d4b\ud83d\ude00\u00E9"',
        "escape-nul": r'{"a":"\u0000"}',
        "escape-lone": r'{"a":"\ud800"}',
        "escape-low": r'{"a":"\udc00"}',
        "escape-pair": r'{"a":"\ud800\u0041"}',
        "escape-short": r'{"a":"\u12"}',
        "escape-unknown": r'{"a":"\x"}',
        "numbers": '{"a":[0,-1,1.5,-0.25,1e5,1E+5,1e-5]}',
        "number-zero": '{"a":01}',
        "number-point": '{"a":1.}',
        "number-exponent": '{"a":1e}',
        "number-minus": '{"a":-}',
        "words": '{"a":true,"b":false,"c":null}',
        "word-unknown": '{"a":nul}',
        "twice": '{"a":1,"a":2}',
        "no-colon": '{"a" 1}',
        "no-comma": '{"a":1 "b":2}',
        "no-key": '{1:2}',
        "comma-behind": '{"a":[1,]}',
        "space": ' { "a" : [ 1 , { } , [ ] ] }\r\n\t',
        "more": '{}{}',
        "array": '[]',
        "control": '{"a":"\x01"}',
        "open": '{"a":"b',
        "deep": '{"a":' + "[" * 15 + "]" * 15 + "}",
        "too-deep": '{"a":' + "[" * 16 + "]" * 16 + "}",
        "many": '{"a":[' + ",".join("1" * 100) + "]}",
        "too-many": '{"a":[' + ",".join("1" * 4200) + "]}",
        "dots": identity % '"":{"":1},"a":{"0":[1]}',
    }.items():
        seed("library", name, text)
    for name, text in ("bytes", "AAEC/w=="), ("bits", "QR=="), ("one", "QQ==="), ("inside", "Q==="):
        seed("library", "base64-only-" + name, text)
    seed("library", "not-utf-8", b'{"a":"\xff"}')
    seed("library", "replacement", '{"a":"\ufffd"}')


def watches():
    watching = '{"class":"WATCH","id":"libidcard-1","enable":true}\n'
    card = (LINE % ("", "")) + "\n"
    answer = card.replace('"schema"', '"id":"libidcard-1","schema"')
    error = '{"class":"ERROR","code":"%s","message":"SAMPLE"%s}\n'
    for name, text in {
        "card": watching + card + card,
        "card-too-early": card + watching + card,
        "reply": answer,
        "reply-of-another": answer.replace("-1", "-2") + answer,
        "reply-while-watching": watching + answer,
        "error": watching + error % ("card-unreadable", ""),
        "error-too-early": error % ("card-unreadable", ""),
        "error-unknown": watching + error % ("unknown-word", ""),
        "error-no-code": watching + '{"class":"ERROR"}\n',
        "error-long": watching + error % ("w" * 100, ""),
        "refused": error % ("too-many", ',"id":"libidcard-1"'),
        "timed-out": error % ("timed-out", ',"id":"libidcard-1"'),
        "other-events": watching + '{"class":"DEVICE"}\n{"class":"CARD"}\n' + card,
        "no-class": watching + "{}\n" + card,
        "schema-2": watching + card.replace('schema":1', 'schema":2') + card,
        "not-json": watching + "card\n" + card,
        "reply-not-json": "card\n",
        "reply-no-class": '{"id":"libidcard-1"}\n',
        "id-number": '{"class":"IDENTITY","id":1}\n',
        "nothing": "",
    }.items():
        seed("watch", name, text)


def requests():
    read = '{"class":"READ","id":%d,"timeout":30%s}\n'
    for name, text in {
        "version": '{"class":"VERSION","id":1}\n{"class":"VERSION"}\n',
        "devices": '{"class":"DEVICES","id":"a"}\n',
        "status": '{"class":"STATUS","id":-5}\n',
        "watch": '{"class":"WATCH","id":1}\ncard\n{"class":"WATCH","enable":false,"id":2}\n',
        "watch-all": '{"class":"WATCH","id":1,"portrait":"wlt","portrait_scale":4,"fingerprint":true,'
                     '"new_address":true,"map_private_use":true,"repeat":true}\ncard\ncard\n',
        "watch-bmp": '{"class":"WATCH","id":1,"portrait":"bmp","portrait_scale":2}\ncard\n{"class":"STATUS","id":2}\nready\n',
        "watch-portrait": '{"class":"WATCH","id":1,"portrait":"png"}\n',
        "watch-portrait-number": '{"class":"WATCH","id":1,"portrait":1}\n',
        "watch-scale": '{"class":"WATCH","id":1,"portrait_scale":5}\n',
        "watch-scale-text": '{"class":"WATCH","id":1,"portrait_scale":"1"}\n',
        "watch-flag": '{"class":"WATCH","id":1,"enable":1}\n',
        "read": read % (1, "") + "card\n",
        "read-none": read % (1, ""),
        "read-twice": read % (1, "") + read % (2, ""),
        "read-picture": read % (1, ',"portrait":"jpeg"') + 'card\n{"class":"VERSION","id":2}\nready\n',
        "read-held": read % (1, ',"portrait":"jpeg"') + "card\n" + '{"class":"VERSION","id":2}\n' * 70,
        "read-no-id": '{"class":"READ"}\ncard\n',
        "read-enter": read % (1, "") + '{"class":"ENTER","text":"110101190001010014","id":2}\n',
        "read-timeout": '{"class":"READ","id":1,"timeout":"30"}\n{"class":"READ","id":2,"timeout":0.01}\n',
        "read-timeout-large": '{"class":"READ","id":1,"timeout":3601}\n{"class":"READ","id":2,"timeout":1e400}\n',
        "read-option": read % (1, ',"fingerprint":0'),
        "enter": '{"class":"ENTER","text":"91199919000101003X","id":1}\n',
        "enter-qr": '{"class":"ENTER","text":"L898902C36","source":"qr","id":1}\n',
        "enter-mrz": json.dumps({"class": "ENTER", "text": NAMES + "\n" + SECOND, "id": "m"}) + "\n",
        "enter-wrong": '{"class":"ENTER","text":"110101190001010015","id":1}\n',
        "enter-source": '{"class":"ENTER","text":"1","source":"card","id":1}\n',
        "enter-no-text": '{"class":"ENTER","id":1}\n',
        "enter-long": json.dumps({"class": "ENTER", "text": "1" * 513, "id": 1}) + "\n",
        "unknown": '{"class":"TELEPORT","id":1}\n',
        "no-class": '{"id":1}\n',
        "class-number": '{"class":1,"id":1}\n',
        "id-object": '{"class":"VERSION","id":{}}\n',
        "id-fraction": '{"class":"VERSION","id":1.5}\n',
        "no-object": '[]\n"VERSION"\n1\n',
        "no-json": 'VERSION\n\n{\n',
        "twice": '{"class":"VERSION","class":"STATUS","id":1}\n',
        "no-newline": '{"class":"VERSION","id":1}',
        "not-utf-8": b'{"class":"VERSION","id":"\xff"}\n',
        "nul": b'{"class":"VERSION","id":"\\u0000"}\n\0\n',
        "many": '{"class":"VERSION","id":1}\n' * 220,
        "long": '{"class":"VERSION","id":1}\nlong\n{"class":"VERSION","id":2}\n',
    }.items():
        seed("request", name, text)


def claims():
    claim = '{"class":"CLAIM","reader":"usb-1-2","id":"c"}\n'
    release = '{"class":"RELEASE","id":"r"}\n'

    def send(*commands):
        return "".join('{"class":"EXCHANGE","frame":"%s","id":"%s"}\n' %
                       (b64encode(frame(bytes.fromhex(command))).decode(), command) for command in commands)

    read = send("2001", "2002", "3001", "3003", "3010")
    for name, text in {
        "read": claim + send("11ff", "12ff") + "card\n" + read + send("10ff", "2001"),
        "late": claim + "card\n" + read + "again\n" + read + "lift\n" + send("3001") + "rest\n",
        "swapped": claim + send("11ff") + "card\n" + send("2001", "2002") + "card\n" + send("3001", "2001"),
        "waits": claim + send("2001", "2001") + "card\n" + release + release,
        "waits-released": claim + send("2001") + release + send("2001"),
        "waits-claimed": claim + send("2001") + claim + send("2001") + "gone\n" + send("2001") + claim + release,
        "gone": claim + "gone\n" + send("11ff") + claim,
        "fails": claim + send("11ff") + "card\nfail\n" + send("2001", "2002"),
        "repeat": claim.replace('"id"', '"repeat":true,"id"') + claim.replace('"id"', '"repeat":1,"id"'),
        "name": claim.replace("usb-1-2", "usb-9") + claim.replace('"usb-1-2"', "1") + '{"class":"CLAIM","id":1}\n',
        "frame": send("2001") + claim + '{"class":"EXCHANGE","id":1}\n{"class":"EXCHANGE","frame":1,"id":2}\n'
                 '{"class":"EXCHANGE","frame":"AAAA","id":3}\n{"class":"EXCHANGE","frame":"?","id":4}\n'
                 '{"class":"EXCHANGE","frame":"AAAA\\u0000","id":5}\n',
        "status": claim + '{"class":"STATUS","id":1}\n',
    }.items():
        seed("request", "claim-" + name, text)


def decodes():
    decode = '{"class":"DECODE","data":"%s","id":%%d%%s}\n' % b64encode(PHOTO).decode()
    for name, text in {
        "picture": decode % (1, "") + decode % (2, "") + "ready\n" + decode % (3, ',"portrait":"jpeg"'),
        "no-id": decode.replace(',"id":%d', "") % "" + "ready\n",
        "waits": decode % (1, ',"portrait_scale":2'),
        "options": decode % (1, ',"portrait":"wlt"') + decode % (2, ',"portrait_scale":9'),
        "data": '{"class":"DECODE","id":1}\n{"class":"DECODE","data":"QUJD","id":2}\n',
    }.items():
        seed("request", "decode-" + name, text)
