#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Everything in C but the kernel module passes clang-tidy, with the checks that .clang-tidy names. A finding that is
# wrong is told so in the line before it: NOLINTNEXTLINE(check), with the reason.
. "$(dirname "$0")/lib.sh"
need clang-tidy clang-tidy

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
lint_compiled one >"$work/list"

# The form that it reads.
awk '
	BEGIN { printf "[" }
	{
		file = $1
		sub(/^[^ ]* /, "")
		gsub(/"/, "\\\"")
		printf "%s{\"directory\": \"%s\", \"file\": \"%s\", \"command\": \"clang %s -O2 -c %s\"}", \
			(NR > 1 ? ",\n" : ""), ENVIRON["PWD"], file, $0, file
	}
	END { print "]" }' "$work/list" >"$work/compile_commands.json"

# It counts on standard error what it was told not to say. The largest first: the last to end is a small one then.
cut -d' ' -f1 "$work/list" | xargs wc -c | grep -v ' total$' | sort -rn | sed 's/^ *[0-9]* //' |
	xargs -n 1 -P "$(nproc)" clang-tidy -p "$work" --quiet 2>"$work/errors" || {
	grep -vE '^[0-9]+ warnings? |^Suppressed ' "$work/errors" || true
	exit 1
}
