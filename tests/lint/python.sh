#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Python, also in files without an ending, passes pyflakes.
. "$(dirname "$0")/lib.sh"
need pyflakes3 pyflakes3

scripts=()
files=$(lint_files .)
while IFS= read -r file; do
	if [[ $file == *.py ]] || head -n 1 "$file" | grep -aqE '^#!.*[/ ]python3?\b'; then
		scripts+=("$file")
	fi
done <<<"$files"
((${#scripts[@]} >= 10)) || die "hardly any Python found"

pyflakes3 "${scripts[@]}"
