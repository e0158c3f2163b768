# SPDX-License-Identifier: GPL-2.0-or-later
"""Seeds: numbers, machine-readable zones, entries and texts."""
from .data import ADDRESS, NAMES, NUMBERS, PASSPORTS, SECOND, TD1, TD2, TEXTS, seed



def numbers():
    for name, number in NUMBERS.items():
        seed("number", name, number)
        seed("number", name + "-wrong", number[:-1] + "7")
    seed("number", "region", "160101190001010013")
    seed("number", "no-day", "110101190002290011")
    seed("number", "future", "110101202601020019")
    seed("number", "foreigner-no-day", "XXX110000130106")
    seed("number", "permit-region", "810001190001010023")
    seed("number", "fifteen", "110101000101001")
    seed("number", "short", "1101011900010100")
    seed("number", "letter", "11010119000101OO14")
    seed("number", "date", "20000229")
    seed("number", "date-none", "19000229")
    seed("number", "day-zero", "19000100")
    seed("number", "fillers", "L898902C<")
    seed("number", "character", "L898902c3")


def passports():
    for name, text in PASSPORTS.items():
        seed("mrz", name, text)


def texts():
    def field(text, size=30):
        return text.encode("utf-16-le", "surrogatepass").ljust(size, b"\0")
    seed("text", "name", TEXTS["resident"][:30])
    seed("text", "name-latin", TEXTS["foreigner"][:120])
    seed("text", "address", ADDRESS)
    seed("text", "padding", field("测试甲\u3000\u3000  "))
    seed("text", "inside", field("A  B\u3000C"))
    seed("text", "odd-byte", TEXTS["resident"][:7])
    seed("text", "private-use", field("\ue000测\uf8ff"))
    seed("text", "private-use-planes", field("\U000f0000\U0010fffd"))
    seed("text", "pair", field("\U00020000\U0002a6d6"))
    seed("text", "lone-high", field("\ud800A\udbff"))
    seed("text", "lone-low", field("\udc00A\ud800\ue000"))
    seed("text", "control", field("A\x01\x7f\x9fB\0C"))
    seed("text", "noncharacters", field("\ufdd0\ufffe\uffff\ufdef"))
    seed("text", "invisible", field("A\u00adB\u200bC\u202eD\u2066\ufeff\ufffdE"))
    seed("text", "utf-8", "aé测\U00020000\ufffd")
    seed("text", "utf-8-overlong", b"\xc0\x80\xe0\x80\x80\xf0\x80\x80\x80")
    seed("text", "utf-8-cut", b"\xc3\xe6\xb5\xf0\xa0\x80\xf5\xed\xa0\x80\xf4\x90\x80\x80")


ENTRIES = {
    "spaces": "  911999 19000101 003x\r\n",
    "hyphens": "911999-19000101-003x",
    "full-width": "９１１９９９１９０００１０１００３Ｘ",
    "old-foreigner": "xxx 1100 000101 03",
    "passport": "L898902C36",
    "passport-parted": "l898902c3-6",
    "passport-filled": "AB12345<<6",
    "passport-short": "AB12345 6",
    "passport-wrong": "L898902C3 7",
    "passport-no-check": "L898902C3",
    "passport-inside": "L8<8902C36",
    "passport-word": "ABCDEFG 1",
    "passport-letter": "L898902C3O",
    "passport-too-short": "AB123<<<<6",
    "passport-character": "L898902/36",
    "blank": " \t\r\n",
    "control": "1101\x01",
    "c1": "1101\u0085",
    "letter-of-another-script": "é测",
    "long": "1" * 260,
    "too-long": " " * 513,
    "two": "110101190001010014\n110101190001010014",
    "nul": "1101\0",
}


def entries():
    for name, number in NUMBERS.items():
        seed("entry", name, number)
        seed("entry", name + "-wrong", number[:-1] + "7")
    for name, text in ENTRIES.items():
        seed("entry", name, text)
    seed("entry", "not-utf-8", b"\xff\xfe\x80")
    for name in ("lines", "turned", "second", "second-sex-x", "second-no-birth", "names-none", "names-particles",
                 "wrong-number", "td1", "no-day-of-birth"):
        seed("entry", "mrz-" + name, PASSPORTS[name])
    seed("entry", "mrz-nationality", "C01X00T478D<<0002299M3001019<<<<<<<<<<<<<<08")


def suggestions():
    resident, foreigner_2023 = NUMBERS["resident"], NUMBERS["foreigner-2023"]
    for name, number in {
        "old": "110101000101001",
        "old-region": "160101000101001",
        "old-no-day": "110101000230001",
        "old-before-1900": "110101000101996",
        "old-permit": "810000000101001",
        "misread": resident.replace("0", "O", 2),
        "misread-lower": "ll" + resident[2:],
        "misread-4": resident.replace("0", "O", 4),
        "misread-unknown": "K" + resident[1:],
        "misread-x": foreigner_2023[:-1] + "x",
        "misread-country": "XXX11000001O103",
        "misread-letter": "X5X110000010103",
        "misread-two": "1XX110000010103",
        "former": foreigner_2023 + "XXX000",
        "former-letters": foreigner_2023 + "XXXA00",
        "former-short": foreigner_2023 + "XX",
        "former-of-resident": resident + "XXX000",
    }.items():
        seed("number", name, number)
    for name, text in {
        "misread-o": SECOND.replace("0", "O"),
        "misread-names": NAMES.replace("O", "0") + "\n" + SECOND,
        "misread-names-1": NAMES.replace("I", "1") + "\n" + SECOND,
        "misread-number": SECOND.replace("L898902C36", "L8989O2C36"),
        "misread-everywhere": SECOND.replace("ZE184226B", "2E184226B"),
        "misread-k": SECOND[:-4] + "KK10",
        "misread-sex": SECOND.replace("F", "K"),
        "misread-td1": "\n".join(TD1).replace("I<", "1<").replace("0", "O"),
        "misread-td1-type": "\n".join(TD1).replace("I<UTO", "L<UT0"),
        "misread-td2": "\n".join(TD2).replace("D231458907", "D23145B907"),
        "misread-td2-turned": "\n".join(TD2[::-1]).replace("122F", "1Z2F"),
        "misread-unknown": SECOND.replace("7408122", "74W8122"),
        "misread-turned": SECOND.replace("8", "B") + "\n" + NAMES,
    }.items():
        seed("mrz", name, text)
