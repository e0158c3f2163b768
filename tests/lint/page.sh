#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The operator page: each thing it says is there in both languages, explains every warning of the daemon, and is
# used; no script and no style stands in the page itself, which its content security policy forbids; nothing from
# outside becomes markup; no file is over 600 lines.
. "$(dirname "$0")/lib.sh"
need python3 python3

page=userspace/web/page
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
"$page/make-errors" userspace/lib/errors.h >"$errors"

python3 - "$page" "$errors" userspace/lib/errors.h userspace/lib/identity.h <<'END'
import pathlib, re, sys

page, errors, errors_h, identity_h = map(pathlib.Path, sys.argv[1:])
bad = []
read = {path.name: path.read_text() for path in sorted(page.iterdir()) if path.suffix in (".js", ".css", ".html")}
scripts = {name: text for name, text in read.items() if name.endswith(".js")}

# Words: key: ['English', 'Chinese'], where a string may be put together with +.
STRING = r"'(?:[^'\\\n]|\\.)*'"
SUM = rf"{STRING}(?:\s*\+\s*{STRING})*"
table = re.search(r"const WORDS = \{(.*?)\n\};", read["words.js"], re.S).group(1)
words = {}
for key, english, chinese in re.findall(rf"^\t(\w+): \[\s*({SUM}),\s*({SUM})\],", table, re.M):
    words[key] = ["".join(s[1:-1] for s in re.findall(STRING, text)) for text in (english, chinese)]
keys = re.findall(r"^\t(\w+):", table, re.M)
if len(words) < 100 or len(words) != len(keys):
    bad.append(f"words.js: not understood: {' '.join(set(keys) - set(words)) or 'a key stands twice'}")
for key, (english, chinese) in words.items():
    if not english or not chinese:
        bad.append(f"words.js: {key} is empty in one language")
    if sorted(re.findall(r"\{\d\}", english)) != sorted(re.findall(r"\{\d\}", chinese)):
        bad.append(f"words.js: {key} fills in other things in one language")
    own = key in ("language", "release", "site_what")
    if not own and re.search(r"[\u4e00-\u9fff]", english):
        bad.append(f"words.js: {key}: Chinese in English")
    if not own and not re.search(r"[\u4e00-\u9fff]", chinese):
        bad.append(f"words.js: {key}: no Chinese")

# Used: as a whole, or as 'group_' + what the service says.
others = "\n".join(text for name, text in read.items() if name != "words.js") + \
    re.sub(r"const WORDS = \{.*?\n\};", "", read["words.js"], flags=re.S)
quoted = set(re.findall(r"['\"](\w+)['\"]", others))
groups = tuple(set(re.findall(r"'(\w+_)' \+", others)))
bad += [f"words.js: {key} is not used" for key in words if key not in quoted and not key.startswith(groups)]
for key in set(re.findall(r"\bword\('(\w+)'", others)) | set(re.findall(r'data-word="(\w+)"', others)):
    if key not in words and not key.endswith("_"):
        bad.append(f"{key} is not in words.js")

warned = re.findall(r'^\tX\([A-Z_]+, "([a-z_]+)"', identity_h.read_text(), re.M)
if len(warned) < 10:
    bad.append("identity.h: no warnings found")
bad += [f"words.js: no warning_{word}" for word in warned if f"warning_{word}" not in words]

codes = re.findall(r'^\tX\([A-Z_]+, "([a-z-]+)"', errors_h.read_text(), re.M)
made = re.findall(r'^\t"([a-z-]+)": \["(?:[^"\\]|\\.)+", "(?:[^"\\]|\\.)+"\],$', errors.read_text(), re.M)
if codes != made or len(codes) < 20:
    bad.append("make-errors: not each error of errors.h")

html = read["index.html"]
for what in (r"<script(?![^>]* src=)", r"<style", r"\sstyle=", r"\son\w+=", r"javascript:", r"https?://", r"<form[^>]* action"):
    if re.search(what, html):
        bad.append(f"index.html: {what} is not allowed")
for name in re.findall(r'(?:src|href)="([^"#]+)"', html) + re.findall(r"from '\./([\w.]+)'", "".join(scripts.values())):
    if name != "errors.js" and not (page / name).exists():
        bad.append(f"{name} does not exist")
ids = set(re.findall(r'\bid="([\w-]+)"', html)) | set(re.findall(r"\bid: '([\w-]+)'", "".join(scripts.values())))
for name in re.findall(r'(?:for|aria-describedby)="([^"]+)"', html):
    bad += [f"index.html: no id {part}" for part in name.split() if part not in ids]
for name in set(re.findall(r"find\('([\w-]+)'\)", "".join(scripts.values()))):
    if name not in ids:
        bad.append(f"find('{name}'): no such id")

forbidden = r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|DOMParser|setHTML|" \
    r"sessionStorage|indexedDB|document\.cookie|console\.|\.style\b|srcdoc|history\.)"
for name, text in scripts.items():
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(forbidden, re.sub(r"//.*", "", line)):
            bad.append(f"{name}:{number}: {line.strip()}")
if set(re.findall(r"localStorage\.\w+\(([^),]*)", "".join(scripts.values()))) != {"'language'"}:
    bad.append("something else than the language is stored")
if re.search(r"@import|url\(", read["page.css"] + read["parts.css"]):
    bad.append("a style sheet loads something")

bad += [f"{name}: more than 600 lines" for name, text in read.items() if text.count("\n") > 600]
print("\n".join(bad))
sys.exit(1 if bad else 0)
END
