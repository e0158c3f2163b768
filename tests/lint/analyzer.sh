#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Everything in C but the kernel module passes gcc's analyzer of paths. Not optimized: what is inlined is taken for
# other things. A finding that is wrong is in analyzer.txt, with the reason.
. "$(dirname "$0")/lib.sh"
need gcc gcc

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
lint_compiled one >"$work/list"

# Each line with what is switched off for it. An exception for a file that is gone is one too many.
awk '
	/^#/ { next }
	NR == FNR { place[++n] = $1; off[n] = "-Wno-analyzer-" $2; next }
	{
		for (i = 1; i <= n; i++)
			if (index($1, place[i]) == 1) {
				$0 = $0 " " off[i]
				used[i] = 1
			}
		print
	}
	END {
		for (i = 1; i <= n; i++)
			if (!used[i])
				print place[i] " matches nothing" >"/dev/stderr"
	}' tests/lint/analyzer.txt "$work/list" 2>"$work/unused" | grep -v '^tests/fuzz/' >"$work/analyzed"
[[ ! -s $work/unused ]] || die "tests/lint/analyzer.txt: $(<"$work/unused")"

# What it gives up as too complex is no finding; what the optimizer finds is said by compile.sh.
lint_each gcc -O0 -fanalyzer -Wno-analyzer-too-complex -Wno-format-truncation -Werror \
	-fdiagnostics-plain-output <"$work/analyzed"
