#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Shell scripts, also those without an ending, pass shellcheck.
. "$(dirname "$0")/lib.sh"
need shellcheck shellcheck

scripts=()
files=$(lint_files .)
while IFS= read -r file; do
	if [[ $file == *.sh ]] || head -n 1 "$file" | grep -aqE '^#!.*[/ ](ba|da)?sh\b'; then
		scripts+=("$file")
	fi
done <<<"$files"

shellcheck --external-sources --source-path=SCRIPTDIR --source-path=. --format=gcc "${scripts[@]}"
