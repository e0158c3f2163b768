#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A file over 600 lines is two; a line of C over 100 columns (tabs of 8) is too long to read.
. "$(dirname "$0")/lib.sh"

bad=0
files=$(lint_files '(\.(c|h|sh|py|mk)|Makefile|Kbuild)$')
while IFS= read -r file; do
	if (($(wc -l <"$file") > 600)); then
		printf '%s: more than 600 lines\n' "$file"
		bad=1
	fi
done <<<"$files"

# Characters, not bytes: error texts are in Chinese too. Strings do not count: a sentence that is broken in two
# cannot be searched for.
files=$(lint_files '\.[ch]$')
while IFS= read -r file; do
	long=$(expand "$file" | sed -E 's/"([^"\\]|\\.)*"/""/g' | LC_ALL=C.UTF-8 grep -nE '^.{101}' | cut -d: -f1 | tr '\n' ' ') || true
	if [[ -n $long ]]; then
		printf '%s: over 100 columns in line %s\n' "$file" "$long"
		bad=1
	fi
done <<<"$files"
exit "$bad"
