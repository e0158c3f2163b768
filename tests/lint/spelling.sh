#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Common misspellings.
. "$(dirname "$0")/lib.sh"
need codespell codespell

# No misspellings: Nd is a macro of manual pages; fro, nam, som, tha are codes of countries; ACI is the mark of a
# kind of travel document; agains counts what came again; fo is in RFC 4648.
words=nd,fro,nam,som,tha,aci,agains,fo

# Licence texts are not ours to correct, and what a fuzzer is given is no language.
lint_files . | grep -vE '^(LICENSES|tests/fuzz/corpus)/' | xargs -r -d '\n' codespell --ignore-words-list="$words"
